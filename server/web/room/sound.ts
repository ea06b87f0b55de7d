// SPDX-License-Identifier: GPL-3.0-or-later
// The loudspeaker of a room: the worker sends voices to the audio thread; here their thread is kept, and its clock told.
import { RATE, type Level } from "@/room/mixer";
import worklet from "@/room/speaker.worklet.ts?worker&url";

const LOOK_MS = 100;
const LOOKS = 50;
/** Decoding and two threads lie between due and heard; pictures wait as long. */
const MARGIN_US = 10_000;

export class Sound {
	readonly context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
	onlevels: (levels: Level[]) => void = () => {};
	onclock: (zeroEpochUs: number, latencyUs: number) => void = () => {};
	private node: AudioWorkletNode | null = null;
	private looks: number[] = [];
	private zeroEpochUs = 0;
	private latencyUs = 0;
	private timer: ReturnType<typeof setInterval> | undefined;

	async open(): Promise<void> {
		await this.context.audioWorklet.addModule(worklet);
		this.node = new AudioWorkletNode(this.context, "bidroom-speaker", { numberOfInputs: 0, outputChannelCount: [2] });
		this.node.port.onmessage = ({ data }) => this.onlevels(data);
		this.node.connect(this.context.destination);
		this.context.onstatechange = () => (this.looks = []);
		this.timer = setInterval(() => this.look(), LOOK_MS);
	}

	/** What a worker sends to this port is heard. */
	port(): MessagePort {
		const { port1, port2 } = new MessageChannel();
		this.node!.port.postMessage({ from: port1 }, [port1]);
		return port2;
	}

	/** Its time moves in steps; what is seen just after a step is true. */
	private look(): void {
		if (this.context.state !== "running")
			return;
		this.looks.push((performance.timeOrigin + performance.now()) * 1000 - this.context.currentTime * 1e6);
		if (this.looks.length > LOOKS)
			this.looks.shift();
		this.zeroEpochUs = Math.min(...this.looks);
		this.latencyUs = ((this.context.outputLatency || 0) + this.context.baseLatency) * 1e6;
		this.onclock(this.zeroEpochUs - MARGIN_US, this.latencyUs + MARGIN_US);
	}

	/** What sounds with this offset (mixer.ts) is so much later, on the epoch, than it was captured on the sender's clock. */
	lagUs(offsetUs: number): number {
		return this.zeroEpochUs + this.latencyUs - offsetUs;
	}

	/** Browsers stay silent until somebody clicked. */
	async resume(): Promise<void> {
		if (this.context.state === "suspended")
			await this.context.resume();
	}

	async setSpeaker(deviceId: string): Promise<void> {
		await (this.context as AudioContext & { setSinkId?: (id: string) => Promise<void> }).setSinkId?.(deviceId);
	}

	/** A tone, for the device check. */
	async test(): Promise<void> {
		await this.resume();
		const gain = new GainNode(this.context, { gain: 0.2 });
		gain.connect(this.context.destination);
		const tone = new OscillatorNode(this.context, { frequency: 660 });
		tone.connect(gain);
		tone.start();
		tone.stop(this.context.currentTime + 0.5);
		await new Promise((done) => (tone.onended = done));
		gain.disconnect();
	}

	/** How loud a microphone is now, 0 to 1. */
	meter(stream: MediaStream): () => number {
		const analyser = new AnalyserNode(this.context, { fftSize: 1024 });
		this.context.createMediaStreamSource(stream).connect(analyser);
		const samples = new Float32Array(analyser.fftSize);
		return () => {
			analyser.getFloatTimeDomainData(samples);
			return Math.min(1, Math.max(...samples.map(Math.abs)));
		};
	}

	async close(): Promise<void> {
		clearInterval(this.timer);
		await this.context.close();
	}
}
