// SPDX-License-Identifier: GPL-3.0-or-later
// The relay beside a disk that takes three seconds for every sync, the recorder's and the database's alike: its delay
// p99 stays within 10 ms of what it is without, and every cluster reaches the ledger.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { databaseEvents } from '../support/client.mjs';
import { makePlan, runLoad } from '../support/load.mjs';
import { Server, until } from '../support/server.mjs';

const SEATS = 7, DELAY_MS = 3000, MORE_MS = 10;
const SECONDS = Number(process.env.BIDROOM_BENCH_SECONDS ?? 15);
const server = new Server({ disk: true });

// The room's delay while it is measured; `slow` from the moment all tracks are there.
async function measure(slow) {
  const plan = makePlan(server, { rooms: 1, speakers: SEATS });
  const { session } = JSON.parse(fs.readFileSync(plan, 'utf8').split('\n')[0]);
  const run = runLoad(server, plan, { args: ['--seconds', String(SECONDS), '--warm-up', '10'] });
  const folder = path.join(server.dataDir, 'reels', session);
  const recorded = () => fs.readdirSync(folder).filter((name) => name.endsWith('.idx')).map((name) => [
    Number.parseInt(name, 10), fs.statSync(path.join(folder, name)).size / 64]);
  if (slow) {
    await until('all to be recorded', () => recorded().length === 2 * SEATS && recorded().every(([, n]) => n > 2));
    fs.writeFileSync(server.syncDelay, String(DELAY_MS));
  }
  const figures = await run;
  const parts = () => databaseEvents(server, session, 'recording').filter((e) => e.kind === 'media.part').map((e) => e.body);
  const during = parts().length;
  fs.rmSync(server.syncDelay, { force: true });
  await until('all parts in the ledger', () => {
    const told = new Map();
    for (const { tracks } of parts())
      for (const { track, clusters } of tracks) told.set(track, (told.get(track) ?? 0) + clusters.length);
    return recorded().length === 2 * SEATS && recorded().every(([track, n]) => told.get(track) === n);
  }, 120000);
  assert.deepEqual(parts().map((p) => p.no), parts().map((_, i) => i + 1));
  assert.deepEqual(databaseEvents(server, session).filter((e) => e.kind === 'room.gap'), []);
  return { ...figures, parts: parts().length, during };
}

try {
  await server.start();
  await server.openHouse();
  const calm = await measure(false);
  const slow = await measure(true);
  const line = (f) => `delay p50 ${f.p50_ms} p95 ${f.p95_ms} p99 ${f.p99_ms} ms; ${f.parts} parts, ${f.during} of them while it ran`;
  console.log(`disk as it is:          ${line(calm)}`);
  console.log(`${DELAY_MS} ms more per sync:  ${line(slow)}`);
  assert.ok(slow.during < calm.during / 2, 'the disk was slow');
  assert.ok(slow.p99_ms <= calm.p99_ms + MORE_MS, `p99 ${slow.p99_ms} ms, undisturbed ${calm.p99_ms} ms`);
} finally {
  await server.remove();
}
