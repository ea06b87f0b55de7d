// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCell, countCells, lawful, mayChange, moveCell, rowTotal, withScore, type Sheet } from "@/expert/sheet";

const item = (id: string, max: string) => ({ id, name: id, max, kind: "score", objective: false });
const sheet: Sheet = {
	lot_id: "l", state: "draft", version: 1, scores: {},
	items: [item("a", "40"), item("b", "60")],
	bids: [{ bid_id: "x", bidder_name: "甲" }, { bid_id: "y", bidder_name: "乙" }],
};

test("cells are set, tidied and taken out without touching the sheet before", () => {
	const one = withScore({}, "x", "a", " ３５。5 ");
	assert.deepEqual(one, { x: { a: "35.5" } });
	const two = withScore(one, "x", "b", "abc");
	assert.deepEqual(one, { x: { a: "35.5" } });
	assert.equal(checkCell(sheet, two, "x", "b"), "malformed");
	assert.deepEqual(withScore(two, "x", "b", "  "), one);
	assert.deepEqual(withScore(one, "x", "b", "45.", true), { x: { a: "35.5", b: "45." } }, "still typing");
	assert.deepEqual(lawful(sheet, { x: { a: "３５。" } }), { x: { a: "35" } }, "what is being typed travels tidied");
});

test("counts what is filled and what is wrong; only lawful scores travel", () => {
	const scores = { x: { a: "40", b: "60.01" }, y: { a: "0", b: "12.345" } };
	assert.deepEqual(countCells(sheet, scores), { filled: 2, of: 4, wrong: 2 });
	assert.deepEqual(lawful(sheet, scores), { x: { a: "40" }, y: { a: "0" } });
	assert.equal(rowTotal(sheet, { x: { a: "28.1", b: "55.95" } }, "x"), "84.05");
});

test("keys move between cells and stop at the edges", () => {
	const move = (key: string, r: number, c: number, start = true, end = true) => moveCell(key, r, c, 2, 2, start, end);
	assert.deepEqual(move("ArrowDown", 0, 0), [1, 0]);
	assert.equal(move("ArrowDown", 1, 0), null);
	assert.equal(move("ArrowUp", 0, 0), null);
	assert.deepEqual(move("Enter", 0, 1), [1, 1]);
	assert.deepEqual(move("Enter", 1, 0), [0, 1]);
	assert.equal(move("Enter", 1, 1), null);
	assert.deepEqual(move("ArrowRight", 0, 0), [0, 1]);
	assert.equal(move("ArrowRight", 0, 0, true, false), null, "the caret is not at the end");
	assert.equal(move("ArrowLeft", 0, 0), null);
	assert.equal(move("x", 0, 0), null);
});

test("of a sheet that went back only the cells that differ may be changed, and what was not on it", () => {
	const back: Sheet = { ...sheet, scores: { x: { a: "40", b: "50" }, y: { a: "1" } }, returned: [{ bid_id: "x", item_id: "b" }] };
	assert.equal(mayChange(sheet, "x", "a"), true, "it did not go back");
	assert.deepEqual([mayChange(back, "x", "a"), mayChange(back, "x", "b")], [false, true]);
	assert.deepEqual([mayChange(back, "y", "a"), mayChange(back, "y", "b")], [false, true]);
});
