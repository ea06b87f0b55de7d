// SPDX-License-Identifier: GPL-3.0-or-later
// A changed score in words: old → new, and why; as a line of the list, and as a mark on the timeline.
import { i18n, word } from "@/lib/i18n";
import type { Mark } from "@/player/events";
import type { Change } from "@/player/scores";

const { t } = i18n.global;

function whySaid(c: Change): string {
	if (c.why.kind === "rollback")
		return t("player.why_rollback", { code: word("rollback_code", c.why.code), reason: c.why.reason });
	return t(`player.why_${c.why.kind}`);
}

export function changeSaid(c: Change): { who: string; what: string; why: string } {
	return {
		who: `${t("player.member", { no: c.memberNo })} · ${c.bidder} · ${c.item}`,
		what: `${c.from} → ${c.to ?? t("player.taken_back")}`,
		why: whySaid(c),
	};
}

export const changeMarks = (changes: readonly Change[]): Mark[] => changes.map((c, i) => {
	const { who, what, why } = changeSaid(c);
	return { no: -1 - i, ms: c.ms, kind: "score", group: "score", actor: "", at: "", title: t("player.score_changed"), text: `${who} · ${what} · ${why}` };
});
