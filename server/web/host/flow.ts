// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a session (server/eval/flow) and what the host does to reach the next one.
import type { Schemas } from "@/lib/api";

/** Nothing follows: closed with a report, or dissolved for another committee. */
export function isOver(step: string): boolean {
	return step === "closed" || step === "dissolved";
}

export interface Move {
	act: "start" | "advance" | "close";
	to: string;
}

/** The one move the host can make next; the server has the last word on whether its condition is met. */
export function nextMove({ step, next_steps }: Schemas["Session"]): Move | null {
	const to = next_steps?.[0];
	if (!to)
		return null;
	return { act: step === "checkin" ? "start" : step === "signing" ? "close" : "advance", to };
}

/** Why a step back is asked for; the numbers are those of the supervision data set. */
export const ROLLBACK_CODES = ["other", "01", "02", "03", "04", "05", "outlier"] as const;

/** Those for which a signed report is corrected by the original committee (87号令 64). */
export const AGAIN_CODES = ["03", "04", "05", "outlier"] as const;

/**
 * The steps the session can go back to, in their order: from the election on; closed, to the scoring (重新评审), which the
 * purchase law knows, and for which the host asks who leads it.
 */
export function stepsBack({ step, steps, regime, leading }: Schemas["Session"], asking?: "host" | "chair"): string[] {
	if (step === "closed")
		return regime === "gp" && asking === "host" && leading ? ["scoring"] : [];
	const at = steps?.indexOf(step) ?? -1, from = steps?.indexOf("leader") ?? -1;
	return from >= 0 && !isOver(step) ? steps!.slice(from, Math.max(at, from)) : [];
}

/** Members who count: not recused, not replaced. */
export function counting(members: Schemas["Member"][]): Schemas["Member"][] {
	return members.filter((m) => m.state !== "recused" && m.state !== "replaced");
}

/** What the session waits for in this step: a message key under session. and how many of how many. */
export function waitingFor(session: Schemas["Session"]): { key: string; n: number; of: number } | null {
	const members = counting(session.members);
	const of = members.length;
	const lots = session.lots.filter((l) => l.state !== "failed");
	const count = (test: (m: Schemas["Member"]) => boolean): number => members.filter(test).length;
	switch (session.step) {
		case "checkin":
			if (session.venues_open)
				return { key: "wait_venues", n: session.venues_open, of };
			return { key: "wait_arrive", n: count((m) => m.state !== "drawn"), of };
		case "promise":
			return { key: "wait_promise", n: count((m) => m.state === "promised"), of };
		case "qualification":
		case "preliminary": {
			const reviews = lots.flatMap((l) => l.reviews ?? []).filter((r) => (r.stage === "qualification") === (session.step === "qualification"));
			return { key: "wait_review", n: reviews.reduce((sum, r) => sum + r.submitted, 0), of: reviews.length * of };
		}
		case "scoring": {
			const n = lots.reduce((sum, l) => sum + (l.submitted ?? 0), 0);
			return { key: "wait_sheet", n, of: lots.reduce((sum, l) => sum + (l.of ?? of), 0) };
		}
		case "signing":
			return { key: "wait_sign", n: session.report ? session.report.signatures + (session.report.refusals ?? 0) : count((m) => !!m.signed || !!m.refused), of: session.report?.of ?? of };
		default:
			return null;
	}
}
