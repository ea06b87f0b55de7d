// SPDX-License-Identifier: GPL-3.0-or-later
// One media element that plays, of several reels, the one that has something at the moment. The reels' own times are
// the session's, so currentTime needs no translation; the browser reads the files by itself, Cues and all.
import { correct } from "@/player/clock";
import { Jump } from "@/player/jump";
import { chosenOf } from "@/player/quality";
import { LEAST_MS } from "@/player/reel";
import type { Source } from "./data";

const READY_MS = 4000;

export class Slot {
	private current: Source | null = null;
	private readonly jump = new Jump();
	private turn = 0;
	fault = false;
	onchange: () => void = () => {};

	constructor(private readonly sources: Source[], private readonly element: HTMLMediaElement) {
		element.addEventListener("error", () => {
			this.fault = this.current !== null;
			this.onchange();
		});
	}

	/** The reel that has something at t; of a camera's sizes the large one. */
	private at(t: number): Source | null {
		const there = this.sources.filter((x) => x.spans.some((s) => s.from <= t && t + LEAST_MS < s.to));
		return chosenOf(there, "whole")[0] ?? null;
	}

	get active(): boolean {
		return this.current !== null && !this.fault;
	}

	private take(source: Source | null): void {
		if (source === this.current && !this.fault)
			return;
		this.fault = false;
		// The old file stays open when there is nothing new to open: it may go on after a pause.
		if (source && this.element.getAttribute("src") !== source.url)
			this.element.src = source.url;
		this.current = source;
		this.onchange();
	}

	/** Goes to t; resolves when it can be shown, or when waiting longer makes no sense. */
	async seek(t: number): Promise<void> {
		const mine = ++this.turn;
		this.take(this.at(t));
		if (!this.current) {
			this.element.pause();
			return;
		}
		this.element.currentTime = t / 1000;
		await this.ready(() => mine === this.turn);
	}

	private ready(wanted: () => boolean): Promise<void> {
		return new Promise((done) => {
			const names = ["canplay", "seeked", "error"];
			const stop = (): void => {
				clearTimeout(timer);
				names.forEach((name) => this.element.removeEventListener(name, look));
				done();
			};
			const look = (): void => {
				if (!wanted() || this.fault || (this.element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !this.element.seeking))
					stop();
			};
			const timer = setTimeout(stop, READY_MS);
			names.forEach((name) => this.element.addEventListener(name, look));
			look();
		});
	}

	async play(rate: number): Promise<void> {
		if (!this.active)
			return;
		this.element.playbackRate = rate;
		await this.element.play().catch(() => {});
	}

	pause(): void {
		this.jump.giveUp();
		this.element.pause();
	}

	private go(t: number, rate: number): void {
		this.jump.begin(t, rate, (to) => this.seek(to).then(() => this.active), () => this.play(rate));
		this.element.pause(); // it would leave where it goes before the clock is there
	}

	/** Called every quarter of a second while the page plays. */
	follow(t: number, rate: number): void {
		if (this.jump.busy)
			return;
		const wanted = this.at(t);
		if (wanted !== this.current) {
			this.go(t, rate);
			return;
		}
		if (!this.active)
			return;
		const step = correct(this.element.currentTime * 1000, t, rate);
		if (step.kind === "jump" && !this.element.seeking)
			this.go(t, rate);
		else if (this.element.playbackRate !== step.rate)
			this.element.playbackRate = step.rate;
		if (this.element.paused && !this.jump.busy)
			void this.play(rate);
	}

	/** How far the element is from where it should be; null when it plays nothing. */
	skew(t: number): number | null {
		return this.active && !this.element.seeking ? this.element.currentTime * 1000 - t : null;
	}

	close(): void {
		this.turn++;
		this.jump.giveUp();
		this.element.removeAttribute("src");
		this.element.load();
	}
}
