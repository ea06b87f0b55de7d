// SPDX-License-Identifier: GPL-3.0-or-later
// Session events as the timeline and the list beside it show them.
import type { Schemas } from "@/lib/api";

export type Group = "flow" | "people" | "score" | "chat" | "fault" | "note";
export const GROUPS: Group[] = ["flow", "people", "score", "chat", "fault", "note"];

export interface Mark {
	no: number;
	ms: number;
	kind: string;
	group: Group;
	actor: string;
	text: string; // what the body says in a few words
	page?: { bid: string; file: number; page: number }; // a document that is shown from here on
	at: string;
	title?: string; // for what is no event of the session
}

export interface Band {
	step: string;
	from: number;
	to: number;
}

// The first prefix that fits decides. media.part comes twice a second and is evidence, not an occurrence.
const RULES: [prefix: string, group: Group | null][] = [
	["media.part", null], ["media.gap", "fault"], ["replay.", null], ["room.lag", "fault"], ["room.gap", "fault"], ["room.lost", "fault"],
	["room.remove", "fault"], ["room.knock", "fault"], ["room.chat", "chat"], ["room.announce", "chat"], ["room.call", "chat"], ["room.hand", "chat"], ["room.present", "chat"], ["room.opened", "flow"], ["room.", "people"],
	["seat.", "people"], ["member.", "people"], ["lot.", "score"], ["sheet.", "score"],
];

export function groupOf(kind: string): Group | null {
	const rule = RULES.find(([prefix]) => kind.startsWith(prefix));
	return rule ? rule[1] : "flow";
}

const SAID = ["text", "to", "step", "name", "alias", "seat", "seat_id", "member_no", "kind", "reason", "grounds"];

/** A seat is told by the name of who sits there. */
function bodyText(body: Record<string, unknown> | null | undefined, seats: Map<string, string>): string {
	const words: string[] = [];
	for (const key of SAID) {
		const value = body?.[key];
		if ((key === "seat" || key === "seat_id") && typeof value === "string") {
			const name = seats.get(value) ?? value;
			if (!words.includes(name))
				words.push(name);
		} else if (typeof value === "string" || typeof value === "number")
			words.push(String(value));
		else if (Array.isArray(value))
			words.push(value.join("、"));
	}
	return words.join(" · ");
}

/** Events on the axis of the recording; those of before its beginning stand at 0. */
export function marksOf(events: Schemas["SessionEvent"][], startedAt: string, seats = new Map<string, string>()): Mark[] {
	const start = Date.parse(startedAt);
	const marks: Mark[] = [];
	const people = new Map<string, string>(); // account → who joined as it
	for (const e of events)
		if (e.kind === "room.joined" && e.actor && typeof e.body?.name === "string")
			people.set(e.actor, e.body.name);
	for (const e of events) {
		const group = groupOf(e.kind);
		if (!group)
			continue;
		const ms = Math.max(0, e.session_ms ?? Date.parse(e.at) - start);
		const page = e.kind === "room.present" && e.body?.on === true ? { bid: String(e.body.bid), file: Number(e.body.file), page: Number(e.body.page) } : undefined;
		marks.push({ no: e.no, ms, kind: e.kind, group, actor: people.get(e.actor ?? "") ?? "", text: bodyText(e.body, seats), at: e.at, page });
	}
	return marks.sort((a, b) => a.ms - b.ms || a.no - b.no);
}

/** Which step ran when, from the events that entered one. */
export function bandsOf(events: Schemas["SessionEvent"][], startedAt: string, end: number): Band[] {
	const start = Date.parse(startedAt);
	const bands: Band[] = [];
	for (const e of events) {
		if (e.kind !== "session.step" && e.kind !== "session.closed")
			continue;
		const step = e.kind === "session.closed" ? "closed" : String(e.body?.to ?? e.body?.step ?? "");
		const from = Math.max(0, e.session_ms ?? Date.parse(e.at) - start);
		const before = bands[bands.length - 1];
		if (before)
			before.to = from;
		bands.push({ step, from, to: end });
	}
	return bands.filter((b) => b.to > b.from);
}
