// SPDX-License-Identifier: GPL-3.0-or-later
// The container against the vectors of proto, and against itself.
import assert from "node:assert/strict";
import { randomBytes, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join as path } from "node:path";
import { test } from "node:test";
import { fromBase64, fromHex, join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { contextOf, newDraft, openChunk, ownKey, parseHeader, totalSize, type Plan } from "@/sealed/container";
import { canonical } from "@/sealed/canonical";
import { kidOf, makeSealKey, readSealKey, type SealKey } from "@/sealed/keys";
import { manifestFault, type Manifest, type SealedFile } from "@/sealed/manifest";
import { describe, sameFiles, Sealer } from "@/sealed/sealer";
import { Sha256 } from "@/sealed/sha256";
import { combine, split } from "@/sealed/shamir";
import { openShare, type Slots } from "@/sealed/slots";

globalThis.crypto ??= webcrypto as Crypto; // Node 18 has it, but not as a global

const vector = (name: string) => JSON.parse(readFileSync(path(process.env.BIDROOM_ROOT!, "proto/vectors", name), "utf8"));
const bid = vector("sealed_bid.json") as { sealed: string; content_key: string; receipt_digest: string; manifest: string; bidder: string; holders: string[] };
const slot = vector("sealed_slot.json") as { context: string; keys: { pem: string; spki: string; kid: string }[]; shares: string[]; slots: Slots };
const aes = (secret: Bytes) => crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);

/** Chunks of a file, tags included. */
function chunksOf(file: Bytes): Bytes[] {
	const header = parseHeader(file)!;
	const chunks: Bytes[] = [];
	let at = 12 + new DataView(file.buffer).getUint32(8);
	for (let left = header.data_size, plain = header.manifest_size; ; plain = Math.min(left, header.chunk_size), left -= plain) {
		chunks.push(file.slice(at, at + plain + 16));
		at += plain + 16;
		if (!left)
			return chunks;
	}
}

/** A File that Node 18 does not have. */
const file = (name: string, bytes: Uint8Array): File => Object.assign(new Blob([bytes as Bytes]), { name, lastModified: 0, webkitRelativePath: "" }) as File;

async function sealAll(sealer: Sealer): Promise<Bytes[]> {
	const pieces: Bytes[] = [];
	for (let n = 0; n < sealer.pieces; n += 1)
		pieces.push(await sealer.piece(n));
	return pieces;
}

async function planOf(keys: SealKey[]): Promise<Omit<Plan, "files">> {
	return { project: "P1", lot: "L1", threshold: 2, holders: keys.map((k) => k.publicKey), bidder: { name: "示例公司", credit_code: "91370000MA3C000001" }, offer: { currency: "CNY", price: "12.50", price_form: "amount" } };
}

test("SHA-256 of bytes as they come is that of WebCrypto", async () => {
	for (const length of [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 70000]) {
		const bytes = new Uint8Array(randomBytes(length));
		const digest = new Sha256();
		for (let at = 0; at < length; at += 777)
			digest.update(bytes.subarray(at, at + 777));
		assert.equal(toHex(digest.digest()), toHex(await sha256(bytes)), `${length}`);
	}
});

test("any k of n shares give the secret, fewer do not", () => {
	const secret = new Uint8Array(randomBytes(32));
	const shares = split(secret, 3, 5);
	for (const [a, b, c] of [[0, 1, 2], [4, 2, 0], [3, 4, 1]] as const)
		assert.deepEqual(combine([shares[a]!, shares[b]!, shares[c]!]), secret);
	assert.notDeepEqual(combine(shares.slice(0, 2)), secret);
});

test("the vector opens for its bidder and its holders", async () => {
	const sealed = fromBase64(bid.sealed)!;
	const header = parseHeader(sealed)!;
	const secret = await ownKey(header, (await readSealKey(bid.bidder))!);
	assert.equal(toHex(secret!), bid.content_key);
	const keys = await Promise.all(bid.holders.map(readSealKey));
	const shares = await Promise.all(keys.map((k) => openShare(header.holders, k!, contextOf(header))));
	assert.equal(toHex(combine([shares[0]!, shares[shares.length - 1]!])), bid.content_key);
	assert.equal(await openShare(header.holders, (await readSealKey(bid.bidder))!, contextOf(header)), null);
	const head = sealed.slice(0, 12 + new DataView(sealed.buffer).getUint32(8));
	const plain = await openChunk(head, header, await aes(secret!), 0, chunksOf(sealed)[0]!);
	assert.equal(new TextDecoder().decode(plain.slice(4, 4 + new DataView(plain.buffer).getUint32(0))), bid.manifest);
});

test("what others sealed is sealed here byte for byte the same", async () => {
	const sealed = fromBase64(bid.sealed)!;
	const header = parseHeader(sealed)!;
	const head = sealed.slice(0, 12 + new DataView(sealed.buffer).getUint32(8));
	const secret = fromHex(bid.content_key)!;
	const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
	const [manifest, ...chunks] = await Promise.all(chunksOf(sealed).map((c, i) => openChunk(head, header, key, i, c)));
	const described = (JSON.parse(bid.manifest) as { files: SealedFile[] }).files;
	let at = 0;
	const files = described.map((f) => file(f.name, join(...chunks).slice(at, (at += f.size))));
	assert.ok(sameFiles(await describe(files, () => {}), described));
	const sealer = new Sealer({ bytes: head, manifest: manifest!, key, files: described }, files);
	assert.deepEqual(join(...(await sealAll(sealer))), sealed);
	assert.equal(await sealer.receiptDigest(), bid.receipt_digest);
	assert.equal(totalSize(sealer.draft), sealed.length);
});

test("a slot that others made opens with its key and no other", async () => {
	for (const [i, k] of slot.keys.entries()) {
		const mine = (await readSealKey(k.pem))!;
		assert.deepEqual([toBase64(mine.publicKey), await kidOf(mine.publicKey)], [k.spki, k.kid]);
		const share = await openShare(slot.slots, mine, slot.context);
		assert.deepEqual(share && [share.no, toHex(share.value)], i < slot.shares.length ? [i + 1, slot.shares[i]] : null);
	}
	assert.equal(await openShare(slot.slots, (await readSealKey(slot.keys[0]!.pem))!, `${slot.context}x`), null);
});

test("what the server would turn down after the opening is not sealed", () => {
	const rows = (vector("sealed_manifest.json") as { rows: (Manifest & { fault: string | null; what: string })[] }).rows;
	for (const { fault, what, ...manifest } of rows)
		assert.equal(manifestFault(manifest), fault, what);
	const [good] = rows;
	const many = (n: number, name = "x") => ({ ...good!, files: Array.from({ length: n }, (_, i) => ({ name: `${i}${name}`, sha256: "0".repeat(64), size: 1 })) });
	assert.equal(manifestFault(many(1000)), null);
	assert.equal(manifestFault(many(1001)), "files_many");
	assert.equal(manifestFault(many(1000, "\"".repeat(250))), null);
	assert.equal(manifestFault({ ...many(1000), offer: { ...good!.offer, price_form: "amount", note: "x".repeat(1 << 20) } as Manifest["offer"] }), "long");
	const files = [{ name: "协议.pdf", size: 1, sha256: "0".repeat(64) }];
	const led = (members: { name: string; credit_code: string }[], agreement = "协议.pdf"): Manifest => ({ ...good!, files, offer: { ...good!.offer, consortium: { members, agreement } } });
	const member = { name: "乙公司", credit_code: "91370000MADEM0001X" };
	assert.equal(manifestFault(led([member])), null);
	assert.equal(manifestFault(led([])), "consortium");
	assert.equal(manifestFault(led([member, member])), "consortium");
	assert.equal(manifestFault(led([{ ...member, credit_code: good!.bidder.credit_code }])), "consortium");
	assert.equal(manifestFault(led([member], "别的.pdf")), "consortium");
	assert.equal(manifestFault({ ...good!, offer: { ...good!.offer, price: "0" } }), "price");
	assert.equal(manifestFault({ ...good!, offer: { ...good!.offer, currency: "USD" } }), "price");
	assert.equal(manifestFault({ ...good!, files: [{ name: "\ud800.txt", sha256: "0".repeat(64), size: 1 }] }), "file_name");
});

test("what is sealed here opens, chunk by chunk, and its digest is the receipt's", async () => {
	const mine = (await makeSealKey()).key;
	const holders = await Promise.all([1, 2, 3].map(async () => (await makeSealKey()).key));
	const files = [file("报价.txt", new Uint8Array(11).fill(65)), file("空.bin", new Uint8Array(0)), file("技术.bin", randomBytes((4 << 20) + 5))];
	let read = 0;
	const described = await describe(files, (n) => (read += n));
	assert.equal(read, (4 << 20) + 16);
	const sealer = await Sealer.begin(await planOf(holders), mine, files, described);
	assert.ok(await sealer.opensWith(mine));
	assert.ok(!(await sealer.opensWith(holders[0]!)));
	const whole = join(...(await sealAll(sealer)));
	assert.equal(whole.length, totalSize(sealer.draft));
	const header = parseHeader(whole)!;
	const chunks = chunksOf(whole);
	assert.equal(chunks.length, 3);
	const head = sealer.draft.bytes;
	const digests = await Promise.all([head, ...chunks].map(sha256));
	assert.equal(await sealer.receiptDigest(), toHex(await sha256(join(...digests))));
	const key = await aes((await ownKey(header, mine))!);
	const plain = await Promise.all(chunks.map((c, i) => openChunk(head, header, key, i, c)));
	assert.deepEqual(join(...plain.slice(1)).subarray(0, 11), new Uint8Array(11).fill(65));
	await assert.rejects(openChunk(head, header, key, 1, chunks[2]!));
	assert.equal(header.holders.slots[1]!.kid, await kidOf(holders[1]!.publicKey));

	// The page was loaded again: the same draft and files give the same bytes.
	const again = new Sealer(sealer.draft, files);
	assert.deepEqual(join(...(await sealAll(again))), whole);
	assert.ok(sameFiles(described, await describe(files, () => {})));
	assert.ok(!sameFiles(described, await describe([files[0]!, files[1]!, file("技术.bin", randomBytes((4 << 20) + 5))], () => {})));
});

test("a key goes out as a file and comes in again; what is none is refused", async () => {
	const { key, pem } = await makeSealKey();
	assert.deepEqual((await readSealKey(pem))!.publicKey, key.publicKey);
	assert.equal(key.publicKey.length, 91);
	assert.equal(await readSealKey("nonsense"), null);
	assert.equal(await readSealKey(pem.replace("MIG", "MIH")), null);
	const draft = await newDraft({ ...(await planOf([key, key])), files: [] }, key);
	assert.equal(canonical(parseHeader(draft.bytes)), new TextDecoder().decode(draft.bytes.slice(12)));
	assert.equal(fromHex(parseHeader(draft.bytes)!.prefix)!.length, 7);
});
