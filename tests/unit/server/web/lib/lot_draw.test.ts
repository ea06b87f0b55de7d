// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { test } from "node:test";
import { checkChance, drawLot } from "@/lib/lot_draw";

const LOT = "01hzzzzzzzzzzzzzzzzzzzzzzz";
const sha = (...parts: (string | Buffer)[]): string => crypto.createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p as Buffer)))).digest("hex");

/** A draw as the server tells it, made by other means than the page's. */
function drawn() {
	const nonces = [1, 2, 3].map((n) => Buffer.alloc(32, n));
	const snapshot = Buffer.alloc(32, 9);
	const seed = sha("bidroom.draw.seed.v1\n", snapshot, ...nonces);
	const first = (what: string, texts: string[]): string[] => texts.map((x) => [sha("bidroom.lot.draw.v1\n", Buffer.from(seed, "hex"), `${LOT}\n${what}\n${x}`), x]).sort().map(([, x]) => x!);
	return {
		price: { method: "base_mean" as const, weight: "30", above: "1", below: "0.5", float: { drawn: ["-1.5", "-0.5", "0.25"] }, ceiling_share: "20" },
		parties: (["staff", "supervisor", "host"] as const).map((party, i) => ({ party, commitment: sha("bidroom.draw.nonce.v1\n", nonces[i]!), nonce: nonces[i]!.toString("hex") })),
		snapshot_sha256: snapshot.toString("hex"), seed, bids: 4,
		drawn: { float: first("float", ["-1.5", "-0.5", "0.25"])[0]! },
		first,
	};
}

test("a draw is computed again from commitments to what was drawn", async () => {
	const good = drawn();
	assert.equal(await checkChance(LOT, good), null);
	assert.equal(await checkChance(LOT, { ...good, parties: good.parties.map((p, i) => (i ? p : { ...p, nonce: "00".repeat(32) })) }), "commitment");
	assert.equal(await checkChance(LOT, { ...good, parties: good.parties.map((p) => ({ party: p.party, commitment: p.commitment })) }), "commitment");
	assert.equal(await checkChance(LOT, { ...good, seed: "11".repeat(32) }), "seed");
	const other = good.price.float.drawn.find((x) => x !== good.drawn.float)!;
	assert.equal(await checkChance(LOT, { ...good, drawn: { float: other } }), "drawn");
	assert.equal(await checkChance("01hzzzzzzzzzzzzzzzzzzzzzz0", { ...good, drawn: {} }), "drawn");
});

test("balls are put in order, each kind by its own", async () => {
	const good = drawn();
	const balls = { method: "balls" as const, weight: "0", shortlist: 3, candidates: 2 };
	const numbers = ["1", "2", "3", "4"];
	assert.deepEqual(await drawLot(LOT, good.seed, balls, 4), { shortlist: good.first("shortlist", numbers).map(Number), candidates: good.first("candidates", numbers).map(Number) });
});
