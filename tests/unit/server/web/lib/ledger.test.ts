// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { checkReceipt, parseCheckpoint, readLeaf, rootFromProof } from "@/lib/ledger";
import { centre, eventText, leafHash, receiptOf } from "./log";

const node = (a: Bytes, b: Bytes): Promise<Bytes> => sha256(join(Uint8Array.of(1), a, b));

async function treeRoot(leaves: Bytes[]): Promise<Bytes> {
	if (leaves.length === 1)
		return leaves[0]!;
	let k = 1;
	while (k * 2 < leaves.length)
		k *= 2;
	return node(await treeRoot(leaves.slice(0, k)), await treeRoot(leaves.slice(k)));
}

/** RFC 6962, 2.1.1 written as it stands there, to check the other way of counting. */
async function path(m: number, leaves: Bytes[]): Promise<Bytes[]> {
	if (leaves.length === 1)
		return [];
	let k = 1;
	while (k * 2 < leaves.length)
		k *= 2;
	return m < k
		? [...(await path(m, leaves.slice(0, k))), await treeRoot(leaves.slice(k))]
		: [...(await path(m - k, leaves.slice(k))), await treeRoot(leaves.slice(0, k))];
}

test("inclusion proofs of every leaf in trees of 1 to 13 leaves", async () => {
	for (let n = 1; n <= 13; n++) {
		const leaves = await Promise.all(Array.from({ length: n }, (_, i) => leafHash(`event ${i}`)));
		const root = toHex(await treeRoot(leaves));
		for (let i = 0; i < n; i++) {
			const proof = await path(i, leaves);
			assert.equal(toHex((await rootFromProof(leaves[i]!, BigInt(i), BigInt(n), proof))!), root);
			const wrong = await rootFromProof(leaves[i]!, BigInt((i + 1) % n), BigInt(n), proof);
			assert.ok(n === 1 || wrong === null || toHex(wrong) !== root);
			assert.equal(await rootFromProof(leaves[i]!, BigInt(n), BigInt(n), proof), null);
		}
	}
});

test("a whole receipt, and each way it can be broken", async () => {
	const { verifier, note } = await centre();
	const leaves = await Promise.all(["a", "b", "c"].map(leafHash));
	const root = await treeRoot(leaves);
	const receipt = {
		leaf_hash: toHex(leaves[1]!), leaf: "b", index: 1, tree_size: 3,
		proof: (await path(1, leaves)).map(toHex), checkpoint: await note(3, root),
	};
	assert.equal(await checkReceipt(receipt, verifier), "ok");
	assert.equal(await checkReceipt({ ...receipt, leaf: undefined }, verifier), "ok");
	assert.equal(await checkReceipt({ ...receipt, leaf: "x" }, verifier), "leaf");
	assert.equal(await checkReceipt({ ...receipt, leaf_hash: "00" }, verifier), "leaf");
	assert.equal(await checkReceipt({ ...receipt, index: 0 }, verifier), "proof");
	assert.equal(await checkReceipt({ ...receipt, proof: receipt.proof.slice(1) }, verifier), "proof");
	assert.equal(await checkReceipt({ ...receipt, tree_size: 4 }, verifier), "checkpoint");
	assert.equal(await checkReceipt({ ...receipt, checkpoint: "x" }, verifier), "checkpoint");
	const altered = receipt.checkpoint.replace("bidroom.example\n3", "bidroom.exemple\n3");
	assert.equal(await checkReceipt({ ...receipt, checkpoint: altered }, verifier), "signature");
	assert.equal(await checkReceipt(receipt, (await centre()).verifier), "signature");
});

test("a proof of another event than the one expected is told, though it holds", async () => {
	const { verifier, note } = await centre();
	const digest = "ab".repeat(32);
	const leaf = eventText({ body: { lot_code: "L1", receipt_digest: digest, size: 9 } });
	const expected = { kind: "bid.finalised", subject: "bid:b1", body: { receipt_digest: digest } };
	const receipt = await receiptOf(leaf, note, "e1");
	assert.equal(await checkReceipt(receipt, verifier, expected), "ok");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, no: 2 }), "ok");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, no: 3 }), "other");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, kind: "bid.started" }), "other");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, subject: "bid:b2" }), "other");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, body: { receipt_digest: "cd".repeat(32) } }), "other");
	assert.equal(await checkReceipt(receipt, verifier, { ...expected, body: { receipt_digest: undefined } }), "other", "nothing expected is not anything");
	assert.equal(await checkReceipt({ ...receipt, leaf: undefined }, verifier, expected), "other", "what is not shown is not proven");
	assert.equal(await checkReceipt({ ...receipt, event_id: "e2" }, verifier), "leaf");
	const twice = leaf.replace('"kind"', '"kind":"bid.started","kind"');
	assert.equal(await checkReceipt(await receiptOf(twice, note), verifier, expected), "other", "one text, one meaning");
	assert.equal(readLeaf(leaf)?.at_us, 1);
	for (const bad of ["", "b", "[]", "null", leaf.replace('"body":{', '"body":1,"b":{'), leaf.replace('"no":2', '"no":"2"'), ` ${leaf}`])
		assert.equal(readLeaf(bad), null, bad);
});

test("a checkpoint is refused unless it has its three lines", () => {
	assert.equal(parseCheckpoint("a\n1\n\n"), null);
	assert.equal(parseCheckpoint(`a\n01\n${toBase64(new Uint8Array(32))}\n\n`), null);
	assert.equal(parseCheckpoint(`a\n1\n${toBase64(new Uint8Array(31))}\n\n`), null);
	assert.equal(parseCheckpoint(`a\n1\n${toBase64(new Uint8Array(32))}\n\n`)?.size, 1n);
	assert.equal(fromHex("0"), null);
});
