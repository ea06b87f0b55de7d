// SPDX-License-Identifier: GPL-3.0-or-later
// The newest whole picture of a camera that is being recorded: the last key cluster is found in the index, fetched,
// and its first block, a VP8 keyframe, decoded. Costs one small request a look, whatever the number of seats.
import type { Bytes } from "@/lib/bytes";
import type { Entry } from "@/player/reel";

const CLUSTER = 0x1f43b675;
const TIMECODE = 0xe7;
const VOID = 0xec; // what the recorder keeps for itself beside a block
const SIMPLE_BLOCK = 0xa3;
const BLOCK_HEAD = 3; // relative time and flags, behind the track number
const KEY = 0x80;

/** An EBML number at `at`: its value (with the length marker, for ids) and length; null if it does not fit. */
function number(bytes: Uint8Array, at: number, marked: boolean): { value: number; length: number } | null {
	const first = bytes[at];
	if (!first)
		return null;
	const length = Math.clz32(first) - 23;
	if (length > 8 || at + length > bytes.length)
		return null;
	let value = marked ? first : first & (0xff >> length);
	for (let i = 1; i < length; i++)
		value = value * 256 + bytes[at + i]!;
	return { value, length };
}

/** The payload of the first block of a cluster, if it is a keyframe; null for anything else. */
export function keyFrameOf(cluster: Uint8Array): Uint8Array | null {
	const id = number(cluster, 0, true);
	const size = id?.value === CLUSTER ? number(cluster, id.length, false) : null;
	for (let at = size ? id!.length + size.length : cluster.length; at < cluster.length; ) {
		const child = number(cluster, at, true);
		const length = child && number(cluster, at + child.length, false);
		if (!child || !length)
			return null;
		const begin = at + child.length + length.length;
		const end = begin + length.value;
		if (child.value === SIMPLE_BLOCK && end <= cluster.length) {
			const track = number(cluster, begin, false);
			const payload = track ? begin + track.length + BLOCK_HEAD : end;
			return payload < end && cluster[payload - 1]! & KEY ? cluster.slice(payload, end) : null;
		}
		if (child.value !== TIMECODE && child.value !== VOID)
			return null;
		at = end;
	}
	return null;
}

export function lastKeyEntry(entries: readonly Entry[]): Entry | null {
	for (let i = entries.length - 1; i >= 0; i--)
		if (entries[i]!.key)
			return entries[i]!;
	return null;
}

/** Decodes one VP8 keyframe. The caller closes the picture. */
export function decodeKeyFrame(payload: Bytes): Promise<VideoFrame> {
	return new Promise((done, fail) => {
		let shown = false;
		const decoder = new VideoDecoder({
			output: (frame) => {
				shown = true;
				done(frame);
			},
			error: fail,
		});
		decoder.configure({ codec: "vp8" });
		decoder.decode(new EncodedVideoChunk({ type: "key", timestamp: 0, data: payload }));
		decoder.flush().then(() => {
			decoder.close();
			if (!shown)
				fail(new Error("no picture"));
		}, fail);
	});
}
