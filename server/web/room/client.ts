// SPDX-License-Identifier: GPL-3.0-or-later
// The page's side of a room: starts the worker, opens and closes devices, keeps what the views show.
import { computed, reactive, ref, shallowRef } from "vue";
import { get, post, Refusal } from "@/lib/api";
import { canMakeKeys, findKey, makeKey } from "@/lib/keys";
import { useMe } from "@/lib/me";
import type { Tile } from "@/room/choose";
import type { ActFields, Kind, Problem, RoomEvent } from "@/room/control";
import { deviceComplaint, deviceOf, openCamera, openMicrophone, openScreen } from "@/room/devices";
import type { Level } from "@/room/mixer";
import type { FromPage, FromWorker, RoomStats, Snapshot } from "@/room/protocol";
import type { Sound } from "@/room/sound";
import { ActiveSpeaker } from "@/room/speaking";

export interface Choices {
	camera: string; // ids of devices
	microphone: string;
	cam: boolean; // whether to enter with it on
	mic: boolean;
}

const LEAVE_MS = 1500;

/** The key that certifies this person's devices; made and registered when there is none yet. */
async function personKey(account: string): Promise<void> {
	const name = `seat/${account}`;
	const key = (await findKey(name)) ?? (await makeKey(name));
	const { keys } = await get("/me");
	if (!keys.some((k) => k.purpose === "seat" && k.public_key === key.publicKey))
		await post("/me/keys", { purpose: "seat", alg: "ed25519", public_key: key.publicKey, label: "browser" });
}

export class RoomClient {
	readonly state = shallowRef<Snapshot | null>(null);
	readonly stats = shallowRef<RoomStats | null>(null);
	readonly events = shallowRef<RoomEvent[]>([]);
	readonly levels = shallowRef(new Map<string, number>()); // by seat
	readonly speaker = ref("");
	readonly problem = shallowRef<unknown>(null); // the last refusal
	readonly deviceProblem = reactive<Partial<Record<Kind, string>>>({});
	readonly streams = shallowRef<Partial<Record<Kind, MediaStream>>>({});
	readonly opening = reactive<Partial<Record<Kind, boolean>>>({});
	readonly phase = computed(() => this.state.value?.phase ?? "idle");
	/** Events up to this one were over when this page came in; before it did: all. */
	readonly joinedNo = ref(Infinity);
	/** Of a room's camera: which one it is; nobody sits there. */
	place: { venue_id: string; camera: number } | null = null;
	choices: Choices = { camera: "", microphone: "", cam: false, mic: false };
	private worker: Worker | null = null;
	private readonly active = new ActiveSpeaker();
	private tiles: Tile[] = [];
	private readonly voiceLags = new Map<string, number>(); // by seat
	private ended: () => void = () => {};

	constructor(readonly session: string, readonly sound: Sound) {
		sound.onlevels = (levels) => this.takeLevels(levels);
		sound.onclock = (zeroEpochUs, latencyUs) => this.tell({ do: "sound", zeroEpochUs, latencyUs });
	}

	// Coming and going

	async join(choices: Choices, speaker: MessagePort): Promise<void> {
		this.choices = choices;
		this.problem.value = null;
		const account = useMe().account!.id;
		if (!(await canMakeKeys()))
			throw new Refusal(0, "client.no_keys", "This browser cannot make Ed25519 keys");
		await personKey(account);
		this.worker?.terminate();
		this.worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
		this.worker.onmessage = ({ data }) => this.take(data);
		this.worker.onerror = (event) => (this.problem.value = new Error(event.message));
		this.events.value = [];
		this.joinedNo.value = Infinity;
		this.tell({ do: "join", session: this.session, account, resumeAfter: 0, speaker }, [speaker]);
		this.tell({ do: "tiles", tiles: this.tiles });
		await Promise.all([choices.mic ? this.open("mic") : null, choices.cam ? this.open("cam") : null]);
	}

	/** Goes politely: what was sent is signed, the room is told. */
	async leave(): Promise<void> {
		const gone = new Promise<void>((done) => (this.ended = done));
		this.tell({ do: "leave" });
		await Promise.race([gone, new Promise((done) => setTimeout(done, LEAVE_MS))]);
		if (this.state.value && this.phase.value !== "ended") // nobody answers: gone all the same
			this.state.value = { ...this.state.value, phase: "ended", why: "left" };
		this.closeAll();
	}

	closeAll(): void {
		this.worker?.terminate();
		this.worker = null;
		for (const kind of Object.keys(this.streams.value) as Kind[])
			this.stop(kind);
	}

	private tell(message: FromPage, transfer: Transferable[] = []): void {
		this.worker?.postMessage(message, transfer);
	}

	private take(m: FromWorker): void {
		switch (m.is) {
			case "need-ticket": return void this.fetchTicket(m.deviceKey);
			case "state": return this.takeState(m.state);
			case "event": this.events.value = [...this.events.value, m.event]; return;
			case "refused": this.problem.value = asRefusal(m.problem); return;
			case "device-failed": return this.deviceFailed(m.kind);
			case "stats": this.stats.value = m.stats; return;
		}
	}

	private takeState(state: Snapshot): void {
		const before = this.state.value;
		this.state.value = state;
		if (state.phase === "seated" && this.joinedNo.value === Infinity)
			this.joinedNo.value = state.eventNo;
		if (state.phase === "ended" && before?.phase !== "ended") {
			for (const kind of Object.keys(this.streams.value) as Kind[])
				this.stop(kind);
			this.ended();
		}
		// The light of a camera that nobody may see goes out.
		if (state.mutedByOther.cam && this.streams.value.cam)
			this.stop("cam");
	}

	private async fetchTicket(deviceKey: string): Promise<void> {
		try {
			const ticket = await post("/sessions/{session_id}/tickets", { device_key: deviceKey, ...this.place }, { path: { session_id: this.session }, secret: true });
			this.tell({ do: "ticket", ticket });
		} catch (error) {
			this.tell({ do: "ticket", ticket: null, why: error instanceof Refusal ? error.code : "client.unexpected" });
		}
	}

	reconnect(): void {
		this.tell({ do: "reconnect" });
	}

	act(fields: ActFields): void {
		this.problem.value = null;
		this.tell({ do: "act", fields });
	}

	// Devices

	private async open(kind: Kind): Promise<boolean> {
		if (this.opening[kind])
			return false;
		this.opening[kind] = true;
		delete this.deviceProblem[kind];
		try {
			const { camera, microphone } = this.choices;
			const stream = await (kind === "cam" ? openCamera(camera) : kind === "mic" ? openMicrophone(microphone) : openScreen());
			const track = stream.getTracks()[0]!;
			const { device, offer, small } = await deviceOf(kind, track);
			this.streams.value = { ...this.streams.value, [kind]: stream };
			this.tell({ do: "device", kind, device, offer, small }, [device.readable as unknown as Transferable]);
			return true;
		} catch (error) {
			this.deviceProblem[kind] = deviceComplaint(error);
			return false;
		} finally {
			this.opening[kind] = false;
		}
	}

	/** Closes the device. The track in the room stays, unless it is the screen's. */
	private stop(kind: Kind): void {
		const { [kind]: stream, ...others } = this.streams.value;
		stream?.getTracks().forEach((t) => t.stop());
		this.streams.value = others;
	}

	private deviceFailed(kind: Kind): void {
		if (!this.streams.value[kind])
			return; // we closed it
		this.stop(kind);
		if (kind === "screen") // ended in the browser's own bar
			return this.tell({ do: "device", kind, device: null, offer: null, small: null });
		this.deviceProblem[kind] = "device_gone";
	}

	isOn(kind: Kind): boolean {
		return !!this.streams.value[kind] && !this.state.value?.muted[kind] && !(kind === "mic" && this.state.value?.held);
	}

	/** To one seat alone (单独通话), or ("") to all again. The microphone opens for it. */
	async speakTo(seat: string): Promise<void> {
		this.problem.value = null;
		this.tell({ do: "aside", to: seat });
		if (seat)
			await this.unmute("mic");
	}

	/** The microphone stays open while it is muted, so that it can speak at once; the camera does not. */
	async turn(kind: "cam" | "mic", on: boolean): Promise<void> {
		if (on === this.isOn(kind))
			return;
		if (!on) {
			this.act({ type: "mute_self", kind, on: true });
			if (kind === "cam")
				this.stop("cam");
			return;
		}
		if (kind === "mic" && this.state.value?.held)
			this.tell({ do: "aside", to: "" });
		await this.unmute(kind);
	}

	private async unmute(kind: "cam" | "mic"): Promise<void> {
		if (!this.streams.value[kind] && !(await this.open(kind)))
			return;
		if (this.state.value?.muted[kind])
			this.act({ type: "mute_self", kind, on: false });
	}

	async share(on: boolean): Promise<void> {
		if (on)
			return void (await this.open("screen"));
		this.stop("screen");
		this.tell({ do: "device", kind: "screen", device: null, offer: null, small: null });
	}

	/** How much later than its picture the voice of a seat is heard, in ms; null when one of them is not there. */
	skewMs(seat: string): number | null {
		const voice = this.voiceLags.get(seat);
		const picture = this.stats.value?.tracks.find((t) => t.seat === seat && t.kind === "cam" && t.lagUs)?.lagUs;
		return voice === undefined || !picture ? null : (voice - picture) / 1000;
	}

	// Pictures and voices

	setTiles(tiles: Tile[]): void {
		this.tiles = tiles;
		this.tell({ do: "tiles", tiles });
	}

	setCanvas(id: string, canvas: HTMLCanvasElement): void {
		const off = canvas.transferControlToOffscreen();
		this.tell({ do: "canvas", id, canvas: off }, [off]);
	}

	private takeLevels(levels: Level[]): void {
		const seats = new Map(this.state.value?.tracks.map((t) => [t.track, t.seat]));
		const bySeat = new Map<string, number>();
		for (const { track, rms, offsetUs } of levels) {
			const seat = seats.get(track);
			if (!seat)
				continue;
			bySeat.set(seat, Math.max(rms, bySeat.get(seat) ?? 0));
			this.voiceLags.set(seat, this.sound.lagUs(offsetUs));
		}
		this.levels.value = bySeat;
		this.speaker.value = this.active.update(bySeat, performance.now());
	}
}

function asRefusal(p: Problem): Refusal {
	return new Refusal(422, p.code, p.title, p.rule, p.field);
}
