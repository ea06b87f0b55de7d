// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of a room under short names; their fields are those of proto/room.schema.json.
import type { components } from "@/room/control.d";

export type Messages = components["schemas"];
export type ToServer = Messages["to_server"];
export type ToClient = Messages["to_client"];
export type Welcome = Messages["welcome"];
export type Venue = NonNullable<Welcome["venues"]>[number];
export type RosterSeat = Messages["roster"]["seats"][number];
export type TrackForm = Omit<Messages["track"], "type">;
export type RoomEvent = Messages["event"];
export type Problem = Messages["error"];
export type Kind = TrackForm["kind"];
export const KINDS: readonly Kind[] = ["cam", "mic", "screen"];

/** What a seat sends: its sources, and the camera once more in a small size. */
export type Own = Kind | "cam_small";
/** A small one comes behind the whole. */
export const OWNS: readonly Own[] = [...KINDS, "cam_small"];
export const kindOf = (own: Own): Kind => (own === "cam_small" ? "cam" : own);
export const ownsOf = (kind: Kind): Own[] => OWNS.filter((own) => kindOf(own) === kind);

type Named<T, N> = T extends { type: N } ? T : never;
export type Message<N extends ToServer["type"]> = Named<ToServer, N>;

/** Messages that become events of the ledger. */
export type ActType = "chat" | "mute_self" | "raise_hand" | "moderate" | "announce" | "call" | "lock" | "hand_over" | "move";
export type ActFields<N extends ActType = ActType> = N extends ActType ? Omit<Message<N>, "id"> : never;

/** The message in a text, or null when it is none we know. */
export function parseControl(text: string): ToClient | null {
	try {
		const message = JSON.parse(text);
		return typeof message?.type === "string" ? message : null;
	} catch {
		return null;
	}
}
