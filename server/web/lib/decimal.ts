// SPDX-License-Identifier: GPL-3.0-or-later
// Money and scores: decimal strings outside, whole 1e-6 units inside; never a JavaScript number.

export const PLACES = 6;
const UNIT = 10n ** BigInt(PLACES);

/** Units of 1e-6, or null if the text is no decimal of at most six places. */
export function parseDecimal(text: string): bigint | null {
	const m = /^(-?)(\d{1,30})(?:\.(\d{1,6}))?$/.exec(text);
	if (!m)
		return null;
	const units = BigInt(m[2]!) * UNIT + BigInt((m[3] ?? "").padEnd(PLACES, "0"));
	return m[1] ? -units : units;
}

/** The shortest text of a value: "85.39", "100". */
export function formatDecimal(units: bigint): string {
	const text = toPlaces(units, PLACES);
	return text.replace(/\.?0+$/, "");
}

/** Exactly `places` digits after the point, half away from zero: 29.275 gives "29.28". */
export function toPlaces(units: bigint, places: number): string {
	const step = 10n ** BigInt(PLACES - places);
	const size = units < 0n ? -units : units;
	const rounded = (size + (step > 1n ? step / 2n : 0n)) / step;
	const scale = 10n ** BigInt(places);
	const sign = units < 0n && rounded > 0n ? "-" : "";
	const whole = `${sign}${rounded / scale}`;
	return places === 0 ? whole : `${whole}.${String(rounded % scale).padStart(places, "0")}`;
}

/** A score or rate as people read it: two places. What is no decimal is shown as it came. */
export function showScore(text: string | undefined): string {
	const units = text === undefined ? null : parseDecimal(text);
	return units === null ? (text ?? "") : toPlaces(units, 2);
}

/** Money with thousands separators, never rounded: "1,267,500.00", "0.8565". */
export function showMoney(text: string | undefined): string {
	const units = text === undefined ? null : parseDecimal(text);
	if (units === null)
		return text ?? "";
	const [whole, places = ""] = formatDecimal(units).split(".");
	return `${whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${places.padEnd(2, "0")}`;
}

/** What a person typed as a decimal string: full-width digits and a bare point are understood. */
export function readTyped(text: string): string | null {
	const plain = text.trim().normalize("NFKC").replace(/。/g, ".").replace(/,/g, "");
	const full = plain.replace(/^\./, "0.").replace(/\.$/, "");
	const units = parseDecimal(full);
	return units === null ? null : formatDecimal(units);
}

export type Range = "ok" | "empty" | "malformed" | "below" | "above" | "places";

/** Is this a score of an item with the given maximum? Scores have at most two places. */
export function checkScore(text: string | undefined, max: string): Range {
	if (text === undefined || text === "")
		return "empty";
	const units = parseDecimal(text);
	if (units === null)
		return "malformed";
	if (units < 0n)
		return "below";
	if (units > (parseDecimal(max) ?? 0n))
		return "above";
	return units % 10000n === 0n ? "ok" : "places";
}

/** The sum of those texts that are decimals. */
export function sum(texts: Iterable<string | undefined>): bigint {
	let total = 0n;
	for (const text of texts)
		total += (text === undefined ? null : parseDecimal(text)) ?? 0n;
	return total;
}
