// SPDX-License-Identifier: GPL-3.0-or-later
// Which bids had to explain their price (异常低价, E19/E20), by the prices alone: server/eval/low_price.h, written a second time.
import type { Schemas } from "@/lib/api";
import { formatDecimal } from "@/lib/decimal";
import { add, ratio, rising, units } from "./exact";

type Rule = NonNullable<Schemas["Scheme"]["low_price"]>;
export type LowPrice = Schemas["LowPriceResult"];

const DEFAULTS = { E19: { mean: "50", second: "50", ceiling: "45" }, E20: { mean: "90", second: null, ceiling: "85" } };
const HUNDRED = 100000000n; // a percent in 1e-6 units, of 100

interface Limit {
	name: "mean" | "second_lowest" | "ceiling";
	member: "mean_limit" | "second_limit" | "ceiling_limit";
	percent: bigint;
	num: bigint;
	den: bigint;
}

/** passed: the prices of those who were scored; null for the others. What the rule finds of each; null: nothing. */
export function findLowPrices(rule: Rule, ceiling: bigint | null, passed: (bigint | null)[]): (Omit<LowPrice, "outcome"> | null)[] {
	const defaults = DEFAULTS[rule.rule];
	const prices = passed.filter((p): p is bigint => p !== null).sort(rising);
	return passed.map((price) => {
		if (price === null)
			return null;
		const rest = rule.without_suspect ? [add(prices) - price, BigInt(prices.length - 1)] as const : [add(prices), BigInt(prices.length)] as const;
		const limits: Limit[] = [{ name: "mean", member: "mean_limit", percent: units(rule.of_mean ?? defaults.mean, "low_price.of_mean"), num: rest[0], den: rest[1] }];
		if (defaults.second && prices.length > 1)
			limits.push({ name: "second_lowest", member: "second_limit", percent: units(defaults.second, ""), num: prices[1]!, den: 1n });
		if (ceiling !== null)
			limits.push({ name: "ceiling", member: "ceiling_limit", percent: units(rule.of_ceiling ?? defaults.ceiling, "low_price.of_ceiling"), num: ceiling, den: 1n });
		const fired = limits.filter((l) => l.den && price * l.den * HUNDRED < l.percent * l.num);
		if (rule.rule === "E20" ? fired.length < 2 : !fired.length)
			return null;
		const found: Omit<LowPrice, "outcome"> = { by: rule.rule, triggers: fired.map((l) => l.name) };
		for (const l of limits)
			if (l.den && ratio(l.percent * l.num, HUNDRED * l.den, 6))
				found[l.member] = formatDecimal(ratio(l.percent * l.num, HUNDRED * l.den, 6));
		return found;
	});
}
