// SPDX-License-Identifier: GPL-3.0-or-later
import "./page";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Stage } from "@/player/stage";
import type { Tile } from "@/player/tile";

Object.assign(globalThis, { document: { hidden: false } });

/** A running recording without tracks: what matters is its end. */
class Running extends Stage {
	last = 60_000;
	override live = true;
	readonly sought: number[] = [];

	constructor() {
		super(async () => {});
	}

	protected override players(): Tile[] {
		return [];
	}

	override get end(): number {
		return this.last;
	}

	override async seek(t: number): Promise<void> {
		this.sought.push(t);
		await super.seek(t);
	}

	beat(): void {
		this.tick();
	}
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 500;

test("who follows and fell behind plays faster until he is there, and the person's speed is not touched", async () => {
	const stage = new Running();
	await stage.goLive();
	assert.ok(near(stage.clock.time, 57_500) && stage.following && stage.clock.rate === 1);
	stage.last += 2000;
	stage.beat();
	assert.equal(stage.clock.rate, 1, "what a cluster brings is no delay");
	stage.last += 3000;
	stage.beat();
	assert.ok(stage.clock.rate > 1);
	stage.clock.set(stage.last - 3000);
	stage.beat();
	assert.ok(stage.clock.rate > 1, "not yet where it was");
	stage.clock.set(stage.last - 2000);
	stage.beat();
	assert.equal(stage.clock.rate, 1);
	assert.deepEqual(stage.sought, [57_500]);
	stage.clock.set(stage.last - 6000);
	stage.beat();
	stage.following = false;
	assert.equal(stage.clock.rate, 1, "who looks for himself does so at his own speed");
	stage.setRate(2);
	stage.beat();
	assert.deepEqual([stage.following, stage.clock.rate], [false, 2]);
	stage.pause();
});

test("who was away for long goes to the end", async () => {
	const stage = new Running();
	await stage.goLive();
	stage.last += 600_000;
	stage.beat();
	await new Promise((done) => setImmediate(done));
	assert.deepEqual(stage.sought, [57_500, 657_500]);
	assert.ok(stage.following);
	stage.pause();
	stage.last += 600_000;
	stage.beat();
	assert.equal(stage.sought.length, 2, "who paused stays where he is");
});
