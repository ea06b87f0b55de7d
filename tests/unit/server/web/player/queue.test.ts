// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestQueue, WIDTH } from "@/player/queue";

test("never more than six at once, the urgent first, an aborted one not at all", async () => {
	const queue = new RequestQueue();
	const order: number[] = [];
	const release: (() => void)[] = [];
	let flying = 0;
	let most = 0;
	const work = (name: number) => async (): Promise<void> => {
		order.push(name);
		most = Math.max(most, ++flying);
		await new Promise<void>((done) => release.push(done));
		flying--;
	};
	const open = new AbortController();
	const done: Promise<void>[] = [];
	for (let i = 0; i < WIDTH; i++)
		done.push(queue.add(5, open.signal, work(i)));
	const gone = new AbortController();
	done.push(queue.add(5, open.signal, work(100)), queue.add(1, open.signal, work(101)), queue.add(1, gone.signal, work(102)), queue.add(1, open.signal, work(103)));
	gone.abort();
	while (release.length) {
		release.shift()!();
		await new Promise((next) => setTimeout(next, 0));
	}
	await Promise.all(done);
	assert.equal(most, WIDTH);
	assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 101, 103, 100]);
});

test("one that fails frees its place", async () => {
	const queue = new RequestQueue();
	const signal = new AbortController().signal;
	for (let i = 0; i < WIDTH + 1; i++)
		await assert.rejects(queue.add(0, signal, () => Promise.reject(new Error("no"))));
	await queue.add(0, signal, () => Promise.resolve());
});

test("what failed is told to who asked, and to who watches over all", async () => {
	const queue = new RequestQueue();
	const heard: unknown[] = [];
	queue.onfail = (why) => heard.push(why);
	const why = new Error("gone");
	await assert.rejects(queue.add(1, new AbortController().signal, () => Promise.reject(why)), why);
	await queue.add(1, new AbortController().signal, () => Promise.resolve());
	assert.deepEqual(heard, [why]);
});
