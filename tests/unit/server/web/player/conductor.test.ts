// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { Conductor, type Player } from "@/player/conductor";

class Fake implements Player {
	calls: string[] = [];
	off = 0;
	ready: () => void = () => {};

	seek(t: number): Promise<void> {
		this.calls.push(`seek ${t}`);
		return new Promise((done) => (this.ready = done));
	}

	async play(rate: number): Promise<void> {
		this.calls.push(`play ${rate}`);
	}

	pause(): void {
		this.calls.push("pause");
	}

	follow(): void {
		this.calls.push("follow");
	}

	skew(): number {
		return this.off;
	}
}

class Fakes extends Conductor {
	end = 60_000;
	constructor(readonly fakes: Fake[]) {
		super();
	}

	protected players(): Player[] {
		return this.fakes;
	}

	protected begins(): number[] {
		return [2000, 3000, 40_000];
	}

	beat(): void {
		this.tick();
	}
}

const conductor = (n = 2): Fakes => new Fakes(Array.from({ length: n }, () => new Fake()));
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

test("a seek waits for all, and goes on playing when it was playing before", async () => {
	const c = conductor();
	await c.play();
	assert.ok(c.untouched);
	const done = c.seek(5000);
	assert.ok(!c.untouched);
	assert.deepEqual([c.busy, c.clock.playing, c.plays, c.clock.time], [true, false, true, 5000]);
	c.fakes[0]!.ready();
	await turn();
	assert.equal(c.busy, true);
	c.fakes[1]!.ready();
	await done;
	assert.deepEqual([c.busy, c.calm, c.clock.playing], [false, false, true]);
	assert.deepEqual(c.fakes[0]!.calls, ["play 1", "pause", "seek 5000", "play 1"]);
});

test("a seek that overtakes another is the only one that counts; a pause ends both", async () => {
	const c = conductor(1);
	await c.play();
	const first = c.seek(5000);
	const freed = c.fakes[0]!.ready;
	const second = c.seek(9000);
	freed();
	await first;
	assert.equal(c.busy, true);
	c.fakes[0]!.ready();
	await second;
	assert.ok(c.clock.playing && c.clock.time >= 9000);
	const third = c.seek(1000);
	c.pause();
	assert.equal(c.plays, false);
	c.fakes[0]!.ready();
	await third;
	assert.deepEqual([c.busy, c.clock.playing, c.clock.time], [false, false, 1000]);
});

test("a seek that overtakes the start of playing plays on where it goes", async () => {
	const c = conductor(1);
	const started = c.play();
	const sought = c.seek(5000);
	await started;
	c.fakes[0]!.ready();
	await sought;
	assert.ok(c.clock.playing && c.clock.time >= 5000);
	const again = c.play();
	c.pause();
	await again;
	assert.equal(c.clock.playing, false);
});

test("the clock begins where most elements are when they have started", async () => {
	const c = conductor(3);
	[100, 120, 400].forEach((off, i) => (c.fakes[i]!.off = off));
	await c.play();
	assert.ok(Math.abs(c.clock.time - 120) < 50, `${c.clock.time}`);
});

test("it begins where nearly all are there, stops at the end, and then begins again", async () => {
	const c = conductor(1);
	assert.equal(c.begin, 3000);
	await c.play();
	c.clock.set(59_900);
	c.beat();
	assert.equal(c.clock.playing, false);
	const again = c.play();
	await turn();
	assert.equal(c.clock.time, 3000);
	c.fakes[0]!.ready();
	await again;
	assert.equal(c.clock.playing, true);
	c.beat();
	assert.equal(c.fakes[0]!.calls.at(-1), "follow");
});

test("going to the end while it plays stays there", async () => {
	const c = conductor(1);
	await c.play();
	const done = c.seek(60_000);
	c.fakes[0]!.ready();
	await done;
	assert.deepEqual([c.busy, c.clock.playing, c.clock.time], [false, false, 59_600]);
	assert.ok(!c.fakes[0]!.calls.includes("seek 3000"));
	const again = c.play();
	c.pause();
	c.fakes[0]!.ready();
	await again;
	assert.equal(c.clock.playing, false, "a pause ends the way back to the beginning");
});

test("what is shorter than its own end is sought once, not for ever", async () => {
	const c = conductor(1);
	c.end = 3100;
	c.clock.set(3000);
	const done = c.play();
	await turn();
	c.fakes[0]!.ready();
	await done;
	assert.deepEqual(c.fakes[0]!.calls.filter((call) => call.startsWith("seek")), ["seek 2700"]);
	assert.equal(c.busy, false);
});
