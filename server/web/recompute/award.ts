// SPDX-License-Identifier: GPL-3.0-or-later
// A published result computed again from its open data alone (复算), and every figure of it that differs: the browser's side
// of bidroom-verify award.
import type { Schemas } from "@/lib/api";
import { parseDecimal, toPlaces } from "@/lib/decimal";
import { add, units, Unreadable } from "./exact";
import { findLowPrices } from "./low_price";
import type { Drawn } from "./price";
import { rankLot, type Bid, type Case, type Row } from "./rank";

type Award = Schemas["Award"];
type AwardRow = Award["rows"][number];

export type Figure = "member_total" | "mean" | "price_score" | "total" | "rank" | "tied" | "drawn" | "drawn_member" | "low_price";

export interface Difference {
	row: number | null; // of the award's; null: of the lot
	member: number | null;
	figure: Figure;
	published: string;
	computed: string;
}

export interface Recomputed {
	rows: Row[];
	differences: Difference[];
}

const TOTAL_PLACES = 2;
const RANK_PLACES = 4;

/** [item][member], each score within its item, with two places at most; nobody may be left out or come twice. */
function scoresOf(award: Award, row: AwardRow, numbers: number[], place: string): bigint[][] {
	if (row.members.length !== numbers.length || row.members.some((m, i) => m.member_no !== numbers[i] || Object.keys(m.scores).length !== award.scheme.items.length))
		throw new Unreadable(`${place}.members`);
	return award.scheme.items.map((item) => row.members.map((m) => {
		const where = `${place}.members.${m.member_no}.${item.id}`;
		const score = units(m.scores[item.id], where);
		if (score < 0n || score > units(item.max, `items.${item.id}`) || score % 10000n)
			throw new Unreadable(where);
		return score;
	}));
}

function bidOf(award: Award, row: AwardRow, numbers: number[], place: string): Bid {
	const isUnscored = row.rejected && !row.members?.length;
	return {
		price: row.price === undefined ? null : units(row.price, `${place}.price`),
		valid: !row.rejected,
		wasValid: row.was_valid ?? false,
		sme: row.sme ?? false,
		decided: row.decided ?? 0,
		scores: isUnscored ? null : scoresOf(award, row, numbers, place),
	};
}

function caseOf(award: Award): Case {
	const numbers = (award.rows.find((r) => r.members?.length)?.members ?? []).map((m) => m.member_no);
	if (!numbers.length)
		throw new Unreadable("members");
	if (award.seed !== undefined && !/^[0-9a-f]{64}$/.test(award.seed))
		throw new Unreadable("seed");
	return {
		scheme: award.scheme,
		bids: award.rows.map((row, i) => bidOf(award, row, numbers, `rows.${i + 1}`)),
		members: numbers,
		ceiling: award.ceiling === undefined ? null : units(award.ceiling, "ceiling"),
		chance: award.seed === undefined ? null : { lotId: award.lot_id, seed: award.seed },
		drawn: award.drawn ?? {},
		drawnMember: award.drawn_member ?? 0,
	};
}

/** With its members in one order, whoever wrote it. */
const said = (value: unknown): string =>
	value === undefined ? "" : JSON.stringify(value, (_, v: unknown) => (typeof v === "object" && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

/** The balls as older results tell them: only those taken, the candidates out of the shortlist. */
function taken(drawn: Drawn, price: Award["scheme"]["price"]): Drawn {
	const shortlist = drawn.shortlist?.slice(0, price.shortlist);
	return { ...drawn, shortlist, candidates: drawn.candidates?.filter((no) => shortlist?.includes(no)).slice(0, price.candidates) };
}

class Comparison {
	readonly found: Difference[] = [];

	constructor(private readonly award: Award) {}

	private note(row: number | null, figure: Figure, published: string, computed: string, member: number | null = null): void {
		this.found.push({ row, member, figure, published, computed });
	}

	/** By value: 75.5 and 75.50 say the same. What was not published differs from nothing. */
	private number(row: number, figure: Figure, published: string | undefined, right: bigint, places: number, member: number | null = null): void {
		const computed = toPlaces(right, places);
		if (published !== undefined && parseDecimal(published) !== parseDecimal(computed))
			this.note(row, figure, published, computed, member);
	}

	row(i: number, told: AwardRow, right: Row, scores: bigint[][] | null): void {
		for (const [m, member] of (told.members ?? []).entries())
			this.number(i, "member_total", member.total, add((scores ?? []).map((item) => item[m]!)), TOTAL_PLACES, member.member_no);
		this.number(i, "mean", told.mean, right.mean, RANK_PLACES);
		this.number(i, "price_score", told.price_score, right.priceScore, TOTAL_PLACES);
		this.number(i, "total", told.total, right.total, RANK_PLACES);
		if (told.rank !== right.rank)
			this.note(i, "rank", said(told.rank), String(right.rank));
		if ((told.tied ?? right.tied) !== right.tied)
			this.note(i, "tied", String(told.tied), String(right.tied));
	}

	chance(drawn: Drawn, drawnMember: number): void {
		const told = said(this.award.drawn ?? {});
		if (told !== said(drawn) && told !== said(taken(drawn, this.award.scheme.price)))
			this.note(null, "drawn", said(this.award.drawn), said(drawn));
		if ((this.award.drawn_member ?? 0) !== drawnMember)
			this.note(null, "drawn_member", String(this.award.drawn_member ?? 0), String(drawnMember));
	}

	/** Results of before the rule was applied do not say it, and tell of no bid that it found. */
	lowPrices(c: Case): void {
		const rule = c.scheme.low_price;
		const isApplied = rule && (this.award.low_prices || this.award.rows.some((row) => row.low_price?.by === rule.rule));
		const found = isApplied ? findLowPrices(rule, c.ceiling, c.bids.map((b) => (b.scores ? b.price : null))) : [];
		for (const [i, row] of this.award.rows.entries()) {
			const finding = found[i] ?? (row.low_price ? { by: "judgement" as const } : null);
			const right = finding && { ...finding, outcome: row.rejected ? "rejected" as const : "kept" as const };
			if (said(row.low_price) !== said(right ?? undefined))
				this.note(i, "low_price", said(row.low_price), said(right ?? undefined));
		}
	}
}

/** Rejects with Unreadable or CannotRank. */
export async function recompute(award: Award): Promise<Recomputed> {
	const c = caseOf(award);
	const ranked = await rankLot(c);
	const comparison = new Comparison(award);
	if (c.chance)
		comparison.chance(ranked.drawn, ranked.drawnMember);
	for (const [i, row] of award.rows.entries())
		comparison.row(i, row, ranked.rows[i]!, c.bids[i]!.scores);
	comparison.lowPrices(c);
	return { rows: ranked.rows, differences: comparison.found };
}

