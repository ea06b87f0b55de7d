// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { Mixer, Voice } from "@/room/mixer";
import { Packets, toMono } from "@/room/packets";
import { DELAY_MIN_US, DeviceClock, Playout } from "@/room/playout";

const ramp = (from: number, n: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, (_, i) => from + i);

function sounding(voice: Voice, n: number, from = 0): number[] {
	const out: number[] = [];
	for (let now = from; now < from + n; now += 128) {
		const block = new Float32Array(128);
		voice.mix(block, now);
		out.push(...block);
	}
	return out;
}

test("packets that nearly meet are one line; a pause is silence of its length", () => {
	const voice = new Voice();
	voice.push(128, ramp(1, 960), 0);
	voice.push(128 + 960 + 100, ramp(961, 960), 0); // the clock says 2 ms later
	voice.push(128 + 1920 + 4800, ramp(1, 960), 0);
	const out = sounding(voice, 128 * 80);
	assert.deepEqual(out.slice(0, 128), Array(128).fill(0));
	assert.deepEqual(out.slice(128, 128 + 1920), [...ramp(1, 1920)]);
	assert.deepEqual(out.slice(2048, 2048 + 4800), Array(4800).fill(0));
	assert.equal(out[2048 + 4800], 1);
});

test("what comes too late is dropped, and what is half late sounds with its rest", () => {
	const voice = new Voice();
	voice.push(0, ramp(1, 960), 2000);
	assert.equal(voice.late, 1);
	voice.push(1900, ramp(1, 960), 1920);
	const block = new Float32Array(128);
	voice.mix(block, 1920);
	assert.deepEqual([block[0], block[127]], [21, 148]);
});

test("when the way became shorter, what overlaps is left out", () => {
	const voice = new Voice();
	voice.push(0, ramp(1, 4800), 0);
	voice.push(2400, ramp(2401, 4800), 0); // half of it was heard already
	assert.deepEqual(sounding(voice, 7296).slice(0, 7200), [...ramp(1, 7200)]);
});

test("voices add up, each with its own loudness", () => {
	const mixer = new Mixer();
	mixer.push(1, 0, new Float32Array(128).fill(0.5), 0);
	mixer.push(2, 0, new Float32Array(128).fill(0.25), 0);
	const block = new Float32Array(128);
	mixer.mix(block, 0);
	assert.equal(block[64], 0.75);
	assert.deepEqual(mixer.levels().map((l) => [l.track, l.rms]), [[1, 0.5], [2, 0.25]]);
	assert.deepEqual(mixer.levels(), []);
	mixer.remove(1);
	mixer.mix(block, 128);
	assert.deepEqual(mixer.levels().map((l) => l.track), [2]);
});

test("10 ms of the device become packets of 20 ms with the time of their first sample", () => {
	const packets = new Packets(48_000);
	const out = [0, 1, 2, 3, 4].flatMap((i) => packets.push(ramp(480 * i, 480), 1_000_000 + i * 10_000));
	assert.deepEqual(out.map((p) => [p.captureUs, p.samples[0], p.samples.length]), [[1_000_000, 0, 960], [1_020_000, 960, 960]]);
	// The device was silent for a while: what was held is stale.
	const later = [0, 1].flatMap((i) => packets.push(ramp(480 * i, 480), 3_000_000 + i * 10_000));
	assert.deepEqual(later.map((p) => [p.captureUs, p.samples[0]]), [[3_000_000, 0]]);
});

test("a device whose clock runs otherwise is followed", () => {
	const packets = new Packets(48_000);
	let last = 0;
	for (let i = 0; i < 60_000; i++) // ten minutes, 100 ppm slow
		for (const p of packets.push(ramp(0, 480), i * 10_001))
			last = p.captureUs;
	assert.ok(Math.abs(last - 59_998 * 10_001) < 2000, `${last - 59_998 * 10_001}`);
});

test("44.1 kHz in stereo becomes mono packets of 20 ms", () => {
	assert.deepEqual([...toMono([Float32Array.of(1, 0), Float32Array.of(0, 1)])], [0.5, 0.5]);
	assert.equal(new Packets(44_100).push(ramp(0, 900), 0)[0]!.samples.length, 882);
});

test("the delay rises at once when objects come later and falls slowly; the clocks' distance does not matter", () => {
	const far = 7_000_000_000;
	const p = new Playout();
	let at = 0;
	const send = (n: number, late: (i: number) => number): void => {
		for (let i = 0; i < n; i++, at += 20_000)
			p.arrived(at, at + far + 5000 + late(i));
	};
	send(200, () => 0);
	assert.equal(p.delayUs, DELAY_MIN_US);
	assert.equal(p.dueUs(at), at + far + 5000 + DELAY_MIN_US);
	send(100, (i) => (i % 10 === 0 ? 150_000 : 0));
	assert.ok(p.delayUs >= 150_000, `${p.delayUs}`);
	const high = p.delayUs;
	send(50, () => 0);
	assert.ok(p.delayUs >= high - 10_000);
	send(20_000, () => 0);
	assert.equal(p.delayUs, DELAY_MIN_US);
	assert.equal(p.lateUs(99), 5000);
});

test("the times of a device get ours by the smallest delay", () => {
	const clock = new DeviceClock();
	clock.captureUs(1000, 51_000);
	assert.equal(clock.captureUs(21_000, 69_000), 69_000);
	assert.equal(clock.captureUs(41_000, 99_000), 89_000);
});

test("what sounds is told by its place on the sender's clock, also when part of it was left out", () => {
	const voice = new Voice();
	const heard = (now: number): number => {
		voice.mix(new Float32Array(128), now);
		return voice.offsetUs + (now * 1e6) / 48_000; // what was captured then sounds at `now`
	};
	voice.push(4800, new Float32Array(9600), 0, 7_000_000);
	assert.equal(heard(4800), 7_000_000);
	assert.equal(heard(9600), 7_100_000);
	voice.push(12_000, new Float32Array(9600), 9600, 7_200_000); // earlier than the packet before it ends
	assert.equal(heard(14_400), 7_250_000);
});
