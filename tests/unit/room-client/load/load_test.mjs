// SPDX-License-Identifier: GPL-3.0-or-later
// bidroom-load as people run it: what it refuses, and whether what it reports is what a relay of ours saw.
//
//	node load_test.mjs BIDROOM-LOAD
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const { WebSocketServer } = createRequire(path.join(top, 'server/web/package.json'))('ws');
const OPUS = 1; // of frame.h
const [program] = process.argv.slice(2);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-load-'));
const file = (name) => path.join(dir, name);

function run(...args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '', err = '';
    child.stdout.on('data', (text) => { out += text; });
    child.stderr.on('data', (text) => { err += text; });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const seat = (room, n, more = {}) => JSON.stringify({
  session: `room_${room}`, seat: `seat_${n}`, epoch: 1, ticket: '-', device_seed: Buffer.alloc(32, n).toString('base64'), publish: ['cam', 'mic'], ...more,
});
function plan(name, lines) {
  fs.writeFileSync(file(name), `${lines.join('\n')}\n`);
  return file(name);
}

async function refuses() {
  const good = ['--server', 'wss://localhost:1', '--plan', plan('one', [seat(0, 0)])];
  for (const [args, why] of [
    [[], /--server and --plan are needed/],
    [['--server', 'wss://localhost:1'], /--server and --plan are needed/],
    [[...good, 'more'], /more/],
    [[...good, '--rooms', 'x'], /--rooms/],
    [[...good, '--rooms', '-1'], /--rooms: from 0/],
    [[...good, '--seats', '-1'], /--seats: from 0/],
    [[...good, '--processes', '0'], /--processes: from 1 to 64/],
    [[...good, '--processes', '65'], /--processes: from 1 to 64/],
    [[...good, '--seconds', '0'], /--seconds: from 1/],
    [[...good, '--warm-up', '-1'], /--warm-up: from 0/],
    [[...good, '--fps', '121'], /--fps: from 0 to 120/],
    [[...good, '--audio-fps', '401'], /--audio-fps: from 0 to 400/],
    [[...good, '--delta-bytes', '15'], /--delta-bytes: from 16/],
    [[...good, '--key-bytes', '262144'], /--key-bytes: from 16/],
    [[...good, '--audio-bytes', '1501'], /--audio-bytes: from 16 to 1500/],
    [[...good, '--key-every', '39'], /--key-every: from 40/],
    [[...good, '--no-such-thing'], /--no-such-thing/],
    [['--server', 'https://localhost:1', '--plan', file('one')], /no such server: https:/],
    [['--server', 'wss://no-such-host.invalid', '--plan', file('one')], /no such server: wss:/],
    [[...good, '--ca', file('absent')], /no authority for certificates: .*absent/],
    [['--server', 'wss://localhost:1', '--plan', file('absent')], /absent/],
    [['--server', 'wss://localhost:1', '--plan', plan('empty', [''])], /no seats in the plan: .*empty/],
    [['--server', 'wss://localhost:1', '--plan', plan('torn', [seat(0, 0), '{"session":'])], /torn:2: no seat/],
    [['--server', 'wss://localhost:1', '--plan', plan('long', [seat('0'.repeat(40), 0)])], /long:1: no seat/],
    [['--server', 'wss://localhost:1', '--plan', plan('seed', [seat(0, 0, { device_seed: 'AAAA' })])], /seed:1: no seat/],
  ]) {
    const { code, out, err } = await run(...args);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, why);
    assert.equal(err.trim().split('\n').length, 1, err);
  }
  assert.match((await run('--version')).out, /^bidroom-load \d/);
}

// Gives each message to the others of the same address, and counts.
async function relay() {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=test',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', file('key'), '-out', file('crt')], { stdio: 'ignore' });
  const server = https.createServer({ cert: fs.readFileSync(file('crt')), key: fs.readFileSync(file('key')) });
  const seen = { rooms: new Map(), ports: new Set(), objects: 0, audio: 0, stamps: 0, bytes: 0 };
  let drop = 0; // of the objects that come, every so-manieth is kept back
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    const room = seen.rooms.get(request.url) ?? { live: new Set(), n: 0 };
    seen.rooms.set(request.url, room);
    room.live.add(socket);
    room.n += 1;
    socket.on('message', (data) => {
      if (data[0] !== 1) seen.stamps += 1;
      else {
        seen.objects += 1;
        seen.bytes += data.length;
        seen.audio += data[20] === OPUS;
        if (drop && seen.objects % drop === 0) return;
      }
      for (const other of room.live) if (other !== socket) other.send(data, { binary: true });
    });
    socket.on('close', () => room.live.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `wss://localhost:${server.address().port}`,
    clear(every = 0) { drop = every; seen.rooms.clear(); Object.assign(seen, { objects: 0, audio: 0, stamps: 0, bytes: 0 }); },
    seen,
    end() { server.closeAllConnections(); server.close(); },
  };
}

// A busy machine sends late and leaves out; what was sent and what a relay saw is one figure all the same.
const near = (value, wanted, what) => assert.ok(Math.abs(value - wanted) <= 0.25 * wanted, `${what}: ${value}, not ${wanted}`);

async function reports(r) {
  // Three rooms of four seats; two of three are wanted.
  const seats = [0, 1, 2].flatMap((room) => [0, 1, 2, 3].map((n) => seat(room, n)));
  const args = ['--server', r.url, '--plan', plan('rooms', seats), '--ca', file('crt'), '--plain', '--warm-up', '0', '--seconds', '2'];
  const { code, out, err } = await run(...args, '--json', '--rooms', '2', '--seats', '3', '--processes', '2', '--fps', '10', '--audio-fps', '20',
    '--delta-bytes', '300', '--key-bytes', '2000', '--key-every', '1000', '--audio-bytes', '50', '--sign');
  assert.equal(code, 0, err);
  const told = JSON.parse(out);
  const { seen } = r;
  assert.deepEqual([...seen.rooms].map(([url, { n }]) => [url, n]).sort(), [['/room/room_0', 3], ['/room/room_1', 3]]);
  assert.deepEqual([told.seats, told.failed, told.gaps, told.damaged, told.disorder], [6, 0, 0, 0, 0]);
  near(told.seconds, 2, 'seconds');
  near(seen.audio, 6 * 20 * 2, 'packets of sound');
  near(seen.objects - seen.audio, 6 * 10 * 2, 'pictures');
  // Every object goes to two others; what was on its way at the end was not counted any more.
  assert.equal(told.sent, seen.objects);
  near(told.objects, 2 * seen.objects, 'objects received');
  near(told.bytes, 2 * seen.bytes, 'bytes received');
  assert.equal(told.audio.objects + told.video.objects, told.objects);
  near(told.audio.objects, 2 * seen.audio, 'sound received');
  assert.ok(seen.stamps >= 6 && told.stamps === 2 * seen.stamps, `${told.stamps} of ${seen.stamps} stamps`);
  assert.ok(told.p50_ms > 0 && told.p50_ms <= told.p95_ms && told.p95_ms <= told.p99_ms);

  // What a relay keeps back is missed, and counted by kind.
  r.clear(10);
  const lossy = JSON.parse((await run(...args, '--json', '--rooms', '1', '--seats', '2', '--fps', '0', '--audio-fps', '50')).out);
  assert.equal(lossy.seats, 2);
  assert.ok(lossy.gaps > 0 && lossy.gaps <= r.seen.objects / 10 + 1, `${lossy.gaps} gaps of ${r.seen.objects} objects`);
  assert.deepEqual([lossy.audio.gaps, lossy.video.gaps, lossy.video.objects], [lossy.gaps, 0, 0]);

  // People get lines; and a seat that does not come in is an error, whatever the others did.
  r.clear();
  const lines = await run(...args.slice(0, -1), '1', '--rooms', '1', '--seats', '2');
  assert.equal(lines.code, 0);
  assert.match(lines.out, /^seats +2 \(0 failed\)\nobjects\/s +\d+ in, \d+ out/);
  const nobody = await run('--server', 'wss://localhost:1', ...args.slice(2, -1), '1', '--json', '--rooms', '1');
  assert.equal(nobody.code, 1);
  assert.equal(JSON.parse(nobody.out).failed, 4);
  assert.match(nobody.err, /seat_0 in room_0: /);
}

try {
  await refuses();
  const r = await relay();
  await reports(r).finally(() => r.end());
  console.log('bidroom-load: ok');
} finally {
  fs.rmSync(dir, { recursive: true });
}
