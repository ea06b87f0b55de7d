// SPDX-License-Identifier: GPL-3.0-or-later
// The one clock of the replay page. Every tile follows it; nobody follows a tile.

/**
 * Off by less than NUDGE_MS: leave it. Off by more than JUMP_MS: a hard seek. Between: faster or slower, by as much
 * as would make it good in a second, so that a tile that stalled for a moment is back in step soon; pitch is kept.
 */
export const NUDGE_MS = 30;
export const JUMP_MS = 500;
const LEAST_NUDGE = 0.05;
const MOST_NUDGE = 0.25;

export class PageClock {
	private base = 0; // session ms at `since`
	private since = 0;
	private running = false;
	private speed = 1;

	constructor(private readonly now: () => number) {}

	get time(): number {
		return this.running ? this.base + (this.now() - this.since) * this.speed : this.base;
	}

	get rate(): number {
		return this.speed;
	}

	get playing(): boolean {
		return this.running;
	}

	private settle(): void {
		this.base = this.time;
		this.since = this.now();
	}

	play(): void {
		this.settle();
		this.running = true;
	}

	pause(): void {
		this.settle();
		this.running = false;
	}

	set(time: number): void {
		this.base = time;
		this.since = this.now();
	}

	setRate(rate: number): void {
		this.settle();
		this.speed = rate;
	}
}

export type Correction = { kind: "keep"; rate: number } | { kind: "jump"; rate: number };

/** What a tile at `actual` ms must do to be at `wanted` ms. */
export function correct(actual: number, wanted: number, rate: number): Correction {
	const ahead = actual - wanted;
	if (Math.abs(ahead) > JUMP_MS)
		return { kind: "jump", rate };
	if (Math.abs(ahead) <= NUDGE_MS)
		return { kind: "keep", rate };
	const nudge = Math.min(Math.max(Math.abs(ahead) / 1000, LEAST_NUDGE), MOST_NUDGE);
	return { kind: "keep", rate: ahead > 0 ? rate * (1 - nudge) : rate * (1 + nudge) };
}
