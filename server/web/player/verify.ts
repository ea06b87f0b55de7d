// SPDX-License-Identifier: GPL-3.0-or-later
// Checks in the browser that what is shown is what was recorded: each cluster that was fetched is hashed and compared
// with what a media.part event of the ledger says of it, and the event itself is checked against the signed
// checkpoint. The index file beside a reel is not believed for this.
import { sha256, toHex, type Bytes } from "@/lib/bytes";
import type { ReceiptParts, Verdict } from "@/lib/ledger";
import type { Entry, Span } from "@/player/reel";

/** Parts are asked for by stretches of the recording. */
const STRETCH_MS = 30_000;
/** A part that waited while the database was away stands much later than what it is about. */
const MOST_PAGES = 6;
/** The newest stretch is asked for again when it was looked at too early. */
const AGAIN_MS = 3000;

export interface Part {
	no: number;
	leaf: string;
	leaf_hash: string;
	index: number;
	proof: string[];
}

export interface PartsPage {
	checkpoint?: string;
	tree_size?: number;
	items: Part[];
	next: number | string | null;
}

export interface PartsOf {
	/** Resolves when nobody waits for pictures: checking hundreds of proofs takes its time. */
	rest?(): Promise<void>;
	page(fromMs: number, after: number | undefined): Promise<PartsPage>;
	check(receipt: ReceiptParts): Promise<Verdict>;
}

interface Cluster {
	offset: number;
	length: number;
	sha256: string;
	last_ms: number;
}

interface Body {
	tracks: { track: number; clusters: Cluster[] }[];
}

/** What was found out about one track. */
export interface Checked {
	good: Span[];
	bad: Span[];
}

function cover(spans: Span[], from: number, to: number): void {
	spans.push({ from, to });
	spans.sort((a, b) => a.from - b.from);
	for (let i = 1; i < spans.length; )
		if (spans[i]!.from <= spans[i - 1]!.to + 100) {
			spans[i - 1]!.to = Math.max(spans[i - 1]!.to, spans[i]!.to);
			spans.splice(i, 1);
		} else
			i++;
}

export class Verifier {
	private readonly clusters = new Map<string, Cluster>(); // of parts whose proof held
	private readonly stretches = new Map<number, { done: boolean; at: number }>();
	private chain: Promise<void> = Promise.resolve();
	/** a part whose own proof does not hold, in words for the page */
	fault: { no: number; verdict: Verdict } | null = null;
	readonly tracks = new Map<string, Checked>();
	onchange: () => void = () => {};

	constructor(private readonly parts: PartsOf, private readonly sessionId: string, private readonly now: () => number = () => Date.now()) {}

	/** Takes one cluster as it was fetched. */
	async take(track: string, entry: Entry, bytes: Bytes): Promise<void> {
		const { length } = bytes;
		const digest = await sha256(bytes); // what may wait long for its turn is this alone
		const said = await this.find(track, entry);
		if (!said)
			return; // not in the ledger yet: it stays unverified
		const good = said.length === length && said.length === entry.length && toHex(digest) === said.sha256;
		const row = this.tracks.get(track) ?? { good: [], bad: [] };
		this.tracks.set(track, row);
		cover(good ? row.good : row.bad, entry.time, entry.last);
		this.onchange();
	}

	private async find(track: string, entry: Entry): Promise<Cluster | null> {
		const key = `${track} ${entry.offset}`;
		if (!this.clusters.has(key)) {
			// One after the other: many clusters of one stretch wait for the same answer.
			this.chain = this.chain.catch(() => {}).then(async () => {
				await this.parts.rest?.();
				if (!this.clusters.has(key))
					await this.read(entry.last);
			});
			await this.chain.catch(() => {});
		}
		return this.clusters.get(key) ?? null;
	}

	/** Reads what the ledger says of the stretch that holds this moment. */
	private async read(ms: number): Promise<void> {
		const no = Math.floor(ms / STRETCH_MS);
		const known = this.stretches.get(no);
		if (known && (known.done || this.now() - known.at < AGAIN_MS))
			return;
		let after: number | undefined;
		let done = false;
		for (let i = 0; i < MOST_PAGES && !done; i++) {
			const page = await this.parts.page(no * STRETCH_MS, after);
			const furthest = await this.learn(page);
			done = furthest > (no + 1) * STRETCH_MS;
			if (page.next === null || !page.items.length)
				break;
			after = Number(page.next);
		}
		this.stretches.set(no, { done, at: this.now() });
	}

	/** Enters the clusters of the parts whose proofs hold; the last moment they speak of. */
	private async learn(page: PartsPage): Promise<number> {
		let furthest = 0;
		for (const part of page.items) {
			await this.parts.rest?.();
			const verdict = await this.parts.check({ ...part, checkpoint: page.checkpoint ?? "", tree_size: page.tree_size ?? 0 });
			const event = JSON.parse(part.leaf) as { kind: string; subject: string; body: Body };
			if (verdict !== "ok" || event.kind !== "media.part" || event.subject !== `recording:${this.sessionId}`) {
				this.fault ??= { no: part.no, verdict: verdict === "ok" ? "leaf" : verdict };
				this.onchange();
				continue;
			}
			for (const { track, clusters } of event.body.tracks)
				for (const cluster of clusters) {
					this.clusters.set(`${track} ${cluster.offset}`, cluster);
					furthest = Math.max(furthest, cluster.last_ms);
				}
		}
		return furthest;
	}
}
