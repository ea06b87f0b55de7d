// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ENTRY, ReelIndex } from "@/player/reel";

const vectors = join(process.env.BIDROOM_ROOT!, "proto/vectors/reel");
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(vectors, name)));

function read(name: string): ReelIndex {
	const index = new ReelIndex();
	assert.ok(index.append(bytesOf(name)));
	return index;
}

test("reads the index of the test vectors: entries tile the reel without a hole", () => {
	for (const track of ["cam", "mic"]) {
		const index = read(`${track}.idx`);
		const reel = bytesOf(`${track}.webm`);
		let at = index.headLength;
		for (const entry of index.entries) {
			assert.equal(entry.offset, at);
			// Every entry begins with the id of a WebM cluster.
			assert.deepEqual([...reel.slice(at, at + 4)], [0x1f, 0x43, 0xb6, 0x75]);
			at += entry.length;
		}
		assert.equal(at, reel.length);
		assert.equal(index.entries.length, bytesOf(`${track}.idx`).length / ENTRY - 1);
	}
});

test("a growing index may end anywhere", () => {
	const bytes = bytesOf("cam.idx");
	const whole = read("cam.idx");
	const index = new ReelIndex();
	for (let upTo = 10; index.bytes < bytes.length; upTo += 50)
		assert.ok(index.append(bytes.subarray(index.bytes, Math.min(upTo, bytes.length))));
	assert.deepEqual(index.entries, whole.entries);
	assert.deepEqual(index.spans, whole.spans);
});

test("damage is noticed", () => {
	const bytes = bytesOf("cam.idx");
	const broken = (change: (b: Uint8Array) => Uint8Array): boolean => new ReelIndex().append(change(bytes.slice()));
	assert.equal(broken((b) => b.subarray(ENTRY)), false, "no head");
	assert.equal(broken((b) => (b.copyWithin(2 * ENTRY, 3 * ENTRY), b)), false, "an entry is missing");
	assert.equal(broken((b) => (b.fill(0, ENTRY + 16, ENTRY + 20), b)), false, "length 0");
	assert.equal(broken((b) => ((b[ENTRY + 28] = 0x80), b)), false, "unknown flag");
	assert.equal(broken((b) => (b.fill(0xff, ENTRY, ENTRY + 4), b)), false, "first after last");
});

/** An index made of [time, last, key]; each cluster is 100 bytes behind a head of 50. */
function made(clusters: [number, number, boolean][]): ReelIndex {
	const bytes = new Uint8Array(ENTRY * (clusters.length + 1));
	const view = new DataView(bytes.buffer);
	view.setUint32(16, 50);
	view.setUint8(28, 2);
	clusters.forEach(([time, last, key], i) => {
		const at = ENTRY * (i + 1);
		view.setUint32(at, time);
		view.setUint32(at + 4, last);
		view.setBigUint64(at + 8, BigInt(50 + 100 * i));
		view.setUint32(at + 16, 100);
		view.setUint8(at + 28, key ? 1 : 0);
	});
	const index = new ReelIndex();
	assert.ok(index.append(bytes));
	return index;
}

test("a seek begins at the last keyed cluster at or before the time", () => {
	const index = made([[1000, 1480, true], [1500, 1980, false], [2000, 2480, false], [3000, 3480, true], [3500, 3900, false]]);
	assert.equal(index.start(0), 0);
	assert.equal(index.start(1000), 0);
	assert.equal(index.start(2900), 0);
	assert.equal(index.start(3000), 3);
	assert.equal(index.start(99_999), 3);
	assert.equal(index.at(999), -1);
	assert.equal(index.at(1500), 1);
	assert.equal(made([[0, 10, false]]).start(5), -1, "nothing can be decoded");
});

test("ranges hold whole clusters", () => {
	const index = made([[0, 480, true], [500, 980, false], [1000, 1480, true], [1500, 1980, false]]);
	assert.deepEqual(index.range(0, 1000), { from: 50, to: 250, next: 2, endMs: 980 });
	assert.deepEqual(index.range(1, 0), { from: 150, to: 250, next: 2, endMs: 980 });
	assert.deepEqual(index.range(3, 9999), { from: 350, to: 450, next: 4, endMs: 1980 });
	assert.equal(index.range(4, 9999), null);
	assert.equal(index.range(-1, 9999), null);
});

test("breaks divide what is covered, short pauses do not", () => {
	const index = made([[0, 480, true], [1200, 1980, true], [9000, 9400, true]]);
	assert.deepEqual(index.spans, [{ from: 0, to: 2080 }, { from: 9000, to: 9500 }]);
	assert.ok(index.covers(700));
	assert.ok(!index.covers(5000));
	assert.ok(index.covers(9200));
	assert.ok(!index.covers(9300), "too little left to begin with");
	assert.equal(index.end, 9500);
});
