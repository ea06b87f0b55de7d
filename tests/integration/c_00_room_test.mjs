// SPDX-License-Identifier: GPL-3.0-or-later
// A room: joining, media, acts that become events, coming back, and what is refused.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { mediaObject, roomSession, RoomSocket, Seat, Key } from '../support/room.mjs';

// The address names the owner of the rooms, so it is the same before and after a restart.
const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
let sessionId, seats, host, a, b, c;

test.before(async () => {
  await server.start();
  await server.openHouse();
  ({ sessionId, seats, host } = await roomSession(server));
  [a, b, c] = seats;
});
test.after(() => server.remove());

const events = (kind) => server.sql(`SELECT body FROM event WHERE subject = 'session:${sessionId}' AND kind = '${kind}' ORDER BY subject_no`)
  .map(([body]) => JSON.parse(body));

test('seats join with tickets and see each other', async () => {
  const welcome = await a.join();
  assert.equal(welcome.seat, 'seat_1');
  assert.equal(welcome.epoch, a.ticketInfo.epoch);
  assert.deepEqual(welcome.rights.slice(0, 2), ['watch', 'cam']);
  assert.equal(welcome.roster.length, 3);
  assert.equal(welcome.roster.find((s) => s.seat === 'seat_2').presence, 'absent');
  await b.join();
  const { seats: listed } = await a.socket.next('roster', (m) => m.seats.find((s) => s.seat === 'seat_2').presence === 'present');
  assert.equal(listed.length, 3);
  const joined = await a.socket.event('room.joined', (m) => m.body.seat === 'seat_2');
  assert.equal(joined.body.resumed, false);
  assert.equal(joined.body.device_key, b.deviceKey.base64);
  assert.equal(joined.actor_seat, 'seat_2');
});

test('a media object reaches the others and the recorder with the time of the session', async () => {
  const mic = await a.publish('mic');
  await b.socket.next('track', (m) => m.track === mic);
  for (let seq = 0; seq < 20; seq += 1) a.socket.binary(mediaObject({ track: mic, seq }));
  await b.socket.when('20 objects', () => b.socket.objects.length === 20);
  assert.deepEqual(b.socket.objects.map((o) => o.readUInt32BE(4)), [...Array(20).keys()]);
  assert.ok(b.socket.objects[0].readUInt32BE(16) > 0);
  assert.equal(a.socket.objects.length, 0);
  const publish = await b.socket.event('room.publish');
  assert.deepEqual(publish.body, { track: mic, seat: 'seat_1', kind: 'mic', codec: 'opus' });
  await until('a part in the ledger', () => server.sql(`SELECT 1 FROM event WHERE kind = 'media.part' AND subject = 'recording:${sessionId}'`).length);
});

test('an act is acknowledged once it is in the ledger, and comes to all', async () => {
  a.socket.send({ type: 'chat', id: 'chat-1', text: '请看第三章' });
  const ack = await a.socket.next('ack', (m) => m.id === 'chat-1');
  assert.ok(ack.receipt.promise);
  const event = await b.socket.event('room.chat');
  assert.equal(event.no, ack.event_no);
  assert.equal(event.actor_seat, 'seat_1');
  assert.deepEqual(event.body, { text: '请看第三章' });
  // The same act again is the same event.
  a.socket.send({ type: 'chat', id: 'chat-1', text: '请看第三章' });
  assert.equal((await a.socket.next('ack')).event_no, ack.event_no);
  assert.equal(events('room.chat').length, 1);
});

test('muting holds at once and opening with its commit', async () => {
  const [mic] = server.sql(`SELECT track_no FROM media_track WHERE session_id = '${sessionId}'`)[0].map(Number);
  const before = b.socket.objects.length;
  a.socket.send({ type: 'mute_self', id: 'm-1', kind: 'mic', on: true });
  a.socket.binary(mediaObject({ track: mic, seq: 100 }));
  await a.socket.next('ack', (m) => m.id === 'm-1');
  await b.socket.event('room.mute', (m) => m.body.on);
  a.socket.send({ type: 'mute_self', id: 'm-2', kind: 'mic', on: false });
  await a.socket.next('ack', (m) => m.id === 'm-2');
  await b.socket.event('room.mute', (m) => !m.body.on);
  await b.socket.next('roster', (m) => !m.seats[0].mic_muted);
  a.socket.binary(mediaObject({ track: mic, seq: 101 }));
  await b.socket.when('the object after', () => b.socket.objects.length > before);
  assert.equal(b.socket.objects.at(-1).readUInt32BE(4), 101);
  assert.equal(b.socket.objects.length, before + 1);
});

test('who comes back gets exactly what was missed', async () => {
  await c.join();
  c.lastNo = c.welcome.event_no;
  c.socket.drop();
  await a.socket.event('room.lost', (m) => m.body.seat === 'seat_3');
  for (const id of ['x', 'y']) {
    a.socket.send({ type: 'chat', id: `missed-${id}`, text: id });
    await a.socket.next('ack', (m) => m.id === `missed-${id}`);
  }
  await b.socket.event('room.chat', (m) => m.body.text === 'y');
  await c.resume();
  assert.equal(c.welcome.epoch, 1);
  const missed = await c.socket.when('the missed events', () => {
    const numbers = c.socket.messages.filter((m) => m.type === 'event').map((m) => m.no);
    return numbers.length >= c.welcome.event_no - c.lastNo && numbers;
  });
  assert.deepEqual(missed.slice(0, 2), [c.lastNo + 1, c.lastNo + 2]);
  assert.deepEqual([...missed].sort((x, y) => x - y), missed);
  assert.ok(c.socket.messages.filter((m) => m.kind === 'room.chat').length >= 2);
  assert.equal((await a.socket.event('room.joined', (m) => m.body.seat === 'seat_3' && m.body.resumed)).body.epoch, 1);
});

test('a second device is refused until the host releases the seat', async () => {
  const second = new Seat(server, sessionId, c.api, c.expertKey);
  const { ticket, epoch } = await second.ticket();
  assert.equal(epoch, 2);
  let socket = await RoomSocket.connect(server, sessionId);
  socket.send(second.hello({ ticket }));
  const error = await socket.next('error');
  assert.deepEqual([error.code, error.fatal], ['room.seat_taken', true]);
  await socket.closed;

  await host.join();
  assert.ok(host.welcome.rights.includes('moderate'));
  host.socket.send({ type: 'moderate', id: 'rel', act: 'release', seat: 'seat_3', on: true });
  assert.equal((await c.socket.next('bye')).code, 'released');
  assert.equal((await c.socket.closed).code, 4003);
  await host.socket.next('ack', (m) => m.id === 'rel');
  await second.join();
  assert.equal(second.welcome.epoch, 2);
  // The released device's token is worth nothing now.
  socket = await RoomSocket.connect(server, sessionId);
  socket.send(c.hello({ resume_token: c.resumeToken }));
  assert.equal((await socket.next('error')).code, 'seat.resume_bad');
  Object.assign(c, { deviceKey: second.deviceKey, socket: second.socket, ticketInfo: second.ticketInfo, resumeToken: second.resumeToken });
});

test('the host mutes over HTTPS and over the socket', async () => {
  const cam = await b.publish('cam');
  await host.api.post(`/sessions/${sessionId}/moderate`, { seat_id: 'seat_2', act: 'stop_video' });
  await b.socket.next('roster', (m) => m.seats.find((s) => s.seat === 'seat_2').cam_muted);
  b.socket.binary(mediaObject({ track: cam, seq: 0, codec: 2, flags: 1 }));
  b.socket.send({ type: 'mute_self', id: 'try', kind: 'cam', on: false });
  assert.equal((await b.socket.next('error', (m) => m.ref === 'try')).code, 'room.muted');
  assert.equal(a.socket.objects.filter((o) => o.readUInt16BE(2) === cam).length, 0);
  host.socket.send({ type: 'moderate', id: 'open', act: 'stop_video', seat: 'seat_2', on: false });
  await host.socket.next('ack', (m) => m.id === 'open');
  await b.socket.event('room.mute', (m) => m.body.seat === 'seat_2' && m.body.kind === 'cam' && !m.body.on);
  b.socket.binary(mediaObject({ track: cam, seq: 1, codec: 2, flags: 1 }));
  await a.socket.when('the picture', () => a.socket.objects.some((o) => o.readUInt16BE(2) === cam));
  const error = await refused(b.api.post(`/sessions/${sessionId}/moderate`, { seat_id: 'seat_1', act: 'mute' }));
  assert.equal(error.code, 'auth.denied');
});

// One line each: what is sent before a seat is taken, and the code it is turned away with.
const before = {
  'text that is no JSON': (s) => [s.text('{"type":'), 'control_json'],
  'an unknown type': (s) => [s.send({ type: 'dance' }), 'control_unknown_type'],
  'a duplicate key': (s) => [s.text('{"type":"ping","t":1,"t":2}'), 'control_duplicate_key'],
  'anything but hello': (s) => [s.send({ type: 'ping', t: 1 }), 'room.not_seated'],
  'a media object': (s) => [s.binary(mediaObject({ track: 1, seq: 0 })), 'room.not_seated'],
};
for (const [what, act] of Object.entries(before))
  test(`before hello, ${what} ends the connection`, async () => {
    const socket = await RoomSocket.connect(server, sessionId);
    const code = act(socket)[1];
    const error = await socket.next('error');
    assert.deepEqual([error.code, error.fatal], [code, true]);
    assert.equal((await socket.closed).code, 1008);
  });

test('tickets are refused that are strange, stolen, expired or for elsewhere', async () => {
  const { ticket } = await a.ticket();
  const thief = new Seat(server, sessionId, a.api, a.expertKey);
  thief.ticketInfo = a.ticketInfo;
  const tries = [
    [a.hello({ ticket: 'nonsense' }), 'seat.ticket_bad'],
    [thief.hello({ ticket }), 'seat.ticket_bad'],
    [{ ...a.hello({ ticket }), proof: a.deviceKey.sign('something else') }, 'seat.proof'],
    [{ ...a.hello({ ticket }), seat_cert: thief.hello({ ticket }).seat_cert }, 'seat.cert'],
    [{ ...a.hello({ ticket }), session: seats[0].session.replace(/.$/, (d) => (d === '0' ? '1' : '0')) }, 'input.invalid'],
  ];
  for (const [hello, code] of tries) {
    const socket = await RoomSocket.connect(server, sessionId);
    socket.send(hello);
    assert.equal((await socket.next('error')).code, code);
    await socket.closed;
  }
  server.sql(`UPDATE seat_ticket SET expires_at = '2020-01-01'`);
  const socket = await RoomSocket.connect(server, sessionId);
  socket.send(a.hello({ ticket }));
  assert.equal((await socket.next('error')).code, 'seat.ticket_expired');
});

test('a certificate of an unregistered key is refused, and without one nothing is published', async () => {
  const stranger = new Seat(server, sessionId, a.api, new Key());
  stranger.deviceKey = a.deviceKey;
  await stranger.ticket();
  const socket = await RoomSocket.connect(server, sessionId);
  socket.send(stranger.hello({ ticket: stranger.ticketInfo.ticket }));
  assert.equal((await socket.next('error')).code, 'seat.cert');
  host.socket.send({ type: 'publish', ref: 'p', kind: 'mic', codec: 'opus' });
  assert.equal((await host.socket.next('error', (m) => m.ref === 'p')).code, 'room.no_right');
});

test('who was not drawn publishes under a key registered for seats, and no other key of his', async () => {
  const witness = new Seat(server, sessionId, await server.account('seen', ['witness']), new Key());
  const { ticket } = await witness.ticket();
  const socket = await RoomSocket.connect(server, witness.session);
  socket.send(witness.hello({ ticket }));
  assert.equal((await socket.next('error')).code, 'seat.cert');
  const body = { alg: 'ed25519', public_key: witness.expertKey.base64 };
  assert.equal((await refused(witness.api.post('/me/keys', { ...body, purpose: 'expert' }))).code, 'auth.denied');
  assert.equal((await refused(a.api.post('/me/keys', { ...body, purpose: 'seat' }))).code, 'auth.denied');
  await witness.api.post('/me/keys', { ...body, purpose: 'seat' });
  await witness.enter({ ticket });
  const track = await witness.publish('mic');
  witness.socket.binary(mediaObject({ track, seq: 0 }));
  await a.socket.when('the voice of the witness', () => a.socket.objects.some((o) => o.readUInt16BE(2) === track));
  witness.socket.send({ type: 'leave' });
  await witness.socket.closed;
});

test('bad objects are answered, too many end that connection, nobody else notices', async () => {
  const cam = server.sql(`SELECT MAX(track_no) FROM media_track WHERE session_id = '${sessionId}' AND kind = 'cam'`)[0][0];
  const tries = [
    [mediaObject({ track: Number(cam), seq: 9, codec: 2 }), 'room.foreign_track'],
    [mediaObject({ track: 4000, seq: 9 }), 'room.unknown_track'],
    [Buffer.from([1, 2, 3]), 'frame_short'],
    [mediaObject({ track: 1, seq: 9, codec: 9 }), 'frame_codec'],
    [mediaObject({ track: 0, seq: 9 }), 'frame_track'],
  ];
  for (const [object, code] of tries) {
    c.socket.binary(object);
    assert.equal((await c.socket.next('error')).code, code);
  }
  for (const text of ['{"type":"chat","id":"z"}', '{"type":"chat","id":"z","text":"x","extra":1}', '{"type":"chat","id":"z","text":7}']) {
    c.socket.text(text);
    assert.match((await c.socket.next('error', (m) => m.ref === 'z')).code, /^control_/);
  }
  for (let i = 0; i < 40; i += 1) c.socket.binary(Buffer.from([1]));
  assert.equal((await c.socket.closed).code, 4004);
  const socket = await RoomSocket.connect(server, sessionId);
  socket.binary(Buffer.alloc(300000));
  assert.equal((await socket.closed).code, 1009);
  const text = await RoomSocket.connect(server, sessionId);
  text.frame(1, Buffer.from([0xff, 0xfe]));
  assert.equal((await text.closed).code, 1007);
  a.socket.send({ type: 'ping', t: 7 });
  assert.equal((await a.socket.next('pong')).t, 7);
});

test('a room that cannot be opened says why', async () => {
  const socket = await RoomSocket.connect(server, '01aaaaaaaaaaaaaaaaaaaaaaaa');
  socket.send({ ...a.hello({ ticket: 'x' }), session: '01aaaaaaaaaaaaaaaaaaaaaaaa' });
  const error = await socket.next('error');
  assert.deepEqual([error.code, error.fatal], ['input.not_found', true]);
});

test('after kill -9 seats resume, nothing acknowledged is missing, numbers go on', async () => {
  a.lastNo = Number(server.sql(`SELECT last_no FROM event_subject WHERE subject = 'session:${sessionId}'`)[0][0]);
  const acked = [];
  for (let i = 0; i < 10; i += 1) a.socket.send({ type: 'chat', id: `k-${i}`, text: `k-${i}` });
  for (let i = 0; i < 5; i += 1) acked.push((await a.socket.next('ack', (m) => m.id.startsWith('k-'))).id);
  await server.kill();
  await server.start();
  const known = events('room.chat').map((body) => body.text);
  for (const id of acked) assert.ok(known.includes(id), id);
  await a.resume();
  const opened = await a.socket.event('room.opened');
  assert.equal(opened.body.epoch, 2);
  const mic = await a.publish('mic');
  const numbers = server.sql(`SELECT track_no FROM media_track WHERE session_id = '${sessionId}' ORDER BY track_no`).map(([n]) => Number(n));
  assert.ok(mic > Math.max(...numbers.filter((n) => n !== mic)));
  const all = server.sql(`SELECT subject_no FROM event WHERE subject = 'session:${sessionId}' ORDER BY subject_no`).map(([n]) => Number(n));
  assert.deepEqual(all, all.map((_, i) => i + 1));
});

test('closing the session ends the room', async () => {
  server.sql(`UPDATE eval_session SET closed_at = UTC_TIMESTAMP(6) WHERE session_id = '${sessionId}'`);
  a.socket.send({ type: 'chat', id: 'late', text: 'late' });
  assert.equal((await a.socket.next('error', (m) => m.ref === 'late')).code, 'room.closed');
});
