// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the tracks a seat sent at once is played: a camera goes out in two sizes, of which one is shown.
export const QUALITIES = ["whole", "small", "sound"] as const;
/** The largest picture, the smallest, or none. */
export type Quality = (typeof QUALITIES)[number];

interface Sized {
	kind: "cam" | "mic" | "screen";
	/** width × height; 0: not known, or a sound */
	area: number;
}

/** One a kind of those that have something at the moment; of equally large ones the last. */
export function chosenOf<S extends Sized>(there: readonly S[], quality: Quality): S[] {
	const byKind = new Map<string, S>();
	for (const source of there) {
		const before = byKind.get(source.kind);
		const fits = !before || (quality === "small" ? source.area <= before.area : source.area >= before.area);
		if (fits && (source.kind === "mic" || quality !== "sound"))
			byKind.set(source.kind, source);
	}
	return [...byKind.values()];
}
