// SPDX-License-Identifier: GPL-3.0-or-later
// All that comes from the other seats: the tracks we may receive, which of them are wanted, what becomes of their
// objects. Worker.
import { fromBase64, type Bytes } from "@/lib/bytes";
import { choose, type Tile } from "@/room/choose";
import type { Messages, ToServer, TrackForm } from "@/room/control";
import { nowMs, nowUs } from "@/room/now";
import { Playout } from "@/room/playout";
import { PicturePlayer, VoicePlayer, type SoundClock } from "@/room/players";
import { Receiver, type ReceiverStats } from "@/room/receiver";
import { decodeFrame, decodeStamp, type Frame } from "@/room/wire";

const ASK_AGAIN_MS = 500;

export interface TrackStats extends ReceiverStats {
	track: number;
	seat: string;
	kind: string;
	mask: string;
	presented: number; // pictures shown, or packets decoded
	lagUs: number; // of a picture, see PicturePlayer
	width: number;
	height: number;
	delayMs: number;
}

interface Incoming {
	form: TrackForm;
	receiver: Receiver;
	picture: PicturePlayer | null;
	voice: VoicePlayer | null;
	on: boolean;
	wish: string; // as last told
	askedMs: number;
}

export class Others {
	private readonly incoming = new Map<number, Incoming>();
	private readonly playouts = new Map<string, Playout>(); // by seat: one delay for its sound and pictures
	private readonly canvases = new Map<string, OffscreenCanvas>();
	private tiles: Tile[] = [];
	readonly sound: SoundClock = { zeroUs: 0, latencyUs: 0 };

	constructor(private readonly session: string, private readonly speaker: MessagePort, private readonly send: (m: ToServer) => void) {}

	add(form: TrackForm): void {
		let playout = this.playouts.get(form.seat);
		if (!playout)
			this.playouts.set(form.seat, (playout = new Playout()));
		const key = form.device_key ? importKey(form.device_key) : null;
		const receiver = new Receiver({ session: this.session, seat: form.seat, epoch: form.epoch ?? 0, key });
		const track: Incoming = { form, receiver, picture: null, voice: null, on: true, wish: "", askedMs: 0 };
		if (form.codec === "opus")
			track.voice = new VoicePlayer(form.track, playout, this.sound, this.speaker);
		else if (form.codec === "vp8")
			track.picture = new PicturePlayer(playout, this.sound, () => this.lostWay(track));
		this.incoming.set(form.track, track);
		this.arrange();
	}

	remove(track: number): void {
		const gone = this.incoming.get(track);
		gone?.picture?.close();
		gone?.voice?.close();
		this.incoming.delete(track);
		if (gone && ![...this.incoming.values()].some((t) => t.form.seat === gone.form.seat))
			this.playouts.delete(gone.form.seat);
		this.arrange();
	}

	setTiles(tiles: Tile[]): void {
		this.tiles = tiles;
		for (const id of this.canvases.keys())
			if (!tiles.some((t) => t.id === id))
				this.canvases.delete(id);
		this.arrange();
	}

	setCanvas(id: string, canvas: OffscreenCanvas): void {
		this.canvases.set(id, canvas);
		this.arrange();
	}

	/** Tells the server what is wanted now, and the players where they are shown. */
	private arrange(): void {
		const { wishes, pictures } = choose([...this.incoming.values()].map((t) => t.form), this.tiles);
		const shown = new Map([...pictures].map(([id, track]) => [track, this.canvases.get(id) ?? null]));
		for (const [track, { on, layer, priority }] of wishes) {
			const t = this.incoming.get(track)!;
			t.picture?.show(shown.get(track) ?? null);
			const wish = `${on} ${layer} ${priority}`;
			if (wish === t.wish)
				continue;
			t.wish = wish;
			if (on && !t.on)
				t.receiver.reset();
			t.on = on;
			this.send({ type: "subscribe", track, on, ...(on ? { layer, priority } : {}) });
		}
	}

	private lostWay(t: Incoming): void {
		t.receiver.reset();
		this.askKey(t);
	}

	private askKey(t: Incoming): void {
		if (nowMs() - t.askedMs < ASK_AGAIN_MS)
			return;
		t.askedMs = nowMs();
		this.send({ type: "keyframe", track: t.form.track });
	}

	/** A binary message of the server. What is not as it should be is passed over; the server has checked it. */
	take(message: Bytes): void {
		const at = nowUs();
		const track = this.incoming.get((message[2]! << 8) | message[3]!);
		if (!track)
			return;
		if (message[0] === 2) {
			void track.receiver.stamp(decodeStamp(message));
			return;
		}
		const frame = decodeFrame(message);
		this.playouts.get(track.form.seat)!.arrived(frame.captureUs, at);
		this.play(track, frame);
	}

	private play(t: Incoming, frame: Frame): void {
		const verdict = t.receiver.object(frame);
		if (verdict === "want-key")
			this.askKey(t);
		if (verdict !== "decode")
			return;
		t.picture?.object(frame);
		t.voice?.object(frame);
	}

	/** Every few milliseconds. */
	draw(): void {
		for (const t of this.incoming.values())
			t.picture?.draw();
	}

	get stats(): TrackStats[] {
		return [...this.incoming.values()].map((t) => ({
			...t.receiver.stats, track: t.form.track, seat: t.form.seat, kind: t.form.kind, mask: t.form.mask ?? "none",
			presented: t.picture?.presented ?? t.voice?.decoded ?? 0, lagUs: t.picture?.lagUs ?? 0, width: t.picture?.width ?? 0, height: t.picture?.height ?? 0,
			delayMs: Math.round((this.playouts.get(t.form.seat)?.delayUs ?? 0) / 1000),
		}));
	}

	/** For the server: how well it arrives. */
	report(sessionMs: number): Messages["stats"]["tracks"] {
		return this.stats.filter((s) => this.incoming.get(s.track)?.on).slice(0, 256).map((s) => ({
			track: s.track, received: s.objects, missing: s.lost, lag_ms: s.objects ? Math.max(0, sessionMs - s.lastSessionMs) : 0,
		}));
	}
}

function importKey(base64: string): Promise<CryptoKey> {
	return crypto.subtle.importKey("raw", fromBase64(base64)!, "Ed25519", false, ["verify"]);
}
