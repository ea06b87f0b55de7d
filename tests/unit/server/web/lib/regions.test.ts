// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { findIn, nameIn, readTable } from "@/lib/regions";

const names = readTable("# source: x\n# code,name\n110000,北京市\n110105,朝阳区\n370000,山东省\n370400,枣庄市\r\n370402,市中区\n370481,滕州市\n");

test("a name tells what the division lies in; an unknown code has none", () => {
	const told = ["370402", "370400", "37", "3704", "110105", "370499", "37040", "3704021", "枣庄", ""].map((code) => nameIn(names, code));
	assert.deepEqual(told, ["山东省枣庄市市中区", "山东省枣庄市", "山东省", "山东省枣庄市", "北京市朝阳区", "", "", "", "", ""]);
});

test("divisions are found by the beginning of the code or by a part of the name", () => {
	const codes = (typed: string): string[] => findIn(names, typed).map((r) => r.code);
	assert.deepEqual(codes("3704"), ["370400", "370402", "370481"]);
	assert.deepEqual(codes("庄市市"), ["370402"]);
	assert.deepEqual(codes(" 山东 "), ["370000", "370400", "370402", "370481"]);
	assert.deepEqual(codes("0402"), []);
	assert.deepEqual(codes("370402"), []);
	assert.deepEqual(codes(""), []);
	assert.equal(findIn(names, "山东", 2).length, 2);
});
