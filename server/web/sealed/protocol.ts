// SPDX-License-Identifier: GPL-3.0-or-later
// What page and sealing worker say to each other. The page asks, the worker answers each question once, in order.
import type { Bytes } from "@/lib/bytes";
import type { Draft, Plan } from "@/sealed/container";
import type { SealKey } from "@/sealed/keys";
import type { ManifestFault } from "@/sealed/manifest";

export type Ask =
	| { ask: "begin"; files: File[]; key: SealKey; plan: Omit<Plan, "files"> }
	/** with the files chosen again */
	| { ask: "resume"; files: File[]; key: SealKey; draft: Draft }
	| { ask: "piece"; n: number }
	| { ask: "digest" };

export type Answer =
	| { answer: "read"; bytes: number } // any number of times before "ready"
	| { answer: "ready"; draft: Draft; pieces: number }
	| { answer: "piece"; bytes: Bytes }
	| { answer: "digest"; digest: string }
	| { answer: "failed"; why: "other_files" | "unopened" | "unreadable" | `manifest_${ManifestFault}` };
