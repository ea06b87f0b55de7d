// SPDX-License-Identifier: GPL-3.0-or-later
// The clock of the server's machine is set forward and back while a room is live: who sits goes on, tickets and
// certificates are judged by the clock there is now, leases stay alive, and the record says what happened.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

// libfaketime and the sanitizers do not get along, so this is the plain build's.
process.env.BIDROOM_BUILD = (process.env.BIDROOM_BUILD ?? 'build').replace(/-asan$/, '');
const { exportSession, verifySession } = await import('../support/client.mjs');
const { mediaObject, RoomSocket, roomSession, seatCert } = await import('../support/room.mjs');
const { Server, until } = await import('../support/server.mjs');

const LIB = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const HOUR_US = 3600e6;
const server = new Server();
const clock = path.join(server.dir, 'clock');
server.options.env = {
  LD_PRELOAD: LIB, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1',
};
let room, a, b, c, mic, seq = 0, aheadUs = 0;

function setClock(hours) {
  fs.writeFileSync(`${clock}.new`, `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h\n`);
  fs.renameSync(`${clock}.new`, clock);
  aheadUs = hours * HOUR_US;
}
const serverNow = () => Date.now() * 1000 + aheadUs;
const near = (us, other) => assert.ok(Math.abs(us - other) < 20e6, `${us} is ${(us - other) / 1e6} s off`);

// A hello whose certificate was made by a clock so many hours off the server's.
const helloOf = (seat, token, hoursOff = 0) => seat.hello({ ...token, seat_cert: seatCert(seat.expertKey, {
  session: room.sessionId, seat: seat.ticketInfo.seat_id, epoch: seat.ticketInfo.epoch, deviceKey: seat.deviceKey,
  now: serverNow() + hoursOff * HOUR_US }) });

async function sit(seat, token) {
  seat.socket = await RoomSocket.connect(server, room.sessionId);
  seat.socket.send(helloOf(seat, token));
  seat.welcome = await seat.socket.next('welcome');
  seat.resumeToken = seat.welcome.resume_token;
}

async function refusedWith(hello) {
  const socket = await RoomSocket.connect(server, room.sessionId);
  socket.send(hello);
  const error = await socket.next('error');
  assert.equal(error.fatal, true);
  await socket.closed;
  return error.code;
}

// A says something and is heard: the session time of the object that arrived.
async function heard() {
  const before = b.socket.objects.length;
  a.socket.binary(mediaObject({ track: mic, seq }));
  seq += 1;
  await b.socket.when('the voice', () => b.socket.objects.length > before);
  return b.socket.objects.at(-1).readUInt32BE(16);
}

async function said(text) {
  const ack = await a.act('chat', { text });
  assert.equal(ack.type, 'ack', JSON.stringify(ack));
  const event = await b.socket.event('room.chat', (m) => m.no === ack.event_no);
  assert.equal(event.body.text, text);
  return event;
}

// The room's lease is renewed by the clock there is now.
const leased = () => until('the lease to be renewed', () => {
  const [[left]] = server.sql(`SELECT TIMESTAMPDIFF(SECOND, FROM_UNIXTIME(${serverNow() / 1e6}), CONVERT_TZ(expires_at, '+00:00', @@session.time_zone))
    FROM room_lease WHERE session_id = '${room.sessionId}'`);
  return Number(left) > 10 && Number(left) <= 31;
});

test.before(async () => {
  setClock(0);
  fs.chmodSync(server.dir, 0o755);
  await server.start();
  await server.openHouse();
  room = await roomSession(server, { n: 3 });
  [a, b, c] = room.seats;
  for (const seat of [a, b]) await sit(seat, { ticket: (await seat.ticket()).ticket });
  mic = await a.publish('mic');
});
test.after(() => server.remove());

test('set forward by two hours: who sits notices nothing but the time of events', async () => {
  near((await said('拨快之前')).at_us, serverNow());
  const { ticket } = await c.ticket();
  const before = await heard();
  setClock(2);
  near((await said('拨快之后')).at_us, serverNow());
  assert.ok(await heard() - before < 20000, 'session time does not jump');
  assert.equal(await refusedWith(helloOf(c, { ticket })), 'seat.ticket_expired');
  await leased();
});

test('certificates are judged by the clock there is, and the ticket is not used up by a wrong one', async () => {
  const { ticket } = await c.ticket();
  assert.equal(await refusedWith(helloOf(c, { ticket }, -2)), 'seat.cert');
  await sit(c, { ticket });
  near(c.welcome.at_us, serverNow());
});

test('set back by four hours: the same, and a ticket of the future is none', async () => {
  c.socket.drop();
  const { ticket } = await c.ticket();
  const before = await heard();
  setClock(-2);
  near((await said('拨慢之后')).at_us, serverNow());
  const now = await heard();
  assert.ok(now >= before && now - before < 20000, `session time went from ${before} to ${now}`);
  assert.equal(await refusedWith(helloOf(c, { ticket })), 'seat.ticket_expired');
  await leased();
  await sit(c, { resume_token: c.resumeToken });
});

test('killed then and started: seats resume, and session time goes on behind what was recorded', async () => {
  const before = await heard();
  await until('the recording to be in the ledger', () => server.sql(
    `SELECT 1 FROM event WHERE subject = 'recording:${room.sessionId}' AND kind = 'media.part' AND real_at > '2000-01-01'`).length > 0);
  await new Promise((resolve) => { setTimeout(resolve, 1000); }); // what comes later than a tick is not at stake here
  await server.kill();
  await server.start();
  for (const seat of [a, b]) await sit(seat, { resume_token: seat.resumeToken });
  assert.ok(a.welcome.session_ms >= before, `session time went from ${before} back to ${a.welcome.session_ms}`);
  mic = await a.publish('mic');
  seq = 0;
  assert.ok(await heard() >= before);
  await said('重启之后');
});

test('the record is whole, and names where the clock was set back', async () => {
  setClock(0);
  for (const seat of [a, b]) {
    seat.socket.send({ type: 'leave' });
    await seat.socket.closed;
  }
  await until('all tracks to be over', () => server.sql(
    `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
  const { code, out } = verifySession(exportSession(server, room.sessionId));
  const faults = out.split('\n').filter((line) => line.startsWith('FAULT'));
  assert.equal(code, 1, out);
  assert.ok(faults.length > 0 && faults.every((f) => f.includes('clock was set back')), out);
});
