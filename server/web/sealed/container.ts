// SPDX-License-Identifier: GPL-3.0-or-later
// The sealed bid (proto/README.md, Sealed bids): header, signed manifest, chunks. Chunk by chunk, so that a bid of any
// size passes through the memory of one chunk.
import { fromHex, join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";
import { canonical } from "@/sealed/canonical";
import type { SealKey } from "@/sealed/keys";
import type { Manifest, SealedFile } from "@/sealed/manifest";
import { slotsFor, unwrap, wrap, type Slot, type Slots } from "@/sealed/slots";

export const CHUNK = 4 * 1024 * 1024;
export const TAG = 16;
const MAGIC = "SEALBID1";
const SUITE = "P256-HKDF-SHA256-A256GCM";
const STEP = 4096;

export interface Plan extends Manifest {
	project: string;
	lot: string;
	threshold: number;
	/** SPKI, in the order of the tender */
	holders: Bytes[];
}

export interface Header {
	suite: string;
	project: string;
	lot: string;
	chunk_size: number;
	manifest_size: number;
	data_size: number;
	prefix: string;
	bidder: Slot;
	holders: Slots;
}

/** What sealing goes on from, also after the page was loaded again: the key cannot be exported. */
export interface Draft {
	bytes: Bytes; // of the header, magic and length included
	manifest: Bytes; // plain, padded
	key: CryptoKey;
	files: SealedFile[];
}

const text = new TextEncoder();

function uint32(n: number): Bytes {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, n);
	return bytes;
}

export const contextOf = (h: { project: string; lot: string; prefix: string }): string => `bid/${h.project}/${h.lot}/${h.prefix}`;

/** Whether it is the header of a bid for this lot. */
export const belongsTo = (h: Header, project?: string, lot?: string): boolean => h.project === project && h.lot === lot;

/** null if these are not the bytes of a header. */
export function parseHeader(bytes: Bytes): Header | null {
	try {
		const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
		if (new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC || bytes.length < 12 + length)
			return null;
		const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length))) as Header;
		return header.suite === SUITE ? header : null;
	} catch {
		return null;
	}
}

/** Header and manifest of a new bid under a fresh content key. */
export async function newDraft(plan: Plan, mine: SealKey): Promise<Draft> {
	const secret = crypto.getRandomValues(new Uint8Array(32));
	const manifest = text.encode(canonical({
		bidder: { ...plan.bidder, public_key: toBase64(mine.publicKey) }, files: plan.files, offer: plan.offer, v: 1,
	}));
	const open = {
		suite: SUITE, project: plan.project, lot: plan.lot, chunk_size: CHUNK,
		manifest_size: Math.ceil((4 + manifest.length + 64) / STEP) * STEP,
		data_size: plan.files.reduce((n, f) => n + f.size, 0),
		prefix: toHex(crypto.getRandomValues(new Uint8Array(7))),
	};
	const header: Header = {
		...open,
		bidder: await wrap(secret, mine.publicKey, contextOf(open), 0),
		holders: await slotsFor(secret, plan.threshold, plan.holders, contextOf(open)),
	};
	const body = text.encode(canonical(header));
	const bytes = join(text.encode(MAGIC), uint32(body.length), body);
	const signed = join(text.encode("bidroom.bid.v1\n"), await sha256(bytes), manifest);
	const signature = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, mine.sign, signed));
	const padded = new Uint8Array(header.manifest_size);
	padded.set(join(uint32(manifest.length), manifest, signature));
	const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["encrypt", "decrypt"]);
	secret.fill(0);
	return { bytes, manifest: padded, key, files: plan.files };
}

export const nChunks = (h: Header): number => 1 + Math.ceil(h.data_size / h.chunk_size);

export function totalSize(d: Draft): number {
	const h = parseHeader(d.bytes)!;
	return d.bytes.length + h.manifest_size + h.data_size + TAG * nChunks(h);
}

async function parameters(bytes: Bytes, h: Header, i: number): Promise<AesGcmParams> {
	const last = Uint8Array.of(i === nChunks(h) - 1 ? 1 : 0);
	return { name: "AES-GCM", iv: join(fromHex(h.prefix)!, uint32(i), last), additionalData: await sha256(bytes) };
}

export async function sealChunk(d: Draft, h: Header, i: number, plain: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.encrypt(await parameters(d.bytes, h, i), d.key, plain));
}

/** Throws when the chunk was changed or stands elsewhere. */
export async function openChunk(bytes: Bytes, h: Header, key: CryptoKey, i: number, sealed: Bytes): Promise<Bytes> {
	return new Uint8Array(await crypto.subtle.decrypt(await parameters(bytes, h, i), key, sealed));
}

/** The content key from the bidder's own slot, checked; null when it does not open with this key. Wipe it when done. */
export async function ownKey(h: Header, mine: SealKey): Promise<Bytes | null> {
	const secret = await unwrap(h.bidder, mine, contextOf(h), 0);
	return secret && toHex(await sha256(secret)) === h.holders.secret_sha256 ? secret : null;
}
