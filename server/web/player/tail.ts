// SPDX-License-Identifier: GPL-3.0-or-later
// What the indexes of all tracks have gained, asked for in one request whatever the number of tracks.
import { get } from "@/lib/api";
import { fromBase64 } from "@/lib/bytes";
import { ENTRY, type ReelIndex } from "@/player/reel";

const ROUND = 200; // tracks named in one request; their text has a limit

export interface Growing {
	track: string;
	index: ReelIndex;
	ended: boolean; // nothing will follow
}

/** Brings the indexes of these tracks up to now. */
export type ReadTail = (tracks: Growing[]) => Promise<void>;

async function readSome(sessionId: string, tracks: Growing[]): Promise<Growing[]> {
	const after = tracks.map((x) => `${x.track}.${x.index.bytes / ENTRY}`).join(",");
	const answer = await get("/sessions/{session_id}/replay/tail", { path: { session_id: sessionId }, query: { after } });
	for (const row of answer.tracks) {
		const known = tracks.find((x) => x.track === row.track)!;
		const fresh = row.index ? fromBase64(row.index) : new Uint8Array();
		if (!fresh || !known.index.append(fresh))
			throw new Error("damaged index");
		known.ended = row.whole;
	}
	return answer.more ? tracks.filter((x) => !x.ended) : [];
}

export function tailOf(sessionId: string): ReadTail {
	return async (tracks) => {
		for (let from = 0; from < tracks.length; from += ROUND)
			for (let left = tracks.slice(from, from + ROUND); left.length; )
				left = await readSome(sessionId, left);
	};
}
