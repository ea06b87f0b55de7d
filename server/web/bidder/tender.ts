// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of a tender's page have in common.
import { useI18n } from "vue-i18n";
import { useAct } from "@/lib/act";
import { post } from "@/lib/api";

/** Says that this bidder has seen a change of the tender file, or an answer, and reads the page anew. */
export function useSeen(project_id: string, act: ReturnType<typeof useAct>, reload: () => Promise<unknown>): (subject_id: string) => Promise<void> {
	const { t } = useI18n();
	return async (subject_id) => {
		await act.run(() => post("/projects/{project_id}/acknowledge", { subject_id }, { path: { project_id } }), t("tender.seen_done"));
		await reload();
	};
}
