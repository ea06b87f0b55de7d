// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Verdict } from "@/lib/ledger";
import type { Entry } from "@/player/reel";
import { Verifier, type Part } from "@/player/verify";

const bytesOf = (n: number) => new Uint8Array(100).fill(n);
const hashOf = (n: number) => createHash("sha256").update(bytesOf(n)).digest("hex");
const entry = (i: number): Entry => ({ time: i * 500, last: i * 500 + 480, offset: 1000 + i * 100, length: 100, key: true });

function part(no: number, cluster: number, more: object = {}): Part {
	const clusters = [{ offset: 1000 + cluster * 100, length: 100, sha256: hashOf(cluster), last_ms: cluster * 500 + 480 }];
	const leaf = JSON.stringify({ kind: "media.part", subject: "recording:s1", body: { no, tracks: [{ track: 7, clusters }] }, ...more });
	return { no, leaf, leaf_hash: "", index: no, proof: [] };
}

function verifier(parts: Part[], { verdict = (): Verdict => "ok", clock = { ms: 0 } } = {}) {
	const asked: [number, number | undefined][] = [];
	const it = new Verifier({
		page: async (from, after) => {
			asked.push([from, after]);
			const items = parts.filter((p) => p.no > (after ?? 0)).slice(0, 2);
			return { checkpoint: "c", tree_size: 9, items, next: items.length === 2 ? items[1]!.no : null };
		},
		check: async () => verdict(),
	}, "s1", () => clock.ms);
	return { it, asked, clock };
}

test("clusters that are what the ledger says are good, changed ones are bad, in stretches", async () => {
	const { it, asked } = verifier([part(1, 0), part(2, 1), part(3, 2), part(4, 3)]);
	await Promise.all([0, 1, 2].map((i) => it.take("7", entry(i), bytesOf(i))));
	await it.take("7", entry(3), bytesOf(99));
	assert.deepEqual(it.tracks.get("7"), { good: [{ from: 0, to: 1480 }], bad: [{ from: 1500, to: 1980 }] });
	assert.equal(it.fault, null);
	assert.deepEqual(asked, [[0, undefined], [0, 2], [0, 4]], "one look at the stretch for all of them");
});

test("what the ledger does not know yet stays open, and is asked for again after a while", async () => {
	const parts = [part(1, 0)];
	const { it, asked, clock } = verifier(parts);
	await it.take("7", entry(1), bytesOf(1));
	assert.equal(it.tracks.size, 0);
	parts.push(part(2, 1));
	await it.take("7", entry(1), bytesOf(1));
	assert.equal(asked.length, 1);
	clock.ms = 4000;
	await it.take("7", entry(1), bytesOf(1));
	assert.deepEqual(it.tracks.get("7"), { good: [{ from: 500, to: 980 }], bad: [] });
});

test("a part that is not proved, or of another recording, vouches for nothing", async () => {
	const unproved = verifier([part(1, 0)], { verdict: () => "proof" });
	await unproved.it.take("7", entry(0), bytesOf(0));
	assert.deepEqual([unproved.it.tracks.size, unproved.it.fault], [0, { no: 1, verdict: "proof" }]);
	const foreign = verifier([part(1, 0, { subject: "recording:s2" })]);
	await foreign.it.take("7", entry(0), bytesOf(0));
	assert.deepEqual([foreign.it.tracks.size, foreign.it.fault], [0, { no: 1, verdict: "leaf" }]);
});

test("a cluster of another length than the ledger's is bad even if its index says otherwise", async () => {
	const { it } = verifier([part(1, 0)]);
	await it.take("7", { ...entry(0), length: 50 }, bytesOf(0).slice(0, 50));
	assert.deepEqual(it.tracks.get("7"), { good: [], bad: [{ from: 0, to: 480 }] });
});

test("while somebody waits for pictures it checks nothing, and goes on where it was", async () => {
	let calm = false;
	const waiting: (() => void)[] = [];
	let checked = 0;
	const parts = [part(1, 0), part(2, 1)];
	const it = new Verifier({
		rest: () => (calm ? Promise.resolve() : new Promise((done) => waiting.push(done))),
		page: async () => ({ checkpoint: "c", tree_size: 9, items: parts, next: null }),
		check: async () => {
			checked++;
			calm = false;
			return "ok";
		},
	}, "s1");
	const taken = it.take("7", entry(1), bytesOf(1));
	for (const n of [0, 1]) {
		while (!waiting.length)
			await new Promise((turn) => setImmediate(turn));
		assert.equal(checked, n);
		calm = true;
		waiting.splice(0).forEach((done) => done());
	}
	await taken;
	assert.equal(checked, 2);
	assert.deepEqual(it.tracks.get("7"), { good: [{ from: 500, to: 980 }], bad: [] });
});
