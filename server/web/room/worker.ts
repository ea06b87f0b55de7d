// SPDX-License-Identifier: GPL-3.0-or-later
// The worker of a room: owns the socket, the codecs and the device's key; the page shows what it tells.
import { fromBase64 } from "@/lib/bytes";
import { findKey, makeKey, type BrowserKey } from "@/lib/keys";
import { KINDS, OWNS, parseControl, type ActFields, type ToServer } from "@/room/control";
import { epochMs, epochUs, nowMs } from "@/room/now";
import { Others } from "@/room/others";
import { OwnSources } from "@/room/own";
import type { FromPage, FromWorker, RoomStats, Snapshot, Ticket } from "@/room/protocol";
import { PROTOCOL, SeatState } from "@/room/seat";
import { certText, helloText, WireFault } from "@/room/wire";

const TICK_MS = 250;
const DRAW_MS = 8;
const STATS_MS = 1000;
const REPORT_MS = 5000;
/** More than this waits in the socket: pictures are left out until it is gone. */
const WAITING_MAX = 120_000;
const CERT_MS = 12 * 3600_000;
const SLOW_CLOCK_MS = 600_000;

const tell = (message: FromWorker): void => postMessage(message);

class RoomLine {
	private socket: WebSocket | null = null;
	private device!: BrowserKey;
	private person: BrowserKey | null = null;
	private ticket: Ticket | null = null;
	private again: ReturnType<typeof setTimeout> | undefined;
	private retryAtMs = 0;
	private toldState = false;
	private turn: Promise<void> = Promise.resolve();
	private reportedMs = 0;
	private readonly seat: SeatState;
	readonly others: Others;
	readonly own: OwnSources;

	constructor(private readonly session: string, private readonly account: string, resumeAfter: number, speaker: MessagePort) {
		// Acts of an earlier page of this seat had other ids.
		this.seat = new SeatState(this.seatOut(), Math.random().toString(36).slice(2, 10));
		this.seat.lastNo = resumeAfter;
		this.others = new Others(session, speaker, (m) => this.send(m));
		this.own = new OwnSources({
			send: (message) => this.socket?.readyState === WebSocket.OPEN && this.socket.send(message),
			hasRoom: () => (this.socket?.bufferedAmount ?? 0) < WAITING_MAX,
			sign: async (text) => fromBase64(await this.device.sign(text))!,
			failed: (kind, why) => tell({ is: "device-failed", kind, why }),
		});
		setInterval(() => this.seat.tick(nowMs(), Math.random()), TICK_MS);
		setInterval(() => this.others.draw(), DRAW_MS);
		setInterval(() => this.tellStats(), STATS_MS);
	}

	private seatOut(): ConstructorParameters<typeof SeatState>[0] {
		return {
			send: (m) => this.send(m),
			changed: () => this.changed(),
			event: (event) => tell({ is: "event", event }),
			track: (form) => this.others.add(form),
			trackGone: (track) => this.others.remove(track),
			own: (own, track) => this.own.setTrack(own, track
				? { track, session: this.session, seat: this.seat.welcome!.seat, epoch: this.seat.welcome!.epoch } : null),
			muted: (kind, on) => this.own.mute(kind, on),
			keyframe: (own) => this.own.requestKey(own),
			bitrate: (own, bps) => this.own.setBitrate(own, bps),
			refused: (problem, act) => tell({ is: "refused", problem, act }),
			close: (waitMs) => this.close(waitMs),
		};
	}

	// The line

	/** The same device key for this session as long as the browser keeps it: after a reload the seat is still ours. */
	async start(): Promise<void> {
		const name = `room/${this.session}/${this.account}`;
		this.device = (await findKey(name)) ?? (await makeKey(name));
		this.person = await findKey(`seat/${this.account}`);
		this.connect();
	}

	private connect(): void {
		this.retryAtMs = 0;
		if (this.seat.needsTicket)
			tell({ is: "need-ticket", deviceKey: this.device.publicKey });
		else
			void this.open();
	}

	takeTicket(ticket: Ticket | null, why = ""): void {
		if (this.seat.phase === "ended")
			return;
		if (!ticket) {
			// Only a server out of reach is worth another try; a refusal is an answer.
			if (why === "client.unreachable" || why === "server.unavailable")
				this.seat.lose(why, nowMs(), Math.random());
			else
				this.seat.end(why);
			return;
		}
		this.ticket = ticket;
		this.seat.ticketed(Date.parse(ticket.expires_at), nowMs());
		void this.open();
	}

	private async open(): Promise<void> {
		const hello = await this.hello();
		if (this.seat.phase === "ended")
			return;
		const host = this.seat.at || this.ticket!.url;
		const socket = new WebSocket(`${host.replace(/\/+$/, "")}/room/${this.session}`, `bidroom.v${PROTOCOL}`);
		socket.binaryType = "arraybuffer";
		this.socket = socket;
		socket.onopen = () => {
			socket.send(JSON.stringify(hello));
			this.seat.greeting(nowMs());
		};
		socket.onmessage = ({ data }) => this.socket === socket && this.take(data);
		socket.onclose = ({ code }) => {
			if (this.socket !== socket)
				return;
			this.socket = null;
			this.seat.lose(`line.${code}`, nowMs(), Math.random());
		};
	}

	private async hello(): Promise<ToServer> {
		const ticket = this.ticket!;
		const token = this.seat.needsTicket ? { ticket: ticket.ticket } : { resume_token: this.seat.welcome!.resume_token };
		const word = Object.values(token)[0]!;
		return {
			type: "hello", v: PROTOCOL, session: this.session, ...token, device_key: this.device.publicKey,
			proof: await this.device.sign(helloText(this.session, word)),
			...(this.person ? { seat_cert: await this.certificate(this.person, ticket) } : {}),
			resume_after: this.seat.lastNo, client: { name: "bidroom-console", version: "1" },
		} as ToServer;
	}

	private async certificate(person: BrowserKey, ticket: Ticket): Promise<unknown> {
		const at = Math.round(this.seat.serverMs(nowMs()));
		const statement = {
			device_key: this.device.publicKey, epoch: ticket.epoch, not_after_us: (at + CERT_MS) * 1000,
			not_before_us: (at - SLOW_CLOCK_MS) * 1000, seat: ticket.seat_id, session: this.session,
		};
		return { statement, key: person.publicKey, sig: await person.sign(certText(statement)) };
	}

	private take(data: string | ArrayBuffer): void {
		if (typeof data === "string") {
			const message = parseControl(data);
			if (message)
				this.seat.take(message, nowMs(), Math.random());
			return;
		}
		this.seat.heard(nowMs());
		try {
			this.others.take(new Uint8Array(data));
		} catch (error) {
			if (!(error instanceof WireFault))
				throw error;
		}
	}

	private send(message: ToServer): void {
		if (this.socket?.readyState === WebSocket.OPEN)
			this.socket.send(JSON.stringify(message));
	}

	private close(waitMs: number | null): void {
		const socket = this.socket;
		this.socket = null;
		socket?.close();
		clearTimeout(this.again);
		if (waitMs === null)
			return this.own.stop();
		this.retryAtMs = nowMs() + waitMs;
		this.again = setTimeout(() => this.connect(), waitMs);
		this.changed();
	}

	/** Somebody does not want to wait. */
	reconnect(): void {
		if (this.seat.phase !== "lost" || !this.retryAtMs)
			return;
		clearTimeout(this.again);
		this.connect();
	}

	private async leave(): Promise<void> {
		await this.own.finish(...KINDS);
		this.seat.leave();
	}

	// What the page asks and is told

	page(m: FromPage): void {
		switch (m.do) {
			case "ticket": return this.takeTicket(m.ticket, m.why);
			case "act": return this.inTurn(() => this.act(m.fields));
			case "aside": return this.inTurn(() => this.speakTo(m.to));
			case "device": return this.inTurn(() => this.setDevice(m));
			case "tiles": return this.others.setTiles(m.tiles);
			case "canvas": return this.others.setCanvas(m.id, m.canvas);
			case "sound": return void Object.assign(this.others.sound, { zeroUs: m.zeroEpochUs - epochUs(0), latencyUs: m.latencyUs });
			case "reconnect": return this.reconnect();
			case "leave": return this.inTurn(() => this.leave());
		}
	}

	/** After a mute the server takes nothing of that source any more, not even its stamp. */
	private async act(fields: ActFields): Promise<void> {
		if (fields.type === "mute_self" && fields.on)
			await this.own.finish(fields.kind);
		this.seat.act(fields, nowMs());
	}

	/** What was said until now is signed and over before the next word goes elsewhere. */
	private async speakTo(to: string): Promise<void> {
		await this.own.finish("mic");
		this.seat.speakTo(to);
	}

	private async setDevice({ kind, device, offer, small }: Extract<FromPage, { do: "device" }>): Promise<void> {
		if (!device)
			await this.own.finish(kind);
		this.own.setDevice(kind, device);
		this.seat.offer(kind, offer, small);
	}

	/** One after the other, in the order of the person's hands: signing takes a moment. */
	private inTurn(deed: () => Promise<void>): void {
		this.turn = this.turn.then(deed);
	}

	private changed(): void {
		if (this.toldState)
			return;
		this.toldState = true;
		queueMicrotask(() => {
			this.toldState = false;
			tell({ is: "state", state: this.snapshot() });
		});
	}

	private snapshot(): Snapshot {
		const s = this.seat;
		const each = <T>(of: (kind: (typeof KINDS)[number]) => T) => ({ cam: of("cam"), mic: of("mic"), screen: of("screen") });
		return {
			phase: s.phase, why: s.why, seat: s.welcome?.seat ?? this.ticket?.seat_id ?? "", eventNo: s.welcome?.event_no ?? 0,
			rights: s.rights, roster: s.roster, locked: s.locked, venues: s.welcome?.venues ?? [],
			tracks: [...s.tracks.values()], own: { ...s.own }, aside: s.aside, held: s.held, muted: each((k) => s.mutes[k].on), mutedByOther: each((k) => s.mutes[k].byOther),
			acts: s.acts.list.map(({ id, fields, pending }) => ({ id, fields, pending })), lag: s.lag, rttMs: s.rttMs,
			retryAtEpochMs: this.retryAtMs ? performance.timeOrigin + this.retryAtMs : 0,
			sessionZeroEpochMs: performance.timeOrigin + nowMs() - s.sessionMs(nowMs()), atServerMs: s.serverMs(nowMs()) - epochMs(),
		};
	}

	private tellStats(): void {
		const own = Object.fromEntries(OWNS.map((o) => [o, this.own.stats(o)])) as RoomStats["own"];
		const waitingBytes = this.socket?.bufferedAmount ?? 0;
		this.own.second(waitingBytes);
		tell({ is: "stats", stats: { tracks: this.others.stats, own, waitingBytes } });
		if (this.seat.phase !== "seated" || nowMs() - this.reportedMs < REPORT_MS)
			return;
		this.reportedMs = nowMs();
		const rtt = this.seat.rttMs >= 0 ? { rtt_ms: Math.round(this.seat.rttMs) } : {};
		this.send({ type: "stats", ...rtt, tracks: this.others.report(this.seat.sessionMs(nowMs())) });
	}
}

let line: RoomLine | null = null;
const early: FromPage[] = []; // before the join

onmessage = ({ data }: MessageEvent<FromPage>) => {
	if (data.do !== "join") {
		if (line)
			line.page(data);
		else
			early.push(data);
		return;
	}
	line = new RoomLine(data.session, data.account, data.resumeAfter, data.speaker);
	early.splice(0).forEach((m) => line!.page(m));
	void line.start();
};
