// SPDX-License-Identifier: GPL-3.0-or-later
// A bid that is being sealed and sent, kept in this browser until it is handed in.
import { dropValue, findValue, keepValue } from "@/lib/kept";
import type { Draft } from "@/sealed/container";

export interface KeptDraft {
	draft: Draft;
	bidId: string | null; // null until the server knows of it
}

const nameOf = (account: string, lot: string): string => `draft:${account}:${lot}`;

export const findDraft = (account: string, lot: string): Promise<KeptDraft | undefined> => findValue<KeptDraft>(nameOf(account, lot));
export const keepDraft = (account: string, lot: string, kept: KeptDraft): Promise<void> => keepValue(nameOf(account, lot), kept);
export const dropDraft = (account: string, lot: string): Promise<void> => dropValue(nameOf(account, lot));
