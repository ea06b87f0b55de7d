// SPDX-License-Identifier: GPL-3.0-or-later
// Legal time as the server keeps it. Deadlines on pages count by it, not by the clock of the desk.
import { defineStore } from "pinia";
import { computed, onScopeDispose, ref } from "vue";
import { get, post } from "@/lib/api";

const REFRESH_MS = 60_000;

export const useClock = defineStore("clock", () => {
	const demo = ref(false);
	const offsetS = ref(0);
	const nowMs = ref(Date.now());
	let ahead = 0; // legal time minus the clock of this machine
	let fetchedAt = 0;

	function take(answer: { legal: string; demo: boolean; offset_s: number }): void {
		demo.value = answer.demo;
		offsetS.value = answer.offset_s;
		ahead = Date.parse(answer.legal) - Date.now();
		fetchedAt = Date.now();
		nowMs.value = Date.now() + ahead;
	}

	async function load(): Promise<void> {
		take(await get("/clock"));
	}

	async function advance(seconds: number, reason: string): Promise<void> {
		take(await post("/clock/advance", { seconds, reason }));
	}

	/** Called once by the frame of the page; a failed refresh keeps the last known offset. */
	function run(): void {
		const timer = setInterval(() => {
			nowMs.value = Date.now() + ahead;
			if (Date.now() - fetchedAt > REFRESH_MS) {
				fetchedAt = Date.now();
				load().catch(() => {});
			}
		}, 1000);
		onScopeDispose(() => clearInterval(timer));
		load().catch(() => {});
	}

	return { demo, offsetS, nowMs: computed(() => nowMs.value), load, advance, run };
});
