// SPDX-License-Identifier: GPL-3.0-or-later
// The own sources: a device, the tracks it goes out on (a camera in two sizes), whether it is muted. Something leaves
// when all three say so. Worker.
import type { Bytes } from "@/lib/bytes";
import { kindOf, OWNS, ownsOf, type Kind, type Own } from "@/room/control";
import type { PictureForm } from "@/room/picture_encoder";
import { Publisher, type PublishedTrack } from "@/room/publisher";
import { Rate } from "@/room/rate";
import { PictureSource, VoiceSource, type Source, type SourceOut } from "@/room/sources";
import { CODEC } from "@/room/wire";

export interface OwnOut {
	send(message: Bytes): void;
	hasRoom(): boolean;
	sign(text: Bytes): Promise<Bytes>;
	failed(kind: Kind, why: string): void;
}

/** The device of a kind, with the sizes of its pictures, the whole one first; without them a microphone. */
export interface Device {
	readable: ReadableStream<VideoFrame> | ReadableStream<AudioData>;
	pictures?: PictureForm[];
}

interface Take {
	publisher: Publisher | null;
	rate: Rate | null; // of pictures
}

interface Outlet {
	source: Source | null;
	muted: boolean;
}

const sizeOf = (own: Own): number => ownsOf(kindOf(own)).indexOf(own);

export class OwnSources {
	private readonly outlets: Record<Kind, Outlet> = { cam: shut(), mic: shut(), screen: shut() };
	private readonly takes: Record<Own, Take> = { cam: blank(), mic: blank(), screen: blank(), cam_small: blank() };

	constructor(private readonly out: OwnOut) {}

	setDevice(kind: Kind, device: Device | null): void {
		const outlet = this.outlets[kind];
		outlet.source?.stop();
		outlet.source = device && this.sourceOf(kind, device);
		for (const own of ownsOf(kind)) {
			const form = device?.pictures?.[sizeOf(own)];
			this.takes[own].rate = form ? new Rate(form.bitrate) : null;
		}
		this.follow(kind);
	}

	private sourceOf(kind: Kind, device: Device): Source {
		const takes = ownsOf(kind).map((own) => this.takes[own]);
		const out: SourceOut = {
			captured: (frame, size) => takes[size]!.publisher?.frame(frame),
			skipped: (size) => takes[size]!.publisher?.skipped(),
			hasRoom: () => this.out.hasRoom(),
			failed: (why) => this.out.failed(kind, why),
		};
		return device.pictures ? new PictureSource(device.readable as ReadableStream<VideoFrame>, device.pictures, out)
			: new VoiceSource(device.readable as ReadableStream<AudioData>, undefined, out);
	}

	/** null: the track or the connection is gone. */
	setTrack(own: Own, track: Omit<PublishedTrack, "codec"> | null): void {
		const take = this.takes[own];
		take.publisher?.drop();
		take.publisher = track && new Publisher({ ...track, codec: own === "mic" ? CODEC.opus : CODEC.vp8 }, {
			send: (message) => this.out.send(message),
			sign: (text) => this.out.sign(text),
			wantKey: () => this.requestKey(own),
		});
		this.follow(kindOf(own));
	}

	mute(kind: Kind, on: boolean): void {
		this.outlets[kind].muted = on;
		if (on)
			for (const own of ownsOf(kind))
				void this.takes[own].publisher?.finish();
		this.follow(kind);
	}

	private follow(kind: Kind): void {
		const { source, muted } = this.outlets[kind];
		for (const own of ownsOf(kind))
			source?.active(!!this.takes[own].publisher && !muted, sizeOf(own));
	}

	private sourceFor(own: Own): Source | null {
		return this.outlets[kindOf(own)].source;
	}

	requestKey(own: Own): void {
		this.sourceFor(own)?.requestKey(sizeOf(own));
	}

	setBitrate(own: Own, bps: number): void {
		const { rate } = this.takes[own];
		const next = rate ? rate.advised(bps) : bps;
		if (next !== null)
			this.sourceFor(own)?.setBitrate(next, sizeOf(own));
	}

	/** Once a second, with what waits in the socket. */
	second(waitingBytes: number): void {
		for (const own of OWNS) {
			const next = this.takes[own].rate?.second(waitingBytes) ?? null;
			if (next !== null)
				this.sourceFor(own)?.setBitrate(next, sizeOf(own));
		}
	}

	/** Sends no more of these and signs what was sent: before a mute, the end of a track, leaving. */
	async finish(...kinds: Kind[]): Promise<void> {
		const owns = kinds.flatMap(ownsOf);
		for (const own of owns)
			this.sourceFor(own)?.active(false, sizeOf(own));
		await Promise.all(owns.map((own) => this.takes[own].publisher?.finish()));
	}

	stats(own: Own): { objects: number; stamps: number; bitrate: number } {
		const { publisher, rate } = this.takes[own];
		return { objects: publisher?.objects ?? 0, stamps: publisher?.stamps ?? 0, bitrate: rate?.bps ?? 0 };
	}

	stop(): void {
		for (const { source } of Object.values(this.outlets))
			source?.stop();
	}
}

function shut(): Outlet {
	return { source: null, muted: false };
}

function blank(): Take {
	return { publisher: null, rate: null };
}
