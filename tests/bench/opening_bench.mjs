// SPDX-License-Identifier: GPL-3.0-or-later
// Thirty bids of 20 MB are opened at once in one hall while a room of seven seats runs in the same process: what the
// opening does to the room's relay, whose delay p99 stays under 50 ms.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { bidder, creditCode, keyHolders, sealBid, submitBid } from '../support/bids.mjs';
import { makePlan, runLoad } from '../support/load.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build } from '../support/server.mjs';
import { advanceTo, announce, workingTime } from '../support/trade.mjs';

const BIDDERS = 30, MB = 20, SEATS = 7, AT_MOST_MS = 50;
// Short, so that the opening is most of it.
const WARM_UP_S = 5, SECONDS = 4;
const server = new Server({ config: { server: { log_level: 'notice' } } });
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};

// Returns what opens the bid.
async function handIn(i, { tender, lots: [lotId] }, document) {
  const firm = await bidder(server, seal, `firm${i}`, { name: `第${i + 1}家建设有限公司`, credit_code: creditCode(i) });
  const sealed = await sealBid(firm, { tender, lotId, price: String(1200000 + i), documents: [document] });
  const bid = await submitBid(firm, lotId, sealed);
  // What the bidder's own machine makes ready.
  const key = await seal.release(firm.key, sealed.file);
  fs.rmSync(sealed.file);
  return () => firm.post(`/bids/${bid.bid_id}/release`, key);
}

const room = (begun) => runLoad(server, makePlan(server, { rooms: 1, speakers: SEATS }),
  { args: ['--seconds', String(SECONDS), '--warm-up', String(WARM_UP_S)], begun });
const line = (name, f) => console.log(`${name}: delay p50 ${f.p50_ms} p95 ${f.p95_ms} p99 ${f.p99_ms} ms`);

try {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal);
  const deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  const announced = await announce(server, people, holders, deadline);
  const document = seal.write('技术文件.bin', crypto.randomBytes(MB * 1e6));
  const handedIn = [];
  for (let i = 0; i < BIDDERS; i += 1) handedIn.push(await handIn(i, announced, document));
  await advanceTo(people.staff, deadline);
  await people.host.post(`/lots/${announced.lots[0]}/close`);

  line('the room alone', await room());
  let beside;
  await new Promise((begun, failed) => {
    beside = room(begun);
    beside.catch(failed);
  });
  const start = process.hrtime.bigint();
  const states = await Promise.all(handedIn.map(async (open) => (await open()).state));
  const took = Number(process.hrtime.bigint() - start) / 1e9;
  const figures = await beside;
  assert.ok(states.every((state) => state === 'opened'));
  assert.ok(took < SECONDS - 1, `it took ${took} s, longer than what was measured`);
  console.log(`${BIDDERS} bids of ${MB} MB opened at once: ${took.toFixed(1)} s, ${(BIDDERS * MB / took).toFixed(0)} MB/s`);
  line('the room beside them', figures);
  assert.ok(figures.p99_ms < AT_MOST_MS, `p99 ${figures.p99_ms} ms, at most ${AT_MOST_MS}`);
} finally {
  await server.remove();
}
