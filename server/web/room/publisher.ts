// SPDX-License-Identifier: GPL-3.0-or-later
// One own track on its way out: numbers its objects, closes each group with a stamp before the next begins. Signing
// takes a moment, so everything of a track passes one chain, in order.
import type { Bytes } from "@/lib/bytes";
import { CODEC, encodeFrame, encodeStamp, FLAG, Group, PAYLOAD_MAX, stampText, type Frame, type Stamp } from "@/room/wire";

/** A keyframe is asked for so long before the group is full, so that it comes in time. */
const ASK_AHEAD_US = 250_000;

export interface Captured {
	key: boolean;
	layer: number;
	captureUs: number;
	payload: Bytes;
}

export interface PublisherOut {
	send(message: Bytes): void;
	/** The next picture must be a keyframe. */
	wantKey(): void;
	sign(text: Bytes): Promise<Bytes>;
}

export interface PublishedTrack {
	track: number;
	codec: number;
	session: string;
	seat: string;
	epoch: number;
}

export class Publisher {
	private chain: Promise<void> = Promise.resolve();
	private group = new Group();
	private groupNo = 0;
	private seq = 0;
	private tl0 = -1;
	private needsKey = true;
	private gone = false;
	objects = 0;
	stamps = 0;

	constructor(private readonly of: PublishedTrack, private readonly out: PublisherOut) {}

	private get video(): boolean {
		return this.of.codec !== CODEC.opus;
	}

	/** One encoded frame. What does not fit is left out, and pictures then wait for a keyframe. */
	frame(c: Captured): void {
		this.chain = this.chain.then(() => this.admit(c));
	}

	private async admit(c: Captured): Promise<void> {
		if (this.gone)
			return;
		if (c.payload.length === 0 || c.payload.length > PAYLOAD_MAX)
			return this.miss();
		if (this.group.isDue(c.captureUs) || (c.key && this.video)) {
			await this.close();
			if (this.gone)
				return;
			this.needsKey = true;
		} else if (this.video && this.group.isDue(c.captureUs + ASK_AHEAD_US)) {
			this.out.wantKey();
		}
		if (this.needsKey && this.video && !c.key)
			return this.out.wantKey();
		this.send(c);
	}

	private miss(): void {
		if (!this.video)
			return;
		this.needsKey = true;
		this.out.wantKey();
	}

	/** Something was not encoded or not sent: pictures go on at a keyframe. */
	skipped(): void {
		this.chain = this.chain.then(() => this.miss());
	}

	private send(c: Captured): void {
		if (this.video && c.layer === 0)
			this.tl0 = (this.tl0 + 1) & 0xff;
		const frame: Frame = {
			track: this.of.track, codec: this.of.codec, seq: this.seq++, captureUs: c.captureUs, sessionMs: 0, tl0: this.video ? this.tl0 : 0,
			flags: (c.key ? FLAG.key : 0) | (c.layer << 2), payload: c.payload,
		};
		this.needsKey = false;
		this.group.add(frame);
		this.objects++;
		this.out.send(encodeFrame(frame));
	}

	private async close(): Promise<void> {
		const group = this.group;
		if (group.empty)
			return;
		this.group = new Group();
		const stamp: Stamp = {
			track: this.of.track, group: this.groupNo++, first: group.first, last: group.last, epoch: this.of.epoch,
			digest: await group.digest(), signature: new Uint8Array(64),
		};
		stamp.signature = await this.out.sign(stampText(this.of.session, this.of.seat, stamp));
		if (this.gone)
			return;
		this.stamps++;
		this.out.send(encodeStamp(stamp));
	}

	/** Closes the open group: before a mute, the end of the track, leaving. Numbers go on. */
	finish(): Promise<void> {
		this.chain = this.chain.then(async () => {
			await this.close();
			this.needsKey = true;
		});
		return this.chain;
	}

	/** The connection is gone: nothing more leaves. */
	drop(): void {
		this.gone = true;
	}
}

