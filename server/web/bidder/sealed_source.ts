// SPDX-License-Identifier: GPL-3.0-or-later
// A bid that is sealed while it is sent: one piece is on its way, the next is being sealed.
import type { Source } from "@/bidder/upload";
import type { Bytes } from "@/lib/bytes";

/** What the sealing worker does for it. */
export interface Pieces {
	piece(n: number): Promise<Bytes>;
	digest(): Promise<string>;
}

export class SealedSource implements Source {
	private n = 0; // pieces asked for
	private start = 0; // where the current one lies in the file
	private current = new Uint8Array(0);
	private next: Promise<Bytes> | null = null;

	constructor(readonly size: number, private readonly count: number, private readonly worker: Pieces) {}

	private ask(): Promise<Bytes> | null {
		if (this.n === this.count)
			return null;
		const piece = this.worker.piece(this.n++);
		piece.catch(() => {}); // told to whoever awaits it
		return piece;
	}

	/** Goes on to the next piece; false behind the last. */
	private async step(): Promise<boolean> {
		const piece = this.next ?? this.ask();
		if (!piece)
			return false;
		this.start += this.current.length;
		this.current = await piece;
		this.next = this.ask();
		return true;
	}

	/** What is sent from `at` on; it never goes back behind what the server has. */
	async pieceAt(at: number): Promise<Blob> {
		while (at >= this.start + this.current.length && (await this.step()));
		return new Blob([this.current.subarray(at - this.start)]);
	}

	/** The receipt digest of the whole file, also of what the server had before. */
	async digest(): Promise<string> {
		while (await this.step());
		return this.worker.digest();
	}
}
