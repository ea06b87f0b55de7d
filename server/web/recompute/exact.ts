// SPDX-License-Identifier: GPL-3.0-or-later
// Exact numbers in whole 1e-6 units, rounded once and half away from zero: proto/decimal.h in the browser.
import { parseDecimal, PLACES } from "@/lib/decimal";

/** A value of the file that is not what it has to be; `place` says which. */
export class Unreadable extends Error {
	constructor(readonly place: string) {
		super(place);
	}
}

/** Why these sheets and prices give no ranking: a code of server/core/refusals.def. */
export class CannotRank extends Error {
	constructor(readonly code: string) {
		super(code);
	}
}

export function units(text: unknown, place: string): bigint {
	const value = typeof text === "string" ? parseDecimal(text) : null;
	if (value === null)
		throw new Unreadable(place);
	return value;
}

/** num ÷ den, a value in 1e-6 units, at so many places. */
export function ratio(num: bigint, den: bigint, places: number): bigint {
	const step = 10n ** BigInt(PLACES - places);
	const divisor = den * step;
	const size = num < 0n ? -num : num;
	const rounded = (2n * size + divisor) / (2n * divisor);
	return (num < 0n ? -rounded : rounded) * step;
}

export const add = (values: bigint[]): bigint => values.reduce((sum, v) => sum + v, 0n);
export const rising = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
