// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyFrom } from "@/staff/notice_body";
import { emptyLot, faultOf, fromContract, METHODS, nextItem, readParam, setMethod, toContract, totalPoints } from "@/staff/scheme";

test("a lot is ready when its points make 100", () => {
	const lot = emptyLot();
	assert.equal(faultOf(lot), "lot_name_missing");
	lot.name = "一包";
	assert.equal(faultOf(lot), "item_incomplete");
	Object.assign(lot.scheme.items[0]!, { name: "技术", max: "69.99" });
	assert.equal(faultOf(lot), "points_not_100");
	lot.scheme.items.push({ ...nextItem(lot.scheme), name: "业绩", max: "0.01" });
	assert.equal(totalPoints(lot.scheme), "100");
	assert.equal(faultOf(lot), null);
	lot.ceiling = "12x";
	assert.equal(faultOf(lot), "ceiling_malformed");
	lot.ceiling = "";
	assert.equal("ceiling" in toContract(lot), false);
	assert.deepEqual(lot.scheme.items.map((x) => x.id), ["i1", "i2"]);
});

test("with the price inside the sheet the items alone make 100", () => {
	const lot = emptyLot();
	lot.name = "二包";
	lot.scheme.price.method = "in_total";
	Object.assign(lot.scheme.items[0]!, { name: "总分", max: "100" });
	assert.equal(faultOf(lot), null);
});

test("a limit of lots won stands in every lot, and a draw decides between equals at last", () => {
	const lot = emptyLot();
	lot.name = "一包";
	const limited = toContract(lot, false, 2).scheme;
	assert.deepEqual([limited?.wins, limited?.ties], [2, ["price", "technical", "draw"]]);
	assert.equal("wins" in toContract(fromContract(toContract(lot, false, 2))).scheme!, false);
	lot.scheme.ties = ["draw"];
	assert.deepEqual(toContract(lot, false, 1).scheme?.ties, ["draw"]);
});

test("every method starts with lawful parameters; a list of choices is drawn from", () => {
	for (const method of METHODS) {
		const lot = emptyLot();
		lot.name = "三包";
		setMethod(lot, method);
		for (const item of lot.scheme.items)
			Object.assign(item, { name: "技术", max: method === "in_total" ? "100" : "70" });
		assert.equal(faultOf(lot), null, method);
		// What a template keeps is typed again as it was.
		assert.deepEqual(toContract(fromContract(toContract(lot))), toContract(lot), method);
	}
	const lot = emptyLot();
	lot.name = "四包";
	setMethod(lot, "nearest_above");
	assert.deepEqual([lot.scheme.items, lot.scheme.price.weight], [[], "0"]);
	Object.assign(lot.params, { float: "-1.5，-1", ceiling_share: "20,30" });
	assert.equal(faultOf(lot), "ceiling_missing");
	lot.ceiling = "1000";
	assert.deepEqual(toContract(lot).scheme?.price, { method: "nearest_above", weight: "0", drop: [{ from: 5, high: 1, low: 1 }], float: { drawn: ["-1.5", "-1"] }, ceiling_share: { drawn: ["20", "30"] } });
	lot.price_form = "other";
	assert.equal(faultOf(lot), "price_form_amount");
	lot.params["float"] = "x";
	assert.equal(faultOf(lot), "weight_malformed");
	setMethod(lot, "gp_lowest");
	assert.deepEqual([lot.scheme.items.length, lot.scheme.price.weight], [1, "30"]);
	assert.deepEqual(readParam("lines", "低价担保：90"), [{ name: "低价担保", percent: "90" }]);
	assert.equal(readParam("rows", "5:1"), undefined);
});

test("fields become text, never markup", () => {
	const body = bodyFrom([{ name: "name", label: "name" }, { name: "winner", label: "winner" }], { name: "甲*乙*", winner: "<b>丙</b>" });
	assert.equal(body, "## name\n\n甲\\*乙\\*\n\n## winner\n\n\\<b\\>丙\\</b\\>");
});
