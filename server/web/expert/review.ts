// SPDX-License-Identifier: GPL-3.0-or-later
// A ballot of the review while it is filled in: bid, item, whether it passes, and why not.
import type { Schemas } from "@/lib/api";

export type Votes = Schemas["Votes"];
type Ballot = Pick<Schemas["Review"], "bids" | "items">;

/** The same votes with one changed; a reason stays only where the bid fails, and as it is being typed. */
export function withVote(votes: Votes, bid: string, item: string, pass: boolean, reason: string): Votes {
	const vote = pass ? { pass } : { pass, ...(reason.trim() && { reason }) };
	return { ...votes, [bid]: { ...votes[bid], [item]: vote } };
}

/** Votes that may be submitted as they are, of all that are wanted. */
export function countVotes(ballot: Ballot, votes: Votes): { given: number; of: number } {
	let given = 0;
	for (const { bid_id } of ballot.bids)
		for (const { id } of ballot.items) {
			const vote = votes[bid_id]?.[id];
			given += vote && (vote.pass || vote.reason) ? 1 : 0;
		}
	return { given, of: ballot.bids.length * ballot.items.length };
}

/** What may be sent: votes on the bids and items of this ballot; one that fails has its reason, without blanks around. */
export function lawfulVotes(ballot: Ballot, votes: Votes): Votes {
	const out: Votes = {};
	for (const { bid_id } of ballot.bids)
		for (const { id } of ballot.items) {
			const vote = votes[bid_id]?.[id];
			if (vote && (vote.pass || vote.reason))
				(out[bid_id] ??= {})[id] = vote.reason ? { ...vote, reason: vote.reason.trim() } : vote;
		}
	return out;
}
