// SPDX-License-Identifier: GPL-3.0-or-later
// The jump of one element whose page plays: it goes where the clock will be by then, and waits for it there.

const LEAD_FIRST_MS = 100;
const LEAD_LEAST_MS = 50;
const LEAD_MOST_MS = 1500;
const REMEMBERED = 5;

/**
 * How far ahead of the clock a jump goes so that it is not late when it gets there: as long as most of the last few
 * took. One that took long for a reason of its own moves it little, and it is forgotten.
 */
export class Lead {
	private last: number[] = [];

	get ms(): number {
		const sorted = [...this.last].sort((a, b) => a - b);
		return Math.min(Math.max(sorted[sorted.length >> 1] ?? LEAD_FIRST_MS, LEAD_LEAST_MS), LEAD_MOST_MS);
	}

	took(ms: number): void {
		this.last = [...this.last.slice(1 - REMEMBERED), ms];
	}
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class Jump {
	private under: Promise<void> | null = null;
	private readonly lead = new Lead();

	get busy(): boolean {
		return this.under !== null;
	}

	/**
	 * From the clock's t on: seeks, waits for the clock, plays, unless it was given up meanwhile. Where the seek finds
	 * nothing it says nothing about how long one takes.
	 */
	begin(t: number, rate: number, seek: (t: number) => Promise<boolean>, play: () => Promise<void>): void {
		const begun = performance.now();
		const lead = this.lead.ms;
		const mine: Promise<void> = seek(t + lead * rate).then(async (found) => {
			if (this.under !== mine)
				return;
			const took = performance.now() - begun;
			if (found)
				this.lead.took(took);
			if (took < lead)
				await pause(lead - took);
			if (this.under === mine)
				await play();
		}).finally(() => {
			if (this.under === mine)
				this.under = null;
		});
		this.under = mine;
	}

	giveUp(): void {
		this.under = null;
	}
}
