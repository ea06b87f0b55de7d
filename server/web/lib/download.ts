// SPDX-License-Identifier: GPL-3.0-or-later
// A file of the server saved by the browser; a refusal is thrown, as everywhere.
import { request } from "@/lib/api";

export async function download(url: string, name: string): Promise<void> {
	const response = await request(url, {}, 1);
	const link = document.createElement("a");
	link.href = URL.createObjectURL(await response.blob());
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}
