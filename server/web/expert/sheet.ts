// SPDX-License-Identifier: GPL-3.0-or-later
// A score sheet while it is filled in: bidders down, items across.
import type { Schemas } from "@/lib/api";
import { checkScore, readTyped, sum, toPlaces, type Range } from "@/lib/decimal";

export type Sheet = Schemas["Sheet"];
export type Scores = Schemas["Scores"];

/**
 * A copy with one cell set; an empty text takes the score out. While the person is still typing nothing is tidied:
 * "45." must stay what it is until the "5" comes.
 */
export function withScore(scores: Scores, bid: string, item: string, typed: string, typing = false): Scores {
	const row = { ...scores[bid] };
	const text = typing || typed.trim() === "" ? typed.trim() : (readTyped(typed) ?? typed.trim());
	if (text === "")
		delete row[item];
	else
		row[item] = text;
	return { ...scores, [bid]: row };
}

/** What stands in each cell: ok, or what is wrong with it. */
export function checkCell(sheet: Sheet, scores: Scores, bid: string, item: string): Range {
	const max = sheet.items.find((x) => x.id === item)?.max ?? "0";
	const text = scores[bid]?.[item];
	return checkScore(text === undefined ? text : (readTyped(text) ?? text), max);
}

/** Where the sheet went back, only those cells may be changed, and those of bids that were not on it. */
export function mayChange(sheet: Sheet, bid: string, item: string): boolean {
	return !sheet.returned || sheet.scores[bid]?.[item] === undefined || sheet.returned.some((c) => c.bid_id === bid && c.item_id === item);
}

export interface Count {
	filled: number; // lawful scores
	of: number;
	wrong: number; // filled in, but not lawful
}

export function countCells(sheet: Sheet, scores: Scores): Count {
	const count = { filled: 0, of: sheet.bids.length * sheet.items.length, wrong: 0 };
	for (const bid of sheet.bids)
		for (const item of sheet.items) {
			const state = checkCell(sheet, scores, bid.bid_id, item.id);
			if (state === "ok")
				count.filled++;
			else if (state !== "empty")
				count.wrong++;
		}
	return count;
}

/** Only lawful scores may be sent as a draft; the rest stays on the page. */
export function lawful(sheet: Sheet, scores: Scores): Scores {
	const out: Scores = {};
	for (const bid of sheet.bids)
		for (const item of sheet.items)
			if (checkCell(sheet, scores, bid.bid_id, item.id) === "ok")
				(out[bid.bid_id] ??= {})[item.id] = readTyped(scores[bid.bid_id]![item.id]!)!;
	return out;
}

export function rowTotal(sheet: Sheet, scores: Scores, bid: string): string {
	return toPlaces(sum(sheet.items.map((x) => scores[bid]?.[x.id])), 2);
}

/** Where a key leads from a cell; null when the key is for the field itself or leads out of the table. */
export function moveCell(key: string, row: number, column: number, rows: number, columns: number, atStart: boolean, atEnd: boolean): [number, number] | null {
	const inside = (r: number, c: number): [number, number] | null => (r >= 0 && r < rows && c >= 0 && c < columns ? [r, c] : null);
	switch (key) {
		case "ArrowUp":
			return inside(row - 1, column);
		case "ArrowDown":
			return inside(row + 1, column);
		case "Enter": // down the column, then to the top of the next
			return row + 1 < rows ? [row + 1, column] : inside(0, column + 1);
		case "ArrowLeft":
			return atStart ? inside(row, column - 1) : null;
		case "ArrowRight":
			return atEnd ? inside(row, column + 1) : null;
		default:
			return null;
	}
}
