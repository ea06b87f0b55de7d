// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4) of bytes as they come: WebCrypto wants a whole document at once, which may be larger than the
// memory of a page.
import type { Bytes } from "@/lib/bytes";

/** The first 32 bits of the fractional part of a root of each of the first primes. */
function roots(n: number, power: number): Uint32Array {
	const words: number[] = [];
	for (let p = 2; words.length < n; p += 1)
		if (Array.from({ length: p }, (_, d) => d).every((d) => d < 2 || p % d))
			words.push(fraction(BigInt(p), BigInt(power)));
	return Uint32Array.from(words);
}

/** Bits 0…31 behind the point of the root, by whole numbers: floor(root(p · 2^(32·power))) mod 2^32. */
function fraction(p: bigint, power: bigint): number {
	const target = p << (32n * power);
	let low = 0n;
	for (let bit = 1n << 40n; bit; bit >>= 1n)
		if ((low | bit) ** power <= target)
			low |= bit;
	return Number(low & 0xffffffffn);
}

const START = roots(8, 2);
const K = roots(64, 3);

export class Sha256 {
	private readonly state = Uint32Array.from(START);
	private readonly words = new Uint32Array(64);
	private readonly rest = new Uint8Array(64);
	private filled = 0;
	private length = 0;

	update(bytes: Uint8Array): this {
		let at = 0;
		this.length += bytes.length;
		if (this.filled) {
			at = Math.min(64 - this.filled, bytes.length);
			this.rest.set(bytes.subarray(0, at), this.filled);
			this.filled += at;
			if (this.filled < 64)
				return this;
			this.block(this.rest, 0);
		}
		for (; at + 64 <= bytes.length; at += 64)
			this.block(bytes, at);
		this.rest.set(bytes.subarray(at));
		this.filled = bytes.length - at;
		return this;
	}

	/** Ends it. */
	digest(): Bytes {
		const tail = new Uint8Array(this.filled < 56 ? 64 : 128);
		const view = new DataView(tail.buffer);
		tail.set(this.rest.subarray(0, this.filled));
		tail[this.filled] = 0x80;
		view.setBigUint64(tail.length - 8, BigInt(this.length) * 8n);
		for (let at = 0; at < tail.length; at += 64)
			this.block(tail, at);
		const out = new Uint8Array(32);
		this.state.forEach((word, i) => new DataView(out.buffer).setUint32(4 * i, word));
		return out;
	}

	private block(bytes: Uint8Array, at: number): void {
		const w = this.words;
		for (let i = 0; i < 16; i += 1, at += 4)
			w[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
		for (let i = 16; i < 64; i += 1) {
			const x = w[i - 15]!;
			const y = w[i - 2]!;
			const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
			const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
			w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
		}
		const s = this.state;
		let a = s[0]!, b = s[1]!, c = s[2]!, d = s[3]!, e = s[4]!, f = s[5]!, g = s[6]!, h = s[7]!;
		for (let i = 0; i < 64; i += 1) {
			const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
			const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
			const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
			const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
			h = g;
			g = f;
			f = e;
			e = (d + t1) | 0;
			d = c;
			c = b;
			b = a;
			a = (t1 + t2) | 0;
		}
		s[0]! += a, s[1]! += b, s[2]! += c, s[3]! += d, s[4]! += e, s[5]! += f, s[6]! += g, s[7]! += h;
	}
}
