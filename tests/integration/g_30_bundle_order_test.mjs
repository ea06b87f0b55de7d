// SPDX-License-Identifier: GPL-3.0-or-later
// A bundle ordered over HTTP: made by a long job, looked after, fetched as a tar in pieces, and as good as one made by
// the operator.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { verifyBundle } from '../support/bundle.mjs';
import { newId, roomSession } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let supervisor, sessionId;
const url = () => `/sessions/${sessionId}/bundle`;

test.before(async () => {
  await server.start();
  await server.openHouse();
  supervisor = await server.account('super1', ['supervisor']);
  const room = await roomSession(server, { n: 1 });
  ({ sessionId } = room);
  await room.seats[0].join();
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
  const verdict = verifyBundle(path.join(out, `bidroom-${sessionId}`));
  assert.equal(verdict.code, 0, verdict.out);
  const [[actor]] = server.sql("SELECT actor FROM event WHERE kind = 'bundle.ordered'");
  assert.equal(actor, supervisor.accountId);
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
