// SPDX-License-Identifier: GPL-3.0-or-later
// The index of a reel (proto/reel.h): 64 bytes big-endian per finished cluster, the head first.

export const ENTRY = 64;
const FLAG_KEY = 1;
const FLAG_HEAD = 2;

/** A break in a track shorter than this is played over; a longer one is shown as one. */
export const BREAK_MS = 1000;
/** Less than this is not worth beginning to play. */
export const LEAST_MS = 250;
/** The last frame of a cluster lasts on; how long is known only from the next block. */
const LAST_FRAME_MS = 100;

export interface Entry {
	time: number; // session ms of its first block
	last: number; // session ms of its last block
	offset: number;
	length: number;
	key: boolean; // a decoder can start here
}

export interface Span {
	from: number;
	to: number;
}

/** One entry, or null if the bytes cannot be one. The head is told by `key: false, time: 0, offset: 0`. */
function readEntry(view: DataView, at: number): (Entry & { head: boolean }) | null {
	const flags = view.getUint8(at + 28);
	const offset = view.getBigUint64(at + 8);
	const head = (flags & FLAG_HEAD) !== 0;
	const entry = {
		time: view.getUint32(at), last: view.getUint32(at + 4), offset: Number(offset), length: view.getUint32(at + 16),
		key: (flags & FLAG_KEY) !== 0, head,
	};
	const bad = (flags & ~(FLAG_KEY | FLAG_HEAD)) || offset > BigInt(Number.MAX_SAFE_INTEGER) || entry.length === 0
		|| entry.last < entry.time || head !== (offset === 0n);
	return bad ? null : entry;
}

/** The index as far as it was read; growing reels append to it. */
export class ReelIndex {
	headLength = 0;
	readonly entries: Entry[] = [];
	/** bytes of the index file consumed */
	bytes = 0;
	private covered: Span[] = [];

	/** Takes the next bytes of the index file; an incomplete last entry waits for the next call. False: damaged. */
	append(bytes: Uint8Array): boolean {
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
			const entry = readEntry(view, at);
			const before = this.entries[this.entries.length - 1];
			const end = before ? before.offset + before.length : this.headLength;
			if (!entry || entry.head !== (this.bytes === 0) || entry.offset !== (entry.head ? 0 : end))
				return false;
			this.bytes += ENTRY;
			if (entry.head) {
				this.headLength = entry.length;
				continue;
			}
			const { time, last, offset, length, key } = entry;
			this.entries.push({ time, last, offset, length, key });
			this.cover(time, last + LAST_FRAME_MS);
		}
		return true;
	}

	private cover(from: number, to: number): void {
		const span = this.covered[this.covered.length - 1];
		if (span && from - span.to < BREAK_MS)
			span.to = Math.max(span.to, to);
		else
			this.covered.push({ from, to });
	}

	/** Where there is something to see or hear, breaks left out. */
	get spans(): readonly Span[] {
		return this.covered;
	}

	get end(): number {
		return this.covered[this.covered.length - 1]?.to ?? 0;
	}

	/** Whether playing can begin at t: a browser waits for ever at the very end of a buffer. */
	covers(t: number): boolean {
		return this.covered.some((s) => s.from <= t && t + LEAST_MS < s.to);
	}

	/** Index of the last entry that begins at or before t; -1 if all begin later. */
	at(t: number): number {
		let low = 0;
		let high = this.entries.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.entries[middle]!.time <= t)
				low = middle + 1;
			else
				high = middle;
		}
		return low - 1;
	}

	/** The entry to begin at so that time t can be decoded: the last keyed one at or before it. */
	start(t: number): number {
		for (let i = Math.max(this.at(t), 0); i >= 0; i--)
			if (this.entries[i]?.key)
				return i;
		return this.entries.findIndex((e) => e.key);
	}

	/** The byte range of the entries from `first` on that begin before `until`, at least one of them. */
	range(first: number, until: number): { from: number; to: number; next: number; endMs: number } | null {
		if (first < 0 || first >= this.entries.length)
			return null;
		let next = first + 1;
		while (next < this.entries.length && this.entries[next]!.time < until)
			next++;
		const last = this.entries[next - 1]!;
		return { from: this.entries[first]!.offset, to: last.offset + last.length, next, endMs: last.last };
	}
}
