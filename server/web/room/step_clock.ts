// SPDX-License-Identifier: GPL-3.0-or-later
// When the present step of the evaluation began and when it shall be over, by the events of the room. Pure.
import type { RoomEvent } from "@/room/control";

export interface StepClock {
	beganUs: number; // UTC; 0: not told
	endsUs: number; // 0: the host set no time
}

export function stepClock(events: RoomEvent[]): StepClock {
	const clock: StepClock = { beganUs: 0, endsUs: 0 };
	for (const e of events) {
		if (e.kind === "session.step")
			Object.assign(clock, { beganUs: e.at_us, endsUs: 0 });
		if (e.kind === "session.timer")
			clock.endsUs = (e.body as { deadline_us?: number }).deadline_us ?? 0;
	}
	return clock;
}
