// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, csvOfFile, decodeText, digitsOf } from "@/lib/table";

function crc32(bytes: Uint8Array): number {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++)
			crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}

const numbers = (...list: [number, 2 | 4][]): Buffer => Buffer.concat(list.map(([value, size]) => {
	const out = Buffer.alloc(size);
	out.writeUIntLE(value, 0, size);
	return out;
}));

/** A ZIP archive of files that are not compressed. */
function zip(files: Record<string, string>): Uint8Array<ArrayBuffer> {
	const local: Buffer[] = [], central: Buffer[] = [];
	let at = 0;
	for (const [path, text] of Object.entries(files)) {
		const name = Buffer.from(path), data = Buffer.from(text);
		const common = numbers([20, 2], [0x800, 2], [0, 2], [0, 4], [crc32(data), 4], [data.length, 4], [data.length, 4], [name.length, 2], [0, 2]);
		local.push(numbers([0x04034b50, 4]), common, name, data);
		central.push(numbers([0x02014b50, 4], [20, 2]), common, numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), name);
		at += 4 + common.length + name.length + data.length;
	}
	const directory = Buffer.concat(central), n = Object.keys(files).length;
	return new Uint8Array(Buffer.concat([...local, directory, numbers([0x06054b50, 4], [0, 2], [0, 2], [n, 2], [n, 2], [directory.length, 4], [at, 4], [0, 2])]));
}

const workbook = (sheet: string): Uint8Array<ArrayBuffer> => zip({
	"[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
	"xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
	"xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
	"xl/worksheets/sheet1.xml": `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>`,
});

test("cells that need it are quoted", () => {
	assert.equal(csvOf([["a", 'b"c', "d,e"], ["f\ng", 12, null], [true, undefined, new Date("2026-03-01T09:00:00Z")]]),
		'a,"b""c","d,e"\r\n"f\ng",12,\r\ntrue,,2026-03-01 09:00\r\n');
});

test("a file as Excel writes it in Chinese is read as well as one in UTF-8", () => {
	assert.equal(decodeText(new Uint8Array([0xb9, 0xab, 0xb8, 0xe6]).buffer), "公告");
	assert.equal(decodeText(new TextEncoder().encode("公告").buffer as ArrayBuffer), "公告");
});

test("the first sheet of a workbook becomes a table", async () => {
	const sheet = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>region</t></is></c></row>'
		+ '<row r="2"><c r="A2" t="inlineStr"><is><t>甲,乙</t></is></c><c r="B2"><v>370402</v></c></row>';
	assert.equal(await csvOfFile(new Blob([workbook(sheet)])), 'name,region\r\n"甲,乙",370402\r\n');
	assert.equal(await csvOfFile(new Blob(["a,b\r\n"])), "a,b\r\n");
});

test("a number of a workbook keeps every digit it has", async () => {
	const cells = ["37040220260000001001", "12345678901234.567891", "3.7040220260000001E+19", "3000000.1000000001"];
	const sheet = `<row r="1">${cells.map((v, i) => `<c r="${"ABCD"[i]}1"><v>${v}</v></c>`).join("")}</row>`;
	assert.equal(await csvOfFile(new Blob([workbook(sheet)])),
		"37040220260000001001,12345678901234.567891,37040220260000001000,3000000.1\r\n");
	assert.deepEqual(["-1.5e3", "1E-3", "0.1", "0.30000000000000004", "1E2", "12.5E1"].map(digitsOf),
		["-1500", "0.001", "0.1", "0.30000000000000004", "100", "125"]);
});
