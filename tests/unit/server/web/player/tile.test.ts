// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeVideo, install, page, settle, source } from "./page";
import { RequestQueue } from "@/player/queue";
import { Tile } from "@/player/tile";

const TICK_MS = 250;

beforeEach(install);

function tile(): { tile: Tile; video: FakeVideo } {
	const video = new FakeVideo();
	return { tile: new Tile([source("cam", 100)], video as unknown as HTMLVideoElement, new RequestQueue()), video };
}

/** Answers until nothing is asked any more. */
async function answered(): Promise<void> {
	for (let i = 0; i < 5; i++) {
		page.answerAll();
		await settle();
	}
}

/** The page plays for so long, and the element does not move. */
async function stand(t: Tile, from: number, ms: number): Promise<void> {
	for (let passed = 0; passed <= ms; passed += TICK_MS) {
		t.follow(from, 1);
		page.now += TICK_MS;
		await settle();
	}
}

test("what an overtaken jump leaves behind ends its own work, not that of the one after it", async () => {
	const { tile: t, video } = tile();
	t.follow(1000, 1); // builds, and waits for the network
	await settle();
	const first = [...page.asked];
	t.pause();
	t.follow(20_000, 1);
	await settle();
	assert.ok(first[0]!.aborted);
	const asked = page.asked.length;
	t.follow(50_000, 1);
	await settle();
	assert.equal(page.asked.length, asked, "the second is still at work, so no third begins");
	await answered();
	assert.deepEqual([video.paused, Math.round(video.currentTime)], [false, 20]);
});

test("one that is paused while it jumps does not play when it gets there", async () => {
	const { tile: t, video } = tile();
	t.follow(1000, 1);
	await settle();
	t.pause();
	await answered();
	assert.equal(video.paused, true);
});

test("one that stands still for ten seconds is built anew, and lets go of what it had", async () => {
	const { tile: t, video } = tile();
	t.follow(1000, 1);
	await answered();
	assert.deepEqual([page.built, video.paused], [1, false]);
	await answered();
	video.seeking = true; // for ever
	page.now += TICK_MS;
	for (let i = 0; i < 12 && page.asked.length === 0; i++)
		await stand(t, 1050, 1000);
	await answered();
	await stand(t, 1050, 12_000);
	assert.equal(page.built, 2);
	await answered();
	assert.equal(page.asked.filter((r) => !r.aborted).length, 0);
});

test("on a line that takes half a minute it waits, and does not begin again and again", async () => {
	const { tile: t, video } = tile();
	t.follow(1000, 1);
	await settle();
	await stand(t, 1000, 30_000);
	assert.deepEqual([page.built, page.asked.length, page.asked[0]!.aborted], [1, 1, false]);
	await answered();
	assert.equal(video.paused, false);
});
