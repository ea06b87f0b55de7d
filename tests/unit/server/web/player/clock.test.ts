// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { correct, PageClock } from "@/player/clock";

test("the clock stands, runs, changes speed and jumps without losing its place", () => {
	let now = 1000;
	const clock = new PageClock(() => now);
	now += 500;
	assert.equal(clock.time, 0);
	clock.set(10_000);
	clock.play();
	now += 1000;
	assert.equal(clock.time, 11_000);
	clock.setRate(2);
	assert.equal(clock.time, 11_000);
	now += 1000;
	assert.equal(clock.time, 13_000);
	clock.pause();
	now += 5000;
	assert.equal(clock.time, 13_000);
	assert.equal(clock.playing, false);
	clock.setRate(0.5);
	clock.play();
	clock.set(0);
	now += 1000;
	assert.equal(clock.time, 500);
});

test("tiles are left alone, nudged, or moved", () => {
	assert.deepEqual(correct(1000, 1030, 1), { kind: "keep", rate: 1 });
	assert.deepEqual(correct(1031, 1000, 1), { kind: "keep", rate: 0.95 });
	assert.deepEqual(correct(1000, 1031, 2), { kind: "keep", rate: 2.1 });
	assert.deepEqual(correct(1000, 1100, 1), { kind: "keep", rate: 1.1 });
	assert.deepEqual(correct(1000, 1500, 1), { kind: "keep", rate: 1.25 });
	assert.deepEqual(correct(1500, 1000, 2), { kind: "keep", rate: 1.5 });
	assert.deepEqual(correct(1000, 1501, 1), { kind: "jump", rate: 1 });
	assert.deepEqual(correct(9000, 1000, 0.5), { kind: "jump", rate: 0.5 });
});
