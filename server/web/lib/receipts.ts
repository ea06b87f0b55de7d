// SPDX-License-Identifier: GPL-3.0-or-later
// Every act this page did is followed until its event stands in the ledger and the proof was checked here.
import { defineStore } from "pinia";
import { ref } from "vue";
import { request, urlOf, type EventRef, type Schemas } from "@/lib/api";
import { checkReceipt, type Expected, type ReceiptParts, type Verdict } from "@/lib/ledger";

export interface Followed {
	event: EventRef;
	state: "pending" | "checked" | "broken" | "overdue";
	verdict?: Verdict;
	receipt?: ReceiptParts;
}

// The keeper wakes at each commit and at least every second; DESIGN §5 calls a minute an alarm.
const PAUSE_MS = 1000;
const OVERDUE_MS = 60_000;
const KEPT = 50;

let verifierKey: Promise<string> | null = null;

/** The verifier key of the ledger, fetched once. */
export async function ledgerKey(): Promise<string> {
	verifierKey ??= request("/ledger/key", {}, 2).then((r) => r.text());
	try {
		return await verifierKey;
	} catch (error) {
		verifierKey = null;
		throw error;
	}
}

/** The receipt of an event, or null while it is only promised. */
export async function fetchReceipt(eventId: string): Promise<ReceiptParts | null> {
	const response = await request(urlOf("/events/{event_id}/receipt", { event_id: eventId }), {}, 2);
	const answer: Partial<Schemas["Receipt"]> = await response.json();
	return answer.checkpoint === undefined ? null : (answer as ReceiptParts);
}

/** Not every act shows its event to whoever did it; the hash was promised all the same. */
export async function checkFetched(receipt: ReceiptParts, event: EventRef): Promise<Verdict> {
	if (receipt.leaf_hash !== event.leaf_hash)
		return "leaf";
	return checkReceipt(receipt, await ledgerKey(), receipt.leaf === undefined ? undefined : event);
}

export interface Checked {
	receipt: ReceiptParts;
	verdict: Verdict;
	/** by which key it was checked */
	key: string;
}

/** The receipt of an event that must be this one, checked; null while it is only promised. */
export async function fetchChecked(eventId: string, expected: Expected): Promise<Checked | null> {
	const receipt = await fetchReceipt(eventId);
	if (!receipt)
		return null;
	const key = await ledgerKey();
	return { receipt, verdict: await checkReceipt(receipt, key, expected), key };
}

export const useReceipts = defineStore("receipts", () => {
	const items = ref<Followed[]>([]);

	async function follow(event: EventRef): Promise<void> {
		items.value.unshift({ event, state: "pending" });
		items.value.splice(KEPT);
		const row = items.value.find((x) => x.event.event_id === event.event_id)!;
		const started = Date.now();
		for (;;) {
			try {
				const receipt = await fetchReceipt(event.event_id);
				if (receipt) {
					row.receipt = receipt;
					row.verdict = await checkFetched(receipt, event);
					row.state = row.verdict === "ok" ? "checked" : "broken";
					return;
				}
			} catch {
				// The connection may be down; the act itself was acknowledged. Ask again below.
			}
			if (Date.now() - started > OVERDUE_MS) {
				row.state = "overdue";
				return;
			}
			await new Promise((done) => setTimeout(done, PAUSE_MS));
		}
	}

	return { items, follow };
});
