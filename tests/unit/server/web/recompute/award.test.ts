// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Schemas } from "@/lib/api";
import { recompute } from "@/recompute/award";
import { CannotRank, Unreadable } from "@/recompute/exact";
import { toldIn } from "@/recompute/told";

type Award = Schemas["Award"];

const SEED = "20ae522ccee3a0e83ebd283bfb85f8e8c73609d690bb054f424b35ff0dd8c19a";
const file = (...path: string[]): string => readFileSync(join(process.env.BIDROOM_ROOT!, "tests", ...path), "utf8");
const figures = async (award: Award): Promise<string[]> =>
	(await recompute(award)).differences.map((d) => `${d.row === null ? "lot" : d.row + 1}${d.member ? `/${d.member}` : ""} ${d.figure}: ${d.published} → ${d.computed}`);

/** The real result of 23 bidders (award-2025-A.tsv): totals of seven members. */
function published(): Award {
	const rows = file("data/award-2025-A.tsv").split("\n").filter((l) => l.startsWith("A\t")).map((l) => l.split("\t")).map((cell) => ({
		bidder_name: cell[1]!, mean: cell[9]!, total: cell[9]!, rank: Number(cell[11]), tied: false,
		members: [1, 2, 3, 4, 5, 6, 7].map((no) => ({ member_no: no, total: cell[1 + no]!, scores: { total: cell[1 + no]! } })),
	}));
	const scheme = { items: [{ id: "total", name: "总分", max: "100", kind: "total", objective: false }], price: { method: "in_total", weight: "30" } };
	return { format: "bidroom.award.v1", scheme, rows } as unknown as Award;
}

interface Made {
	price: Award["scheme"]["price"];
	bids: (string | { price: string; rejected?: boolean; was_valid?: boolean; sme?: boolean })[];
	more?: Partial<Award>;
	scheme?: Partial<Award["scheme"]>;
	scores?: string[][]; // [bid][member] of the one item
}

/** A result whose figures are all wrong on purpose, so that what is computed can be read from the differences. */
async function computed({ price, bids, more = {}, scheme = {}, scores = bids.map(() => ["0"]) }: Made) {
	const items = price.weight === "0" ? [] : [{ id: "a", name: "甲", max: "70", kind: "technical" as const, objective: false }];
	const rows = bids.map((bid, i) => ({
		bidder_name: `${i + 1}`, mean: "0", total: "0", rank: 0, tied: false, ...(typeof bid === "string" ? { price: bid } : bid),
		members: scores[i]!.map((score, m) => ({ member_no: m + 1, total: items.length ? score : "0", scores: items.length ? { a: score } : {} })),
	}));
	const award = { format: "bidroom.award.v1", lot_id: "01hzzzzzzzzzzzzzzzzzzzzzza", scheme: { items, price, ...scheme }, rows, ...more } as Award;
	return (await recompute(award)).rows;
}
const points = async (made: Made): Promise<string[]> => (await computed(made)).map((r) => (Number(r.priceScore) / 1e6).toFixed(2));
const ranks = async (made: Made): Promise<number[]> => (await computed(made)).map((r) => r.rank);

test("a real result fits, and each figure somebody changes in it is named", async () => {
	assert.deepEqual(await figures(published()), []);
	const award = published();
	award.rows[1]!.mean = "84.9529";
	award.rows[2]!.rank = 3;
	award.rows[0]!.members[4]!.total = "90.39";
	award.rows[3]!.tied = true;
	assert.deepEqual(await figures(award), ["1/5 member_total: 90.39 → 89.39", "2 mean: 84.9529 → 83.9529", "3 rank: 3 → 5", "4 tied: true → false"]);
	award.rows[1]!.mean = "83.95290";
	assert.ok(!(await figures(award)).some((x) => x.includes("mean")), "by value, not by text");
});

test("a score that was changed moves everything that follows from it", async () => {
	const award = published();
	award.rows[15]!.members[0]!.scores.total = "98.18"; // the second, 17 points more from one member
	assert.deepEqual(await figures(award), ["1 rank: 1 → 2", "16/1 member_total: 81.18 → 98.18", "16 mean: 86.7514 → 89.1800", "16 total: 86.7514 → 89.1800", "16 rank: 2 → 1"]);
});

test("price rules give the figures of the worked examples", async () => {
	// DOMAIN 7.6: the half goes up, where a double would lose it.
	const f1 = { method: "base_mean" as const, weight: "30", above: "1", below: "0.5", float: "-1", offset_places: 4, drop: [{ from: 4, high: 1, low: 1 }] };
	assert.deepEqual(await points({ price: f1, bids: ["95", "100", "105", "110"] }), ["26.81", "29.28", "26.53", "21.60"]);
	const f3 = { method: "base_mean" as const, weight: "60", above: "0.2", below: "0.1", drop: [{ from: 5, high: 1, low: 1 }] };
	assert.deepEqual(await points({ price: f3, bids: ["100", "98", "97", "95", "90"] }), ["59.31", "59.72", "59.93", "59.83", "59.31"]);
	const f6 = { method: "nearest_above" as const, weight: "0", float: "-4" };
	assert.deepEqual(await ranks({ price: f6, bids: ["459", "442", "412", "400"] }), [3, 2, 1, 0]);
	assert.deepEqual(await ranks({ price: { method: "band", weight: "0", band: "10" }, bids: ["90", "100", "104", "130"] }), [0, 1, 2, 0]);
	assert.deepEqual(await ranks({ price: { method: "lowest_evaluated", weight: "0" }, bids: ["90", { price: "80", rejected: true }, "85"] }), [2, 0, 1]);
	const gp = { method: "gp_lowest" as const, weight: "30", sme_discount: "10" };
	assert.deepEqual(await points({ price: gp, bids: ["100", { price: "110", sme: true }, { price: "50", rejected: true, was_valid: true }] }), ["29.70", "30.00", "0.00"]);
	assert.deepEqual(await points({ price: { ...gp, base_stays: true }, bids: ["100", { price: "50", rejected: true, was_valid: true }] }), ["15.00", "0.00"]);
});

test("members are joined as the scheme says, and who spreads widest is left out", async () => {
	const price = { method: "gp_lowest" as const, weight: "30" };
	const scores = [["10", "20", "60", "30"], ["40", "35", "30", "20"]];
	const means = async (combine: Award["scheme"]["combine"]): Promise<number[]> =>
		(await computed({ price, bids: ["100", "100"], scores, scheme: { combine } })).map((r) => Number(r.mean) / 1e6);
	assert.deepEqual(await means({ method: "mean" }), [30, 31.25]);
	assert.deepEqual(await means({ method: "trim_totals" }), [25, 32.5]);
	// Members 1 and 3 both spread by 30; the draw leaves out one of them.
	const drawn = await computed({ price, bids: ["100", "100"], scores, scheme: { combine: { method: "highway" } }, more: { drawn_member: 3 } });
	assert.deepEqual(drawn.map((r) => Number(r.mean) / 1e6), [20, 35]);
	await assert.rejects(computed({ price, bids: ["100", "100"], scores, scheme: { combine: { method: "highway" } } }), (e) => e instanceof CannotRank && e.code === "combine.member_draw");
});

test("what chance decided follows from the seed, whatever is told of it", async () => {
	const price = { method: "base_mean" as const, weight: "30", above: "1", below: "0.5", float: { drawn: ["-1", "-0.5", "0.5", "1"] } };
	const award = (drawn: Award["drawn"]): Made => ({ price, bids: ["100", "102"], more: { seed: SEED, drawn } });
	const one = await points(award({ float: "-1" }));
	for (const float of price.float.drawn)
		assert.deepEqual(await points(award({ float })), one);
	const balls = { price: { method: "balls" as const, weight: "0", shortlist: 2, candidates: 2 }, bids: ["1", "1", "1"], more: { seed: SEED } };
	assert.deepEqual([...(await ranks(balls))].sort(), [0, 1, 2]);
	const equals = { price: { method: "gp_lowest" as const, weight: "30" }, bids: ["100", "100", "100"], scheme: { ties: ["price" as const, "draw" as const] }, more: { seed: SEED } };
	assert.deepEqual([...(await ranks(equals))].sort(), [1, 2, 3]);
	assert.deepEqual(await ranks({ ...equals, scheme: {} }), [1, 1, 1]);
});

test("who had to explain a price is told with the limits", async () => {
	// DOMAIN 7.7, 3.
	const bids = ["100", "96", "92", "44"];
	const price = { method: "gp_lowest" as const, weight: "30" };
	const rows = bids.map((p, i) => ({ bidder_name: `${i}`, price: p, mean: "0", total: "0", rank: 0, tied: false, members: [{ member_no: 1, total: "0", scores: { a: "0" } }] }));
	const award = (low: object): Award => ({ format: "bidroom.award.v1", ceiling: "105", low_prices: true, rows: rows.map((r, i) => (i === 3 ? { ...r, ...low } : r)),
		scheme: { items: [{ id: "a", name: "甲", max: "70", kind: "technical", objective: false }], price, low_price: { rule: "E19" } } }) as unknown as Award;
	const low = { low_price: { by: "E19", triggers: ["second_lowest", "ceiling"], mean_limit: "41.5", second_limit: "46", ceiling_limit: "47.25", outcome: "kept" } };
	const named = async (a: Award): Promise<string[]> => (await figures(a)).filter((x) => x.includes("low_price"));
	assert.deepEqual(await named(award(low)), []);
	assert.equal((await named(award({}))).length, 1);
	assert.equal((await named(award({ low_price: { ...low.low_price, second_limit: "45" } }))).length, 1);
	assert.equal((await named(award({ low_price: { ...low.low_price, by: "judgement" } }))).length, 1);
});

test("a draw that the seed does not give is named", async () => {
	const award = published();
	award.scheme = { items: [], price: { method: "balls", weight: "0", shortlist: 2, candidates: 1 } } as unknown as Award["scheme"];
	award.rows = award.rows.slice(0, 3).map((r) => ({ ...r, mean: "0", total: "0", members: [{ member_no: 1, total: "0", scores: {} }] }));
	Object.assign(award, { lot_id: "01hzzzzzzzzzzzzzzzzzzzzzza", seed: SEED });
	const drawn = (await recompute(award)).differences.find((d) => d.figure === "drawn")!.computed;
	const right = JSON.parse(drawn) as NonNullable<Award["drawn"]>;
	assert.deepEqual([right.shortlist!.length, right.candidates!.length], [3, 3], "the whole order is drawn");
	const saysOf = async (told: Award["drawn"]): Promise<boolean> => (await recompute({ ...award, drawn: told })).differences.some((d) => d.figure === "drawn");
	assert.equal(await saysOf({ candidates: right.candidates, shortlist: right.shortlist }), false);
	const shortlist = right.shortlist!.slice(0, 2);
	assert.equal(await saysOf({ shortlist, candidates: right.candidates!.filter((no) => shortlist.includes(no)).slice(0, 1) }), false, "as older results tell it");
	assert.equal(await saysOf({ shortlist: [...shortlist].reverse(), candidates: [] }), true);
});

test("what cannot be computed says where", async () => {
	const broken = async (change: (a: Award) => void): Promise<unknown> => {
		const award = published();
		change(award);
		return recompute(award).then(() => null, (e: unknown) => (e instanceof Unreadable ? e.place : e instanceof CannotRank ? e.code : e));
	};
	assert.equal(await broken((a) => (a.rows[2]!.members[1]!.scores.total = "100.01")), "rows.3.members.2.total");
	assert.equal(await broken((a) => (a.rows[2]!.members[1]!.scores.total = "1.005")), "rows.3.members.2.total");
	assert.equal(await broken((a) => (a.rows[2]!.members[1]!.member_no = 9)), "rows.3.members");
	assert.equal(await broken((a) => a.rows[2]!.members.pop()), "rows.3.members");
	assert.equal(await broken((a) => (a.scheme.price = { method: "gp_lowest", weight: "30" })), "rank.price");
	assert.equal(await broken((a) => (a.seed = "20ae")), "seed");
});

test("results are found in a package, a record and alone, each once", async () => {
	const award = published();
	const evaluations = [{ id: "L1", relatedLot: "L1", result: award }];
	const release = { date: "2026-03-01T00:00:00Z", awards: [{ id: "n1", date: "2026-03-02T00:00:00Z", evaluations }] };
	for (const file of [{ releases: [release, release] }, { records: [{ releases: [release], compiledRelease: release }] }])
		assert.deepEqual(toldIn(JSON.parse(JSON.stringify(file))).map((t) => [t.lot, t.date, t.award.rows.length]), [["L1", "2026-03-02T00:00:00Z", 23]]);
	assert.deepEqual(toldIn(award as unknown as Record<string, unknown>).map((t) => t.lot), [""]);
	for (const bad of [{}, { releases: 1 }, { releases: [{ awards: [{ evaluations: [{ result: { ...award, rows: [] } }] }] }] }, { ...award, format: "x" }, { ...award, rows: [{ members: [] }] }])
		assert.deepEqual(toldIn(bad as Record<string, unknown>), []);
});
