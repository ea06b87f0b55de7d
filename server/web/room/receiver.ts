// SPDX-License-Identifier: GPL-3.0-or-later
// One track of another seat as it comes in: what is missing, what may be decoded, whether its stamps hold.
import { equal, type Bytes } from "@/lib/bytes";
import { CODEC, FLAG, Group, layerOf, LAYER_MAX, stampText, type Frame, type Stamp } from "@/room/wire";

export type Verdict = "decode" | "skip" | "want-key";

export interface ReceiverStats {
	objects: number;
	bytes: number;
	gaps: number;
	lost: number;
	verified: number; // groups
	unverified: number;
	forged: number;
	lastSessionMs: number;
}

export interface Signer {
	session: string;
	seat: string;
	epoch: number;
	key: Promise<CryptoKey> | null; // null: this receiver may not know it
}

export class Receiver {
	readonly stats: ReceiverStats = { objects: 0, bytes: 0, gaps: 0, lost: 0, verified: 0, unverified: 0, forged: 0, lastSessionMs: 0 };
	private next = -1; // -1: nothing came yet
	private needsKey = true;
	private tl0 = 0; // newest base-layer picture seen
	private wholeLayer = 0; // temporal layers up to this one are whole
	private group = new Group();
	private groupWhole = false; // all objects since the last stamp came
	private groupNo = 0;

	constructor(private readonly signer: Signer) {}

	/** False for an object that came before. */
	private advance(f: Frame): boolean {
		const missing = this.next < 0 ? 0 : f.seq - this.next;
		if (missing < 0)
			return false;
		if (this.next < 0)
			this.groupWhole = f.seq === 0;
		if (missing > 0) {
			this.stats.gaps++;
			this.stats.lost += missing;
			this.wholeLayer = 0;
			this.groupWhole = false;
		}
		this.next = f.seq + 1;
		return true;
	}

	/** A picture of the base layer needs the one before it; a higher one its own layer whole since it may be joined. */
	private pictureVerdict(f: Frame): Verdict {
		const layer = layerOf(f.flags);
		if (f.flags & FLAG.key) {
			this.needsKey = false;
			this.tl0 = f.tl0;
			this.wholeLayer = LAYER_MAX;
			return "decode";
		}
		const follows = layer === 0 ? (this.tl0 + 1) & 0xff : this.tl0;
		if (this.needsKey || f.tl0 !== follows) {
			this.needsKey = true;
			return "want-key";
		}
		this.tl0 = f.tl0;
		if (layer > this.wholeLayer && !(f.flags & FLAG.sync))
			return "skip";
		this.wholeLayer = Math.max(this.wholeLayer, layer);
		return "decode";
	}

	object(f: Frame): Verdict {
		if (!this.advance(f))
			return "skip";
		this.stats.objects++;
		this.stats.bytes += f.payload.length;
		this.stats.lastSessionMs = f.sessionMs;
		if (this.groupWhole)
			this.group.add(f);
		return f.codec === CODEC.vp8 ? this.pictureVerdict(f) : "decode";
	}

	/** The decoder lost its way. */
	reset(): void {
		this.needsKey = true;
	}

	/** Takes the group at once; the verdict is in the stats when the promise is done. */
	async stamp(s: Stamp): Promise<void> {
		const group = this.group;
		const whole = this.groupWhole && !group.empty && group.first === s.first && group.last === s.last && s.group === this.groupNo;
		this.group = new Group();
		this.groupNo = s.group + 1;
		this.groupWhole = this.next === s.last + 1;
		if (!this.signer.key) {
			this.stats.unverified++;
			return;
		}
		const signed = s.epoch === this.signer.epoch && (await this.signedBy(s, await this.signer.key));
		if (!signed || (whole && !equal(await group.digest(), s.digest)))
			this.stats.forged++;
		else if (whole)
			this.stats.verified++;
		else
			this.stats.unverified++;
	}

	private signedBy(s: Stamp, key: CryptoKey): Promise<boolean> {
		return crypto.subtle.verify("Ed25519", key, s.signature, stampText(this.signer.session, this.signer.seat, s) as Bytes);
	}
}
