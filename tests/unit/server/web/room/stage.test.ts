// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RosterSeat, TrackForm } from "@/room/control";
import { ActiveSpeaker } from "@/room/speaking";
import { Rate, RATE_MIN } from "@/room/rate";
import type { RoomEvent } from "@/room/control";
import { stepClock } from "@/room/step_clock";
import { mainPlace, places, tilesOf } from "@/room/stage";

const seat = (id: string, more: Partial<RosterSeat> = {}): RosterSeat =>
	({ seat: id, name: id, role: "expert", presence: "present", mic_muted: false, cam_muted: false, hand: false, ...more });
const screen = (track: number, of: string): TrackForm => ({ track, seat: of, since_ms: 0, kind: "screen", codec: "vp8" });
const roster = [seat("me"), seat("a"), seat("b", { presence: "lost" }), seat("c", { presence: "absent" }), seat("d", { presence: "removed" })];

test("who is there has a place, the own seat the last, a shared screen the first; the own screen has none", () => {
	assert.deepEqual(places(roster, [screen(1, "b"), screen(2, "me")], "me").map((p) => p.id), ["b/screen", "a/cam", "b/cam", "me/cam"]);
});

test("large is what was chosen, else a screen, else who speaks, else the first", () => {
	const all = places(roster, [], "me");
	assert.equal(mainPlace(all, "", ""), "a/cam");
	assert.equal(mainPlace(all, "", "b"), "b/cam");
	assert.equal(mainPlace(places(roster, [screen(1, "a")], "me"), "", "b"), "a/screen");
	assert.equal(mainPlace(all, "me/cam", "b"), "me/cam");
	assert.equal(mainPlace(all, "gone/cam", ""), "a/cam");
	assert.equal(mainPlace([], "", ""), "");
});

test("few are all large, many are small but for the large one; what is not seen is hidden, the own not asked for", () => {
	const all = places(roster, [], "me");
	const sizes = (layout: "grid" | "stage", unseen: string[] = []) => tilesOf(all, "me", layout, "b/cam", new Set(unseen)).map((t) => [t.id, t.size]);
	assert.deepEqual(sizes("grid"), [["a/cam", "large"], ["b/cam", "large"]]);
	assert.deepEqual(sizes("stage", ["a/cam"]), [["a/cam", "hidden"], ["b/cam", "large"]]);
	const many = places([..."abcdef"].map((id) => seat(id)), [], "a");
	assert.ok(tilesOf(many, "a", "grid", "", new Set()).every((t) => t.size === "small"));
});

test("a cough does not change the picture, speech does, and a pause keeps it", () => {
	const active = new ActiveSpeaker();
	let now = 0;
	const hear = (ms: number, loud: Record<string, number>): string => {
		for (const end = now + ms; now < end; now += 100)
			active.update(new Map(Object.entries(loud)), now);
		return active.current;
	};
	assert.equal(hear(400, { a: 0.2 }), "");
	hear(1000, {});
	assert.equal(hear(1000, { a: 0.2 }), "a");
	assert.equal(hear(1000, {}), "a");
	assert.equal(hear(1000, { a: 0.2, b: 0.5 }), "a", "who speaks is not interrupted");
	hear(1000, { b: 0.5 });
	assert.equal(hear(1500, { b: 0.5 }), "b");
});

test("pictures cost less while the line is full, and more again step by step up to what the server advises", () => {
	const rate = new Rate(400_000);
	assert.deepEqual([rate.second(0), rate.second(90_000), rate.second(90_000)], [null, 280_000, 196_000]);
	for (let i = 0; i < 20; i++)
		rate.second(90_000);
	assert.equal(rate.second(90_000), null, "not below the least");
	assert.equal(rate.advised(300_000), null);
	const up: number[] = [];
	for (let i = 0; i < 100; i++)
		up.push(...[rate.second(0)].filter((bps): bps is number => bps !== null));
	assert.deepEqual([up[0], up.at(-1)], [RATE_MIN * 1.15, 300_000]);
	assert.equal(rate.advised(100_000), 100_000);
	assert.equal(rate.advised(100_000_000), null);
	for (let i = 0; i < 100; i++)
		up.push(...[rate.second(0)].filter((bps): bps is number => bps !== null));
	assert.equal(up.at(-1), 400_000, "and never above what the device was set to");
});

test("the host's time belongs to a step, and the next step begins without one", () => {
	const event = (kind: string, at_us: number, body: object): RoomEvent => ({ type: "event", no: 1, session_ms: 0, kind, at_us, body }) as RoomEvent;
	const events = [event("session.step", 10, { from: "leader", to: "scoring" }), event("session.timer", 20, { step: "scoring", deadline_us: 90 })];
	assert.deepEqual(stepClock([]), { beganUs: 0, endsUs: 0 });
	assert.deepEqual(stepClock(events), { beganUs: 10, endsUs: 90 });
	assert.deepEqual(stepClock([...events, event("session.timer", 30, { step: "scoring" })]), { beganUs: 10, endsUs: 0 });
	assert.deepEqual(stepClock([...events, event("session.step", 40, { from: "scoring", to: "summary" })]), { beganUs: 40, endsUs: 0 });
});
