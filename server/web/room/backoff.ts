// SPDX-License-Identifier: GPL-3.0-or-later
// How long to wait before connecting again: at once or nearly so the first time, then twice as long each time, with
// chance in it so that a whole house does not come back in the same moment. Pure.
const FIRST_MS = 250;
export const BACKOFF_MAX_MS = 8000;

export class Backoff {
	private failures = 0;

	/** chance: 0 to 1 */
	next(chance: number): number {
		const most = Math.min(BACKOFF_MAX_MS, FIRST_MS * 2 ** this.failures);
		return this.failures++ === 0 ? most * chance : most / 2 + (most / 2) * chance;
	}

	reset(): void {
		this.failures = 0;
	}
}
