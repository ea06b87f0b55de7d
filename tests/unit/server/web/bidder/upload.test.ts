// SPDX-License-Identifier: GPL-3.0-or-later
// The line breaks in every way it can; the server's count of bytes decides where to go on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { upload, type Line, type Progress } from "@/bidder/upload";
import { Refusal } from "@/lib/api";

const SIZE = 10;
const refusal = (status: number, code: string, retryAfterS?: number): Refusal => new Refusal(status, code, "", undefined, undefined, undefined, retryAfterS);
const broken = (): Refusal => refusal(0, "client.unreachable");

/** A server that answers each request by the next step: an error to throw, or how many bytes it takes of a piece. */
class Server implements Line {
	has = 0;
	readonly waits: number[] = [];
	readonly sent: number[] = [];
	constructor(private readonly steps: (Refusal | number)[]) {}

	private next(): number {
		const step = this.steps.shift() ?? 4;
		if (typeof step !== "number")
			throw step;
		return step;
	}

	begin = async (): Promise<{ bid_id: string; received: number }> => ({ bid_id: "b", received: this.has });
	received = async (): Promise<number> => (this.next(), this.has);
	wait = async (ms: number): Promise<void> => void this.waits.push(ms);

	send = async (_: string, offset: number, piece: Blob): Promise<number> => {
		this.sent.push(offset);
		const taken = this.next();
		assert.equal(offset, this.has, "the server takes nothing from elsewhere");
		this.has += Math.min(taken, piece.size);
		return this.has;
	};
}

async function send(server: Server, resume: string | null = null, report: (p: Progress) => void | Promise<void> = () => {}): Promise<string> {
	const source = { size: SIZE, pieceAt: async (at: number) => new Blob([new Uint8Array(Math.min(4, SIZE - at))]) };
	return upload("l", source, resume, report, new AbortController().signal, server);
}

test("piece by piece, and from where the server is", async () => {
	const fresh = new Server([]);
	assert.equal(await send(fresh), "b");
	assert.deepEqual(fresh.sent, [0, 4, 8]);
	const half = new Server([]);
	half.has = 6;
	assert.equal(await send(half, "old"), "old");
	assert.deepEqual(half.sent, [6]);
});

test("a broken line is tried again, more and more seldom, from the server's offset", async () => {
	const seen: Progress[] = [];
	const server = new Server([4, broken(), broken(), refusal(503, "db.down"), 0, 4]);
	await send(server, null, (p) => void seen.push(p));
	assert.deepEqual(server.waits, [1000, 2000, 4000]);
	assert.deepEqual(seen.map((p) => p.waitMs).filter(Boolean), [1000, 2000, 4000]);
	assert.equal(server.has, SIZE);
	// What came through begins the count anew.
	const twice = new Server([broken(), 0, 4, broken(), 0, 4]);
	await send(twice);
	assert.deepEqual(twice.waits, [1000, 1000]);
});

test("the answer got lost: what is there is not sent again", async () => {
	const server = new Server([4]);
	const take = server.send;
	server.send = async (...args) => {
		const had = await take(...args);
		if (had === 8)
			throw broken();
		return had;
	};
	await send(server);
	assert.deepEqual(server.sent, [0, 4, 8]);
});

test("the server says where it is and when to come back", async () => {
	const server = new Server([refusal(409, "bid.offset"), 0, refusal(429, "http.too_many", 7), 0, 4]);
	await send(server);
	assert.deepEqual(server.waits, [1000, 7000]);
});

test("what the server refuses is final", async () => {
	for (const final of [refusal(422, "bid.late"), refusal(409, "bid.state"), refusal(401, "auth.required"), refusal(413, "http.body_too_large")]) {
		const server = new Server([4, final]);
		await assert.rejects(send(server), (e) => e === final);
		assert.deepEqual([server.waits, server.sent], [[], [0, 4]]);
	}
});

test("without the server it ends, after minutes", async () => {
	const server = new Server(Array.from({ length: 50 }, broken));
	await assert.rejects(send(server), { code: "client.unreachable" });
	assert.equal(server.waits.length, 9);
	assert.ok(server.waits.reduce((a, b) => a + b) > 120_000 && Math.max(...server.waits) === 30_000);
});

test("nothing is sent before the caller has kept the upload", async () => {
	const server = new Server([]);
	await send(server, null, async ({ received }) => {
		await new Promise((done) => setTimeout(done));
		assert.equal(server.sent.length, Math.ceil(received / 4));
	});
});
