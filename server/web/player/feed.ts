// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds one track into one SourceBuffer: init segment once, then ranges of whole clusters found in the index.
// All operations of a buffer run one after the other; a seek makes everything under way worthless.
import { request } from "@/lib/api";
import type { RequestQueue } from "@/player/queue";
import type { Entry, ReelIndex } from "@/player/reel";

const PIECE_MS = 4000; // one request
const KEEP_BEHIND_MS = 20_000;
const EVICT_TO_MS = 10_000;
/** Less than this in the buffer is no ground to stand on. */
const HELD_MS = 500;
/** How long the last frame of a buffer lasts is known only from the next one. */
const SLACK_MS = 200;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/** The wait before the n-th repetition, longer every time: a server that is in trouble is not helped by a crowd. */
export const retryMs = (n: number): number => Math.min(FIRST_RETRY_MS * 2 ** (n - 1), LONGEST_RETRY_MS);

/** A buffer that takes nothing any more: its MediaSource is lost, and only a new one helps. */
export class BrokenBuffer extends Error {}

/** Is handed every whole cluster as it was fetched, for who checks them. */
export type TakeCluster = (track: string, entry: Entry, bytes: Uint8Array<ArrayBuffer>) => void;

export interface Source {
	url: string;
	kind: "cam" | "mic" | "screen";
	area: number; // width × height; 0: not known, or a sound
	mime: string;
	index: ReelIndex;
	track: string;
	to?: string; // the name of the only seat that heard it (单独通话)
	take?: TakeCluster;
}

async function fetchRange(url: string, from: number, to: number, signal: AbortSignal): Promise<ArrayBuffer> {
	const response = await request(url, { headers: { Range: `bytes=${from}-${to - 1}` }, signal }, 2);
	const bytes = await response.arrayBuffer();
	if (response.status === 206 || bytes.byteLength === to - from)
		return bytes;
	return bytes.slice(from, to); // a server without ranges sent the whole
}

export class Feed {
	private chain: Promise<void> = Promise.resolve();
	private stop = new AbortController();
	private readonly closed = new AbortController();
	private next = -1; // entry to append next
	private fresh = true; // nothing but the head, or after an abort
	private fetching = false;
	private asked: AbortController | null = null; // who waits for the network
	private hasHead = false;
	private failures = 0; // in a row, of reading ahead
	private retryAt = 0;
	/** what reading ahead failed of; it is tried again */
	fault: Error | null = null;
	onfault: (fault: Error | null) => void = () => {};

	constructor(readonly source: Source, private readonly buffer: SourceBuffer, private readonly queue: RequestQueue) {}

	private operate(change: () => void, generation: AbortController): Promise<void> {
		this.chain = this.chain.catch(() => {}).then(() => {
			if (generation.signal.aborted)
				return;
			const over = new AbortController();
			const listen = { once: true, signal: over.signal };
			return new Promise<void>((done, fail) => {
				this.buffer.addEventListener("updateend", () => done(), listen);
				// A buffer whose source was taken away ends nothing any more.
				this.closed.signal.addEventListener("abort", () => done(), listen);
				this.buffer.addEventListener("error", () => fail(new BrokenBuffer(`${this.source.kind}: not playable`)), listen);
				try {
					change();
				} catch (error) {
					// One that is full takes more when what lies behind was removed.
					fail((error as Error).name === "QuotaExceededError" ? error as Error : new BrokenBuffer(`${this.source.kind}: ${(error as Error).message}`));
				}
				if (!this.buffer.updating)
					done();
			}).finally(() => over.abort());
		});
		return this.chain;
	}

	/** Whether t is in the buffer already, and reading ahead goes on from there. */
	private holds(t: number): boolean {
		const before = this.source.index.entries[this.next - 1];
		const { buffered } = this.buffer;
		for (let i = 0; before && !this.fresh && i < buffered.length; i++) {
			const end = buffered.end(i) * 1000;
			if (buffered.start(i) * 1000 <= t && end >= t + HELD_MS && end >= before.last - SLACK_MS)
				return true;
		}
		return false;
	}

	/** Starts at time t: resolves when what is needed to show t is in the buffer. */
	async seek(t: number): Promise<void> {
		if (this.holds(t))
			return;
		this.stop.abort();
		this.stop = new AbortController();
		this.fetching = false;
		const mine = this.stop;
		this.next = this.source.index.start(t);
		this.fresh = true;
		this.retryAt = 0;
		await this.fill(t, t, mine);
		this.end(null, mine);
	}

	/** Reads on when less than `wantMs` lies ahead of t. */
	ahead(t: number, wantMs: number): void {
		const entry = this.source.index.entries[this.next];
		if (this.fetching || !entry || entry.time - t >= wantMs || performance.now() < this.retryAt)
			return;
		const mine = this.stop;
		this.fill(t, entry.time, mine).then(() => this.end(null, mine), (error: Error) => this.end(error, mine));
	}

	private end(fault: Error | null, mine: AbortController): void {
		if (mine.signal.aborted)
			return;
		this.failures = fault ? this.failures + 1 : 0;
		this.retryAt = fault ? performance.now() + retryMs(this.failures) : 0;
		if (fault === this.fault)
			return;
		this.fault = fault;
		this.onfault(fault);
	}

	private async fill(t: number, from: number, mine: AbortController): Promise<void> {
		const range = this.source.index.range(this.next, Math.max(t, from) + PIECE_MS);
		if (!range || mine.signal.aborted)
			return;
		this.fetching = true;
		const first = this.next;
		const urgent = from <= t ? 0 : 2;
		const priority = urgent + (this.source.kind === "mic" ? 0 : 1);
		let head: ArrayBuffer | null = null;
		let bytes: ArrayBuffer | null = null;
		try {
			this.asked = mine;
			await this.queue.add(priority, mine.signal, async () => {
				if (!this.hasHead)
					head = await fetchRange(this.source.url, 0, this.source.index.headLength, mine.signal);
				bytes = await fetchRange(this.source.url, range.from, range.to, mine.signal);
			});
			this.answered(mine);
			if (bytes)
				this.handOut(bytes, first, range.next);
			await this.append(head, bytes, mine);
			if (!mine.signal.aborted)
				this.next = range.next;
		} catch (error) {
			if (mine.signal.aborted)
				return;
			if ((error as Error).name === "QuotaExceededError")
				this.evict(t, mine, EVICT_TO_MS);
			throw error;
		} finally {
			this.answered(mine);
			if (!mine.signal.aborted)
				this.fetching = false;
		}
		this.evict(t, mine, KEEP_BEHIND_MS);
	}

	private answered(mine: AbortController): void {
		if (this.asked === mine)
			this.asked = null;
	}

	/** Whether it waits for the network: then nobody can do more than wait. */
	get waits(): boolean {
		return this.asked !== null;
	}

	private handOut(bytes: ArrayBuffer, first: number, next: number): void {
		const { entries } = this.source.index;
		const start = entries[first]!.offset;
		for (const e of entries.slice(first, next))
			this.source.take?.(this.source.track, e, new Uint8Array(bytes.slice(e.offset - start, e.offset - start + e.length)));
	}

	private async append(head: ArrayBuffer | null, bytes: ArrayBuffer | null, mine: AbortController): Promise<void> {
		if (this.fresh && !mine.signal.aborted) {
			// A cluster after half a cluster is an error unless the parser was reset.
			await this.chain.catch(() => {});
			if (mine.signal.aborted)
				return;
			if (this.hasHead)
				this.buffer.abort();
			this.fresh = false;
		}
		if (head) {
			const init = head;
			await this.operate(() => this.buffer.appendBuffer(init), mine);
			this.hasHead = !mine.signal.aborted || this.hasHead;
		}
		if (bytes) {
			const media = bytes;
			await this.operate(() => this.buffer.appendBuffer(media), mine);
		}
	}

	/** Lets go of what lies further behind than `keep`, and of what a jump back has left further ahead. */
	private evict(t: number, mine: AbortController, keep: number): void {
		const { buffered } = this.buffer;
		if (!buffered.length)
			return;
		// One that fails to let go is broken, which the next one to take in will say.
		if (buffered.start(0) * 1000 < t - keep)
			void this.operate(() => this.buffer.remove(0, (t - EVICT_TO_MS) / 1000), mine).catch(() => {});
		const last = buffered.start(buffered.length - 1);
		if (last * 1000 > t + keep && last * 1000 > (this.source.index.entries[this.next - 1]?.last ?? 0) + SLACK_MS)
			void this.operate(() => this.buffer.remove(last, Infinity), mine).catch(() => {});
	}

	close(): void {
		this.closed.abort();
		this.stop.abort();
	}
}
