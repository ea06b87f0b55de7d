// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { reportStatement } from "@/expert/statement";

const SESSION = "01jd0000000000000000000000";
const PDF = `abcd${"0".repeat(60)}`;

// The same text as tests/unit/proto/report_statement_test.c expects.
test("a statement names session, member, file and opinion", async () => {
	assert.equal(await reportStatement(SESSION, 7, PDF, ""),
		`bidroom.report.v1\n${SESSION}\n7\n${PDF}\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n`);
	assert.notEqual(await reportStatement(SESSION, 7, PDF, "不同意"), await reportStatement(SESSION, 7, PDF, ""));
});
