// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, tileId, type TileSize } from "@/room/choose";
import type { TrackForm } from "@/room/control";

const cam = (track: number, seat: string, width: number, more: Partial<TrackForm> = {}): TrackForm =>
	({ track, seat, since_ms: 0, kind: "cam", codec: "vp8", width, height: (width * 9) / 16, fps: 25, ...more });
const mic = (track: number, seat: string, more: Partial<TrackForm> = {}): TrackForm =>
	({ track, seat, since_ms: 0, kind: "mic", codec: "opus", ...more });
const tile = (seat: string, size: TileSize, kind: "cam" | "screen" = "cam") => ({ id: tileId(seat, kind), seat, kind, size });

test("the size that suits the tile, one of a seat's pictures; what is hidden is not asked for", () => {
	const tracks = [cam(1, "a", 640), cam(2, "a", 320, { simulcast_of: 1 }), cam(3, "b", 640), mic(4, "a")];
	const on = (size: TileSize) => [...choose(tracks, [tile("a", size)]).wishes].filter(([, w]) => w.on).map(([track]) => track);
	assert.deepEqual(on("large"), [1, 4]);
	assert.deepEqual(on("small"), [2, 4]);
	assert.deepEqual(on("hidden"), [4]);
	assert.equal(choose(tracks, [tile("a", "hidden")]).pictures.get("a/cam"), 2);
});

test("who may see the original hears and sees it, and nobody twice", () => {
	const tracks = [mic(1, "a", { mask: "original" }), mic(2, "a", { mask: "masked" }), cam(3, "a", 320, { mask: "original" }), cam(4, "a", 320, { mask: "masked" })];
	const { wishes, pictures } = choose(tracks, [tile("a", "large")]);
	assert.deepEqual([...wishes].filter(([, w]) => w.on).map(([track]) => track), [1, 3]);
	assert.equal(pictures.get("a/cam"), 3);
	assert.deepEqual([...choose(tracks.filter((t) => t.mask === "masked"), [tile("a", "large")]).wishes].map(([track, w]) => [track, w.on]), [[2, true], [4, true]]);
});

test("a screen goes before faces", () => {
	const tracks = [cam(1, "a", 640), cam(2, "a", 1280, { kind: "screen" })];
	const { wishes } = choose(tracks, [tile("a", "small"), tile("a", "large", "screen")]);
	assert.ok(wishes.get(2)!.priority > wishes.get(1)!.priority);
});
