// SPDX-License-Identifier: GPL-3.0-or-later
// Ed25519 keys made by this browser. The private half cannot be exported and stays in IndexedDB.
import { fromBase64, toBase64, type Bytes } from "@/lib/bytes";
import { findValue, keepValue } from "@/lib/kept";

export interface BrowserKey {
	publicKey: string; // base64 of the raw 32 bytes
	sign(message: Bytes): Promise<string>;
}

/** Chromium offers Ed25519 from version 137 on; without it a key must come from a tool. */
export async function canMakeKeys(): Promise<boolean> {
	try {
		await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
		return true;
	} catch {
		return false;
	}
}

async function wrap(pair: CryptoKeyPair): Promise<BrowserKey> {
	const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
	return {
		publicKey: toBase64(raw),
		sign: async (message) => toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message))),
	};
}

/** The key kept under a name, e.g. the signing key of one account; null if there is none. */
export async function findKey(name: string): Promise<BrowserKey | null> {
	const pair = await findValue<CryptoKeyPair>(name);
	return pair ? wrap(pair) : null;
}

export async function makeKey(name: string): Promise<BrowserKey> {
	const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
	await keepValue(name, pair);
	return wrap(pair);
}

/** True for base64 of as many bytes as an Ed25519 signature has. */
export function looksLikeSignature(text: string): boolean {
	return fromBase64(text.trim())?.length === 64;
}
