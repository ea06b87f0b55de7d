// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeBuffer, FakeVideo, install, page, settle, source, timers } from "./page";
import { RequestQueue } from "@/player/queue";
import { Tile } from "@/player/tile";

const TICK_MS = 250;

beforeEach(install);

function tile(): { tile: Tile; video: FakeVideo } {
	const video = new FakeVideo();
	return { tile: new Tile([source("cam", 100)], video as unknown as HTMLVideoElement, new RequestQueue()), video };
}

/** Answers until nothing is asked any more; so late that nobody waits for the clock. */
async function answered(): Promise<void> {
	page.now += TICK_MS;
	for (let i = 0; i < 5; i++) {
		page.answerAll();
		await settle();
	}
}

async function refused(): Promise<void> {
	await settle();
	page.asked.splice(0).forEach((r) => r.refuse());
	await settle();
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
	void t.seek(20_000);
	await settle();
	assert.ok(first[0]!.aborted);
	const asked = page.asked.length;
	t.follow(50_000, 1);
	await settle();
	assert.equal(page.asked.length, asked, "the second is still at work, so no third begins");
	await answered();
	assert.deepEqual([video.paused, Math.round(video.currentTime)], [true, 20]);
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
	const [old] = page.buffers;
	FakeBuffer.hangs = true; // it takes nothing in any more
	for (let i = 0; i < 12 && page.asked.length === 0; i++)
		await stand(t, 1050, 1000);
	await answered();
	const taken = old!.appended;
	FakeBuffer.hangs = false;
	await stand(t, 1050, 12_000);
	await answered();
	assert.deepEqual([page.built, page.buffers.length, video.paused], [2, 2, false]);
	assert.ok(page.buffers[1]!.appended >= 2, "head and pictures are in the new one");
	old!.dispatchEvent(new Event("updateend"));
	await settle();
	assert.equal(old!.appended, taken);
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

test("a seek that takes its time is left alone, and what it went to is played from there", async () => {
	const { tile: t, video } = tile();
	const sought = t.seek(20_000);
	await settle();
	await stand(t, 27_000, 2000);
	assert.deepEqual([page.built, page.asked.length, page.asked[0]!.aborted], [1, 1, false]);
	await answered();
	await sought;
	assert.equal(video.currentTime, 20);
});

test("a jump to what the buffer holds asks for nothing", async () => {
	const { tile: t, video } = tile();
	void t.seek(20_000);
	await answered();
	page.buffers[0]!.ranges = [[20, 24.999]];
	const { appended } = page.buffers[0]!;
	void t.seek(21_000);
	await settle();
	assert.deepEqual([page.asked.length, page.buffers[0]!.appended, video.currentTime], [0, appended, 21]);
	void t.seek(24_700); // not enough to stand on
	await settle();
	assert.equal(page.asked.length, 1);
});

test("a jump goes ahead of the clock, and waits for it there", async () => {
	const pass = timers();
	const { tile: t, video } = tile();
	void t.seek(20_000);
	await answered();
	page.buffers[0]!.ranges = [[20, 24.999]];
	const done = t.play(1);
	await done;
	t.follow(21_000, 1);
	await settle();
	assert.ok(video.currentTime > 21 && video.currentTime <= 21.5, `${video.currentTime}`);
	assert.equal(video.paused, true);
	const lead = (video.currentTime - 21) * 1000;
	await pass(lead - 20);
	assert.equal(video.paused, true);
	await pass(40);
	assert.equal(video.paused, false);
});

test("what reading ahead could not get is said, and asked for again after a while, not at every beat", async () => {
	const { tile: t, video } = tile();
	void t.seek(20_000);
	await answered();
	t.rest(20_000);
	await refused();
	assert.deepEqual([t.starved, t.fault, page.asked.length], [true, "", 0]);
	page.now += 900;
	t.rest(20_000);
	await settle();
	assert.equal(page.asked.length, 0);
	page.now += 200;
	t.rest(20_000);
	await settle();
	assert.equal(page.asked.length, 1);
	await answered();
	assert.deepEqual([t.starved, page.built, video.currentTime], [false, 1, 20]);
});

test("where nothing could be got it says so and begins anew, later each time", async () => {
	const { tile: t } = tile();
	void t.seek(20_000);
	for (const wait of [1000, 2000]) {
		await refused();
		assert.notEqual(t.fault, "");
		page.now += wait - 100;
		t.rest(20_000);
		await settle();
		assert.equal(page.asked.length, 0);
		page.now += 200;
		t.rest(20_000);
	}
	await settle();
	await answered();
	assert.deepEqual([t.fault, page.built, t.active], ["", 3, true]);
});

test("a buffer or an element that breaks is built anew, playing or not", async () => {
	const { tile: t, video } = tile();
	void t.seek(20_000);
	await answered();
	FakeBuffer.hangs = true;
	t.rest(20_000);
	await settle();
	page.answerAll();
	await settle();
	page.buffers[0]!.dispatchEvent(new Event("error"));
	FakeBuffer.hangs = false;
	await settle();
	assert.equal(t.active, false);
	page.now += 1100;
	t.rest(20_000);
	await settle();
	await answered();
	assert.deepEqual([t.active, page.built, video.currentTime], [true, 2, 20]);
	video.error = { message: "decode" };
	video.dispatchEvent(new Event("error"));
	assert.equal(t.active, false);
	page.now += 1100;
	let sought = 0;
	const seek = t.seek.bind(t);
	t.seek = (to) => (sought++, seek(to));
	t.follow(30_000, 1);
	assert.equal(sought, 1, "it begins anew, and does nothing else at this beat");
	await settle();
	await answered();
	assert.deepEqual([t.active, page.built, Math.round(video.currentTime), video.paused], [true, 3, 30, false]);
});

test("of a camera's two sizes the large one plays, the small one on a slow line, or the sound alone", async () => {
	const video = new FakeVideo();
	const sources = [source("cam", 100, 640 * 360), source("cam", 60, 320 * 180), source("mic", 100)];
	for (const order of [sources, [...sources].reverse()]) {
		const t = new Tile(order, video as unknown as HTMLVideoElement, new RequestQueue());
		const areas = (at: number): number[] => t.tracksAt(at).map((s) => s.area).sort((a, b) => b - a);
		assert.deepEqual(areas(20_000), [640 * 360, 0]);
		t.quality = "small";
		assert.deepEqual(areas(20_000), [320 * 180, 0]);
		assert.deepEqual(areas(80_000), [640 * 360, 0], "where the small one has nothing the large one is better than none");
		t.quality = "sound";
		assert.deepEqual([areas(20_000), t.tracksAt(20_000).map((s) => s.kind)], [[0], ["mic"]]);
	}
});

test("of two equally large pictures the one that began later plays", () => {
	const [old, fresh] = [source("cam", 100), source("cam", 100)];
	const t = new Tile([old!, fresh!], new FakeVideo() as unknown as HTMLVideoElement, new RequestQueue());
	assert.equal(t.tracksAt(20_000)[0], fresh);
	t.quality = "small";
	assert.equal(t.tracksAt(20_000)[0], fresh);
});

test("a seat whose picture alone is sent is not away when nobody wants pictures", () => {
	const t = new Tile([source("cam", 100)], new FakeVideo() as unknown as HTMLVideoElement, new RequestQueue());
	let told = 0;
	t.onchange = () => told++;
	assert.deepEqual([t.tracksAt(20_000).length, t.pictureOff, told], [1, false, 0]);
	t.quality = "sound";
	assert.deepEqual([t.tracksAt(20_000).length, t.pictureOff, told], [0, true, 1]);
	assert.deepEqual([t.tracksAt(500_000).length, t.pictureOff, told], [0, false, 2], "where it is away");
});

test("another quality is taken up while it plays, where it is", async () => {
	const video = new FakeVideo();
	const t = new Tile([source("cam", 100, 4), source("cam", 100, 1), source("mic", 100)], video as unknown as HTMLVideoElement, new RequestQueue());
	void t.seek(20_000);
	await answered();
	await t.play(1);
	assert.deepEqual([page.built, page.buffers.length, t.hasPicture], [1, 2, true]);
	t.quality = "sound";
	t.follow(20_300, 1);
	await settle();
	await answered();
	assert.deepEqual([page.built, page.buffers.length, t.hasPicture, t.hasSound], [2, 3, false, true]);
	assert.ok(video.currentTime >= 20.3 && video.currentTime < 22, `${video.currentTime}`);
});

test("one that is built anew before it was ready takes away its own address only, and leaves none behind", async () => {
	const { tile: t } = tile();
	page.tellsLate = true;
	for (const at of [20_000, 30_000, 40_000]) {
		t.close();
		void t.seek(at);
		await settle();
	}
	await settle();
	await answered();
	assert.deepEqual([page.built, page.unfound, t.active], [3, 0, true]);
	assert.deepEqual(page.revoked, new Set(page.urls.values()));
});
