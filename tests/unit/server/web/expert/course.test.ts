// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { ref } from "vue";
import { useCourse } from "@/expert/course";
import { Draft } from "@/expert/draft";
import { Refusal } from "@/lib/api";

const turn = () => new Promise((resolve) => setImmediate(resolve));

// A sheet whose server answers as it is told to, and what was asked of it.
function desk() {
	const answers: (string | Refusal)[] = [];
	const asked: string[] = [];
	const [given, held] = [ref<boolean | undefined>(), ref(false)];
	const draft = new Draft("", {
		put: async (value) => {
			asked.push(`put ${value}`);
			const answer = answers.shift()!;
			if (answer instanceof Refusal)
				throw answer;
			return answer;
		},
		version: async () => "v9",
		open: () => true,
	});
	useCourse(draft, {
		reload: async () => void asked.push("reload"), unknown: "score.unknown_bid",
		given: () => given.value, held: () => held.value, reopened: () => void asked.push("reopened"),
	});
	return { draft, answers, asked, given, held };
}

test("a bid that was rejected meanwhile is asked about no more, and the rest is saved", async () => {
	const { draft, answers, asked } = desk();
	answers.push(new Refusal(422, "score.unknown_bid", "gone"), "v2");
	draft.change("mine");
	await draft.settle();
	await turn();
	assert.deepEqual([asked, draft.state.value], [["put mine", "reload"], "waiting"]);
	await draft.settle();
	assert.deepEqual([asked.slice(2), draft.state.value, draft.error.value], [["put mine"], "saved", null]);
	draft.close();
});

test("any other refusal stays what it is", async () => {
	const { draft, answers, asked } = desk();
	answers.push(new Refusal(409, "score.submitted", "submitted"));
	draft.change("mine");
	await draft.settle();
	await turn();
	assert.deepEqual([asked, draft.state.value], [["put mine"], "failed"]);
});

test("what was given and is open again is asked for, and committed to anew", async () => {
	const { asked, given } = desk();
	for (const now of [false, true]) {
		given.value = now;
		await turn();
	}
	assert.deepEqual(asked, []);
	given.value = false;
	await turn();
	assert.deepEqual(asked, ["reopened", "reload"]);
});

test("what was typed as the session was held up stays, and is sent when it goes on", async () => {
	const { draft, answers, asked, held } = desk();
	answers.push(new Refusal(409, "session.paused", "paused"), "v2");
	draft.change("mine");
	await draft.settle();
	held.value = true;
	await turn();
	assert.deepEqual([asked, draft.value.value, draft.state.value], [["put mine"], "mine", "failed"]);
	held.value = false;
	await turn();
	assert.deepEqual([asked.slice(1), draft.state.value, draft.error.value], [["reload", "put mine"], "saved", null]);
});
