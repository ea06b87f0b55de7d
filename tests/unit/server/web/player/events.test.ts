// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bandsOf, groupOf, marksOf } from "@/player/events";

const START = "2026-03-02T01:00:00Z";
const event = (no: number, kind: string, s: number, body: Record<string, unknown> = {}) => ({
	no, event_id: "0".repeat(26), kind, at: new Date(Date.parse(START) + s * 1000).toISOString(), body,
});

test("every room event has its group; recording parts and viewings are no occurrences", () => {
	const kinds = readFileSync(join(process.env.BIDROOM_ROOT!, "server/audit/event_kinds.def"), "utf8");
	for (const m of kinds.matchAll(/^EVENT\("([^"]+)", ROOM\)/gm))
		assert.notEqual(groupOf(m[1]!), null, m[1]);
	assert.equal(groupOf("media.part"), null);
	assert.equal(groupOf("replay.viewed"), null);
	assert.equal(groupOf("media.gap"), "fault");
	assert.equal(groupOf("sheet.submitted"), "score");
});

test("events stand on the axis of the recording, in order", () => {
	const marks = marksOf([event(2, "room.chat", 10, { text: "你好" }), event(1, "member.arrived", -60), event(3, "media.part", 11), { ...event(4, "room.mute", 99, { seat: "s05" }), session_ms: 5000 }], START, new Map([["s05", "专家戊"]]));
	assert.equal(marks[1]!.text, "专家戊");
	assert.deepEqual(marks.map((m) => [m.no, m.ms]), [[1, 0], [4, 5000], [2, 10_000]]);
	assert.equal(marks[2]!.text, "你好");
});

test("a page that was shown is told apart from the end of showing", () => {
	const marks = marksOf([event(1, "room.present", 1, { on: true, bid: "b1", file: 2, page: 17 }), event(2, "room.present", 2, { on: false })], START);
	assert.deepEqual(marks.map((m) => m.page), [{ bid: "b1", file: 2, page: 17 }, undefined]);
	assert.equal(groupOf("room.present"), "chat");
});

test("steps follow one another to the end", () => {
	const bands = bandsOf([event(1, "session.step", 0, { to: "promise" }), event(2, "session.step", 30, { to: "leader" }), event(3, "session.step", 30, { to: "scoring" })], START, 90_000);
	assert.deepEqual(bands, [{ step: "promise", from: 0, to: 30_000 }, { step: "scoring", from: 30_000, to: 90_000 }]);
});
