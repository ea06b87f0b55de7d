// SPDX-License-Identifier: GPL-3.0-or-later
// Shamir's secret sharing byte by byte over GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.
import type { Bytes } from "@/lib/bytes";

export interface Share {
	no: number;
	value: Bytes;
}

function times(a: number, b: number): number {
	let product = 0;
	for (let bit = 1; bit < 256; bit <<= 1) {
		if (b & bit)
			product ^= a;
		a = (a << 1) ^ (a & 0x80 ? 0x11b : 0);
	}
	return product;
}

function inverse(a: number): number {
	for (let b = 1; b < 256; b += 1)
		if (times(a, b) === 1)
			return b;
	throw new RangeError("0 has no inverse");
}

/** Shares 1…n, any k of which give the secret. */
export function split(secret: Bytes, k: number, n: number): Share[] {
	const coefficients = Array.from(secret, () => crypto.getRandomValues(new Uint8Array(k - 1)));
	const shares = Array.from({ length: n }, (_, i) => ({
		no: i + 1,
		value: Uint8Array.from(secret, (byte, at) => times(coefficients[at]!.reduceRight((sum, c) => times(sum, i + 1) ^ c, 0), i + 1) ^ byte),
	}));
	coefficients.forEach((c) => c.fill(0));
	return shares;
}

/** The value at 0 of the polynomial through these shares, which must have different numbers. */
export function combine(shares: Share[]): Bytes {
	const secret = new Uint8Array(shares[0]?.value.length ?? 0);
	for (const { no, value } of shares) {
		const weight = shares.filter((s) => s.no !== no).reduce((w, s) => times(w, times(s.no, inverse(s.no ^ no))), 1);
		secret.forEach((byte, at) => (secret[at] = byte ^ times(weight, value[at]!)));
	}
	return secret;
}
