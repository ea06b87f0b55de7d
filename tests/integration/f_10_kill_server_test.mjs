// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 of bidroomd in the middle of a session: nothing acknowledged is lost, at most a second of the recording is,
// the seats come back by themselves and the session goes on.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  allHear, assertOneTruth, clientRoom, databaseEvents, exportSession, passedMs, quitAll, seatAll, sessionMs, talk, verifySession,
} from '../support/client.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let room, clients, talking, killedMs, openTracks, passed;

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 3 });
  ({ clients } = room);
});
test.after(async () => {
  await quitAll(room.all).finally(() => server.remove());
});

const tracks = () => server.sql(`SELECT track_no, ended_ms FROM media_track WHERE session_id = '${room.sessionId}' ORDER BY track_no`)
  .map(([no, ended]) => ({ no: Number(no), ended_ms: ended === 'NULL' ? null : Number(ended) }));

test('all are in the middle of it', async () => {
  await seatAll(room.all);
  await allHear(clients, { tracks: 4, objects: 60 });
  talking = talk(room.all);
  await until('a lot to be said', () => talking.said.length > 60);
  openTracks = tracks();
  assert.equal(openTracks.length, 6);
});

test('after kill -9 and a start the seats come back by themselves', async () => {
  const since = room.all.map((c) => c.events.length);
  passed = await passedMs(clients);
  await server.kill();
  killedMs = Date.now();
  // The recording of another session that a disk gives back no more; nor does it let go of its name.
  const lost = path.join(server.dataDir, 'reels', 'unreadable');
  fs.mkdirSync(path.join(lost, '3.webm'), { recursive: true });
  const told = server.log('record.unreadable');
  await server.start();
  assert.match(JSON.stringify(await told), /unreadable\/3/);
  for (const [i, c] of room.all.entries()) {
    const joined = await c.heard('joined', undefined, { since: since[i] });
    assert.equal(joined.resumed, true, `${c.options.label} needs no new ticket`);
  }
  await allHear(clients, { tracks: 4 });
  const before = talking.said.length;
  await until('much more to be said', () => talking.said.length > before + 60);
});

test('nothing acknowledged is missing, and all were told the same', async () => {
  const said = await talking.stop();
  const truth = await assertOneTruth(server, room.sessionId, room.all);
  for (const s of said) assert.equal(truth[s.event_no - 1].body.text, s.text);
  assert.equal(truth.filter((e) => e.kind === 'room.chat').length, said.length);
});

test('the recording reaches to a second before the kill, and what is missing is an event', async () => {
  const killed = sessionMs(server, room.sessionId, killedMs);
  const ended = tracks().filter((t) => openTracks.some((o) => o.no === t.no));
  for (const t of ended) {
    assert.notEqual(t.ended_ms, null, `track ${t.no} was ended`);
    const lostMs = passed.get(t.no) - t.ended_ms;
    assert.ok(lostMs <= 1000, `track ${t.no} lost ${lostMs} ms`);
  }
  const gaps = databaseEvents(server, room.sessionId).filter((e) => e.kind === 'room.gap');
  const [gap, ...more] = gaps.filter((e) => e.body.track === undefined);
  assert.deepEqual(more, []);
  // A track that was kept less far than the others has one of its own, up to where they all end.
  const short = ended.filter((t) => gap.body.from_ms - t.ended_ms > 150);
  assert.deepEqual(gaps.filter((e) => e.body.track !== undefined).map((e) => e.body),
    short.map((t) => ({ track: t.no, from_ms: t.ended_ms, to_ms: gap.body.from_ms, reason: 'server_restart' })));
  assert.equal(gap.body.reason, 'server_restart');
  assert.ok(gap.body.from_ms <= killed && gap.body.to_ms > killed, JSON.stringify({ ...gap.body, killed }));
  for (const c of room.all) assert.deepEqual(c.roomEvents().find((e) => e.kind === 'room.gap' && e.body.track === undefined).body, gap.body);
  assert.ok(tracks().every((t) => openTracks.some((o) => o.no === t.no) || t.no > 6), 'no number is used twice');
});

test('the record of both lives is one and verifies', async () => {
  await quitAll(room.all);
  await until('all tracks to be over', () => tracks().every((t) => t.ended_ms !== null));
  const dir = exportSession(server, room.sessionId);
  const verdict = verifySession(dir);
  assert.equal(verdict.code, 0, verdict.out);
  const leaves = fs.readFileSync(path.join(dir, 'events.jsonl'), 'utf8').split('\n').filter(Boolean)
    .map((line) => JSON.parse(JSON.parse(line).leaf)).filter((e) => e.subject === `session:${room.sessionId}`);
  for (const c of room.all)
    for (const act of c.acknowledged())
      assert.equal(leaves[act.event_no - 1].no, act.event_no, `${act.id} is in the ledger`);
});
