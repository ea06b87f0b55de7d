// SPDX-License-Identifier: GPL-3.0-or-later
// A scoring scheme while it is typed: the same checks as the server's, so that mistakes show at once.
import type { Schemas } from "@/lib/api";
import { checkScore, formatDecimal, parseDecimal, sum } from "@/lib/decimal";

export type Scheme = Schemas["Scheme"];

export interface LotDraft {
	name: string;
	ceiling: string;
	price_form: Schemas["PriceForm"];
	scheme: Scheme;
}

export function emptyLot(): LotDraft {
	return {
		name: "",
		ceiling: "",
		price_form: "amount",
		scheme: { items: [emptyItem(1)], price: { method: "gp_lowest", weight: "30" } },
	};
}

export function emptyItem(no: number): Schemas["SchemeItem"] {
	return { id: `i${no}`, name: "", max: "", kind: "score", objective: false };
}

/** The price methods that a session can carry out from this form. */
export const METHODS = ["gp_lowest", "base_mean", "in_total"] as const;

/** Another method starts with its own parameters; weight and items stay. */
export function setMethod(scheme: Scheme, method: Scheme["price"]["method"]): void {
	const { weight } = scheme.price;
	scheme.price = method === "base_mean"
		? { method, weight, above: "1", below: "0.5", float: "0", drop: [{ from: 5, high: 1, low: 1 }] }
		: { method, weight };
}

/** An id that no other item of the scheme has. */
export function nextItem(scheme: Scheme): Schemas["SchemeItem"] {
	const used = scheme.items.map((x) => Number(/^i(\d+)$/.exec(x.id)?.[1] ?? 0));
	return emptyItem(Math.max(0, ...used) + 1);
}

/** The points of all items and, where the system computes it, of the price. */
export function totalPoints(scheme: Scheme): string {
	const price = scheme.price.method === "in_total" ? "0" : scheme.price.weight;
	return formatDecimal(sum([...scheme.items.map((x) => x.max), price]));
}

/** The first thing wrong with a lot as a message key under staff., or null. */
export function faultOf(lot: LotDraft): string | null {
	if (!lot.name.trim())
		return "lot_name_missing";
	if (lot.ceiling && parseDecimal(lot.ceiling) === null)
		return "ceiling_malformed";
	if (lot.scheme.items.some((x) => !x.name.trim() || checkScore(x.max, "100") !== "ok"))
		return "item_incomplete";
	if (checkScore(lot.scheme.price.weight, "100") !== "ok")
		return "weight_malformed";
	const { method, above, below, float } = lot.scheme.price;
	if (method === "base_mean" && [above, below, float].some((x) => typeof x !== "string" || parseDecimal(x) === null))
		return "weight_malformed";
	return totalPoints(lot.scheme) === "100" ? null : "points_not_100";
}

export function toContract(lot: LotDraft): Schemas["ProjectNew"]["lots"][number] {
	const { name, price_form, scheme } = lot;
	const body = { name: name.trim(), price_form, scheme };
	return lot.ceiling ? { ...body, ceiling: lot.ceiling } : body;
}
