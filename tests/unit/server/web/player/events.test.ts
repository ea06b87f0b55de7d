// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bandsOf, groupOf, groupsOf, marksOf, patrolMarks } from "@/player/events";

const START = "2026-03-02T01:00:00Z";
const event = (no: number, kind: string, s: number, body: Record<string, unknown> = {}) => ({
	no, event_id: "0".repeat(26), kind, at: new Date(Date.parse(START) + s * 1000).toISOString(), body,
});

test("every room event has its group; recording parts and viewings are no occurrences", () => {
	const kinds = readFileSync(join(process.env.BIDROOM_ROOT!, "server/audit/event_kinds.def"), "utf8");
	for (const m of kinds.matchAll(/^EVENT\("([^"]+)", (?:PANEL|ROOM)\)/gm))
		assert.notEqual(groupOf(m[1]!), null, m[1]);
	assert.equal(groupOf("media.part"), null);
	assert.equal(groupOf("replay.viewed"), null);
	assert.equal(groupOf("media.gap"), "fault");
	for (const [kind, group] of [["sheet.submitted", "score"], ["leader.voted", "vote"], ["room.mute", "mute"], ["room.gap", "fault"], ["patrol.logged", "patrol"], ["warning.issued", "patrol"]] as const)
		assert.equal(groupOf(kind), group);
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
	assert.equal(groupOf("room.present"), "page");
});

test("a voice for one seat alone is told as such, with its name", () => {
	const body = { track: 7, seat: "sup_1", kind: "mic", codec: "opus" };
	const seats = new Map([["sup_1", "监督"], ["seat_3", "3号专家"]]);
	const marks = marksOf([event(1, "room.publish", 1, { ...body, to: "seat_3" }), event(2, "room.unpublish", 2, { track: 7, seat: "sup_1", to: "seat_3" }), event(3, "room.publish", 3, body),
		event(4, "session.step", 4, { from: "promise", to: "scoring" })], START, seats);
	assert.deepEqual(marks.map((m) => m.aside), ["begun", "over", undefined, undefined]);
	assert.match(marks[0]!.text, /^3号专家 · 监督/);
	assert.match(marks[3]!.text, /^scoring/);
});

test("what supervisors did stands among the rest, their notes apart; groups without anything are left out", () => {
	const at = (s: number) => new Date(Date.parse(START) + s * 1000).toISOString();
	const marks = patrolMarks([
		{ no: 1, kind: "patrol.spot_drawn", at: at(5), seat_name: "3号席" }, { no: 2, kind: "patrol.logged", at: at(9), text: "桌面有手机", finding: true, author: "监督甲" },
		{ no: 3, kind: "replay.noted", at: at(11), text: "见下" }], START, "发现问题");
	assert.deepEqual(marks.map((m) => [m.ms, m.group, m.text]), [[5000, "patrol", "3号席"], [9000, "patrol", "发现问题 · 桌面有手机 · 监督甲"]]);
	assert.deepEqual(groupsOf([...marksOf([event(1, "room.mute", 1)], START), ...marks]), ["mute", "patrol"]);
});

test("steps follow one another to the end", () => {
	const bands = bandsOf([event(1, "session.step", 0, { to: "promise" }), event(2, "session.step", 30, { to: "leader" }), event(3, "session.step", 30, { to: "scoring" })], START, 90_000);
	assert.deepEqual(bands, [{ step: "promise", from: 0, to: 30_000 }, { step: "scoring", from: 30_000, to: 90_000 }]);
});
