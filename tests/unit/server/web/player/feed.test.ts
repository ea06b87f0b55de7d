// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeBuffer, install, page, settle, source } from "./page";
import { Feed } from "@/player/feed";
import { RequestQueue } from "@/player/queue";

beforeEach(install);

function feed(): { feed: Feed; buffer: FakeBuffer } {
	const buffer = new FakeBuffer();
	return { feed: new Feed(source("mic", 100), buffer as unknown as SourceBuffer, new RequestQueue()), buffer };
}

async function answered(): Promise<void> {
	for (let i = 0; i < 3; i++) {
		page.answerAll();
		await settle();
	}
}

test("it waits for the network as long as it has no answer, not while the buffer takes it in", async () => {
	const { feed: f, buffer } = feed();
	assert.equal(f.waits, false);
	FakeBuffer.hangs = true;
	void f.seek(2000);
	await settle();
	assert.equal(f.waits, true);
	await answered();
	assert.deepEqual([f.waits, buffer.appended], [false, 1]);
});

test("a seek does not end the waiting of the one that overtook it", async () => {
	const { feed: f } = feed();
	void f.seek(2000);
	await settle();
	void f.seek(5000);
	await settle();
	assert.equal(f.waits, true);
	f.close();
	await settle();
	assert.equal(f.waits, false);
});

test("a buffer whose source was taken away, which says nothing any more, holds nobody up", async () => {
	const { feed: f, buffer } = feed();
	FakeBuffer.hangs = true;
	let over = false;
	void f.seek(2000).then(() => (over = true));
	await answered();
	assert.deepEqual([buffer.appended, over], [1, false]);
	f.close();
	await settle();
	assert.equal(over, true);
});

test("one that is full lets go of what lies behind, and takes in again after a while", async () => {
	const { feed: f, buffer } = feed();
	void f.seek(60_000);
	await answered();
	buffer.ranges = [[45, 64.999]];
	FakeBuffer.full = true;
	f.ahead(60_000, 8000);
	await answered();
	assert.deepEqual([f.fault?.name, buffer.removed, buffer.appended], ["QuotaExceededError", [[0, 50]], 2]);
	FakeBuffer.full = false;
	page.now += 1100;
	f.ahead(60_000, 8000);
	await answered();
	assert.deepEqual([f.fault, buffer.appended], [null, 3]);
});

test("what a jump back left far ahead is let go of", async () => {
	const { feed: f, buffer } = feed();
	void f.seek(90_000);
	await answered();
	buffer.ranges = [[90, 94.999]];
	void f.seek(2000);
	await answered();
	assert.deepEqual([buffer.removed, buffer.ranges], [[[90, Infinity]], []]);
});
