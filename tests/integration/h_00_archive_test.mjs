// SPDX-License-Identifier: GPL-3.0-or-later
// The keeping of a recording: class of retention, legal hold, expiry by two roles while somebody looks at it, the
// destruction record, and what a verifier says of a reel that is gone because of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { mediaObject, newId, roomSession } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const YEAR = 366 * 86400;
const server = new Server();
const people = {};
let sessionId, base, track, reelFile, closedAt;

const sha = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const keeping = (who = people.staff) => who.get(base);
const reelPath = () => `/api/v1/sessions/${sessionId}/reels/${track}.webm`;
const reel = (headers = {}) => people.supervisor.raw('GET', reelPath(), { headers: { ...people.supervisor.authorization(), ...headers } });
const kinds = () => server.sql(`SELECT kind FROM event WHERE subject = 'archive:${sessionId}' ORDER BY subject_no`).flat();

// A recording large enough that a slow reader is still reading when it expires.
async function record(seat) {
  await seat.join();
  track = await seat.publish('cam');
  // As much as a seat may send at once.
  for (let seq = 0; seq < 190; seq += 1)
    seat.socket.binary(mediaObject({ track, seq, codec: 2, flags: seq % 20 ? 0 : 1, payload: crypto.randomBytes(60000) }));
  reelFile = path.join(server.dataDir, 'reels', sessionId, `${track}.webm`);
  await until('the reel', () => fs.statSync(reelFile).size > 190 * 60000, 60000);
  // The room is over; a reel that a recorder has open is not destroyed.
  seat.socket.send({ type: 'unpublish', track });
  await seat.socket.event('room.unpublish');
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['staff', 'supervisor', 'auditor', 'host']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  people.both = await server.account('the-both', ['staff', 'supervisor'], { name: '两岗' });
  const room = await roomSession(server, { n: 1 });
  ({ sessionId } = room);
  base = `/sessions/${sessionId}/archive`;
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact,
    rulebook_version, holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '采购人', '电话',
    '${(await people.staff.get('/rulebook')).version}', 2, 60, 'announced', host, created_at FROM eval_session`);
  await record(room.seats[0]);
});
test.after(() => server.remove());

test('only a closed session is put into a class; no class is shorter than the law of its project', async () => {
  const put = (name, from) => people.staff.post(`${base}/class`, { class: name, counts_from: from });
  assert.equal((await refused(put('years_15', (await people.staff.get('/clock')).legal))).code, 'archive.state');
  server.sql("UPDATE eval_session SET started_at = UTC_TIMESTAMP(6), closed_at = UTC_TIMESTAMP(6), step = 'closed'");
  const now = (await people.staff.get('/clock')).legal;
  const [row] = (await people.auditor.get('/archive')).items;
  closedAt = row.closed_at;
  assert.deepEqual([row.state, row.class, row.may_expire, row.holds_set], ['kept', undefined, false, 0]);
  assert.equal((await refused(people.staff.post(`${base}/expiry`, { reason: '到期' }))).code, 'archive.state');
  for (const name of ['years_10', 'days_90']) {
    const no = await refused(put(name, now));
    assert.deepEqual([no.code, no.rule], ['archive.too_short', 'G08']);
  }
  assert.equal((await refused(put('years_7', now))).code, 'input.invalid');
  assert.equal((await refused(put('years_15', new Date(Date.parse(closedAt) - 86400e3).toISOString()))).problem.field, 'counts_from');
  await put('permanent', now);
  assert.equal((await keeping()).ends, undefined);
  await put('years_15', now);
  const kept = await keeping();
  assert.deepEqual([kept.class, kept.may_expire, kept.reels.length], ['years_15', false, 1]);
  assert.equal(new Date(kept.ends).getUTCFullYear(), new Date(now).getUTCFullYear() + 15);
});

test('nothing expires before its time is over, nor while a legal hold is set', async () => {
  const propose = () => people.staff.post(`${base}/expiry`, { reason: '保管期限届满' });
  for (let i = 0; i < 14; i += 1) await people.staff.post('/clock/advance', { seconds: YEAR, reason: '测试' });
  assert.equal((await refused(propose())).code, 'archive.too_early');
  for (let i = 0; i < 2; i += 1) await people.staff.post('/clock/advance', { seconds: YEAR, reason: '测试' });
  assert.equal((await keeping()).may_expire, true);
  const { hold_id: hold } = await people.supervisor.post(`${base}/holds`, { reason: '法院调查，予以保全' });
  assert.equal((await keeping()).may_expire, false);
  assert.equal((await refused(propose())).code, 'archive.held');
  assert.equal((await refused(people.staff.post(`${base}/holds/${hold}/lift`, { reason: '结束' }))).code, 'auth.denied');
  await people.supervisor.post(`${base}/holds/${hold}/lift`, { reason: '调查结束' });
  assert.equal((await refused(people.supervisor.post(`${base}/holds/${hold}/lift`, { reason: '再次' }))).code, 'input.not_found');
  const [h] = (await keeping(people.auditor)).holds;
  assert.deepEqual([h.reason, h.set_by, h.lift_reason, h.lifted_by], ['法院调查，予以保全', 'supervisor甲', '调查结束', 'supervisor甲']);
});

test('it takes two people; the second may decline; a hold set in between wins', async () => {
  const confirm = (who, id) => who.post(`${base}/expiry/confirm`, { proposal_id: id });
  const { proposal_id: first } = await people.both.post(`${base}/expiry`, { reason: '保管期限届满' });
  assert.equal((await refused(people.staff.post(`${base}/class`, { class: 'permanent', counts_from: closedAt }))).code, 'archive.state');
  assert.equal((await refused(confirm(people.both, first))).code, 'archive.same_person');
  assert.equal((await refused(confirm(people.staff, first))).code, 'auth.denied');
  await people.supervisor.post(`${base}/expiry/decline`, { reason: '再核对' });
  assert.equal((await refused(confirm(people.supervisor, first))).code, 'archive.state');
  const { proposal_id: second } = await people.staff.post(`${base}/expiry`, { reason: '已核对' });
  assert.equal((await refused(confirm(people.supervisor, first))).problem.field, 'proposal_id');
  const { hold_id: hold } = await people.staff.post(`${base}/holds`, { reason: '举报待查' });
  assert.equal((await refused(confirm(people.supervisor, second))).code, 'archive.held');
  await people.supervisor.post(`${base}/holds/${hold}/lift`, { reason: '查无实据' });
  assert.equal((await reel({ range: 'bytes=0-99' })).status, 206, 'until then it is shown');
});

// Reads the head of the answer and waits with the rest until it is told.
function slowly() {
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(reelPath(), server.url), { headers: people.supervisor.authorization(), rejectUnauthorized: false }, (response) => {
      response.pause();
      resolve({
        length: Number(response.headers['content-length']),
        rest: () => new Promise((done, broken) => {
          const chunks = [];
          response.on('data', (c) => chunks.push(c));
          response.on('end', () => done(Buffer.concat(chunks)));
          response.on('error', broken);
          response.resume();
        }),
      });
    });
    request.on('error', reject);
    request.end();
  });
}

// A session that comes before all others and cannot be read: it keeps none of them from its end.
function brokenOne() {
  const id = '00000000000000000000000000';
  const folder = path.join(server.dataDir, 'reels', id);
  fs.mkdirSync(path.join(folder, '1.webm'), { recursive: true });
  server.sql(`INSERT INTO archive_record (session_id, class, counts_from, state) VALUES ('${id}', 'years_15', UTC_TIMESTAMP(6), 'expired')`);
  return {
    mend() {
      assert.ok(server.logs.some((l) => l.includes('archive.destroy_failed') && l.includes(id)), 'and is told of');
      server.sql(`DELETE FROM archive_record WHERE session_id = '${id}'`);
      fs.rmSync(folder, { recursive: true });
    },
  };
}

test('expiry while it is viewed: what is on its way arrives, nothing more is shown, the record names every file', async () => {
  const { dir } = makeBundle(server, sessionId, 'before');
  assert.equal(verifyBundle(dir).code, 0);
  await people.supervisor.post(`/sessions/${sessionId}/bundle`);
  await until('a bundle on the shelf', async () => (await people.supervisor.get(`/sessions/${sessionId}/bundle`)).state === 'ready');
  const bytes = fs.readFileSync(reelFile), index = fs.readFileSync(reelFile.replace('webm', 'idx'));
  const viewer = await slowly();
  const broken = brokenOne();
  const { proposal } = await keeping(people.supervisor);
  assert.equal(proposal.own, false);
  await people.supervisor.post(`${base}/expiry/confirm`, { proposal_id: proposal.proposal_id });

  const gone = await reel({ range: 'bytes=0-99' });
  assert.deepEqual([gone.status, JSON.parse(gone.body).code], [410, 'archive.expired']);
  const replay = await people.supervisor.get(`/sessions/${sessionId}/replay`);
  assert.deepEqual([replay.expired, replay.tracks], [true, []]);
  assert.equal((await refused(people.supervisor.get(`/sessions/${sessionId}/replay/tail`))).code, 'archive.expired');
  assert.ok((await people.supervisor.get(`/sessions/${sessionId}/events`)).items.length > 0, 'the events stay');

  const done = await until('the files to be gone', async () => {
    const now = await keeping();
    return now.state === 'removed' && now;
  });
  assert.ok(!fs.existsSync(path.dirname(reelFile)), 'nothing is left of the folder');
  assert.deepEqual(done.destruction.reels, [{ track, length: bytes.length, sha256: sha(bytes), index_sha256: sha(index) }]);
  assert.equal((await people.supervisor.get(`/sessions/${sessionId}/bundle`)).state, 'none', 'nor of the bundle made of it');
  assert.equal(viewer.length, bytes.length);
  assert.equal(sha(await viewer.rest()), sha(bytes), 'whoever was reading reads to the end');
  assert.deepEqual(kinds().slice(-3), ['archive.expired', 'archive.destroyed', 'archive.removed']);
  assert.equal((await refused(people.supervisor.post(`${base}/holds`, { reason: '太晚' }))).code, 'archive.state');
  broken.mend();
});

test('the verifier accepts the missing reel because of the record and says so, in a record and in a bundle', async (t) => {
  const said = /reels\/\d+\.webm: the reel was destroyed at the end of its time: destruction record of .*SHA-256 [0-9a-f]{64}/;
  const dir = exportSession(server, sessionId);
  const verdict = verifySession(dir);
  assert.equal(verdict.code, 0, verdict.out);
  assert.match(verdict.out, said);
  const bundle = makeBundle(server, sessionId, 'after');
  assert.deepEqual([bundle.told.missing, bundle.told.expired], [0, 1]);
  const ofBundle = verifyBundle(bundle.dir);
  assert.equal(ofBundle.code, 0, ofBundle.out);
  assert.match(ofBundle.out, said);

  const altered = async (what, change, fault) => t.test(what, () => {
    const copy = `${dir}-altered`;
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(dir, copy, { recursive: true });
    change(path.join(copy, 'events.jsonl'));
    const { code, out } = verifySession(copy);
    assert.equal(code, 1, out);
    assert.match(out, fault);
  });
  const rows = (change) => (file) => fs.writeFileSync(file, fs.readFileSync(file, 'utf8').split('\n').flatMap(change).join('\n'));
  await altered('without the record', rows((row) => (row.includes('archive.destroyed') ? [] : [row])), /webm: the reel is missing/);
  await altered('a record of another length', rows((row) => [row.includes('archive.destroyed') ? row.replace(/(length\\":)(\d)/, (_, a, d) => a + ((Number(d) % 9) + 1)) : row]),
    /archive\.destroyed\): track \d+: names \d+ bytes, the ledger has \d+/);
});

test('a death between the record and the removal is made good at the next start', async () => {
  const folder = path.dirname(reelFile);
  fs.mkdirSync(folder);
  fs.writeFileSync(reelFile, 'left over');
  const { uid, gid } = fs.statSync(path.dirname(folder));
  for (const f of [folder, reelFile]) fs.chownSync(f, uid, gid);
  await server.kill();
  // The disk is fuller than it may be, too.
  server.options.config = { record: { low_mib: 1 << 30, stop_mib: 1 << 30 } };
  await server.start();
  server.sql("UPDATE archive_record SET state = 'destroyed'");
  await until('the rest to be gone', () => !fs.existsSync(folder));
  await until('that to be on the record', () => server.sql("SELECT state FROM archive_record")[0][0] === 'removed');
});

test('with too little room nothing new begins, and a monitor sees why', async () => {
  const text = (await server.api().raw('GET', '/metrics')).body.toString();
  const value = (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1]);
  assert.ok(value('bidroom_record_free_bytes') > 0);
  assert.ok(value('bidroom_record_free_bytes') < value('bidroom_record_stop_bytes'));
  assert.match(text, /^bidroom_record_free_bytes\{dir="[^"]+reels"\}/m);
  const [[project]] = server.sql('SELECT project_id FROM project');
  const no = await refused(people.staff.post('/sessions', {
    project_id: project, lots: [newId()], title: '下一场', scheduled_at: closedAt, panel_size: 5, buyer_members: 0, standbys: 0,
    specialities: ['建筑工程'], avoid_units: [], venues: [{ venue_id: newId(), seats: 1 }],
  }));
  assert.equal(no.code, 'record.no_space');
  await until('that it is on the record', () => server.sql("SELECT 1 FROM event WHERE kind = 'record.space' AND body LIKE '%\"space\":\"none\"%'").length);
});
