// SPDX-License-Identifier: GPL-3.0-or-later
// A file saved by the browser; a refusal of the server is thrown, as everywhere.
import { request } from "@/lib/api";

export function save(file: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}

export async function download(url: string, name: string): Promise<void> {
	const response = await request(url, {}, 1);
	save(await response.blob(), name);
}
