// SPDX-License-Identifier: GPL-3.0-or-later
// Sends a sealed file in pieces and can go on where it stopped: the server's count of bytes is the truth.
import { get, post, Refusal, sendPiece } from "@/lib/api";

export const PIECE = 4 * 1024 * 1024;

export interface Progress {
	bidId: string;
	received: number;
	size: number;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Failures on the way are tried again; a refusal of the piece itself is final. */
function mayRetry(error: unknown): boolean {
	return error instanceof Refusal && (error.status === 0 || error.status >= 500 || error.status === 429);
}

/**
 * Uploads `file` for a lot, or goes on with an upload of the same size. Resolves when every byte is on the
 * server; rejects with the refusal after five failures in a row, or when aborted.
 */
export async function upload(lotId: string, file: File, resume: string | null, report: (p: Progress) => void, signal: AbortSignal): Promise<string> {
	let bidId = resume;
	let received = 0;
	if (bidId)
		received = (await get("/bids/{bid_id}", { path: { bid_id: bidId } })).received;
	else
		({ bid_id: bidId, received } = await post("/lots/{lot_id}/bids", { size: file.size }, { path: { lot_id: lotId } }));
	report({ bidId, received, size: file.size });
	let failures = 0;
	while (received < file.size) {
		try {
			received = await sendPiece(bidId, received, file.slice(received, received + PIECE), signal);
			failures = 0;
		} catch (error) {
			if (!mayRetry(error) || ++failures >= 5)
				throw error;
			await pause(1000 * failures);
			received = (await get("/bids/{bid_id}", { path: { bid_id: bidId } })).received;
		}
		report({ bidId, received, size: file.size });
	}
	return bidId;
}
