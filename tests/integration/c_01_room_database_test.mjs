// SPDX-License-Identifier: GPL-3.0-or-later
// A room while its database is away: media goes on, acts wait and say so, nothing is lost or doubled.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Server, until } from '../support/server.mjs';
import { mediaObject, roomSession } from '../support/room.mjs';

const server = new Server();
let sessionId, a, b;

test.before(async () => {
  await server.start();
  await server.openHouse();
  let seats;
  ({ sessionId, seats } = await roomSession(server, { n: 2 }));
  [a, b] = seats;
  await a.join();
  await b.join();
});
test.after(() => server.remove());

const database = (signal) => {
  const { stdout } = spawnSync('pgrep', ['-f', `defaults-file=${server.dbDir}/my.cnf`], { encoding: 'utf8' });
  for (const pid of stdout.split('\n').filter(Boolean)) {
    process.kill(Number(pid), signal);
    while (signal === 'SIGSTOP' && !stands(pid));
  }
};
// A signal takes its time: each thread goes on until it is next looked after.
const stands = (pid) => fs.readdirSync(`/proc/${pid}/task`).every((task) =>
  fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').split(') ').at(-1).startsWith('T'));
const texts = () => server.sql(`SELECT body FROM event WHERE subject = 'session:${sessionId}' AND kind = 'room.chat' ORDER BY subject_no`)
  .map(([body]) => JSON.parse(body).text);

test('acts wait while the database does not answer, media does not', async () => {
  const mic = await a.publish('mic');
  await a.socket.event('room.publish');
  database('SIGSTOP');
  for (const text of ['one', 'two', 'three']) a.socket.send({ type: 'chat', id: `id-${text}`, text });
  a.socket.send({ type: 'mute_self', id: 'mute', kind: 'cam', on: true });
  for (let seq = 0; seq < 50; seq += 1) a.socket.binary(mediaObject({ track: mic, seq }));
  await b.socket.when('50 objects', () => b.socket.objects.length === 50);
  // What tightens is in force before it is recorded.
  await b.socket.next('roster', (m) => m.seats.find((s) => s.seat === 'seat_1').cam_muted);
  const pending = () => a.socket.messages.filter((m) => m.type === 'pending').map((m) => m.id);
  await a.socket.when('pending', () => pending().length === 4, 90000);
  assert.deepEqual(pending(), ['id-one', 'id-two', 'id-three', 'mute']);
  assert.equal(a.socket.messages.filter((m) => m.type === 'ack').length, 0);
  // Asking again in the meantime is no second act.
  a.socket.send({ type: 'chat', id: 'id-two', text: 'two' });
  database('SIGCONT');
  for (const id of ['id-one', 'id-two', 'id-three', 'mute']) {
    const ack = await a.socket.when(id, () => a.socket.messages.find((m) => m.type === 'ack' && m.id === id), 60000);
    assert.ok(ack.event_no > 0);
  }
  assert.deepEqual(texts(), ['one', 'two', 'three']);
  await b.socket.event('room.mute');
});

test('after kill -9 of the database everything acknowledged is there and the room goes on', async () => {
  database('SIGKILL');
  for (let i = 0; i < 5; i += 1) a.socket.send({ type: 'chat', id: `k-${i}`, text: `k-${i}` });
  for (let i = 0; i < 5; i += 1) await a.socket.next('ack', (m) => m.id === `k-${i}`);
  assert.deepEqual(texts().slice(3), [...Array(5).keys()].map((i) => `k-${i}`));
  const numbers = await until('events at the other seat', () => {
    const seen = b.socket.messages.filter((m) => m.type === 'event' && m.kind === 'room.chat');
    return seen.length === 8 && seen.map((m) => m.no);
  });
  assert.deepEqual(numbers, [...numbers].sort((x, y) => x - y));
  await until('parts without a gap', () => {
    const nos = server.sql(`SELECT subject_no FROM event WHERE subject = 'recording:${sessionId}' ORDER BY subject_no`).map(([n]) => Number(n));
    return nos.length && nos.every((n, i) => n === i + 1);
  });
});
