// SPDX-License-Identifier: GPL-3.0-or-later
// One size of a picture as it is sent: frames in, encoded ones out, a keyframe before a group is full. The codec scales
// what has another size. Worker.
import { bytesOf } from "@/lib/bytes";
import type { Captured } from "@/room/publisher";
import { GROUP_US } from "@/room/wire";

const KEY_EVERY_US = GROUP_US - 250_000;
const QUEUE_MAX = 2; // frames in the encoder
const FAULTS_MAX = 3;

export interface PictureForm {
	width: number;
	height: number;
	fps: number;
	bitrate: number;
	layers: number;
}

export interface PictureOut {
	captured(frame: Captured): void;
	/** A frame was left out: the line or the encoder is too slow. */
	skipped(): void;
	hasRoom(): boolean;
	failed(why: string): void;
}

function configOf(f: PictureForm): VideoEncoderConfig {
	return {
		codec: "vp8", width: f.width, height: f.height, bitrate: f.bitrate, framerate: f.fps, latencyMode: "realtime",
		...(f.layers > 1 ? { scalabilityMode: `L1T${f.layers}` } : {}),
	};
}

/** How many temporal layers the browser encodes in this form. */
export async function temporalLayers(form: PictureForm): Promise<number> {
	const { supported } = await VideoEncoder.isConfigSupported(configOf({ ...form, layers: 3 }));
	return supported ? 3 : 1;
}

export class PictureEncoder {
	private encoder: VideoEncoder | null = null;
	private lastUs = 0;
	private keyUs = -Infinity;
	private wantKey = true;
	private faults = 0;
	on = false;

	constructor(private readonly form: PictureForm, private readonly out: PictureOut) {}

	encode(frame: VideoFrame, captureUs: number): void {
		if (!this.on)
			return;
		if ((this.encoder?.encodeQueueSize ?? 0) > QUEUE_MAX || !this.out.hasRoom())
			return this.out.skipped();
		const at = Math.max(captureUs, this.lastUs + 1);
		const keyFrame = this.wantKey || at - this.keyUs >= KEY_EVERY_US;
		const stamped = new VideoFrame(frame, { timestamp: at });
		try {
			this.ready().encode(stamped, { keyFrame });
			this.lastUs = at;
			if (keyFrame)
				[this.keyUs, this.wantKey] = [at, false];
		} finally {
			stamped.close();
		}
	}

	private ready(): VideoEncoder {
		if (this.encoder?.state === "configured")
			return this.encoder;
		this.wantKey = true;
		this.encoder = new VideoEncoder({
			output: (chunk, meta) => {
				const layer = this.form.layers > 1 ? ((meta as { svc?: { temporalLayerId: number } })?.svc?.temporalLayerId ?? 0) : 0;
				if (this.on) // else it is of before the mute
					this.out.captured({ key: chunk.type === "key", layer, captureUs: chunk.timestamp, payload: bytesOf(chunk) });
			},
			error: (e) => {
				this.out.skipped();
				if (++this.faults >= FAULTS_MAX)
					this.out.failed(String(e));
			},
		});
		this.encoder.configure(configOf(this.form));
		return this.encoder;
	}

	active(on: boolean): void {
		this.on = on;
		this.wantKey = true;
	}

	requestKey(): void {
		this.wantKey = true;
	}

	setBitrate(bps: number): void {
		this.form.bitrate = bps;
		if (this.encoder?.state === "configured")
			this.encoder.configure(configOf(this.form));
	}

	stop(): void {
		this.active(false);
		if (this.encoder && this.encoder.state !== "closed")
			this.encoder.close();
	}
}
