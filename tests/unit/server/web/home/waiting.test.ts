// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";

// What a browser has and the modules ask for when they are loaded.
const nothing = { getItem: () => null, setItem: () => {} };
Object.assign(globalThis, { localStorage: nothing, sessionStorage: nothing });
const { listWaiting } = await import("@/home/waiting");

const clock = (project_name: string, more: object) => ({ notice_id: "n", project_id: "p", project_name, title: "t", what: "opening", end: "2026-03-02T10:00:00Z", over: false, mine: true, ...more });
let answers: Record<string, unknown> = {};
let asked: string[] = [];
globalThis.fetch = (async (url: string) => {
	const path = String(url).replace(/^.*\/api\/v1/, "");
	asked.push(path);
	const found = Object.keys(answers).find((known) => path.startsWith(known));
	return new Response(JSON.stringify(found ? answers[found] : { items: [], next: null }), { headers: { "content-type": "application/json" } });
}) as typeof fetch;

test("of the clocks of one's own projects, what ends within a day and what is over waits", async () => {
	answers = { "/calendar": { now: "2026-03-02T00:00:00Z", items: [
		clock("甲", {}), clock("丙", { end: "2026-03-04T00:00:00Z" }), clock("丁", { end: "2026-03-01T00:00:00Z", over: true }),
	] } };
	const told = async (account: string) => (await listWaiting(["buyer"], account)).map((w) => [w.key, w.words.project]);
	assert.deepEqual(await told("one"), [["wait_clock", "甲"], ["wait_clock_over", "丁"]]);
	await told("one");
	assert.deepEqual(asked.filter((p) => p.startsWith("/calendar")), ["/calendar?own=true"]);
	// Who signs in next does not see what the one before saw.
	answers = { "/calendar": { now: "2026-03-02T00:00:00Z", items: [clock("戊", {})] } };
	assert.deepEqual(await told("two"), [["wait_clock", "戊"]]);
});

test("a bidder is told what a committee asks, as long as it can be answered", async () => {
	const row = (state: string, deadline: string, text: string) => ({ question_id: "q", lot_id: "l", bid_id: "b", state, text, asked_at: deadline, deadline });
	answers = { "/clock": { legal: "2026-03-02T00:00:00Z", demo: false, offset_s: 0 }, "/me/certificates": { warnings: [] }, "/clarifications": { items: [
		row("passed", "2026-03-02T00:00:00Z", "工期"), row("passed", "2026-03-01T23:59:59Z", "过期"), row("answered", "2026-03-03T00:00:00Z", "已答"),
	] } };
	const told = (await listWaiting(["bidder"], "four")).filter((w) => w.key === "wait_clarification");
	assert.deepEqual(told.map((w) => [w.words.text, w.to]), [["工期", { name: "bid", params: { id: "b" } }]]);
});

test("a bidder is told of bonds that are not there in time, and of certificates that end before the opening", async () => {
	const row = (lot_id: string, more: object) => ({ lot_id, lot_name: lot_id, lot_state: "bidding", there: false, payments: [], deadline: "2026-03-03T00:00:00Z", ...more });
	answers = { "/clock": { legal: "2026-03-02T00:00:00Z", demo: false, offset_s: 0 },
		"/me/certificates": { warnings: [{ lot_id: "f", lot_name: "己", deadline: "2026-03-03T00:00:00Z" }] },
		"/me/deposits": { items: [row("a", {}), row("b", { there: true }), row("c", { lot_state: "opened" }), row("d", { payments: [{ state: "back" }] }), row("e", { deadline: "2026-03-02T00:00:00Z" })], next: null } };
	const told = await listWaiting(["bidder"], "six");
	assert.deepEqual(told.filter((w) => w.key === "wait_bond").map((w) => w.to), [{ name: "deposit", params: { lot: "a" } }]);
	assert.deepEqual(told.filter((w) => w.key === "wait_certificate").map((w) => w.words.lot), ["己"]);
});

test("a supervisor is told of the sessions whose questions wait for him", async () => {
	const session = (session_id: string, step: string) => ({ session_id, step, title: session_id });
	const asked = (state: string) => ({ items: [{ state }] });
	answers = { "/sessions/a/questions": asked("asked"), "/sessions/b/questions": asked("passed"), "/sessions/c/questions": asked("asked"),
		"/calendar": { now: "2026-03-02T00:00:00Z", items: [] }, "/sessions": { items: [session("a", "scoring"), session("b", "scoring"), session("c", "signing")] } };
	const told = (await listWaiting(["supervisor"], "five")).filter((w) => w.key === "wait_review");
	assert.deepEqual(told.map((w) => w.words.title), ["a"]);
});

test("what was refused by the platform and what could not be made here both wait", async () => {
	answers = { "/exchange/pushes?state=faulty": { items: [{ last_error: "缺字段" }], next: null }, "/exchange/pushes?state=refused": { items: [{ last_error: "422" }], next: null }, "/calendar": { now: "2026-03-02T00:00:00Z", items: [] } };
	const waiting = await listWaiting(["staff"], "three");
	assert.deepEqual(waiting.filter((w) => w.key === "wait_push").map((w) => w.words.why).sort(), ["422", "缺字段"]);
});
