// SPDX-License-Identifier: GPL-3.0-or-later
// What a price rule makes of the prices of a lot (价格评审): the formulas of server/eval/price_score.h, written a second time.
import type { Schemas } from "@/lib/api";
import { add, CannotRank, ratio, rising, units } from "./exact";

type Rule = Schemas["PriceRule"];
export type Drawn = Schemas["Drawn"];

export interface PricedBid {
	price: bigint | null;
	valid: boolean;
	wasValid: boolean;
	sme: boolean;
}

export interface Judged {
	evaluated: bigint;
	score: bigint;
	out: boolean; // under the base, outside the band, not shortlisted: cannot win
	place: number; // balls: among the candidates, from 1; 0: not one
}

const SCORE_PLACES = 2;
const WHOLE = 1000000n; // in units of 0.0001 %
const PER_UNIT = 100n; // from a percent's 1e-6 units
const NOTHING: Judged = { evaluated: 0n, score: 0n, out: false, place: 0 };
const CHOOSES = ["lowest_evaluated", "nearest_above", "band", "balls"];
const PRICELESS = ["in_total", "balls"];

export const chooses = (rule: Rule): boolean => CHOOSES.includes(rule.method);
export const needsPrices = (rule: Rule): boolean => !PRICELESS.includes(rule.method);

/** A number of the rule, or the one that was drawn of those it leaves open. */
function param(rule: Rule, drawn: Drawn, name: "float" | "ceiling_share" | "band"): bigint {
	const value = rule[name];
	if (typeof value !== "object")
		return value === undefined ? 0n : units(value, `price.${name}`);
	if (drawn[name] === undefined)
		throw new CannotRank("price_score.not_drawn");
	const one = units(drawn[name], `drawn.${name}`);
	if (!value.drawn.some((choice) => units(choice, `price.${name}`) === one))
		throw new CannotRank("price_score.drawn");
	return one;
}

class Pricing {
	private readonly inBase: { price: bigint; sme: boolean }[];

	constructor(private readonly rule: Rule, private readonly drawn: Drawn, private readonly ceiling: bigint | null, private readonly bids: PricedBid[]) {
		this.inBase = bids.filter((b) => b.valid || (b.wasValid && rule.base_stays)).map((b) => ({ price: b.price ?? 0n, sme: b.sme }));
		if (needsPrices(rule) && this.inBase.some((b) => b.price <= 0n))
			throw new CannotRank("rank.price");
		if ((rule.ceiling_share !== undefined || rule.lines?.length) && (ceiling ?? 0n) <= 0n)
			throw new CannotRank("price_score.ceiling");
	}

	private number(name: "weight" | "sme_discount" | "above" | "below" | "floor"): bigint {
		return units(this.rule[name] ?? "0", `price.${name}`);
	}

	private each(judge: (price: bigint, bid: PricedBid) => Partial<Judged>): Judged[] {
		return this.bids.map((b) => ({ ...NOTHING, ...(b.valid ? judge(b.price ?? 0n, b) : {}) }));
	}

	/** 87号令 55: lowest ÷ price × weight, a small firm's price lowered before. */
	gpLowest(): Judged[] {
		const off = this.number("sme_discount") / 10000n;
		const lowered = (b: { price: bigint | null; sme: boolean }): bigint => (b.price ?? 0n) * (10000n - (b.sme ? off : 0n));
		const lowest = this.inBase.map(lowered).sort(rising)[0];
		const weight = this.number("weight");
		return this.each((_, b) => ({ evaluated: ratio(lowered(b), 10000n, 6), score: ratio(weight * lowest!, lowered(b), SCORE_PLACES) }));
	}

	/** (1 + float) × ((1 − share) × mean + share × ceiling), rounded once; null without a price. */
	private base(): bigint | null {
		const prices = this.inBase.map((b) => b.price).sort(rising);
		if (!prices.length)
			return null;
		const drop = (this.rule.drop ?? []).filter((d) => prices.length >= d.from).at(-1) ?? { high: 0, low: 0 };
		const kept = prices.slice(drop.low, prices.length - drop.high);
		const share = param(this.rule, this.drawn, "ceiling_share") / PER_UNIT;
		const factor = WHOLE + param(this.rule, this.drawn, "float") / PER_UNIT;
		const n = BigInt(kept.length);
		const mixed = (WHOLE - share) * add(kept) + (share ? share * n * this.ceiling! : 0n);
		const base = ratio(factor * mixed, WHOLE * WHOLE * n, this.rule.base_places ?? 6);
		if (base <= 0n)
			throw new CannotRank("price_score.base");
		return base;
	}

	/** weight − |offset| × 100 × points for each percent, not under the floor. */
	baseMean(): Judged[] {
		const base = this.base();
		const [weight, above, below, floor] = [this.number("weight"), this.number("above"), this.number("below"), this.number("floor")];
		return this.each((price) => {
			const away = price - base!;
			let [num, den] = [away < 0n ? -away : away, base!];
			if (this.rule.offset_places !== undefined)
				[num, den] = [ratio(num * WHOLE, den, this.rule.offset_places), WHOLE];
			const score = ratio(weight * den - 100n * num * (away > 0n ? above : below), den, SCORE_PLACES);
			return { evaluated: price, score: score < floor ? floor : score };
		});
	}

	byBase(): Judged[] {
		const base = this.base();
		const band = this.rule.method === "band" ? param(this.rule, this.drawn, "band") / PER_UNIT : null;
		return this.each((price) => {
			const away = price - base!;
			return { evaluated: price, out: band === null ? away < 0n : (away < 0n ? -away : away) * WHOLE > band * base! };
		});
	}

	/** The first balls of bids in play are the shortlist; of them the candidates in their order. Who was rejected later keeps his ball. */
	byBalls(): Judged[] {
		const { shortlist, candidates } = this.drawn;
		if (!shortlist || !candidates)
			throw new CannotRank("price_score.not_drawn");
		const inPlay = this.bids.map((b) => b.valid || b.wasValid);
		const most = Math.min(this.rule.shortlist ?? 0, inPlay.filter(Boolean).length);
		const taken = shortlist.filter((no) => inPlay[no - 1]).slice(0, most);
		const placed = candidates.filter((no) => taken.includes(no)).slice(0, this.rule.candidates ?? 0);
		if (taken.length < most || placed.length < Math.min(this.rule.candidates ?? 0, taken.length))
			throw new CannotRank("price_score.drawn");
		return this.bids.map((_, i) => ({ ...NOTHING, out: !taken.includes(i + 1), place: placed.indexOf(i + 1) + 1 }));
	}

	run(): Judged[] {
		switch (this.rule.method) {
			case "gp_lowest": return this.gpLowest();
			case "base_mean": return this.baseMean();
			case "lowest_evaluated": return this.each((price) => ({ evaluated: price }));
			case "nearest_above":
			case "band": return this.byBase();
			case "balls": return this.byBalls();
			case "in_total": return this.bids.map(() => NOTHING);
			default: throw new CannotRank("criteria.method");
		}
	}
}

export function judgePrices(rule: Rule, drawn: Drawn, ceiling: bigint | null, bids: PricedBid[]): Judged[] {
	return new Pricing(rule, drawn, ceiling, bids).run();
}
