// SPDX-License-Identifier: GPL-3.0-or-later
// A draft that saves itself: what is typed goes to the server at every pause, one save at a time, and again after a
// loss. What a score sheet and a ballot of the review have in common.
import { onScopeDispose, ref, shallowRef } from "vue";
import { Refusal } from "@/lib/api";

export type DraftState = "clean" | "waiting" | "saving" | "saved" | "failed";

const PAUSE_MS = 800;
const AGAIN_MS = 3000;

export interface DraftCalls<T> {
	/** Sends what is lawful of it; the new version. */
	put: (value: T, version: string | null) => Promise<string | null>;
	/** The version that is stored now. */
	version: () => Promise<string | null>;
	/** Whether it may be saved at all: not after it was submitted. */
	open: () => boolean;
}

/** Lost or slow lines, a busy server and a version that went on elsewhere are worth another try; a refusal is not. */
export function worthAgain(failure: unknown): boolean {
	return !(failure instanceof Refusal) || failure.status >= 500 || [0, 408, 412, 429].includes(failure.status);
}

/** Of a version as ETags tell it; NaN, which nothing is older than, for any other text. */
const numberOf = (version: string | null): number => Number(/^"(\d+)"$/.exec(version ?? "")?.[1] ?? NaN);

/** One draft, without a page around it. */
export class Draft<T> {
	readonly value;
	readonly state = ref<DraftState>("clean");
	readonly error = shallowRef<unknown>(null);
	readonly savedAt = ref(0);
	private version: string | null = null;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private running: Promise<void> | null = null;

	constructor(empty: T, private readonly calls: DraftCalls<T>) {
		this.value = shallowRef(empty);
	}

	/**
	 * What the server has. What was typed and is not saved yet stays as it is; an answer that was under way while
	 * something was saved tells nothing new.
	 */
	take(value: T, version: string | null): void {
		if (this.state.value === "saving" || numberOf(version) < numberOf(this.version))
			return;
		this.version = version;
		if (this.state.value === "clean" || this.state.value === "saved" || !this.calls.open())
			this.value.value = value;
	}

	change(value: T): void {
		this.value.value = value;
		if (this.state.value !== "saving")
			this.state.value = "waiting";
		this.schedule(PAUSE_MS);
	}

	/** Everything typed so far is on the server, or the try failed: before submitting. */
	async settle(): Promise<void> {
		clearTimeout(this.timer);
		await this.running;
		if (this.state.value === "waiting" || this.state.value === "failed")
			await this.save();
	}

	get unsaved(): boolean {
		return ["waiting", "saving", "failed"].includes(this.state.value);
	}

	/** It was submitted: nothing is saved any more. */
	done(): void {
		clearTimeout(this.timer);
		this.state.value = "clean";
	}

	/** What was not saved yet is tried once more: nobody does it later. */
	close(): void {
		clearTimeout(this.timer);
		if (this.state.value === "waiting" || this.state.value === "failed")
			void this.save();
	}

	private schedule(ms: number): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.save(), ms);
	}

	private save(): Promise<void> {
		if (!this.running)
			this.running = this.send().finally(() => { this.running = null; });
		return this.running;
	}

	private async send(): Promise<void> {
		if (!this.calls.open())
			return;
		const sent = this.value.value;
		this.state.value = "saving";
		try {
			this.version = await this.calls.put(sent, this.version) ?? this.version;
			this.savedAt.value = Date.now();
			this.error.value = null;
			this.state.value = sent === this.value.value ? "saved" : "waiting";
			if (sent !== this.value.value)
				this.schedule(PAUSE_MS);
		} catch (failure) {
			this.state.value = "failed";
			this.error.value = failure;
			if (failure instanceof Refusal && failure.status === 412)
				this.version = await this.calls.version().catch(() => null);
			if (worthAgain(failure))
				this.schedule(Math.max(AGAIN_MS, failure instanceof Refusal ? (failure.retryAfterS ?? 0) * 1000 : 0));
		}
	}
}

/** A draft that belongs to a page: leaving it with something unsaved is asked about. */
export function useDraft<T>(empty: T, calls: DraftCalls<T>): Draft<T> {
	const draft = new Draft(empty, calls);
	const warn = (event: BeforeUnloadEvent): void => {
		if (draft.unsaved)
			event.preventDefault();
	};

	window.addEventListener("beforeunload", warn);
	onScopeDispose(() => {
		window.removeEventListener("beforeunload", warn);
		draft.close();
	});
	return draft;
}
