// SPDX-License-Identifier: GPL-3.0-or-later
// A certificate file as PEM: what authorities give out is that already, or DER.
import { toBase64 } from "@/lib/bytes";

export function pemOf(bytes: Uint8Array): string {
	const text = new TextDecoder().decode(bytes);
	// A file that holds the private key too does not leave this machine with it; of one without any the centre says
	// that it is none.
	if (text.includes("-----BEGIN "))
		return (text.replace(/\r/g, "").match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g) ?? ["-"]).join("\n");
	const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
