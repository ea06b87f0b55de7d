// SPDX-License-Identifier: GPL-3.0-or-later
// P-256 keys of bidders and key holders. Made here, kept in IndexedDB as keys that cannot be exported; the only copy
// that leaves is the PEM file its owner saves when the key is made.
import { fromBase64, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { findValue, keepValue } from "@/lib/kept";

export interface SealKey {
	/** SubjectPublicKeyInfo, 91 bytes */
	publicKey: Bytes;
	sign: CryptoKey;
	agree: CryptoKey;
}

const CURVE = "P-256";

/** First 16 bytes of SHA-256(SPKI) in hex. */
export async function kidOf(publicKey: Bytes): Promise<string> {
	return toHex((await sha256(publicKey)).slice(0, 16));
}

function pemOf(pkcs8: Bytes): string {
	return `-----BEGIN PRIVATE KEY-----\n${toBase64(pkcs8).replace(/.{64}/g, "$&\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

function pkcs8Of(pem: string): Bytes | null {
	const match = /-----BEGIN PRIVATE KEY-----([\s\S]+?)-----END PRIVATE KEY-----/.exec(pem);
	return match ? fromBase64(match[1]!.replace(/\s/g, "")) : null;
}

async function importKey(pkcs8: Bytes): Promise<SealKey> {
	const whole = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDSA", namedCurve: CURVE }, true, ["sign"]);
	const { d: _, key_ops: __, ...half } = await crypto.subtle.exportKey("jwk", whole);
	const open = await crypto.subtle.importKey("jwk", { ...half, key_ops: ["verify"] }, { name: "ECDSA", namedCurve: CURVE }, true, ["verify"]);
	return {
		publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", open)),
		sign: await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDSA", namedCurve: CURVE }, false, ["sign"]),
		agree: await crypto.subtle.importKey("pkcs8", pkcs8, { name: "ECDH", namedCurve: CURVE }, false, ["deriveBits"]),
	};
}

/** A key from a PEM file (PKCS#8, P-256), as bidroom-seal and makeSealKey write it; null if it is none. */
export async function readSealKey(pem: string): Promise<SealKey | null> {
	const pkcs8 = pkcs8Of(pem);
	try {
		return pkcs8 && await importKey(pkcs8);
	} catch {
		return null;
	}
}

/** A fresh key and its file. */
export async function makeSealKey(): Promise<{ key: SealKey; pem: string }> {
	const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: CURVE }, true, ["sign", "verify"]);
	const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
	const key = await importKey(pkcs8);
	const pem = pemOf(pkcs8);
	pkcs8.fill(0);
	return { key, pem };
}

export const findSealKey = (name: string): Promise<SealKey | undefined> => findValue<SealKey>(name);
export const keepSealKey = (name: string, key: SealKey): Promise<void> => keepValue(name, key);
