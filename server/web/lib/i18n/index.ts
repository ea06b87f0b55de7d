// SPDX-License-Identifier: GPL-3.0-or-later
// 简体中文 first, English second; both are always complete (the tests compare their keys).
import { createI18n } from "vue-i18n";
import en from "@/lib/i18n/en";
import enEvents from "@/lib/i18n/en/events";
import zh from "@/lib/i18n/zh";
import zhEvents from "@/lib/i18n/zh/events";

export type Locale = "zh" | "en";
const KEY = "bidroom.locale";

const kept = localStorage.getItem(KEY);

export const i18n = createI18n({
	legacy: false,
	locale: kept === "en" ? "en" : "zh",
	fallbackLocale: "zh",
	messages: { zh, en },
	missingWarn: false,
	fallbackWarn: false,
});

export function setLocale(locale: Locale): void {
	i18n.global.locale.value = locale;
	localStorage.setItem(KEY, locale);
	document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
}

/** The word for a value of a named set ("role", "bid_state" …); a value from a newer server is shown as it is. */
export function word(set: string, value: string | undefined | null): string {
	if (!value)
		return "";
	const key = `word.${set}.${value}`;
	return i18n.global.te(key) ? i18n.global.t(key) : value;
}

const eventWords: Record<string, Record<string, string>> = { zh: zhEvents, en: enEvents };

/** The name of a ledger event kind. */
export function eventWord(kind: string): string {
	return eventWords[i18n.global.locale.value]?.[kind] ?? kind;
}
