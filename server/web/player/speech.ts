// SPDX-License-Identifier: GPL-3.0-or-later
// Who spoke when, read from the index alone: a microphone that is silent sends next to nothing (Opus with
// discontinuous transmission), so the bytes of a cluster tell. A microphone that sends the same all the time
// (constant bitrate) tells nothing and gets no marks.
import type { Entry, Span } from "@/player/reel";

/** What a cluster tells of how loud it is. */
export type Loudness = Pick<Entry, "time" | "last" | "length">;

const SHARE = 0.45; // of the busiest clusters' bytes per second
const FLAT = 0.7; // a quiet cluster below this share of them shows that silence can be told
const HOLD_MS = 1200; // a pause for breath does not part a speech
const LEAST_MS = 400;

/** A growing track is looked at anew when it has so many more clusters (about ten seconds). */
const ANEW = 20;

const rateOf = (e: Loudness): number => e.length / Math.max(e.last + 20 - e.time, 20);

function quantile(sorted: number[], q: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

const known = new WeakMap<readonly Loudness[], { n: number; spans: Span[] }>();

/** The same array of entries gives the same spans until it has grown. */
export function speechOf(entries: readonly Loudness[]): Span[] {
	const before = known.get(entries);
	if (before && entries.length - before.n < (entries.length > ANEW ? ANEW : 1))
		return before.spans;
	const spans = findSpeech(entries);
	known.set(entries, { n: entries.length, spans });
	return spans;
}

function findSpeech(entries: readonly Loudness[]): Span[] {
	const rates = entries.map(rateOf);
	const sorted = [...rates].sort((a, b) => a - b);
	const loud = quantile(sorted, 0.95);
	const spans: Span[] = [];
	if (!loud || quantile(sorted, 0.05) > loud * FLAT)
		return spans;
	entries.forEach((e, i) => {
		if (rates[i]! < loud * SHARE)
			return;
		const last = spans[spans.length - 1];
		if (last && e.time - last.to < HOLD_MS)
			last.to = e.last + 20;
		else
			spans.push({ from: e.time, to: e.last + 20 });
	});
	return spans.filter((s) => s.to - s.from >= LEAST_MS);
}
