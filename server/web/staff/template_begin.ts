// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a template (范本) may replace what stands in a form: what somebody typed only if that person says so.

export interface Untouched {
	/** What stands there now was put there by the page. */
	settle(): void;
	clean(): boolean;
	/** Nothing was typed since, or it may go. */
	mayReplace(): Promise<boolean>;
}

export function untouchedForm(content: () => unknown, ask: () => Promise<boolean>): Untouched {
	const now = (): string => JSON.stringify(content());
	let settled = now();
	const clean = (): boolean => now() === settled;
	return {
		settle() {
			settled = now();
		},
		clean,
		mayReplace: async () => clean() || ask(),
	};
}
