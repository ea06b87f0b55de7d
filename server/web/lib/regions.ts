// SPDX-License-Identifier: GPL-3.0-or-later
// Names of administrative divisions beside their codes: the table the server reads too (server/trade/region.h), which
// lies beside this page. A code that it does not have stays a code.
import { ref } from "vue";

export type Names = Map<string, string>;

/** "370402,市中区" a line; # begins a remark. */
export const readTable = (text: string): Names =>
	new Map(text.split("\n").filter((line) => /^\d{6},/.test(line)).map((line) => [line.slice(0, 6), line.slice(7).trim()]));

/** "山东省枣庄市市中区", with what it lies in; of two or four digits the province or city; "" for an unknown one. */
export function nameIn(names: Names, code: string): string {
	const whole = code.padEnd(6, "0");
	if (!/^\d\d(\d\d(\d\d)?)?$/.test(code) || !names.has(whole))
		return "";
	const parts = [`${whole.slice(0, 2)}0000`, `${whole.slice(0, 4)}00`, whole];
	return [...new Set(parts)].map((part) => names.get(part) ?? "").join("");
}

/** The divisions whose code begins with what is typed or whose name has it, and their names; none for a whole code. */
export function findIn(names: Names, typed: string, most = 30): { code: string; name: string }[] {
	const found = [];
	const text = typed.trim();
	if (!text || names.has(text))
		return [];
	for (const code of names.keys()) {
		const name = nameIn(names, code);
		if ((/^\d+$/.test(text) ? code.startsWith(text) : name.includes(text)) && found.push({ code, name }) === most)
			break;
	}
	return found;
}

const known = ref<Names>(new Map());
let asked: Promise<void> | undefined;

/** The table, once somebody needs it; empty until it came, and where there is none. */
export function useRegions(): { name: (code?: string) => string; find: (typed: string) => { code: string; name: string }[] } {
	asked ??= fetch(`${import.meta.env.BASE_URL}regions.csv`)
		.then(async (answer) => { known.value = answer.ok ? readTable(await answer.text()) : new Map(); })
		.catch(() => { asked = undefined; });
	return { name: (code) => nameIn(known.value, code ?? ""), find: (typed) => findIn(known.value, typed) };
}
