// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes, hex, base64, and the digest the browser offers.

export type Bytes = Uint8Array<ArrayBuffer>;

export function toHex(bytes: Uint8Array): string {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** null unless the text is an even number of hex digits. */
export function fromHex(text: string): Bytes | null {
	if (text.length % 2 || !/^[0-9a-f]*$/i.test(text))
		return null;
	return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export function toBase64(bytes: Uint8Array): string {
	return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}

/** null unless the text is standard base64. */
export function fromBase64(text: string): Bytes | null {
	if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4)
		return null;
	try {
		return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
	} catch {
		return null;
	}
}

export function join(...parts: Uint8Array[]): Bytes {
	const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** What a codec put out. */
export function bytesOf(chunk: EncodedVideoChunk | EncodedAudioChunk): Bytes {
	const bytes = new Uint8Array(chunk.byteLength);
	chunk.copyTo(bytes);
	return bytes;
}
