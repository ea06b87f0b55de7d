// SPDX-License-Identifier: GPL-3.0-or-later
// What the pages about the keeping of recordings share.
import type { Schemas } from "@/lib/api";

type State = Schemas["Keeping"]["state"];

export function stateColour(state: State): "success" | "warning" | "danger" | "info" {
	return state === "kept" ? "success" : state === "proposed" ? "warning" : state === "removed" ? "info" : "danger";
}

/** "1.4 GiB": sizes of recordings for people. */
export function formatSize(bytes: number): string {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let i = 0;
	for (; bytes >= 1024 && i < units.length - 1; i++)
		bytes /= 1024;
	return `${i ? bytes.toFixed(1) : bytes} ${units[i]}`;
}
