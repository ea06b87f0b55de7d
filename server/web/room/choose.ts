// SPDX-License-Identifier: GPL-3.0-or-later
// Which tracks are wanted: of each seat one voice, and of each picture on the page the size that suits its tile.
// What is not shown is not asked for. Pure.
import type { TrackForm } from "@/room/control";

export type TileSize = "large" | "small" | "hidden";

/** A place on the page for the camera or the screen of a seat. */
export interface Tile {
	id: string;
	seat: string;
	kind: "cam" | "screen";
	size: TileSize;
}

export interface Wish {
	on: boolean;
	layer: number;
	priority: number;
}

export interface Choice {
	wishes: Map<number, Wish>;
	pictures: Map<string, number>; // tile -> track
}

export const tileId = (seat: string, kind: string): string => `${seat}/${kind}`;

const area = (t: TrackForm): number => (t.width ?? 0) * (t.height ?? 0);

/** The unmasked one where this receiver gets it: it is there for those who must see. */
function unmaskedFirst(tracks: TrackForm[]): TrackForm[] {
	const originals = tracks.filter((t) => t.mask === "original");
	return originals.length ? originals : tracks;
}

function pictureFor(tile: Tile, tracks: TrackForm[]): TrackForm | undefined {
	const sizes = unmaskedFirst(tracks.filter((t) => t.seat === tile.seat && t.kind === tile.kind && t.codec === "vp8"))
		.sort((a, b) => area(b) - area(a));
	return tile.size === "large" ? sizes[0] : sizes[sizes.length - 1];
}

export function choose(tracks: TrackForm[], tiles: Tile[]): Choice {
	const wishes = new Map<number, Wish>(tracks.map((t) => [t.track, { on: false, layer: 2, priority: 128 }]));
	const pictures = new Map<string, number>();
	for (const seat of new Set(tracks.map((t) => t.seat))) {
		const voice = unmaskedFirst(tracks.filter((t) => t.seat === seat && t.kind === "mic")).pop();
		if (voice)
			wishes.get(voice.track)!.on = true;
	}
	for (const tile of tiles) {
		const track = pictureFor(tile, tracks);
		if (!track)
			continue;
		pictures.set(tile.id, track.track);
		if (tile.size !== "hidden")
			wishes.set(track.track, { on: true, layer: 2, priority: tile.kind === "screen" ? 192 : tile.size === "large" ? 160 : 96 });
	}
	return { wishes, pictures };
}
