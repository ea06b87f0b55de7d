// SPDX-License-Identifier: GPL-3.0-or-later
// What a manifest may say (proto/sealed_manifest.h) and what the server asks of an offer when the bid is open: looked at
// before anything is sealed, for after the opening it is too late.
import { parseDecimal } from "@/lib/decimal";
import { canonical } from "@/sealed/canonical";

export interface SealedFile {
	name: string;
	sha256: string;
	size: number;
}

export interface Offer {
	price: string;
	price_form: string;
	currency?: string;
	/** a small firm (小微企业) */
	sme?: true;
	/** read out with the price (server/trade/offer_terms.h) */
	terms?: { duration?: string; delivery_time?: string; manager?: string; manager_certificates?: string };
	/** 联合体: the bidder leads, these are the others; their agreement is one of the documents */
	consortium?: { members: { name: string; credit_code: string }[]; agreement: string };
}

export interface Manifest {
	bidder: { name: string; credit_code: string };
	offer: Offer;
	files: SealedFile[];
}

export type ManifestFault = "bidder_name" | "credit_code" | "price" | "consortium" | "files_many" | "file_name" | "same_name" | "size" | "long";

const FILES_MAX = 1000;
const DATA_MAX = 2 ** 40;
const TEXT_MAX = 2 ** 20 - 4 - 64;
/** base64 of a key and the few words around it */
const KEY_ROOM = 200;
/** 15 digits before the point are one too many. */
const PRICE_LIMIT = 10n ** 20n;

const length = (text: string): number => new TextEncoder().encode(text).length;
/** One line that a person can read; half of a surrogate pair has no bytes in UTF-8. */
const isLine = (text: string, max: number): boolean => length(text) >= 1 && length(text) <= max && !/[\p{Cc}\p{Cs}]/u.test(text);
const isFileName = (name: string): boolean => isLine(name, 255) && !/[/\\]/.test(name) && name !== "." && name !== "..";

function isPriced(offer: Offer): boolean {
	const units = parseDecimal(offer.price);
	return units !== null && units > 0n && units < PRICE_LIMIT && isLine(offer.price_form, 32) && (offer.price_form !== "amount" || offer.currency === "CNY");
}

/** As server/trade/consortium.h has it, but for the check characters. */
function isConsortium({ bidder, offer, files }: Manifest): boolean {
	if (!offer.consortium)
		return true;
	const { members, agreement } = offer.consortium;
	const codes = [bidder.credit_code, ...members.map((m) => m.credit_code)];
	return members.length >= 1 && members.length <= 20 && new Set(codes).size === codes.length && files.some((f) => f.name === agreement)
		&& members.every((m) => isLine(m.name, 600) && /^[0-9A-Z]{18}$/.test(m.credit_code));
}

/** The first thing that is wrong, or null. */
export function manifestFault({ bidder, offer, files }: Manifest): ManifestFault | null {
	if (!isLine(bidder.name, 200))
		return "bidder_name";
	if (!/^[0-9A-Z]{18}$/.test(bidder.credit_code))
		return "credit_code";
	if (!isPriced(offer))
		return "price";
	if (!isConsortium({ bidder, offer, files }))
		return "consortium";
	if (files.length > FILES_MAX)
		return "files_many";
	if (!files.every((f) => isFileName(f.name)))
		return "file_name";
	if (new Set(files.map((f) => f.name)).size < files.length)
		return "same_name";
	if (files.reduce((n, f) => n + f.size, 0) > DATA_MAX)
		return "size";
	return length(canonical({ bidder, files, offer, v: 1 })) + KEY_ROOM > TEXT_MAX ? "long" : null;
}
