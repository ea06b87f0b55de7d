// SPDX-License-Identifier: GPL-3.0-or-later
// The stage of the replay page: a tile a seat, fed from the server. A growing recording is read on and can be
// followed a little behind its end.
import type { Schemas } from "@/lib/api";
import { Conductor } from "@/player/conductor";
import type { Source, TakeCluster } from "@/player/feed";
import type { Quality } from "@/player/quality";
import { RequestQueue } from "@/player/queue";
import { ReelIndex, type Span } from "@/player/reel";
import type { Growing, ReadTail } from "@/player/tail";
import { Tile } from "@/player/tile";

const TAIL_MS = 1000;
const LIVE_BEHIND_MS = 2500;
/** Who follows and is later than this plays a little faster until he is no longer; later than that, he goes there. */
const LATE_MS = 5000;
const LOST_MS = 15_000;
const CATCH_UP = 1.25;
/** Pictures of a track nobody has measured yet: a step is not longer. */
const SLOWEST_FRAME_MS = 100;

export interface Seat {
	id: string; // seat and, for screens, its kind
	seatId: string;
	name: string;
	screen: boolean;
	original: boolean; // what a mask hides
	sources: Source[];
	missing: Span[]; // where something was recorded and its reel is gone
}

type Track = Schemas["ReplayTrack"];

/** Whom alone this seat speaks to at a moment; "": to all, or not at all. */
export const asideAt = (seat: Seat, ms: number): string =>
	seat.sources.find((x) => x.to && x.index.spans.some((s) => s.from <= ms && ms < s.to))?.to ?? "";

const MIME: Record<string, string> = { vp8: 'video/webm; codecs="vp8"', opus: 'audio/webm; codecs="opus"' };

export class Stage extends Conductor {
	readonly seats: Seat[] = [];
	private readonly tiles = new Map<string, Tile>();
	private readonly queue = new RequestQueue();
	private readonly sources = new Map<string, Growing & { source: Source }>();
	private reader: ReturnType<typeof setInterval> | undefined;
	private reading = false;
	private follows = false;
	live = false;
	/** tracks came or grew: what is drawn of them is drawn anew, which is not done with every tick of the clock */
	onshape: () => void = () => {};
	/** a request for a part of the recording failed; whoever made it deals with it in his own way */
	onfail: (why: unknown) => void = () => {};
	/** originals that two roles opened for this account are shown too; the mask is on by default */
	originals = false;
	quality: Quality = "whole";
	/** between these two the replay goes round and round */
	loop: { from: number; to: number } | null = null;

	constructor(private readonly readTail: ReadTail, private readonly takeCluster?: TakeCluster) {
		super();
		this.queue.onfail = (why) => this.onfail(why);
	}

	protected players(): Tile[] {
		return [...this.tiles.values()];
	}

	protected begins(): number[] {
		return [...this.sources.values()].flatMap(({ source }) => source.index.entries[0]?.time ?? []);
	}

	/** Takes tracks of the manifest that are new to the stage and reads their indexes. */
	async take(replay: Schemas["Replay"]): Promise<void> {
		this.live = replay.live;
		// A masked track stands for its original; what two roles opened is shown beside it when it is asked for.
		const fresh = replay.tracks.filter((t) => MIME[t.codec] && (t.mask !== "original" || this.originals) && !this.sources.has(t.track))
			.map((row) => ({ row, growing: { track: row.track, index: new ReelIndex(), ended: false } }));
		for (const { row, growing } of fresh)
			growing.ended = row.state === "missing";
		await this.readTail(fresh.map((x) => x.growing).filter((x) => !x.ended));
		for (const { row, growing } of fresh)
			this.place(row, growing, { url: row.url, kind: row.kind, area: (row.width ?? 0) * (row.height ?? 0), mime: MIME[row.codec]!, index: growing.index, track: row.track, to: row.to_name, take: row.sealed ? undefined : this.takeCluster }, replay.duration_ms);
		this.onshape();
		this.onchange();
	}

	private place(track: Track, growing: Growing, source: Source, end: number): void {
		this.sources.set(track.track, Object.assign(growing, { source }));
		const screen = track.kind === "screen";
		const id = screen ? `${track.seat_id} screen` : track.mask === "original" ? `${track.seat_id} original` : track.seat_id;
		let seat = this.seats.find((s) => s.id === id);
		if (!seat) {
			seat = { id, seatId: track.seat_id, name: track.seat_name, screen, original: track.mask === "original", sources: [], missing: [] };
			this.seats.push(seat);
			this.seats.sort((a, b) => Number(a.screen) - Number(b.screen) || a.id.localeCompare(b.id, undefined, { numeric: true }));
		}
		if (track.state === "missing")
			seat.missing.push({ from: track.started_ms, to: track.ended_ms ?? end });
		seat.sources.push(source);
		seat.sources.sort((a, b) => (a.index.entries[0]?.time ?? 0) - (b.index.entries[0]?.time ?? 0));
	}

	/** The page made a video element for a seat. */
	attach(seatId: string, video: HTMLVideoElement): Tile {
		const seat = this.seats.find((s) => s.id === seatId)!;
		const tile = new Tile(seat.sources, video, this.queue);
		tile.quality = this.quality;
		this.tiles.set(seatId, tile);
		this.welcome(tile);
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

	override start(): void {
		super.start();
		this.reader = setInterval(() => void this.tail(), TAIL_MS);
	}

	override close(): void {
		super.close();
		clearInterval(this.reader);
		for (const tile of this.tiles.values())
			tile.close();
		this.tiles.clear();
	}

	get following(): boolean {
		return this.follows;
	}

	set following(on: boolean) {
		// The speed was not what the person chose.
		if (this.follows && !on)
			this.clock.setRate(1);
		this.follows = on;
	}

	override setRate(rate: number): void {
		this.following = false;
		super.setRate(rate);
	}

	/** Comes up to the end again after a seek that took long or a time in a hidden tab. */
	private keepUp(t: number): void {
		const behind = this.end - t;
		if (behind > LOST_MS)
			void this.goLive();
		else if (behind > LATE_MS)
			this.clock.setRate(CATCH_UP);
		else if (behind < LIVE_BEHIND_MS)
			this.clock.setRate(1);
	}

	protected override tick(): void {
		const t = this.clock.time;
		if (!this.busy && this.clock.playing && this.following)
			this.keepUp(t);
		if (!this.busy && !this.clock.playing)
			for (const tile of this.tiles.values())
				tile.rest(t);
		if (!this.busy && this.clock.playing && this.loop && t >= this.loop.to)
			void this.seek(this.loop.from);
		else
			super.tick();
	}

	protected override atEnd(): void {
		if (this.live)
			void this.goLive();
		else
			super.atEnd();
	}

	protected override get over(): boolean {
		return super.over && !this.live;
	}

	/** One picture on (1) or back (-1), of whichever tile has the most of them. */
	async step(direction: 1 | -1): Promise<void> {
		this.pause();
		const frame = Math.min(...[...this.tiles.values()].flatMap((tile) => tile.frameMs ?? []), SLOWEST_FRAME_MS);
		await this.seek(this.clock.time + direction * frame);
	}

	/** For slow lines: smaller pictures, or none. All tiles change where they are. */
	async setQuality(quality: Quality): Promise<void> {
		this.quality = quality;
		for (const tile of this.tiles.values())
			tile.quality = quality;
		await this.seek(this.clock.time);
	}

	/** Growing tracks: read the new end of each index. */
	private async tail(): Promise<void> {
		if (!this.live || document.hidden || this.reading)
			return;
		this.reading = true;
		const growing = [...this.sources.values()].filter((s) => !s.ended);
		await this.queue.add(1, new AbortController().signal, () => this.readTail(growing)).catch(() => {}).finally(() => (this.reading = false));
		this.onshape();
		this.onchange();
	}

	/** The recording is no more: nothing is played, asked for or shown any longer. */
	drop(): void {
		this.live = false;
		this.loop = null;
		this.pause();
		this.close();
		this.sources.clear();
		this.seats.length = 0;
		this.onshape();
		this.onchange();
	}

	override pause(): void {
		this.following = false;
		super.pause();
	}

	async goLive(): Promise<void> {
		this.following = true;
		this.clock.setRate(1);
		await this.tail();
		await this.seek(Math.max(0, this.end - LIVE_BEHIND_MS));
		if (!this.clock.playing)
			await this.play();
	}
}
