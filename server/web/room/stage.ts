// SPDX-License-Identifier: GPL-3.0-or-later
// Which pictures stand on the page, and how large. Pure.
import { tileId, type Tile } from "@/room/choose";
import type { RosterSeat, TrackForm } from "@/room/control";

export type Layout = "grid" | "stage";

export interface Place {
	id: string;
	seat: RosterSeat;
	kind: "cam" | "screen";
}

/** So many are shown in full size when all are of one size. */
const FEW = 4;

/** The seats that are there, others before the own, and the screens that others share. */
export function places(roster: RosterSeat[], tracks: TrackForm[], me: string): Place[] {
	const there = roster.filter((s) => s.presence === "present" || s.presence === "lost");
	const others = there.filter((s) => s.seat !== me);
	const sharing = others.filter((s) => tracks.some((t) => t.seat === s.seat && t.kind === "screen"));
	return [
		...sharing.map((seat): Place => ({ id: tileId(seat.seat, "screen"), seat, kind: "screen" })),
		...[...others, ...there.filter((s) => s.seat === me)].map((seat): Place => ({ id: tileId(seat.seat, "cam"), seat, kind: "cam" })),
	];
}

/** The large one: what the person chose, else a screen, else who speaks, else the first. */
export function mainPlace(all: Place[], pinned: string, speaker: string): string {
	const chosen = all.find((p) => p.id === pinned) ?? all.find((p) => p.kind === "screen")
		?? all.find((p) => p.id === tileId(speaker, "cam")) ?? all[0];
	return chosen?.id ?? "";
}

/** What the worker is asked for. */
export function tilesOf(all: Place[], me: string, layout: Layout, main: string, unseen: Set<string>): Tile[] {
	return all.filter((p) => p.seat.seat !== me).map((p) => ({
		id: p.id, seat: p.seat.seat, kind: p.kind,
		size: unseen.has(p.id) ? "hidden" : layout === "stage" ? (p.id === main ? "large" : "small") : all.length <= FEW ? "large" : "small",
	}));
}
