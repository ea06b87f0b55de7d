// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings that are moved to S3-compatible storage: nothing here goes before all of it was read back there and the
// ledger says so, whatever the store does; afterwards nobody who looks, copies or destroys knows the difference.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Bucket, signatureV4 } from '../support/bucket.mjs';
import { verifyBundle } from '../support/bundle.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { announceProject, mediaObject, roomSession } from '../support/room.mjs';
import { freePort, Server, until } from '../support/server.mjs';

const PIECE = 8 << 20; // as in server/record/away.h
const YEAR = 366 * 86400;
const server = new Server();
const people = {};
let another, bucket, plain, sealed;

const sha = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const file = (s, ending) => path.join(server.dataDir, 'reels', s.id, `${s.track}.${ending}`);
const read = (s, range, name = `${s.track}.webm`, more = {}) => people.supervisor.raw('GET', `/api/v1/sessions/${s.id}/reels/${name}`,
  { headers: { ...people.supervisor.authorization(), ...(range ? { range } : {}), ...more } });
const said = (s, track = s.track) => server.sql(`SELECT body FROM event WHERE subject = 'archive:${s.id}' AND kind = 'archive.moved'`).map(([body]) => JSON.parse(body)).filter((b) => b.track === track);
const close = (s) => server.sql(`UPDATE eval_session SET started_at = UTC_TIMESTAMP(6), closed_at = UTC_TIMESTAMP(6), step = 'closed' WHERE session_id = '${s.id}'`);
const piecesOf = (s, track = s.track) => [...bucket.objects.keys()].filter((k) => k.startsWith(`${s.id}/${track}/`)).sort();
const failures = () => server.logs.filter((l) => l.includes('follow.failed') && l.includes('"archive"')).length;

// A recording of a reel of n objects of 60 kB and of a short one, and what a player is given of the first.
async function recording(code, n) {
  const { sessionId: id, seats: [seat] } = await roomSession(server, { n: 1 });
  announceProject(server, id, { code });
  await seat.join();
  const track = await seat.publish('cam');
  const second = await seat.publish('mic');
  const s = { id, track, second };
  for (let seq = 0; seq < 10; seq += 1) seat.socket.binary(mediaObject({ track: second, seq }));
  for (let seq = 0; seq < n; seq += 1)
    seat.socket.binary(mediaObject({ track, seq, codec: 2, flags: seq % 20 ? 0 : 1, payload: crypto.randomBytes(60000) }));
  await until('the reel', () => fs.statSync(file(s, 'webm')).size > n * 60000, 60000);
  for (const t of [track, second]) {
    seat.socket.send({ type: 'unpublish', track: t });
    await seat.socket.event('room.unpublish', (m) => m.body.track === t);
  }
  await until('the reel to be whole', async () => (await people.supervisor.get(`/sessions/${id}/replay/tail?after=${track}.0`)).tracks[0]?.whole);
  return { ...s, onDisk: fs.readFileSync(file(s, 'webm')), shown: (await read(s)).body, index: (await read(s, undefined, `${track}.idx`)).body, etag: (await read(s)).headers.etag };
}

const moved = (s) => until('the reels to be gone from here', () => !fs.readdirSync(path.dirname(file(s, 'webm'))).some((n) => n.endsWith('.webm')), 60000);

test.before(async () => {
  await server.start();
  bucket = await Bucket.open(server.dir, fs.statSync(server.dataDir));
  await server.openHouse();
  for (const role of ['staff', 'supervisor']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  plain = await recording('P1', 190);
  await server.stop();
});
test.after(async () => {
  await another?.stop();
  await server.remove();
  await bucket?.close();
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: what the signatures here are checked by.
test('the store checks signatures as their inventor publishes them', () => {
  const none = crypto.createHash('sha256').digest('hex');
  const host = 'examplebucket.s3.amazonaws.com';
  const sign = (method, place, query, headers, digest) => signatureV4({
    method, place, query, digest, date: '20130524T000000Z', region: 'us-east-1', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    headers: { host, 'x-amz-content-sha256': digest, 'x-amz-date': '20130524T000000Z', ...headers },
    names: ['host', 'x-amz-content-sha256', 'x-amz-date', ...Object.keys(headers)].sort(),
  }).signature;
  assert.equal(sign('GET', '/test.txt', '', { range: 'bytes=0-9' }, none), 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  assert.equal(sign('PUT', '/test%24file.text', '', { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    sha('Welcome to Amazon S3.')), '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  assert.equal(sign('GET', '/', 'lifecycle=', {}, none), 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
  assert.equal(sign('GET', '/', 'max-keys=2&prefix=J', {}, none), '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
});

test('credentials that others may read are not used', async () => {
  server.options.config = { archive: bucket.config(), record: { encrypt: 'all' } };
  fs.chmodSync(bucket.credentials, 0o640);
  await assert.rejects(server.start(), /base\.bucket.*Permission denied/s);
  fs.chmodSync(bucket.credentials, 0o600);
  await server.start();
});

test('whatever the store does, the reel stays until all of it was read back, and goes when it was', async () => {
  const second = { key: /\/000001$/ };
  const faults = [['PUT', 'down'], ['PUT', 'busy'], ['PUT', 'truncates'], ['PUT', 'alters'], ['GET', 'breaks'], ['GET', 'misplaces']];
  const before = failures();
  bucket.versions = new Map(); // and keeps whatever it was given
  close(plain);
  for (const [i, [method, fault]] of faults.entries()) {
    bucket.fail(fault, { ...second, method });
    await until(`the failure: ${fault}`, () => bucket.faults.length === 0 && failures() === before + i + 1, 60000);
    assert.deepEqual(said(plain), [], fault);
    assert.equal(sha(fs.readFileSync(file(plain, 'webm'))), sha(plain.onDisk), fault);
  }
  await moved(plain);
  assert.deepEqual(said(plain), [{ length: plain.onDisk.length, sha256: sha(plain.onDisk), track: plain.track }]);
  assert.deepEqual(piecesOf(plain), ['000000', '000001'].map((n) => `${plain.id}/${plain.track}/${n}`));
  assert.equal(sha(Buffer.concat(piecesOf(plain).map((k) => bucket.objects.get(k)))), sha(plain.onDisk));
  assert.deepEqual(bucket.refusals, [], 'every signature was right');
  assert.deepEqual(fs.readdirSync(path.dirname(file(plain, 'webm'))).filter((n) => /moving|webm/.test(n)), []);
});

async function looksAsBefore(s) {
  const { shown } = s;
  const whole = await read(s);
  assert.deepEqual([whole.status, sha(whole.body), whole.headers.etag], [200, sha(shown), s.etag]);
  for (const [from, to] of [[0, 0], [1, 4095], [PIECE - 7, PIECE + 9], [PIECE, PIECE], [shown.length - 5, shown.length - 1], [100, shown.length * 2]]) {
    const end = Math.min(to, shown.length - 1);
    const answer = await read(s, `bytes=${from}-${to}`);
    assert.deepEqual([answer.status, answer.headers['content-range']], [206, `bytes ${from}-${end}/${shown.length}`]);
    assert.equal(sha(answer.body), sha(shown.subarray(from, end + 1)), `${from}-${to}`);
  }
  assert.equal(sha((await read(s, 'bytes=-1000')).body), sha(shown.subarray(-1000)));
  assert.equal((await read(s, `bytes=${shown.length}-`)).status, 416);
  assert.equal((await read(s, 'bytes=0-9', undefined, { 'if-range': s.etag })).status, 206);
  assert.equal((await read(s, 'bytes=0-9', undefined, { 'if-range': '"1"' })).status, 200);
  assert.equal(sha((await read(s, undefined, `${s.track}.idx`)).body), sha(s.index));
  const { tracks } = await people.supervisor.get(`/sessions/${s.id}/replay/tail?after=${s.track}.0`);
  assert.deepEqual([tracks[0].whole, sha(Buffer.from(tracks[0].index, 'base64'))], [true, sha(s.index)]);
  const row = (await people.supervisor.get(`/sessions/${s.id}/replay`)).tracks.find((t) => Number(t.track) === s.track);
  assert.deepEqual([row.length, row.state], [shown.length, undefined]);
}

test('a player finds it as it was: every range, the validator, the index, the manifest', () => looksAsBefore(plain));

test('one that is encrypted is moved as it lies and opened on its way back; one that cannot be read holds none up', async () => {
  sealed = await recording('P2', 150);
  assert.notEqual(sha(sealed.onDisk), sha(sealed.shown));
  const broken = [plain, sealed].map((s) => path.join(path.dirname(file(s, 'webm')), '60000.webm'));
  const before = failures();
  for (const dir of broken) fs.mkdirSync(dir);
  close(sealed);
  await until('the reels to be gone from here', () => [sealed.track, sealed.second].every((t) => !fs.existsSync(file({ ...sealed, track: t }, 'webm'))), 60000);
  await until('the other to be told of', () => failures() > before && server.logs.some((l) => l.includes('archive.move_failed') && l.includes('60000')));
  for (const dir of broken) fs.rmdirSync(dir);
  assert.equal(sha(Buffer.concat(piecesOf(sealed).map((k) => bucket.objects.get(k)))), sha(sealed.onDisk));
  await looksAsBefore(sealed);
});

test('while the store is away nothing is shown and nothing is lost; when it is back it is shown', async () => {
  bucket.fail('down', { method: 'GET', key: /\/000000$/ });
  bucket.fail('down', { method: 'GET', key: /\/000000$/ }); // a connection that was kept is tried anew
  await assert.rejects(read(plain, 'bytes=100-199'));
  bucket.faults.length = 0; // none was kept
  assert.equal(sha((await read(plain, 'bytes=100-199')).body), sha(plain.shown.subarray(100, 200)));
});

test('record and bundle of what was moved are whole, and what was changed in the store is refused', async () => {
  const make = (verb, s, name) => server.ctlAside(verb, s.id, path.join(server.dataDir, name));
  for (const s of [plain, sealed]) {
    assert.equal((await make('export-session', s, `record-${s.id}`)).code, 0);
    const verdict = verifySession(path.join(server.dataDir, `record-${s.id}`));
    assert.equal(verdict.code, 0, verdict.out);
    const { code, out, err } = await make('bundle', s, `bundle-${s.id}`);
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(out).missing, 0);
    const ofBundle = verifyBundle(path.join(server.dataDir, `bundle-${s.id}`));
    assert.equal(ofBundle.code, 0, ofBundle.out);
  }
  const [key] = piecesOf(plain);
  const right = bucket.objects.get(key);
  const wrong = Buffer.from(right);
  wrong[right.length >> 1] ^= 1;
  bucket.objects.set(key, wrong);
  const { code, err } = await make('bundle', plain, 'altered');
  assert.notEqual(code, 0, err);
  assert.ok(!fs.existsSync(path.join(server.dataDir, 'altered')));
  bucket.objects.set(key, right);
});

// As if its room had been taken over by another machine, which has a disk of its own.
async function secondMachine(s) {
  const reels = path.join(server.dir, 'reels-of-another');
  const port = await freePort();
  const account = (name) => path.join(server.dbDir, 'accounts', name);
  fs.mkdirSync(path.join(reels, s.id), { recursive: true });
  for (const ending of ['idx', 'away'])
    fs.renameSync(path.join(server.dataDir, 'reels', s.id, `${s.second}.${ending}`), path.join(reels, s.id, `${s.second}.${ending}`));
  const { uid, gid } = fs.statSync(server.dataDir);
  for (const dir of [reels, path.join(reels, s.id)]) fs.chownSync(dir, uid, gid);
  another = new Server({
    name: 'another', dir: server.dir, port, roomUrl: `wss://localhost:${port}`, config: {
      server: { role: 'room' }, record: { dirs: reels }, archive: bucket.config(),
      database: { embedded_dir: '', socket: path.join(server.dbDir, 'db.sock'), password_file: account('service'), schema_password_file: account('schema') },
    },
  });
  await another.start();
  return reels;
}

test('what is destroyed at the end of its time is destroyed there, too, and on every machine that has a part', async () => {
  const base = `/sessions/${plain.id}/archive`;
  server.sql(`UPDATE project SET rulebook_version = '${(await people.staff.get('/rulebook')).version}'`);
  await people.staff.post(`${base}/class`, { class: 'years_15', counts_from: (await people.staff.get('/clock')).legal });
  for (let i = 0; i < 16; i += 1) await people.staff.post('/clock/advance', { seconds: YEAR, reason: '测试' });
  const reels = await secondMachine(plain); // which reads the clock when it starts
  bucket.deleted = 200; // as some stores say it
  const { proposal_id: proposal } = await people.staff.post(`${base}/expiry`, { reason: '保管期限届满' });
  await people.supervisor.post(`${base}/expiry/confirm`, { proposal_id: proposal });
  await until('the recording to be gone', async () => (await people.staff.get(base)).state === 'removed');
  await until('both parts to be gone', () => !fs.existsSync(path.join(reels, plain.id)) && !fs.existsSync(path.dirname(file(plain, 'webm'))));
  const { destruction } = await people.staff.get(base);
  assert.deepEqual([...piecesOf(plain), ...piecesOf(plain, plain.second)], []);
  assert.deepEqual([...bucket.versions].filter(([key, list]) => key.startsWith(plain.id) && list.length), [], 'nor a version of them');
  assert.equal(piecesOf(sealed).length, 2, 'and nothing else');
  assert.deepEqual(destruction.reels.map((r) => r.track).sort(), [plain.track, plain.second].sort());
  assert.equal(destruction.reels.find((r) => r.track === plain.track).sha256, sha(plain.onDisk));
  await until('all of it in the ledger', () => server.sql('SELECT COUNT(*) FROM event_pending')[0][0] === '0');
  const verdict = verifySession(exportSession(server, plain.id));
  assert.equal(verdict.code, 0, verdict.out);
  await another.stop();
  another = undefined;
});

test('a death between the event and the removal is made good, and said once', async () => {
  await server.kill();
  fs.writeFileSync(file(sealed, 'webm'), sealed.onDisk);
  const { uid, gid } = fs.statSync(path.dirname(file(sealed, 'webm')));
  fs.chownSync(file(sealed, 'webm'), uid, gid);
  const { PUT } = bucket.count;
  await server.start();
  await moved(sealed);
  assert.equal(said(sealed).length, 1);
  assert.equal(bucket.count.PUT, PUT, 'nothing is sent twice');
});
