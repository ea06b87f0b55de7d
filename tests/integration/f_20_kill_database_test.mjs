// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 of the database in the middle of a session: pictures, voices and the recording go on, what is said waits and
// says so, and after the database is back nothing is missing or doubled.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  allHear, assertOneTruth, clientRoom, databaseEvents, exportSession, quitAll, seatAll, talk, verifySession,
} from '../support/client.mjs';
import { databasePid, Server, until } from '../support/server.mjs';

const server = new Server();
let room, clients, talking, since;

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 3 });
  ({ clients } = room);
});
test.after(async () => {
  await quitAll(room.all).finally(() => server.remove());
});

const reelBytes = () => {
  const dir = path.join(server.dataDir, 'reels', room.sessionId);
  return fs.readdirSync(dir).filter((f) => f.endsWith('.webm')).map((f) => fs.statSync(path.join(dir, f)).size);
};
const objects = async (c) => (await c.hears()).map((t) => t.objects);

test('all are in the middle of it', async () => {
  await seatAll(room.all);
  await allHear(clients, { tracks: 4, objects: 60 });
  talking = talk(room.all);
  await until('a lot to be said', () => talking.said.length > 40);
  since = room.all.map((c) => c.events.length);
});

test('while the database is killed again and again, relay and recording go on and acts wait', async () => {
  let pid;
  const end = Date.now() + 4000;
  const bytes = reelBytes();
  const before = await Promise.all(room.all.map(objects));
  do {
    pid = await until('a new database', () => { const now = databasePid(server.dbDir); return now !== pid && now; });
    process.kill(pid, 'SIGKILL');
  } while (Date.now() < end);
  // Somebody is told that the act waits, although the database is only seconds away.
  await Promise.any(room.all.map((c, i) => c.heard('act_pending', undefined, { since: since[i] })));
  const after = await Promise.all(room.all.map(objects));
  for (const [i, list] of after.entries())
    for (const [k, n] of list.entries()) assert.ok(n >= before[i][k] + 45, `${room.all[i].options.label} received ${n - before[i][k]} more`);
  const grown = reelBytes();
  for (const [i, n] of grown.entries()) assert.ok(n > bytes[i], `reel ${i} grew`);
});

test('then what waited is committed, and the seats noticed nothing else', async () => {
  const before = talking.said.length;
  await until('much more to be said', () => talking.said.length > before + 40, 60000);
  const said = await talking.stop();
  const truth = await assertOneTruth(server, room.sessionId, room.all);
  for (const s of said) assert.equal(truth[s.event_no - 1].body.text, s.text);
  assert.equal(truth.filter((e) => e.kind === 'room.chat').length, said.length);
  for (const [i, c] of room.all.entries())
    assert.deepEqual(c.events.slice(since[i]).filter((e) => ['lost', 'not_connected', 'ended', 'act_refused', 'error'].includes(e.event)), []);
  for (const c of clients)
    for (const t of await c.hears()) assert.deepEqual([t.gaps, t.forged], [0, 0], `${c.options.label} ← ${t.seat} ${t.kind}`);
  assert.deepEqual(truth.filter((e) => ['room.gap', 'room.lost'].includes(e.kind)), []);
});

test('the record has every part and verifies', async () => {
  await quitAll(room.all);
  await until('all tracks to be over', () => server.sql(
    `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
  const parts = databaseEvents(server, room.sessionId, 'recording').map((e) => e.body.no);
  assert.deepEqual(parts, parts.map((_, i) => i + 1));
  const verdict = verifySession(exportSession(server, room.sessionId));
  assert.equal(verdict.code, 0, verdict.out);
});
