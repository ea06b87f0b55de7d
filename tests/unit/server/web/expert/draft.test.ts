// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { Draft, worthAgain } from "@/expert/draft";
import { Refusal } from "@/lib/api";

// A server that answers when it is told to.
function desk() {
	const puts: { value: string; version: string | null; answer: (v: string | Error) => void }[] = [];
	const state = { open: true, version: "v9" };
	const draft = new Draft("", {
		put: (value, version) => new Promise((resolve, reject) => puts.push({ value, version, answer: (v) => (v instanceof Error ? reject(v) : resolve(v)) })),
		version: async () => state.version,
		open: () => state.open,
	});
	return { draft, puts, state };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("one save at a time; what was typed meanwhile follows with the new version", async () => {
	const { draft, puts } = desk();
	draft.take("stored", "v1");
	draft.change("one");
	const first = draft.settle();
	await turn();
	draft.change("two");
	const second = draft.settle();
	await turn();
	assert.deepEqual(puts.map((p) => [p.value, p.version]), [["one", "v1"]]);
	puts[0]!.answer("v2");
	await first;
	await turn();
	assert.deepEqual(puts.map((p) => [p.value, p.version]), [["one", "v1"], ["two", "v2"]]);
	puts[1]!.answer("v3");
	await second;
	assert.equal(draft.state.value, "saved");
	draft.close();
});

test("what the server has does not replace what is not saved yet", async () => {
	const { draft, puts } = desk();
	draft.take("stored", "v1");
	assert.equal(draft.value.value, "stored");
	draft.change("mine");
	draft.take("older", "v1");
	assert.equal(draft.value.value, "mine");
	const saved = draft.settle();
	await turn();
	puts[0]!.answer("v2");
	await saved;
	draft.take("newer", "v3");
	assert.equal(draft.value.value, "newer");
});

test("a version that went on elsewhere is asked for, a refusal stays", async () => {
	const { draft, puts, state } = desk();
	draft.take("", "v1");
	draft.change("mine");
	let saved = draft.settle();
	await turn();
	puts[0]!.answer(new Refusal(412, "act.version", "changed"));
	await saved;
	assert.deepEqual([draft.state.value, draft.unsaved], ["failed", true]);
	saved = draft.settle();
	await turn();
	assert.equal(puts[1]!.version, "v9");
	puts[1]!.answer("v10");
	await saved;
	state.open = false;
	draft.done();
	draft.take("submitted", "v11");
	assert.deepEqual([draft.value.value, draft.state.value], ["submitted", "clean"]);
});

test("an answer that was under way while something was saved brings nothing back", async () => {
	const { draft, puts } = desk();
	draft.take("stored", '"1"');
	draft.change("mine");
	const saved = draft.settle();
	await turn();
	draft.take("stored", '"1"');
	puts[0]!.answer('"2"');
	await saved;
	draft.take("stored", '"1"');
	assert.deepEqual([draft.value.value, draft.state.value], ["mine", "saved"]);
	draft.take("elsewhere", '"3"');
	assert.equal(draft.value.value, "elsewhere");
});

test("what could not be saved is tried once more by who leaves", async () => {
	const { draft, puts } = desk();
	draft.change("mine");
	const saved = draft.settle();
	await turn();
	puts[0]!.answer(new Refusal(409, "session.paused", "paused"));
	await saved;
	draft.close();
	await turn();
	assert.deepEqual(puts.map((p) => p.value), ["mine", "mine"]);
	puts[1]!.answer("v2");
});

test("slow lines, too many requests and a busy server are worth another try, a refusal is not", () => {
	const worth = [0, 408, 412, 422, 429, 403, 500, 503].filter((status) => worthAgain(new Refusal(status, "a.code", "")));
	assert.deepEqual(worth, [0, 408, 412, 429, 500, 503]);
	assert.ok(worthAgain(new TypeError("fetch failed")));
});
