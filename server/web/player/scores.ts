// SPDX-License-Identifier: GPL-3.0-or-later
// The score table as it stood at a moment of the session, from the history of what was saved.
import type { Schemas } from "@/lib/api";

export type LotHistory = Schemas["ScoreHistory"];
type Version = NonNullable<LotHistory["versions"]>[number];

export interface Cell {
	score: string;
	changedMs: number; // when it got this value
	before: string | null; // what stood there before; null: nothing
}

export interface MemberTable {
	memberNo: number;
	submitted: boolean;
	/** bid → item → score */
	bids: Map<string, Map<string, Cell>>;
}

export interface Change {
	ms: number;
	memberNo: number;
	bidder: string;
	item: string;
	from: string | null;
	to: string | null;
	lot: string;
	why: Why;
}

/** What let a score be changed that stood already. */
export type Why =
	| { kind: "own" } // the member thought again before it gave its sheet
	| { kind: "returned" } // members differed on an objective item
	| { kind: "rollback"; code: string; reason: string } // a step back that was asked for and approved
	| { kind: "reopened" }; // a member left, and with it what the sheet was given on

type Said = Pick<Schemas["SessionEvent"], "kind" | "session_ms" | "body">;

/** The last word before `ms` by which this member's sheet was a draft again. */
function whyOf(events: readonly Said[], lotId: string, memberNo: number, ms: number): Why {
	let last: Said | undefined;
	for (const e of events)
		if (e.kind === "sheet.reopened" && e.body?.lot === lotId && (e.body.members as number[]).includes(memberNo) && (e.session_ms ?? 0) <= ms)
			last = e;
	if (!last)
		return { kind: "own" };
	const asked = events.find((e) => e.kind === "rollback.requested" && e.body?.rollback === last.body?.rollback);
	if (last.body?.rollback && asked)
		return { kind: "rollback", code: String(asked.body?.code), reason: String(asked.body?.reason) };
	return { kind: last.body?.returned === true ? "returned" : "reopened" };
}

function apply(table: MemberTable, version: Version): void {
	for (const change of version.changes) {
		const row = table.bids.get(change.bid_id) ?? new Map<string, Cell>();
		if (change.new === undefined)
			row.delete(change.item_id);
		else
			row.set(change.item_id, { score: change.new, changedMs: version.session_ms, before: change.old ?? null });
		table.bids.set(change.bid_id, row);
	}
	table.submitted = version.submitted;
}

/** One table a member, those that had saved something by then. */
export function tablesAt(lot: LotHistory, ms: number): MemberTable[] {
	const tables = new Map<number, MemberTable>();
	for (const version of lot.versions ?? []) {
		if (version.session_ms > ms)
			continue;
		const table = tables.get(version.member_no) ?? { memberNo: version.member_no, submitted: false, bids: new Map() };
		apply(table, version);
		tables.set(version.member_no, table);
	}
	return [...tables.values()].sort((a, b) => a.memberNo - b.memberNo);
}

/** Scores that were there already and got another value: what a supervisor looks for. First entries are no changes. */
export function changesOf(lots: readonly LotHistory[], events: readonly Said[]): Change[] {
	const changes: Change[] = [];
	for (const lot of lots) {
		const bidders = new Map((lot.bids ?? []).map((b) => [b.bid_id, b.bidder_name]));
		const items = new Map((lot.items ?? []).map((i) => [i.id, i.name]));
		for (const version of lot.versions ?? [])
			for (const c of version.changes)
				if (c.old !== undefined)
					changes.push({
						ms: version.session_ms, memberNo: version.member_no, bidder: bidders.get(c.bid_id) ?? c.bid_id,
						item: items.get(c.item_id) ?? c.item_id, from: c.old, to: c.new ?? null, lot: lot.name,
						why: whyOf(events, lot.lot_id, version.member_no, version.session_ms),
					});
	}
	return changes.sort((a, b) => a.ms - b.ms);
}
