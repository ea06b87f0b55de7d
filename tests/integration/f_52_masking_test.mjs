// SPDX-License-Identifier: GPL-3.0-or-later
// Masking by the clients: an expert's camera shows a chessboard and the microphone hears a tone; everything the other
// seats receive is decoded and searched for both, and supervisor and recorder do get them. So they do of a room's camera,
// of which there is only the original.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { clientRoom, RoomClient } from '../support/client.mjs';
import { chessboard, isObject, loudness, payloadOf, pictures, reelPictures, reelSound, sound, toneShare, trackOf } from '../support/decoded.mjs';
import { openOriginal } from '../support/originals.mjs';
import { Key, newId, Seat } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const WIDTH = 320, HEIGHT = 180, FIELD = 8, HZ = 440;
const server = new Server();
let room, speaker, listener, watcher, ordinary, staff, camera;

test.before(async () => {
  await server.start();
  await server.openHouse();
  staff = await server.account('staff', ['staff']);
  room = await clientRoom(server, { n: 3, camera: 'test:checkers-8', microphone: 'test:sine' });
  const person = async (role) => new Seat(server, room.sessionId, await server.account(role, [role], { name: role }));
  watcher = await person('supervisor');
  ordinary = [room.seats[2], await person('witness'), new Seat(server, room.sessionId, room.host.api)];
  [speaker, listener] = room.clients;
  speaker.options.more = ['--small', '160x90', '--video', `${WIDTH}x${HEIGHT}@15`];
  listener.options.decode = 'all';
  await speaker.start();
  await speaker.enter();
  await listener.start();
  await listener.enter();
  for (const s of [watcher, ...ordinary]) await s.join();
});
test.after(async () => {
  for (const c of [...room.clients, camera]) if (c?.child) await c.kill();
  await server.remove();
});

const seatId = () => speaker.seatId;
const objectsOf = (seat, track) => seat.socket.objects.filter((o) => isObject(o) && trackOf(o) === track);
const ownTracks = async () => (await speaker.state()).own;
const told = (seat) => seat.socket.messages.filter((m) => m.type === 'track' && m.seat === seatId());
const markPicture = (list) => Math.max(...list.map((p) => chessboard(p, WIDTH, HEIGHT, FIELD)));

test('before the order everybody sees the chessboard and hears the tone, in two sizes', async () => {
  const own = await until('three tracks', async () => {
    const o = await ownTracks();
    return Object.values(o).filter((t) => t.track).length === 3 && o;
  });
  assert.deepEqual(Object.keys(own).sort(), ['cam', 'cam_small', 'mic']);
  const [other] = ordinary;
  await other.socket.when('the tracks', () => [own.cam, own.cam_small, own.mic].every((t) => objectsOf(other, t.track).length >= 30));
  const seen = await pictures(objectsOf(other, own.cam.track), WIDTH, HEIGHT);
  const heard = await sound(objectsOf(other, own.mic.track));
  assert.ok(markPicture(seen) > 50, `the chessboard is to be found: ${markPicture(seen)}`);
  assert.ok(toneShare(heard, HZ) > 0.5, `the tone is to be found: ${toneShare(heard, HZ)}`);
  assert.ok((await pictures(objectsOf(other, own.cam_small.track), 160, 90)).length >= 20);
  const layers = new Set(objectsOf(other, own.cam.track).map((o) => (o[1] >> 2) & 3));
  assert.deepEqual([...layers].sort(), [0, 1, 2]);
});

let own;
test('the order ends what is open; camera and microphone come back as pairs', async () => {
  await staff.post(`/sessions/${room.sessionId}/mask`, { on: true });
  for (const s of ordinary) await s.socket.event('session.masked');
  own = await until('five tracks', async () => {
    const o = await ownTracks();
    return Object.values(o).filter((t) => t.track).length === 5 && o;
  });
  assert.deepEqual(Object.keys(own).sort(), ['cam', 'cam_masked', 'cam_masked_small', 'mic', 'mic_masked']);
  for (const s of [watcher, ...ordinary])
    await s.socket.when('the masked tracks', () => [own.cam_masked, own.cam_masked_small, own.mic_masked].every((t) => objectsOf(s, t.track).length >= 40), 60000);
  assert.deepEqual(told(watcher).filter((m) => m.mask).map((m) => [m.kind, m.mask]).sort(),
    [['cam', 'masked'], ['cam', 'masked'], ['cam', 'original'], ['mic', 'masked'], ['mic', 'original']]);
});

test('what others receive from then on has neither, and is not nothing', async () => {
  for (const s of ordinary) {
    const since = s.socket.heard.findLastIndex((m) => m[0] === 0x7b && m.includes('"session.masked"'));
    const after = s.socket.heard.slice(since);
    const tracks = new Set(after.filter(isObject).map(trackOf));
    for (const t of [own.cam, own.mic]) assert.ok(!tracks.has(t.track), `${s.welcome.seat} gets an original`);
    const seen = await pictures(objectsOf(s, own.cam_masked.track), WIDTH, HEIGHT);
    const heard = await sound(objectsOf(s, own.mic_masked.track));
    assert.ok(seen.length >= 25 && markPicture(seen) < 8, `${s.welcome.seat} sees the chessboard: ${markPicture(seen)}`);
    const small = await pictures(objectsOf(s, own.cam_masked_small.track), 160, 90);
    assert.ok(small.length >= 25 && Math.max(...small.map((p) => chessboard(p, 160, 90, FIELD / 2))) < 8);
    assert.ok(loudness(heard) > 0.05, `${s.welcome.seat} hears something: ${loudness(heard)}`);
    assert.ok(toneShare(heard, HZ) < 0.02, `${s.welcome.seat} hears the tone: ${toneShare(heard, HZ)}`);
    // Nor do the bytes of the original go astray under another number.
    const everything = Buffer.concat(after);
    for (const o of [...objectsOf(watcher, own.cam.track), ...objectsOf(watcher, own.mic.track)].filter((m) => payloadOf(m).length > 24).slice(-100))
      assert.ok(!everything.includes(payloadOf(o)), `${s.welcome.seat} gets bytes of the original`);
  }
});

test('an ordinary client decodes what it is given, and is given no more', async () => {
  const heard = await until('the masked tracks to be shown', async () => {
    const list = (await listener.hears()).filter((t) => t.seat === seatId());
    return list.length === 3 && list.some((t) => t.kind === 'cam' && t.presented > 15) && list.some((t) => t.kind === 'mic' && t.presented > 50) && list;
  });
  assert.deepEqual(heard.map((t) => t.track).sort(), [own.cam_masked, own.cam_masked_small, own.mic_masked].map((t) => t.track).sort());
  assert.ok(heard.every((t) => t.forged === 0));
});

test('the supervisor sees and hears the original, in step with the mask', async () => {
  const seen = await pictures(objectsOf(watcher, own.cam.track), WIDTH, HEIGHT);
  const heard = await sound(objectsOf(watcher, own.mic.track));
  assert.ok(markPicture(seen) > 50, String(markPicture(seen)));
  assert.ok(toneShare(heard, HZ) > 0.5, String(toneShare(heard, HZ)));
  const times = (t) => objectsOf(watcher, t.track).map((o) => Number(o.readBigUInt64BE(8)));
  const original = new Set(times(own.cam));
  const both = times(own.cam_masked).filter((t) => original.has(t));
  assert.ok(both.length > 0.8 * Math.min(original.size, times(own.cam_masked).length), 'pictures of both have the same capture times');
  await until('voices of the same time', () => Math.abs(times(own.mic).at(-1) - times(own.mic_masked).at(-1)) < 300e3);
});

test("a room's camera sends its picture and nothing else, for recorder and supervisor alone", async () => {
  const { sessionId } = room;
  const { venue_id: venue } = await staff.post('/venues', { name: '分会场', city: '济南' });
  server.sql(`UPDATE seat SET venue_id = '${venue}' WHERE session_id = '${sessionId}' AND seat_id = 'seat_3'`);
  const duty = await server.account('duty', ['venue'], { name: '值守' });
  const key = new Key();
  await duty.post('/me/keys', { purpose: 'seat', alg: 'ed25519', public_key: key.base64 });
  const ask = (more) => refused(duty.post(`/sessions/${sessionId}/tickets`, { device_key: new Key().base64, ...more }));
  assert.equal((await ask({})).code, 'auth.denied');
  assert.deepEqual([(await ask({ venue_id: venue })).problem.field, (await ask({ venue_id: newId(), camera: 1 })).code], ['camera', 'input.not_found']);

  const expertKey = path.join(room.dir, 'duty.pem');
  fs.writeFileSync(expertKey, key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  camera = new RoomClient(server, { session: sessionId, api: duty }, {
    dir: path.join(room.dir, 'camera'), label: 'camera', expertKey, camera: 'test:checkers-8', microphone: 'test:sine', more: ['--video', `${WIDTH}x${HEIGHT}@15`],
    ticket: { venue_id: venue, camera: 1 },
  });
  await camera.start();
  await camera.enter();
  const state = await until('its track', async () => { const s = await camera.state(); return s.own.cam?.track && s; });
  assert.equal(camera.seatId, `cam1_${venue}`);
  assert.deepEqual(Object.entries(state.own).filter(([, t]) => t.track).map(([kind]) => kind), ['cam'], 'no sound, no mask');
  const { track } = state.own.cam;
  await watcher.socket.when('the picture at the supervisor', () => objectsOf(watcher, track).length >= 40, 120000);
  assert.ok(markPicture(await pictures(objectsOf(watcher, track), WIDTH, HEIGHT)) > 50);
  assert.equal(watcher.socket.messages.find((m) => m.type === 'track' && m.track === track).mask, 'original');
  for (const s of ordinary) {
    assert.deepEqual(objectsOf(s, track), []);
    assert.ok(!s.socket.heard.some((m) => m[0] === 0x7b && m.includes(`"track":${track},`) && m.includes('cam1_')), `${s.welcome.seat} is told of it`);
  }
  assert.deepEqual(await camera.hears(), [], 'it receives nothing');
  const { seats } = watcher.socket.messages.filter((m) => m.type === 'roster').at(-1);
  const row = seats.find((s) => s.seat === camera.seatId);
  assert.deepEqual([row.name, row.role, row.presence, row.venue], ['房间摄像机1', 'venue', 'present', '分会场']);
  await camera.quit();
  await openOriginal(watcher.api, staff, sessionId, camera.seatId);
  const [shown] = (await watcher.api.get(`/sessions/${sessionId}/replay`)).tracks.filter((t) => t.seat_id === camera.seatId);
  assert.deepEqual([shown.seat_name, shown.mask, shown.kind], ['房间摄像机1', 'original', 'cam']);
});

test('the recorder has both, each in its reel; the original lies sealed and is opened by two roles', async () => {
  const reel = (t) => path.join(server.dataDir, 'reels', room.sessionId, `${t.track}.webm`);
  await speaker.quit();
  for (const t of Object.values(own)) await until('the reels', () => fs.existsSync(reel(t)) && fs.statSync(reel(t)).size > 2000);
  await openOriginal(watcher.api, staff, room.sessionId, seatId());
  const opened = async (t) => {
    const { status, body } = await watcher.api.raw('GET', `/api/v1/sessions/${room.sessionId}/reels/${t.track}.webm`, { headers: watcher.api.authorization() });
    assert.equal(status, 200);
    const file = path.join(server.dir, `${t.track}.webm`);
    fs.writeFileSync(file, body);
    return file;
  };
  assert.throws(() => reelPictures(reel(own.cam), WIDTH, HEIGHT));
  assert.ok(markPicture(reelPictures(await opened(own.cam), WIDTH, HEIGHT)) > 50);
  assert.ok(toneShare(reelSound(await opened(own.mic)), HZ) > 0.5);
  assert.ok(markPicture(reelPictures(reel(own.cam_masked), WIDTH, HEIGHT)) < 8);
  assert.ok(toneShare(reelSound(reel(own.mic_masked)), HZ) < 0.02);
});
