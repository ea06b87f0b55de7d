// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of notice must tell (server/trade/notice), in the order it is printed; the words are
// staff.field_<name>. Typed once, the fields also make the first text of the notice.
import type { Schemas } from "@/lib/api";

export type NoticeKind = Schemas["NoticeKind"];

export const noticeFields: Record<NoticeKind, string[]> = {
	ztb_tender: ["name", "scope", "scale", "funds", "place", "duration", "qualification", "file_access", "submission", "buyer_contact", "agency_contact", "electronic"],
	ztb_candidates: ["candidates", "prices", "quality", "duration", "evaluation", "manager", "qualification", "objection"],
	gp_tender: ["number", "name", "budget", "scope", "duration", "qualification", "file_access", "submission", "buyer_contact", "agency_contact"],
	gp_result: ["number", "name", "winner", "winner_address", "winner_price", "items", "judges", "agency_fee", "period", "contact"],
};

export const isTender = (kind: NoticeKind): boolean => kind.endsWith("_tender");

export function kindsOf(regime: Schemas["Regime"]): NoticeKind[] {
	return (Object.keys(noticeFields) as NoticeKind[]).filter((k) => k.startsWith(regime));
}

/** Characters that Markdown would read as markup are escaped: a field is text. */
function plain(text: string): string {
	return text.replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
}

/** The first text of a notice: a heading and paragraph per field. `label` gives the printed name of a field. */
export function bodyFrom(kind: NoticeKind, fields: Record<string, string>, label: (name: string) => string): string {
	return noticeFields[kind]
		.filter((name) => fields[name]?.trim())
		.map((name) => `## ${label(name)}\n\n${plain(fields[name]!.trim())}`)
		.join("\n\n");
}
