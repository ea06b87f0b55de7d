// SPDX-License-Identifier: GPL-3.0-or-later
// What waits for the person who signed in: one source per role, asked for only if the role is there.
import type { RouteLocationRaw } from "vue-router";
import { get } from "@/lib/api";
import type { Role } from "@/lib/me";

export interface Waiting {
	key: string; // message key under home.
	words: Record<string, string>;
	to: RouteLocationRaw;
}

interface Source {
	roles: Role[];
	list(): Promise<Waiting[]>;
}

async function notices(state: "submitted" | "approved" | "returned", key: string): Promise<Waiting[]> {
	const { items } = await get("/notices", { query: { state, limit: 50 } });
	return items.map((n) => ({ key, words: { title: n.title }, to: { name: "notice", params: { id: n.notice_id } } }));
}

async function sessions(key: string, name: string): Promise<Waiting[]> {
	const { items } = await get("/sessions", { query: { limit: 50 } });
	return items
		.filter((s) => s.step !== "closed")
		.map((s) => ({ key, words: { title: s.title }, to: { name, params: { id: s.session_id } } }));
}

async function bids(): Promise<Waiting[]> {
	const { items } = await get("/me/bids");
	return items.flatMap((b) => {
		const key = b.state === "uploading" ? "wait_finalise" : b.state === "sealed" ? "wait_release" : null;
		return key ? [{ key, words: { lot: b.lot_name ?? b.lot_code ?? "" }, to: { name: "bid", params: { id: b.bid_id } } }] : [];
	});
}

async function shares(): Promise<Waiting[]> {
	const { items } = await get("/holder/tasks");
	return items
		.filter((x) => !x.done)
		.map((x) => ({ key: "wait_share", words: { lot: x.lot_name ?? x.lot_code ?? x.project_name ?? "" }, to: { name: "tasks" } }));
}

const sources: Source[] = [
	{ roles: ["staff"], list: () => notices("submitted", "wait_notice_approve") },
	{ roles: ["staff"], list: () => notices("approved", "wait_notice_publish") },
	{ roles: ["staff", "agency"], list: () => notices("returned", "wait_notice_returned") },
	{ roles: ["host", "supervisor"], list: () => sessions("wait_session", "session") },
	{ roles: ["venue"], list: () => sessions("wait_gate", "gate") },
	{ roles: ["bidder"], list: bids },
	{ roles: ["holder"], list: shares },
];

export async function listWaiting(roles: Role[]): Promise<Waiting[]> {
	const mine = sources.filter((s) => s.roles.some((r) => roles.includes(r)));
	return (await Promise.all(mine.map((s) => s.list()))).flat();
}
