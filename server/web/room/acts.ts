// SPDX-License-Identifier: GPL-3.0-or-later
// Acts on their way: what the person did and the server has not yet committed. Each is sent once per connection, with
// the same id, until it is acknowledged or refused; the next one when the one before was answered. Pure.
import type { ActFields } from "@/room/control";

export interface Act {
	id: string;
	fields: ActFields;
	sent: boolean; // on this connection
	pending: boolean; // the server has it but could not commit it yet
	dueMs: number; // not to be sent before
}

const MOST = 256;

export class Acts {
	private readonly waiting: Act[] = [];

	/** False: too many are on their way. */
	add(id: string, fields: ActFields): boolean {
		if (this.waiting.length >= MOST)
			return false;
		this.waiting.push({ id, fields, sent: false, pending: false, dueMs: 0 });
		return true;
	}

	/** The first that waits for its turn; those behind an unanswered one wait with it. */
	private first(): Act | null {
		for (const act of this.waiting) {
			if (!act.sent)
				return act;
			if (!act.pending)
				return null;
		}
		return null;
	}

	/** The act to be sent now; the caller sends it and sets `sent`. */
	next(nowMs: number): Act | null {
		const act = this.first();
		return act && act.dueMs <= nowMs ? act : null;
	}

	/** When next() will have one; Infinity: only after an answer. */
	get dueMs(): number {
		return this.first()?.dueMs ?? Infinity;
	}

	/** The connection is gone: everything is to be sent again. */
	resend(): void {
		for (const act of this.waiting)
			Object.assign(act, { sent: false, pending: false, dueMs: 0 });
	}

	find(id: string | undefined): Act | undefined {
		return this.waiting.find((a) => a.id === id);
	}

	/** Whether one with these fields is on its way. */
	any(fields: Partial<Record<string, unknown>>): boolean {
		return this.waiting.some((a) => Object.entries(fields).every(([name, value]) => (a.fields as Record<string, unknown>)[name] === value));
	}

	remove(id: string): void {
		const i = this.waiting.findIndex((a) => a.id === id);
		if (i >= 0)
			this.waiting.splice(i, 1);
	}

	get list(): readonly Act[] {
		return this.waiting;
	}
}
