// SPDX-License-Identifier: GPL-3.0-or-later
// Sends a sealed file in pieces and can go on where it stopped: the server's count of bytes is the truth. A line that
// breaks is tried again, more and more seldom; what the server refuses is final.
import { get, post, Refusal, sendPiece } from "@/lib/api";

export const PIECE = 4 * 1024 * 1024;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** In a row: about two and a half minutes without the server. */
const FAILURES_MAX = 9;

export interface Progress {
	bidId: string;
	received: number;
	size: number;
	/** the line is broken: how long until it is tried again */
	waitMs?: number;
}

/** Where the bytes come from. */
export interface Source {
	size: number;
	/** from this offset on, at most what the server takes at once */
	pieceAt(offset: number): Promise<Blob>;
}

export const fileSource = (file: File): Source => ({ size: file.size, pieceAt: async (at) => file.slice(at, at + PIECE) });

/** The server as an upload needs it. */
export interface Line {
	begin(lotId: string, size: number): Promise<{ bid_id: string; received: number }>;
	received(bidId: string): Promise<number>;
	send(bidId: string, offset: number, piece: Blob, signal: AbortSignal): Promise<number>;
	wait(ms: number, signal: AbortSignal): Promise<void>;
}

const server: Line = {
	begin: (lotId, size) => post("/lots/{lot_id}/bids", { size }, { path: { lot_id: lotId } }),
	received: async (bidId) => (await get("/bids/{bid_id}", { path: { bid_id: bidId } })).received,
	send: sendPiece,
	wait: (ms, signal) => new Promise((done, fail) => {
		const timer = setTimeout(done, ms);
		signal.addEventListener("abort", () => {
			clearTimeout(timer);
			fail(signal.reason);
		}, { once: true });
	}),
};

/** Another offset than the server's is no fault of the piece: it says where to go on. */
function mayRetry(error: unknown): error is Refusal {
	return error instanceof Refusal && (error.status === 0 || error.status >= 500 || error.status === 408 || error.status === 429 || error.code === "bid.offset");
}

const waitFor = (failure: Refusal, failures: number): number =>
	Math.max((failure.retryAfterS ?? 0) * 1000, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)));

/**
 * Uploads a sealed file for a lot, or goes on with an upload of the same size. Resolves when every byte is on the
 * server; rejects with the refusal, with the last of too many failures in a row, or when aborted. `report` is waited
 * for: nothing is sent before the caller has kept what it must.
 */
export async function upload(lotId: string, source: Source, resume: string | null, report: (p: Progress) => void | Promise<void>, signal: AbortSignal, line: Line = server): Promise<string> {
	const begun = resume ? { bid_id: resume, received: await line.received(resume) } : await line.begin(lotId, source.size);
	const { bid_id: bidId } = begun;
	let { received } = begun;
	await report({ bidId, received, size: source.size });
	for (let failures = 0; received < source.size;) {
		try {
			if (failures)
				received = await line.received(bidId);
			if (received < source.size)
				received = await line.send(bidId, received, await source.pieceAt(received), signal);
			failures = 0;
		} catch (error) {
			if (!mayRetry(error) || ++failures > FAILURES_MAX)
				throw error;
			const waitMs = waitFor(error, failures);
			await report({ bidId, received, size: source.size, waitMs });
			await line.wait(waitMs, signal);
			continue;
		}
		await report({ bidId, received, size: source.size });
	}
	return bidId;
}
