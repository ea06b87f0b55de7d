// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { install, settle, timers } from "./page";
import { Jump, Lead } from "@/player/jump";

beforeEach(install);

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
	const pass = timers();
	const jump = new Jump();
	const arrive: ((found: boolean) => void)[] = [];
	const played: number[] = [];
	const begin = (n: number): void => jump.begin(0, 1, () => new Promise((done) => arrive.push(done)), async () => void played.push(n));
	begin(1);
	jump.giveUp();
	begin(2);
	arrive[0]!(true);
	await settle();
	assert.equal(jump.busy, true);
	arrive[1]!(true);
	await settle();
	await pass(90); // the lead of a first jump is 100 ms
	assert.deepEqual([played, jump.busy], [[], true]);
	await pass(10);
	assert.deepEqual([played, jump.busy], [[2], false]);
});

test("a jump to where nothing is says nothing about how long one takes", async () => {
	const pass = timers();
	const jump = new Jump();
	const went: number[] = [];
	for (const found of [false, true, true]) {
		jump.begin(0, 1, async (t) => {
			went.push(t);
			return found;
		}, async () => {});
		await settle();
		await pass(100);
	}
	assert.deepEqual(went, [100, 100, 50]);
});
