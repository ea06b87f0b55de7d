// SPDX-License-Identifier: GPL-3.0-or-later
// What may happen to a score sheet or a ballot while it is filled in: a bid is rejected, a member leaves whose vote had
// decided, the session is held up.
import { watch } from "vue";
import type { Draft } from "@/expert/draft";
import { Refusal } from "@/lib/api";

export interface Course {
	/** Asks for the sheet again. */
	reload: () => Promise<void>;
	/** Code by which a bid is refused that was rejected meanwhile. */
	unknown: string;
	/** Whether the session knows the sheet as submitted. */
	given: () => boolean | undefined;
	/** Whether the session is held up. */
	held: () => boolean | undefined;
	/** It was submitted and is open again: it is committed to anew. */
	reopened: () => void;
}

export function useCourse<T>(draft: Draft<T>, sheet: Course): void {
	// A bid was rejected meanwhile: it is not asked about any more.
	watch(draft.error, async (failure) => {
		if (failure instanceof Refusal && failure.code === sheet.unknown) {
			await sheet.reload();
			draft.change(draft.value.value);
		}
	});
	// A member left whose vote had decided about a bid: what was given is open again.
	watch(sheet.given, (now, before) => {
		if (before && !now) {
			sheet.reopened();
			void sheet.reload();
		}
	});
	// What was typed as the hold began was refused; nothing could be asked for while it lasted, perhaps.
	watch(sheet.held, async (now, before) => {
		if (before && !now) {
			await sheet.reload();
			await draft.settle();
		}
	});
}
