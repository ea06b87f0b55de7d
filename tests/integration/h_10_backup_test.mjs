// SPDX-License-Identifier: GPL-3.0-or-later
// A running house is copied while somebody is recorded, and put into an empty one: that starts, its ledger goes on from
// the copied head, and what was recorded verifies. A damaged or outdated copy is not put back.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { exportSession, verifySession } from '../support/client.mjs';
import { mediaObject, roomSession } from '../support/room.mjs';
import { Server, build, top, until } from '../support/server.mjs';

const server = new Server();
const restored = new Server();
const script = (name) => path.join(top, 'deploy', name);
const copy = path.join(server.dir, 'copy');
let sessionId, seat, track, seq = 0, talking, bidder;

const head = (file) => fs.readFileSync(file, 'utf8').split('\n');
const run = (name, ...args) => spawnSync(script(name), args, { encoding: 'utf8' });
const runLater = (name, ...args) => new Promise((resolve) => {
  const child = spawn(script(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stdout.on('data', (b) => { out += b; });
  child.stderr.on('data', (b) => { err += b; });
  child.on('exit', (code) => resolve({ code, out, err }));
});

function talk() {
  seat.socket.binary(mediaObject({ track, seq, codec: 2, flags: seq % 20 ? 0 : 1, captureUs: Date.now() * 1000 }));
  if (seq % 25 === 0) seat.socket.send({ type: 'chat', id: `c${seq}`, text: `第${seq}句` });
  seq += 1;
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  const room = await roomSession(server, { n: 1 });
  ({ sessionId } = room);
  [seat] = room.seats;
  await seat.join();
  track = await seat.publish('cam');
  talking = setInterval(talk, 40);
  await until('a few parts', () => Number(server.sql("SELECT COUNT(*) FROM event WHERE kind = 'media.part'")[0][0]) > 3);
  bidder = await server.account('somebody', ['bidder']);
});
test.after(async () => {
  clearInterval(talking);
  await server.remove();
  await restored.remove();
});

test('a running house is copied, with its head', async () => {
  const before = Number(head(path.join(server.dataDir, 'public/ledger/checkpoint'))[1]);
  const done = await runLater('backup', server.configPath, copy);
  assert.equal(done.code, 0, done.err);
  const told = JSON.parse(done.out);
  assert.ok(told.tree_size >= before && told.files > 20);
  assert.equal(Number(head(path.join(copy, 'checkpoint'))[1]), told.tree_size);
  assert.ok(!fs.existsSync(`${copy}.part`) && !fs.existsSync(path.join(copy, 'data/public')));
  assert.equal(fs.statSync(copy).mode & 0o077, 0, 'the keys in it are for nobody else');
  assert.match(run('backup', server.configPath, copy).stderr, /is there already/);
  await until('the ledger to go on', () => Number(head(path.join(server.dataDir, 'public/ledger/checkpoint'))[1]) > told.tree_size);
  clearInterval(talking);
});

test('a copy that was altered, or older than a head somebody kept, is not put back', async () => {
  restored.port = server.port + 1;
  restored.settle();
  restored.writeConfig();
  fs.rmSync(restored.dbDir, { recursive: true });
  const newest = path.join(server.dataDir, 'public/ledger/checkpoint');
  const late = run('restore', '--seen', newest, copy, restored.configPath);
  assert.equal(late.status, 1);
  assert.match(late.stderr, /the ledger has gone on to \d+ events/);
  const reel = path.join(copy, 'data/reels', sessionId, `${track}.webm`);
  const bytes = fs.readFileSync(reel);
  fs.writeFileSync(reel, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])]));
  assert.match(run('restore', copy, restored.configPath).stderr, /was altered or is damaged/);
  fs.writeFileSync(reel, bytes);
  fs.writeFileSync(path.join(copy, 'data/more'), 'x');
  assert.match(run('restore', copy, restored.configPath).stderr, /no part of the backup: \.\/data\/more/);
  fs.rmSync(path.join(copy, 'data/more'));
  assert.match(run('restore', copy, server.configPath).stderr, /is not empty/);
  assert.ok(!fs.existsSync(restored.dataDir) || !fs.readdirSync(restored.dataDir).length, 'nothing was put anywhere');
});

test('an empty house takes it, starts, and goes on', async () => {
  const done = run('restore', '--seen', path.join(copy, 'checkpoint'), copy, restored.configPath);
  assert.equal(done.status, 0, done.stderr);
  await server.stop();
  restored.port = 0;
  await restored.start();
  const again = restored.api();
  await again.signIn(bidder.login, bidder.password);
  assert.equal((await again.get('/me')).account.id, bidder.accountId);
  const size = Number(head(path.join(copy, 'checkpoint'))[1]);
  await until('the ledger', () => Number(head(path.join(restored.dataDir, 'public/ledger/checkpoint'))[1]) > size);
});

test('ledger and recording of the restored house verify, and the copied head is one of its own', async () => {
  const ledger = path.join(restored.dataDir, 'export-ledger');
  const exported = restored.ctl('export-ledger', ledger, '--full');
  assert.equal(exported.code, 0, exported.err);
  const key = (await restored.api().raw('GET', '/ledger/key')).body.toString().trim();
  const verdict = spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['--key', key, 'ledger', ledger], { encoding: 'utf8' });
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
  const [, size, root] = head(path.join(copy, 'checkpoint'));
  assert.deepEqual(restored.sql(`SELECT TO_BASE64(root) FROM ledger_checkpoint WHERE tree_size = ${size}`), [[root]]);

  // What the reel has beyond the database becomes parts when the room is opened again.
  const whole = await until('the record to be whole', () => {
    const session = verifySession(exportSession(restored, sessionId));
    return session.code === 0 && session.out;
  }, 60000);
  assert.match(whole, /1 reels, [1-9]\d* pictures/);
});
