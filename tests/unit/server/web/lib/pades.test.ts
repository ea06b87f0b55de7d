// SPDX-License-Identifier: GPL-3.0-or-later
// What the expert's browser signs inside a PDF, and what it does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { equal, join, sha256, toHex, type Bytes } from "@/lib/bytes";
import { makeDocumentKey, signInside, signedAttributes } from "@/lib/pades";

const bytes = (text: string): Bytes => new TextEncoder().encode(text);
const CERTIFICATE = bytes("a");
const READ = "%PDF-1.7 <report>"; // 17 bytes, with what could pass for a hole
const BEHIND = " ...... /ByteRange [0 72         78         1         ]<0000>.";
const INSIDE = " ...... /ByteRange [0 9          17         62        ]      .";

const put = async (file: string, read = READ) => signInside(bytes(file), bytes(read), CERTIFICATE, await makeDocumentKey());

test("the bytes around the hole are signed, with the certificate's digest", async () => {
	const key = await makeDocumentKey();
	let signed: Bytes | undefined;
	const mine = await signInside(bytes(READ + BEHIND), bytes(READ), CERTIFICATE, { ...key, sign: (attributes) => key.sign((signed = attributes)) });
	const digest = await sha256(join(bytes(READ + BEHIND).subarray(0, 72), bytes(".")));
	assert.equal(mine?.digest, toHex(digest));
	assert.ok(signed && equal(signed, await signedAttributes(digest, CERTIFICATE)));
	assert.equal(signed.length, 135);
	assert.equal(atob(mine.signature).length, 64);
});

test("another report is not signed, nor one with a hole in what was read", async () => {
	assert.ok(await put(READ + BEHIND));
	assert.equal(await put("%PDF-1.7 <retort>" + BEHIND), null);
	assert.ok(await put(READ + INSIDE, "%PDF-1.7 "));
	assert.equal(await put(READ + INSIDE), null);
});

test("a signature that does not cover the file to its end is none", async () => {
	for (const file of [READ, `${READ} and no hole`, `${READ + BEHIND}.`, READ + BEHIND.replace("[0 72", "[0 71"),
		READ + BEHIND.replace("78 ", "79 "), READ + BEHIND.replace("[0", "[1"), `${READ} > < /ByteRange [0 20 19 27].`,
		READ + BEHIND.replace("<0000>", "<00000")])
		assert.equal(await put(file), null, file);
});
