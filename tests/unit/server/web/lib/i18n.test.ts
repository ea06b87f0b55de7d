// SPDX-License-Identifier: GPL-3.0-or-later
// Both languages are complete, every code and kind of the server has its words, and every key used exists.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import en from "@/lib/i18n/en";
import enEvents from "@/lib/i18n/en/events";
import enRefusals from "@/lib/i18n/en/refusals";
import zh from "@/lib/i18n/zh";
import zhEvents from "@/lib/i18n/zh/events";
import zhRefusals from "@/lib/i18n/zh/refusals";

const root = process.env.BIDROOM_ROOT!;
const web = join(root, "server/web");

function flatten(tree: object, prefix = ""): Map<string, string> {
	const flat = new Map<string, string>();
	for (const [key, value] of Object.entries(tree))
		if (typeof value === "string")
			flat.set(prefix + key, value);
		else
			for (const [k, v] of flatten(value, `${prefix}${key}.`))
				flat.set(k, v);
	return flat;
}

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

function defined(file: string, macro: string): string[] {
	const text = readFileSync(join(root, file), "utf8");
	return [...text.matchAll(new RegExp(`^${macro}\\("([^"]+)"`, "gm"))].map((m) => m[1]!);
}

function sources(): string[] {
	return readdirSync(web, { recursive: true })
		.map(String)
		.filter((f) => /\.(vue|ts)$/.test(f) && !/^(node_modules|dist|lib\/i18n\/(zh|en))\b/.test(f) && f !== "lib/contract.d.ts");
}

test("Chinese and English have the same keys and the same blanks to fill", () => {
	const a = flatten(zh);
	const b = flatten(en);
	assert.deepEqual([...a.keys()].sort(), [...b.keys()].sort());
	for (const [key, text] of a) {
		assert.notEqual(text.trim(), "", key);
		assert.deepEqual(places(text), places(b.get(key)!), key);
	}
});

test("every refusal of the server has its Chinese and English text", () => {
	const codes = defined("server/core/refusals.def", "REFUSAL");
	assert.ok(codes.length > 10);
	for (const texts of [zhRefusals, enRefusals])
		assert.deepEqual(codes.filter((code) => !texts[code]), []);
	assert.deepEqual(Object.keys(zhRefusals).sort(), Object.keys(enRefusals).sort());
});

test("every kind of ledger event has its words", () => {
	const kinds = defined("server/audit/event_kinds.def", "EVENT");
	assert.ok(kinds.length > 10);
	for (const texts of [zhEvents, enEvents])
		assert.deepEqual(kinds.filter((kind) => !texts[kind]), []);
	assert.deepEqual(Object.keys(zhEvents).sort(), Object.keys(enEvents).sort());
});

test("every message key that a page names exists, and no text stands in a page itself", () => {
	const keys = new Set(flatten(zh).keys());
	for (const file of sources()) {
		const text = readFileSync(join(web, file), "utf8");
		for (const m of text.matchAll(/\bt\(\s*["']([\w.]+)["']/g))
			assert.ok(keys.has(m[1]!), `${file}: ${m[1]}`);
		if (file.endsWith(".vue")) {
			const template = /<template>[\s\S]*<\/template>/.exec(text.replace(/<!--[\s\S]*?-->/g, ""))?.[0] ?? "";
			assert.doesNotMatch(template, /[\u4e00-\u9fff]/, `${file}: Chinese text outside the messages`);
		}
	}
});
