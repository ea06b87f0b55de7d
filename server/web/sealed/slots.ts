// SPDX-License-Identifier: GPL-3.0-or-later
// Key slots of a sealed bid: a secret wrapped for one key, and split for k of n holders (proto/README.md, Key slots).
import { equal, fromBase64, fromHex, join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { kidOf, type SealKey } from "@/sealed/keys";
import { split, type Share } from "@/sealed/shamir";

export interface Slot {
	ct: string;
	epk: string;
}

export interface HolderSlot extends Slot {
	kid: string;
	no: number;
	sha256: string;
}

export interface Slots {
	k: number;
	secret_sha256: string;
	slots: HolderSlot[];
}

const text = new TextEncoder();
const ECDH = { name: "ECDH", namedCurve: "P-256" };

async function cipher(agree: CryptoKey, other: CryptoKey, epk: Bytes, info: string): Promise<{ key: CryptoKey; iv: Bytes }> {
	const ikm = await crypto.subtle.deriveBits({ name: "ECDH", public: other }, agree, 256);
	const hkdf = await crypto.subtle.importKey("raw", ikm, "HKDF", false, ["deriveBits"]);
	const okm = new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: epk, info: text.encode(info) }, hkdf, 352));
	const key = await crypto.subtle.importKey("raw", okm.subarray(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
	const iv = okm.slice(32);
	new Uint8Array(ikm).fill(0);
	okm.fill(0);
	return { key, iv };
}

const infoOf = (context: string, no: number, kid: string): string => `bidroom.slot.v1\n${context}\n${no}\n${kid}`;

export async function wrap(secret: Bytes, publicKey: Bytes, context: string, no: number): Promise<Slot> {
	const fresh = await crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);
	const epk = new Uint8Array(await crypto.subtle.exportKey("raw", fresh.publicKey));
	const other = await crypto.subtle.importKey("spki", publicKey, ECDH, false, []);
	const { key, iv } = await cipher(fresh.privateKey, other, epk, infoOf(context, no, await kidOf(publicKey)));
	return { ct: toBase64(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, secret))), epk: toBase64(epk) };
}

/** null: the slot does not open with this key. */
export async function unwrap(slot: Slot, mine: SealKey, context: string, no: number): Promise<Bytes | null> {
	const epk = fromBase64(slot.epk);
	const ct = fromBase64(slot.ct);
	if (!epk || !ct)
		return null;
	try {
		const other = await crypto.subtle.importKey("raw", epk, ECDH, false, []);
		const { key, iv } = await cipher(mine.agree, other, epk, infoOf(context, no, await kidOf(mine.publicKey)));
		return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, ct));
	} catch {
		return null;
	}
}

/** Slots for holders 1…n, whose public keys come in this order. */
export async function slotsFor(secret: Bytes, k: number, holders: Bytes[], context: string): Promise<Slots> {
	const shares = split(secret, k, holders.length);
	const slots = await Promise.all(holders.map(async (publicKey, i) => ({
		kid: await kidOf(publicKey),
		no: i + 1,
		sha256: toHex(await sha256(shares[i]!.value)),
		...await wrap(shares[i]!.value, publicKey, context, i + 1),
	})));
	shares.forEach((share) => share.value.fill(0));
	return { k, secret_sha256: toHex(await sha256(secret)), slots };
}

/** The share of the holder of this key, checked against the digest the sealer wrote; null: none, or it does not hold. */
export async function openShare(slots: Slots, mine: SealKey, context: string): Promise<Share | null> {
	const kid = await kidOf(mine.publicKey);
	const slot = slots.slots.find((s) => s.kid === kid);
	const value = slot ? await unwrap(slot, mine, context, slot.no) : null;
	return value && equal(await sha256(value), fromHex(slot!.sha256) ?? join()) ? { no: slot!.no, value } : null;
}
