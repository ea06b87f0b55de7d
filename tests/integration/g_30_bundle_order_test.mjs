// SPDX-License-Identifier: GPL-3.0-or-later
// A bundle ordered over HTTP: made by a long job, looked after, fetched as a tar in pieces, and as good as one made by
// the operator. In this house all recordings are encrypted where they lie; in the bundle they are opened.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { assertBundleTells, makeBundle, ofOpened, verifyBundle } from '../support/bundle.mjs';
import { mediaObject, newId, roomSession } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server({ config: { record: { encrypt: 'all' } } });
const N_OBJECTS = 60;
let supervisor, sessionId, unpacked;
const url = () => `/sessions/${sessionId}/bundle`;

test.before(async () => {
  await server.start();
  await server.openHouse();
  supervisor = await server.account('super1', ['supervisor']);
  const room = await roomSession(server, { n: 1 });
  ({ sessionId } = room);
  await room.seats[0].join();
  const track = await room.seats[0].publish('mic');
  for (let seq = 0; seq < N_OBJECTS; seq += 1) room.seats[0].socket.binary(mediaObject({ track, seq }));
  room.seats[0].socket.send({ type: 'unpublish', track });
  await until('the reel to be over', () => server.sql('SELECT 1 FROM media_track WHERE ended_ms IS NOT NULL').length);
  await until('it to be in the ledger', () => server.sql("SELECT body FROM event WHERE kind = 'media.part'")
    .flatMap(([body]) => JSON.parse(body).tracks.flatMap((t) => t.clusters)).reduce((sum, c) => sum + c.blocks, 0) === N_OBJECTS);
  room.seats[0].socket.send({ type: 'chat', id: 'c1', text: '开始' });
  await until('what was said', () => server.sql("SELECT 1 FROM event WHERE kind = 'room.chat'").length);
});
test.after(() => server.remove());

const state = () => supervisor.get(url());
const ready = () => until('the bundle', async () => {
  const now = await state();
  assert.notEqual(now.state, 'failed', JSON.stringify(now));
  return now.state === 'ready' && now;
});
const fetched = async (range) => supervisor.raw('GET', `/api/v1${url()}.tar`, { headers: { ...supervisor.authorization(), ...(range ? { range } : {}) } });

test('nothing lies there before it is ordered', async () => {
  assert.deepEqual(await state(), { state: 'none' });
  assert.equal((await fetched()).status, 404);
  assert.equal((await refused(supervisor.post(`/sessions/${newId()}/bundle`))).code, 'input.not_found');
  assert.deepEqual(fs.readdirSync(path.join(server.dataDir, 'bundles')).filter((f) => !f.endsWith('.lock')), [], 'and nothing is left of it');
});

test('it is made, fetched in pieces, unpacked and verified; the order is on record', async () => {
  await supervisor.post(url());
  assert.ok((await ready()).made_at);
  const whole = await fetched();
  assert.equal(whole.status, 200);
  assert.equal(whole.headers['content-type'], 'application/x-tar');
  assert.match(whole.headers['content-disposition'], new RegExp(`bidroom-${sessionId}\\.tar`));
  const middle = Math.floor(whole.body.length / 3);
  const parts = [await fetched(`bytes=0-${middle}`), await fetched(`bytes=${middle + 1}-`)];
  assert.deepEqual(parts.map((p) => p.status), [206, 206]);
  assert.ok(Buffer.concat(parts.map((p) => p.body)).equals(whole.body));
  const out = path.join(server.dir, 'unpacked');
  fs.mkdirSync(out);
  fs.writeFileSync(path.join(out, 'b.tar'), whole.body);
  const said = execFileSync('tar', ['-xvf', 'b.tar'], { cwd: out, encoding: 'utf8' });
  assert.match(said, /bundle\.json/);
  unpacked = path.join(out, `bidroom-${sessionId}`);
  const verdict = verifyBundle(unpacked);
  assert.equal(verdict.code, 0, verdict.out);
  const [[actor]] = server.sql("SELECT actor FROM event WHERE kind = 'bundle.ordered'");
  assert.equal(actor, supervisor.accountId);
});

test('a recording that is sealed on the disk is opened in the bundle, with proof that it is the same', async (t) => {
  const sealed = fs.readFileSync(path.join(server.dataDir, 'reels', sessionId, '1.webm'));
  const opened = fs.readFileSync(path.join(unpacked, 'reels/1.webm'));
  const payload = Buffer.alloc(80, 7);
  assert.deepEqual([sealed.includes(payload), opened.includes(payload)], [false, true]);
  assert.deepEqual(JSON.parse(fs.readFileSync(path.join(unpacked, 'bundle.json'), 'utf8')).reels, [{ state: 'here', track: 1 }]);
  await assertBundleTells(t, unpacked, ofOpened(1));
  await t.test('a reel that does not open goes in as it lies', () => {
    const file = path.join(server.dataDir, 'reels', sessionId, '1.webm');
    const altered = Buffer.from(sealed);
    altered[altered.length - 20] ^= 1;
    fs.writeFileSync(file, altered);
    const { dir, told } = makeBundle(server, sessionId, 'altered');
    fs.writeFileSync(file, sealed);
    assert.equal(told.sealed, 1);
    const { code, out } = verifyBundle(dir);
    assert.equal(code, 1);
    assert.match(out, /FAULT .*reels\/1\.webm byte \d+, time \d+ ms: hash/);
  });
});

test('another takes its place; while one is made no second is', async () => {
  const before = (await state()).made_at;
  await supervisor.post(url());
  const answers = await Promise.allSettled([supervisor.post(url()), supervisor.post(url())]);
  for (const { reason } of answers.filter((a) => a.status === 'rejected')) assert.match(reason.message, /bundle\.making/);
  await until('the new one', async () => (await ready()).made_at > before);
});

test('what a maker that died left behind is told and cleared', async () => {
  await ready();
  const entry = path.join(server.dataDir, 'bundles', `${sessionId}.json`);
  const long = (Date.now() - 200_000) * 1000;
  fs.writeFileSync(entry, JSON.stringify({ changed_us: long, done_bytes: 1, state: 'making', total_bytes: 9 }));
  const left = path.join(server.dataDir, 'bundles', `${sessionId}.part`);
  fs.mkdirSync(path.join(left, 'reels'), { recursive: true });
  const { uid, gid } = fs.statSync(path.dirname(left));
  for (const dir of [left, path.join(left, 'reels')]) fs.chownSync(dir, uid, gid);
  assert.deepEqual(await state(), { state: 'failed', error: 'interrupted' });
  await supervisor.post(url());
  await ready();
  assert.ok(!fs.existsSync(left));
});

test('the files of others are out of reach', async () => {
  const expert = await server.account('expert9', ['expert']);
  assert.equal((await refused(expert.get(url()))).code, 'auth.denied');
  assert.equal((await refused(expert.post(url()))).code, 'auth.denied');
  assert.equal((await expert.raw('GET', `/api/v1${url()}.tar`, { headers: expert.authorization() })).status, 403);
});

test('a session of twelve hours over two days, by a legal clock that was moved, is bundled and verifies', async () => {
  const staff = await server.account('staff1', ['staff']);
  const beijing = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString();
  const day = (leaf) => beijing(new Date(leaf.at_us / 1000)).slice(0, 10);
  const move = (seconds) => staff.post('/clock/advance', { seconds, reason: '测试' });
  const { legal } = await staff.get('/clock');
  const night = `${beijing(legal).slice(0, 10)}T20:00:00+08:00`;
  await move(Math.ceil((Date.parse(night) - Date.parse(legal)) / 1000 + 86400) % 86400 + 1); // eight in the evening
  const late = await roomSession(server, { n: 1 });
  const [seat] = late.seats;
  await seat.join();
  const track = await seat.publish('mic');
  const send = async (from, to) => {
    for (let seq = from; seq < to; seq += 1) seat.socket.binary(mediaObject({ track, seq }));
    await until('it to be in the ledger', () => server.sql(`SELECT body FROM event WHERE subject = 'recording:${late.sessionId}' AND kind = 'media.part'`)
      .flatMap(([body]) => JSON.parse(body).tracks.flatMap((t) => t.clusters)).reduce((sum, c) => sum + c.blocks, 0) >= to);
  };
  await send(0, 50);
  await move(12 * 3600);
  assert.equal((await seat.act('chat', { text: '早上好' })).type, 'ack');
  await send(50, 100);
  seat.socket.send({ type: 'leave' });
  await until('the reel to be over', () => server.sql(`SELECT 1 FROM media_track WHERE session_id = '${late.sessionId}' AND ended_ms IS NOT NULL`).length);
  const { dir, told } = makeBundle(server, late.sessionId, 'night');
  assert.deepEqual([told.missing, told.withheld], [0, 0]);
  const { code, out } = verifyBundle(dir);
  assert.equal(code, 0, out);
  const leaves = fs.readFileSync(path.join(dir, 'events.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(JSON.parse(line).leaf))
    .filter((leaf) => leaf.subject.endsWith(late.sessionId)).sort((a, b) => a.at_us - b.at_us);
  const [first, last] = [leaves[0], leaves.at(-1)];
  assert.ok(last.at_us - first.at_us >= 12 * 3600e6 && last.real_us - first.real_us < 3600e6, `${last.at_us - first.at_us}`);
  assert.deepEqual(new Set(leaves.map(day)), new Set([day(first), day(last)]));
  assert.notEqual(day(first), day(last));
});
