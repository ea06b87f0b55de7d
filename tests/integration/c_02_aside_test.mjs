// SPDX-License-Identifier: GPL-3.0-or-later
// A supervisor speaks to one seat alone (单独通话): who hears it, who is told of it, what is recorded, and that nothing
// opens it again: neither a lost line, nor a killed server, nor the replay, nor a bundle.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Key, mediaObject, roomSession, Seat } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
const people = {};
let sessionId, a, b, host, supervisor, colleague, aside;

// A seat of who was not drawn, with a key to publish under.
async function standing(name, role) {
  const seat = new Seat(server, sessionId, await server.account(name, [role], { name: `${name}甲` }), new Key());
  await seat.api.post('/me/keys', { purpose: 'seat', alg: 'ed25519', public_key: seat.expertKey.base64 });
  return seat;
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  const room = await roomSession(server);
  ({ sessionId, host } = room);
  [a, b] = room.seats;
  supervisor = await standing('watcher', 'supervisor');
  colleague = await standing('watcher2', 'supervisor');
  people.auditor = await server.account('the-auditor', ['auditor']);
  for (const seat of [a, b, host, supervisor, colleague]) await seat.join();
});
test.after(() => server.remove());

const events = (kind, fits = () => true) => server.sql(`SELECT body FROM event WHERE subject = 'session:${sessionId}' AND kind = '${kind}' ORDER BY subject_no`)
  .map(([body]) => JSON.parse(body)).filter(fits);
const lastNo = () => Number(server.sql(`SELECT last_no FROM event_subject WHERE subject = 'session:${sessionId}'`)[0][0]);
const heard = (seat, track) => seat.socket.objects.filter((o) => o.readUInt16BE(2) === track).length;
const refusedPublish = async (seat, fields) => {
  seat.socket.send({ type: 'publish', ref: 'no', kind: 'mic', codec: 'opus', ...fields });
  const { code, field } = await seat.socket.next('error', (m) => m.ref === 'no');
  return [code, field];
};
/** Everything the server has sent a seat until now has arrived. */
const settled = async (seat) => {
  seat.pings = (seat.pings ?? 0) + 1;
  seat.socket.send({ type: 'ping', t: seat.pings });
  await seat.socket.next('pong', (m) => m.t === seat.pings);
};
const told = (seat) => Buffer.concat(seat.socket.heard).toString();

test('only a supervisor may, and only to a seat where somebody sits who hears', async () => {
  assert.ok(supervisor.welcome.rights.includes('aside'));
  for (const seat of [a, host]) {
    assert.equal(seat.welcome.rights.includes('aside'), false);
  }
  assert.deepEqual(await refusedPublish(a, { to: 'seat_2' }), ['room.no_right', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: 'seat_9' }), ['room.unknown_seat', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: 'seat_3' }), ['room.nobody_there', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: supervisor.welcome.seat }), ['room.nobody_there', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: 'Seat 1' }), ['control_value', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: 'seat_1', mask: 'original' }), ['control_value', 'to']);
  assert.deepEqual(await refusedPublish(supervisor, { to: 'seat_1', kind: 'cam', codec: 'vp8', width: 320, height: 180, fps: 15 }), ['control_value', 'to']);
  assert.deepEqual(events('room.publish'), []);
});

test('the seat hears it and knows that it is alone; the others hear nothing and are told nothing', async () => {
  const open = await supervisor.publish('mic');
  for (const seat of [a, b, host, colleague]) await seat.socket.next('track', (m) => m.track === open);
  for (const seat of [a, b, host, colleague]) seat.socket.heard.length = 0;
  const before = lastNo();
  aside = await supervisor.publish('mic', { to: 'seat_1' });
  assert.equal((await a.socket.next('track', (m) => m.track === aside)).to, 'seat_1');
  assert.equal((await colleague.socket.next('track', (m) => m.track === aside)).to, 'seat_1');
  for (const seat of [a, b, host, colleague]) await seat.socket.next('track_gone', (m) => m.track === open);
  for (let seq = 0; seq < 20; seq += 1) supervisor.socket.binary(mediaObject({ track: aside, seq }));
  for (const seat of [a, colleague]) await seat.socket.when('the voice', () => heard(seat, aside) === 20);
  // Those it concerns are told the fact; of the rest only the number passes.
  for (const seat of [a, supervisor, colleague, host]) {
    const { body, actor_seat: who } = await seat.socket.event('room.publish', (m) => m.body.track === aside);
    assert.deepEqual([body, who], [{ track: aside, seat: supervisor.welcome.seat, kind: 'mic', codec: 'opus', to: 'seat_1' }, supervisor.welcome.seat]);
  }
  const withheld = await b.socket.event('room.withheld');
  assert.deepEqual([withheld.no, withheld.body, 'actor_seat' in withheld], [before + 2, {}, false]);
  for (const seat of [b, host]) {
    await settled(seat);
    assert.equal(heard(seat, aside), 0);
    seat.socket.send({ type: 'subscribe', track: aside, on: true });
    assert.equal((await seat.socket.next('error')).code, 'room.unknown_track');
  }
  assert.doesNotMatch(told(b), new RegExp(`"track":${aside}\\b|"to":"seat_1"`));
});

test('a line that comes back brings no more and no less', async () => {
  b.lastNo = a.lastNo = 0;
  for (const seat of [a, b]) {
    seat.socket.drop();
    await supervisor.socket.next('roster', (m) => m.seats.find((s) => s.seat === seat.ticketInfo.seat_id).presence === 'lost');
    await seat.resume(0);
  }
  assert.deepEqual(a.welcome.tracks.map((t) => [t.track, t.to]), [[aside, 'seat_1']]);
  assert.deepEqual(b.welcome.tracks, []);
  supervisor.socket.binary(mediaObject({ track: aside, seq: 20 }));
  await a.socket.when('the voice again', () => heard(a, aside) === 1);
  await a.socket.event('room.publish', (m) => m.body.to === 'seat_1');
  await settled(b);
  assert.equal(heard(b, aside), 0);
  assert.doesNotMatch(told(b), /"to":"seat_1"/);
});

test('speaking to all again ends it, and the record says from when to when', async () => {
  const open = await supervisor.publish('mic');
  await a.socket.next('track_gone', (m) => m.track === aside);
  await b.socket.next('track', (m) => m.track === open && m.to === undefined);
  supervisor.socket.binary(mediaObject({ track: open, seq: 0 }));
  for (const seat of [a, b, host]) await seat.socket.when('the voice', () => heard(seat, open) === 1);
  const end = { track: aside, seat: supervisor.welcome.seat, to: 'seat_1' };
  assert.deepEqual((await a.socket.event('room.unpublish', (m) => m.body.track === aside)).body, end);
  await until('the end in the ledger', () => events('room.unpublish', (e) => e.track === aside).length);
  assert.deepEqual(events('room.unpublish', (e) => e.track === aside), [end]);
  const [[seat, started, ended]] = server.sql(`SELECT to_seat, started_ms, ended_ms FROM media_track WHERE session_id = '${sessionId}' AND track_no = ${aside}`);
  assert.equal(seat, 'seat_1');
  assert.ok(Number(ended) > Number(started));
  assert.doesNotMatch(told(b), /"to":"seat_1"/);
});

test('it ends when the seat is left, and what is said then reaches nobody', async () => {
  const track = await supervisor.publish('mic', { to: 'seat_1' });
  await a.socket.next('track', (m) => m.track === track);
  a.socket.send({ type: 'leave' });
  await a.socket.closed;
  await supervisor.socket.next('track_gone', (m) => m.track === track);
  supervisor.socket.binary(mediaObject({ track, seq: 0 }));
  await settled(supervisor);
  await settled(b);
  assert.equal(heard(b, track), 0);
  await a.join();
  assert.deepEqual(a.welcome.tracks, []);
});

test('the replay plays it to supervisors and auditors, and to no host', async () => {
  const manifest = (api) => api.get(`/sessions/${sessionId}/replay`);
  const of = await until('the reel', async () => {
    const row = (await manifest(supervisor.api)).tracks.find((t) => t.track === String(aside));
    return row.length > row.init_length && row;
  });
  assert.deepEqual([of.to, of.to_name, of.kind], ['seat_1', '1号席', 'mic']);
  assert.ok((await manifest(people.auditor)).tracks.some((t) => t.track === String(aside)));
  assert.equal((await manifest(host.api)).tracks.some((t) => t.to || t.track === String(aside)), false);
  const reel = (api, url = of.url) => api.raw('GET', url, { headers: api.authorization() });
  assert.equal((await reel(supervisor.api)).status, 200);
  assert.equal((await reel(people.auditor)).status, 200);
  assert.equal((await reel(host.api)).status, 404);
  assert.equal((await reel(host.api, of.index_url)).status, 404);
  const { tracks, others } = await host.api.get(`/sessions/${sessionId}/replay/tail?after=${aside}.0`);
  assert.deepEqual([tracks, others.includes(String(aside))], [[], false]);
  assert.equal((await refused(a.api.get(`/sessions/${sessionId}/replay`))).code, 'auth.denied');
});

test('after kill -9 the restriction stands, and so does the record of what was open', async () => {
  const track = await supervisor.publish('mic', { to: 'seat_1' });
  const other = await b.publish('mic');
  for (let seq = 0; seq < 10; seq += 1) supervisor.socket.binary(mediaObject({ track, seq }));
  const kept = () => server.sql(`SELECT body FROM event WHERE subject = 'recording:${sessionId}'`).join().includes(`"track":${track}`);
  await until('it to be on the disk', kept);
  // The other voice goes on, so that the end of this one is a gap of its own.
  let seq = 0;
  const speaking = setInterval(() => b.socket.binary(mediaObject({ track: other, seq: seq++ })), 20);
  await until('the other voice to be kept further', () => server.sql(`SELECT COUNT(*) FROM event WHERE subject = 'recording:${sessionId}' AND kind = 'media.part' AND body LIKE '%"track":${other}%'`)[0][0] > 2);
  clearInterval(speaking);
  const before = lastNo();
  await server.kill();
  await server.start();
  for (const seat of [a, b, host, colleague, supervisor]) await seat.resume(before);
  for (const seat of [a, b, host]) assert.deepEqual(seat.welcome.tracks, []);
  const gap = (await a.socket.event('room.gap', (m) => m.body.track === track)).body;
  assert.equal(gap.to, 'seat_1');
  assert.deepEqual((await host.socket.event('room.gap', (m) => m.body.track === track)).body, gap);
  await a.socket.event('room.unpublish', (m) => m.body.track === track && m.body.to === 'seat_1');
  await settled(b);
  assert.doesNotMatch(told(b), new RegExp(`"track":${track}\\b|"to":"seat_1"`));
  assert.ok(b.socket.messages.some((m) => m.kind === 'room.gap' && !m.body.track), 'that nothing was recorded is for all');
  // The supervisor says again to whom.
  const again = await supervisor.publish('mic', { to: 'seat_1' });
  supervisor.socket.binary(mediaObject({ track: again, seq: 0 }));
  await a.socket.when('the voice', () => heard(a, again) === 1);
  await settled(b);
  assert.equal(heard(b, again), 0);
});

test('the record verifies; the bundle, which travels, holds no such voice', async () => {
  const record = verifySession(exportSession(server, sessionId));
  assert.equal(record.code, 0, record.out);
  const { dir } = makeBundle(server, sessionId);
  const { reels } = JSON.parse(fs.readFileSync(path.join(dir, 'bundle.json')));
  assert.equal(reels.find((r) => r.track === aside).state, 'withheld');
  assert.equal(fs.existsSync(path.join(dir, 'reels', `${aside}.webm`)), false);
  const verdict = verifyBundle(dir);
  assert.equal(verdict.code, 0, verdict.out);
  assert.match(verdict.out, new RegExp(`reels/${aside}\\.webm: said to seat seat_1 alone, not part of the bundle`));
});

test('a reel whose track the ledger does not know is told as what its head says', async () => {
  const track = Math.max(...server.sql(`SELECT track_no FROM media_track WHERE session_id = '${sessionId}'`).map(([n]) => Number(n)));
  const before = lastNo();
  await until('it to be on the disk', () => fs.existsSync(path.join(server.dataDir, 'reels', sessionId, `${track}.idx`))
    && fs.statSync(path.join(server.dataDir, 'reels', sessionId, `${track}.idx`)).size > 64);
  // As if the database had been away when it began: only the reel knows of it.
  server.sql(`DELETE FROM media_track WHERE session_id = '${sessionId}' AND track_no = ${track}`);
  await server.kill();
  await server.start();
  await b.resume(before);
  await until('it to be recovered', () => events('room.publish', (e) => e.track === track).length === 2);
  assert.deepEqual(events('room.publish', (e) => e.track === track).map((e) => e.to), ['seat_1', 'seat_1']);
  assert.equal(server.sql(`SELECT to_seat FROM media_track WHERE session_id = '${sessionId}' AND track_no = ${track}`)[0][0], 'seat_1');
  await settled(b);
  assert.doesNotMatch(told(b), /"to":"seat_1"/);
});
