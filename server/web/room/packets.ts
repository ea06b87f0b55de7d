// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts the sound of a microphone into packets of 20 ms with the capture time of their first sample. Pure.
export const PACKET_US = 20_000;
/** The sound is one line as long as its times agree so far. */
const SLIP_US = 30_000;
const FOLLOW = 0.01;

export interface Packet {
	captureUs: number;
	samples: Float32Array<ArrayBuffer>;
}

/** The mean of all channels. */
export function toMono(channels: Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
	const [first, ...others] = channels;
	if (!others.length)
		return first!;
	return first!.map((sample, i) => others.reduce((sum, c) => sum + c[i]!, sample) / channels.length);
}

export class Packets {
	private readonly size: number;
	private held: Float32Array<ArrayBuffer>;
	private n = 0;
	private nextUs = -1; // capture time of the first sample held

	constructor(private readonly rate: number) {
		this.size = Math.round((rate * PACKET_US) / 1e6);
		this.held = new Float32Array(this.size);
	}

	push(samples: Float32Array<ArrayBuffer>, captureUs: number): Packet[] {
		const heldUs = (this.n / this.rate) * 1e6;
		const off = captureUs - (this.nextUs + heldUs);
		if (this.nextUs < 0 || Math.abs(off) > SLIP_US) {
			this.n = 0;
			this.nextUs = captureUs;
		} else {
			this.nextUs += off * FOLLOW; // two clocks never run quite alike
		}
		const packets: Packet[] = [];
		for (let at = 0; at < samples.length;) {
			const take = Math.min(this.size - this.n, samples.length - at);
			this.held.set(samples.subarray(at, at + take), this.n);
			this.n += take;
			at += take;
			if (this.n < this.size)
				break;
			packets.push({ captureUs: Math.round(this.nextUs), samples: this.held });
			this.held = new Float32Array(this.size);
			this.n = 0;
			this.nextUs += PACKET_US;
		}
		return packets;
	}
}
