// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkScore, formatDecimal, parseDecimal, readTyped, showMoney, showScore, sum, toPlaces } from "@/lib/decimal";

test("reads and writes decimals without loss", () => {
	for (const text of ["0", "100", "85.39", "-0.5", "0.000001", "123456789012345678901234.5"])
		assert.equal(formatDecimal(parseDecimal(text)!), text);
	assert.equal(formatDecimal(parseDecimal("1.500000")!), "1.5");
	for (const text of ["", ".", "1.", ".5", "1e3", "+1", "1.0000001", "1,000", " 1", "--1", "NaN"])
		assert.equal(parseDecimal(text), null, text);
});

test("rounds half up where binary fractions do not", () => {
	// DOMAIN 7.6: each of these prints one hundredth less from a double.
	for (const [exact, shown] of [["29.275", "29.28"], ["2.675", "2.68"], ["1.005", "1.01"], ["89.175714", "89.18"]] as const)
		assert.equal(showScore(exact), shown);
	assert.equal(toPlaces(parseDecimal("-1.005")!, 2), "-1.01");
	assert.equal(toPlaces(parseDecimal("-0.001")!, 2), "0.00");
	assert.equal(toPlaces(parseDecimal("0.5")!, 0), "1");
});

test("shows money in groups of three", () => {
	assert.equal(showMoney("1267500"), "1,267,500.00");
	assert.equal(showMoney("999"), "999.00");
	assert.equal(showMoney("28378613.89"), "28,378,613.89");
	assert.equal(showMoney("1234.567891"), "1,234.567891", "never rounded");
	assert.equal(showMoney("0.8565"), "0.8565");
	assert.equal(showMoney(undefined), "");
});

test("understands what people type", () => {
	assert.equal(readTyped(" ８５．３９ "), "85.39");
	assert.equal(readTyped("85。5"), "85.5");
	assert.equal(readTyped("1,267,500"), "1267500");
	assert.equal(readTyped(".5"), "0.5");
	assert.equal(readTyped("7."), "7");
	assert.equal(readTyped("八"), null);
});

test("holds a score to its range and two places", () => {
	assert.equal(checkScore("", "10"), "empty");
	assert.equal(checkScore(undefined, "10"), "empty");
	assert.equal(checkScore("0", "10"), "ok");
	assert.equal(checkScore("10", "10"), "ok");
	assert.equal(checkScore("10.01", "10"), "above");
	assert.equal(checkScore("-1", "10"), "below");
	assert.equal(checkScore("1.234", "10"), "places");
	assert.equal(checkScore("x", "10"), "malformed");
});

test("adds exactly", () => {
	assert.equal(formatDecimal(sum(["0.1", "0.2", undefined, "x"])), "0.3");
});
