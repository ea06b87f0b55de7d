// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { untouchedForm } from "@/staff/template_begin";

test("a template replaces what the page put there, and what was typed only if the person says so", async () => {
	const form = { title: "", fields: { name: "" } };
	let asked = 0;
	let answer = false;
	const untouched = untouchedForm(() => form, async () => { asked += 1; return answer; });
	assert.equal(await untouched.mayReplace(), true);
	form.fields.name = "项目";
	untouched.settle();
	assert.equal(untouched.clean(), true);
	assert.deepEqual([await untouched.mayReplace(), asked], [true, 0]);
	form.fields.name = "项目甲";
	assert.deepEqual([untouched.clean(), await untouched.mayReplace(), asked], [false, false, 1]);
	answer = true;
	assert.deepEqual([await untouched.mayReplace(), asked], [true, 2]);
	form.fields.name = "项目";
	assert.deepEqual([await untouched.mayReplace(), asked], [true, 2]);
});
