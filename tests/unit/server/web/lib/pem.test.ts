// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { pemOf } from "@/lib/pem";

const block = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const sent = (text: string): string => pemOf(new TextEncoder().encode(text));

test("takes the certificates out of what else stands in the file", () => {
	const one = block("CERTIFICATE", "MIIB\nAA==");
	const two = block("CERTIFICATE", "MIIC");
	const text = sent(`Bag Attributes\r\n${block("PRIVATE KEY", "c2VjcmV0")}${one}issuer=…\n${two}`);
	assert.equal(text.replace(/\n+/g, "\n"), one + two);
	assert.ok(!text.includes("c2VjcmV0"));
	assert.equal(sent(block("ENCRYPTED PRIVATE KEY", "c2VjcmV0")), "-");
});

test("writes DER as PEM", () => {
	assert.equal(pemOf(new Uint8Array([0x30, 0])), block("CERTIFICATE", "MAA="));
});
