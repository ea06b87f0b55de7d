// SPDX-License-Identifier: GPL-3.0-or-later
// How many bits a second a picture may cost: what the server advises, less when our own line does not take it. Pure.
const WAITING = 40_000; // bytes in the socket that say the line is full
const LOWER = 0.7;
const RAISE = 1.15;
const CALM_S = 5;
export const RATE_MIN = 80_000;

export class Rate {
	private now: number;
	private calm = 0;

	private most: number;

	constructor(private readonly full: number) {
		this.now = this.most = full;
	}

	get bps(): number {
		return this.now;
	}

	/** The server's advice holds at once when it is less, and is the aim when it is more. */
	advised(bps: number): number | null {
		this.most = Math.min(this.full, Math.max(RATE_MIN, bps));
		return this.now > this.most ? this.change(this.most) : null;
	}

	/** Once a second, with what waits in the socket: the new rate, or null when it stays. */
	second(waitingBytes: number): number | null {
		this.calm = waitingBytes > WAITING ? 0 : this.calm + 1;
		if (this.calm === 0)
			return this.change(Math.max(RATE_MIN, this.now * LOWER));
		if (this.calm < CALM_S || this.now === this.most)
			return null;
		this.calm = 0;
		return this.change(Math.min(this.most, this.now * RAISE));
	}

	private change(bps: number): number | null {
		const next = Math.round(bps);
		if (next === this.now)
			return null;
		return (this.now = next);
	}
}
