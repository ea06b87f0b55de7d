// SPDX-License-Identifier: GPL-3.0-or-later
// Seals a bid piece by piece from the files it is made of: piece 0 is header and manifest, piece n is chunk n. The same
// draft and files always give the same pieces, so an upload goes on after the page was loaded again.
import { join, sha256, toHex, type Bytes } from "@/lib/bytes";
import { newDraft, nChunks, openChunk, ownKey, parseHeader, sealChunk, type Draft, type Header, type Plan } from "@/sealed/container";
import type { SealKey } from "@/sealed/keys";
import type { SealedFile } from "@/sealed/manifest";
import { Sha256 } from "@/sealed/sha256";

const READ = 4 * 1024 * 1024;

/** Reads every file once; `read` is told how many bytes went by. */
export async function describe(files: File[], read: (bytes: number) => void): Promise<SealedFile[]> {
	const described: SealedFile[] = [];
	for (const file of files) {
		const digest = new Sha256();
		for (let at = 0; at < file.size; at += READ) {
			const piece = new Uint8Array(await file.slice(at, at + READ).arrayBuffer());
			digest.update(piece);
			read(piece.length);
		}
		described.push({ name: file.name, sha256: toHex(digest.digest()), size: file.size });
	}
	return described;
}

export const sameFiles = (a: SealedFile[], b: SealedFile[]): boolean =>
	a.length === b.length && a.every((f, i) => f.name === b[i]!.name && f.size === b[i]!.size && f.sha256 === b[i]!.sha256);

/** The plain bytes of the documents from `at` on, at most `length`. */
async function readAt(files: File[], at: number, length: number): Promise<Bytes> {
	const parts: Uint8Array[] = [];
	let end = 0;
	for (const file of files) {
		const start = end;
		end += file.size;
		if (end > at && start < at + length)
			parts.push(new Uint8Array(await file.slice(Math.max(0, at - start), at + length - start).arrayBuffer()));
	}
	return join(...parts);
}

export class Sealer {
	readonly pieces: number;
	private readonly header: Header;
	private readonly digests: Bytes[] = [];

	constructor(readonly draft: Draft, private readonly files: File[]) {
		this.header = parseHeader(draft.bytes)!;
		this.pieces = nChunks(this.header);
	}

	static async begin(plan: Omit<Plan, "files">, mine: SealKey, files: File[], described: SealedFile[]): Promise<Sealer> {
		return new Sealer(await newDraft({ ...plan, files: described }, mine), files);
	}

	/** Pieces are asked for in order. */
	async piece(n: number): Promise<Bytes> {
		const { chunk_size, data_size } = this.header;
		const at = (n - 1) * chunk_size;
		const plain = n ? await readAt(this.files, at, Math.min(chunk_size, data_size - at)) : this.draft.manifest;
		const sealed = await sealChunk(this.draft, this.header, n, plain);
		if (!n)
			this.digests[0] = await sha256(this.draft.bytes);
		this.digests[n + 1] = await sha256(sealed);
		return n ? sealed : join(this.draft.bytes, sealed);
	}

	/** Of the whole file, once every piece was asked for. */
	async receiptDigest(): Promise<string> {
		return toHex(await sha256(join(...this.digests)));
	}

	/** Whether the bidder's own key opens what was sealed: the way the opening will take. */
	async opensWith(mine: SealKey): Promise<boolean> {
		const secret = await ownKey(this.header, mine);
		if (!secret)
			return false;
		const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
		secret.fill(0);
		const sealed = await sealChunk(this.draft, this.header, 0, this.draft.manifest);
		const opened = await openChunk(this.draft.bytes, this.header, key, 0, sealed).catch(() => null);
		return opened?.length === this.draft.manifest.length;
	}
}
