// SPDX-License-Identifier: GPL-3.0-or-later
// How the members' scores of a bid become one (评委评分汇总): server/eval/combine.h, written a second time.
import type { Schemas } from "@/lib/api";
import { add, CannotRank, ratio, rising } from "./exact";

type Scheme = Schemas["Scheme"];
/** [bid][item][member]; null: a bid that is not looked at. */
export type Scores = (bigint[][] | null)[];

export interface Combined {
	mean: bigint;
	technical: bigint;
}

const LEAST = { mean: 1, trim_totals: 3, trim_items: 3, highway: 4 };
const PLACES = 4;

function meanOf(values: bigint[], trimmed: boolean, places: number): bigint {
	const kept = trimmed ? [...values].sort(rising).slice(1, -1) : values;
	return ratio(add(kept), BigInt(kept.length), places);
}

/** Highest less lowest total a member gave, or second highest less second lowest. */
function spreadOf(scores: Scores, member: number, order: number): bigint {
	const totals = scores.flatMap((bid) => (bid ? [add(bid.map((item) => item[member]!))] : [])).sort(rising);
	return totals.length < 2 * (order + 1) ? 0n : totals.at(-1 - order)! - totals[order]!;
}

/** Those who spread widest, by their places among the members; the whole of them where more than one does. */
export function widest(scores: Scores, members: number): number[] {
	let left = Array.from({ length: members }, (_, m) => m);
	for (const order of [0, 1]) {
		if (left.length === 1)
			break;
		const spreads = left.map((m) => spreadOf(scores, m, order));
		const most = [...spreads].sort(rising).at(-1);
		left = left.filter((_, i) => spreads[i] === most);
	}
	return left;
}

/** leftOut: the place of the member who is left out as a whole; -1: nobody. */
export function combine(scheme: Scheme, scores: Scores, members: number, leftOut: number): Combined[] {
	const { method = "mean", places = PLACES, commercial_places = places } = scheme.combine ?? {};
	if (!(method in LEAST))
		throw new CannotRank("criteria.combine");
	if (members < LEAST[method])
		throw new CannotRank("combine.too_few_members");
	const technical = scheme.items.map((item) => item.kind === "technical");
	const byTotal = (bid: bigint[][], counts: boolean[]): bigint =>
		meanOf(Array.from({ length: members }, (_, m) => add(bid.flatMap((item, i) => (counts[i] ? [item[m]!] : [])))), method === "trim_totals", places);
	return scores.map((bid) => {
		if (!bid)
			return { mean: 0n, technical: 0n };
		if (method === "mean" || method === "trim_totals")
			return { mean: byTotal(bid, scheme.items.map(() => true)), technical: byTotal(bid, technical) };
		const means = bid.map((item, i) => meanOf(item.filter((_, m) => m !== leftOut), true, scheme.items[i]!.kind === "commercial" ? commercial_places : places));
		return { mean: add(means), technical: add(means.filter((_, i) => technical[i])) };
	});
}
