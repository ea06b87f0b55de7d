// SPDX-License-Identifier: GPL-3.0-or-later
// Leading a room, and what is hidden in it: who may do what over the socket, locks, second devices, other booths, the
// hosting handed over, all of it across a kill; and markers planted in what only few may see, searched in everything
// that others get.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { openOriginal } from '../support/originals.mjs';
import { Key, mediaObject, newId, RoomSocket, roomSession, Seat, seatCert } from '../support/room.mjs';
import { Server, top, until } from '../support/server.mjs';

const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
const venues = { east: newId(), west: newId() };
let room, a, b, c, host, deputy, supervisor, witness, staff;

async function furnished() {
  const made = await roomSession(server, { n: 4 });
  const person = async (login, role) => new Seat(server, made.sessionId,
    await server.account(`${login}${made.sessionId.slice(-6)}`, [role], { name: login }));
  server.sql(`UPDATE seat SET venue_id = '${venues.east}' WHERE session_id = '${made.sessionId}';
    UPDATE seat SET venue_id = '${venues.west}' WHERE session_id = '${made.sessionId}' AND seat_id = 'seat_4'`);
  return Object.assign(made, {
    deputy: await person('deputy', 'host'), supervisor: await person('overseer', 'supervisor'),
    witness: await person('witness', 'witness'),
  });
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  staff = await server.account('staff', ['staff']);
  for (const [city, id] of Object.entries(venues))
    server.sql(`INSERT INTO venue (venue_id, name, city) VALUES ('${id}', '${city}场', '${city}')`);
  room = await furnished();
  [a, b, c] = room.seats;
  ({ host, deputy, supervisor, witness } = room);
  for (const s of [a, b, host, deputy, supervisor, witness]) await s.join();
});
test.after(() => server.remove());

const refusedWith = async (seat, hello) => {
  const socket = await RoomSocket.connect(server, seat.session);
  socket.send(hello);
  const error = await socket.next('error');
  await socket.closed;
  return error.code;
};
const roster = (seat, id, fits) => seat.socket.next('roster', (m) => fits(m.seats.find((s) => s.seat === id), m));

// Each message that asks for something, who may, and fields that do no harm (twice: the act and what takes it back).
const onSpare = (act) => [{ act, seat: 'seat_4', on: true }, { act, seat: 'seat_4', on: false }];
const everybody = ['expert', 'host', 'supervisor', 'witness'];
const leaders = ['host', 'supervisor'];
const walk = [
  ['chat', everybody, { text: '好' }],
  ['mute_self', everybody, { kind: 'cam', on: true }, { kind: 'cam', on: false }],
  ['raise_hand', ['expert'], { on: true, reason: '请看' }, { on: false }],
  ...['mute', 'stop_video', 'remove'].map((act) => ['moderate', leaders, ...onSpare(act)]),
  ['moderate', leaders, { act: 'release', seat: 'seat_4', on: true }],
  ['moderate', leaders, { act: 'admit', seat: 'seat_4', on: true }, 'room.no_knock'],
  ['present', ['expert'], { on: false }],
  ['announce', leaders, { text: '请注意' }],
  ['call', leaders, { seat: 'seat_1', text: '请回答' }],
  ['lock', leaders, { on: true }, { on: false }],
  ['hand_over', leaders, { seat: 'seat_1' }, 'room.no_host'],
  ['move', ['host'], { seat: 'seat_1', venue: '01zzzzzzzzzzzzzzzzzzzzzzzz' }, 'input.not_found'],
];
// They ask for nothing that a role could lack, or are about tracks, which have a test of their own.
const NO_ACTS = ['hello', 'keyframe', 'leave', 'ping', 'publish', 'stats', 'subscribe', 'unpublish'];
const FORBIDDEN = ['room.no_right', 'room.not_host', 'auth.denied'];

test('the host says how long the step may still take: all are told, and the next step begins without', async () => {
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact, rulebook_version,
      holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '某某局', '张先生', '1', 2, 30, 'announced', host, created_at
    FROM eval_session WHERE session_id = '${room.sessionId}'`);
  const path = `/sessions/${room.sessionId}/timer`;
  const timer = (fits) => Promise.all([a, supervisor].map((s) => s.socket.next('event', (m) => m.kind === 'session.timer' && fits(m.body))));
  const before = Date.now();
  await host.api.post(path, { minutes: 15 });
  const [told] = await timer((body) => body.deadline_us);
  assert.equal(told.body.step, 'scoring');
  const left = told.body.deadline_us / 1000 - before;
  assert.ok(left > 14 * 60000 && left < 16 * 60000, `${left} ms are left`);
  const kept = () => server.sql(`SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', step_ends_at)) FROM eval_session WHERE session_id = '${room.sessionId}'`)[0][0];
  assert.equal(Number(kept()), told.body.deadline_us);
  assert.equal((await refused(host.api.post(path, { minutes: 1441 }))).problem.field, 'minutes');
  assert.equal((await refused(a.api.post(path, { minutes: 5 }))).status, 403);
  await host.api.post(path, { minutes: 0 });
  await timer((body) => !body.deadline_us);
  assert.equal(kept() ?? 'NULL', 'NULL');
});

test('every act of the room is walked', () => {
  const schema = JSON.parse(fs.readFileSync(path.join(top, 'proto/room.schema.json'), 'utf8'));
  const kinds = schema.$defs.to_server.oneOf.map((r) => r.$ref.split('/').at(-1).split(':').at(-1));
  const known = new Set([...walk.map(([type]) => type), ...NO_ACTS]);
  assert.deepEqual(kinds.filter((k) => !known.has(k)), []);
});

for (const role of [...everybody, 'deputy'])
  test(`what a seat of the role ${role} may do`, async () => {
    const seat = { expert: a, host, supervisor, witness, deputy }[role];
    for (const [type, may, ...tries] of walk) {
      const code = typeof tries.at(-1) === 'string' ? tries.pop() : undefined;
      const allowed = may.includes(role) || (role === 'deputy' && may === everybody);
      for (const fields of tries) {
        const answer = await seat.act(type, fields);
        const what = `${type} ${JSON.stringify(fields)}: ${JSON.stringify(answer)}`;
        if (!allowed) assert.ok(FORBIDDEN.includes(answer.code), what);
        else if (code) assert.equal(answer.code, code, what);
        else assert.equal(answer.type, 'ack', what);
      }
    }
    seat.socket.send({ type: 'publish', ref: 'walk', kind: 'mic', codec: 'opus' });
    const answer = await seat.socket.when('publish', () => seat.socket.messages.find((m) => m.ref === 'walk'));
    assert.equal(answer.type, role === 'expert' ? 'track' : 'error');
  });

test('announcements, calls and the hand with its reason reach everybody', async () => {
  await host.act('announce', { text: '休息十分钟' });
  await supervisor.act('call', { seat: 'seat_2', text: '请说明' });
  for (const s of [a, b, witness]) {
    assert.equal((await s.socket.event('room.announce', (m) => m.body.text === '休息十分钟')).actor_seat, host.welcome.seat);
    const call = await s.socket.event('room.call', (m) => m.body.text === '请说明');
    assert.deepEqual(call.body, { seat: 'seat_2', text: '请说明' });
  }
  await b.act('raise_hand', { on: true, reason: '呼叫主持' });
  await roster(a, 'seat_2', (s) => s.hand && s.reason === '呼叫主持');
});

test('over HTTPS the same acts are the same events', async () => {
  const at = `/sessions/${room.sessionId}`;
  await host.api.post(`${at}/announce`, { text: '经由网页' });
  await a.socket.event('room.announce', (m) => m.body.text === '经由网页');
  await host.api.post(`${at}/call`, { seat_id: 'seat_1' });
  await a.socket.event('room.call', (m) => m.body.seat === 'seat_1' && !m.body.text);
  await host.api.post(`${at}/lock`, { on: true });
  await roster(a, 'seat_1', (s, m) => m.locked);
  await host.api.post(`${at}/lock`, { on: false });
  await roster(a, 'seat_1', (s, m) => !m.locked);
});

test('nobody new joins a locked room; who sits there comes back, and supervision enters', async () => {
  await host.act('lock', { on: true });
  const { ticket } = await c.ticket();
  assert.equal(await refusedWith(c, c.hello({ ticket })), 'room.locked');
  b.socket.drop();
  await a.socket.event('room.lost', (m) => m.body.seat === 'seat_2');
  await b.resume(b.welcome.event_no);
  assert.equal(b.welcome.locked, true);
  b.socket.drop();
  await b.join(); // its token got lost, its key did not
  supervisor.socket.drop();
  await supervisor.join();
  await host.act('lock', { on: false });
  await c.enter({ ticket });
  assert.equal(c.welcome.locked, false);
});

test('a second device knocks, and is admitted by the host alone, it and no other', async () => {
  const second = new Seat(server, room.sessionId, c.api, c.expertKey);
  const third = new Seat(server, room.sessionId, c.api, c.expertKey);
  await second.ticket();
  await third.ticket();
  const hello = second.hello({ ticket: second.ticketInfo.ticket });
  assert.equal(await refusedWith(second, hello), 'room.seat_taken');
  await roster(host, 'seat_3', (s) => s.knocking);
  const knock = await host.socket.event('room.knock');
  assert.deepEqual(knock.body, { seat: 'seat_3', device_key: second.deviceKey.base64 });
  const withheld = await a.socket.next('event', (m) => m.no === knock.no);
  assert.deepEqual([withheld.kind, withheld.body], ['room.withheld', {}]);
  assert.ok(!a.socket.messages.some((m) => m.type === 'roster' && m.seats.some((s) => s.knocking)));
  // The same ticket asks once.
  assert.equal(await refusedWith(second, hello), 'room.seat_taken');
  assert.equal(server.sql(`SELECT 1 FROM event WHERE kind = 'room.knock' AND subject = 'session:${room.sessionId}'`).length, 1);

  assert.equal((await host.act('moderate', { act: 'admit', seat: 'seat_3', on: true })).type, 'ack');
  assert.equal((await c.socket.next('bye')).code, 'admitted');
  assert.equal(await refusedWith(third, third.hello({ ticket: third.ticketInfo.ticket })), 'seat.ticket_expired');
  await third.ticket();
  assert.equal(await refusedWith(third, third.hello({ ticket: third.ticketInfo.ticket })), 'room.seat_taken');
  await host.act('lock', { on: true }); // the host's word is stronger than the lock
  await second.enter({ ticket: second.ticketInfo.ticket });
  await host.act('lock', { on: false });
  assert.equal(second.welcome.epoch, 2);
  assert.equal(await refusedWith(c, c.hello({ resume_token: c.resumeToken })), 'seat.resume_bad');
  c = second;
});

test('the hosting is handed over and back', async () => {
  const from = host.welcome.seat, to = deputy.welcome.seat;
  assert.ok(host.welcome.rights.includes('moderate') && !deputy.welcome.rights.includes('moderate'));
  assert.equal((await host.act('hand_over', { seat: to })).type, 'ack');
  assert.ok((await deputy.socket.next('rights')).rights.includes('moderate'));
  assert.ok(!(await host.socket.next('rights')).rights.includes('moderate'));
  assert.deepEqual((await a.socket.event('room.host')).body, { seat: to });
  assert.equal((await host.act('announce', { text: 'x' })).code, 'room.no_right');
  assert.equal((await refused(host.api.post(`/sessions/${room.sessionId}/announce`, { text: 'x' }))).code, 'room.not_host');
  assert.equal((await refused(host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: 'seat_1', act: 'mute' }))).code, 'room.not_host');
  assert.equal((await deputy.act('announce', { text: '现由我主持' })).type, 'ack');
  // A host that does not come back does not take the session with it.
  assert.equal((await supervisor.act('hand_over', { seat: from })).type, 'ack');
  assert.ok((await host.socket.next('rights')).rights.includes('moderate'));
});

test('a supervisor is not the host\'s to moderate', async () => {
  const seat = supervisor.welcome.seat;
  assert.equal((await host.act('moderate', { act: 'mute', seat, on: true })).code, 'room.protected');
  assert.equal((await refused(host.api.post(`/sessions/${room.sessionId}/moderate`, { seat_id: seat, act: 'remove' }))).code, 'room.protected');
});

test('an expert goes on in another booth: same seat, next epoch, nothing left of the old device', async () => {
  const old = c;
  const { ticket } = await old.ticket();
  assert.deepEqual(host.welcome.venues.map((v) => v.name).sort(), supervisor.welcome.venues.map((v) => v.name).sort());
  assert.ok(host.welcome.venues.some((v) => v.venue === venues.west && v.name === 'west场'));
  assert.equal(a.welcome.venues, undefined, 'an expert is not told where the others sit');
  assert.equal((await host.act('move', { seat: 'seat_3', venue: venues.west, booth: 'B7' })).type, 'ack');
  assert.equal((await old.socket.next('bye')).code, 'other_booth');
  assert.equal(await refusedWith(old, old.hello({ resume_token: old.resumeToken })), 'seat.resume_bad');
  assert.equal(await refusedWith(old, old.hello({ ticket })), 'seat.ticket_expired');
  assert.equal((await refused(old.ticket())).code, 'auth.required');
  const moved = await supervisor.socket.event('room.move');
  assert.deepEqual(moved.body, { seat: 'seat_3', epoch: 2, venue: venues.west, booth: 'B7' });
  assert.deepEqual((await a.socket.event('room.move')).body, { seat: 'seat_3', epoch: 2 });
  await roster(supervisor, 'seat_3', (s) => s.venue === 'west场 · B7');

  // The gate of the new booth: a sign-in for this seat again.
  const api = server.api();
  await api.signIn(old.api.login, old.api.password);
  server.sql(`UPDATE sign_in SET session_id = '${room.sessionId}', seat_id = 'seat_3' WHERE account_id = '${old.api.accountId}'`);
  c = new Seat(server, room.sessionId, Object.assign(api, { accountId: old.api.accountId }), old.expertKey);
  await c.join();
  assert.equal(c.welcome.epoch, 3);
  assert.equal(c.welcome.seat, 'seat_3');
});

test('mutes, removals, the lock and who leads hold across a kill; nothing opens by coming back', async () => {
  await host.act('moderate', { act: 'mute', seat: 'seat_1', on: true });
  await b.act('mute_self', { kind: 'cam', on: true });
  await host.act('moderate', { act: 'remove', seat: 'seat_3', on: true });
  await host.act('moderate', { act: 'stop_video', seat: 'seat_4', on: true }); // who never came
  await host.act('lock', { on: true });
  await server.kill();
  await server.start();
  await a.resume();
  assert.equal(a.welcome.locked, true);
  const seats = Object.fromEntries(a.welcome.roster.map((s) => [s.seat, s]));
  assert.deepEqual([seats.seat_1.mic_muted, seats.seat_1.cam_muted, seats.seat_2.cam_muted], [true, false, true]);
  assert.equal(seats.seat_3.presence, 'removed');
  assert.deepEqual([seats.seat_4.presence, seats.seat_4.cam_muted], ['absent', true]);
  await b.resume();
  await host.resume();
  await deputy.resume();
  assert.ok(host.welcome.rights.includes('moderate') && !deputy.welcome.rights.includes('moderate'));
  const mic = await a.publish('mic');
  a.socket.binary(mediaObject({ track: mic, seq: 0 }));
  assert.equal((await a.act('mute_self', { kind: 'mic', on: false })).code, 'room.muted');
  const cam = await b.publish('cam');
  b.socket.binary(mediaObject({ track: cam, seq: 0, codec: 2 }));
  // The removed come in by no way: neither token nor ticket, until they are restored.
  assert.equal(await refusedWith(c, c.hello({ resume_token: c.resumeToken })), 'room.removed');
  const { ticket } = await c.ticket();
  assert.equal(await refusedWith(c, c.hello({ ticket })), 'room.removed');
  await host.act('moderate', { act: 'remove', seat: 'seat_3', on: false });
  await c.enter({ ticket });
  await host.act('moderate', { act: 'mute', seat: 'seat_1', on: false });
  await a.socket.event('room.mute', (m) => m.body.seat === 'seat_1' && m.body.kind === 'mic' && !m.body.on);
  a.socket.binary(mediaObject({ track: mic, seq: 1 }));
  await b.socket.when('the voice', () => b.socket.objects.length);
  assert.deepEqual(b.socket.objects.map((o) => o.readUInt32BE(4)), [1]);
  assert.equal(a.socket.objects.filter((o) => o.readUInt16BE(2) === cam).length, 0);
  await host.act('lock', { on: false });
  const d = room.seats[3];
  await d.join();
  assert.equal(d.welcome.epoch, 1);
  assert.equal((await d.act('mute_self', { kind: 'cam', on: false })).code, 'room.muted');
});

test('certificates are held against the server\'s clock, and the welcome tells it', async () => {
  await a.ticket();
  const hello = a.hello({ ticket: a.ticketInfo.ticket });
  const at = (hours) => ({ ...hello, seat_cert: seatCert(a.expertKey, {
    session: room.sessionId, seat: 'seat_1', epoch: a.ticketInfo.epoch, deviceKey: a.deviceKey,
    now: (Date.now() + hours * 3600e3) * 1000 }) });
  assert.equal(await refusedWith(a, at(-2)), 'seat.cert'); // a clock far behind: expired
  assert.equal(await refusedWith(a, at(2)), 'seat.cert'); // far ahead: not yet valid
  await a.enter({ ticket: a.ticketInfo.ticket }); // and the ticket was not used up by that
  assert.ok(Math.abs(a.welcome.at_us / 1000 - Date.now()) < 5000);
});

test('one person sits on one seat, one seat holds one person', async () => {
  const elsewhere = await roomSession(server, { n: 1 });
  const error = await refused(a.api.post(`/sessions/${elsewhere.sessionId}/tickets`, { device_key: a.deviceKey.base64 }));
  assert.equal(error.code, 'auth.denied');
  // Neither the ticket of one nor the word of the other's key brings two to one seat.
  const borrowed = new Seat(server, room.sessionId, b.api, a.expertKey);
  borrowed.deviceKey = b.deviceKey;
  await borrowed.ticket();
  assert.equal(borrowed.ticketInfo.seat_id, 'seat_2');
  assert.equal(await refusedWith(borrowed, borrowed.hello({ ticket: borrowed.ticketInfo.ticket })), 'seat.cert');
  const swapped = { ...b.hello({ ticket: a.ticketInfo.ticket }), seat_cert: undefined };
  assert.equal(await refusedWith(b, swapped), 'seat.ticket_bad');
});

test('another version of the protocol is refused before anything else', async () => {
  await a.ticket();
  const socket = await RoomSocket.connect(server, room.sessionId);
  socket.send({ ...a.hello({ ticket: a.ticketInfo.ticket }), v: 2 });
  const error = await socket.next('error');
  assert.deepEqual([error.code, error.field, error.fatal], ['room.version', 'v', true]);
  assert.equal((await socket.closed).code, 1008);
  // Of another subprotocol the server says it in a message, too: a browser learns nothing of a refused handshake.
  const other = await RoomSocket.connect(server, room.sessionId, { protocol: 'bidroom.v2' });
  assert.deepEqual((({ code, fatal }) => [code, fatal])(await other.next('error')), ['room.version', true]);
  assert.equal((await other.closed).code, 1008);
  await assert.rejects(RoomSocket.connect(server, room.sessionId, { protocol: 'chat' }));
});

// --- Masking ------------------------------------------------------------------------------------------------------

const marker = crypto.randomBytes(32);
const LABEL = `device ${crypto.randomBytes(16).toString('hex')}`;
let masked, speaker, other, watcher, leader, onlooker, tracks;

const reelOf = (api, track, ext = 'webm') => api.raw('GET', `/api/v1/sessions/${masked.sessionId}/reels/${track}.${ext}`,
  { headers: api.authorization() });
const hears = (seat, what) => Buffer.concat(seat.socket.heard).includes(what);

test('masking is ordered: what is open ends, and only pairs may be published', async () => {
  masked = await furnished();
  [speaker, other] = masked.seats;
  [watcher, leader, onlooker] = [masked.supervisor, masked.host, masked.witness];
  for (const s of [speaker, other, watcher, leader, onlooker]) await s.join();
  const open = await speaker.publish('cam');
  await other.socket.next('track', (m) => m.track === open);
  await staff.post(`/sessions/${masked.sessionId}/mask`, { on: true });
  assert.ok((await speaker.socket.next('rights')).rights.includes('masked'));
  await other.socket.next('track_gone', (m) => m.track === open);
  speaker.socket.send({ type: 'publish', ref: 'plain', kind: 'mic', codec: 'opus' });
  assert.equal((await speaker.socket.next('error', (m) => m.ref === 'plain')).code, 'room.mask');
  speaker.socket.send({ type: 'publish', ref: 'alone', kind: 'mic', codec: 'opus', mask: 'masked' });
  assert.equal((await speaker.socket.next('error', (m) => m.ref === 'alone')).code, 'room.mask');
  const error = await refused(leader.api.post(`/sessions/${masked.sessionId}/mask`, { on: false }));
  assert.equal(error.code, 'session.step');
});

test('markers in what only few may see reach nobody else', async () => {
  const original = await speaker.publish('mic', { mask: 'original', label: LABEL });
  const changed = await speaker.publish('mic', { mask: 'masked', label: LABEL });
  tracks = { original, changed };
  for (let seq = 0; seq < 20; seq += 1) {
    speaker.socket.binary(mediaObject({ track: original, seq, payload: Buffer.concat([marker, Buffer.alloc(48, seq)]) }));
    speaker.socket.binary(mediaObject({ track: changed, seq }));
  }
  const blind = [other, leader, onlooker, speaker];
  await watcher.socket.when('both', () => watcher.socket.objects.length === 40);
  for (const s of [other, leader, onlooker]) await s.socket.when('the masked voice', () => s.socket.objects.length === 20);
  // Everything is asked for again: subscriptions, a keyframe, and the whole history by a new line.
  for (const s of [other, leader, onlooker]) {
    s.socket.send({ type: 'subscribe', track: original, on: true });
    assert.equal((await s.socket.next('error')).code, 'room.unknown_track');
    const { heard } = s.socket;
    s.socket.drop();
    await s.resume(0);
    assert.deepEqual(s.welcome.tracks.map((t) => t.track), [changed]);
    await s.socket.event('room.publish', (m) => m.body.track === changed);
    s.socket.heard.unshift(...heard);
  }
  assert.ok(hears(watcher, marker), 'the supervisor hears it: the marker is there to be found');
  assert.ok(hears(watcher, LABEL));
  for (const s of blind) assert.ok(!hears(s, marker), `${s.welcome.seat} gets the original`);
  for (const s of [other, onlooker]) {
    assert.ok(!hears(s, LABEL), `${s.welcome.seat} is told of the device`);
    for (const secret of [speaker.expertKey.base64, '"venue":"east'])
      assert.ok(!Buffer.concat(s.socket.heard.filter((m) => m[0] === 0x7b && !m.includes(`"seat":"${s.welcome.seat}"`)))
        .includes(secret), `${s.welcome.seat} is told ${secret}`);
    assert.ok(!s.socket.heard.some((m) => m.includes(speaker.expertKey.base64)));
  }
  assert.ok(hears(leader, speaker.expertKey.base64), 'who may know names is told whose device it is');
});

test('nor by the replay, whose reels say themselves what they are', async () => {
  const at = `/sessions/${masked.sessionId}`;
  const auditor = await server.account('reel-auditor', ['auditor']);
  await until('the reels to be recorded', () => fs.existsSync(path.join(server.dataDir, 'reels', masked.sessionId, `${tracks.original}.idx`))
    && fs.statSync(path.join(server.dataDir, 'reels', masked.sessionId, `${tracks.original}.idx`)).size >= 128);
  for (const api of [leader.api, auditor]) {
    const replay = await api.get(`${at}/replay`);
    assert.ok(!JSON.stringify(replay).includes(marker.toString('hex')));
    assert.deepEqual(replay.tracks.filter((t) => t.kind === 'mic').map((t) => [t.track, t.mask]), [[String(tracks.changed), 'masked']]);
    for (const ext of ['webm', 'idx']) assert.equal((await reelOf(api, tracks.original, ext)).status, 403);
    assert.equal((await reelOf(api, tracks.changed)).status, 200);
  }
  for (const api of [other.api, onlooker.api, staff])
    for (const track of Object.values(tracks)) assert.equal((await reelOf(api, track)).status, 403);
  assert.ok((await watcher.api.get(`${at}/replay`)).tracks.every((t) => t.mask !== 'original'), 'nor to a supervisor by that role alone');
  for (const ext of ['webm', 'idx']) assert.deepEqual(problem(await reelOf(watcher.api, tracks.original, ext)), [403, 'original.closed']);
});

const originals = () => `/sessions/${masked.sessionId}/originals`;
const problem = ({ status, body }) => [status, JSON.parse(body).code];
const reads = () => server.sql("SELECT body FROM event WHERE kind = 'original.read' ORDER BY subject_no").map(([body]) => JSON.parse(body));

test('an original is opened by two people of two roles, to whoever asked alone, and each range read is on the record', async () => {
  const seat = speaker.welcome.seat;
  const ask = (who, of = seat) => who.post(originals(), { seat_id: of, minutes: 10, reason: '核对身份' });
  const agree = (who, id) => who.post(`${originals()}/${id}/agree`);
  assert.equal((await refused(ask(watcher.api, other.welcome.seat))).code, 'original.none');
  assert.equal((await refused(ask(staff))).code, 'auth.denied');
  const { opening_id: id } = await ask(watcher.api);
  assert.equal((await refused(agree(watcher.api, id))).code, 'auth.denied');
  assert.deepEqual(problem(await reelOf(watcher.api, tracks.original)), [403, 'original.closed'], 'asked for is not agreed to');
  const both = await server.account('two-hats', ['supervisor', 'staff']);
  const { opening_id: ownId } = await ask(both);
  assert.equal((await refused(agree(both, ownId))).code, 'original.same_person');
  await staff.post(`${originals()}/${ownId}/end`, { reason: '不合规定' });
  assert.equal((await refused(agree(staff, ownId))).code, 'original.state');
  const { ends_at: ends } = await agree(staff, id);
  assert.ok(Math.abs(Date.parse(ends) - Date.now() - 600e3) < 60e3);
  assert.deepEqual(problem(await reelOf(both, tracks.original)), [403, 'original.closed'], 'it is open for whoever asked');
  assert.deepEqual((await staff.get(originals())).openings.map((o) => o.state), ['declined', 'open']);

  const replay = await watcher.api.get(`/sessions/${masked.sessionId}/replay`);
  assert.ok(replay.tracks.some((t) => t.track === String(tracks.original) && t.mask === 'original'));
  assert.deepEqual(reads(), []);
  const seen = await reelOf(watcher.api, tracks.original);
  assert.deepEqual(reads(), [{ range: 'all', seat, track: tracks.original }]);
  assert.equal(seen.status, 200);
  assert.ok(seen.body.includes(marker), 'who may see it gets it as it was sent');
  assert.ok(!seen.body.includes('"seal"'));
});

test('on disk an original is encrypted, and any second of it can be had all the same', async () => {
  const folder = path.join(server.dataDir, 'reels', masked.sessionId);
  const onDisk = fs.readFileSync(path.join(folder, `${tracks.original}.webm`));
  assert.ok(!onDisk.includes(marker) && onDisk.includes('"seal":"hkdf-sha256 aes-256-gcm"'));
  assert.ok(!fs.readFileSync(path.join(folder, `${tracks.changed}.webm`)).includes('"seal"'));
  const index = (await reelOf(watcher.api, tracks.original, 'idx')).body;
  const whole = (await reelOf(watcher.api, tracks.original)).body;
  assert.ok(index.length >= 128);
  for (let at = 64; at < index.length; at += 64) {
    const [from, length] = [Number(index.readBigUInt64BE(at + 8)), index.readUInt32BE(at + 16)];
    if (from + length > whole.length) break; // it grew in between
    const { status, headers, body } = await watcher.api.raw('GET', `/api/v1/sessions/${masked.sessionId}/reels/${tracks.original}.webm`,
      { headers: { ...watcher.api.authorization(), range: `bytes=${from}-${from + length - 1}` } });
    assert.equal(status, 206);
    assert.ok(body.equals(whole.subarray(from, from + length)));
    assert.equal(body.readUInt32BE(0), 0x1f43b675, 'the index names whole clusters');
    assert.match(headers['content-range'], new RegExp(`^bytes ${from}-${from + length - 1}/\\d+$`));
  }
  const { tracks: rows } = await watcher.api.get(`/sessions/${masked.sessionId}/replay/tail?after=${tracks.original}.1`);
  const tail = Buffer.from(rows[0].index, 'base64');
  assert.ok(tail.subarray(0, index.length - 64).equals(index.subarray(64, 64 + tail.length)));
  assert.deepEqual((await leader.api.get(`/sessions/${masked.sessionId}/replay/tail?after=${tracks.original}.1`)).tracks, []);
});

test('its time over, or ended by somebody, an opening shows nothing more', async () => {
  const n = reads().length;
  assert.ok(reads().every((r) => r.track === tracks.original) && reads().some((r) => /^bytes=\d+-\d+$/.test(r.range)));
  server.sql("UPDATE original_opening SET ends_at = UTC_TIMESTAMP(6) WHERE state = 'open'");
  assert.deepEqual(problem(await reelOf(watcher.api, tracks.original)), [403, 'original.closed']);
  assert.deepEqual((await staff.get(originals())).openings.map((o) => o.state), ['declined', 'over']);
  const { openingId } = await openOriginal(watcher.api, staff, masked.sessionId, speaker.welcome.seat);
  await watcher.api.post(`${originals()}/${openingId}/end`, { reason: '已核对' });
  assert.deepEqual(problem(await reelOf(watcher.api, tracks.original)), [403, 'original.closed']);
  assert.equal(reads().length, n, 'what was refused was not read');
});

test('after a kill the order to mask stands, and originals stay originals', async () => {
  await server.kill();
  await server.start();
  await speaker.resume();
  assert.ok(speaker.welcome.rights.includes('masked'));
  speaker.socket.send({ type: 'publish', ref: 'plain', kind: 'mic', codec: 'opus' });
  assert.equal((await speaker.socket.next('error', (m) => m.ref === 'plain')).code, 'room.mask');
  assert.equal((await reelOf(leader.api, tracks.original)).status, 403);
  assert.deepEqual(server.sql(`SELECT mask FROM media_track WHERE session_id = '${masked.sessionId}' AND track_no = ${tracks.original}`), [['original']]);
});
