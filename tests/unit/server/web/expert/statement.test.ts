// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { reportStatement } from "@/expert/statement";
import { fromHex } from "@/lib/bytes";

const SESSION = "01jd0000000000000000000000";
const PDF = `abcd${"0".repeat(60)}`;

// The same text as tests/unit/proto/report_statement_test.c expects.
test("a statement names session, member, file, opinion and document key", async () => {
	const key = fromHex(`3059301306072a8648ce3d020106082a8648ce3d030107034200${"00".repeat(65)}`)!;
	assert.equal(await reportStatement(SESSION, 7, PDF, "", key),
		`bidroom.report.v2\n${SESSION}\n7\n${PDF}\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n5327ba7868f21717758176668ce71fcf81257411605ce990b669c7249b8fb97c\n`);
	assert.notEqual(await reportStatement(SESSION, 7, PDF, "不同意", key), await reportStatement(SESSION, 7, PDF, "", key));
});
