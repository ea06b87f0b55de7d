// SPDX-License-Identifier: GPL-3.0-or-later
// Checks a receipt in the browser: the leaf is in the tree (RFC 6962) whose root the checkpoint
// (C2SP signed note) names, and the checkpoint is signed by the centre's ledger key. That an event is in the tree says
// nothing yet: whoever waits for one in particular says which, for the proof of any other holds just as well.
import { equal, fromBase64, fromHex, join, sha256, toHex, type Bytes } from "@/lib/bytes";
import { parseObject } from "@/lib/json_file";
import { canonical } from "@/sealed/canonical";

export interface Checkpoint {
	origin: string;
	size: bigint;
	root: Bytes;
	/** what was signed: the note up to and including the last newline of the text */
	text: string;
	signatures: { name: string; hash: Bytes; signature: Bytes }[];
}

export interface ReceiptParts {
	event_id?: string;
	leaf_hash: string;
	leaf?: string;
	index: number;
	tree_size: number;
	proof: string[];
	checkpoint: string;
}

/** The event of a leaf (proto/README.md, Leaf). */
export interface LeafEvent {
	id: string;
	kind: string;
	subject: string;
	no: number;
	at_us: number;
	body: Record<string, unknown>;
}

/** What the event of a receipt must be; members of its body that are not named may be anything. */
export interface Expected {
	kind: string;
	subject: string;
	no?: number;
	body?: Record<string, string | number | undefined>;
}

/** other: a proof of some other event */
export type Verdict = "ok" | "leaf" | "other" | "proof" | "checkpoint" | "signature";

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

/** null unless the text is that of an event, and its only one. */
export function readLeaf(leaf: string): LeafEvent | null {
	const e = parseObject(leaf) as LeafEvent | null;
	if (!e || ![e.id, e.kind, e.subject].every((x) => typeof x === "string") || ![e.no, e.at_us].every(Number.isSafeInteger) || typeof e.body !== "object" || e.body === null || Array.isArray(e.body))
		return null;
	try {
		return canonical(e) === leaf ? e : null;
	} catch {
		return null; // nested deeper than anybody reads
	}
}

/** The leaf, where it is shown, is what was hashed, and bears the number of the receipt. */
export async function leafHolds(receipt: ReceiptParts): Promise<boolean> {
	if (fromHex(receipt.leaf_hash)?.length !== 32)
		return false;
	if (receipt.leaf === undefined)
		return true;
	const bytes = new TextEncoder().encode(receipt.leaf);
	return toHex(await sha256(join(Uint8Array.of(0), bytes))) === receipt.leaf_hash &&
		(receipt.event_id === undefined || readLeaf(receipt.leaf)?.id === receipt.event_id);
}

/** What the leaf does not show is not what was expected. */
export function speaksOf(receipt: ReceiptParts, expected: Expected): boolean {
	const event = receipt.leaf === undefined ? null : readLeaf(receipt.leaf);
	return !!event && event.kind === expected.kind && event.subject === expected.subject &&
		(expected.no === undefined || event.no === expected.no) &&
		Object.entries(expected.body ?? {}).every(([name, value]) => event.body[name] === value);
}

/** The head of the tree that the receipt names; null if it is of another size. */
export function checkpointOf(receipt: ReceiptParts): Checkpoint | null {
	const checkpoint = parseCheckpoint(receipt.checkpoint);
	return checkpoint?.size === BigInt(receipt.tree_size) ? checkpoint : null;
}

export async function proofHolds(receipt: ReceiptParts, checkpoint: Checkpoint): Promise<boolean> {
	const proof = receipt.proof.map((p) => fromHex(p));
	if (proof.some((p) => p?.length !== 32))
		return false;
	const root = await rootFromProof(fromHex(receipt.leaf_hash)!, BigInt(receipt.index), checkpoint.size, proof as Bytes[]);
	return !!root && equal(root, checkpoint.root);
}

export async function checkReceipt(receipt: ReceiptParts, verifierKey: string, expected?: Expected): Promise<Verdict> {
	if (!(await leafHolds(receipt)))
		return "leaf";
	if (expected && !speaksOf(receipt, expected))
		return "other";
	const checkpoint = checkpointOf(receipt);
	if (!checkpoint)
		return "checkpoint";
	if (!(await proofHolds(receipt, checkpoint)))
		return "proof";
	return (await signedOnce(receipt.checkpoint, checkpoint, verifierKey)) ? "ok" : "signature";
}
