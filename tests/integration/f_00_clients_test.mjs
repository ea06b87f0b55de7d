// SPDX-License-Identifier: GPL-3.0-or-later
// Real clients in a real room: they see, hear and read each other, and what passed is recorded and can be verified.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import {
  allHear, clientRoom, databaseEvents, exportSession, quitAll, sameEvents, seatAll, verifySession,
} from '../support/client.mjs';
import { assertBundleTells, fullDisk, makeBundle, ofCopies, verifyBundle } from '../support/bundle.mjs';
import { assertTamperEvident, ofRecording } from '../support/record.mjs';
import { assertReelTimes } from '../support/reel_times.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let room, clients, host, supervisor;

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 4 });
  ({ clients, host } = room);
  supervisor = await server.account('supervisor', ['supervisor']);
});
test.after(async () => {
  await quitAll(room.all).finally(() => server.remove());
});

const track = async (client, seat, kind) => (await client.hears()).find((t) => t.seat === seat && t.kind === kind);
// How many objects of a track arrive until `more` did, as seen by a client.
const flows = async (client, seat, kind, more = 10) => {
  const start = (await track(client, seat, kind)).objects;
  await until(`${seat}'s ${kind} to flow`, async () => (await track(client, seat, kind)).objects >= start + more);
};
const rosterSays = (client, seat, fits) => until(`the roster on ${seat}`, async () => {
  const { roster } = await client.state();
  return fits(roster.find((s) => s.seat === seat));
});

test('clients take their seats with tickets and see each other', async () => {
  await seatAll(room.all);
  for (const c of room.all)
    await until(`${c.options.label}'s roster`, async () => {
      const { roster } = await c.state();
      return roster.length === 5 && roster.every((s) => s.presence === 'present');
    });
  assert.equal((await clients[0].state()).roster.find((s) => s.role === 'host').name, '主持人');
});

test('each receives the pictures and voices of all others without a gap, under stamps that hold', async () => {
  await allHear(clients, { tracks: 6, objects: 60 });
  await allHear([host], { tracks: 8, objects: 60 });
  for (const c of room.all) {
    const heard = await c.hears();
    assert.ok(!heard.some((t) => t.seat === c.seatId), 'nobody gets the own tracks back');
    for (const t of heard) {
      assert.deepEqual([t.gaps, t.lost, t.forged], [0, 0, 0], `${c.options.label} ← ${t.seat} ${t.kind}`);
      assert.ok(t.verified > 0, `${t.seat} ${t.kind} is stamped`);
    }
    assert.equal((await c.stats()).foreign_objects, 0);
  }
});

test('what is said at the same moment reaches all in the same order', async () => {
  const said = [];
  await Promise.all(room.all.map(async (c, i) => {
    for (let k = 0; k < 8; k += 1) said.push(await c.act('chat', { text: `第${k}句 ${i}` }));
  }));
  assert.equal(said.length, 40);
  const lists = await sameEvents(room.all);
  const orders = lists.map((list) => list.filter((e) => e.kind === 'room.chat').map((e) => [e.no, e.actor_seat, e.body.text]));
  for (const order of orders) assert.deepEqual(order, orders[0]);
  assert.equal(orders[0].length, 40);
  assert.deepEqual([...orders[0].map(([no]) => no)], [...said.map((a) => a.event_no)].sort((a, b) => a - b));
  for (const c of room.all) assert.equal(c.acknowledged().length, 8);
});

test('who mutes is silent at once, everybody sees it, and the sequence goes on without a gap', async () => {
  const [a, b] = clients;
  await a.act('mute', { kind: 'mic' });
  await rosterSays(b, a.seatId, (s) => s.mic_muted);
  await flows(b, a.seatId, 'cam', 2); // the roster goes ahead of sound that was on its way
  const silent = (await track(b, a.seatId, 'mic')).objects;
  await flows(b, a.seatId, 'cam', 10);
  assert.equal((await track(b, a.seatId, 'mic')).objects, silent);
  await a.act('unmute', { kind: 'mic' });
  await rosterSays(b, a.seatId, (s) => !s.mic_muted);
  await flows(b, a.seatId, 'mic');
  assert.equal((await track(b, a.seatId, 'mic')).gaps, 0);
});

test('the host stops a camera, and only the host can let it go on', async () => {
  const [, b, c] = clients;
  await host.act('moderate', { act: 'stop_video', seat: b.seatId, on: true });
  await b.heard('muted', (m) => m.kind === 'cam' && m.on);
  await flows(c, b.seatId, 'mic', 5); // the order goes ahead of pictures that were on their way
  const still = (await track(c, b.seatId, 'cam')).objects;
  const since = b.events.length;
  await b.ask('unmute', { kind: 'cam' });
  assert.equal((await b.heard('act_refused', undefined, { since })).code, 'room.muted');
  await flows(c, b.seatId, 'mic', 20);
  assert.equal((await track(c, b.seatId, 'cam')).objects, still);
  await host.act('moderate', { act: 'stop_video', seat: b.seatId, on: false });
  await flows(c, b.seatId, 'cam');
});

test('who is removed stays out until the host lets them in again', async () => {
  const [a, , , d] = clients;
  let since = d.events.length;
  await host.act('moderate', { act: 'remove', seat: d.seatId, on: true });
  assert.equal((await d.heard('ended', undefined, { since })).code, 'removed');
  await rosterSays(a, d.seatId, (s) => s.presence === 'removed');
  since = d.events.length;
  const ticket = await d.ticket().catch((error) => error);
  if (!(ticket instanceof Error)) {
    await d.ask('join', { ticket: ticket.ticket, seat_id: ticket.seat_id, epoch: ticket.epoch });
    assert.equal((await d.heard('ended', undefined, { since })).code, 'room.removed');
  }
  await host.act('moderate', { act: 'remove', seat: d.seatId, on: false });
  await d.enter();
  await allHear([d], { tracks: 6 });
});

test('the host announces, calls, locks and keeps the hosting by commands', async () => {
  const [a, b] = clients;
  await host.act('announce', { text: '请各位注意' });
  await host.act('call', { seat: b.seatId, text: '请说明' });
  await a.act('raise_hand', { reason: '看不清' });
  for (const c of clients) {
    await c.heard('room_event', (m) => m.kind === 'room.announce' && m.body.text === '请各位注意');
    await c.heard('room_event', (m) => m.kind === 'room.call' && m.body.seat === b.seatId && m.body.text === '请说明');
  }
  await rosterSays(b, a.seatId, (s) => s.hand && s.reason === '看不清');
  await a.act('raise_hand', { on: false });
  await host.act('lock', { on: true });
  await b.heard('room_event', (m) => m.kind === 'room.lock' && m.body.on);
  await host.act('lock', { on: false });
  await host.act('hand_over', { seat: host.seatId });
  await host.ask('move', { seat: b.seatId, venue: '01zzzzzzzzzzzzzzzzzzzzzzzz' });
  assert.equal((await host.heard('act_refused')).code, 'input.not_found');
});

test('who leaves is seen to leave, and returns with new tracks', async () => {
  const [a, b] = clients;
  const before = await track(a, b.seatId, 'mic');
  const since = a.events.length;
  await b.ask('leave');
  await b.heard('ended', (m) => m.code === 'left');
  await a.heard('room_event', (m) => m.kind === 'room.left' && m.body.seat === b.seatId, { since });
  await until('the tracks to be gone', async () => !(await track(a, b.seatId, 'mic')));
  await b.enter();
  await allHear([a, b], { tracks: 6 });
  assert.notEqual((await track(a, b.seatId, 'mic')).track, before.track);
  assert.equal((await b.state()).epoch, 1, 'the same device');
});

test('a growing reel can be read in ranges', async () => {
  const manifest = await until('all reels to grow', async () => {
    const m = await supervisor.get(`/sessions/${room.sessionId}/replay`);
    const open = m.tracks.filter((t) => t.ended_ms === null);
    return open.length === 8 && open.every((t) => t.length > t.init_length) && m;
  });
  assert.equal(manifest.live, true);
  const cam = manifest.tracks.find((t) => t.kind === 'cam' && t.ended_ms === null);
  const get = (range) => supervisor.raw('GET', cam.url, { headers: { ...supervisor.authorization(), ...(range ? { range } : {}) } });
  const head = await get(`bytes=0-${cam.init_length - 1}`);
  assert.equal(head.status, 206);
  assert.equal(head.body.length, cam.init_length);
  assert.equal(head.body.readUInt32BE(0), 0x1a45dfa3);
  const whole = await get();
  const total = whole.body.length;
  assert.deepEqual(whole.body.subarray(0, cam.init_length), head.body);
  const later = await until('the reel to have grown', async () => {
    const tail = await get(`bytes=${total}-`);
    return tail.status === 206 && tail;
  });
  assert.equal(Number(/^bytes (\d+)-/.exec(later.headers['content-range'])[1]), total);
  const again = await get(`bytes=${cam.init_length}-${total - 1}`);
  assert.deepEqual(again.body, whole.body.subarray(cam.init_length), 'what was written never changes');
  assert.equal((await get(`bytes=${1e9}-`)).status, 416);
  assert.equal((await refused(clients[0].api.get(`/sessions/${room.sessionId}/replay`))).code, 'auth.denied');
});

const tail = (after) => supervisor.get(`/sessions/${room.sessionId}/replay/tail${after ? `?after=${after}` : ''}`);

test('one request tells what all indexes have gained', async () => {
  const manifest = await supervisor.get(`/sessions/${room.sessionId}/replay`);
  const first = await tail();
  assert.equal(first.live, true);
  assert.deepEqual([first.tracks, first.more], [[], false]);
  assert.deepEqual(first.others, manifest.tracks.map((t) => t.track), 'all are new to whoever names none');
  const open = manifest.tracks.filter((t) => t.ended_ms === null).map((t) => t.track);
  const have = new Map(manifest.tracks.map((t) => [t.track, 0]));
  const read = new Map(manifest.tracks.map((t) => [t.track, Buffer.alloc(0)]));
  const grown = () => open.filter((t) => read.get(t).length > 64 * 4).length === open.length;
  await until('all open reels to grow', async () => {
    const answer = await tail([...have].map(([track, n]) => `${track}.${n}`).join());
    assert.deepEqual(answer.others, manifest.tracks.map((t) => t.track).filter((t) => !have.has(t)));
    for (const t of answer.tracks) {
      assert.equal(t.from, have.get(t.track));
      if (t.index) read.set(t.track, Buffer.concat([read.get(t.track), Buffer.from(t.index, 'base64')]));
      have.set(t.track, read.get(t.track).length / 64);
      assert.equal(t.whole, !open.includes(t.track), `track ${t.track}`);
      if (t.whole) have.delete(t.track);
    }
    return have.size === open.length && grown();
  });
  for (const t of manifest.tracks) {
    const index = (await supervisor.raw('GET', t.index_url, { headers: supervisor.authorization() })).body;
    const got = read.get(t.track);
    assert.ok(got.equals(index.subarray(0, got.length)), `the index of track ${t.track}`);
    if (!open.includes(t.track)) assert.equal(got.length, index.length);
  }
  for (const after of ['x', '3', '3.', '.3', '3.1,', '0.1', '70000.0', '3.-1', '3.4294967296'])
    assert.equal((await refused(tail(after))).code, 'input.invalid', after);
  assert.equal((await refused(clients[0].api.get(`/sessions/${room.sessionId}/replay/tail`))).code, 'auth.denied');
});

test('a session that is not over can be exported: the record ends where the ledger does', () => {
  const verdict = verifySession(exportSession(server, room.sessionId, 'live'));
  assert.equal(verdict.code, 0, verdict.out);
});

test('so can its bundle, which says that the session goes on', () => {
  const { dir, told, err } = makeBundle(server, room.sessionId, 'live-bundle');
  assert.equal(told.closed, false);
  assert.match(err, /the session is not closed; the bundle ends at the last signed checkpoint/);
  const verdict = verifyBundle(dir);
  assert.equal(verdict.code, 0, verdict.out);
  assert.equal(JSON.parse(fs.readFileSync(path.join(dir, 'bundle.json'))).closed, false);
});

test('the whole recording verifies; one byte flipped in a reel is named', async () => {
  await quitAll(room.all);
  const open = () => server.sql(`SELECT track_no FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`);
  await until('all tracks to be over', () => open().length === 0);
  const parts = databaseEvents(server, room.sessionId, 'recording').filter((e) => e.kind === 'media.part');
  assert.ok(parts.length > 5);
  assert.deepEqual(parts.map((e) => e.body.no), parts.map((_, i) => i + 1));
  const dir = exportSession(server, room.sessionId);
  const good = verifySession(dir);
  assert.equal(good.code, 0, good.out);
  const reels = fs.readdirSync(path.join(dir, 'reels')).filter((f) => f.endsWith('.webm'));
  assert.equal(reels.length, server.sql(`SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}'`).length);
  const reel = path.join(dir, 'reels', reels[3]);
  const bytes = fs.readFileSync(reel);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  fs.writeFileSync(reel, bytes);
  const bad = verifySession(dir);
  assert.equal(bad.code, 1);
  const named = bad.out.split('\n').filter((line) => line.startsWith('FAULT') && line.endsWith('hash'));
  assert.equal(named.length, 1, bad.out);
  assert.match(named[0], new RegExp(`/${reels[3].replace('.', '\\.')} byte \\d+`));
});

test('whatever else is altered in the recording is named too', async (t) => {
  const [[track]] = server.sql(`SELECT track_no FROM media_track WHERE session_id = '${room.sessionId}' ORDER BY track_no DESC`);
  await assertTamperEvident(t, server, room.sessionId, ofRecording(track));
});

test('the reels of the bundle are finalised copies; whatever is altered in them is named', async (t) => {
  const [[track]] = server.sql(`SELECT track_no FROM media_track WHERE session_id = '${room.sessionId}' ORDER BY track_no DESC`);
  const { dir } = makeBundle(server, room.sessionId);
  await assertBundleTells(t, dir, [...ofCopies(track), ...ofRecording(track)]);
  for (const reel of fs.readdirSync(path.join(dir, 'reels')).filter((f) => f.endsWith('.webm'))) assertReelTimes(dir, Number.parseInt(reel, 10));
});

test('a bundle names a reel that is missing; a disk that is too small is told before and while writing', () => {
  const [[track]] = server.sql(`SELECT track_no FROM media_track WHERE session_id = '${room.sessionId}' ORDER BY track_no LIMIT 1`);
  const reel = path.join(server.dataDir, 'reels', room.sessionId, `${track}.webm`);
  fs.renameSync(reel, `${reel}.away`);
  const { dir, told, err } = makeBundle(server, room.sessionId, 'missing');
  fs.renameSync(`${reel}.away`, reel);
  assert.equal(told.missing, 1);
  assert.match(err, /1 of \d+ reels are missing/);
  assert.deepEqual(JSON.parse(fs.readFileSync(path.join(dir, 'bundle.json'))).reels.find((r) => r.track === Number(track)), { state: 'missing', track: Number(track) });
  const verdict = verifyBundle(dir);
  assert.equal(verdict.code, 1);
  assert.deepEqual(verdict.out.split('\n').filter((line) => line.startsWith('FAULT')),
    [`FAULT ${dir}/reels/${track}.webm: the reel is missing, and was when the bundle was made`]);

  const small = fullDisk(server, room.sessionId, '8m');
  assert.match(small.err, /\d+ MiB are needed, \d+ MiB are free; nothing was written/);
  assert.deepEqual([small.code, small.left], [1, '']);
  const inodes = fullDisk(server, room.sessionId, '64m,nr_inodes=24');
  assert.match(inodes.err, /the disk became full after \d+ of \d+ MiB; what had been written was removed/);
  assert.deepEqual([inodes.code, inodes.left], [1, '']);
});
