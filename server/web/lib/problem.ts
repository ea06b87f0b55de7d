// SPDX-License-Identifier: GPL-3.0-or-later
// What a refusal says to a person, looked up by its code.
import { Refusal } from "@/lib/api";
import en from "@/lib/i18n/en/refusals";
import zh from "@/lib/i18n/zh/refusals";

const texts: Record<string, Record<string, string>> = { zh, en };

export interface Said {
	text: string;
	rule?: string;
	field?: string;
	detail?: string;
}

/** The words for a code of server/core/refusals.def; a code this build does not know stands for itself. */
export function refusalText(code: string, locale: string): string {
	return texts[locale]?.[code] ?? code;
}

/** A code this build does not know shows the server's own title: still better than nothing. */
export function say(error: unknown, locale: string): Said {
	if (!(error instanceof Refusal)) {
		const text = texts[locale]?.["client.unexpected"] ?? "";
		return { text, detail: error instanceof Error ? error.message : String(error) };
	}
	const text = texts[locale]?.[error.code] ?? `${error.title} (${error.code})`;
	return { text, rule: error.rule, field: error.field, detail: error.detail };
}
