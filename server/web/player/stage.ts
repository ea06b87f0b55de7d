// SPDX-License-Identifier: GPL-3.0-or-later
// Conducts all tiles by the page clock: seeking waits for every tile, playing corrects them, a growing
// recording is read on and can be followed a little behind its end.
import type { Schemas } from "@/lib/api";
import { JUMP_MS, PageClock } from "@/player/clock";
import type { Source, TakeCluster } from "@/player/feed";
import { RequestQueue } from "@/player/queue";
import { LEAST_MS, ReelIndex } from "@/player/reel";
import type { Growing, ReadTail } from "@/player/tail";
import { Tile } from "@/player/tile";

const TICK_MS = 250;
const TAIL_MS = 1000;
const LIVE_BEHIND_MS = 2500;
const BARRIER_MS = 5000;
const START_MS = 1000;
/** A seek to the end shows the last picture, which stands a little before it. */
const END_MS = 400;
/** Pictures of a track nobody has measured yet: a step is not longer. */
const SLOWEST_FRAME_MS = 100;
/** Seats that come within this time of the first one count as there from the beginning. */
const SETTLE_MS = 10_000;

export interface Seat {
	id: string; // seat and, for screens, its kind
	seatId: string;
	name: string;
	screen: boolean;
	sources: Source[];
}

type Track = Schemas["ReplayTrack"];

const MIME: Record<string, string> = { vp8: 'video/webm; codecs="vp8"', opus: 'audio/webm; codecs="opus"' };

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class Stage {
	readonly clock = new PageClock(() => performance.now());
	readonly seats: Seat[] = [];
	private readonly tiles = new Map<string, Tile>();
	private readonly queue = new RequestQueue();
	private readonly sources = new Map<string, Growing & { source: Source }>();
	private timers: ReturnType<typeof setInterval>[] = [];
	private turn = 0;
	private resume = false;
	private reading = false;
	live = false;
	following = false;
	busy = false;
	/** between these two the replay goes round and round */
	loop: { from: number; to: number } | null = null;
	onchange: () => void = () => {};

	constructor(private readonly readTail: ReadTail, private readonly takeCluster?: TakeCluster) {}

	/** Takes tracks of the manifest that are new to the stage and reads their indexes. */
	async take(replay: Schemas["Replay"]): Promise<void> {
		this.live = replay.live;
		// A masked track stands for its original: what only few may see is not shown in passing.
		const fresh = replay.tracks.filter((t) => MIME[t.codec] && t.mask !== "original" && !this.sources.has(t.track))
			.map((row) => ({ row, growing: { track: row.track, index: new ReelIndex(), ended: false } }));
		await this.readTail(fresh.map((x) => x.growing));
		for (const { row, growing } of fresh)
			this.place(row, growing, { url: row.url, kind: row.kind, mime: MIME[row.codec]!, index: growing.index, track: row.track, take: row.sealed ? undefined : this.takeCluster });
		this.onchange();
	}

	private place(track: Track, growing: Growing, source: Source): void {
		this.sources.set(track.track, Object.assign(growing, { source }));
		const screen = track.kind === "screen";
		const id = screen ? `${track.seat_id} screen` : track.seat_id;
		let seat = this.seats.find((s) => s.id === id);
		if (!seat) {
			seat = { id, seatId: track.seat_id, name: track.seat_name, screen, sources: [] };
			this.seats.push(seat);
			this.seats.sort((a, b) => Number(a.screen) - Number(b.screen) || a.id.localeCompare(b.id, undefined, { numeric: true }));
		}
		seat.sources.push(source);
		seat.sources.sort((a, b) => (a.index.entries[0]?.time ?? 0) - (b.index.entries[0]?.time ?? 0));
	}

	/** The page made a video element for a seat. */
	attach(seatId: string, video: HTMLVideoElement): Tile {
		const seat = this.seats.find((s) => s.id === seatId)!;
		const tile = new Tile(seat.sources, video, this.queue);
		this.tiles.set(seatId, tile);
		void tile.seek(this.clock.time).then(() => (this.clock.playing ? tile.play(this.clock.rate) : undefined));
		return tile;
	}

	detach(seatId: string): void {
		this.tiles.get(seatId)?.close();
		this.tiles.delete(seatId);
	}

	/** End of what is recorded, in session ms. */
	get end(): number {
		let end = 0;
		for (const { source } of this.sources.values())
			end = Math.max(end, source.index.end);
		return end;
	}

	/** Where the first picture or sound is: before it there is nothing to look at. */
	get begin(): number {
		const begins = [...this.sources.values()].flatMap(({ source }) => source.index.entries[0]?.time ?? []);
		return begins.length ? Math.max(...begins.filter((t) => t <= Math.min(...begins) + SETTLE_MS)) : 0;
	}

	start(): void {
		this.timers.push(setInterval(() => this.tick(), TICK_MS));
		this.timers.push(setInterval(() => void this.tail(), TAIL_MS));
	}

	close(): void {
		this.timers.forEach(clearInterval);
		for (const tile of this.tiles.values())
			tile.close();
		this.tiles.clear();
	}

	private tick(): void {
		if (this.busy)
			return;
		const t = this.clock.time;
		if (!this.clock.playing) {
			for (const tile of this.tiles.values())
				tile.readAhead(t, 1);
			return;
		}
		if (t >= this.end - LEAST_MS) {
			if (this.live)
				void this.goLive();
			else
				this.pause();
			return;
		}
		if (this.loop && t >= this.loop.to) {
			void this.seek(this.loop.from);
			return;
		}
		for (const tile of this.tiles.values())
			tile.follow(t, this.clock.rate);
		this.onchange();
	}

	/** One picture on (1) or back (-1), of whichever tile has the most of them. */
	async step(direction: 1 | -1): Promise<void> {
		this.pause();
		const frame = Math.min(...[...this.tiles.values()].flatMap((tile) => tile.frameMs ?? []), SLOWEST_FRAME_MS);
		await this.seek(this.clock.time + direction * frame);
	}

	/** Growing tracks: read the new end of each index. */
	private async tail(): Promise<void> {
		if (!this.live || document.hidden || this.reading)
			return;
		this.reading = true;
		const growing = [...this.sources.values()].filter((s) => !s.ended);
		await this.queue.add(1, new AbortController().signal, () => this.readTail(growing).catch(() => {})).finally(() => (this.reading = false));
		this.onchange();
	}

	/** All tiles go to t together; those that cannot in time catch up by themselves. */
	async seek(t: number): Promise<void> {
		const mine = ++this.turn;
		// A seek that overtakes another goes on playing if the first one would have.
		this.resume ||= this.clock.playing;
		this.busy = true;
		this.clock.pause();
		this.clock.set(Math.max(0, Math.min(t, this.end - END_MS)));
		for (const tile of this.tiles.values())
			tile.pause();
		this.onchange();
		const all = Promise.all([...this.tiles.values()].map((tile) => tile.seek(this.clock.time)));
		await Promise.race([all, pause(BARRIER_MS)]);
		if (mine !== this.turn)
			return;
		this.busy = false;
		if (this.resume)
			await this.play();
		this.onchange();
	}

	async play(): Promise<void> {
		if (this.clock.time >= this.end - END_MS - 100 && !this.live)
			await this.seek(0);
		this.resume = false;
		const mine = this.turn;
		const started = Promise.all([...this.tiles.values()].map((tile) => tile.play(this.clock.rate)));
		await Promise.race([started, pause(START_MS)]);
		if (mine !== this.turn)
			return;
		// Elements take their time to start; the clock begins where most of them are by then.
		const starts = this.skews().sort((a, b) => a - b);
		const middle = starts[starts.length >> 1] ?? 0;
		if (Math.abs(middle) < JUMP_MS)
			this.clock.set(this.clock.time + middle);
		this.clock.play();
		this.onchange();
	}

	pause(): void {
		this.following = false;
		this.resume = false;
		this.turn++;
		this.busy = false;
		this.clock.pause();
		for (const tile of this.tiles.values())
			tile.pause();
		this.onchange();
	}

	setRate(rate: number): void {
		this.clock.setRate(rate);
		if (this.clock.playing)
			for (const tile of this.tiles.values())
				void tile.play(rate);
		this.onchange();
	}

	async goLive(): Promise<void> {
		this.following = true;
		this.clock.setRate(1);
		await this.tail();
		await this.seek(Math.max(0, this.end - LIVE_BEHIND_MS));
		if (!this.clock.playing)
			await this.play();
	}

	/** Distance of each playing tile from the page clock in ms. */
	skews(): number[] {
		return [...this.tiles.values()].flatMap((tile) => tile.skew(this.clock.time) ?? []);
	}
}
