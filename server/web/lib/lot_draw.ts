// SPDX-License-Identifier: GPL-3.0-or-later
// The public draw of a lot (抽取浮动点、摇号) computed again in the browser: that each party revealed what it had committed
// to, that the seed follows from that, and that what was drawn follows from the seed. server/eval/lot_draw.h.
import { fromHex, join, sha256, toHex } from "@/lib/bytes";
import type { Schemas } from "@/lib/api";

type Chance = NonNullable<Schemas["Opening"]["chance"]>;
const utf8 = new TextEncoder();

const digest = async (...parts: (string | Uint8Array)[]): Promise<string> =>
	toHex(await sha256(join(...parts.map((p) => (typeof p === "string" ? utf8.encode(p) : p)))));

/** The texts in the order in which they are drawn. */
export async function drawOrder(lotId: string, seedHex: string, what: string, texts: string[]): Promise<string[]> {
	const seed = fromHex(seedHex)!;
	const tickets = await Promise.all(texts.map(async (text) => [await digest("bidroom.lot.draw.v1\n", seed, `${lotId}\n${what}\n${text}`), text] as const));
	return tickets.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, text]) => text);
}

/** What this seed draws for the lot, as the event lot.drawn has it. */
export async function drawLot(lotId: string, seedHex: string, price: Chance["price"], bids: number): Promise<NonNullable<Chance["drawn"]>> {
	const out: NonNullable<Chance["drawn"]> = {};
	for (const name of ["float", "ceiling_share", "band"] as const) {
		const value = price[name];
		if (typeof value === "object")
			[out[name]] = await drawOrder(lotId, seedHex, name, value.drawn);
	}
	const numbers = Array.from({ length: bids }, (_, i) => String(i + 1));
	if (price.method === "balls")
		for (const name of ["shortlist", "candidates"] as const)
			out[name] = (await drawOrder(lotId, seedHex, name, numbers)).map(Number);
	return out;
}

/** Whether everything about the draw holds; the first thing that does not, else null. */
export async function checkChance(lotId: string, chance: Chance): Promise<"commitment" | "seed" | "drawn" | null> {
	const parties = chance.parties ?? [];
	for (const p of parties)
		if (!p.nonce || (await digest("bidroom.draw.nonce.v1\n", fromHex(p.nonce)!)) !== p.commitment)
			return "commitment";
	if (!chance.seed || !chance.snapshot_sha256 || (await digest("bidroom.draw.seed.v1\n", fromHex(chance.snapshot_sha256)!, ...parties.map((p) => fromHex(p.nonce!)!))) !== chance.seed)
		return "seed";
	const again = await drawLot(lotId, chance.seed, chance.price, chance.bids ?? 0);
	return JSON.stringify(Object.entries(again).sort()) === JSON.stringify(Object.entries(chance.drawn ?? {}).sort()) ? null : "drawn";
}
