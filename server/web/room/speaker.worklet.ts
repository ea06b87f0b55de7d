// SPDX-License-Identifier: GPL-3.0-or-later
// The audio thread: mixes what the room's worker sends, tells ten times a second how loud each voice is.
import { Mixer, RATE } from "@/room/mixer";

interface Scope {
	currentFrame: number;
	registerProcessor(name: string, processor: unknown): void;
	AudioWorkletProcessor: new () => { readonly port: MessagePort };
}
const scope = globalThis as unknown as Scope;
const LEVELS_EVERY = RATE / 10;

export type ToSpeaker = { track: number; at: number; samples: Float32Array; captureUs: number } | { gone: number };

class Speaker extends scope.AudioWorkletProcessor {
	private readonly mixer = new Mixer();
	private toldAt = 0;

	constructor() {
		super();
		this.port.onmessage = ({ data }: MessageEvent<{ from: MessagePort }>) => {
			data.from.onmessage = ({ data: m }: MessageEvent<ToSpeaker>) => {
				if ("gone" in m)
					this.mixer.remove(m.gone);
				else
					this.mixer.push(m.track, m.at, m.samples, scope.currentFrame, m.captureUs);
			};
		};
	}

	process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
		const [first, ...others] = outputs[0]!;
		this.mixer.mix(first!, scope.currentFrame);
		for (const channel of others)
			channel.set(first!);
		if (scope.currentFrame - this.toldAt >= LEVELS_EVERY) {
			this.toldAt = scope.currentFrame;
			this.port.postMessage(this.mixer.levels());
		}
		return true;
	}
}

scope.registerProcessor("bidroom-speaker", Speaker);
