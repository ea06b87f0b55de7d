// SPDX-License-Identifier: GPL-3.0-or-later
// What a supervisor signs when a warning is settled; proto/warning_statement.h has the form.
import { sha256, toHex, type Bytes } from "@/lib/bytes";

const digest = async (text: string): Promise<string> => toHex(await sha256(new TextEncoder().encode(text) as Bytes));

export async function warningStatement(session: string, warning: string, text: string, answer: string): Promise<string> {
	return `bidroom.warning.v1\n${session}\n${warning}\n${await digest(text)}\n${await digest(answer)}\n`;
}
