// SPDX-License-Identifier: GPL-3.0-or-later
// The results of lots that a file of open data tells: a release package, a record package, or one result alone.
import type { Schemas } from "@/lib/api";

export interface Told {
	lot: string; // the code of the lot; "": the file says none
	date: string; // when it was told; "": the file does not say
	award: Schemas["Award"];
}

type Json = Record<string, unknown>;

const FORMAT = "bidroom.award.v1";
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Whether everything stands where the recomputation looks for it; what its numbers are is seen there. */
function isAward(value: unknown): value is Schemas["Award"] {
	if (!isObject(value) || value.format !== FORMAT || !isObject(value.scheme) || !isObject(value.scheme.price) || !Array.isArray(value.rows))
		return false;
	return Array.isArray(value.scheme.items) && value.scheme.items.every(isObject) && value.rows.length > 0 &&
		value.rows.every((row) => isObject(row) && typeof row.bidder_name === "string" && objects(row.members).every((m) => isObject(m.scores)));
}

/** Of a record the releases and what they were compiled into; of a package its releases. */
function releasesOf(file: Json): Json[] {
	const records = objects(file.records).flatMap((r) => [...objects(r.releases), r.compiledRelease]).filter(isObject);
	return [...objects(file.releases), ...records, file];
}

/** Each once, however often the file repeats it. */
export function toldIn(file: Json): Told[] {
	if (isAward(file))
		return [{ lot: "", date: "", award: file }];
	const all = releasesOf(file).flatMap((release) => objects(release.awards).flatMap((award) =>
		objects(award.evaluations).filter((e) => isAward(e.result)).map((e): Told =>
			({ lot: text(e.relatedLot), date: text(award.date) || text(release.date), award: e.result as Schemas["Award"] }))));
	const seen = new Set<string>();
	return all.filter((told) => {
		const key = JSON.stringify([told.lot, told.award]);
		return !seen.has(key) && seen.add(key);
	});
}
