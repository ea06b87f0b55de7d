// SPDX-License-Identifier: GPL-3.0-or-later
// At most six requests are on the way (what a browser opens to one host); sound goes before pictures,
// what is wanted now before what is read ahead.

export const WIDTH = 6;

export interface Wanted {
	priority: number; // lower is sooner
	run(): Promise<void>;
	signal: AbortSignal;
}

export class RequestQueue {
	private readonly waiting: Wanted[] = [];
	private flying = 0;
	/** hears of everything that failed, beside who asked for it */
	onfail: (why: unknown) => void = () => {};

	/** Resolves when the work is done, at once (without running it) when its signal is aborted first. */
	add(priority: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
		return new Promise((done, fail) => {
			const wanted = { priority, signal, run: () => work().catch((why) => {
				this.onfail(why);
				throw why;
			}).then(done, fail) };
			const at = this.waiting.findIndex((w) => w.priority > priority);
			this.waiting.splice(at < 0 ? this.waiting.length : at, 0, wanted);
			signal.addEventListener("abort", () => {
				const i = this.waiting.indexOf(wanted);
				if (i >= 0) {
					this.waiting.splice(i, 1);
					done();
				}
			}, { once: true });
			this.pump();
		});
	}

	private pump(): void {
		while (this.flying < WIDTH && this.waiting.length) {
			const wanted = this.waiting.shift()!;
			this.flying++;
			void wanted.run().finally(() => {
				this.flying--;
				this.pump();
			});
		}
	}
}
