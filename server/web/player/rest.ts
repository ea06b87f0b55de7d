// SPDX-License-Identifier: GPL-3.0-or-later
// Checking what was recorded lets playing go first: a piece of it, then a rest.

const REST_MS = 100;
/** For so many parts of rest there is one of work. */
const REST_SHARE = 4;
/** Where it is never calm, as in a loop of a second, it is checked all the same after this. */
const RESTLESS_MS = 5000;

/** Resolves when the next piece may be done: after its rest, when it is calm or has not been for long. */
export function restUntil(calm: () => boolean): () => Promise<void> {
	let rested = 0;
	let restless: number | null = null; // since when
	return async () => {
		let now = performance.now();
		if (now - rested > RESTLESS_MS)
			restless = null; // nobody looked for so long
		do {
			const rest = Math.min(Math.max(REST_SHARE * (now - rested), 1), REST_MS);
			await new Promise((done) => setTimeout(done, rest));
			now = performance.now();
			restless = calm() ? null : (restless ?? now);
		} while (restless !== null && now - restless < RESTLESS_MS);
		rested = now;
	};
}
