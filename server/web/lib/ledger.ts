// SPDX-License-Identifier: GPL-3.0-or-later
// Checks a receipt in the browser: the leaf is in the tree (RFC 6962) whose root the checkpoint
// (C2SP signed note) names, and the checkpoint is signed by the centre's ledger key.
import { equal, fromBase64, fromHex, join, sha256, toHex, type Bytes } from "@/lib/bytes";

export interface Checkpoint {
	origin: string;
	size: bigint;
	root: Bytes;
	/** what was signed: the note up to and including the last newline of the text */
	text: string;
	signatures: { name: string; hash: Bytes; signature: Bytes }[];
}

export interface ReceiptParts {
	leaf_hash: string;
	leaf?: string;
	index: number;
	tree_size: number;
	proof: string[];
	checkpoint: string;
}

export type Verdict = "ok" | "leaf" | "proof" | "checkpoint" | "signature";

const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(join(Uint8Array.of(1), left, right));

/** The root that a leaf hash and its inclusion proof lead to (RFC 9162, 2.1.3.2); null if the proof does not fit. */
export async function rootFromProof(leaf: Bytes, index: bigint, size: bigint, proof: Bytes[]): Promise<Bytes | null> {
	if (index < 0n || index >= size)
		return null;
	let fn = index;
	let sn = size - 1n;
	let hash = leaf;
	for (const sibling of proof) {
		if (sn === 0n)
			return null;
		if (fn & 1n || fn === sn) {
			hash = await nodeHash(sibling, hash);
			while (!(fn & 1n) && fn !== 0n) {
				fn >>= 1n;
				sn >>= 1n;
			}
		} else {
			hash = await nodeHash(hash, sibling);
		}
		fn >>= 1n;
		sn >>= 1n;
	}
	return sn === 0n ? hash : null;
}

export function parseCheckpoint(note: string): Checkpoint | null {
	const split = note.indexOf("\n\n");
	if (split < 0)
		return null;
	const text = note.slice(0, split + 1);
	const [origin, size, root64] = text.split("\n");
	const root = fromBase64(root64 ?? "");
	if (!origin || !/^(0|[1-9]\d{0,18})$/.test(size ?? "") || root?.length !== 32)
		return null;
	const signatures = [];
	for (const line of note.slice(split + 2).split("\n")) {
		const m = /^\u2014 (\S+) (\S+)$/.exec(line);
		const bytes = m ? fromBase64(m[2]!) : null;
		if (bytes && bytes.length > 4)
			signatures.push({ name: m![1]!, hash: bytes.slice(0, 4), signature: bytes.slice(4) });
	}
	return { origin, size: BigInt(size!), root, text, signatures };
}

/** The Ed25519 public key of a verifier key "name+hash+base64"; null if it is of another kind. */
export function parseVerifierKey(text: string): { name: string; hash: Bytes; key: Bytes } | null {
	const m = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim());
	const hash = m ? fromHex(m[2]!) : null;
	const key = m ? fromBase64(m[3]!) : null;
	if (!m || !hash || key?.length !== 33 || key[0] !== 1)
		return null;
	return { name: m[1]!, hash, key: key.slice(1) };
}

export async function signedBy(checkpoint: Checkpoint, verifierKey: string): Promise<boolean> {
	const parsed = parseVerifierKey(verifierKey);
	const line = parsed && checkpoint.signatures.find((s) => s.name === parsed.name && equal(s.hash, parsed.hash));
	if (!parsed || !line)
		return false;
	const key = await crypto.subtle.importKey("raw", parsed.key, "Ed25519", false, ["verify"]);
	return crypto.subtle.verify("Ed25519", key, line.signature, new TextEncoder().encode(checkpoint.text));
}

/** The last checkpoint whose signature was looked at: hundreds of receipts come under one. */
let lastSigned: { note: string; key: string; good: Promise<boolean> } | null = null;

function signedOnce(note: string, checkpoint: Checkpoint, key: string): Promise<boolean> {
	if (lastSigned?.note !== note || lastSigned.key !== key)
		lastSigned = { note, key, good: signedBy(checkpoint, key) };
	return lastSigned.good;
}

export async function checkReceipt(receipt: ReceiptParts, verifierKey: string): Promise<Verdict> {
	const leafHash = fromHex(receipt.leaf_hash);
	if (leafHash?.length !== 32)
		return "leaf";
	if (receipt.leaf !== undefined) {
		const bytes = new TextEncoder().encode(receipt.leaf);
		if (toHex(await sha256(join(Uint8Array.of(0), bytes))) !== receipt.leaf_hash)
			return "leaf";
	}
	const checkpoint = parseCheckpoint(receipt.checkpoint);
	if (!checkpoint || checkpoint.size !== BigInt(receipt.tree_size))
		return "checkpoint";
	const proof = receipt.proof.map((p) => fromHex(p));
	if (proof.some((p) => p?.length !== 32))
		return "proof";
	const root = await rootFromProof(leafHash, BigInt(receipt.index), checkpoint.size, proof as Bytes[]);
	if (!root || !equal(root, checkpoint.root))
		return "proof";
	return (await signedOnce(receipt.checkpoint, checkpoint, verifierKey)) ? "ok" : "signature";
}
