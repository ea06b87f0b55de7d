// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepsBack } from "@/host/flow";
import type { Schemas } from "@/lib/api";

const steps = ["created", "checkin", "promise", "leader", "qualification", "scoring", "summary", "signing", "closed"];
const at = (step: string): string[] => stepsBack({ step, steps } as Schemas["Session"]);

test("a step back leads to the election at the earliest, and never onwards", () => {
	assert.deepEqual(at("summary"), ["leader", "qualification", "scoring"]);
	assert.deepEqual(at("qualification"), ["leader"]);
	const closed = (more: object, asking?: "host" | "chair"): string[] => stepsBack({ step: "closed", steps, regime: "gp", leading: true, ...more } as Schemas["Session"], asking);
	assert.deepEqual(closed({}, "host"), ["scoring"], "the original committee evaluates again");
	assert.deepEqual([closed({}, "chair"), closed({}), closed({ regime: "ztb" }, "host"), closed({ leading: false }, "host")], [[], [], [], []]);
	for (const step of ["created", "promise", "leader", "dissolved"])
		assert.deepEqual(at(step), [], step);
	assert.deepEqual(stepsBack({ step: "summary" } as Schemas["Session"]), [], "the steps are not known yet");
});
