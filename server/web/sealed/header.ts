// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a sealed bid as the server has it: what a bidder or holder needs to open a slot.
import { request, urlOf } from "@/lib/api";
import type { Bytes } from "@/lib/bytes";
import { parseHeader, type Header } from "@/sealed/container";

/** null when the bytes are no header. */
export async function fetchHeader(bidId: string): Promise<Header | null> {
	const response = await request(urlOf("/bids/{bid_id}/header", { bid_id: bidId }), {}, 2);
	return parseHeader(new Uint8Array(await response.arrayBuffer()) as Bytes);
}
