// SPDX-License-Identifier: GPL-3.0-or-later
// What the page and the worker of a room tell each other.
import type { Tile } from "@/room/choose";
import type { ActFields, Kind, Own, Problem, RoomEvent, RosterSeat, TrackForm, Venue } from "@/room/control";
import type { TrackStats } from "@/room/others";
import type { Device } from "@/room/own";
import type { Offer, Phase } from "@/room/seat";

export interface Ticket {
	ticket: string;
	url: string;
	expires_at: string;
	seat_id: string;
	epoch: number;
}

export type FromPage =
	| { do: "join"; session: string; account: string; resumeAfter: number; speaker: MessagePort }
	| { do: "ticket"; ticket: Ticket | null; why?: string } // answers need-ticket
	| { do: "act"; fields: ActFields }
	| { do: "aside"; to: string } // "": speak to all again
	| { do: "device"; kind: Kind; device: Device | null; offer: Offer | null; small: Offer | null }
	| { do: "tiles"; tiles: Tile[] }
	| { do: "canvas"; id: string; canvas: OffscreenCanvas }
	| { do: "sound"; zeroEpochUs: number; latencyUs: number }
	| { do: "reconnect" } // at once, instead of waiting
	| { do: "leave" };

export interface Snapshot {
	phase: Phase;
	why: string;
	seat: string;
	eventNo: number; // the last when we were welcomed
	rights: string[];
	roster: RosterSeat[];
	locked: boolean;
	venues: Venue[]; // where experts may be moved to; empty for those who may not know
	tracks: TrackForm[];
	own: Record<Own, number>;
	aside: string; // whom alone the microphone is for; "": all
	held: boolean; // that ended without the person's doing: nothing is said to anybody
	muted: Record<Kind, boolean>;
	mutedByOther: Record<Kind, boolean>;
	acts: { id: string; fields: ActFields; pending: boolean }[];
	lag: number;
	rttMs: number;
	retryAtEpochMs: number; // 0: not waiting
	sessionZeroEpochMs: number; // when session time was 0
	atServerMs: number; // the server's clock less ours, since there was a ticket
}

export interface RoomStats {
	tracks: TrackStats[];
	own: Record<Own, { objects: number; stamps: number; bitrate: number }>; // aimed at; 0 of a voice
	waitingBytes: number;
}

export type FromWorker =
	| { is: "need-ticket"; deviceKey: string }
	| { is: "state"; state: Snapshot }
	| { is: "event"; event: RoomEvent }
	| { is: "refused"; problem: Problem; act?: ActFields }
	| { is: "device-failed"; kind: Kind; why: string }
	| { is: "stats"; stats: RoomStats };
