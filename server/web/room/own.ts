// SPDX-License-Identifier: GPL-3.0-or-later
// The own sources: a device, the track it goes out on, whether it is muted. Something leaves when all three say so.
// Worker.
import type { Bytes } from "@/lib/bytes";
import type { Kind } from "@/room/control";
import { Publisher, type PublishedTrack } from "@/room/publisher";
import { Rate } from "@/room/rate";
import { PictureSource, VoiceSource, type PictureForm, type Source, type SourceOut } from "@/room/sources";
import { CODEC } from "@/room/wire";

export interface OwnOut {
	send(message: Bytes): void;
	hasRoom(): boolean;
	sign(text: Bytes): Promise<Bytes>;
	failed(kind: Kind, why: string): void;
}

/** The device of a kind; without `picture` a microphone. */
export interface Device {
	readable: ReadableStream<VideoFrame> | ReadableStream<AudioData>;
	picture?: PictureForm;
}

interface Own {
	source: Source | null;
	publisher: Publisher | null;
	muted: boolean;
	rate: Rate | null; // of pictures
}

export class OwnSources {
	private readonly own: Record<Kind, Own> = { cam: blank(), mic: blank(), screen: blank() };

	constructor(private readonly out: OwnOut) {}

	setDevice(kind: Kind, device: Device | null): void {
		const own = this.own[kind];
		own.source?.stop();
		const out: SourceOut = {
			captured: (frame) => own.publisher?.frame(frame),
			skipped: () => own.publisher?.skipped(),
			hasRoom: () => this.out.hasRoom(),
			failed: (why) => this.out.failed(kind, why),
		};
		own.source = !device ? null
			: device.picture ? new PictureSource(device.readable as ReadableStream<VideoFrame>, device.picture, out)
			: new VoiceSource(device.readable as ReadableStream<AudioData>, undefined, out);
		own.rate = device?.picture ? new Rate(device.picture.bitrate) : null;
		this.follow(kind);
	}

	/** null: the track or the connection is gone. */
	setTrack(kind: Kind, track: Omit<PublishedTrack, "codec"> | null): void {
		const own = this.own[kind];
		own.publisher?.drop();
		own.publisher = track && new Publisher({ ...track, codec: kind === "mic" ? CODEC.opus : CODEC.vp8 }, {
			send: (message) => this.out.send(message),
			sign: (text) => this.out.sign(text),
			wantKey: () => own.source?.requestKey(),
		});
		this.follow(kind);
	}

	mute(kind: Kind, on: boolean): void {
		const own = this.own[kind];
		own.muted = on;
		if (on)
			void own.publisher?.finish();
		this.follow(kind);
	}

	private follow(kind: Kind): void {
		const own = this.own[kind];
		own.source?.active(!!own.publisher && !own.muted);
	}

	requestKey(kind: Kind): void {
		this.own[kind].source?.requestKey();
	}

	setBitrate(kind: Kind, bps: number): void {
		const { source, rate } = this.own[kind];
		const next = rate ? rate.advised(bps) : bps;
		if (next !== null)
			source?.setBitrate(next);
	}

	/** Once a second, with what waits in the socket. */
	second(waitingBytes: number): void {
		for (const { source, rate } of Object.values(this.own)) {
			const next = rate?.second(waitingBytes) ?? null;
			if (next !== null)
				source?.setBitrate(next);
		}
	}

	/** Sends no more of these and signs what was sent: before a mute, the end of a track, leaving. */
	async finish(...kinds: Kind[]): Promise<void> {
		for (const kind of kinds)
			this.own[kind].source?.active(false);
		await Promise.all(kinds.map((kind) => this.own[kind].publisher?.finish()));
	}

	stats(kind: Kind): { objects: number; stamps: number } {
		return { objects: this.own[kind].publisher?.objects ?? 0, stamps: this.own[kind].publisher?.stamps ?? 0 };
	}

	stop(): void {
		for (const own of Object.values(this.own))
			own.source?.stop();
	}
}

function blank(): Own {
	return { source: null, publisher: null, muted: false, rate: null };
}
