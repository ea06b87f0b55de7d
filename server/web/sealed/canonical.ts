// SPDX-License-Identifier: GPL-3.0-or-later

/** RFC 8785 of what occurs in a sealed bid: texts, whole numbers, true, lists and objects. */
export function canonical(value: unknown): string {
	if (Array.isArray(value))
		return `[${value.map(canonical).join(",")}]`;
	if (value !== null && typeof value === "object")
		return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
	return JSON.stringify(value);
}
