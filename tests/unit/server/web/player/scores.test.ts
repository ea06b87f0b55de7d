// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, type LotHistory, tablesAt } from "@/player/scores";

const version = (member_no: number, n: number, session_ms: number, changes: [bid: string, item: string, old?: string, now?: string][], submitted = false) => ({
	member_no, version: n, session_ms, submitted, at: "2026-03-02T00:00:00Z",
	changes: changes.map(([bid_id, item_id, old, now]) => ({ bid_id, item_id, ...(old === undefined ? {} : { old }), ...(now === undefined ? {} : { new: now }) })),
});

const lot = {
	lot_id: "l1", no: 1, name: "第一包", ranked: true,
	items: [{ id: "plan", name: "技术方案" }],
	bids: [{ bid_id: "a", no: 1, bidder_name: "甲" }, { bid_id: "b", no: 2, bidder_name: "乙" }],
	versions: [
		version(1, 2, 1000, [["a", "plan", undefined, "40"]]),
		version(1, 3, 5000, [["a", "plan", "40", "45.50"], ["b", "plan", undefined, "30"]]),
		version(1, 4, 9000, [["b", "plan", "30"]], true),
		version(2, 2, 3000, [["a", "plan", undefined, "41"]]),
	],
} as unknown as LotHistory;

const seen = (ms: number) => tablesAt(lot, ms).map((t) => [t.memberNo, t.submitted, [...t.bids].map(([bid, row]) => [bid, [...row].map(([item, c]) => [item, c.score, c.before])])]);

test("the table is that of the moment", () => {
	assert.deepEqual(seen(999), []);
	assert.deepEqual(seen(1000), [[1, false, [["a", [["plan", "40", null]]]]]]);
	assert.deepEqual(seen(4999)[1], [2, false, [["a", [["plan", "41", null]]]]]);
	assert.deepEqual(seen(5000)[0], [1, false, [["a", [["plan", "45.50", "40"]]], ["b", [["plan", "30", null]]]]]);
	assert.deepEqual(seen(9000)[0], [1, true, [["a", [["plan", "45.50", "40"]]], ["b", []]]]);
});

test("changes are what replaced or took away a score, in their order", () => {
	assert.deepEqual(changesOf([lot], []).map((c) => [c.ms, c.memberNo, c.bidder, c.item, c.from, c.to]), [
		[5000, 1, "甲", "技术方案", "40", "45.50"], [9000, 1, "乙", "技术方案", "30", null]]);
	assert.deepEqual(changesOf([{ lot_id: "l2", no: 2, name: "第二包", ranked: false }], []), []);
});

test("a change says why: of its own before the sheet was given, or by what made it a draft again", () => {
	const said = (no: number, kind: string, session_ms: number, body: object) => ({ no, kind, session_ms, body, event_id: "", at: "" }) as never;
	const why = (...events: never[]) => changesOf([lot], events).map((c) => c.why);
	const own = { kind: "own" };
	const reopened = (body: object, members = [1], id = "l1") => said(1, "sheet.reopened", 6000, { lot: id, members, ...body });
	assert.deepEqual(why(), [own, own]);
	assert.deepEqual(why(reopened({ returned: true, rule: "E13" })), [own, { kind: "returned" }], "what came before it has its own reason");
	assert.deepEqual(why(reopened({})), [own, { kind: "reopened" }]);
	assert.deepEqual(why(reopened({ rollback: "r1" }), said(2, "rollback.requested", 5500, { rollback: "r0", code: "other", reason: "别的" }),
		said(3, "rollback.requested", 5600, { rollback: "r1", code: "04", reason: "第二家超出满分" })), [own, { kind: "rollback", code: "04", reason: "第二家超出满分" }]);
	assert.deepEqual(why(reopened({}, [2]), reopened({}, [1], "l2")), [own, own], "another's sheet, another lot");
});
