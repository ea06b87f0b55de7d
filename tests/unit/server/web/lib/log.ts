// SPDX-License-Identifier: GPL-3.0-or-later
// A log of a test's own: its key, its signed heads, and receipts under them.
import { webcrypto } from "node:crypto";
import { join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import type { ReceiptParts } from "@/lib/ledger";
import { canonical } from "@/sealed/canonical";

globalThis.crypto ??= webcrypto as Crypto; // Node 18 has it, but not as a global

const text = (s: string): Bytes => new TextEncoder().encode(s) as Bytes;
export const leafHash = (s: string): Promise<Bytes> => sha256(join(Uint8Array.of(0), text(s)));

type Note = (size: number, root: Bytes) => Promise<string>;

export async function centre(): Promise<{ verifier: string; note: Note }> {
	const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
	const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
	const tagged = join(Uint8Array.of(1), raw);
	const hash = (await sha256(join(text("bidroom.example\n"), tagged))).slice(0, 4);
	const verifier = `bidroom.example+${toHex(hash)}+${toBase64(tagged)}`;
	const note = async (size: number, root: Bytes): Promise<string> => {
		const body = `bidroom.example\n${size}\n${toBase64(root)}\n`;
		const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, text(body)));
		return `${body}\n\u2014 bidroom.example ${toBase64(join(hash, signature))}\n`;
	};
	return { verifier, note };
}

/** The leaf of a bid that was handed in, or of what is named. */
export const eventText = (more: object = {}): string => canonical({
	actor: "a", at_us: 1, body: {}, id: "e1", kind: "bid.finalised", no: 2, real_us: 1, salt: "00".repeat(16), subject: "bid:b1", v: 1, ...more,
});

/** The receipt of an event, alone in its tree. */
export async function receiptOf(leaf: string, note: Note, event_id?: string): Promise<ReceiptParts> {
	const hash = await leafHash(leaf);
	return { ...(event_id ? { event_id } : {}), leaf_hash: toHex(hash), leaf, index: 0, tree_size: 1, proof: [], checkpoint: await note(1, hash) };
}
