// SPDX-License-Identifier: GPL-3.0-or-later
// Camera, screen and microphone of this seat: frames of the device in, encoded frames out. Worker.
import { bytesOf } from "@/lib/bytes";
import { nowUs } from "@/room/now";
import { PACKET_US, Packets, toMono } from "@/room/packets";
import { PictureEncoder, type PictureForm } from "@/room/picture_encoder";
import { DeviceClock } from "@/room/playout";
import type { Captured } from "@/room/publisher";

/** A picture that stands still is sent again so often: its groups end, and who comes late sees it. */
const REPEAT_US = 1_000_000;
const FAULTS_MAX = 3;

/** What leaves a source. `size` counts the sizes of a picture; a voice has one. */
export interface SourceOut {
	captured(frame: Captured, size: number): void;
	/** A frame was left out: the line or the encoder is too slow. */
	skipped(size: number): void;
	hasRoom(): boolean;
	failed(why: string): void;
}

export interface Source {
	/** Whether anything leaves. What the device delivers meanwhile is dropped. */
	active(on: boolean, size: number): void;
	requestKey(size: number): void;
	setBitrate(bps: number, size: number): void;
	stop(): void;
}

/**
 * Reads until the device ends; every frame is closed. It is not cancelled when its source is stopped: frames that are on
 * their way into the worker then would never be closed. Whoever stops a source has stopped its device or does so next.
 */
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

/** A camera or a screen, in one size or in several: the first is the whole one. */
export class PictureSource implements Source {
	private readonly clock = new DeviceClock();
	private readonly sizes: PictureEncoder[];
	private last: VideoFrame | null = null;
	private lastUs = 0;
	private stopped = false;
	private readonly repeat: ReturnType<typeof setInterval>;

	constructor(readable: ReadableStream<VideoFrame>, forms: PictureForm[], private readonly out: SourceOut) {
		this.sizes = forms.map((form, size) => new PictureEncoder(form, {
			captured: (frame) => out.captured(frame, size), skipped: () => out.skipped(size), hasRoom: out.hasRoom, failed: out.failed,
		}));
		void readAll(readable.getReader(), (f) => this.frame(f), () => this.failed("ended")).catch((e) => this.failed(String(e)));
		this.repeat = setInterval(() => {
			if (this.last && nowUs() - this.lastUs >= REPEAT_US)
				this.encode(this.last, nowUs());
		}, REPEAT_US / 4000);
	}

	private failed(why: string): void {
		if (!this.stopped)
			this.out.failed(why);
	}

	private frame(frame: VideoFrame): void {
		const captureUs = this.clock.captureUs(frame.timestamp, nowUs());
		if (!this.sizes.some((s) => s.on))
			return;
		this.last?.close();
		this.last = frame.clone();
		this.encode(frame, captureUs);
	}

	private encode(frame: VideoFrame, captureUs: number): void {
		this.lastUs = captureUs;
		for (const size of this.sizes)
			size.encode(frame, captureUs);
	}

	active(on: boolean, size: number): void {
		this.sizes[size]?.active(on);
		if (this.sizes.some((s) => s.on))
			return;
		this.last?.close();
		this.last = null;
	}

	requestKey(size: number): void {
		this.sizes[size]?.requestKey();
	}

	setBitrate(bps: number, size: number): void {
		this.sizes[size]?.setBitrate(bps);
	}

	stop(): void {
		this.stopped = true;
		clearInterval(this.repeat);
		this.sizes.forEach((s) => s.stop());
		this.last?.close();
		this.last = null;
	}
}

const VOICE_BITRATE = 32_000;

export class VoiceSource implements Source {
	private readonly clock = new DeviceClock();
	private packets: Packets | null = null;
	private encoder: AudioEncoder | null = null;
	private readonly times = new Map<number, number>(); // capture times of the packets in the encoder, by its own
	private nextUs = 0; // time of the next packet for the encoder, which takes one line of sound without a hole
	private on = false;
	private stopped = false;
	private faults = 0;

	constructor(readable: ReadableStream<AudioData>, private bitrate: number | undefined, private readonly out: SourceOut) {
		void readAll(readable.getReader(), (d) => this.data(d), () => this.failed("ended")).catch((e) => this.failed(String(e)));
	}

	private failed(why: string): void {
		if (!this.stopped)
			this.out.failed(why);
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
		const data = new AudioData({ format: "f32-planar", sampleRate, numberOfFrames: samples.length, numberOfChannels: 1, timestamp: this.nextUs, data: samples });
		this.times.set(this.nextUs / PACKET_US, captureUs);
		this.nextUs += PACKET_US;
		encoder.encode(data);
		data.close();
	}

	private ready(sampleRate: number): AudioEncoder {
		if (this.encoder?.state === "configured")
			return this.encoder;
		this.times.clear();
		this.nextUs = 0;
		this.encoder = new AudioEncoder({
			output: (chunk) => {
				const captureUs = this.takeTime(Math.round(chunk.timestamp / PACKET_US));
				if (captureUs !== undefined && this.on)
					this.out.captured({ key: true, layer: 0, captureUs, payload: bytesOf(chunk) }, 0);
			},
			error: (e) => {
				if (++this.faults >= FAULTS_MAX)
					this.out.failed(String(e));
			},
		});
		this.encoder.configure({
			codec: "opus", sampleRate, numberOfChannels: 1, bitrate: this.bitrate ?? VOICE_BITRATE, opus: { frameDuration: PACKET_US, application: "voip", usedtx: true },
		} as AudioEncoderConfig);
		return this.encoder;
	}

	/** Of silence no packets come out: their times go with those before the next that does. */
	private takeTime(packet: number): number | undefined {
		const captureUs = this.times.get(packet);
		for (const older of [...this.times.keys()].filter((n) => n <= packet))
			this.times.delete(older);
		return captureUs;
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
		this.stopped = true;
		this.on = false;
		this.close();
	}
}
