// SPDX-License-Identifier: GPL-3.0-or-later
// What a member declares about the report; proto/report_statement.h has the form.
import { sha256, toHex, type Bytes } from "@/lib/bytes";

const bytes = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

/** pdfSha256: of the file that was read, in hex; opinion: "" for none; spki: of the document key. */
export async function reportStatement(session: string, memberNo: number, pdfSha256: string, opinion: string, spki: Bytes): Promise<string> {
	return `bidroom.report.v2\n${session}\n${memberNo}\n${pdfSha256}\n${toHex(await sha256(bytes(opinion)))}\n${toHex(await sha256(spki))}\n`;
}

export const statementBytes = bytes;
