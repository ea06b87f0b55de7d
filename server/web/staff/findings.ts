// SPDX-License-Identifier: GPL-3.0-or-later
// The pre-check (发布前检查) while a notice is being written: asks the server a moment after the last change.
import { computed, onScopeDispose, ref, watch } from "vue";
import { post, type Body, type Schemas } from "@/lib/api";
import { i18n } from "@/lib/i18n";

export type Finding = Schemas["Finding"];
const QUIET_MS = 500;

/** `draft` gives what is being written, or null while there is nothing to check. */
export function useFindings(draft: () => Body<"/notice-check", "post"> | null) {
	const answer = ref<Schemas["NoticeFindings"] | null>(null);
	let timer: ReturnType<typeof setTimeout> | undefined;
	let asked = 0;

	async function ask(): Promise<void> {
		const input = draft();
		const mine = ++asked;
		if (!input)
			return;
		try {
			const found = await post("/notice-check", input);
			if (mine === asked)
				answer.value = found;
		} catch {
			// What cannot be checked now is refused when it is submitted.
			if (mine === asked)
				answer.value = null;
		}
	}
	watch(() => JSON.stringify(draft()), () => {
		clearTimeout(timer);
		timer = setTimeout(() => void ask(), QUIET_MS);
	}, { immediate: true });
	onScopeDispose(() => clearTimeout(timer));

	return {
		of: (...fields: string[]): Finding[] => (answer.value?.findings ?? []).filter((f) => fields.includes(f.field ?? "")),
		sum: computed(() => {
			const found = answer.value?.findings;
			if (!found)
				return "";
			const refuse = found.filter((f) => f.kind === "refuse").length;
			return found.length ? i18n.global.t("staff.check_sum", { refuse, warn: found.length - refuse }) : i18n.global.t("staff.check_clean");
		}),
	};
}
