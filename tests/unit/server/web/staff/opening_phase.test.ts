// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Schemas } from "@/lib/api";
import { goesOnWithout, phaseOf } from "@/staff/opening_phase";

const bid = (more: object): Schemas["OpeningBid"] => ({ bid_id: "b", no: 1, state: "sealed", ...more }) as Schemas["OpeningBid"];
const ends = "2026-03-02T11:00:00Z";
const at = (time: string): number => Date.parse(time);

test("a bid that is still sealed waits for its bidder, for the holders, or for the host's finding", () => {
	const during = at("2026-03-02T10:59:59Z");
	assert.equal(phaseOf(bid({}), ends, during), "waiting");
	assert.equal(phaseOf(bid({ rescue: true }), ends, during), "holders");
	assert.equal(phaseOf(bid({}), ends, at(ends)), "overdue");
	assert.equal(phaseOf(bid({ rescue: true }), ends, at(ends)), "holders", "they may still open it");
	assert.equal(phaseOf(bid({}), undefined, during), "waiting");
});

test("shares that do not fit together are told, and whether another holder may help", () => {
	const of = (more: object): string => phaseOf(bid({ rescue: true, shares: 2, ...more }), ends, at(ends));
	assert.equal(of({}), "holders");
	assert.equal(of({ shares_unfit: true, shares_left: 1 }), "unfit");
	assert.equal(of({ shares_unfit: true, shares_left: 0, shares: 3 }), "unfit_all");
	assert.equal(of({ shares_unfit: true, shares_left: 0, state: "revoked" }), "revoked", "the host found whose fault it is");
	assert.ok(!goesOnWithout(["unfit"]) && goesOnWithout(["unfit_all"]));
});

test("what became of it is told apart", () => {
	const of = (more: object): string => phaseOf(bid(more), ends, 0);
	assert.deepEqual([of({ state: "opened", opened_by: "bidder" }), of({ state: "opened", opened_by: "holders" })], ["by_bidder", "by_holders"]);
	assert.deepEqual(["revoked", "recalled", "invalid"].map((state) => of({ state })), ["revoked", "recalled", "invalid"]);
});

test("the others go on without what stays closed", () => {
	assert.ok(!goesOnWithout(["waiting", "by_bidder", "holders"]));
	for (const phase of ["overdue", "revoked", "recalled"] as const)
		assert.ok(goesOnWithout(["by_bidder", phase]), phase);
});
