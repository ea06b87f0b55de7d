// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { bidsOf, eventsOf, seatsOf, type Manifest, type View } from "@/bundle/data";

const view: View = {
	session_id: "s", title: "评标会", started_us: 1_700_000_000_000_000, end_ms: 9000, closed: true, gaps: [], lots: [], scores: {},
	tracks: [
		{ track: 1, spans: [[0, 4000]], seat: "seat_2", name: "2号专家", kind: "cam", mask: "masked" },
		{ track: 2, spans: [[0, 4000]], seat: "seat_2", name: "2号专家", kind: "cam", mask: "original" },
		{ track: 3, spans: [[100, 9000]], seat: "seat_10", kind: "mic", clusters: [100, 480, 900, 500, 400, 80] },
		{ track: 4, spans: [[5000, 9000]], seat: "seat_2", name: "2号专家", kind: "cam" },
		{ track: 5, spans: [[0, 9000]], seat: "seat_2", name: "2号专家", kind: "screen" },
		{ track: 6, spans: [[0, 9000]], seat: "seat_3", kind: "cam" },
		{ track: 7, spans: [[0, 9000]] },
	],
	events: [{ no: 1, kind: "room.chat", at_us: 1_700_000_001_500_000, session_ms: 1500, actor: "a", body: { text: "好" } }],
};
const manifest: Manifest = {
	made_us: 0, closed: true,
	reels: [1, 3, 4, 5, 7].map((track) => ({ track, state: "here" as const })).concat([{ track: 2, state: "withheld" as never }, { track: 6, state: "missing" as never }]),
	documents: [{ bid_id: "b1", bidder: "甲公司", state: "here" }, { bid_id: "b2", bidder: "乙公司", state: "missing" }],
	files: ["documents/b1/header", "documents/b1/files/报价 #1?.pdf", "report.pdf"].map((path) => ({ path, size: 1, sha256: "" })),
};

test("seats: reels that lie here, a seat's in order of time, screens by themselves and last; no originals", () => {
	const seats = seatsOf(view, manifest);
	assert.deepEqual(seats.map((s) => s.id), ["seat_2", "seat_10", "seat_2 screen"]);
	assert.deepEqual(seats[0]!.pictures.map((s) => s.url), ["reels/1.webm", "reels/4.webm"]);
	assert.deepEqual(seats[0]!.pictures[1]!.spans, [{ from: 5000, to: 9000 }]);
	assert.deepEqual(seats[1]!.sounds[0]!.clusters, [{ time: 100, last: 580, length: 900 }, { time: 600, last: 1000, length: 80 }]);
	assert.deepEqual([seats[1]!.name, seats[1]!.sounds.length, seats[1]!.pictures.length], ["seat_10", 1, 0]);
});

test("events stand where the session's axis has them", () => {
	assert.deepEqual(eventsOf(view).map((e) => [e.no, e.at, e.session_ms]), [[1, "2023-11-14T22:13:21.500Z", 1500]]);
});

test("documents by bid; a name cannot lead elsewhere", () => {
	const [first, second] = bidsOf(manifest);
	assert.deepEqual(first!.files, [{ name: "报价 #1?.pdf", url: "documents/b1/files/%E6%8A%A5%E4%BB%B7%20%231%3F.pdf" }]);
	assert.deepEqual([second!.bidder, second!.files], ["乙公司", []]);
});
