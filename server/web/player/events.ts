// SPDX-License-Identifier: GPL-3.0-or-later
// Session events as the timeline and the list beside it show them.
import type { Schemas } from "@/lib/api";

export type Group = "flow" | "people" | "vote" | "score" | "chat" | "page" | "mute" | "fault" | "patrol" | "note";
export const GROUPS: Group[] = ["flow", "people", "vote", "score", "chat", "page", "mute", "fault", "patrol", "note"];

/** Those that have something to show, so that the rest takes no room. */
export const groupsOf = (marks: readonly Mark[]): Group[] => GROUPS.filter((g) => marks.some((m) => m.group === g));

export interface Mark {
	no: number;
	ms: number;
	kind: string;
	group: Group;
	actor: string;
	text: string; // what the body says in a few words
	page?: { bid: string; file: number; page: number }; // a document that is shown from here on
	at: string;
	aside?: "begun" | "over"; // somebody speaks to one seat alone (单独通话)
	title?: string; // for what is no event of the session
}

const ASIDES: Record<string, Mark["aside"]> = { "room.publish": "begun", "room.unpublish": "over" };

export interface Band {
	step: string;
	from: number;
	to: number;
}

// The first prefix that fits decides. media.part comes twice a second and is evidence, not an occurrence.
const RULES: [prefix: string, group: Group | null][] = [
	["media.part", null], ["media.gap", "fault"], ["replay.", null], ["room.lag", "fault"], ["room.mic_", "fault"], ["room.gap", "fault"], ["room.lost", "fault"],
	["room.remove", "fault"], ["room.knock", "fault"], ["room.chat", "chat"], ["room.announce", "chat"], ["room.call", "chat"], ["room.hand", "chat"], ["room.present", "page"], ["bid.file_read", "page"], ["report.", "page"],
	["room.mute", "mute"], ["room.lock", "mute"], ["session.masked", "mute"], ["room.opened", "flow"], ["room.", "people"],
	["leader.", "vote"], ["seat.", "people"], ["member.", "people"], ["lot.", "score"], ["sheet.", "score"], ["patrol.", "patrol"], ["warning.", "patrol"],
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
		if ((key === "seat" || key === "seat_id" || (key === "to" && seats.has(String(value)))) && typeof value === "string") {
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
		marks.push({ no: e.no, ms, kind: e.kind, group, actor: people.get(e.actor ?? "") ?? "", text: bodyText(e.body, seats), at: e.at, page, ...(e.body?.to && ASIDES[e.kind] ? { aside: ASIDES[e.kind] } : {}) });
	}
	return marks.sort((a, b) => a.ms - b.ms || a.no - b.no);
}

export interface PatrolEntry {
	no: number;
	kind: string;
	at: string;
	author?: string;
	text?: string;
	seat_name?: string;
	finding?: boolean;
}

/** What supervisors wrote about moments of the recording. */
export const noteMarks = (notes: readonly { no: number; session_ms: number; text: string; at: string; author?: string }[], title: string): Mark[] =>
	notes.map((n) => ({ no: -1_000_000 - n.no, ms: n.session_ms, kind: "note", group: "note", actor: n.author ?? "", at: n.at, title, text: n.text }));

/** What supervisors did meanwhile: rounds, spot checks, warnings. They are no events of the session; notes have a list of their own. */
export function patrolMarks(entries: readonly PatrolEntry[], startedAt: string, finding: string): Mark[] {
	const start = Date.parse(startedAt);
	return entries.filter((e) => e.kind !== "replay.noted").map((e) => ({
		no: -2_000_000 - e.no, ms: Math.max(0, Date.parse(e.at) - start), kind: e.kind, group: groupOf(e.kind) ?? "patrol", actor: e.author ?? "", at: e.at,
		text: [e.seat_name, e.finding ? finding : "", e.text, e.author].filter(Boolean).join(" · "),
	}));
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
