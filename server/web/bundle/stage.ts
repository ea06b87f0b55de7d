// SPDX-License-Identifier: GPL-3.0-or-later
// Conducts all elements by the page clock, as player/stage does it with reels from the server.
import { JUMP_MS, PageClock } from "@/player/clock";
import { LEAST_MS } from "@/player/reel";
import type { Seat } from "./data";
import { Slot } from "./slot";

const TICK_MS = 250;
const BARRIER_MS = 5000;
const START_MS = 1000;
/** A seek to the end shows the last picture, which stands a little before it. */
const END_MS = 400;
/** Seats that come within this time of the first one count as there from the beginning. */
const SETTLE_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class DiskStage {
	readonly clock = new PageClock(() => performance.now());
	private readonly slots = new Map<string, Slot[]>();
	private readonly timer = setInterval(() => this.tick(), TICK_MS);
	private turn = 0;
	private resume = false;
	busy = false;
	onchange: () => void = () => {};

	constructor(readonly seats: Seat[], readonly end: number) {}

	private all(): Slot[] {
		return [...this.slots.values()].flat();
	}

	/** The page made the elements of a seat. */
	attach(seat: Seat, video: HTMLVideoElement, audio: HTMLAudioElement): { picture: Slot; sound: Slot } {
		const picture = new Slot(seat.pictures, video);
		const sound = new Slot(seat.sounds, audio);
		this.slots.set(seat.id, [picture, sound]);
		for (const slot of [picture, sound])
			void slot.seek(this.clock.time).then(() => (this.clock.playing ? slot.play(this.clock.rate) : undefined));
		return { picture, sound };
	}

	detach(seat: Seat): void {
		this.slots.get(seat.id)?.forEach((slot) => slot.close());
		this.slots.delete(seat.id);
	}

	/** Where the first picture or sound is: before it there is nothing to look at. */
	get begin(): number {
		const begins = this.seats.flatMap((s) => [...s.pictures, ...s.sounds]).flatMap((s) => s.spans[0]?.from ?? []);
		return begins.length ? Math.max(...begins.filter((t) => t <= Math.min(...begins) + SETTLE_MS)) : 0;
	}

	private tick(): void {
		if (this.busy || !this.clock.playing)
			return;
		const t = this.clock.time;
		if (t >= this.end - LEAST_MS) {
			this.pause();
			return;
		}
		for (const slot of this.all())
			slot.follow(t, this.clock.rate);
		this.onchange();
	}

	/** All go to t together; those that cannot in time catch up by themselves. */
	async seek(t: number): Promise<void> {
		const mine = ++this.turn;
		this.resume ||= this.clock.playing;
		this.busy = true;
		this.clock.pause();
		this.clock.set(Math.max(0, Math.min(t, this.end - END_MS)));
		for (const slot of this.all())
			slot.pause();
		this.onchange();
		await Promise.race([Promise.all(this.all().map((slot) => slot.seek(this.clock.time))), pause(BARRIER_MS)]);
		if (mine !== this.turn)
			return;
		this.busy = false;
		if (this.resume)
			await this.play();
		this.onchange();
	}

	async play(): Promise<void> {
		if (this.clock.time >= this.end - END_MS - 100)
			await this.seek(this.begin);
		this.resume = false;
		const mine = this.turn;
		await Promise.race([Promise.all(this.all().map((slot) => slot.play(this.clock.rate))), pause(START_MS)]);
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
		this.resume = false;
		this.turn++;
		this.busy = false;
		this.clock.pause();
		for (const slot of this.all())
			slot.pause();
		this.onchange();
	}

	setRate(rate: number): void {
		this.clock.setRate(rate);
		if (this.clock.playing)
			for (const slot of this.all())
				void slot.play(rate);
		this.onchange();
	}

	close(): void {
		clearInterval(this.timer);
		this.all().forEach((slot) => slot.close());
		this.slots.clear();
	}

	/** Distance of each playing element from the page clock in ms. */
	skews(): number[] {
		const t = this.clock.time;
		return this.all().flatMap((slot) => slot.skew(t) ?? []);
	}
}
