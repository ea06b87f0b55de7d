// SPDX-License-Identifier: GPL-3.0-or-later
// The stage of a bundle's page: two elements a seat, which the browser feeds from the files by itself.
import { Conductor } from "@/player/conductor";
import type { Seat } from "./data";
import { Slot } from "./slot";

export class DiskStage extends Conductor {
	private readonly slots = new Map<string, Slot[]>();

	constructor(readonly seats: Seat[], readonly end: number) {
		super();
		this.start();
	}

	protected players(): Slot[] {
		return [...this.slots.values()].flat();
	}

	protected begins(): number[] {
		return this.seats.flatMap((s) => [...s.pictures, ...s.sounds]).flatMap((s) => s.spans[0]?.from ?? []);
	}

	/** The page made the elements of a seat. */
	attach(seat: Seat, video: HTMLVideoElement, audio: HTMLAudioElement): { picture: Slot; sound: Slot } {
		const picture = new Slot(seat.pictures, video);
		const sound = new Slot(seat.sounds, audio);
		this.slots.set(seat.id, [picture, sound]);
		for (const slot of [picture, sound])
			this.welcome(slot);
		return { picture, sound };
	}

	detach(seat: Seat): void {
		this.slots.get(seat.id)?.forEach((slot) => slot.close());
		this.slots.delete(seat.id);
	}

	override close(): void {
		super.close();
		this.players().forEach((slot) => slot.close());
		this.slots.clear();
	}
}
