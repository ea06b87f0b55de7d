// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import type { View } from "@/bundle/data";
import { lotsOf } from "@/bundle/scores";
import { changesOf, tablesAt } from "@/player/scores";
import { eventsOf } from "@/bundle/data";

const event = (no: number, kind: string, session_ms: number, body: Record<string, unknown>): View["events"][number] => ({ no, kind, session_ms, body, at_us: session_ms * 1000, actor: "" });
const view: View = {
	session_id: "s", title: "评标会", started_us: 0, end_ms: 90_000, closed: true, gaps: [], tracks: [],
	lots: [{ lot_id: "l1", no: 1, name: "第一包", items: [{ id: "plan", name: "技术方案" } as never] }, { lot_id: "l2", no: 2, name: "第二包" }],
	scores: {
		sheets: [{ lot_id: "l1", member_no: 1, scores: { a: { plan: "45" }, b: { plan: "30" } } }, { lot_id: "l1", member_no: 2, scores: { a: { plan: "41" } } }],
		void: [{ lot_id: "l1", member_no: 1, undone: 50, scores: { a: { plan: "40" }, b: { plan: "30" } } }],
		results: [{ rows: [{ bid_id: "a", bidder_name: "甲" }] }],
	},
	events: [
		event(1, "sheet.submitted", 10_000, { lot: "l1", member_no: 1 }),
		event(2, "sheet.submitted", 20_000, { lot: "l1", member_no: 2 }),
		event(3, "rollback.requested", 30_000, { rollback: "r", code: "04", reason: "超出满分" }),
		event(4, "sheet.reopened", 31_000, { lot: "l1", members: [1], rollback: "r" }),
		event(5, "sheet.submitted", 40_000, { lot: "l1", member_no: 1 }),
	],
};

test("the table of a bundle stands as the sheets stood that were given by then", () => {
	const [lot, ...more] = lotsOf(view);
	assert.deepEqual([more, lot!.name, lot!.bids!.map((b) => b.bidder_name)], [[], "第一包", ["甲", "b"]]);
	const at = (ms: number) => tablesAt(lot!, ms).map((t) => [t.memberNo, t.submitted, t.bids.get("a")?.get("plan")?.score]);
	assert.deepEqual(at(9999), []);
	assert.deepEqual(at(10_000), [[1, true, "40"]]);
	assert.deepEqual(at(31_000), [[1, false, "40"], [2, true, "41"]]);
	assert.deepEqual(at(40_000), [[1, true, "45"], [2, true, "41"]]);
});

test("what was changed in a sheet that went back is told, old and new, and why", () => {
	assert.deepEqual(changesOf(lotsOf(view), eventsOf(view)).map((c) => [c.ms, c.bidder, c.item, c.from, c.to, c.why]),
		[[40_000, "甲", "技术方案", "40", "45", { kind: "rollback", code: "04", reason: "超出满分" }]]);
});
