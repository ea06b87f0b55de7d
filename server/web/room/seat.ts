// SPDX-License-Identifier: GPL-3.0-or-later
// A seat of a room as the protocol sees it (proto/README.md): what the messages say becomes state, acts are sent until
// they are committed, what a lost line took is asked for again. It knows no socket, no codec, no page: it is given
// messages and times, and calls `out`.
import { Acts } from "@/room/acts";
import { Backoff } from "@/room/backoff";
import { kindOf, KINDS, OWNS, ownsOf, type ActFields, type Kind, type Messages, type Own, type Problem, type RoomEvent, type RosterSeat, type ToClient, type ToServer, type TrackForm, type Welcome } from "@/room/control";
import { Mute } from "@/room/mute";
import { OTHER_VERSION, OVER } from "@/room/over";

export type Phase = "idle" | "greeting" | "seated" | "lost" | "leaving" | "ended";

/** Refusals of the moment. */
const PASSING = ["act.in_progress", "http.overloaded", "room.rate", "server.unavailable"];
const RETRY_MS = 1000;
const PING_MS = 5000;
/** The version of the room protocol that is spoken here. */
export const PROTOCOL = 1;
/** How long a ticket lives (proto/README.md): its end tells the server's clock. */
const TICKET_MS = 60_000;
/** The server pings after 4 s of silence, and we every 5 s: a line that says nothing for so long is lost. */
const SILENCE_MS = 12_000;

export interface Offer {
	codec: "opus" | "vp8";
	label?: string;
	width?: number;
	height?: number;
	fps?: number;
	layers?: number;
}

export interface SeatOut {
	send(message: ToServer): void;
	/** Something of the state below changed. */
	changed(): void;
	event(event: RoomEvent): void;
	track(form: TrackForm): void;
	trackGone(track: number): void;
	/** A track of our own began, or (0) ended. */
	own(own: Own, track: number): void;
	muted(kind: Kind, on: boolean): void;
	keyframe(own: Own): void;
	bitrate(own: Own, bps: number): void;
	refused(problem: Problem, act?: ActFields): void;
	/** The line is over; connect again in waitMs (not at all when the seat ended). */
	close(waitMs: number | null): void;
}

export class SeatState {
	phase: Phase = "idle";
	why = ""; // of the last loss or the end
	at = ""; // the server that holds the session, when told
	welcome: Welcome | null = null;
	rights: string[] = [];
	roster: RosterSeat[] = [];
	locked = false;
	tracks = new Map<number, TrackForm>();
	own: Record<Own, number> = { cam: 0, mic: 0, screen: 0, cam_small: 0 };
	/** The only seat the microphone is for (单独通话); "": all. */
	aside = "";
	/** The aside is over without the person's doing. The voice does not go to all by itself: it was not meant for them. */
	held = false;
	lag = 0;
	rttMs = -1;
	needsTicket = true;
	lastNo = 0;
	readonly acts = new Acts();
	readonly mutes: Record<Kind, Mute> = { cam: new Mute(), mic: new Mute(), screen: new Mute() };
	private offers = new Map<Own, Offer>();
	private offered = new Set<Own>();
	private readonly backoff = new Backoff();
	private notBeforeMs = 0;
	private pingMs = 0;
	private heardMs = 0;
	private sessionAheadMs = 0; // session time less our clock
	private serverAheadMs = 0; // the server's clock, on the epoch, less ours
	private told: Record<Kind, boolean> = { cam: false, mic: false, screen: false };
	private count = 0;

	constructor(private readonly out: SeatOut, private readonly prefix: string) {}

	sessionMs(nowMs: number): number {
		return Math.max(0, Math.round(nowMs + this.sessionAheadMs));
	}

	/** The server's clock, whatever the one of this machine says and however it is set meanwhile. */
	serverMs(nowMs: number): number {
		return nowMs + this.serverAheadMs;
	}

	/** A ticket that is over then came just now. */
	ticketed(expiresMs: number, nowMs: number): void {
		this.serverAheadMs = expiresMs - TICKET_MS - nowMs;
	}

	/** The line is open and hello was sent. */
	greeting(nowMs: number): void {
		this.phase = "greeting";
		this.heardMs = nowMs;
		this.out.changed();
	}

	/** The line is gone, or there is none to be had. */
	lose(why: string, nowMs: number, chance: number): void {
		if (this.phase === "ended")
			return;
		if (this.phase === "leaving")
			return this.end("left");
		this.phase = "lost";
		this.why = why;
		this.forget();
		const wait = Math.max(this.backoff.next(chance), this.notBeforeMs - nowMs);
		this.out.changed();
		this.out.close(wait);
	}

	end(why: string): void {
		if (this.phase === "ended")
			return;
		this.phase = "ended";
		this.why = why;
		this.forget();
		this.out.changed();
		this.out.close(null);
	}

	/** What does not outlive a connection. */
	private forget(): void {
		for (const track of [...this.tracks.keys()])
			this.dropTrack(track);
		for (const own of OWNS)
			this.setOwn(own, 0);
		this.offered.clear();
		this.acts.resend();
		this.lag = 0;
		this.rttMs = -1;
	}

	// What the person does

	act(fields: ActFields, nowMs: number): string | null {
		const id = `${this.prefix}-${++this.count}`;
		if (fields.type === "mute_self")
			this.mutes[fields.kind].pressed(fields.on);
		if (!this.acts.add(id, fields))
			return null;
		this.tellMuted();
		this.sendActs(nowMs);
		this.out.changed();
		return id;
	}

	/** What of a kind is there to be sent, and the same in a small size; null: nothing any more. */
	offer(kind: Kind, offer: Offer | null, small: Offer | null = null): void {
		for (const own of ownsOf(kind).reverse()) // what leans on another goes first
			this.offerOne(own, own === kind ? offer : small);
		this.publish();
		this.out.changed();
	}

	private offerOne(own: Own, offer: Offer | null): void {
		if (offer)
			return void this.offers.set(own, offer);
		this.offers.delete(own);
		this.offered.delete(own);
		if (!this.own[own])
			return;
		this.out.send({ type: "unpublish", track: this.own[own] });
		this.setOwn(own, 0);
	}

	/** Speaks to one seat alone from now on, or ("") to all. At no time to both: the one track is over before the other begins. */
	speakTo(seat: string): void {
		this.aside = seat;
		this.held = false;
		this.offered.delete("mic");
		if (this.own.mic) {
			this.out.send({ type: "unpublish", track: this.own.mic });
			this.setOwn("mic", 0);
		}
		this.publish();
		this.out.changed();
	}

	/** What the person said to whom stands until he says otherwise, also where it cannot be done. */
	private hold(): void {
		this.held = this.aside !== "";
	}

	leave(): void {
		if (this.phase !== "seated")
			return this.end("left");
		this.phase = "leaving";
		this.out.changed();
		this.out.send({ type: "leave" });
	}

	/** Where masking is ordered, and not for what shows a screen. */
	private mustMask(kind: Kind): boolean {
		return kind !== "screen" && this.rights.includes("masked");
	}

	/** Rights come and go with the steps; a seat that must be masked publishes nothing here, since a browser does not mask. Of a
	 * room with everybody in it there is only the original. */
	mayPublish(kind: Kind): boolean {
		return this.rights.includes(kind) && (!this.mustMask(kind) || this.rights.includes("room"));
	}

	private refOf(own: Own): string {
		return own === "mic" && this.aside ? `offer-mic-${this.aside}` : `offer-${own}`;
	}

	private publish(): void {
		for (const own of OWNS) {
			const offer = this.offers.get(own);
			const kind = kindOf(own);
			if (!offer || this.phase !== "seated" || this.own[own] || this.offered.has(own) || !this.mayPublish(kind) || (own !== kind && !this.own[kind]) || (own === "mic" && this.held))
				continue;
			this.offered.add(own);
			const to = own === "mic" && this.aside ? { to: this.aside } : {};
			const of = { ...to, ...(own === kind ? {} : { simulcast_of: this.own[kind] }), ...(this.mustMask(kind) ? { mask: "original" } : {}) };
			this.out.send({ type: "publish", ref: this.refOf(own), kind, ...offer, ...of } as Messages["publish"]);
		}
	}

	// Time

	/** To be called every second or so. */
	tick(nowMs: number, chance: number): void {
		if ((this.phase === "seated" || this.phase === "greeting" || this.phase === "leaving") && nowMs - this.heardMs > SILENCE_MS)
			return this.lose("silence", nowMs, chance);
		if (this.phase !== "seated")
			return;
		this.sendActs(nowMs);
		if (nowMs >= this.pingMs) {
			this.pingMs = nowMs + PING_MS;
			this.out.send({ type: "ping", t: Math.round(nowMs) });
		}
	}

	private sendActs(nowMs: number): void {
		for (let act = this.phase === "seated" ? this.acts.next(nowMs) : null; act; act = this.acts.next(nowMs)) {
			act.sent = true;
			this.out.send({ ...act.fields, id: act.id } as ToServer);
		}
	}

	/** Anything came, a media object too. */
	heard(nowMs: number): void {
		this.heardMs = nowMs;
	}

	// Messages of the server

	take(m: ToClient, nowMs: number, chance: number): void {
		this.heardMs = nowMs;
		// Before the welcome there is nothing but the welcome or a reason against it.
		if (this.phase === "greeting" ? !["welcome", "error", "bye"].includes(m.type) : this.phase !== "seated" && this.phase !== "leaving")
			return;
		switch (m.type) {
			case "welcome": return this.takeWelcome(m, nowMs);
			case "error": this.takeError(m, nowMs, chance); break;
			case "ack": this.takeAck(m); break;
			case "pending": this.takePending(m.id); break;
			case "event": this.takeEvent(m, nowMs, chance); break;
			case "roster": this.takeRoster(m.seats, m.locked ?? false); break;
			case "track": this.takeTrack(m); break;
			case "track_gone": this.takeGone(m.track); break;
			case "rights": this.rights = m.rights; this.publish(); this.out.changed(); break;
			case "keyframe_request": this.ofOwn(m.track, (own) => this.out.keyframe(own)); break;
			case "bitrate": this.ofOwn(m.track, (own) => this.out.bitrate(own, m.bps)); break;
			case "lag": this.lag = m.level; this.out.changed(); break;
			case "pong": this.takePong(m, nowMs); break;
			case "bye": this.takeBye(m.code, nowMs, chance); break;
		}
		this.sendActs(nowMs);
	}

	private takeWelcome(m: Welcome, nowMs: number): void {
		if (this.phase !== "greeting")
			return;
		if (m.v !== PROTOCOL)
			return this.end(OTHER_VERSION);
		this.phase = "seated";
		this.why = "";
		this.welcome = m;
		this.needsTicket = false;
		this.backoff.reset();
		this.notBeforeMs = 0;
		this.pingMs = nowMs;
		this.sessionAheadMs = m.session_ms - nowMs;
		this.serverAheadMs = m.at_us / 1000 - nowMs;
		this.rights = m.rights;
		for (const kind of KINDS)
			this.mutes[kind].welcomed(m.event_no);
		this.lastNo = Math.min(this.lastNo, m.event_no);
		this.takeRoster(m.roster, m.locked ?? false);
		this.sayMuted(nowMs);
		this.sendActs(nowMs);
		this.publish();
		for (const form of m.tracks)
			this.addTrack(form);
		this.out.changed();
	}

	/** Silent here but open in the server's eyes: say so, that nobody waits for a voice. */
	private sayMuted(nowMs: number): void {
		const mine = this.mine;
		for (const [kind, listed] of [["mic", mine?.mic_muted], ["cam", mine?.cam_muted]] as const)
			if (mine && !listed && this.mutes[kind].on && !this.acts.any({ type: "mute_self", kind, on: true }))
				this.act({ type: "mute_self", kind, on: true }, nowMs);
	}

	get mine(): RosterSeat | undefined {
		return this.roster.find((s) => s.seat === this.welcome?.seat);
	}

	private retryMs(m: Problem): number {
		return m.retry_after_ms ?? (PASSING.includes(m.code) ? RETRY_MS : -1);
	}

	private takeError(m: Problem, nowMs: number, chance: number): void {
		const act = this.acts.find(m.ref);
		const retry = this.retryMs(m);
		for (const own of OWNS) {
			if (m.ref !== this.refOf(own))
				continue;
			this.offered.delete(own);
			if (own === "mic")
				this.hold();
		}
		if (act && retry >= 0) {
			Object.assign(act, { sent: false, pending: true, dueMs: nowMs + retry });
		} else {
			if (act)
				this.acts.remove(act.id);
			if (act?.fields.type === "mute_self")
				this.tellMuted();
			if (!m.fatal || act)
				this.out.refused(m, act?.fields);
		}
		this.out.changed();
		if (!m.fatal)
			return;
		if (this.phase === "greeting")
			this.greetingRefused(m, nowMs, chance);
		else
			this.lose(m.code, nowMs, chance);
	}

	/** Why we cannot sit down, and what is left to try. */
	private greetingRefused(m: Problem, nowMs: number, chance: number): void {
		const retry = this.retryMs(m);
		if (m.code === OTHER_VERSION) {
			this.end(m.code);
		} else if (m.at) {
			this.at = m.at;
			this.lose("moved", nowMs, chance);
		} else if (retry >= 0) {
			this.notBeforeMs = nowMs + retry;
			this.lose(m.code, nowMs, chance);
		} else if (!this.needsTicket) {
			this.needsTicket = true; // the token is worth nothing any more; a ticket may be
			this.lose(m.code, nowMs, chance);
		} else {
			this.end(m.code);
		}
	}

	private takeAck(m: Messages["ack"]): void {
		const act = this.acts.find(m.id);
		if (!act)
			return;
		this.acts.remove(act.id);
		if (act.fields.type === "mute_self" && !act.fields.on) {
			this.mutes[act.fields.kind].opened(m.event_no);
			this.tellMuted();
		}
		this.out.changed();
	}

	private takePending(id: string): void {
		const act = this.acts.find(id);
		if (act)
			act.pending = true;
		this.out.changed();
	}

	private takeEvent(m: RoomEvent, nowMs: number, chance: number): void {
		if (m.no <= this.lastNo)
			return;
		// One is missing: ask for all after the last, by way of a new connection.
		if (m.no > this.lastNo + 1)
			return this.phase === "leaving" ? undefined : this.lose("event_gap", nowMs, chance);
		this.lastNo = m.no;
		const body = m.body as Record<string, unknown>;
		if (m.kind === "room.mute" && body.seat === this.welcome?.seat && KINDS.includes(body.kind as Kind)) {
			this.mutes[body.kind as Kind].event(body.on === true, m.no);
			this.tellMuted();
			this.out.changed();
		}
		this.out.event(m);
	}

	private takeRoster(seats: RosterSeat[], locked: boolean): void {
		this.roster = seats;
		this.locked = locked;
		this.mutes.mic.listed(this.mine?.mic_muted ?? false);
		this.mutes.cam.listed(this.mine?.cam_muted ?? false);
		this.tellMuted();
		this.out.changed();
	}

	private tellMuted(): void {
		for (const kind of KINDS) {
			const on = this.mutes[kind].on;
			if (on !== this.told[kind])
				this.out.muted(kind, (this.told[kind] = on));
		}
	}

	private takeTrack(m: TrackForm): void {
		if (m.seat !== this.welcome?.seat)
			return this.addTrack(m);
		const own = OWNS.find((o) => m.ref === this.refOf(o));
		if (!own)
			return;
		this.offered.delete(own);
		// Switched off again while it was on its way.
		if (!this.offers.has(own))
			this.out.send({ type: "unpublish", track: m.track });
		else
			this.setOwn(own, m.track);
		this.publish();
		this.out.changed();
	}

	private addTrack(form: TrackForm): void {
		this.tracks.set(form.track, form);
		this.out.track(form);
		this.out.changed();
	}

	private dropTrack(track: number): void {
		if (this.tracks.delete(track))
			this.out.trackGone(track);
	}

	private takeGone(track: number): void {
		this.ofOwn(track, (own) => {
			this.setOwn(own, 0);
			if (own === "mic")
				this.hold();
		});
		this.dropTrack(track);
		this.publish();
		this.out.changed();
	}

	private setOwn(own: Own, track: number): void {
		if (this.own[own] === track)
			return;
		this.own[own] = track;
		this.out.own(own, track);
	}

	private ofOwn(track: number, then: (own: Own) => void): void {
		const own = OWNS.find((o) => this.own[o] === track && track > 0);
		if (own)
			then(own);
	}

	private takePong(m: Messages["pong"], nowMs: number): void {
		const rtt = nowMs - m.t;
		if (rtt < -1 || rtt > 60_000) // a number we never sent says nothing
			return;
		this.rttMs = Math.max(0, rtt);
		this.sessionAheadMs = m.session_ms - (nowMs - this.rttMs / 2);
		this.out.changed();
	}

	private takeBye(code: string, nowMs: number, chance: number): void {
		if (this.phase === "leaving")
			this.end("left");
		else if (OVER.includes(code))
			this.end(code);
		else
			this.lose(code, nowMs, chance);
	}
}
