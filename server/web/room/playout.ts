// SPDX-License-Identifier: GPL-3.0-or-later
// When to show what a sender captured: capture time + smallest transit seen lately + delay, the same for its sound and
// its pictures, which keeps lips and voice together. The smallest transit also holds the distance between the two
// clocks. The delay covers 99 of 100 objects: it rises at once and falls slowly. Pure; microseconds.

export const DELAY_MIN_US = 60_000;
export const DELAY_MAX_US = 1_000_000;
const BIN_US = 5000;
const SLICES = 30; // seconds in which the smallest transit is looked for
const SLICE_US = 1_000_000;
const COUNTED_MAX = 1500; // then old lateness is halved
const LOWER_EVERY_US = 200_000;
const LOWER_BY_US = 1000;

export class Playout {
	private slices: number[] = [];
	private sliceStartUs = 0;
	private readonly late = new Uint32Array(DELAY_MAX_US / BIN_US);
	private counted = 0;
	private loweredUs = 0;
	delayUs = DELAY_MIN_US;

	get transitUs(): number {
		return this.slices.length ? Math.min(...this.slices) : 0;
	}

	arrived(captureUs: number, arrivalUs: number): void {
		const transit = arrivalUs - captureUs;
		if (!this.slices.length) {
			this.slices.unshift(transit);
			this.sliceStartUs = arrivalUs;
		}
		const passed = Math.floor((arrivalUs - this.sliceStartUs) / SLICE_US);
		if (passed > 0) {
			for (let i = 0; i < Math.min(passed, SLICES); i++)
				this.slices.unshift(Infinity);
			this.slices.length = Math.min(this.slices.length, SLICES);
			this.sliceStartUs = arrivalUs;
		}
		this.slices[0] = Math.min(this.slices[0]!, transit);
		this.count(transit - this.transitUs);
		this.follow(arrivalUs);
	}

	private count(lateUs: number): void {
		this.late[Math.min(this.late.length - 1, Math.floor(lateUs / BIN_US))]!++;
		if (++this.counted < COUNTED_MAX)
			return;
		this.counted = 0;
		for (let i = 0; i < this.late.length; i++)
			this.counted += this.late[i] = this.late[i]! >> 1;
	}

	/** How late, over the smallest transit, that share of the recent objects was at most. */
	lateUs(percent: number): number {
		const wanted = Math.ceil((this.counted * percent) / 100);
		let seen = 0;
		for (let i = 0; i < this.late.length; i++) {
			seen += this.late[i]!;
			if (seen >= wanted)
				return wanted ? (i + 1) * BIN_US : 0;
		}
		return DELAY_MAX_US;
	}

	private follow(arrivalUs: number): void {
		const wanted = Math.max(DELAY_MIN_US, this.lateUs(99));
		if (wanted >= this.delayUs) {
			this.delayUs = wanted;
			this.loweredUs = arrivalUs;
		} else if (arrivalUs - this.loweredUs >= LOWER_EVERY_US) {
			this.delayUs -= LOWER_BY_US;
			this.loweredUs = arrivalUs;
		}
	}

	dueUs(captureUs: number): number {
		return captureUs + this.transitUs + this.delayUs;
	}
}

/** Maps the times of a device, whose zero is unknown, to our clock by the smallest delay seen lately. */
export class DeviceClock {
	private readonly playout = new Playout();

	captureUs(deviceUs: number, nowUs: number): number {
		this.playout.arrived(deviceUs, nowUs);
		return Math.round(deviceUs + this.playout.transitUs);
	}
}
