// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the decoded packets of several voices on the axis of the sound card, in samples. Pure: the worklet around it
// only brings the time.

export const RATE = 48_000;
const SLACK = 480; // 10 ms: closer to the end of the packet before it, a packet simply continues it
const AHEAD_MAX = 2 * RATE;

export class Voice {
	private packets: { at: number; samples: Float32Array; offsetUs: number }[] = [];
	private end = -Infinity;
	late = 0; // packets that came after their time
	/** Of what sounds now: the sender's time less the card's. */
	offsetUs = 0;

	/** `at` is when it should sound, `now` the first sample not yet mixed. */
	push(at: number, samples: Float32Array, now: number, captureUs = 0): void {
		let start = Math.round(at);
		let from = 0;
		if (Math.abs(start - this.end) <= SLACK)
			start = this.end;
		else if (start < this.end) // the way became shorter: what was spoken meanwhile is left out
			[from, start] = [Math.min(samples.length, this.end - start), this.end];
		if (start + samples.length - from <= now || start > now + AHEAD_MAX) {
			this.late++;
			return;
		}
		if (from < samples.length)
			this.packets.push({ at: start, samples: from ? samples.subarray(from) : samples, offsetUs: captureUs - ((start - from) * 1e6) / RATE });
		this.end = start + samples.length - from;
	}

	/** Adds what is due from sample `now` on; returns the sum of its squares. */
	mix(into: Float32Array, now: number): number {
		let energy = 0;
		while (this.packets.length) {
			const { at, samples, offsetUs } = this.packets[0]!;
			if (at >= now + into.length)
				break;
			this.offsetUs = offsetUs;
			const begin = Math.max(0, at - now);
			const stop = Math.min(into.length, at + samples.length - now);
			for (let i = begin; i < stop; i++) {
				const sample = samples[now + i - at]!;
				into[i]! += sample;
				energy += sample * sample;
			}
			if (at + samples.length > now + into.length)
				break;
			this.packets.shift();
		}
		return energy;
	}
}

export interface Level {
	track: number;
	rms: number; // root mean square
	offsetUs: number; // see Voice
}

/** All voices, with how loud each was since it was last asked. */
export class Mixer {
	private readonly voices = new Map<number, Voice>();
	private readonly energy = new Map<number, number>();
	private mixed = 0;

	push(track: number, at: number, samples: Float32Array, now: number, captureUs = 0): void {
		let voice = this.voices.get(track);
		if (!voice)
			this.voices.set(track, (voice = new Voice()));
		voice.push(at, samples, now, captureUs);
	}

	remove(track: number): void {
		this.voices.delete(track);
		this.energy.delete(track);
	}

	mix(into: Float32Array, now: number): void {
		for (const [track, voice] of this.voices)
			this.energy.set(track, (this.energy.get(track) ?? 0) + voice.mix(into, now));
		this.mixed += into.length;
	}

	/** Since the last call. */
	levels(): Level[] {
		const levels = [...this.energy].map(([track, sum]): Level => ({
			track, rms: Math.sqrt(sum / Math.max(1, this.mixed)), offsetUs: this.voices.get(track)?.offsetUs ?? 0,
		}));
		this.energy.clear();
		this.mixed = 0;
		return levels;
	}
}
