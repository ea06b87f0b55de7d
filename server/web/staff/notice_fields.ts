// SPDX-License-Identifier: GPL-3.0-or-later
// The kinds of notices as the server knows them (server/trade/notice_kinds.def): which times they carry,
// what they may follow, and what each must tell.
import { get, type Schemas } from "@/lib/api";
import { i18n } from "@/lib/i18n";

export type NoticeKind = Schemas["NoticeKind"];
export type KindRow = Schemas["NoticeKindRow"];
export type FieldRow = KindRow["fields"][number];
export type Kinds = Map<NoticeKind, KindRow>;

let known: Promise<Kinds> | null = null;

/** The table does not change while a page is open. */
export function loadKinds(): Promise<Kinds> {
	known ??= get("/notice-kinds").then(({ items }) => new Map(items.map((k) => [k.name, k])));
	known.catch(() => { known = null; });
	return known;
}

export const labelOf = (row: { zh: string; en: string }): string => (i18n.global.locale.value === "zh" ? row.zh : row.en);

/** The kinds a project may have. */
export function kindsFor(kinds: Kinds, project: { regime: Schemas["Regime"]; category: Schemas["Category"]; method?: string }): KindRow[] {
	return [...kinds.values()].filter((k) => k.regime === project.regime && (!k.category || k.category === project.category)
		&& (!k.methods || k.methods.includes(project.method ?? "")));
}
