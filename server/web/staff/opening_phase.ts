// SPDX-License-Identifier: GPL-3.0-or-later
// In which state a bid is at the opening, told apart as people at the opening need it; the words stand in opening.phase.
import type { Schemas } from "@/lib/api";

export type Phase = "waiting" | "holders" | "unfit" | "unfit_all" | "overdue" | "by_bidder" | "by_holders" | "revoked" | "recalled" | "invalid";

export function phaseOf(bid: Schemas["OpeningBid"], windowEnds: string | undefined, nowMs: number): Phase {
	switch (bid.state) {
		case "opened":
			return bid.opened_by === "holders" ? "by_holders" : "by_bidder";
		case "revoked":
		case "recalled":
		case "invalid":
			return bid.state;
		default:
			if (bid.shares_unfit)
				return bid.shares_left ? "unfit" : "unfit_all";
			if (bid.rescue)
				return "holders";
			return windowEnds && Date.parse(windowEnds) <= nowMs ? "overdue" : "waiting";
	}
}

/** Some bid stays closed, and the others go on without it (E05). */
export const goesOnWithout = (phases: Phase[]): boolean => phases.some((p) => ["overdue", "unfit_all", "revoked", "recalled"].includes(p));
