// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ReelIndex } from "@/player/reel";
import { keyFrameOf, lastKeyEntry } from "@/supervisor/snapshot";

const vectors = join(process.env.BIDROOM_ROOT!, "proto/vectors/reel");
const index = new ReelIndex();
index.append(new Uint8Array(readFileSync(join(vectors, "cam.idx"))));
const reel = new Uint8Array(readFileSync(join(vectors, "cam.webm")));

test("the keyframe of a key cluster is a VP8 keyframe; another cluster has none", () => {
	const keyed = lastKeyEntry(index.entries)!;
	const frame = keyFrameOf(reel.slice(keyed.offset, keyed.offset + keyed.length))!;
	assert.ok(frame.length > 0);
	const other = index.entries.find((e) => !e.key);
	if (other)
		assert.equal(keyFrameOf(reel.slice(other.offset, other.offset + other.length)), null);
	assert.equal(lastKeyEntry([]), null);
});

test("what is no cluster, or is cut short, is nothing and no fault", () => {
	const keyed = lastKeyEntry(index.entries)!;
	const cluster = reel.slice(keyed.offset, keyed.offset + keyed.length);
	for (let n = 0; n < Math.min(cluster.length, 60); n++)
		keyFrameOf(cluster.slice(0, n));
	assert.equal(keyFrameOf(cluster.slice(0, 10)), null);
	assert.equal(keyFrameOf(new Uint8Array(100)), null);
	assert.equal(keyFrameOf(new Uint8Array(0)), null);
});
