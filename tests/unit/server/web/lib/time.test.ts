// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDeepTime, formatSpan, formatTime, fromBeijing, parseDeepTime } from "@/lib/time";

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
