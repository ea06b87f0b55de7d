// SPDX-License-Identifier: GPL-3.0-or-later
// Sends a sealed file in pieces and can go on where it stopped: the server's count of bytes is the truth.
import { get, post, Refusal, sendPiece } from "@/lib/api";

export const PIECE = 4 * 1024 * 1024;

export interface Progress {
	bidId: string;
	received: number;
	size: number;
}

/** Where the bytes come from. */
export interface Source {
	size: number;
	/** from this offset on, at most what the server takes at once */
	pieceAt(offset: number): Promise<Blob>;
}

export const fileSource = (file: File): Source => ({ size: file.size, pieceAt: async (at) => file.slice(at, at + PIECE) });

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Failures on the way are tried again; a refusal of the piece itself is final. */
function mayRetry(error: unknown): boolean {
	return error instanceof Refusal && (error.status === 0 || error.status >= 500 || error.status === 429);
}

/**
 * Uploads a sealed file for a lot, or goes on with an upload of the same size. Resolves when every byte is on the
 * server; rejects with the refusal after five failures in a row, or when aborted.
 */
export async function upload(lotId: string, source: Source, resume: string | null, report: (p: Progress) => void, signal: AbortSignal): Promise<string> {
	let bidId = resume;
	let received = 0;
	if (bidId)
		received = (await get("/bids/{bid_id}", { path: { bid_id: bidId } })).received;
	else
		({ bid_id: bidId, received } = await post("/lots/{lot_id}/bids", { size: source.size }, { path: { lot_id: lotId } }));
	report({ bidId, received, size: source.size });
	let failures = 0;
	while (received < source.size) {
		const piece = await source.pieceAt(received);
		try {
			received = await sendPiece(bidId, received, piece, signal);
			failures = 0;
		} catch (error) {
			if (!mayRetry(error) || ++failures >= 5)
				throw error;
			await pause(1000 * failures);
			received = (await get("/bids/{bid_id}", { path: { bid_id: bidId } })).received;
		}
		report({ bidId, received, size: source.size });
	}
	return bidId;
}
