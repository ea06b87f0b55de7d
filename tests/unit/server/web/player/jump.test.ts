// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { Jump, Lead } from "@/player/jump";

test("a lead is what most of the last jumps took, within bounds", () => {
	const lead = new Lead();
	assert.equal(lead.ms, 100);
	[200, 220, 19_000, 210].forEach((ms) => lead.took(ms));
	assert.equal(lead.ms, 220, "one that took long counts as one");
	[30, 30, 30].forEach((ms) => lead.took(ms));
	assert.equal(lead.ms, 50);
	[9000, 9000, 9000].forEach((ms) => lead.took(ms));
	assert.equal(lead.ms, 1500);
	[300, 300, 300].forEach((ms) => lead.took(ms));
	assert.equal(lead.ms, 300, "and what is long past is forgotten");
});

test("one that was given up does not play when it gets there, and ends nothing of the next one", async () => {
	const jump = new Jump();
	const arrive: (() => void)[] = [];
	const played: number[] = [];
	const begin = (n: number): void => jump.begin(0, 1, () => new Promise((done) => arrive.push(done)), async () => void played.push(n));
	begin(1);
	jump.giveUp();
	begin(2);
	const over = new Promise((done) => setTimeout(done, 150)); // the lead of a first jump, and a little more
	arrive[0]!();
	await new Promise((done) => setImmediate(done));
	assert.equal(jump.busy, true);
	arrive[1]!();
	await over;
	assert.deepEqual([played, jump.busy], [[2], false]);
});
