// SPDX-License-Identifier: GPL-3.0-or-later
// The page's side of the sealing worker.
import type { Bytes } from "@/lib/bytes";
import type { Draft } from "@/sealed/container";
import type { Answer, Ask } from "@/sealed/protocol";

export class SealingFailed extends Error {
	constructor(readonly why: string) {
		super(why);
	}
}

export class SealingWorker {
	private readonly worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
	private ended = false;
	private readonly waiting: { done: (a: Answer) => void; fail: (e: Error) => void }[] = [];

	/** `read` is told of the bytes that were read before the first piece. */
	constructor(private readonly read: (bytes: number) => void) {
		this.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
			if (data.answer === "read")
				return this.read(data.bytes);
			const next = this.waiting.shift();
			if (data.answer === "failed")
				next?.fail(new SealingFailed(data.why));
			else
				next?.done(data);
		};
		// The worker's script did not load, or what it said cannot be read: nobody will answer any more.
		this.worker.onerror = this.worker.onmessageerror = () => this.close();
	}

	/** Whoever still waits for an answer learns that there will be none. */
	close(): void {
		this.ended = true;
		for (const { fail } of this.waiting.splice(0))
			fail(new SealingFailed("worker"));
		this.worker.terminate();
	}

	private ask<A extends Answer["answer"]>(ask: Ask, _answer: A): Promise<Extract<Answer, { answer: A }>> {
		return new Promise((done, fail) => {
			if (this.ended)
				return fail(new SealingFailed("worker"));
			this.waiting.push({ done: done as (a: Answer) => void, fail });
			this.worker.postMessage(ask);
		});
	}

	prepare(ask: Extract<Ask, { ask: "begin" | "resume" }>): Promise<{ draft: Draft; pieces: number }> {
		return this.ask(ask, "ready");
	}

	async piece(n: number): Promise<Bytes> {
		return (await this.ask({ ask: "piece", n }, "piece")).bytes;
	}

	async digest(): Promise<string> {
		return (await this.ask({ ask: "digest" }, "digest")).digest;
	}
}
