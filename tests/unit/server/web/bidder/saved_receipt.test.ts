// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { examine, isDigest, isLogKey, outcomeOf, readSaved, savedText } from "@/bidder/saved_receipt";
import { centre, eventText, receiptOf } from "../lib/log";

const digest = "ab".repeat(32);

async function made() {
	const { verifier, note } = await centre();
	const receipt = await receiptOf(eventText({ body: { lot_code: "L1", receipt_digest: digest } }), note, "e1");
	return { verifier, note, receipt, file: savedText(receipt, `${verifier}\n`) };
}

test("a receipt that was saved holds by the published key, and by its own fits together", async () => {
	const { verifier, file } = await made();
	const saved = readSaved(file)!;
	assert.deepEqual([saved.event.kind, saved.event.subject, saved.logKey], ["bid.finalised", "bid:b1", verifier]);
	const found = await examine(saved, verifier, "");
	assert.deepEqual(found, { leaf: true, proof: true, signature: true, digest: null });
	assert.deepEqual([outcomeOf(found, true), outcomeOf(found, false)], ["good", "own"]);
	assert.deepEqual(await examine(saved, verifier, digest.toUpperCase()), { ...found, digest: true });
	const other = await examine(saved, verifier, "cd".repeat(32));
	assert.deepEqual([other.digest, outcomeOf(other, true)], [false, "bad"]);
});

test("each part that was altered is named, and the others are told all the same", async () => {
	const { verifier, file, receipt } = await made();
	const foundOf = async (more: object, key = verifier) => examine(readSaved(savedText({ ...receipt, ...more }, verifier))!, key, "");
	const good = { leaf: true, proof: true, signature: true, digest: null };
	assert.deepEqual(await foundOf({ leaf: receipt.leaf!.replace("L1", "L2") }), { ...good, leaf: false, proof: false });
	assert.deepEqual(await foundOf({ event_id: "e2" }), { ...good, leaf: false, proof: false });
	assert.deepEqual(await foundOf({ proof: ["00".repeat(32)] }), { ...good, proof: false });
	assert.deepEqual(await foundOf({ tree_size: 2 }), { ...good, proof: false });
	assert.deepEqual(await foundOf({ checkpoint: "x" }), { ...good, proof: false, signature: false });
	const stranger = await foundOf({}, (await centre()).verifier);
	assert.deepEqual([stranger, outcomeOf(stranger, true)], [{ ...good, signature: false }, "bad"]);
	assert.equal(outcomeOf({ ...good, signature: null }, true), "open", "what was not looked at does not hold");
	assert.ok(file.endsWith("}\n"));
});

test("what is no whole receipt is not taken for one", async () => {
	const { file } = await made();
	const altered = (more: object): string => JSON.stringify({ ...JSON.parse(file), ...more });
	for (const more of [{ leaf: undefined }, { leaf: "x" }, { leaf: "[".repeat(60_000) }, { leaf: " ".repeat(70_000) }, { leaf_hash: 1 }, { checkpoint: undefined }, { index: -1 },
		{ index: 0.5 }, { tree_size: "1" }, { proof: "00" }, { proof: [1] }, { proof: Array(65).fill("00") }, { event_id: 7 }])
		assert.equal(readSaved(altered(more)), null, JSON.stringify(more).slice(0, 60));
	for (const text of ["", "[]", "null", "receipt"])
		assert.equal(readSaved(text), null);
	assert.equal(readSaved(altered({ log_key: 3 }))?.logKey, null);
	assert.ok(readSaved(altered({ promise: "more" })), "what else is there is passed over");
});

test("a key and a digest are told from other text", async () => {
	assert.ok(isLogKey((await centre()).verifier));
	assert.ok(!isLogKey("bidroom.example+00000000+AAAA") && !isLogKey(""));
	assert.ok(isDigest(digest) && !isDigest(digest.slice(2)) && !isDigest("x"));
});
