// SPDX-License-Identifier: GPL-3.0-or-later
// Small JSON files made by bidroom-seal and carried to the console by hand.

const MOST = 1024 * 1024;

/** The object in a file; null if it is too large, no JSON, or no object. */
export async function readJsonFile(file: Blob): Promise<Record<string, unknown> | null> {
	if (file.size > MOST)
		return null;
	return parseObject(await file.text());
}

export function parseObject(text: string): Record<string, unknown> | null {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
	} catch {
		return null;
	}
}

export const textOf = (object: Record<string, unknown>, name: string): string | null => {
	const value = object[name];
	return typeof value === "string" ? value : null;
};
