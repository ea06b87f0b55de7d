// SPDX-License-Identifier: GPL-3.0-or-later
// Conducts everything that plays on a page by the one clock: seeking waits for all, playing corrects them.
import { JUMP_MS, PageClock } from "@/player/clock";
import { LEAST_MS } from "@/player/reel";

const TICK_MS = 250;
const BARRIER_MS = 5000;
const START_MS = 1000;
const CALM_MS = 1000;
/** A seek to the end shows the last picture, which stands a little before it. */
const END_MS = 400;
/** What comes within this time of the first one counts as there from the beginning. */
const SETTLE_MS = 10_000;

/** One element on the page, whatever it plays. */
export interface Player {
	/** Resolves when t can be shown, or when waiting longer makes no sense. */
	seek(t: number): Promise<void>;
	play(rate: number): Promise<void>;
	pause(): void;
	/** Called every quarter of a second while the page plays. */
	follow(t: number, rate: number): void;
	/** How far it is from where it should be; null when it plays nothing. */
	skew(t: number): number | null;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export abstract class Conductor {
	readonly clock = new PageClock(() => performance.now());
	private timer: ReturnType<typeof setInterval> | undefined;
	private turn = 0;
	private went = false;
	private resume = false;
	private settledAt = -Infinity;
	busy = false;
	onchange: () => void = () => {};

	/** Whether it plays, or will as soon as it is where it goes: what a pause would end. */
	get plays(): boolean {
		return this.clock.playing || this.resume;
	}

	/** Whether nobody has gone anywhere yet. */
	get untouched(): boolean {
		return !this.went;
	}

	/** Whether it is not on its way, nor has only just come where it went: its first pictures come up by then. */
	get calm(): boolean {
		return !this.busy && performance.now() - this.settledAt > CALM_MS;
	}

	protected abstract players(): Player[];
	/** End of what there is, in session ms. */
	abstract get end(): number;
	/** Where each track begins. */
	protected abstract begins(): number[];

	/** Where the first picture or sound is: before it there is nothing to look at. */
	get begin(): number {
		const begins = this.begins();
		return begins.length ? Math.max(...begins.filter((t) => t <= Math.min(...begins) + SETTLE_MS)) : 0;
	}

	start(): void {
		this.timer = setInterval(() => this.tick(), TICK_MS);
	}

	close(): void {
		clearInterval(this.timer);
	}

	protected tick(): void {
		if (this.busy || !this.clock.playing)
			return;
		const t = this.clock.time;
		if (t >= this.end - LEAST_MS) {
			this.atEnd();
			return;
		}
		for (const player of this.players())
			player.follow(t, this.clock.rate);
		this.onchange();
	}

	protected atEnd(): void {
		this.pause();
	}

	/** One that came late takes its place. */
	protected welcome(player: Player): void {
		void player.seek(this.clock.time).then(() => (this.clock.playing ? player.play(this.clock.rate) : undefined));
	}

	/** All go to t together; those that cannot in time catch up by themselves. */
	async seek(t: number): Promise<void> {
		const mine = ++this.turn;
		this.went = true;
		// A seek that overtakes another goes on playing if the first one would have.
		this.resume ||= this.clock.playing;
		this.busy = true;
		this.clock.pause();
		this.clock.set(Math.max(0, Math.min(t, this.end - END_MS)));
		for (const player of this.players())
			player.pause();
		this.onchange();
		await Promise.race([Promise.all(this.players().map((player) => player.seek(this.clock.time))), pause(BARRIER_MS)]);
		if (mine !== this.turn)
			return;
		this.busy = false;
		this.settledAt = performance.now();
		// Who goes to the end while it plays wants to be there, not at the beginning again.
		if (this.resume && !this.over)
			await this.play();
		else
			this.resume = false;
		this.onchange();
	}

	/** At the end of what is over it begins again. */
	protected get over(): boolean {
		return this.clock.time >= this.end - END_MS - 100;
	}

	async play(): Promise<void> {
		// A seek that overtakes the start plays on where it goes.
		this.resume = true;
		if (this.over)
			return this.seek(this.begin);
		this.onchange();
		const mine = this.turn;
		await Promise.race([Promise.all(this.players().map((player) => player.play(this.clock.rate))), pause(START_MS)]);
		if (mine !== this.turn)
			return;
		this.resume = false;
		// Elements take their time to start; the clock begins where most of them are by then.
		const starts = this.skews().sort((a, b) => a - b);
		const middle = starts[starts.length >> 1] ?? 0;
		if (Math.abs(middle) < JUMP_MS)
			this.clock.set(this.clock.time + middle);
		this.clock.play();
		this.onchange();
	}

	pause(): void {
		this.resume = false;
		this.turn++;
		this.busy = false;
		this.clock.pause();
		for (const player of this.players())
			player.pause();
		this.onchange();
	}

	setRate(rate: number): void {
		this.clock.setRate(rate);
		if (this.clock.playing)
			for (const player of this.players())
				void player.play(rate);
		this.onchange();
	}

	/** Distance of each playing element from the page clock in ms. */
	skews(): number[] {
		const t = this.clock.time;
		return this.players().flatMap((player) => player.skew(t) ?? []);
	}
}
