// SPDX-License-Identifier: GPL-3.0-or-later
// The first text of a notice, made from its fields.

/** Characters that Markdown would read as markup are escaped: a field is text. */
function plain(text: string): string {
	return text.replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
}

/** The first text of a notice: a heading and paragraph per field that says something. */
export function bodyFrom(fields: { name: string; label: string }[], texts: Record<string, string>): string {
	return fields
		.filter(({ name }) => texts[name]?.trim())
		.map(({ name, label }) => `## ${label}\n\n${plain(texts[name]!.trim())}`)
		.join("\n\n");
}
