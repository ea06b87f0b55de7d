// SPDX-License-Identifier: GPL-3.0-or-later
// The result of a lot from its sheets and prices (汇总排序): server/eval/rank.h and lot_rank.h, written a second time, so that
// two programs that share no line must agree.
import type { Schemas } from "@/lib/api";
import { drawLot, drawOrder } from "@/lib/lot_draw";
import { combine, widest, type Scores } from "./combine";
import { CannotRank, rising } from "./exact";
import { chooses, judgePrices, needsPrices, type Drawn, type Judged, type PricedBid } from "./price";

export interface Bid extends PricedBid {
	scores: bigint[][] | null; // [item][member]; null: rejected before anybody scored
	decided: number; // its place among equals; 0: none
}

export interface Case {
	scheme: Schemas["Scheme"];
	bids: Bid[]; // in the order of receipt
	members: number[]; // their numbers
	ceiling: bigint | null;
	/** What chance follows from; null: only what is told of it. */
	chance: { lotId: string; seed: string } | null;
	drawn: Drawn;
	drawnMember: number;
}

export interface Row {
	mean: bigint;
	priceScore: bigint;
	total: bigint;
	rank: number; // 0: none
	tied: boolean;
}

export interface Ranked {
	rows: Row[];
	drawn: Drawn;
	drawnMember: number; // 0: none had to be drawn
}

async function leftOut(c: Case, scores: Scores): Promise<number> {
	if (c.scheme.combine?.method !== "highway")
		return -1;
	const equals = widest(scores, c.members.length);
	if (equals.length === 1)
		return equals[0]!;
	const texts = c.members.map(String);
	const order = c.chance ? (await drawOrder(c.chance.lotId, c.chance.seed, "member", texts)).map(Number) : [c.drawnMember];
	const at = order.map((no) => c.members.indexOf(no)).find((m) => equals.includes(m));
	if (at === undefined)
		throw new CannotRank("combine.member_draw");
	return at;
}

/** The places of the bids where equals are drawn: what the seed says, not what is told. */
async function decided(c: Case): Promise<number[]> {
	if (!c.chance || c.scheme.ties?.at(-1) !== "draw")
		return c.bids.map((b) => b.decided);
	const order = await drawOrder(c.chance.lotId, c.chance.seed, "tie", c.bids.map((_, i) => String(i + 1)));
	return c.bids.map((_, i) => order.indexOf(String(i + 1)) + 1);
}

class Standing {
	constructor(private readonly c: Case, private readonly prices: Judged[], private readonly technical: bigint[], private readonly totals: bigint[], private readonly places: number[]) {}

	private byTies(a: number, b: number): number {
		const [x, y] = [this.c.bids[a]!, this.c.bids[b]!];
		for (const tie of this.c.scheme.ties ?? ["price", "technical"]) {
			let r = 0;
			if (tie === "price" && x.price !== null && y.price !== null)
				r = rising(x.price, y.price);
			else if (tie === "technical")
				r = rising(this.technical[b]!, this.technical[a]!);
			if (r)
				return r;
		}
		return this.places[a] && this.places[b] ? Math.sign(this.places[a]! - this.places[b]!) : 0;
	}

	private compare(a: number, b: number): number {
		const rule = this.c.scheme.price;
		if (rule.method === "balls")
			return this.prices[a]!.place - this.prices[b]!.place;
		const r = chooses(rule) ? rising(this.prices[a]!.evaluated, this.prices[b]!.evaluated) : rising(this.totals[b]!, this.totals[a]!);
		return r || this.byTies(a, b);
	}

	private hasRank(i: number): boolean {
		const judged = this.prices[i]!;
		return this.c.bids[i]!.valid && !judged.out && (this.c.scheme.price.method !== "balls" || judged.place > 0);
	}

	/** One more than the number of those before it. */
	rankOf(i: number): { rank: number; tied: boolean } {
		if (!this.hasRank(i))
			return { rank: 0, tied: false };
		const others = this.c.bids.map((_, j) => j).filter((j) => j !== i && this.hasRank(j)).map((j) => this.compare(j, i));
		return { rank: 1 + others.filter((r) => r < 0).length, tied: others.includes(0) };
	}
}

export async function rankLot(c: Case): Promise<Ranked> {
	const { scheme, bids } = c;
	if (needsPrices(scheme.price) && bids.some((b) => b.valid && b.price === null))
		throw new CannotRank("rank.price");
	const drawn = c.chance ? await drawLot(c.chance.lotId, c.chance.seed, scheme.price, bids.length) : c.drawn;
	const prices = judgePrices(scheme.price, drawn, c.ceiling, bids);
	const scores: Scores = bids.map((b) => (b.valid ? b.scores : null));
	const out = scheme.items.length ? await leftOut(c, scores) : -1;
	const combined = scheme.items.length ? combine(scheme, scores, c.members.length, out) : bids.map(() => ({ mean: 0n, technical: 0n }));
	const totals = bids.map((b, i) => (b.valid ? combined[i]!.mean + prices[i]!.score : 0n));
	const standing = new Standing(c, prices, combined.map((x) => x.technical), totals, await decided(c));
	const hasToBeDrawn = out >= 0 && widest(scores, c.members.length).length > 1;
	return {
		rows: bids.map((_, i) => ({ mean: combined[i]!.mean, priceScore: prices[i]!.score, total: totals[i]!, ...standing.rankOf(i) })),
		drawn,
		drawnMember: hasToBeDrawn ? c.members[out]! : 0,
	};
}
