// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { seatsOf, type Manifest, type View } from "@/bundle/data";
import { Slot } from "@/bundle/slot";

Object.assign(globalThis, { HTMLMediaElement: { HAVE_FUTURE_DATA: 3 } });

/** As much of an element as a slot touches. */
class FakeElement extends EventTarget {
	currentTime = 0;
	readyState = 4;
	seeking = false;
	src: string | null = null;

	getAttribute(): string | null {
		return this.src;
	}
	pause(): void {}
}

const cam = (track: number, width: number, spans: [number, number][]): View["tracks"][number] =>
	({ track, spans, seat: "seat_1", kind: "cam", width, height: (width * 9) / 16 });

async function playsAt(tracks: View["tracks"], times: number[]): Promise<(string | null)[]> {
	const view: View = { session_id: "s", title: "", started_us: 0, end_ms: 20_000, closed: true, gaps: [], events: [], lots: [], scores: {}, tracks };
	const manifest: Manifest = { made_us: 0, closed: true, documents: [], files: [], reels: tracks.map((t) => ({ track: t.track, state: "here" })) };
	const element = new FakeElement();
	const slot = new Slot(seatsOf(view, manifest)[0]!.pictures, element as unknown as HTMLMediaElement);
	const found: (string | null)[] = [];
	for (const t of times) {
		await slot.seek(t);
		found.push(slot.active ? element.src : null);
	}
	return found;
}

test("of a camera's two sizes the large one plays, whichever was published first; the small one where it is alone", async () => {
	for (const [whole, small] of [[1, 2], [2, 1]] as const) {
		const tracks = [cam(whole, 1280, [[0, 8000]]), cam(small, 640, [[40, 12_000]])].sort((a, b) => a.track - b.track);
		assert.deepEqual(await playsAt(tracks, [1000, 9000, 15_000]), [`reels/${whole}.webm`, `reels/${small}.webm`, null]);
	}
});

test("of two that are equally large, as a device that came anew sends them, the later one plays", async () => {
	assert.deepEqual(await playsAt([cam(1, 640, [[0, 8000]]), cam(2, 640, [[6000, 12_000]])], [1000, 7000]), ["reels/1.webm", "reels/2.webm"]);
});
