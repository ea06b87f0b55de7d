// SPDX-License-Identifier: GPL-3.0-or-later
// As much of a browser as a tile touches: an element, a MediaSource with its buffers, and a network that answers when
// it is told to.
import type { Source } from "@/player/feed";
import { ENTRY, ReelIndex } from "@/player/reel";

// What asks the server looks there for its mark as soon as it is loaded, so this file is imported first.
Object.assign(globalThis, { localStorage: { getItem: () => null } });

const CLUSTER_MS = 1000;
const CLUSTER_LEN = 10;

/** A reel of n clusters of a second each, every one of which can be begun at. */
export function source(kind: Source["kind"], n: number, area = 0): Source {
	const bytes = new Uint8Array((n + 1) * ENTRY);
	const view = new DataView(bytes.buffer);
	const put = (i: number, time: number, last: number, offset: number, flags: number): void => {
		view.setUint32(i * ENTRY, time);
		view.setUint32(i * ENTRY + 4, last);
		view.setBigUint64(i * ENTRY + 8, BigInt(offset));
		view.setUint32(i * ENTRY + 16, CLUSTER_LEN);
		view.setUint8(i * ENTRY + 28, flags);
	};
	put(0, 0, 0, 0, 2);
	for (let i = 0; i < n; i++)
		put(i + 1, i * CLUSTER_MS, (i + 1) * CLUSTER_MS - 1, (i + 1) * CLUSTER_LEN, 1);
	const index = new ReelIndex();
	index.append(bytes);
	return { url: `/${kind}`, kind, area, mime: "video/webm", index, track: kind };
}

/** A buffer that takes in at once, never if it hangs, nothing if it is full. What it holds is for the test to say. */
export class FakeBuffer extends EventTarget {
	static hangs = false;
	static full = false;
	updating = false;
	appended = 0;
	removed: [number, number][] = [];
	ranges: [number, number][] = []; // s
	readonly buffered = {
		of: this,
		get length(): number {
			return this.of.ranges.length;
		},
		start(i: number): number {
			return this.of.ranges[i]![0];
		},
		end(i: number): number {
			return this.of.ranges[i]![1];
		},
	};

	constructor() {
		super();
		page.buffers.push(this);
	}

	private work(): void {
		this.updating = true;
		if (!FakeBuffer.hangs)
			queueMicrotask(() => {
				this.updating = false;
				this.dispatchEvent(new Event("updateend"));
			});
	}

	appendBuffer(): void {
		if (FakeBuffer.full)
			throw new DOMException("full", "QuotaExceededError");
		this.appended++;
		this.work();
	}

	remove(from: number, to: number): void {
		this.removed.push([from, to]);
		this.ranges = this.ranges.filter(([begin, end]) => begin < from || end > to);
		this.work();
	}

	abort(): void {
		this.updating = false;
	}
}

class FakeMedia extends EventTarget {
	duration = 0;

	constructor() {
		super();
		page.built++;
		// An element loads from its address a moment after it was given it, if it still has it.
		later.setTimeout(() => {
			const url = page.urls.get(this)!;
			if (!page.videos.some((v) => v.src === url))
				return;
			if (page.revoked.has(url)) {
				page.unfound++;
				return;
			}
			// What opened tells so, even if the element has another by then.
			const tell = (): void => void this.dispatchEvent(new Event("sourceopen"));
			if (page.tellsLate)
				later.setTimeout(tell, 0);
			else
				tell();
		}, 0);
	}

	addSourceBuffer(): FakeBuffer {
		return new FakeBuffer();
	}
}

export class FakeVideo extends EventTarget {
	currentTime = 0;
	readyState = 4;
	seeking = false;
	paused = true;
	playbackRate = 1;
	muted = false;
	src = "";
	error: { message: string } | null = null;

	constructor() {
		super();
		page.videos.push(this);
	}

	requestVideoFrameCallback(): void {}
	load(): void {}

	hasAttribute(): boolean {
		return this.src !== "";
	}

	removeAttribute(): void {
		this.src = "";
	}

	async play(): Promise<void> {
		this.paused = false;
	}

	pause(): void {
		this.paused = true;
	}
}

/** What the page did, and the time it goes by. */
export const page = {
	built: 0,
	now: 0,
	buffers: [] as FakeBuffer[],
	videos: [] as FakeVideo[],
	urls: new Map<unknown, string>(),
	revoked: new Set<string>(),
	/** a MediaSource tells that it is open a task after it is */
	tellsLate: false,
	/** elements that found nothing at the address of their MediaSource */
	unfound: 0,
	/** requests that were not answered yet */
	asked: [] as { answer(): void; refuse(): void; aborted: boolean }[],
	answerAll(): void {
		for (const request of page.asked.splice(0))
			request.answer();
	},
};

const later = { setTimeout, clearTimeout };

export const settle = (): Promise<void> => new Promise((done) => later.setTimeout(done, 0));

/** From now on timers go by the page's time, which passes when it is told to; until the next install(). */
export function timers(): (ms: number) => Promise<void> {
	const waiting = new Set<{ at: number; run: () => void }>();
	Object.assign(globalThis, {
		setTimeout: (run: () => void, ms = 0) => {
			const timer = { at: page.now + ms, run };
			waiting.add(timer);
			return timer;
		},
		clearTimeout: (timer: { at: number; run: () => void }) => waiting.delete(timer),
	});
	return async (ms) => {
		const end = page.now + ms;
		for (;;) {
			const [next] = [...waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
			if (!next)
				break;
			waiting.delete(next);
			page.now = Math.max(page.now, next.at);
			next.run();
			await settle();
		}
		page.now = end;
	};
}

export function install(): void {
	Object.assign(page, { built: 0, now: 0, asked: [], buffers: [], videos: [], urls: new Map(), revoked: new Set(), tellsLate: false, unfound: 0 });
	FakeBuffer.hangs = false;
	FakeBuffer.full = false;
	Object.assign(globalThis, {
		...later,
		MediaSource: FakeMedia,
		HTMLMediaElement: { HAVE_FUTURE_DATA: 3 },
		fetch: (_: string, { signal }: { signal: AbortSignal }) => new Promise((done, fail) => {
			const request = {
				aborted: false,
				answer: () => done(new Response(new Uint8Array(CLUSTER_LEN), { status: 206 })),
				refuse: () => done(new Response("{}", { status: 404 })),
			};
			signal.addEventListener("abort", () => {
				request.aborted = true;
				fail(new DOMException("aborted", "AbortError"));
			});
			page.asked.push(request);
		}),
	});
	URL.createObjectURL = (media) => {
		const url = `blob:${page.urls.size}`;
		page.urls.set(media, url);
		return url;
	};
	URL.revokeObjectURL = (url) => void page.revoked.add(url);
	performance.now = () => page.now;
}
