// SPDX-License-Identifier: GPL-3.0-or-later
// A publisher and a receiver at the two ends of one wire.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "@/lib/bytes";
import { Publisher, type Captured } from "@/room/publisher";
import { Receiver } from "@/room/receiver";
import { CODEC, decodeFrame, decodeStamp, type Frame } from "@/room/wire";

const OF = { track: 9, session: "s1", seat: "sup_1", epoch: 2 };

async function ends(codec: number) {
	const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
	const sent: Bytes[] = [];
	let wanted = 0;
	const publisher = new Publisher({ ...OF, codec }, {
		send: (message) => sent.push(message),
		wantKey: () => wanted++,
		sign: async (text) => new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, text)),
	});
	const receiver = new Receiver({ ...OF, key: Promise.resolve(pair.publicKey) });
	return { publisher, receiver, sent, wanted: () => wanted, key: pair.publicKey };
}

const picture = (ms: number, key = false, layer = 0): Captured => ({ key, layer, captureUs: ms * 1000, payload: Uint8Array.of(ms & 255, layer) });
const packet = (ms: number): Captured => ({ key: true, layer: 0, captureUs: ms * 1000, payload: Uint8Array.of(ms & 255) });

async function takeAll(receiver: Receiver, messages: Bytes[]): Promise<string[]> {
	const verdicts: string[] = [];
	for (const message of messages)
		if (message[0] === 2)
			await receiver.stamp(decodeStamp(message));
		else
			verdicts.push(receiver.object(decodeFrame(message)));
	return verdicts;
}

test("a group ends before the next keyframe, its stamp stands between them and holds at the other end", async () => {
	const { publisher, receiver, sent } = await ends(CODEC.vp8);
	for (const ms of [0, 40, 80])
		publisher.frame(picture(ms, ms === 0));
	publisher.frame(picture(120, true));
	publisher.frame(picture(160));
	await publisher.finish();
	assert.deepEqual(sent.map((m) => m[0]), [1, 1, 1, 2, 1, 1, 2]);
	assert.deepEqual(await takeAll(receiver, sent), Array(5).fill("decode"));
	const { verified, unverified, forged, lost, objects } = receiver.stats;
	assert.deepEqual({ verified, unverified, forged, lost, objects }, { verified: 2, unverified: 0, forged: 0, lost: 0, objects: 5 });
});

test("sound is cut into groups of two seconds", async () => {
	const { publisher, receiver, sent } = await ends(CODEC.opus);
	for (let ms = 0; ms < 4100; ms += 20)
		publisher.frame(packet(ms));
	await publisher.finish();
	assert.deepEqual(sent.flatMap((m, i) => (m[0] === 2 ? [i] : [])), [100, 201, 207]);
	await takeAll(receiver, sent);
	assert.equal(receiver.stats.verified, 3);
});

test("pictures wait for a keyframe: at the beginning, after one was left out, when the group is full", async () => {
	const { publisher, sent, wanted } = await ends(CODEC.vp8);
	publisher.frame(picture(0));
	publisher.frame(picture(40, true));
	publisher.skipped();
	publisher.frame(picture(80));
	publisher.frame(picture(120, true));
	publisher.frame(picture(2050)); // near the end of the group: asks in time
	await publisher.finish();
	assert.equal(wanted(), 4);
	publisher.frame(picture(2080));
	publisher.frame(picture(2120, true));
	publisher.frame(picture(4130));
	await publisher.finish();
	const seqs = sent.filter((m) => m[0] === 1).map((m) => decodeFrame(m));
	assert.deepEqual(seqs.map((f) => [f.seq, f.captureUs / 1000]), [[0, 40], [1, 120], [2, 2050], [3, 2120]]);
});

test("numbers go on over a mute; what comes after the line was lost does not leave", async () => {
	const { publisher, receiver, sent } = await ends(CODEC.opus);
	publisher.frame(packet(0));
	await publisher.finish();
	publisher.frame(packet(500));
	await publisher.finish();
	publisher.drop();
	publisher.frame(packet(520));
	await publisher.finish();
	assert.equal(sent.length, 4);
	await takeAll(receiver, sent);
	assert.deepEqual([receiver.stats.verified, receiver.stats.lost], [2, 0]);
});

test("layers: the number of the base picture tells what a gap took", async () => {
	const { publisher, receiver, sent } = await ends(CODEC.vp8);
	[0, 2, 1, 2, 0, 2, 1, 2, 0].forEach((layer, i) => publisher.frame(picture(i * 40, i === 0, layer)));
	await publisher.finish();
	const frames = sent.filter((m) => m[0] === 1).map((m) => decodeFrame(m));
	assert.deepEqual(frames.map((f) => f.tl0), [0, 0, 0, 0, 1, 1, 1, 1, 2]);
	const without = (gone: number[]): string[] => {
		const r = new Receiver({ ...OF, key: null });
		return frames.filter((f) => !gone.includes(f.seq)).map((f) => r.object(f));
	};
	assert.deepEqual(without([1, 3, 5, 7]), Array(5).fill("decode").map((v, i) => (i === 1 || i === 3 ? "skip" : v)));
	assert.deepEqual(without([4]), ["decode", "decode", "decode", "decode", "want-key", "want-key", "want-key", "want-key"]);
	assert.equal(receiver.object(frames[0]!), "decode");
	assert.equal(receiver.object(frames[0]!), "skip", "twice the same");
});

test("a changed object, a strange key, another epoch are seen; a part is not proven", async () => {
	const made = await ends(CODEC.opus);
	for (const ms of [0, 20, 40])
		made.publisher.frame(packet(ms));
	await made.publisher.finish();
	const objects = made.sent.slice(0, 3);
	const stamp = decodeStamp(made.sent[3]!);
	const stats = async (messages: Bytes[], epoch = OF.epoch, key: CryptoKey = made.key) => {
		const r = new Receiver({ ...OF, epoch, key: Promise.resolve(key) });
		await takeAll(r, messages);
		await r.stamp(stamp);
		return [r.stats.verified, r.stats.unverified, r.stats.forged];
	};
	const changed = objects.map((m, i) => (i === 1 ? Uint8Array.from([...m.slice(0, -1), 99]) : m));
	assert.deepEqual(await stats(objects), [1, 0, 0]);
	assert.deepEqual(await stats(changed), [0, 0, 1]);
	assert.deepEqual(await stats(objects, 3), [0, 0, 1]);
	assert.deepEqual(await stats(objects, OF.epoch, (await ends(CODEC.opus)).key), [0, 0, 1]);
	assert.deepEqual(await stats(objects.slice(1)), [0, 1, 0]);
	assert.deepEqual(await stats([objects[0]!, objects[2]!]), [0, 1, 0]);
});

test("objects go on while the stamp before them is still being checked", async () => {
	const { publisher, receiver, sent } = await ends(CODEC.opus);
	for (const ms of [0, 20, 2000, 2020])
		publisher.frame(packet(ms));
	await publisher.finish();
	const checks: Promise<void>[] = [];
	for (const message of sent)
		if (message[0] === 2)
			checks.push(receiver.stamp(decodeStamp(message)));
		else
			receiver.object(decodeFrame(message) as Frame);
	await Promise.all(checks);
	assert.equal(receiver.stats.verified, 2);
});
