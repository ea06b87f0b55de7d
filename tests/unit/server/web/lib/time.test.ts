// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTicks, formatDeepTime, formatSpan, formatTime, fromBeijing, parseDeepTime, parsePlace } from "@/lib/time";

test("shows the time of Beijing wherever the browser stands", () => {
	assert.equal(formatTime("2026-03-01T16:30:05Z"), "2026-03-02 00:30:05");
	assert.equal(formatTime("2025-12-31T15:59:59.999999Z"), "2025-12-31 23:59:59");
	assert.equal(formatTime(""), "");
	assert.equal(formatTime(undefined), "");
	assert.equal(formatTime("no time"), "");
});

test("reads a wall-clock time of Beijing", () => {
	assert.equal(fromBeijing("2026-03-02 00:30:05"), "2026-03-01T16:30:05Z");
	assert.equal(fromBeijing("2026-03-02"), null);
	assert.equal(fromBeijing("2026-13-02 00:00:00"), null);
});

test("writes and reads places on a recording", () => {
	assert.equal(formatSpan(3_723_900), "1:02:03");
	assert.equal(formatSpan(65_000), "1:05");
	assert.equal(formatSpan(-5), "0:00");
	assert.equal(parseDeepTime("1h10m5s"), 4_205_000);
	assert.equal(parseDeepTime("90s"), 90_000);
	assert.equal(parseDeepTime("2h"), 7_200_000);
	assert.equal(parseDeepTime(""), null);
	assert.equal(parseDeepTime("5"), null);
	for (const ms of [0, 5000, 65_000, 3_600_000, 4_205_000])
		assert.equal(parseDeepTime(formatDeepTime(ms)), ms);
});

test("a place in a recording of two days is told by its distance or by the clock", () => {
	const start = "2026-03-02T12:00:00Z"; // 20:00 in Beijing
	const hours = (h: number) => h * 3_600_000;
	assert.equal(parsePlace("7:30:00", start, hours(12)), hours(7.5));
	assert.equal(parsePlace("7:30:00", start, hours(12), true), hours(11.5));
	assert.equal(parsePlace("23:30:00", start, hours(12)), hours(3.5));
	assert.equal(parsePlace("12:30:00", start, hours(12), true), null);
	assert.equal(parsePlace("7:61", start, hours(12)), null);
});

test("a long recording bears even times of day, and the date where a day begins", () => {
	const ticks = clockTicks("2026-03-02T12:20:00Z", 12 * 3_600_000, 12);
	assert.deepEqual(ticks.slice(0, 3).map((x) => [x.label, x.ms]), [["03-02 21:00", 2_400_000], ["22:00", 6_000_000], ["23:00", 9_600_000]]);
	assert.deepEqual(ticks.filter((x) => x.day).map((x) => x.label), ["03-02 21:00", "03-03 00:00"]);
	assert.ok(clockTicks("2026-03-02T12:20:00Z", 10_000, 12).every((x) => /^(03-02 )?20:20:\d\d$/.test(x.label)));
	assert.deepEqual(clockTicks("", 10_000, 12), []);
});
