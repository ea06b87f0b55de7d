// SPDX-License-Identifier: GPL-3.0-or-later
// A table from a file of the person's own, as the CSV text the server takes: CSV in UTF-8 or as Excel writes it in
// Chinese (GB 18030), or the first sheet of an XLSX workbook.

type Cell = string | number | boolean | Date | null | undefined;

/** A workbook knows no time zone: what it shows is what the person meant, Beijing time. */
function textOf(cell: Cell): string {
	if (cell instanceof Date)
		return cell.toISOString().slice(0, 16).replace("T", " ");
	return cell === null || cell === undefined ? "" : String(cell);
}

export function csvOf(rows: Cell[][]): string {
	const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	return rows.map((row) => `${row.map((cell) => quoted(textOf(cell))).join(",")}\r\n`).join("");
}

export function decodeText(bytes: ArrayBuffer): string {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder("gb18030").decode(bytes);
	}
}

/**
 * What a cell of a number says, digit for digit: a JavaScript number keeps fifteen of them, and a code has twenty. A
 * fraction of more than six digits is how a program spells a binary number ("3000000.1000000001"), and becomes its
 * shortest text.
 */
export function digitsOf(text: string): string {
	if (/^-?\d+(\.\d{1,6})?$/.test(text))
		return text;
	const [, sign = "", whole = "", rest = "", exponent = ""] = /^(-?)(\d+)(?:\.(\d+))?[eE]\+?(\d{1,2})$/.exec(text) ?? [];
	return whole && rest.length <= Number(exponent) ? sign + whole + rest.padEnd(Number(exponent), "0") : String(Number(text));
}

export async function csvOfFile(file: Blob): Promise<string> {
	const bytes = await file.arrayBuffer();
	const isZip = new Uint8Array(bytes.slice(0, 2)).join() === "80,75";
	if (!isZip)
		return decodeText(bytes);
	const { readSheet } = await import("read-excel-file/universal");
	return csvOf((await readSheet(bytes, { parseNumber: digitsOf })) as Cell[][]);
}
