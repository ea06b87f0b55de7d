// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { install, page, timers } from "./page";
import { restUntil } from "@/player/rest";

beforeEach(install);

test("what is checked waits until it is calm; where it never is it waits five seconds and goes on", async () => {
	const pass = timers();
	let calm = true;
	let rests = 0;
	const rest = restUntil(() => calm);
	const next = (): void => void rest().then(() => rests++);
	page.now = 60_000;
	next();
	await pass(100);
	assert.equal(rests, 1);
	calm = false;
	next();
	await pass(4900);
	assert.equal(rests, 1);
	await pass(300);
	assert.equal(rests, 2);
	next();
	await pass(100);
	assert.equal(rests, 3, "it is known by now that there is no calm");
	calm = true;
	next();
	await pass(100);
	calm = false;
	next();
	await pass(4900);
	assert.equal(rests, 4, "after a calm it has its patience again");
	calm = true;
	await pass(200);
	assert.equal(rests, 5);
});

test("where nothing was checked for long, it waits for calm as at first", async () => {
	const pass = timers();
	let rests = 0;
	const rest = restUntil(() => false);
	const next = (): void => void rest().then(() => rests++);
	next();
	await pass(6000);
	assert.equal(rests, 1);
	page.now += 60_000;
	next();
	await pass(4900);
	assert.equal(rests, 1);
});
