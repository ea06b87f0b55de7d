// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures and voices of the others: decoded as they come, shown and sounded when they are due. Worker.
import { RATE } from "@/room/mixer";
import { epochUs, nowUs } from "@/room/now";
import type { Playout } from "@/room/playout";
import type { ToSpeaker } from "@/room/speaker.worklet";
import { FLAG, type Frame } from "@/room/wire";

const FRAMES_MAX = 60; // decoded and waiting

/** Where the sound card stands against our clock; the page tells it, since only it has the sound card. */
export interface SoundClock {
	zeroUs: number; // on our clock, when the card's time was 0
	latencyUs: number; // from there to the ear
}

export class PicturePlayer {
	private decoder: VideoDecoder | null = null;
	private frames: VideoFrame[] = [];
	private canvas: OffscreenCanvas | null = null;
	presented = 0;
	lagUs = 0; // of the last picture: shown, on the epoch, less captured, on the sender's clock
	width = 0;
	height = 0;

	/** lost: the decoder cannot go on without a keyframe. */
	constructor(private readonly playout: Playout, private readonly sound: SoundClock, private readonly lost: () => void) {}

	object(f: Frame): void {
		try {
			this.ready().decode(new EncodedVideoChunk({ type: f.flags & FLAG.key ? "key" : "delta", timestamp: f.captureUs, data: f.payload }));
		} catch {
			this.fail();
		}
	}

	private ready(): VideoDecoder {
		if (this.decoder?.state === "configured")
			return this.decoder;
		this.decoder = new VideoDecoder({ output: (frame) => this.take(frame), error: () => this.fail() });
		this.decoder.configure({ codec: "vp8", optimizeForLatency: true });
		return this.decoder;
	}

	private fail(): void {
		if (this.decoder && this.decoder.state !== "closed")
			this.decoder.close();
		this.decoder = null;
		this.lost();
	}

	private take(frame: VideoFrame): void {
		this.frames.push(frame);
		if (this.frames.length > FRAMES_MAX)
			this.frames.shift()!.close();
	}

	/** Where it is shown; null: nowhere. */
	show(canvas: OffscreenCanvas | null): void {
		this.canvas = canvas;
	}

	/** To be called every few milliseconds: shows the newest picture that is due. */
	draw(): void {
		const now = nowUs();
		let due: VideoFrame | null = null;
		while (this.frames.length && this.playout.dueUs(this.frames[0]!.timestamp) + this.sound.latencyUs <= now) {
			due?.close();
			due = this.frames.shift()!;
		}
		if (!due)
			return;
		this.presented++;
		this.lagUs = epochUs(now) - due.timestamp;
		this.width = due.displayWidth;
		this.height = due.displayHeight;
		if (this.canvas)
			paint(this.canvas, due);
		due.close();
	}

	close(): void {
		for (const frame of this.frames)
			frame.close();
		this.frames = [];
		if (this.decoder && this.decoder.state !== "closed")
			this.decoder.close();
		this.decoder = null;
	}
}

function paint(canvas: OffscreenCanvas, frame: VideoFrame): void {
	if (canvas.width !== frame.displayWidth || canvas.height !== frame.displayHeight) {
		canvas.width = frame.displayWidth;
		canvas.height = frame.displayHeight;
	}
	canvas.getContext("2d", { alpha: false })?.drawImage(frame, 0, 0);
}

export class VoicePlayer {
	private decoder: AudioDecoder | null = null;
	decoded = 0; // packets

	constructor(private readonly track: number, private readonly playout: Playout, private readonly sound: SoundClock, private readonly speaker: MessagePort) {}

	object(f: Frame): void {
		try {
			this.ready().decode(new EncodedAudioChunk({ type: "key", timestamp: f.captureUs, data: f.payload }));
		} catch {
			this.decoder = null; // the next packet opens a new one
		}
	}

	private ready(): AudioDecoder {
		if (this.decoder?.state === "configured")
			return this.decoder;
		this.decoder = new AudioDecoder({ output: (data) => this.take(data), error: () => (this.decoder = null) });
		this.decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1 });
		return this.decoder;
	}

	private take(data: AudioData): void {
		const samples = new Float32Array(data.numberOfFrames);
		data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
		const captureUs = data.timestamp;
		const at = ((this.playout.dueUs(captureUs) - this.sound.zeroUs) / 1e6) * RATE;
		data.close();
		this.decoded++;
		const message: ToSpeaker = { track: this.track, at, samples, captureUs };
		this.speaker.postMessage(message, [samples.buffer]);
	}

	close(): void {
		if (this.decoder && this.decoder.state !== "closed")
			this.decoder.close();
		const message: ToSpeaker = { gone: this.track };
		this.speaker.postMessage(message);
	}
}
