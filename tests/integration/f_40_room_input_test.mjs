// SPDX-License-Identifier: GPL-3.0-or-later
// What a room door must be able to stand: each wrong thing has its documented code (proto/README.md), and neither the
// other seats of the room nor another session of the same process notice. c_00_room_test.mjs has what comes before.
import test from 'node:test';
import assert from 'node:assert/strict';
import { allHear, clientRoom, quitAll, sameEvents, seatAll } from '../support/client.mjs';
import { Key, mediaObject, RoomSocket, roomSession, Seat } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let elsewhere, sessionId, good, bad, other, mic, cam, othersTrack, since;

test.before(async () => {
  await server.start();
  await server.openHouse();
  elsewhere = await clientRoom(server, { n: 2 });
  await seatAll(elsewhere.clients);
  let seats;
  ({ sessionId, seats } = await roomSession(server, { n: 3 }));
  [good, bad, other] = seats;
  await good.join();
  await other.join();
  othersTrack = await other.publish('mic');
  await sit();
  await allHear(elsewhere.clients);
  since = elsewhere.clients.map((c) => c.events.length);
});
test.after(async () => {
  await quitAll(elsewhere.clients).finally(() => server.remove());
});

// The wrongdoer begins anew: faults of before are forgiven.
async function sit() {
  await bad.join();
  mic = await bad.publish('mic');
  cam = await bad.publish('cam');
}

const sentence = (n) => '好'.repeat(n);
const chat = (fields) => JSON.stringify({ type: 'chat', id: 'c1', text: 'x', ...fields });

// A text, the code it is refused with, and the field that is named.
const texts = {
  'no JSON': ['{"type":"chat"', 'control_json'],
  'two values': ['{"type":"ping","t":1}{}', 'control_json'],
  'nothing': ['', 'control_json'],
  'half a surrogate pair': ['{"type":"chat","id":"c1","text":"\\ud800"}', 'control_json'],
  'a list': ['[1]', 'control_not_object'],
  'no type': ['{"id":"c1"}', 'control_no_type'],
  'a type that is no text': ['{"type":7}', 'control_no_type'],
  'a type nobody knows': ['{"type":"dance"}', 'control_unknown_type'],
  'a message of the server': ['{"type":"bye","code":"left"}', 'control_unknown_type'],
  'a key given twice': ['{"type":"chat","id":"c1","id":"c1","text":"x"}', 'control_duplicate_key'],
  'a field nobody knows': [chat({ extra: 1 }), 'control_unknown_field', 'extra'],
  'a field that is missing': ['{"type":"chat","id":"c1"}', 'control_missing_field', 'text'],
  'a number for a text': [chat({ text: 7 }), 'control_wrong_type', 'text'],
  'null for a text': [chat({ text: null }), 'control_wrong_type', 'text'],
  'a text for a flag': ['{"type":"raise_hand","id":"c1","on":"yes"}', 'control_wrong_type', 'on'],
  'a fraction for a number': ['{"type":"ping","t":1.5}', 'control_wrong_type', 't'],
  'a number too large to be exact': ['{"type":"ping","t":9007199254740993}', 'control_value', 't'],
  'a text too long': [chat({ text: sentence(2001) }), 'control_field_too_long', 'text'],
  'an id too long': [chat({ id: 'x'.repeat(65) }), 'control_field_too_long', 'id'],
  'an id with a blank': [chat({ id: 'a b' }), 'control_value', 'id'],
  'a control character': [chat({ text: 'a\u0007b' }), 'control_value', 'text'],
  'a word that is none of the list': ['{"type":"mute_self","id":"c1","kind":"nose","on":true}', 'control_value', 'kind'],
  'a message beyond its limit': [chat({ text: 'x'.repeat(16400) }), 'control_too_long'],
  'a second hello': [() => JSON.stringify(bad.hello({ ticket: 'x' })), 'input.invalid', 'type'],
  'a track of another': [() => JSON.stringify({ type: 'unpublish', track: othersTrack }), 'room.foreign_track'],
  'a track that is not': [() => JSON.stringify({ type: 'subscribe', track: 60000, on: false }), 'room.unknown_track'],
  'a codec for the wrong kind': [JSON.stringify({ type: 'publish', ref: 'p', kind: 'mic', codec: 'vp8' }), 'control_value', 'codec'],
  'an act of the host': [JSON.stringify({ type: 'moderate', id: 'c1', act: 'mute', seat: 'seat_1', on: true }), 'room.no_right'],
};

const header = (change, object = mediaObject({ track: mic, seq: 500 })) => { change(object); return object; };
const stampOf = (change = () => {}) => {
  const stamp = Buffer.alloc(120);
  stamp.writeUInt8(2, 0);
  stamp.writeUInt8(1, 1);
  stamp.writeUInt16BE(mic, 2);
  change(stamp);
  return stamp;
};
const objects = {
  'an object shorter than its header': [() => Buffer.alloc(23, 1), 'frame_short'],
  'an empty message': [() => Buffer.alloc(0), 'frame_short'],
  'a type nobody knows': [() => header((o) => o.writeUInt8(7, 0)), 'frame_type'],
  'track 0': [() => mediaObject({ track: 0, seq: 500 }), 'frame_track'],
  'the reserved flag': [() => header((o) => o.writeUInt8(0x81, 1)), 'frame_flags'],
  'Opus that is no key': [() => header((o) => o.writeUInt8(0, 1)), 'frame_flags'],
  'a codec nobody knows': [() => header((o) => o.writeUInt8(9, 20)), 'frame_codec'],
  'a capture time beyond its limit': [() => header((o) => o.writeUInt8(0x80, 8)), 'frame_time'],
  'reserved bytes in use': [() => header((o) => o.writeUInt8(1, 22)), 'frame_reserved'],
  'no payload': [() => mediaObject({ track: mic, seq: 500, payload: Buffer.alloc(0) }), 'frame_empty'],
  'the codec of another kind': [() => mediaObject({ track: mic, seq: 500, codec: 2 }), 'room.wrong_codec'],
  'a sequence that goes back': [() => mediaObject({ track: mic, seq: 499 }), 'room.sequence',
    () => mediaObject({ track: mic, seq: 500 })],
  'a track of another': [() => mediaObject({ track: othersTrack, seq: 500 }), 'room.foreign_track'],
  'a track that is not': [() => mediaObject({ track: 60000, seq: 500 }), 'room.unknown_track'],
  'a stamp cut short': [() => stampOf().subarray(0, 119), 'stamp_length'],
  'a stamp of another algorithm': [() => stampOf((s) => s.writeUInt8(9, 1)), 'stamp_algorithm'],
  'a stamp of track 0': [() => stampOf((s) => s.writeUInt16BE(0, 2)), 'stamp_track'],
  'a stamp whose end is before its beginning': [() => stampOf((s) => s.writeUInt32BE(9, 8)), 'stamp_range'],
  'a stamp over what was not sent': [() => stampOf((s) => { s.writeUInt32BE(90000, 8); s.writeUInt32BE(90001, 12); }), 'room.stamp'],
};

const taken = () => bad.socket.messages.splice(0);
let nFaults = 0;
async function fresh() {
  nFaults += 1;
  if (nFaults % 15 !== 0) return;
  bad.socket.drop();
  await sit();
}

for (const [what, [text, code, field]] of Object.entries(texts))
  test(`a text: ${what}`, async () => {
    await fresh();
    taken();
    bad.socket.text(typeof text === 'function' ? text() : text);
    const error = await bad.socket.next('error');
    assert.equal(error.code, code, JSON.stringify(error));
    if (field) assert.equal(error.field, field);
    assert.equal(error.fatal ?? false, false);
  });

for (const [what, [object, code, first]] of Object.entries(objects))
  test(`an object: ${what}`, async () => {
    await fresh();
    taken();
    if (first) bad.socket.binary(first());
    bad.socket.binary(object());
    assert.equal((await bad.socket.next('error')).code, code);
  });

// What breaks the WebSocket itself ends it, with the code of RFC 6455.
const breaks = {
  'a text that is not UTF-8': [(s) => s.frame(1, Buffer.from([0x7b, 0xff, 0x7d])), 1007],
  'an object beyond its limit': [(s) => s.binary(mediaObject({ track: 1, seq: 1, payload: Buffer.alloc(262145) })), 1009],
  'an opcode nobody knows': [(s) => s.frame(3, Buffer.from('x')), 1002],
  'a ping that is too long': [(s) => s.frame(9, Buffer.alloc(126)), 1002],
  'a continuation of nothing': [(s) => s.frame(0, Buffer.from('x')), 1002],
};
for (const [what, [act, code]] of Object.entries(breaks))
  test(`a frame: ${what}`, async () => {
    await sit();
    act(bad.socket);
    assert.equal((await bad.socket.closed).code, code);
    await good.socket.event('room.lost', (m) => m.body.seat === 'seat_2');
  });

test('too much at once is refused, far too much ends the connection', async () => {
  await sit();
  taken();
  for (let i = 0; i < 12; i += 1) bad.socket.send({ type: 'chat', id: `rate-${i}`, text: `rate ${i}` });
  const refusal = await bad.socket.next('error');
  assert.deepEqual([refusal.code, /^rate-1[01]$/.test(refusal.ref)], ['room.rate', true]);
  for (let i = 0; i < 400; i += 1) bad.socket.send({ type: 'ping', t: i });
  assert.equal((await bad.socket.next('error', (m) => !m.ref)).code, 'room.rate');
  assert.equal((await bad.socket.closed).code, 4004);
  await sit();
  taken();
  for (let seq = 0; seq < 1700; seq += 1) bad.socket.binary(mediaObject({ track: mic, seq, payload: Buffer.alloc(10) }));
  assert.equal((await bad.socket.next('error')).code, 'room.rate');
  assert.equal((await bad.socket.closed).code, 4004);
});

test('more tracks than a seat may have are refused', async () => {
  await sit();
  taken();
  const more = [['cam', 'masked'], ['cam', 'original'], ['mic', 'masked'], ['mic', 'original'], ['screen'], ['screen', 'masked'],
    ['screen', 'original']];
  for (const [kind, mask] of more)
    bad.socket.send({ type: 'publish', ref: `${kind}-${mask}`, kind, ...(kind === 'mic' ? { codec: 'opus' } : { codec: 'vp8', width: 320, height: 180, fps: 5 }),
      ...(mask ? { mask } : {}) });
  const error = await bad.socket.next('error');
  assert.deepEqual([error.code, error.ref], ['room.too_many_tracks', 'screen-original']);
});

test('the same device may show its ticket again; its older connection ends', async () => {
  const { ticket } = await bad.ticket();
  await bad.enter({ ticket });
  const older = bad.socket;
  await bad.enter({ ticket });
  assert.equal((await older.closed).code, 4001);
  assert.equal(bad.welcome.seat, 'seat_2');
});

test('a ticket is worth nothing for another session, seat or device', async () => {
  const { ticket } = await bad.ticket();
  const stranger = new Seat(server, elsewhere.sessionId, bad.api, bad.expertKey);
  Object.assign(stranger, { deviceKey: bad.deviceKey, ticketInfo: bad.ticketInfo });
  const thief = new Seat(server, sessionId, bad.api, bad.expertKey);
  Object.assign(thief, { deviceKey: new Key(), ticketInfo: bad.ticketInfo });
  for (const [seat, code] of [[stranger, 'seat.ticket_bad'], [thief, 'seat.ticket_bad']]) {
    const socket = await RoomSocket.connect(server, seat.session);
    socket.send(seat.hello({ ticket }));
    const error = await socket.next('error');
    assert.deepEqual([error.code, error.fatal], [code, true]);
    await socket.closed;
  }
  const both = await RoomSocket.connect(server, sessionId);
  both.send(bad.hello({ ticket, resume_token: bad.resumeToken }));
  assert.match((await both.next('error')).code, /^(control|seat|input)[._]/);
  await both.closed;
});

test('who says nothing is not waited for', async () => {
  const socket = await RoomSocket.connect(server, sessionId);
  const error = await socket.next('error');
  assert.deepEqual([error.code, error.fatal], ['room.not_seated', true]);
  assert.equal((await socket.closed).code, 1008);
});

test('the others of the room noticed nothing but who came and went', async () => {
  for (const seat of [good, other]) {
    seat.socket.send({ type: 'ping', t: 1 });
    await seat.socket.next('pong');
    assert.deepEqual(seat.socket.messages.filter((m) => m.type === 'error'), []);
  }
  const kinds = new Set(good.socket.messages.filter((m) => m.type === 'event').map((m) => m.kind));
  for (const kind of ['room.joined', 'room.publish', 'room.unpublish', 'room.lost', 'room.chat', 'room.lag', 'room.opened', 'room.left', 'room.withheld']) kinds.delete(kind);
  assert.deepEqual([...kinds], []);
  const relayed = good.socket.objects.length;
  other.socket.binary(mediaObject({ track: othersTrack, seq: 0 }));
  await until('an object', () => good.socket.objects.length > relayed);
});

test('the other session noticed nothing at all', async () => {
  for (const [i, c] of elsewhere.clients.entries()) {
    assert.deepEqual(c.events.slice(since[i]).filter((m) => m.event !== 'roster'), []);
    for (const t of await c.hears()) assert.deepEqual([t.gaps, t.lost, t.forged], [0, 0, 0]);
  }
  await sameEvents(elsewhere.clients);
});
