// SPDX-License-Identifier: GPL-3.0-or-later
// A receipt as its owner keeps it: what GET /events/{id}/receipt answered and, beside it, the log's key of that day.
// bidroom-seal and bidroom-verify read the same file. Looking at one asks no server anything.
import { fromHex } from "@/lib/bytes";
import { parseObject, textOf } from "@/lib/json_file";
import { checkpointOf, leafHolds, parseCheckpoint, parseVerifierKey, proofHolds, readLeaf, signedBy, type LeafEvent, type ReceiptParts } from "@/lib/ledger";

/** As everywhere in the ledger: a leaf has 16 bits of length, a proof one hash for each bit of a place. */
const LEAF_MOST = 65_535;
const PROOF_MOST = 64;

export interface Saved {
	receipt: ReceiptParts;
	event: LeafEvent;
	/** the file's own, which proves nothing alone: whoever makes up a receipt makes up a key, too */
	logKey: string | null;
}

/** true: holds. false: does not. null: was not looked at, and why is for the page to say. */
export interface Findings {
	leaf: boolean;
	proof: boolean;
	signature: boolean | null;
	digest: boolean | null;
}

export function savedText(receipt: ReceiptParts, logKey: string): string {
	return `${JSON.stringify({ ...receipt, log_key: logKey.trim() }, null, 2)}\n`;
}

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0;

/** null unless the text is a receipt that shows its event and its place in the tree. */
export function readSaved(text: string): Saved | null {
	const object = parseObject(text);
	const leaf = object && textOf(object, "leaf");
	if (!object || !leaf || leaf.length > LEAF_MOST || textOf(object, "leaf_hash") === null || textOf(object, "checkpoint") === null)
		return null;
	const { index, tree_size: size, proof, event_id: id } = object;
	if (!isCount(index) || !isCount(size) || !Array.isArray(proof) || proof.length > PROOF_MOST || !proof.every((p) => typeof p === "string"))
		return null;
	const event = readLeaf(leaf);
	if (!event || (id !== undefined && typeof id !== "string"))
		return null;
	return { receipt: object as unknown as ReceiptParts, event, logKey: textOf(object, "log_key") };
}

/** Part by part, that a person may be told which holds; digest: what the bidder's own tool said of the bid, or "". */
export async function examine(saved: Saved, logKey: string, digest: string): Promise<Findings> {
	const { receipt, event } = saved;
	const head = parseCheckpoint(receipt.checkpoint);
	const checkpoint = checkpointOf(receipt);
	const leaf = await leafHolds(receipt);
	return {
		leaf,
		proof: leaf && !!checkpoint && (await proofHolds(receipt, checkpoint)),
		signature: head ? await signedBy(head, logKey).catch(() => null) : false,
		digest: digest ? event.body.receipt_digest === digest.toLowerCase() : null,
	};
}

export const isLogKey = (text: string): boolean => parseVerifierKey(text) !== null;
export const isDigest = (text: string): boolean => fromHex(text)?.length === 32;

/** own: all parts hold, by a key of which only the file itself knows. */
export type Outcome = "good" | "own" | "bad" | "open";

export function outcomeOf(found: Findings, keyGiven: boolean): Outcome {
	const all = Object.values(found) as (boolean | null)[];
	if (all.includes(false))
		return "bad";
	if (found.signature === null)
		return "open";
	return keyGiven ? "good" : "own";
}
