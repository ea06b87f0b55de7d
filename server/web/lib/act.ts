// SPDX-License-Identifier: GPL-3.0-or-later
// The three things every page does: load (and reload) what it shows, perform an act, ask before an irreversible one.
import { ElMessage, ElMessageBox } from "element-plus";
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { i18n } from "@/lib/i18n";

export interface Loaded<T> {
	data: ShallowRef<T | null>;
	error: ShallowRef<unknown>;
	loading: Ref<boolean>;
	reload(): Promise<void>;
}

/** Loads at once; with pollMs again and again while the page is visible. An old answer never replaces a newer one. */
export function useLoad<T>(fetcher: () => Promise<T>, pollMs = 0): Loaded<T> {
	const data = shallowRef<T | null>(null);
	const error = shallowRef<unknown>(null);
	const loading = ref(false);
	let turn = 0;

	async function reload(): Promise<void> {
		const mine = ++turn;
		loading.value = true;
		try {
			const answer = await fetcher();
			if (mine === turn) {
				data.value = answer;
				error.value = null;
			}
		} catch (failure) {
			if (mine === turn)
				error.value = failure;
		} finally {
			if (mine === turn)
				loading.value = false;
		}
	}

	void reload();
	if (pollMs > 0) {
		const timer = setInterval(() => {
			if (!document.hidden && !loading.value)
				void reload();
		}, pollMs);
		onScopeDispose(() => clearInterval(timer));
	}
	return { data, error, loading, reload };
}

export interface Act {
	busy: Ref<boolean>;
	error: ShallowRef<unknown>;
	/** true when the act went through */
	run(act: () => Promise<unknown>, done?: string): Promise<boolean>;
}

/** One act at a time: `busy` for the button, `error` for the alert beside it. */
export function useAct(): Act {
	const busy = ref(false);
	const error = shallowRef<unknown>(null);

	async function run(act: () => Promise<unknown>, done?: string): Promise<boolean> {
		if (busy.value)
			return false;
		busy.value = true;
		error.value = null;
		try {
			await act();
			if (done)
				ElMessage({ type: "success", message: done });
			return true;
		} catch (failure) {
			error.value = failure;
			return false;
		} finally {
			busy.value = false;
		}
	}
	return { busy, error, run };
}

/** Asks before an act that cannot be taken back. */
export async function confirmAct(title: string, text: string): Promise<boolean> {
	const t = i18n.global.t;
	try {
		await ElMessageBox.confirm(`${text} ${t("common.irreversible")}`, title, {
			confirmButtonText: t("common.confirm"),
			cancelButtonText: t("common.cancel"),
			type: "warning",
			closeOnClickModal: false,
		});
		return true;
	} catch {
		return false;
	}
}

/** Asks for a reason of at most 500 characters; null when the person thought better of it. */
export async function askReason(title: string, text: string): Promise<string | null> {
	const t = i18n.global.t;
	try {
		const answer = await ElMessageBox.prompt(text, title, {
			confirmButtonText: t("common.confirm"),
			cancelButtonText: t("common.cancel"),
			inputType: "textarea",
			inputValidator: (value) => (value?.trim() ? value.length <= 500 || t("common.reason_needed") : t("common.reason_needed")),
			closeOnClickModal: false,
		});
		return (answer as { value: string }).value.trim();
	} catch {
		return null;
	}
}

/** Asks for a whole number between two; null when the person thought better of it. */
export async function askNumber(title: string, text: string, min: number, max: number): Promise<number | null> {
	const t = i18n.global.t;
	const good = (value: string): boolean => /^\d+$/.test(value.trim()) && Number(value) >= min && Number(value) <= max;
	try {
		const answer = await ElMessageBox.prompt(text, title, {
			confirmButtonText: t("common.confirm"),
			cancelButtonText: t("common.cancel"),
			inputValidator: (value) => good(value ?? "") || t("common.number_needed", { min, max }),
			closeOnClickModal: false,
		});
		return Number((answer as { value: string }).value);
	} catch {
		return null;
	}
}
