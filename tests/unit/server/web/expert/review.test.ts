// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { countVotes, lawfulVotes, withVote } from "@/expert/review";

const items = [{ id: "x", stage: "qualification" as const, name: "执照", clause: "3.1" }];

test("a vote that fails counts once its reason is there; one that passes has none", () => {
	const ballot = { bids: [{ bid_id: "a", no: 1, bidder_name: "甲" }, { bid_id: "b", no: 2, bidder_name: "乙" }], items };
	let votes = withVote({}, "a", "x", false, " ");
	assert.deepEqual(votes, { a: { x: { pass: false } } });
	assert.deepEqual(countVotes(ballot, votes), { given: 0, of: 2 });
	votes = withVote(votes, "a", "x", false, " 过期 ");
	votes = withVote(votes, "b", "x", true, "");
	assert.deepEqual(votes, { a: { x: { pass: false, reason: " 过期 " } }, b: { x: { pass: true } } }, "a blank may be followed by a word");
	assert.deepEqual(lawfulVotes(ballot, votes)["a"], { x: { pass: false, reason: "过期" } });
	assert.deepEqual(countVotes(ballot, votes), { given: 2, of: 2 });
	assert.deepEqual(withVote(votes, "a", "x", true, "过期")["a"], { x: { pass: true } });
});

test("what is sent knows no rejected bid and no bare fail", () => {
	const ballot = { bids: [{ bid_id: "a", no: 1, bidder_name: "甲" }], items };
	assert.deepEqual(lawfulVotes(ballot, { a: { x: { pass: true }, gone: { pass: true } }, b: { x: { pass: true } } }), { a: { x: { pass: true } } });
	assert.deepEqual(lawfulVotes(ballot, { a: { x: { pass: false } } }), {});
});
