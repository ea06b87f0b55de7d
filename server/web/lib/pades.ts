// SPDX-License-Identifier: GPL-3.0-or-later
// Signs inside a PDF by a key of the moment; proto/pades.h has the form.
import { equal, join, sha256, toBase64, toHex, type Bytes } from "@/lib/bytes";

const MARK = "/ByteRange [";
const HEAD = "318184301806092a864886f70d010903310b06092a864886f70d010701302f06092a864886f70d01090431220420";
const MIDDLE = "3037060b2a864886f70d010910022f31283026302430220420";

const hex = (text: string): Bytes => Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));

function lastIndexOf(bytes: Bytes, text: string): number {
	const wanted = new TextEncoder().encode(text);
	for (let at = bytes.length - wanted.length; at >= 0; at--)
		if (wanted.every((b, i) => bytes[at + i] === b))
			return at;
	return -1;
}

/** Where the hole of the last signature begins and ends; null if the signature does not cover the file. */
function findHole(pdf: Bytes): { hole: number; end: number } | null {
	const at = lastIndexOf(pdf, MARK);
	const range = at < 0 ? null : /^\/ByteRange \[0 +(\d+) +(\d+) +(\d+) *\]/.exec(new TextDecoder("latin1").decode(pdf.subarray(at, at + 80)));
	if (!range)
		return null;
	const [hole, end, rest] = range.slice(1).map(Number);
	if (hole >= end || end + rest !== pdf.length || pdf[hole] !== 0x3c || pdf[end - 1] !== 0x3e)
		return null;
	return { hole, end };
}

export async function signedAttributes(digest: Bytes, certificate: Bytes): Promise<Bytes> {
	return join(hex(HEAD), digest, hex(MIDDLE), await sha256(certificate));
}

export interface DocumentKey {
	spki: Bytes;
	sign(attributes: Bytes): Promise<Bytes>;
}

/** Forgotten with the page: its certificate is for one signature. */
export async function makeDocumentKey(): Promise<DocumentKey> {
	const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
	return {
		spki: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
		sign: async (attributes) => new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, attributes)),
	};
}

/** null when the file is not the one that was read, whole, with room for a signature behind it. */
export async function signInside(toSign: Bytes, read: Bytes, certificate: Bytes, key: Pick<DocumentKey, "sign">): Promise<{ digest: string; signature: string } | null> {
	const at = findHole(toSign);
	if (!at || at.hole < read.length || !equal(toSign.subarray(0, read.length), read))
		return null;
	const digest = await sha256(join(toSign.subarray(0, at.hole), toSign.subarray(at.end)));
	return { digest: toHex(digest), signature: toBase64(await key.sign(await signedAttributes(digest, certificate))) };
}
