// SPDX-License-Identifier: GPL-3.0-or-later
// The sealing worker: reads, digests and seals, so that the page stays alive.
import { manifestFault } from "@/sealed/manifest";
import type { Answer, Ask } from "@/sealed/protocol";
import { describe, sameFiles, Sealer } from "@/sealed/sealer";

let sealer: Sealer | null = null;

function tell(answer: Answer, transfer: Transferable[] = []): void {
	postMessage(answer, { transfer });
}

async function prepare(ask: Extract<Ask, { ask: "begin" | "resume" }>): Promise<void> {
	const described = await describe(ask.files, (bytes) => tell({ answer: "read", bytes }));
	if (ask.ask === "resume" && !sameFiles(described, ask.draft.files))
		return tell({ answer: "failed", why: "other_files" });
	const fault = ask.ask === "begin" ? manifestFault({ ...ask.plan, files: described }) : null;
	if (fault)
		return tell({ answer: "failed", why: `manifest_${fault}` });
	sealer = ask.ask === "resume" ? new Sealer(ask.draft, ask.files) : await Sealer.begin(ask.plan, ask.key, ask.files, described);
	if (!(await sealer.opensWith(ask.key)))
		return tell({ answer: "failed", why: "unopened" });
	tell({ answer: "ready", draft: sealer.draft, pieces: sealer.pieces });
}

async function work(ask: Ask): Promise<void> {
	if (ask.ask === "begin" || ask.ask === "resume")
		return prepare(ask);
	if (ask.ask === "digest")
		return tell({ answer: "digest", digest: await sealer!.receiptDigest() });
	const bytes = await sealer!.piece(ask.n);
	tell({ answer: "piece", bytes }, [bytes.buffer]);
}

let last = Promise.resolve();
onmessage = ({ data }: MessageEvent<Ask>) => {
	last = last.then(() => work(data)).catch(() => tell({ answer: "failed", why: "unreadable" }));
};
