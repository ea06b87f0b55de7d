// SPDX-License-Identifier: GPL-3.0-or-later
// A scoring scheme while it is typed: the same checks as the server's, so that mistakes show at once.
import type { Schemas } from "@/lib/api";
import { checkScore, formatDecimal, parseDecimal, sum } from "@/lib/decimal";

export type Scheme = Schemas["Scheme"];
type Price = Scheme["price"];
export type Method = Price["method"];

export const BOND_FORMS = ["transfer", "guarantee", "insurance", "surety"] as const;

export interface LotDraft {
	name: string;
	ceiling: string;
	bond: string;
	bond_forms: Schemas["BondForm"][]; // none: all
	price_form: Schemas["PriceForm"];
	scheme: Scheme;
	/** The parameters of the price method as they are typed; "" for one that is left out. */
	params: Record<string, string>;
}

export function emptyLot(): LotDraft {
	return {
		name: "",
		ceiling: "",
		bond: "",
		bond_forms: [],
		price_form: "amount",
		scheme: { items: [emptyItem(1)], price: { method: "gp_lowest", weight: "30" } },
		params: {},
	};
}

export function emptyItem(no: number): Schemas["SchemeItem"] {
	return { id: `i${no}`, name: "", max: "", kind: "score", objective: false };
}

/**
 * choices: a percent, or several between commas, one of which is drawn in public; rows: "from:high:low" between commas,
 * how many prices the mean leaves out; lines: "name:percent" between commas.
 */
interface Param {
	name: Exclude<keyof Price, "method" | "weight" | "base_stays">;
	kind: "number" | "choices" | "count" | "rows" | "lines";
	must?: boolean;
	start?: string;
}

const BASE: Param[] = [
	{ name: "drop", kind: "rows", start: "5:1:1" },
	{ name: "float", kind: "choices", start: "0" },
	{ name: "ceiling_share", kind: "choices" },
	{ name: "base_places", kind: "count" },
];

/** What goes with which method, as server/eval/price_rule.h has it. */
export const PARAMS: Record<Method, Param[]> = {
	gp_lowest: [{ name: "sme_discount", kind: "number" }],
	in_total: [],
	base_mean: [
		{ name: "above", kind: "number", must: true, start: "1" }, { name: "below", kind: "number", must: true, start: "0.5" },
		...BASE, { name: "offset_places", kind: "count" }, { name: "floor", kind: "number" },
	],
	lowest_evaluated: [{ name: "lines", kind: "lines" }],
	nearest_above: BASE,
	band: [{ name: "band", kind: "choices", must: true, start: "5" }, ...BASE],
	balls: [{ name: "shortlist", kind: "count", must: true, start: "9" }, { name: "candidates", kind: "count", must: true, start: "3" }],
};
export const METHODS = Object.keys(PARAMS) as Method[];

/** Methods that choose by price or by balls: no items, no weights. */
export const chooses = (method: Method): boolean => ["lowest_evaluated", "nearest_above", "band", "balls"].includes(method);

/** Another method starts with its own parameters; the items stay where the method has points. */
export function setMethod(lot: LotDraft, method: Method): void {
	const { scheme } = lot;
	const before = chooses(scheme.price.method);
	if (chooses(method))
		scheme.items = [];
	else if (!scheme.items.length)
		scheme.items = [emptyItem(1)];
	scheme.price = { method, weight: chooses(method) ? "0" : before ? "30" : scheme.price.weight };
	lot.params = Object.fromEntries(PARAMS[method].map((p) => [p.name, p.start ?? ""]));
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

const parts = (text: string): string[] => text.normalize("NFKC").split(/[,、;]/).map((x) => x.trim()).filter(Boolean);
const isNumber = (text: string): boolean => parseDecimal(text) !== null;
const isCount = (text: string): boolean => /^\d{1,5}$/.test(text);

/** What a typed parameter says to the server; undefined when it is malformed. */
export function readParam(kind: Param["kind"], text: string): unknown {
	const list = parts(text);
	switch (kind) {
	case "number":
		return list.length === 1 && isNumber(list[0]!) ? list[0] : undefined;
	case "count":
		return list.length === 1 && isCount(list[0]!) ? Number(list[0]) : undefined;
	case "choices":
		if (!list.length || !list.every(isNumber))
			return undefined;
		return list.length === 1 ? list[0] : { drawn: list };
	case "rows": {
		const rows = list.map((x) => x.split(":"));
		return rows.every((r) => r.length === 3 && r.every(isCount))
			? rows.map(([from, high, low]) => ({ from: Number(from), high: Number(high), low: Number(low) })) : undefined;
	}
	case "lines": {
		const rows = list.map((x) => x.split(":"));
		return rows.every((r) => r.length === 2 && r[0] && isNumber(r[1]!)) ? rows.map(([name, percent]) => ({ name, percent })) : undefined;
	}
	}
}

/** The price rule with its parameters; null when one is malformed or missing. */
export function priceOf(lot: LotDraft): Price | null {
	const out: Record<string, unknown> = { ...lot.scheme.price };
	for (const { name, kind, must } of PARAMS[lot.scheme.price.method]) {
		const text = lot.params[name]?.trim() ?? "";
		if (!text && !must)
			continue;
		const value = readParam(kind, text);
		if (value === undefined)
			return null;
		out[name] = value;
	}
	return out as unknown as Price;
}

/** The first thing wrong with a lot as a message key under staff., or null. What is sold is not scored. */
export function faultOf(lot: LotDraft, sold = false): string | null {
	const { method, weight } = lot.scheme.price;
	if (!lot.name.trim())
		return "lot_name_missing";
	if (lot.bond && parseDecimal(lot.bond) === null)
		return "bond_malformed";
	if (sold)
		return null;
	if (lot.ceiling && parseDecimal(lot.ceiling) === null)
		return "ceiling_malformed";
	if (lot.scheme.items.some((x) => !x.name.trim() || checkScore(x.max, "100") !== "ok"))
		return "item_incomplete";
	const price = priceOf(lot);
	if (checkScore(weight, "100") !== "ok" || !price)
		return "weight_malformed";
	if (!lot.ceiling && (price.ceiling_share !== undefined || price.lines?.length))
		return "ceiling_missing";
	if (lot.price_form !== "amount" && method !== "in_total" && method !== "balls")
		return "price_form_amount";
	return chooses(method) || totalPoints(lot.scheme) === "100" ? null : "points_not_100";
}

/** A parameter as it is typed; readParam reads it again. */
export function showParam(value: unknown): string {
	const row = (x: unknown): string => x && typeof x === "object" ? Object.values(x).join(":") : String(x);
	if (value === undefined)
		return "";
	if (Array.isArray(value))
		return value.map(row).join(", ");
	return value && typeof value === "object" && "drawn" in value ? (value.drawn as string[]).join(", ") : String(value);
}

/** A lot to be typed further. */
export function fromContract(lot: Partial<Schemas["ProjectNew"]["lots"][number]>): LotDraft {
	const draft = emptyLot();
	const { name, ceiling, bond, bond_forms, price_form, scheme } = structuredClone(lot);
	Object.assign(draft, { name: name ?? "", ceiling: ceiling ?? "", bond: bond ?? "", bond_forms: bond_forms ?? [], ...(price_form && { price_form }) });
	// Programs may have kept a draft whose scheme is not one yet.
	if (scheme?.price && PARAMS[scheme.price.method] && Array.isArray(scheme.items)) {
		const price = scheme.price as Price & Record<string, unknown>;
		draft.params = Object.fromEntries(PARAMS[price.method].map((p) => [p.name, showParam(price[p.name])]));
		for (const p of PARAMS[price.method])
			delete price[p.name];
		draft.scheme = scheme;
	}
	return draft;
}

/** With how many lots one bidder may win, 0 for any: then equals are decided by a draw, if by nothing before. */
function limited({ wins: _, ...scheme }: Scheme, wins: number): Scheme {
	if (!wins)
		return scheme;
	const ties = (scheme.ties ?? ["price", "technical"]).filter((x) => x !== "draw");
	return { ...scheme, wins, ties: [...ties, "draw"] };
}

export function toContract(lot: LotDraft, sold = false, wins = 0): Schemas["ProjectNew"]["lots"][number] {
	const { price_form } = lot;
	const scheme = limited(lot.scheme, wins);
	const name = lot.name.trim();
	const body = sold ? { name, price_form: "amount" as const } : { name, price_form, scheme: { ...scheme, price: priceOf(lot) ?? scheme.price } };
	return { ...body, ...(!sold && lot.ceiling && { ceiling: lot.ceiling }), ...(lot.bond && { bond: lot.bond, ...(lot.bond_forms.length && { bond_forms: lot.bond_forms }) }) };
}
