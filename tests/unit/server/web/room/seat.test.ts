// SPDX-License-Identifier: GPL-3.0-or-later
// The seat against a server of words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Acts } from "@/room/acts";
import { Backoff, BACKOFF_MAX_MS } from "@/room/backoff";
import type { RosterSeat, ToClient, ToServer, TrackForm, Welcome } from "@/room/control";
import { Mute } from "@/room/mute";
import { overWord } from "@/room/over";
import { SeatState, type SeatOut } from "@/room/seat";

const ME: RosterSeat = { seat: "sup_1", name: "监督", role: "supervisor", presence: "present", mic_muted: false, cam_muted: false, hand: false };
const form = (track: number, seat: string): TrackForm => ({ track, seat, since_ms: 0, kind: "mic", codec: "opus" });

const welcome = (more: Partial<Welcome> = {}): Welcome => ({
	type: "welcome", v: 1, session: "s", seat: "sup_1", seat_name: "监督", epoch: 1, rights: ["watch", "cam", "mic", "screen", "chat", "moderate"],
	resume_token: "t", session_ms: 5000, at_us: 0, event_no: 0, tracks: [], roster: [ME], locked: false,
	server: { version: "1", limits: {} } as Welcome["server"], ...more,
});

class Desk {
	sent: ToServer[] = [];
	told: string[] = [];
	muted: Record<string, boolean> = {};
	closes: (number | null)[] = [];
	now = 1000;
	readonly seat: SeatState;

	constructor() {
		const out: SeatOut = {
			send: (m) => this.sent.push(m), changed: () => {}, event: (e) => this.told.push(`event ${e.no}`),
			track: (t) => this.told.push(`track ${t.track}`), trackGone: (t) => this.told.push(`gone ${t}`),
			own: (kind, track) => this.told.push(`own ${kind} ${track}`), muted: (kind, on) => (this.muted[kind] = on),
			keyframe: (kind) => this.told.push(`key ${kind}`), bitrate: (kind, bps) => this.told.push(`rate ${kind} ${bps}`),
			refused: (p) => this.told.push(`refused ${p.code}`),
			close: (wait) => this.closes.push(wait),
		};
		this.seat = new SeatState(out, "p");
	}

	join(more: Partial<Welcome> = {}): this {
		this.seat.greeting(this.now);
		return this.hears(welcome(more));
	}

	hears(...messages: ToClient[]): this {
		for (const m of messages)
			this.seat.take(m, this.now, 0.5);
		return this;
	}

	take(): ToServer[] {
		return this.sent.splice(0);
	}
}

const event = (no: number, kind = "room.chat", body: object = {}): ToClient =>
	({ type: "event", no, kind, at_us: 0, session_ms: 0, body }) as ToClient;
const error = (code: string, more: object = {}): ToClient => ({ type: "error", code, title: code, fatal: false, ...more }) as ToClient;

test("nothing is heard before the welcome; then tracks and roster are there", () => {
	const d = new Desk();
	d.seat.greeting(d.now);
	d.hears(event(1));
	assert.deepEqual(d.told, []);
	d.hears(welcome({ tracks: [form(3, "seat_1")] }));
	assert.deepEqual([d.seat.phase, d.told, d.seat.mine?.role], ["seated", ["track 3"], "supervisor"]);
	assert.equal(d.seat.sessionMs(d.now + 250), 5250);
});

test("the server's clock is the one that made the ticket, then the one that welcomed, whatever this machine's says", () => {
	const d = new Desk();
	const at = Date.UTC(2026, 2, 1, 8);
	d.seat.ticketed(at + 60_000, d.now);
	assert.equal(d.seat.serverMs(d.now + 250), at + 250);
	d.now += 500;
	d.join({ at_us: (at + 700) * 1000 });
	assert.equal(d.seat.serverMs(d.now + 250), at + 950);
	d.seat.lose("line.1006", d.now, 0.5);
	assert.equal(d.seat.serverMs(d.now + 8000), at + 8700);
});

test("another version of the protocol is the end, before the seat was taken and when it comes back", () => {
	const end = (d: Desk): unknown => [d.seat.phase, d.seat.why, d.closes.at(-1)];
	const over = ["ended", "room.version", null];
	const refused = new Desk();
	refused.seat.greeting(refused.now);
	assert.deepEqual(end(refused.hears(error("room.version", { fatal: true }))), over);
	const updated = new Desk().join();
	updated.seat.lose("line.1006", updated.now, 0.5);
	updated.seat.greeting(updated.now);
	assert.deepEqual(end(updated.hears(error("room.version", { fatal: true }))), over);
	assert.deepEqual(end(new Desk().join({ v: 2 } as unknown as Partial<Welcome>)), over);
	assert.deepEqual(["room.version", "removed", "seat.cert"].map(overWord), ["version", "removed", ""]);
});

test("acts go one after the other, are sent again after a loss under the same id, and are gone when answered", () => {
	const d = new Desk().join();
	assert.equal(d.seat.act({ type: "chat", text: "a" }, d.now), "p-1");
	assert.equal(d.seat.act({ type: "chat", text: "b" }, d.now), "p-2");
	assert.deepEqual(d.take(), [{ type: "chat", text: "a", id: "p-1" }]);
	d.hears({ type: "pending", id: "p-1" });
	assert.deepEqual(d.take(), [{ type: "chat", text: "b", id: "p-2" }]);
	d.seat.lose("line.1006", d.now, 0.5);
	d.join();
	assert.deepEqual(d.take(), [{ type: "chat", text: "a", id: "p-1" }]);
	d.hears({ type: "ack", id: "p-1", event_no: 1 });
	assert.deepEqual(d.take(), [{ type: "chat", text: "b", id: "p-2" }]);
	d.hears(error("room.rate", { ref: "p-2" }));
	d.seat.tick(d.now + 500, 0.5);
	assert.deepEqual(d.take().filter((m) => m.type === "chat"), []);
	d.now += 1001;
	d.seat.tick(d.now, 0.5);
	assert.equal(d.take().find((m) => m.type === "chat")?.type, "chat");
	d.hears(error("room.no_right", { ref: "p-2" }));
	assert.deepEqual([d.seat.acts.list.length, d.told.at(-1)], [0, "refused room.no_right"]);
});

test("events come once and in order; a hole is asked for by a new connection", () => {
	const d = new Desk().join({ event_no: 2 });
	d.hears(event(1), event(2), event(2));
	assert.deepEqual(d.told, ["event 1", "event 2"]);
	d.hears(event(4));
	assert.deepEqual([d.seat.phase, d.seat.why, d.seat.lastNo], ["lost", "event_gap", 2]);
	d.join({ event_no: 4 }).hears(event(3), event(4));
	assert.deepEqual(d.told.slice(-2), ["event 3", "event 4"]);
});

test("what is offered is published on every connection, and only what may be", () => {
	const d = new Desk();
	d.seat.offer("mic", { codec: "opus" });
	d.join();
	assert.deepEqual(d.take(), [{ type: "publish", ref: "offer-mic", kind: "mic", codec: "opus" }]);
	d.hears({ type: "track", ...form(7, "sup_1"), ref: "offer-mic" });
	assert.deepEqual(d.told, ["own mic 7"]);
	d.hears({ type: "keyframe_request", track: 7 }, { type: "bitrate", track: 7, bps: 9000 }, { type: "keyframe_request", track: 8 });
	assert.deepEqual(d.told.slice(1), ["key mic", "rate mic 9000"]);
	d.seat.lose("line.1006", d.now, 0.5);
	assert.equal(d.told.at(-1), "own mic 0");
	d.join({ rights: ["watch"] });
	assert.deepEqual(d.take(), []);
	d.hears({ type: "rights", rights: ["watch", "mic"] });
	assert.equal(d.take().length, 1);
	d.seat.offer("mic", null); // before the answer came
	d.hears({ type: "track", ...form(8, "sup_1"), ref: "offer-mic" });
	assert.deepEqual(d.take(), [{ type: "unpublish", track: 8 }]);
});

test("a voice goes to one seat alone, or to all, and never from one to the other without a hand", () => {
	const mic = { type: "publish", kind: "mic", codec: "opus" };
	const d = new Desk().join({ rights: ["watch", "mic", "aside"] });
	d.seat.offer("mic", { codec: "opus" });
	d.hears({ type: "track", ...form(7, "sup_1"), ref: "offer-mic" });
	d.take();
	d.seat.speakTo("seat_3");
	assert.deepEqual(d.take(), [{ type: "unpublish", track: 7 }, { ...mic, ref: "offer-mic-seat_3", to: "seat_3" }]);
	assert.equal(d.told.at(-1), "own mic 0");
	d.hears({ type: "track", ...form(8, "sup_1"), ref: "offer-mic-seat_3", to: "seat_3" });
	assert.equal(d.told.at(-1), "own mic 8");
	// A lost line does not loosen it.
	d.seat.lose("line.1006", d.now, 0.5);
	d.join({ rights: ["watch", "mic", "aside"] });
	assert.deepEqual(d.take(), [{ ...mic, ref: "offer-mic-seat_3", to: "seat_3" }]);
	// Nobody sits there any more: nothing goes anywhere until the person says where.
	d.hears(error("room.nobody_there", { ref: "offer-mic-seat_3" }));
	assert.deepEqual([d.seat.held, d.seat.aside, d.told.at(-1)], [true, "seat_3", "refused room.nobody_there"]);
	d.hears({ type: "rights", rights: ["watch", "mic", "aside"] });
	d.seat.offer("mic", { codec: "opus" });
	assert.deepEqual(d.take(), []);
	d.seat.speakTo("");
	assert.deepEqual([d.take(), d.seat.held], [[{ ...mic, ref: "offer-mic" }], false]);
	// One that was taken back while it was on its way is not taken for what came after it.
	d.seat.speakTo("seat_2");
	d.hears({ type: "track", ...form(10, "sup_1"), ref: "offer-mic" });
	assert.equal(d.seat.own.mic, 0);
	d.hears({ type: "track", ...form(11, "sup_1"), ref: "offer-mic-seat_2", to: "seat_2" });
	assert.equal(d.seat.own.mic, 11);
	d.take();
	// The seat is left: the server ends it.
	d.hears({ type: "track_gone", track: 11 });
	assert.deepEqual([d.seat.held, d.take()], [true, []]);
});

test("a small size of the camera leans on the whole one: it comes behind it and goes before it", () => {
	const whole = { codec: "vp8", width: 640, height: 360, fps: 25 } as const, small = { ...whole, width: 320, height: 180 };
	const d = new Desk().join();
	d.seat.offer("cam", whole, small);
	assert.deepEqual(d.take(), [{ type: "publish", ref: "offer-cam", kind: "cam", ...whole }]);
	d.hears({ type: "track", ...form(7, "sup_1"), kind: "cam", ref: "offer-cam" });
	assert.deepEqual(d.take(), [{ type: "publish", ref: "offer-cam_small", kind: "cam", ...small, simulcast_of: 7 }]);
	d.hears({ type: "track", ...form(8, "sup_1"), kind: "cam", ref: "offer-cam_small" });
	assert.deepEqual(d.told, ["own cam 7", "own cam_small 8"]);
	d.hears({ type: "bitrate", track: 8, bps: 60_000 });
	assert.equal(d.told.at(-1), "rate cam_small 60000");
	d.seat.offer("cam", null);
	assert.deepEqual(d.take(), [{ type: "unpublish", track: 8 }, { type: "unpublish", track: 7 }]);
	assert.deepEqual(d.told.slice(-2), ["own cam_small 0", "own cam 0"]);
});

test("a seat that must be masked publishes neither face nor voice, since a browser masks nothing", () => {
	const d = new Desk();
	d.seat.offer("cam", { codec: "vp8", width: 640, height: 360, fps: 25 });
	d.seat.offer("mic", { codec: "opus" });
	d.seat.offer("screen", { codec: "vp8", width: 640, height: 360, fps: 5 });
	d.join({ rights: ["watch", "cam", "mic", "screen", "masked"] });
	assert.deepEqual(d.take().map((m) => "kind" in m && m.kind), ["screen"]);
	d.hears({ type: "rights", rights: ["watch", "cam", "mic", "screen"] });
	assert.deepEqual(d.take().map((m) => "kind" in m && m.kind), ["cam", "mic"]);
});

test("a room's camera is masked by nobody: where masking is ordered it goes out as the original, in both sizes", () => {
	const d = new Desk();
	const whole = { codec: "vp8", width: 640, height: 360, fps: 25 } as const;
	const sent = (): unknown[] => d.take().flatMap((m) => (m.type === "publish" ? [[m.ref, m.simulcast_of, m.mask]] : []));
	const answered = (track: number, own: string): unknown => d.hears({ type: "track", ...form(track, "sup_1"), kind: "cam", ref: `offer-${own}` });
	d.seat.offer("cam", whole, { ...whole, width: 320, height: 180 });
	d.join({ rights: ["cam", "room"] });
	answered(7, "cam");
	answered(8, "cam_small");
	assert.deepEqual(sent(), [["offer-cam", undefined, undefined], ["offer-cam_small", 7, undefined]]);
	d.hears({ type: "rights", rights: ["cam", "room", "masked"] }, { type: "track_gone", track: 7 }, { type: "track_gone", track: 8 });
	answered(9, "cam");
	assert.deepEqual(sent(), [["offer-cam", undefined, "original"], ["offer-cam_small", 9, "original"]]);
});

test("silence holds at once, opening when it is committed, and coming back opens nothing", () => {
	const d = new Desk().join();
	d.seat.act({ type: "mute_self", kind: "mic", on: true }, d.now);
	assert.equal(d.muted.mic, true);
	d.hears({ type: "ack", id: "p-1", event_no: 1 }, event(1, "room.mute", { seat: "sup_1", kind: "mic", on: true }));
	d.seat.act({ type: "mute_self", kind: "mic", on: false }, d.now);
	assert.equal(d.muted.mic, true);
	d.hears(event(2, "room.mute", { seat: "sup_1", kind: "mic", on: false }), { type: "ack", id: "p-2", event_no: 2 });
	assert.equal(d.muted.mic, false);
	d.hears(event(3, "room.mute", { seat: "sup_1", kind: "mic", on: true }));
	assert.deepEqual([d.muted.mic, d.seat.mutes.mic.byOther], [true, true]);
	// An opening of the past, told again, opens nothing.
	d.seat.lose("line.1006", d.now, 0.5);
	d.join({ event_no: 5, roster: [{ ...ME, mic_muted: true }] });
	d.hears(event(4, "room.mute", { seat: "sup_1", kind: "mic", on: false }));
	assert.equal(d.muted.mic, true);
});

test("muted here while the line was down: the server is told", () => {
	const d = new Desk().join();
	d.seat.lose("line.1006", d.now, 0.5);
	d.seat.act({ type: "mute_self", kind: "cam", on: true }, d.now);
	d.join();
	assert.deepEqual(d.take().filter((m) => m.type === "mute_self").length, 1);
});

test("refusals at the door: a ticket instead of a dead token, another address, later, and never", () => {
	const d = new Desk().join();
	assert.equal(d.seat.needsTicket, false);
	const refused = (m: ToClient): void => {
		d.seat.lose("line.1006", d.now, 0.5);
		d.seat.greeting(d.now);
		d.hears(m);
	};
	refused(error("server.unavailable", { fatal: true, retry_after_ms: 3000 }));
	assert.ok(d.closes.at(-1)! >= 3000);
	refused(error("room.elsewhere", { fatal: true, at: "wss://other:1" }));
	assert.deepEqual([d.seat.at, d.seat.phase], ["wss://other:1", "lost"]);
	refused(error("seat.resume_bad", { fatal: true }));
	assert.deepEqual([d.seat.needsTicket, d.seat.phase], [true, "lost"]);
	refused(error("room.seat_taken", { fatal: true }));
	assert.deepEqual([d.seat.phase, d.seat.why, d.closes.at(-1)], ["ended", "room.seat_taken", null]);
});

test("a bye says whether to come back; leaving ends", () => {
	const after = (code: string) => new Desk().join().hears({ type: "bye", code }).seat.phase;
	assert.deepEqual(["admitted", "left_panel", "other_booth", "removed", "released", "replaced", "session_closed", "taken_over"].map(after), Array(8).fill("ended"));
	assert.equal(after("going_away"), "lost");
	const d = new Desk().join();
	d.seat.leave();
	assert.deepEqual(d.take(), [{ type: "leave" }]);
	d.hears({ type: "bye", code: "left" });
	assert.deepEqual([d.seat.phase, d.seat.why], ["ended", "left"]);
});

test("a line that says nothing is lost", () => {
	const d = new Desk().join();
	d.seat.tick(d.now + 11_000, 0.5);
	assert.equal(d.seat.phase, "seated");
	assert.equal(d.take()[0]?.type, "ping");
	d.hears({ type: "pong", t: d.now, session_ms: 5000 });
	d.seat.tick(d.now + 12_001, 0.5);
	assert.deepEqual([d.seat.phase, d.seat.why], ["lost", "silence"]);
});

test("waits double up to 8 s, with chance in them; the first is nearly none", () => {
	const b = new Backoff();
	assert.deepEqual([b.next(0), b.next(0), b.next(1), b.next(0)], [0, 250, 1000, 1000]);
	for (let i = 0; i < 10; i++)
		b.next(0.5);
	assert.deepEqual([b.next(0), b.next(1)], [BACKOFF_MAX_MS / 2, BACKOFF_MAX_MS]);
	b.reset();
	assert.equal(b.next(0), 0);
});

test("no more acts than can be kept", () => {
	const acts = new Acts();
	for (let i = 0; i < 256; i++)
		assert.ok(acts.add(`a${i}`, { type: "chat", text: "x" }));
	assert.equal(acts.add("b", { type: "chat", text: "x" }), false);
});

test("the host's mute after our opening was asked for stands", () => {
	const m = new Mute();
	m.pressed(true);
	m.event(true, 5);
	m.opened(4);
	assert.equal(m.on, true);
	m.opened(6);
	assert.equal(m.on, false);
});
