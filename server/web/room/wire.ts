// SPDX-License-Identifier: GPL-3.0-or-later
// The binary messages of a room as proto/README.md has them: media objects and the stamps of their groups.
import { join, sha256, type Bytes } from "@/lib/bytes";

export const HEADER_LEN = 24;
export const PAYLOAD_MAX = 262_144;
export const STAMP_LEN = 120;
const SIGNED_LEN = 56;
export const GROUP_US = 2_000_000;

export const CODEC = { opus: 1, vp8: 2, h264: 3 } as const;
export const FLAG = { key: 0x01, sync: 0x02, layer: 0x0c, discardable: 0x10, config: 0x20, silence: 0x40 } as const;
const UNUSED = 0x80;
export const LAYER_MAX = 2;

export interface Frame {
	track: number;
	flags: number;
	seq: number;
	captureUs: number;
	sessionMs: number;
	codec: number;
	tl0: number;
	payload: Bytes;
}

export interface Stamp {
	track: number;
	group: number;
	first: number;
	last: number;
	epoch: number;
	digest: Bytes;
	signature: Bytes;
}

export class WireFault extends Error {}

export const layerOf = (flags: number): number => (flags & FLAG.layer) >> 2;

// What each codec must and may set.
const FLAGS: Record<number, [must: number, may: number]> = {
	[CODEC.opus]: [FLAG.key, FLAG.key | FLAG.silence | FLAG.discardable],
	[CODEC.vp8]: [0, FLAG.key | FLAG.sync | FLAG.layer | FLAG.discardable],
	[CODEC.h264]: [0, FLAG.key | FLAG.config | FLAG.discardable],
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function encodeFrame(f: Frame): Bytes {
	const message = new Uint8Array(HEADER_LEN + f.payload.length);
	const view = viewOf(message);
	view.setUint8(0, 1);
	view.setUint8(1, f.flags);
	view.setUint16(2, f.track);
	view.setUint32(4, f.seq);
	view.setBigUint64(8, BigInt(f.captureUs));
	view.setUint32(16, f.sessionMs);
	view.setUint8(20, f.codec);
	view.setUint8(21, f.tl0);
	message.set(f.payload, HEADER_LEN);
	return message;
}

/** Throws WireFault with the code of what is wrong. */
export function decodeFrame(message: Bytes): Frame {
	if (message.length < HEADER_LEN)
		throw new WireFault("frame_short");
	const view = viewOf(message);
	const flags = view.getUint8(1);
	const codec = view.getUint8(20);
	const allowed = FLAGS[codec];
	const capture = view.getBigUint64(8);
	const fault = view.getUint8(0) !== 1 ? "frame_type"
		: !view.getUint16(2) ? "frame_track"
		: !allowed ? "frame_codec"
		: flags & UNUSED || flags & ~allowed[1] || (flags & allowed[0]) !== allowed[0] || layerOf(flags) > LAYER_MAX ? "frame_flags"
		: capture >> 63n ? "frame_time"
		: view.getUint16(22) ? "frame_reserved"
		: message.length === HEADER_LEN ? "frame_empty"
		: message.length > HEADER_LEN + PAYLOAD_MAX ? "frame_too_long" : "";
	if (fault)
		throw new WireFault(fault);
	return {
		track: view.getUint16(2), flags, seq: view.getUint32(4), captureUs: Number(capture), sessionMs: view.getUint32(16), codec,
		tl0: view.getUint8(21), payload: message.subarray(HEADER_LEN),
	};
}

export function encodeStamp(s: Stamp): Bytes {
	const message = new Uint8Array(STAMP_LEN);
	const view = viewOf(message);
	view.setUint8(0, 2);
	view.setUint8(1, 1);
	view.setUint16(2, s.track);
	view.setUint32(4, s.group);
	view.setUint32(8, s.first);
	view.setUint32(12, s.last);
	view.setUint32(20, s.epoch); // the session time before it is the server's to write
	message.set(s.digest, 24);
	message.set(s.signature, SIGNED_LEN);
	return message;
}

/** Throws WireFault with the code of what is wrong. */
export function decodeStamp(message: Bytes): Stamp {
	const view = viewOf(message);
	const fault = message.length !== STAMP_LEN ? "stamp_length"
		: view.getUint8(0) !== 2 ? "stamp_type"
		: view.getUint8(1) !== 1 ? "stamp_algorithm"
		: !view.getUint16(2) ? "stamp_track"
		: view.getUint32(12) < view.getUint32(8) ? "stamp_range" : "";
	if (fault)
		throw new WireFault(fault);
	return {
		track: view.getUint16(2), group: view.getUint32(4), first: view.getUint32(8), last: view.getUint32(12), epoch: view.getUint32(20),
		digest: message.slice(24, SIGNED_LEN), signature: message.slice(SIGNED_LEN),
	};
}

const utf8 = new TextEncoder();

/** What a device key signs for a stamp; its signature counts as not there yet. */
export function stampText(session: string, seat: string, s: Stamp): Bytes {
	return join(utf8.encode(`bidroom.stamp.v1\n${session}\n${seat}\n`), encodeStamp(s).subarray(0, SIGNED_LEN));
}

/** What proves that who says hello has the device's key. */
export function helloText(session: string, token: string): Bytes {
	return utf8.encode(`bidroom.hello.v1\n${session}\n${token}\n`);
}

export interface CertStatement {
	device_key: string;
	epoch: number;
	not_after_us: number;
	not_before_us: number;
	seat: string;
	session: string;
}

/** What the person's key signs about a device; the members stand in the order of canonical JSON. */
export function certText(s: CertStatement): Bytes {
	const { device_key, epoch, not_after_us, not_before_us, seat, session } = s;
	return utf8.encode(`bidroom.seat_cert.v1\n${JSON.stringify({ device_key, epoch, not_after_us, not_before_us, seat, session })}`);
}

/** The objects of one group as its digest wants them. */
export class Group {
	private parts: Bytes[] = [];
	private firstUs = 0;
	first = 0;
	last = -1;

	get empty(): boolean {
		return this.parts.length === 0;
	}

	/** Whether an object captured then belongs to the next group. */
	isDue(captureUs: number): boolean {
		return !this.empty && captureUs >= this.firstUs + GROUP_US;
	}

	add(f: Frame): void {
		if (this.empty) {
			this.first = f.seq;
			this.firstUs = f.captureUs;
		}
		this.last = f.seq;
		const prefix = new Uint8Array(18);
		const view = viewOf(prefix);
		view.setUint32(0, f.seq);
		view.setUint8(4, f.flags);
		view.setUint8(5, f.codec);
		view.setBigUint64(6, BigInt(f.captureUs));
		view.setUint32(14, f.payload.length);
		this.parts.push(prefix, f.payload);
	}

	digest(): Promise<Bytes> {
		return sha256(join(...this.parts));
	}
}
