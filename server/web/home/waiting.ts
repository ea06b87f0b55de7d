// SPDX-License-Identifier: GPL-3.0-or-later
// What waits for the person who signed in: one source per role, asked for only if the role is there.
import type { RouteLocationRaw } from "vue-router";
import { all, get, type Answer } from "@/lib/api";
import { isOver } from "@/host/flow";
import { i18n, word } from "@/lib/i18n";
import type { Role } from "@/lib/me";
import { formatTime } from "@/lib/time";

export interface Waiting {
	key: string; // message key under home.
	words: Record<string, string>;
	to: RouteLocationRaw;
}

interface Source {
	roles: Role[];
	list(account: string, roles: Role[]): Promise<Waiting[]>;
}

async function notices(state: "submitted" | "approved" | "returned", key: string): Promise<Waiting[]> {
	const { items } = await get("/notices", { query: { state, limit: 50 } });
	return items.map((n) => ({ key, words: { title: n.title }, to: { name: "notice", params: { id: n.notice_id } } }));
}

/** To be approved by me, who had no hand in it; or mine, and returned. Whoever may not decide finds that out there. */
async function projectDrafts(state: "submitted" | "returned", key: string, account: string): Promise<Waiting[]> {
	const items = await all((after) => get("/project-drafts", { query: { state, after, limit: 100 } }));
	return items
		.filter((d) => (d.author_id === account) === (state === "returned"))
		.map((d) => ({ key, words: { name: d.name ?? "" }, to: { name: "project-draft", params: { id: d.draft_id } } }));
}

async function differences(): Promise<Waiting[]> {
	const { items } = await get("/media-differences");
	return items.map((d) => ({ key: "wait_medium_differs", words: { title: d.title, medium: d.medium }, to: { name: "notice", params: { id: d.notice_id } } }));
}

async function templates(mine: string): Promise<Waiting[]> {
	const items = await all((after) => get("/templates", { query: { after, limit: 100 } }));
	return items
		.filter((x) => (x.state === "proposed" || x.state === "changing") && x.proposed_by !== mine)
		.map((x) => ({ key: "wait_template", words: { name: x.name }, to: { name: "templates" } }));
}

/** Whoever answers questions has each of them in a line of its own. */
const ANSWERING: Role[] = ["staff", "agency"];

const COMPLAINTS = ["complaint_accept", "complaint_decide"];

const DAY_MS = 86_400_000;
const CLOCKS_MS = 300_000;
let clocks: { of: string; at: number; answer: Promise<Answer<"/calendar", "get">> } | null = null;

/**
 * What of one's own projects ends within a day or should be done already, and objections to results, for which
 * everything waits; asked for every few minutes, it is a long
 * list. Another account signed in behind this one has its own.
 */
async function ending(account: string, roles: Role[]): Promise<Waiting[]> {
	if (clocks?.of !== account || Date.now() - clocks.at > CLOCKS_MS) {
		clocks = { of: account, at: Date.now(), answer: get("/calendar", { query: { own: true } }) };
		clocks.answer.catch(() => { clocks = null; });
	}
	const { now, items } = await clocks.answer;
	return items
		.filter((c) => !(c.what === "objection_answer" && ANSWERING.some((r) => roles.includes(r))) && !COMPLAINTS.includes(c.what))
		.filter((c) => c.what === "result_objection_answer" || Date.parse(c.end) - Date.parse(now) < DAY_MS)
		.map((c) => ({
			key: c.over ? "wait_clock_over" : c.what === "result_objection_answer" ? "wait_result_objection" : "wait_clock",
			words: { what: word("clock", c.what), project: c.project_name, time: formatTime(c.end) },
			to: c.notice_id ? { name: "notice", params: { id: c.notice_id } } : { name: "project", params: { id: c.project_id } },
		}));
}

/** What the upstream platform does not take, or what cannot be made here, is not sent again by itself. */
async function stuckPushes(state: "refused" | "faulty"): Promise<Waiting[]> {
	const { items } = await get("/exchange/pushes", { query: { state, limit: 20 } });
	return items.map((x) => ({ key: "wait_push", words: { why: x.last_error ?? "" }, to: { name: "exchange" } }));
}

async function sessions(key: string, name: string): Promise<Waiting[]> {
	const { items } = await get("/sessions", { query: { limit: 50 } });
	return items
		.filter((s) => !isOver(s.step))
		.map((s) => ({ key, words: { title: s.title }, to: { name, params: { id: s.session_id } } }));
}

/** Sessions with guest venues, whose venues say that their seats are ready before the start. */
async function confirmations(): Promise<Waiting[]> {
	const { items } = await get("/sessions", { query: { limit: 50 } });
	return items
		.filter((s) => s.venues_open)
		.map((s) => ({ key: "wait_venue", words: { title: s.title }, to: { name: "session", params: { id: s.session_id } } }));
}

async function bids(): Promise<Waiting[]> {
	const { items } = await get("/me/bids");
	return items.flatMap((b) => {
		const key = b.state === "uploading" ? "wait_finalise" : b.state === "sealed" ? "wait_release" : null;
		return key ? [{ key, words: { lot: b.lot_name ?? b.lot_code ?? "" }, to: { name: "bid", params: { id: b.bid_id } } }] : [];
	});
}

/** What the regulator owes a party by law has a line of its own. */
async function complaints(state: "received" | "accepted", key: string): Promise<Waiting[]> {
	const items = await all((after) => get("/complaints", { query: { state, after, limit: 100 } }));
	return items.map((c) => {
		const clock = c.clocks.find((x) => x.what !== "suspension_end");
		return {
			key,
			words: { name: c.project_name, due: clock ? i18n.global.t("home.wait_until", { time: formatTime(clock.end) }) : "" },
			to: { name: "complaint", params: { id: c.complaint_id } },
		};
	});
}

/** A question of a committee has a deadline, and silence is put on record. */
async function clarifications(): Promise<Waiting[]> {
	const open = (await get("/clarifications")).items.filter((q) => q.state === "passed");
	if (!open.length)
		return [];
	const now = Date.parse((await get("/clock")).legal);
	return open
		.filter((q) => Date.parse(q.deadline!) >= now)
		.map((q) => ({ key: "wait_clarification", words: { due: formatTime(q.deadline), text: q.text }, to: { name: "bid", params: { id: q.bid_id } } }));
}

const JUDGING = ["qualification", "preliminary", "scoring"];

/** What committees would ask bidders; no bidder reads it before it is passed on. */
async function reviews(): Promise<Waiting[]> {
	const judging = (await get("/sessions", { query: { limit: 50 } })).items.filter((s) => JUDGING.includes(s.step));
	const asked = await Promise.all(judging.map(async (s) => {
		const { items } = await get("/sessions/{session_id}/questions", { path: { session_id: s.session_id } });
		return items.some((q) => q.state === "asked") ? s : null;
	}));
	return asked
		.filter((s) => s !== null)
		.map((s) => ({ key: "wait_review", words: { title: s.title }, to: { name: "session", params: { id: s.session_id } } }));
}

async function shares(): Promise<Waiting[]> {
	const { items } = await get("/holder/tasks");
	return items
		.filter((x) => !x.done)
		.map((x) => ({ key: "wait_share", words: { lot: x.lot_name ?? x.lot_code ?? x.project_name ?? "" }, to: { name: "tasks" } }));
}

async function tenders(): Promise<Waiting[]> {
	const items = await all((after) => get("/me/tenders", { query: { after } }));
	return items.filter((x) => x.waiting.length).map((x) => ({ key: "wait_tender", words: { name: x.name }, to: { name: "tender", params: { project: x.project_id } } }));
}

/** Openings one takes part in that no certificate outlasts. */
async function certificates(): Promise<Waiting[]> {
	const { warnings } = await get("/me/certificates");
	return warnings.map((w) => ({ key: "wait_certificate", words: { lot: w.lot_name, due: formatTime(w.deadline) }, to: { name: "account" } }));
}

/** Bonds one has a reference for that did not arrive while there is still time. */
async function bonds(): Promise<Waiting[]> {
	const items = await all((after) => get("/me/deposits", { query: { after } }));
	const now = Date.parse((await get("/clock")).legal);
	return items
		.filter((x) => x.lot_state === "bidding" && !x.there && !x.payments.some((p) => p.state === "back") && Date.parse(x.deadline ?? "") > now)
		.map((x) => ({ key: "wait_bond", words: { lot: x.lot_name, due: formatTime(x.deadline) }, to: { name: "deposit", params: { lot: x.lot_id } } }));
}

async function faults(): Promise<Waiting[]> {
	const { items } = await get("/faults");
	return items.map((f) => ({ key: "wait_fault", words: { title: f.title, state: word("fault_state", f.state) }, to: { name: "faults", params: { id: f.session_id } } }));
}

async function questions(): Promise<Waiting[]> {
	const items = await all((after) => get("/questions", { query: { after } }));
	return items.map((q) => ({
		key: q.due ? "wait_objection" : "wait_question",
		words: { name: q.project_name ?? "", due: formatTime(q.due) },
		to: { name: "project", params: { id: q.project_id ?? "" } },
	}));
}

const sources: Source[] = [
	{ roles: ["staff"], list: () => notices("submitted", "wait_notice_approve") },
	{ roles: ["staff"], list: () => notices("approved", "wait_notice_publish") },
	{ roles: ["staff", "agency"], list: () => notices("returned", "wait_notice_returned") },
	{ roles: ["staff", "agency"], list: (account) => projectDrafts("submitted", "wait_project_approve", account) },
	{ roles: ["staff", "agency"], list: (account) => projectDrafts("returned", "wait_project_returned", account) },
	{ roles: ["staff", "supervisor"], list: differences },
	{ roles: ["staff"], list: templates },
	{ roles: ["staff"], list: () => stuckPushes("refused") },
	{ roles: ["staff"], list: () => stuckPushes("faulty") },
	{ roles: ["staff", "agency", "buyer", "supervisor"], list: ending },
	{ roles: ["host", "supervisor"], list: () => sessions("wait_session", "session") },
	{ roles: ["venue"], list: confirmations },
	{ roles: ["venue"], list: () => sessions("wait_gate", "gate") },
	{ roles: ["agency", "buyer"], list: faults },
	{ roles: ANSWERING, list: questions },
	{ roles: ["supervisor"], list: () => complaints("received", "wait_complaint_accept") },
	{ roles: ["supervisor"], list: () => complaints("accepted", "wait_complaint_decide") },
	{ roles: ["supervisor"], list: reviews },
	{ roles: ["bidder"], list: clarifications },
	{ roles: ["bidder"], list: tenders },
	{ roles: ["bidder"], list: certificates },
	{ roles: ["bidder"], list: bonds },
	{ roles: ["bidder"], list: bids },
	{ roles: ["holder"], list: shares },
];

export async function listWaiting(roles: Role[], account: string): Promise<Waiting[]> {
	const mine = sources.filter((s) => s.roles.some((r) => roles.includes(r)));
	return (await Promise.all(mine.map((s) => s.list(account, roles)))).flat();
}
