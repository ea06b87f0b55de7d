// SPDX-License-Identifier: GPL-3.0-or-later
// What the page knows: player/data.js, a script because a page from disk may not fetch a file (proto/README.md, "Bundle").
import type { Schemas } from "@/lib/api";
import type { Span } from "@/player/reel";
import type { Loudness } from "@/player/speech";

export interface Track {
	track: number;
	spans: [from: number, to: number][];
	// Of its room.publish; absent when the record ends before it.
	seat?: string;
	name?: string;
	kind?: "cam" | "mic" | "screen";
	mask?: "none" | "masked" | "original";
	width?: number;
	height?: number;
	/** of a microphone, three numbers each: ms since the one before it began, its ms, its bytes */
	clusters?: number[];
}

export interface View {
	session_id: string;
	title: string;
	started_us: number;
	end_ms: number;
	closed: boolean;
	tracks: Track[];
	gaps: { track?: number; from_ms: number; to_ms?: number; reason: string }[];
	events: { no: number; kind: string; at_us: number; session_ms: number; actor: string; body: Record<string, unknown> }[];
	lots: { lot_id: string; no: number; name: string; items?: Schemas["SchemeItem"][] }[];
	scores: { sheets?: Sheet[]; void?: (Sheet & { undone: number })[]; results?: { rows?: { bid_id: string; bidder_name: string }[] }[] };
}

export interface Sheet {
	lot_id: string;
	member_no: number;
	scores: Record<string, Record<string, string>>; // bid → item → score
}

export interface Manifest {
	made_us: number;
	closed: boolean;
	reels: { track: number; state: "here" | "missing" | "withheld" | "sealed" | "expired" }[];
	documents: { bid_id: string; bidder: string; state: "here" | "missing" | "destroyed" }[];
	files: { path: string; size: number; sha256: string }[];
}

export interface Source {
	url: string;
	kind: "cam" | "mic" | "screen";
	area: number; // width × height; 0: not known, or a sound
	spans: Span[];
	clusters: Loudness[];
}

/** A place on the page: a person's picture and sound, or a screen. */
export interface Seat {
	id: string;
	name: string;
	screen: boolean;
	pictures: Source[];
	sounds: Source[];
}

function clustersOf(t: Track): Loudness[] {
	const clusters: Loudness[] = [];
	const all = t.clusters ?? [];
	for (let i = 0, time = 0; i + 2 < all.length; i += 3) {
		time += all[i]!;
		clusters.push({ time, last: time + all[i + 1]!, length: all[i + 2]! });
	}
	return clusters;
}

/** Whose reels lie in the bundle, in the order of the replay page. What only few may see is not among them. */
export function seatsOf(view: View, manifest: Manifest): Seat[] {
	const here = new Set(manifest.reels.filter((r) => r.state === "here").map((r) => r.track));
	const seats = new Map<string, Seat>();
	for (const t of view.tracks) {
		if (!t.seat || !t.kind || t.mask === "original" || !here.has(t.track))
			continue;
		const screen = t.kind === "screen";
		const id = screen ? `${t.seat} screen` : t.seat;
		const seat = seats.get(id) ?? { id, name: t.name ?? t.seat, screen, pictures: [], sounds: [] };
		seats.set(id, seat);
		const source: Source = { url: `reels/${t.track}.webm`, kind: t.kind, area: (t.width ?? 0) * (t.height ?? 0), spans: t.spans.map(([from, to]) => ({ from, to })), clusters: clustersOf(t) };
		(t.kind === "mic" ? seat.sounds : seat.pictures).push(source);
	}
	const begin = (s: Source): number => s.spans[0]?.from ?? 0;
	for (const seat of seats.values())
		for (const list of [seat.pictures, seat.sounds])
			list.sort((a, b) => begin(a) - begin(b));
	return [...seats.values()].sort((a, b) => Number(a.screen) - Number(b.screen) || a.id.localeCompare(b.id, undefined, { numeric: true }));
}

/** The events in the form the replay page's parts take. */
export function eventsOf(view: View): Schemas["SessionEvent"][] {
	return view.events.map((e) => ({
		no: e.no, event_id: "", kind: e.kind, at: new Date(e.at_us / 1000).toISOString(), session_ms: e.session_ms,
		actor: e.actor, leaf_hash: "", body: e.body,
	}) as Schemas["SessionEvent"]);
}

export interface Bid {
	id: string;
	bidder: string;
	files: { name: string; url: string }[];
}

/** Documents as links; names come from bidders, so each part of the path is escaped. */
export function bidsOf(manifest: Manifest): Bid[] {
	return manifest.documents.map((d) => {
		const folder = `documents/${d.bid_id}/files/`;
		const files = manifest.files.filter((f) => f.path.startsWith(folder)).map((f) => {
			const name = f.path.slice(folder.length);
			return { name, url: folder + encodeURIComponent(name) };
		});
		return { id: d.bid_id, bidder: d.bidder, files };
	});
}
