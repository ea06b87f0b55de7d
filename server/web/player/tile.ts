// SPDX-License-Identifier: GPL-3.0-or-later
// One element on the page: a seat's camera and microphone in one MediaSource (lip sync costs nothing then), or
// a screen. Which tracks play changes with time (a seat that left, a microphone muted, a device that rejoined);
// a MediaSource whose tracks do not all have data stands still, so it is built anew when the set changes.
import { correct } from "@/player/clock";
import { BrokenBuffer, Feed, retryMs, type Source } from "@/player/feed";
import { Jump } from "@/player/jump";
import { chosenOf, type Quality } from "@/player/quality";
import type { RequestQueue } from "@/player/queue";

/** Beyond any session: with an infinite duration the first seek of a fresh MediaSource hangs in Chromium. */
const DURATION_S = 48 * 3600;
const READY_MS = 4000;
/** Faster than this nobody understands a word: pictures only. */
const MOST_AUDIBLE = 4;
const LONGEST_FRAME_MS = 500;
/** Whoever stands still so long while the page plays, and not for the network, has lost his way in his buffers. */
const STUCK_MS = 10_000;

export class Tile {
	private media: MediaSource | null = null;
	private url = ""; // where the element finds it, until it has
	private feeds: Feed[] = [];
	private playing: Source[] = [];
	private readonly jump = new Jump();
	private building: Promise<void> = Promise.resolve();
	private turn = 0;
	private seeking = 0; // the turn of the seek under way
	private silenced = false;
	private rate = 1;
	private stood = { at: -1, ms: 0, seen: 0 };
	private failures = 0; // in a row
	private retryAt = 0;
	/** what went wrong with this tile alone, so that it plays nothing until it is built anew */
	fault = "";
	/** it plays on, but what comes next could not be read and is asked for again */
	starved = false;
	/** which of a camera's sizes plays; what is changed shows with the next seek, or while it plays */
	quality: Quality = "whole";
	/** there is a picture at this moment, and the person wants none */
	pictureOff = false;
	/** how long a picture lasts, as last seen while playing */
	frameMs: number | null = null;
	onchange: () => void = () => {};

	constructor(readonly sources: Source[], private readonly video: HTMLVideoElement, private readonly queue: RequestQueue) {
		this.watchFrames();
		video.addEventListener("error", () => {
			if (this.media)
				this.fail(video.error?.message || "not playable");
		});
	}

	private watchFrames(): void {
		let last = -1;
		const look = (_: number, frame: VideoFrameCallbackMetadata): void => {
			const ms = (frame.mediaTime - last) * 1000;
			// A dropped picture makes a distance longer, never shorter.
			if (last >= 0 && ms > 1 && ms < LONGEST_FRAME_MS && !this.video.paused)
				this.frameMs = Math.min(this.frameMs ?? LONGEST_FRAME_MS, ms);
			last = frame.mediaTime;
			this.video.requestVideoFrameCallback(look);
		};
		this.video.requestVideoFrameCallback(look);
	}

	/** The person's own wish for silence; a fast replay is silent too. */
	set quiet(on: boolean) {
		this.silenced = on;
		this.video.muted = on || this.rate > MOST_AUDIBLE;
	}

	/** The tracks that have something at time t: one a kind. Notes whether there is a picture that nobody wants. */
	tracksAt(t: number): Source[] {
		const there = this.sources.filter((s) => s.index.covers(t));
		const off = this.quality === "sound" && there.some((s) => s.kind !== "mic");
		if (off !== this.pictureOff) {
			this.pictureOff = off;
			this.onchange();
		}
		return chosenOf(there, this.quality);
	}

	get active(): boolean {
		return this.playing.length > 0 && !this.fault;
	}

	get hasPicture(): boolean {
		return this.playing.some((s) => s.kind !== "mic");
	}

	get hasSound(): boolean {
		return this.playing.some((s) => s.kind === "mic");
	}

	private same(wanted: Source[]): boolean {
		return wanted.length === this.playing.length && wanted.every((s) => this.playing.includes(s));
	}

	private async build(wanted: Source[]): Promise<void> {
		this.teardown();
		this.playing = wanted;
		this.fault = "";
		this.onchange();
		if (!wanted.length)
			return;
		const media = new MediaSource();
		this.media = media;
		this.url = this.video.src = URL.createObjectURL(media);
		await new Promise((done) => media.addEventListener("sourceopen", done, { once: true }));
		if (this.media !== media)
			return;
		this.forgetUrl();
		// All buffers exist before the first append, or Chromium closes the set.
		this.feeds = wanted.map((s) => new Feed(s, media.addSourceBuffer(s.mime), this.queue));
		for (const feed of this.feeds)
			feed.onfault = (fault) => this.heard(fault);
		media.duration = DURATION_S;
	}

	/** What reading ahead met: a broken buffer is the end of its MediaSource, everything else the feed asks for again. */
	private heard(fault: Error | null): void {
		if (fault instanceof BrokenBuffer) {
			this.fail(fault.message);
			return;
		}
		this.starved = this.feeds.some((f) => f.fault);
		this.onchange();
	}

	/** It is built anew when its time has come (see mend). */
	private fail(why: string): void {
		if (this.fault)
			return;
		this.fault = why;
		this.failures++;
		this.retryAt = performance.now() + retryMs(this.failures);
		this.onchange();
	}

	/** Whether this moment belongs to what went wrong: nothing is to be done, or what is done is a new beginning. */
	private mend(begin: () => void): boolean {
		if (!this.fault)
			return false;
		if (performance.now() >= this.retryAt)
			begin();
		return true;
	}

	private forgetUrl(): void {
		if (this.url)
			URL.revokeObjectURL(this.url);
		this.url = "";
	}

	private teardown(): void {
		this.forgetUrl();
		for (const feed of this.feeds)
			feed.close();
		this.feeds = [];
		this.media = null;
		this.starved = false;
		if (this.video.hasAttribute("src")) {
			this.video.removeAttribute("src");
			this.video.load();
		}
	}

	/** Goes to t and resolves when the picture there can be shown, or when waiting longer makes no sense. */
	async seek(t: number): Promise<void> {
		const mine = ++this.turn;
		this.seeking = mine;
		const wanted = this.tracksAt(t);
		try {
			if (!this.same(wanted) || this.fault)
				this.building = this.build(wanted);
			await this.building; // perhaps begun by a seek that this one overtook
			if (!this.playing.length || mine !== this.turn)
				return;
			this.video.currentTime = t / 1000;
			await Promise.all(this.feeds.map((f) => f.seek(t)));
			await this.ready();
			if (mine === this.turn && !this.fault)
				this.failures = 0;
		} catch (error) {
			if (mine === this.turn)
				this.fail((error as Error).message);
		} finally {
			if (this.seeking === mine)
				this.seeking = 0;
		}
	}

	private ready(): Promise<void> {
		return new Promise((done) => {
			const enough = (): boolean => this.video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !this.video.seeking;
			const stop = (): void => {
				clearTimeout(timer);
				for (const name of ["canplay", "seeked"])
					this.video.removeEventListener(name, look);
				done();
			};
			const look = (): void => {
				if (enough())
					stop();
			};
			const timer = setTimeout(stop, READY_MS);
			for (const name of ["canplay", "seeked"])
				this.video.addEventListener(name, look);
			look();
		});
	}

	async play(rate: number): Promise<void> {
		if (!this.playing.length)
			return;
		this.rate = rate;
		this.video.playbackRate = rate;
		this.video.muted = this.silenced || rate > MOST_AUDIBLE;
		await this.video.play().catch(() => {});
	}

	pause(): void {
		this.stood.at = -1;
		this.jump.giveUp();
		this.video.pause();
	}

	/** Counts how long the picture stands, the time left out in which it waits for the network. */
	private stands(): boolean {
		const seen = performance.now();
		const { stood } = this;
		if (!this.playing.length || this.video.currentTime !== stood.at)
			this.stood = { at: this.video.currentTime, ms: 0, seen };
		else
			this.stood = { at: stood.at, ms: stood.ms + (this.feeds.some((f) => f.waits) ? 0 : seen - stood.seen), seen };
		return this.stood.ms > STUCK_MS;
	}

	private go(t: number, rate: number): void {
		this.jump.begin(t, rate, (to) => this.seek(to).then(() => this.active), () => this.play(rate));
		this.video.pause(); // it would leave where it goes before the clock is there
	}

	/** Called every quarter of a second while the page plays. */
	follow(t: number, rate: number): void {
		if (this.stands())
			this.close(); // and is built anew
		// A seek that outlasts the page's patience is still the shortest way.
		if (this.jump.busy || this.seeking || this.mend(() => this.go(t, rate)))
			return;
		if (!this.same(this.tracksAt(t))) {
			this.go(t, rate);
			return;
		}
		if (!this.playing.length)
			return;
		this.readAhead(t, rate);
		const step = correct(this.video.currentTime * 1000, t, rate);
		if (step.kind === "jump" && !this.video.seeking)
			this.go(t, rate);
		else if (this.video.playbackRate !== step.rate)
			this.video.playbackRate = step.rate;
		if (this.video.paused && !this.jump.busy)
			void this.play(rate);
	}

	/** Called every quarter of a second while the page stands still. */
	rest(t: number): void {
		if (!this.seeking && !this.mend(() => void this.seek(t)))
			this.readAhead(t, 1);
	}

	private readAhead(t: number, rate: number): void {
		for (const feed of this.feeds)
			feed.ahead(t, 6000 * rate + 2000);
	}

	/** How far this element is from where it should be, for the page that measures itself; null when idle. */
	skew(t: number): number | null {
		return this.playing.length && !this.video.seeking ? this.video.currentTime * 1000 - t : null;
	}

	close(): void {
		this.turn++;
		this.jump.giveUp();
		this.seeking = 0;
		this.stood.at = -1;
		this.teardown();
		this.playing = [];
	}
}
