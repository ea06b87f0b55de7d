// SPDX-License-Identifier: GPL-3.0-or-later
// The history of the scores as far as a bundle holds it: every sheet that was given, from sheets.json and void.json,
// when it was. What a member tried before that is in nobody's hands but the server's.
import type { LotHistory } from "@/player/scores";
import { eventsOf, type Sheet, type View } from "./data";

type Version = NonNullable<LotHistory["versions"]>[number];
type Scores = Sheet["scores"];

/** What is in `now` and was not, or was another, in `before`; and what is not any more. */
function changesBetween(before: Scores, now: Scores): Version["changes"] {
	const changes: Version["changes"] = [];
	for (const bid of new Set([...Object.keys(before), ...Object.keys(now)])) {
		const [was, is] = [before[bid] ?? {}, now[bid] ?? {}];
		for (const item of new Set([...Object.keys(was), ...Object.keys(is)]))
			if (was[item] !== is[item])
				changes.push({ bid_id: bid, item_id: item, ...(was[item] === undefined ? {} : { old: was[item] }), ...(is[item] === undefined ? {} : { new: is[item] }) });
	}
	return changes;
}

/** One member's sheets of one lot in their order: those that went back, then the one that stands. */
class Given {
	private nth = 0;
	private shown: Scores = {};
	private version = 0;

	constructor(private readonly memberNo: number, private readonly sheets: Sheet[]) {}

	private next(e: ReturnType<typeof eventsOf>[number], submitted: boolean, changes: Version["changes"]): Version {
		return { member_no: this.memberNo, version: ++this.version, submitted, at: e.at, session_ms: e.session_ms ?? 0, changes };
	}

	submit(e: ReturnType<typeof eventsOf>[number]): Version {
		const scores = this.sheets[this.nth]?.scores ?? this.shown;
		const changes = changesBetween(this.shown, scores);
		this.shown = scores;
		return this.next(e, true, changes);
	}

	reopen(e: ReturnType<typeof eventsOf>[number]): Version {
		this.nth++;
		return this.next(e, false, []);
	}
}

export function lotsOf(view: View): LotHistory[] {
	const { sheets = [], results = [] } = view.scores;
	const voids = [...(view.scores.void ?? [])].sort((a, b) => a.undone - b.undone);
	const names = new Map(results.flatMap((r) => r.rows ?? []).map((row) => [row.bid_id, row.bidder_name]));
	const events = eventsOf(view);
	return view.lots.filter((l) => sheets.some((s) => s.lot_id === l.lot_id) || voids.some((s) => s.lot_id === l.lot_id)).map((lot) => {
		const all: Sheet[] = [...voids, ...sheets].filter((s) => s.lot_id === lot.lot_id);
		const members = new Map([...new Set(all.map((s) => s.member_no))].map((no) => [no, new Given(no, all.filter((s) => s.member_no === no))]));
		const versions: Version[] = [];
		for (const e of events) {
			if (e.body?.lot !== lot.lot_id)
				continue;
			if (e.kind === "sheet.submitted")
				versions.push(...[members.get(e.body.member_no as number)?.submit(e) ?? []].flat());
			else if (e.kind === "sheet.reopened")
				versions.push(...(e.body.members as number[]).flatMap((no) => members.get(no)?.reopen(e) ?? []));
		}
		const bids = [...new Set(all.flatMap((s) => Object.keys(s.scores)))].map((bid_id, i) => ({ bid_id, no: i + 1, bidder_name: names.get(bid_id) ?? bid_id }));
		return { lot_id: lot.lot_id, no: lot.no, name: lot.name, ranked: true, items: lot.items ?? [], bids, versions };
	});
}
