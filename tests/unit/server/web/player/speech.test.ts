// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "@/player/reel";
import { speechOf } from "@/player/speech";

/** Half-second clusters of these lengths. */
const clusters = (lengths: number[]): Entry[] =>
	lengths.map((length, i) => ({ time: i * 500, last: i * 500 + 480, offset: 0, length, key: true }));

test("a microphone that falls silent shows when somebody spoke", () => {
	const quiet = Array<number>(10).fill(80);
	const loud = Array<number>(6).fill(1500);
	assert.deepEqual(speechOf(clusters([...quiet, ...loud, ...quiet])), [{ from: 5000, to: 8000 }]);
});

test("a short pause does not part a speech, a long one does", () => {
	const spans = speechOf(clusters([80, 80, 80, 1500, 1500, 80, 1400, 1500, 80, 80, 80, 80, 1600, 1500, 80]));
	assert.deepEqual(spans, [{ from: 1500, to: 4000 }, { from: 6000, to: 7000 }]);
});

test("a crack is no speech; a constant bitrate tells nothing; no sound is no speech", () => {
	const crack = clusters([80, 80, 80, 80]);
	crack[2] = { ...crack[2]!, last: 1200, length: 900 };
	assert.deepEqual(speechOf(crack), []);
	assert.deepEqual(speechOf(clusters([1500, 1490, 1510, 1500, 1480])), []);
	assert.deepEqual(speechOf([]), []);
});
