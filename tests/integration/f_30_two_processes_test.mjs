// SPDX-License-Identifier: GPL-3.0-or-later
// Portal and rooms as two processes over one data directory: what one commits reaches the other, and either may die. And
// rooms in two processes: whoever comes to the wrong one is sent to the right one.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  allHear, assertOneTruth, clientRoom, databaseEvents, exportSession, quitAll, talk, verifySession,
} from '../support/client.mjs';
import { RoomSocket, Seat } from '../support/room.mjs';
import { otherRooms, twoProcesses, until } from '../support/server.mjs';

let portal, rooms, other, room, there, clients, host;

test.before(async () => {
  ({ portal, rooms } = await twoProcesses());
  await portal.start();
  await rooms.start();
  await portal.openHouse();
  room = await clientRoom(portal, { n: 3 });
  ({ clients, host } = room);
});
test.after(async () => {
  await quitAll([...room?.all ?? [], ...there?.clients ?? []]).finally(() => other?.stop()).finally(() => rooms.stop()).finally(() => portal.remove());
});

const objects = async (c) => (await c.hears()).map((t) => t.objects);
const reelBytes = () => {
  const dir = path.join(portal.dataDir, 'reels', room.sessionId);
  return fs.readdirSync(dir).filter((f) => f.endsWith('.webm')).map((f) => fs.statSync(path.join(dir, f)).size);
};

test('the portal gives tickets for the process with the rooms, which has them alone', async () => {
  await Promise.all(room.all.map((c) => c.start()));
  const ticket = await clients[0].ticket();
  assert.equal(ticket.url, rooms.roomUrl);
  for (const c of room.all) await c.enter();
  await allHear(clients, { tracks: 4 });
  await assert.rejects(RoomSocket.connect(portal, room.sessionId), /^Error: HTTP\/1\.1 404/);
});


test('what the host does at the portal is in force at the seats', async () => {
  const [a, b] = clients;
  await host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: a.seatId, act: 'mute' });
  await a.heard('muted', (m) => m.kind === 'mic' && m.on);
  await b.heard('room_event', (m) => m.kind === 'room.mute' && m.body.seat === a.seatId && m.body.on);
  await host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: a.seatId, act: 'unmute' });
  await a.heard('muted', (m) => m.kind === 'mic' && !m.on);
});

test('kill -9 of the portal, and of the database with it: the rooms go on', async () => {
  const talking = talk(room.all);
  await until('a lot to be said', () => talking.said.length > 30);
  const since = room.all.map((c) => c.events.length);
  await portal.kill();
  await Promise.any(room.all.map((c, i) => c.heard('act_pending', undefined, { since: since[i] })));
  const [before, bytes] = [await Promise.all(room.all.map(objects)), reelBytes()];
  await until('everything to flow on', async () => (await Promise.all(room.all.map(objects)))
    .every((list, i) => list.every((n, k) => n > before[i][k] + 30)));
  assert.ok(reelBytes().every((n, i) => n > bytes[i]), 'all reels grow');
  await portal.start();
  const said = talking.said.length;
  await until('what waited and more to be said', () => talking.said.length > said + 30, 60000);
  await talking.stop();
  await assertOneTruth(portal, room.sessionId, room.all);
  for (const [i, c] of room.all.entries())
    assert.deepEqual(c.events.slice(since[i]).filter((e) => ['lost', 'ended', 'act_refused'].includes(e.event)), []);
  const truth = databaseEvents(portal, room.sessionId);
  assert.deepEqual(truth.filter((e) => e.kind === 'room.gap'), []);
});

test('kill -9 of the rooms alone: the portal goes on, the seats come back', async () => {
  const talking = talk(room.all);
  await until('a lot to be said', () => talking.said.length > 30);
  const since = room.all.map((c) => c.events.length);
  await rooms.kill();
  assert.ok((await clients[0].ticket()).ticket, 'the portal answers');
  await host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: clients[1].seatId, act: 'stop_video' });
  await rooms.start();
  for (const [i, c] of room.all.entries())
    assert.equal((await c.heard('joined', undefined, { since: since[i] })).resumed, true);
  // What was ordered in the meantime is in force.
  await clients[1].heard('muted', (m) => m.kind === 'cam' && m.on, { since: since[1] });
  await host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: clients[1].seatId, act: 'start_video' });
  await allHear(clients, { tracks: 4 });
  await talking.stop();
  const truth = await assertOneTruth(portal, room.sessionId, room.all);
  // One for all; a track whose last picture was late has one more of its own.
  assert.equal(truth.filter((e) => e.kind === 'room.gap' && e.body.track === undefined).length, 1);
});

test('the record of it all verifies', async () => {
  await quitAll(room.all);
  await until('all tracks to be over', () => portal.sql(
    `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
  const verdict = verifySession(exportSession(portal, room.sessionId));
  assert.equal(verdict.code, 0, verdict.out);
});

test('whoever comes to a process that has not his room is told who has it, and gets there', async () => {
  other = await otherRooms(portal).start();
  there = await clientRoom(portal, { n: 2 });
  const { sessionId, seats, clients: [client], host: { api } } = there;
  const owner = new Seat(other, sessionId, api);
  await owner.join();

  // Who asks for a ticket now is told at once; who has an older one is not.
  const wrong = new Seat(rooms, sessionId, seats[1].api, seats[1].expertKey);
  const { ticket, url } = await wrong.ticket();
  assert.equal(url, other.roomUrl);
  wrong.socket = await RoomSocket.connect(rooms, sessionId);
  wrong.socket.send(wrong.hello({ ticket }));
  const told = await wrong.socket.next('error');
  assert.deepEqual([told.code, told.at, told.fatal], ['room.elsewhere', other.roomUrl, true]);
  assert.equal((await wrong.socket.closed).code, 1008);
  // It was not spent there.
  wrong.server = other;
  assert.equal((await wrong.enter({ ticket })).seat, 'seat_2');

  await client.start();
  await client.join({ ...await client.ticket(), url: rooms.roomUrl });
  assert.equal((await client.heard('error')).code, 'room.elsewhere');
  await client.heard('joined');
  await owner.socket.event('room.joined', (m) => m.body.seat === 'seat_1');
  const { state } = await client.ask('state');
  assert.equal(state.url, other.roomUrl);

  // Nor is the room lost by who asked for it in vain: back after a loss, and at once at the right address.
  const since = client.events.length;
  await other.kill();
  await other.start();
  assert.equal((await client.heard('joined', undefined, { since })).resumed, true);
  assert.equal((await client.ask('state')).state.url, other.roomUrl);
  assert.deepEqual(client.events.slice(since).filter((m) => m.event === 'error'), []);
});
