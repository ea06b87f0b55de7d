// SPDX-License-Identifier: GPL-3.0-or-later
// The cosigner outside: it signs what grows, its line is public and in bundles; and what a lying server does is found
// and named.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { Cosigner, Liar } from '../support/cosigner.mjs';
import { roomSession } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const NAME = 'supervisor.example/cosigner';
const server = new Server({ config: { ledger: {} } });
let cosigner, staff, logKey;

// The keeper writes the public files after it has given the places; who copies them before that meets half of them.
const sizeShown = () => fs.readFileSync(path.join(server.dataDir, 'public/ledger/checkpoint'), 'utf8').split('\n')[1];
const settled = () => until('all events to have a place that is shown', () => server.sql('SELECT COUNT(*) FROM event_pending')[0][0] === '0'
  && server.sql('SELECT COUNT(*) FROM ledger_place')[0][0] === sizeShown());
const happen = async (n = 1) => {
  for (let i = 0; i < n; i += 1) await staff.post('/clock/advance', { seconds: 1, reason: '推进' });
  await settled();
};
const tick = (dir) => path.join(server.dir, dir);

test.before(async () => {
  cosigner = new Cosigner(tick('cosigner'), {});
  server.options.config.ledger.cosigners = cosigner.make(NAME);
  await server.start();
  await server.openHouse();
  staff = await server.account('staff', ['staff']);
  logKey = (await server.api().raw('GET', '/ledger/key')).body.toString().trim();
  Object.assign(cosigner, { url: server.url, ca: path.join(server.dataDir, 'tls.crt'), logKey });
  await happen(300); // more than one tile
});
test.after(() => server.remove());

test('the key is made once and stays with its owner', () => {
  assert.match(cosigner.key, /^supervisor\.example\/cosigner\+[0-9a-f]{8}\+[\w+/=]+$/);
  assert.equal(fs.statSync(path.join(cosigner.dir, 'key')).mode & 0o777, 0o600);
  assert.throws(() => cosigner.make(NAME), /File exists/);
});

test('a head that grew is signed; the line is public and an event; its own event alone is not signed at once', async () => {
  const first = await cosigner.look();
  assert.match(first.out, /^signed size \d+\n$/);
  assert.equal(first.code, 0);
  await settled();
  const size = Number(/\d+/.exec(first.out)[0]);
  const note = await until('the head with the line', async () => {
    const { status, body } = await server.api().raw('GET', '/ledger/cosigned');
    return status === 200 && body.toString();
  });
  assert.match(note, new RegExp(`^test\\.bidroom\\.example/ledger\\n${size}\\n`));
  assert.match(note, /\n— supervisor\.example\/cosigner [\w+/=]+\n$/);
  assert.equal(note, fs.readFileSync(path.join(cosigner.dir, 'checkpoint'), 'utf8'));
  const [[body]] = server.sql("SELECT body FROM event WHERE kind = 'ledger.cosigned'");
  assert.deepEqual([JSON.parse(body).cosigner, JSON.parse(body).tree_size], [NAME, size]);
  assert.match((await cosigner.look()).out, /^nothing new/);
  await happen(3);
  assert.match((await cosigner.look()).out, /^signed/);
  await settled();
  assert.match((await cosigner.look()).out, /^nothing new/);
  cosigner.heartbeat = 0;
  assert.match((await cosigner.look()).out, /^signed/, 'now and then its own event is, to see that the keeper works');
  cosigner.heartbeat = 600;
  assert.deepEqual(cosigner.alarms(), []);
});

test('the line itself is what counts: others, forged ones and foreign heads are refused; twice is once', async () => {
  const post = (note) => server.api().post('/ledger/cosignatures', { note });
  const note = fs.readFileSync(path.join(cosigner.dir, 'checkpoint'), 'utf8');
  assert.equal((await post(note)).new, false);
  assert.equal((await refused(post(note.replace(/— supervisor.*\n$/, '')))).code, 'ledger.cosigner');
  const forged = note.replace(/(cosigner .{30})(.)/, (_, a, c) => a + (c === 'A' ? 'B' : 'A'));
  assert.equal((await refused(post(forged))).code, 'ledger.cosigner');
  assert.equal((await refused(post('x'))).code, 'ledger.head');
  assert.equal((await refused(post(note.replace(/\n\d+\n/, '\n1\n')))).code, 'ledger.head');
  const stranger = new Cosigner(tick('stranger'), { url: server.url, ca: cosigner.ca, logKey });
  stranger.make('somebody.else');
  await happen();
  const { code, out } = await stranger.look();
  assert.equal(code, 2);
  assert.match(out, /the server answers 403: .*ledger\.cosigner/);
});

test('bundles carry the heads that were signed while the session ran', async () => {
  const { sessionId, seats } = await roomSession(server, { n: 1 });
  await seats[0].join();
  for (const text of ['一', '二']) {
    seats[0].socket.send({ type: 'chat', id: `c${text.charCodeAt(0)}`, text });
    await until('what was said', () => server.sql(`SELECT 1 FROM event WHERE kind = 'room.chat' AND body LIKE '%${text}%'`).length);
    await settled();
    assert.match((await cosigner.look()).out, /^signed/);
  }
  await settled();
  const { dir } = makeBundle(server, sessionId);
  const { code, out } = verifyBundle(dir, '--cosigner', cosigner.key, '--seen', path.join(cosigner.dir, 'checkpoint'));
  assert.equal(code, 0, out);
  assert.match(out, /head 1: supervisor\.example\/cosigner signed it at/);
  assert.match(out, /head 2: supervisor\.example\/cosigner signed it at/);
});

// --- A server that lies. It holds the log's key; so does the test.

const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
function rootOf(hashes) {
  if (hashes.length === 1) return hashes[0];
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return sha256(Buffer.from([1]), rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)));
}
const logSeed = () => crypto.createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(fs.readFileSync(path.join(server.dataDir, 'keys/log.key'), 'utf8').trim(), 'hex')]), format: 'der', type: 'pkcs8',
});
const logName = () => logKey.split('+')[0];
const logId = () => Buffer.from(logKey.split('+')[1], 'hex');
function headOf(hashes, key = logSeed()) {
  const text = `${logName()}\n${hashes.length}\n${rootOf(hashes).toString('base64')}\n`;
  return `${text}\n— ${logName()} ${Buffer.concat([logId(), crypto.sign(null, Buffer.from(text), key)]).toString('base64')}\n`;
}
function promiseOf(hash, dueUs) {
  const it = { due_us: dueUs, key: `${logName()}+${logId().toString('hex')}`, leaf_hash: hash.toString('hex'), made_us: dueUs - 60e6, type: 'bidroom.promise.v1' };
  const sig = crypto.sign(null, Buffer.from(`bidroom.statement.v1\n${JSON.stringify(it)}`), logSeed()).toString('base64');
  return JSON.stringify({ due_us: it.due_us, key: it.key, leaf_hash: it.leaf_hash, made_us: it.made_us, sig, type: it.type });
}

test('what a lying server does is found and named, with the heads as evidence', async (t) => {
  const ledger = path.join(server.dataDir, 'public/ledger');
  const liar = await new Liar({ cert: path.join(server.dataDir, 'tls.crt'), key: path.join(server.dataDir, 'tls.key') }).start();
  const victim = new Cosigner(tick('victim'), { url: liar.url, ca: cosigner.ca, logKey });
  victim.make('victim.example');
  // A partial tile stays beside wider ones until it is full.
  const width = (f) => Number(/\.p\/(\d+)$/.exec(f)?.[1] ?? 256);
  const names = (folder = '0') => {
    const widest = new Map();
    for (const f of liar.files.keys()) {
      const tile = new RegExp(`^tile/${folder}/(\\d+)`).exec(f)?.[1];
      if (tile && width(f) > width(widest.get(tile) ?? '.p/0')) widest.set(tile, f);
    }
    return [...widest.keys()].sort().map((tile) => widest.get(tile));
  };
  const leaves = () => names().flatMap((f) => {
    const bytes = liar.files.get(f);
    return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
  });
  liar.show(ledger);
  const known = leaves().length;
  assert.equal((await victim.look()).out, `signed size ${known}\n`);
  await happen(20);
  const lie = async (kind, said, change) => t.test(kind, async () => {
    const n = victim.alarms().length;
    const before = fs.readFileSync(path.join(victim.dir, 'state.json'));
    liar.show(ledger);
    change();
    const { code, out } = await victim.look();
    assert.equal(code, 1, out);
    assert.match(out, said);
    const alarm = victim.alarms()[n];
    assert.equal(alarm.kind, kind);
    assert.deepEqual(fs.readFileSync(path.join(victim.dir, 'state.json')), before, 'nothing of it is remembered');
    return alarm;
  });
  const stranger = crypto.generateKeyPairSync('ed25519').privateKey;
  const flip = (name, at) => {
    const bytes = Buffer.from(liar.files.get(name));
    bytes[at] ^= 1;
    liar.files.set(name, bytes);
  };
  const last = (folder) => names(folder).at(-1);

  await lie('forged_head', /ALARM forged_head: the head: ledger_bad_signature/, () => liar.files.set('checkpoint', headOf(leaves(), stranger)));
  await lie('forged_head', /ALARM forged_head: the server has no head/, () => liar.files.delete('checkpoint'));
  await lie('split_view', new RegExp(`ALARM split_view: the log signed two heads of size ${known} with different roots`), () => {
    const other = leaves().slice(0, known);
    other[7] = sha256(Buffer.from('another event'));
    liar.files.set('checkpoint', headOf(other));
  });
  await lie('rewound', new RegExp(`ALARM rewound: a head of size ${known - 5} after one of size ${known}`), () => {
    liar.files.set('checkpoint', headOf(leaves().slice(0, known - 5)));
  });
  await lie('edited_row', /ALARM edited_row: leaf 7 is another than when it was first seen/, () => {
    const other = leaves();
    flip('tile/0/000', 7 * 32);
    other[7] = Buffer.from(liar.files.get('tile/0/000').subarray(7 * 32, 8 * 32));
    liar.files.set('checkpoint', headOf(other));
  });
  await lie('edited_row', /ALARM edited_row: leaf \d+ is shown as another event than was hashed/, () => {
    flip(last('entries'), liar.files.get(last('entries')).length - 10);
  });
  await lie('rewritten', /ALARM rewritten: the head of size \d+ does not grow from the one of size \d+/, () => {
    const other = leaves();
    other[7] = sha256(Buffer.from('another event'));
    liar.files.set('checkpoint', headOf(other));
  });
  await lie('missing_tile', /ALARM missing_tile: the tile of leaves 256…/, () => liar.files.delete(last()));

  await t.test('stale_keeper', async () => {
    liar.show(ledger);
    const hash = sha256(Buffer.from('an event that never comes'));
    liar.answer = () => [200, { tree_size: 1, new: true, events: [{ promise: promiseOf(hash, (Date.now() - 30_000) * 1000) }] }];
    assert.match((await victim.look()).out, /^signed/);
    const { code, out } = await victim.look();
    assert.equal(code, 1, out);
    assert.match(out, /ALARM stale_keeper: an event that was promised and due \d+ s ago is not in the head of size \d+/);
    const alarm = victim.alarms().at(-1);
    assert.equal(JSON.parse(alarm.evidence.promise).leaf_hash, hash.toString('hex'));
    assert.ok(alarm.evidence.now.includes(logName()));
  });
  liar.stop();
  assert.equal((await victim.look()).code, 2, 'nobody answers');
});
