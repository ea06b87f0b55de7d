// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { equal, fromHex, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { certText, decodeFrame, decodeStamp, encodeFrame, encodeStamp, FLAG, Group, helloText, layerOf, stampText, WireFault } from "@/room/wire";

const vectors = JSON.parse(readFileSync(join(process.env.BIDROOM_ROOT!, "proto/vectors/room.json"), "utf8"));
const hex = (text: string): Bytes => fromHex(text)!;

async function signer(seedHex: string): Promise<(text: Bytes) => Promise<Bytes>> {
	const der = hex(`302e020100300506032b657004220420${seedHex}`);
	const key = await crypto.subtle.importKey("pkcs8", der, "Ed25519", false, ["sign"]);
	return async (text) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, text));
}

test("the objects of the vectors, both ways", () => {
	for (const v of vectors.objects) {
		const f = decodeFrame(hex(v.message));
		assert.deepEqual([f.track, f.flags, layerOf(f.flags), f.codec, f.seq, f.captureUs, f.sessionMs, f.tl0, toHex(f.payload)],
			[v.track, v.flags, v.layer, v.codec, v.seq, v.capture_us, v.session_ms, v.tl0, v.payload]);
		assert.equal(toHex(encodeFrame(f)), v.message);
	}
});

test("what is no object is refused with its code", () => {
	for (const v of vectors.refused_objects)
		assert.throws(() => decodeFrame(hex(v.message)), (e) => e instanceof WireFault && e.message === v.code, v.code);
	const long = new Uint8Array(24 + 262_145);
	long.set(hex(vectors.objects[0].message).slice(0, 24));
	assert.throws(() => decodeFrame(long), /frame_too_long/);
});

test("the stamp of the vectors: digest, signature, message", async () => {
	const v = vectors.stamp;
	const group = new Group();
	for (const o of vectors.objects)
		group.add(decodeFrame(hex(o.message)));
	assert.deepEqual([group.first, group.last, group.empty], [v.first_seq, v.last_seq, false]);
	assert.equal(toHex(await group.digest()), v.digest);
	const stamp = {
		track: v.track, group: v.group, first: v.first_seq, last: v.last_seq, epoch: v.epoch, digest: hex(v.digest), signature: new Uint8Array(64),
	};
	stamp.signature = await (await signer(vectors.device_seed))(stampText(v.session, v.seat, stamp));
	assert.equal(toHex(stamp.signature), v.sig);
	assert.equal(toHex(encodeStamp(stamp)), v.message);
	const read = decodeStamp(hex(v.message));
	assert.deepEqual([read.track, read.group, read.first, read.last, read.epoch], [v.track, v.group, v.first_seq, v.last_seq, v.epoch]);
	assert.ok(equal(read.digest, stamp.digest) && equal(read.signature, stamp.signature));
});

test("the session time that the server wrote into a stamp does not spoil it", () => {
	const message = hex(vectors.stamp.message);
	const plain = toHex(stampText("s1", "expert_1", decodeStamp(message)));
	message.set([1, 2, 3, 4], 16);
	assert.equal(toHex(stampText("s1", "expert_1", decodeStamp(message))), plain);
});

test("stamps that are none", () => {
	const at = (offset: number, ...bytes: number[]): Bytes => {
		const message = hex(vectors.stamp.message);
		message.set(bytes, offset);
		return message;
	};
	for (const [message, code] of [[at(0).slice(1), "stamp_length"], [at(0, 1), "stamp_type"], [at(1, 2), "stamp_algorithm"],
		[at(2, 0, 0), "stamp_track"], [at(8, 0, 0, 0, 9), "stamp_range"]] as const)
		assert.throws(() => decodeStamp(message), (e) => e instanceof WireFault && e.message === code, code);
});

test("certificate and proof as in the vectors", async () => {
	const { statement, sig } = vectors.seat_cert;
	const shuffled = Object.fromEntries(Object.entries(statement).reverse()) as typeof statement;
	assert.equal(toBase64(await (await signer(vectors.expert_seed))(certText(shuffled))), sig);
	const { session, token, proof } = vectors.hello_proof;
	assert.equal(toHex(await (await signer(vectors.device_seed))(helloText(session, token))), proof);
});

test("a group is due by the time of its first object", () => {
	const group = new Group();
	assert.equal(group.isDue(9e9), false);
	group.add({ track: 1, flags: FLAG.key, seq: 7, captureUs: 1_000_000, sessionMs: 0, codec: 1, tl0: 0, payload: new Uint8Array(3) });
	assert.deepEqual([group.isDue(2_999_999), group.isDue(3_000_000)], [false, true]);
});
