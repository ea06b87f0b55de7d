// SPDX-License-Identifier: GPL-3.0-or-later
// Camera, screen and microphone of this seat: frames of the device in, encoded frames out. Worker.
import type { Bytes } from "@/lib/bytes";
import { nowUs } from "@/room/now";
import { Packets, toMono } from "@/room/packets";
import { DeviceClock } from "@/room/playout";
import type { Captured } from "@/room/publisher";
import { GROUP_US } from "@/room/wire";

const KEY_EVERY_US = GROUP_US - 250_000;
/** A picture that stands still is sent again so often: its groups end, and who comes late sees it. */
const REPEAT_US = 1_000_000;
const QUEUE_MAX = 2; // frames in the encoder
const FAULTS_MAX = 3;

export interface SourceOut {
	captured(frame: Captured): void;
	/** A frame was left out: the line or the encoder is too slow. */
	skipped(): void;
	hasRoom(): boolean;
	failed(why: string): void;
}

export interface Source {
	/** Whether anything leaves. What the device delivers meanwhile is dropped. */
	active(on: boolean): void;
	requestKey(): void;
	setBitrate(bps: number): void;
	stop(): void;
}

function bytesOf(chunk: EncodedVideoChunk | EncodedAudioChunk): Bytes {
	const bytes = new Uint8Array(chunk.byteLength);
	chunk.copyTo(bytes);
	return bytes;
}

/** Reads until the device ends or stop() is called; every frame is closed. */
async function readAll<T extends { close(): void }>(reader: ReadableStreamDefaultReader<T>, each: (frame: T) => void, ended: () => void): Promise<void> {
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			return ended();
		try {
			each(value);
		} finally {
			value.close();
		}
	}
}

export interface PictureForm {
	width: number;
	height: number;
	fps: number;
	bitrate: number;
	layers: number;
}

export class PictureSource implements Source {
	private readonly reader: ReadableStreamDefaultReader<VideoFrame>;
	private readonly clock = new DeviceClock();
	private encoder: VideoEncoder | null = null;
	private last: VideoFrame | null = null;
	private lastUs = 0;
	private keyUs = -Infinity;
	private wantKey = true;
	private on = false;
	private faults = 0;
	private readonly repeat: ReturnType<typeof setInterval>;

	constructor(readable: ReadableStream<VideoFrame>, private readonly form: PictureForm, private readonly out: SourceOut) {
		this.reader = readable.getReader();
		void readAll(this.reader, (f) => this.frame(f), () => this.out.failed("ended")).catch((e) => this.out.failed(String(e)));
		this.repeat = setInterval(() => {
			if (this.on && this.last && nowUs() - this.lastUs >= REPEAT_US)
				this.encode(this.last, nowUs());
		}, REPEAT_US / 4000);
	}

	static async layers(form: PictureForm): Promise<number> {
		const { supported } = await VideoEncoder.isConfigSupported(configOf({ ...form, layers: 3 }));
		return supported ? 3 : 1;
	}

	private frame(frame: VideoFrame): void {
		const captureUs = this.clock.captureUs(frame.timestamp, nowUs());
		if (!this.on)
			return;
		this.last?.close();
		this.last = frame.clone();
		this.encode(frame, captureUs);
	}

	private encode(frame: VideoFrame, captureUs: number): void {
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
		if (!on) {
			this.last?.close();
			this.last = null;
		}
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
		clearInterval(this.repeat);
		this.active(false);
		void this.reader.cancel().catch(() => {});
		if (this.encoder && this.encoder.state !== "closed")
			this.encoder.close();
	}
}

function configOf(f: PictureForm): VideoEncoderConfig {
	return {
		codec: "vp8", width: f.width, height: f.height, bitrate: f.bitrate, framerate: f.fps, latencyMode: "realtime",
		...(f.layers > 1 ? { scalabilityMode: `L1T${f.layers}` } : {}),
	};
}

const VOICE_BITRATE = 32_000;

export class VoiceSource implements Source {
	private readonly reader: ReadableStreamDefaultReader<AudioData>;
	private readonly clock = new DeviceClock();
	private packets: Packets | null = null;
	private encoder: AudioEncoder | null = null;
	private times: number[] = []; // capture times of the packets in the encoder: it counts its own
	private on = false;
	private faults = 0;

	constructor(readable: ReadableStream<AudioData>, private bitrate: number | undefined, private readonly out: SourceOut) {
		this.reader = readable.getReader();
		void readAll(this.reader, (d) => this.data(d), () => this.out.failed("ended")).catch((e) => this.out.failed(String(e)));
	}

	private data(data: AudioData): void {
		const captureUs = this.clock.captureUs(data.timestamp, nowUs());
		if (!this.on)
			return;
		const channels = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
			const samples = new Float32Array(data.numberOfFrames);
			data.copyTo(samples, { planeIndex, format: "f32-planar" });
			return samples;
		});
		const mono = toMono(channels);
		this.packets ??= new Packets(data.sampleRate);
		for (const packet of this.packets.push(mono, captureUs))
			this.encode(packet.samples, packet.captureUs, data.sampleRate);
	}

	private encode(samples: Float32Array<ArrayBuffer>, captureUs: number, sampleRate: number): void {
		const encoder = this.ready(sampleRate);
		const data = new AudioData({ format: "f32-planar", sampleRate, numberOfFrames: samples.length, numberOfChannels: 1, timestamp: captureUs, data: samples });
		this.times.push(captureUs);
		encoder.encode(data);
		data.close();
	}

	private ready(sampleRate: number): AudioEncoder {
		if (this.encoder?.state === "configured")
			return this.encoder;
		this.times = [];
		this.encoder = new AudioEncoder({
			output: (chunk) => {
				const captureUs = this.times.shift();
				if (captureUs !== undefined && this.on)
					this.out.captured({ key: true, layer: 0, captureUs, payload: bytesOf(chunk) });
			},
			error: (e) => {
				if (++this.faults >= FAULTS_MAX)
					this.out.failed(String(e));
			},
		});
		this.encoder.configure({
			codec: "opus", sampleRate, numberOfChannels: 1, bitrate: this.bitrate ?? VOICE_BITRATE, opus: { frameDuration: 20_000, application: "voip" },
		} as AudioEncoderConfig);
		return this.encoder;
	}

	active(on: boolean): void {
		this.on = on;
		this.packets = null;
	}

	requestKey(): void {}

	setBitrate(bps: number): void {
		this.bitrate = bps;
		this.close(); // the next packet opens one with the new rate
	}

	private close(): void {
		if (this.encoder && this.encoder.state !== "closed")
			this.encoder.close();
	}

	stop(): void {
		this.on = false;
		void this.reader.cancel().catch(() => {});
		this.close();
	}
}
