// SPDX-License-Identifier: GPL-3.0-or-later
// Who is heard now, and whose picture is to be large: somebody must speak for a moment before the picture changes, and
// keeps it through a pause. Pure.
export const AUDIBLE = 0.008; // root mean square
const TAKES_MS = 600;
const KEEPS_MS = 1500;
const PAUSE_MS = 400; // between two words

export class ActiveSpeaker {
	private since = new Map<string, number>(); // speaking without a pause
	private heard = new Map<string, number>(); // last heard
	current = "";

	/** levels: by seat. */
	update(levels: Map<string, number>, nowMs: number): string {
		for (const [seat, level] of levels)
			if (level >= AUDIBLE) {
				if (nowMs - (this.heard.get(seat) ?? -Infinity) > PAUSE_MS)
					this.since.set(seat, nowMs);
				this.heard.set(seat, nowMs);
			}
		const speaks = (seat: string, pauseMs: number): boolean => nowMs - (this.heard.get(seat) ?? -Infinity) <= pauseMs;
		if (speaks(this.current, KEEPS_MS))
			return this.current;
		const next = [...this.since].filter(([seat, since]) => speaks(seat, PAUSE_MS) && nowMs - since >= TAKES_MS)
			.sort(([a], [b]) => (levels.get(b) ?? 0) - (levels.get(a) ?? 0))[0]?.[0];
		this.current = next ?? this.current;
		return this.current;
	}
}
