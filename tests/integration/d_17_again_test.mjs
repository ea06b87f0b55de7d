// SPDX-License-Identifier: GPL-3.0-or-later
// Re-evaluation by the original committee (原评标委员会重新评审, E13): after the report was signed and the result announced,
// asked for by the host, approved by the supervisor; what was before stays, and the new report supersedes the old one.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { makeVenue, seatSignIn, signInAtGate } from '../support/panel.mjs';
import { Seat } from '../support/room.mjs';
import { rowLock } from '../support/row_lock.mjs';
import { Server, until } from '../support/server.mjs';
import { promise, signReport } from '../support/sheets.mjs';
import { advanceTo, noticeFields, plusSeconds, publish, workingTime } from '../support/trade.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' } } }];
const offers = [['1000000', '1100000', '1200000', '1300000'].map((price) => ({ price }))];
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, before, result, typo, told;

test.before(async () => {
  await house.openHouse({ firms: 4, experts: 9 });
  opened = await house.openProject(LOTS, offers);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'scoring');
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const kinds = (out) => out.events.map((e) => e.kind);
const seen = (who = house.host) => who.get(at());
const ask = (code = '03', to = 'scoring', who = house.host) => who.post(at('/rollback'), { to, code, reason: '汇总计算错误' });
const approve = (who = house.supervisor) => who.post(at('/rollback/approve'), { note: '财政部门备案〔2026〕1号' });
const verified = () => { const dir = exportSession(server, session.sessionId); const { code, out } = verifySession(dir); assert.equal(code, 0, out); return dir; };
const score = (of) => submitAll(members, session.sessionId, opened.lots[0], (_, bid) => String(of(bid)));
async function enter(m) {
  const key = { base64: m.key.publicKey, sign: (...parts) => crypto.sign(null, Buffer.concat(parts.map((p) => Buffer.from(p))), m.key.privateKey).toString('base64') };
  const seat = new Seat(server, session.sessionId, m.api, key);
  await seat.join();
  return seat;
}
async function finish() {
  await house.advance(session.sessionId, 'summary');
  const made = await house.host.post(at('/report'));
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await house.host.post(at('/close'));
  return made;
}
const bodyOf = (kind) => server.sql(`SELECT body FROM event WHERE kind = '${kind}' ORDER BY event_id`).map(([b]) => JSON.parse(b)).at(-1);
async function announce(kind, title) {
  const start = await house.now();
  return publish(house.agency, house.staff, { project_id: opened.projectId, kind, title, body_md: '结果。', fields: noticeFields(kind),
    publicity_start: start, publicity_end: workingTime(start, 5) });
}
const correct = (follows, title) => publish(house.agency, house.staff, { project_id: opened.projectId, kind: 'gp_change', follows: follows.notice_id, title,
  body_md: title, fields: noticeFields('gp_change') });
// The release of a notice, by the interface and as the file it is.
async function releaseOf({ notice_id: id }) {
  const { releases } = await server.api().get('/public/ocds/releases');
  return releases.find((r) => r.id === id);
}
const fileOf = ({ notice_id: id }) => until('the release in its file', async () => {
  const { status, body } = await server.api().raw('GET', `/ocds/releases/${id}.json`);
  return status === 200 && JSON.parse(body);
});
const meansOf = (release) => release.awards.map((a) => a.evaluations.map((e) => e.result.rows.map((r) => r.mean)));

test('a signed report is corrected for the reasons of E13 only, by a request that the supervisor approves', async () => {
  await score((bid) => 60 - bid.no);
  const seat = await enter(members[0]);
  assert.equal((await refused(house.supervisor.post(at('/members/release'), { member_no: 1, note: '无' }))).code, 'reevaluation.none');
  before = await finish();
  await seat.socket.closed;
  result = await announce('gp_result', '中标结果公告');
  typo = await correct(result, '更正公告：联系电话');
  told = [await releaseOf(result), await fileOf(result)];
  assert.deepEqual([meansOf(told[0]), told[1].releases[0].tag], [[[['59.0000', '58.0000', '57.0000', '56.0000']]], ['award']]);
  const awarded_at = await house.now();
  await house.agency.post(`/lots/${opened.lots[0]}/settlement`, { bid_no: 1, awarded_at });
  for (const code of ['other', '01', '02']) {
    const no = await refused(ask(code));
    assert.deepEqual([no.code, no.rule], ['rollback.reason', 'E13'], code);
  }
  for (const to of ['leader', 'summary', 'signing']) assert.equal((await refused(ask('03', to))).code, 'rollback.step', to);
  assert.equal((await refused(ask('03', 'scoring', house.supervisor))).code, 'auth.denied');
  await ask();
  assert.deepEqual([(await seen()).step, (await seen()).hold], ['closed', 'rolling']);
  assert.equal((await refused(approve(house.host))).code, 'auth.denied');
  await house.host.post(at('/rollback/withdraw'));
  await ask();
  await house.supervisor.post(at('/rollback/deny'), { note: '理由不足' });
  assert.deepEqual([(await seen()).step, (await seen()).hold], ['closed', 'running']);
  verified();
});

test('approved, the session is open again and adjourned; sheets, ranks and report are void but kept', async () => {
  await ask();
  // At once with a contract: one of the two comes first, and the other one knows it.
  const [[awarded]] = server.sql('SELECT awarded_at FROM lot_settlement');
  const awarded_at = `${awarded.replace(' ', 'T').slice(0, 23)}Z`;
  const contract = () => house.agency.post(`/lots/${opened.lots[0]}/settlement`, { bid_no: 1, awarded_at, contracted_at: awarded_at, reason: '合同' });
  const atOnce = async (...acts) => {
    const lock = await rowLock(server, `project WHERE project_id = '${opened.projectId}'`);
    const running = [];
    for (const [i, act] of acts.entries()) {
      running.push(act().then((x) => x, (error) => error));
      await lock.waits(i + 1);
    }
    lock.release();
    return Promise.all(running);
  };
  const [settled, late] = await atOnce(contract, approve);
  assert.deepEqual([kinds(settled), late.code], [['lot.settled'], 'rollback.contracted']);
  server.sql('UPDATE lot_settlement SET contracted_at = NULL');
  server.sql(`INSERT INTO archive_record (session_id, class, counts_from, state, proposal_id, proposed_by, proposed_at, reason) VALUES ('${session.sessionId}', 'years_15', NOW(6), 'proposed', '${'0'.repeat(26)}', (SELECT account_id FROM account LIMIT 1), NOW(6), '到期')`);
  const [out, none] = await atOnce(approve, contract);
  assert.equal(none.code, 'lot.state');
  assert.deepEqual(kinds(out), ['rollback.approved', 'sheet.reopened', 'lot.settlement_void', 'session.step', 'archive.expiry_declined', 'archive.unclassed', 'room.release', 'session.suspended']);
  assert.deepEqual(server.sql('SELECT COUNT(*) FROM archive_record')[0], ['0'], 'its time counts from another day then');
  await house.supervisor.post(at('/archive/holds'), { reason: '投诉处理，予以保全' });
  const now = await seen();
  assert.deepEqual([now.step, now.hold, now.hold_reason, now.closed_at, now.report], ['scoring', 'suspended', '重新评审', undefined, undefined]);
  assert.equal((await refused(members[0].api.get(at(`/lots/${opened.lots[0]}/sheet`)))).code, 'auth.required', 'they have left');
  for (const [table, n] of [['sheet', 5], ['lot_result_undone', 1], ['report', 1], ['report_signature', 5], ['lot_settlement', 1]])
    assert.deepEqual(server.sql(`SELECT COUNT(*) FROM ${table} WHERE undone > 0`)[0], [String(n)], table);
  assert.equal((await refused(server.api().get(`/lots/${opened.lots[0]}/award`))).status, 404);
  assert.deepEqual(await releaseOf(result), told[0], 'what was published stays as it was');
  assert.equal((await house.agency.get(`/projects/${opened.projectId}`)).lots[0].awarded_at, undefined);
  verified();
});

test('the same committee comes to the gate again; who is not there goes by the supervisor\'s word only', async () => {
  const gone = members[4];
  const replace = () => house.host.post(at('/members/replace'), { member_no: gone.member_no, reason: '出国' });
  assert.equal((await refused(replace())).code, 'reevaluation.original');
  assert.equal((await refused(house.host.post(at('/members/release'), { member_no: gone.member_no, note: '已联系' }))).code, 'auth.denied');
  assert.equal((await refused(house.supervisor.post(at('/members/release'), { member_no: 99, note: '无' }))).code, 'input.not_found');
  assert.deepEqual(kinds(await house.supervisor.post(at('/members/release'), { member_no: gone.member_no, note: '已征求意见，同意更换' })), ['member.released']);
  const { release_note: note, release_salt: salt } = (await seen(house.supervisor)).members.find((m) => m.member_no === gone.member_no);
  const told = bodyOf('member.released');
  assert.deepEqual([note, told.note], ['已征求意见，同意更换', undefined], 'a personal reason is no text of the ledger');
  assert.equal(told.reason_digest, crypto.createHash('sha256').update(Buffer.from(salt, 'hex')).update(note).digest('hex'));
  await replace();
  // One comes to a venue nearer to him, which has a seat to spare: as nobody may in the first evaluation.
  const elsewhere = await makeVenue(server, house.staff, { login: 'venue2', name: '青岛场地', city: '青岛' });
  assert.equal((await refused(signInAtGate(elsewhere, session.sessionId, members[0].expert))).code, 'gate.no_seat');
  server.sql(`INSERT INTO seat (session_id, seat_id, label, role, venue_id) VALUES ('${session.sessionId}', 'seat_q1', '1', 'expert', '${elsewhere.venueId}')`);
  const there = await signInAtGate(elsewhere, session.sessionId, members[0].expert);
  assert.deepEqual([there.member_no, there.seat_id, kinds(there)], [1, 'seat_q1', ['seat.assigned']]);
  assert.equal((await refused(signInAtGate(elsewhere, session.sessionId, members[1].expert))).code, 'gate.no_seat', 'it had one');
  for (const m of members.slice(0, 4)) {
    const arrived = await signInAtGate(house.venue, session.sessionId, m.expert);
    assert.equal(arrived.member_no, m.member_no);
    m.api = await seatSignIn(server, arrived.pass, crypto.randomBytes(32).toString('base64'));
  }
  house.pool = house.pool.filter((expert) => !members.some((m) => m.expert === expert));
  const [successor] = await house.arrive(session.sessionId, 1);
  members = [...members.slice(0, 4), successor];
  await house.host.post(at('/reconvene'));
  await promise(successor.api, session.sessionId);
  for (const to of ['leader', 'checkin']) assert.equal((await refused(ask('03', to))).code, 'rollback.step', to);
});

test('its room opens again, and stays open though it was closed once', async () => {
  const { welcome, socket } = await enter(members[0]);
  const heard = await socket.when('all events', () => {
    const events = socket.messages.filter((x) => x.type === 'event');
    return events.length && events.at(-1).no >= welcome.event_no && events.map((e) => e.kind);
  });
  assert.ok(heard.includes('session.closed') && heard.indexOf('session.closed') < heard.indexOf('session.reconvened'), heard.join());
  socket.send({ type: 'leave' });
  await socket.closed;
});

test('the corrected report supersedes the one before, and both are kept', async () => {
  await score((bid) => 40 + bid.no);
  const award = () => server.api().get(`/lots/${opened.lots[0]}/award`);
  assert.equal((await refused(award())).status, 404, 'ranked again, and nobody has signed');
  const after = await finish();
  assert.equal((await refused(award())).status, 404, 'the notice there is tells the result before');
  assert.equal(bodyOf('report.made').supersedes, before.sha256);
  const pdf = await house.host.raw('GET', `/api/v1${at('/report.pdf')}`, { headers: house.host.authorization() });
  const text = execFileSync('pdftotext', ['-layout', house.seal.write('report.pdf', pdf.body), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  for (const words of ['更正并取代', before.sha256, '分值汇总计算错误', '财政部门备案']) assert.ok(text.includes(words), words);
  const dir = verified();
  const sha256 = (file) => crypto.createHash('sha256').update(fs.readFileSync(path.join(dir, file))).digest('hex');
  assert.deepEqual([sha256('superseded-1.pdf'), sha256('report.pdf')], [before.sha256, after.sha256]);
  const voids = JSON.parse(fs.readFileSync(path.join(dir, 'void.json'), 'utf8'));
  assert.ok(voids.sheets.length >= 5 && voids.results.length === 1);
  fs.appendFileSync(path.join(dir, 'superseded-1.pdf'), ' ');
  assert.match(verifySession(dir).out, /superseded-1.pdf: is not the report that was superseded/);
  fs.rmSync(path.join(dir, 'superseded-1.pdf'));
  assert.match(verifySession(dir).out, /superseded-1.pdf: is missing/);
});

test('a correction notice stands behind the result that was announced', async () => {
  const notice = await correct(typo, '经重新评审，更正中标结果。');
  assert.equal((await house.staff.get(`/notices/${notice.notice_id}`)).follows, typo.notice_id);
  const { rows } = await server.api().get(`/lots/${opened.lots[0]}/award`);
  const means = ['41.0000', '42.0000', '43.0000', '44.0000'];
  assert.deepEqual(rows.map((r) => r.mean), means, 'the result that was found since');
  // As open data it is the same award, with the scores of then and of now each in the release of its notice.
  const release = await releaseOf(notice);
  assert.deepEqual([release.tag, release.awards[0].id, meansOf(release)], [['awardUpdate'], result.notice_id, [[means]]]);
  assert.deepEqual((await fileOf(notice)).releases, [release]);
  assert.deepEqual([await releaseOf(result), await fileOf(result)], told);
  assert.deepEqual([(await releaseOf(typo)).tag, (await releaseOf(typo)).awards], [['tenderAmendment'], undefined]);
  const [{ compiledRelease }] = (await server.api().get(`/public/ocds/records/${opened.projectId}`)).records;
  assert.deepEqual([compiledRelease.awards.length, meansOf(compiledRelease)], [1, [[means]]]);
  // So do the supervision tables.
  const scoresOf = async ({ notice_id: id }) => (await house.staff.get(`/notices/${id}/exchange`)).records.filter((r) => r.table === '9015').map((r) => r.fields.total);
  assert.deepEqual([...new Set(await scoresOf(result))], ['59.00', '58.00', '57.00', '56.00']);
  assert.deepEqual([...new Set(await scoresOf(notice))], ['41.00', '42.00', '43.00', '44.00']);
  assert.deepEqual(await scoresOf(typo), []);
  // It tells the result: the award letter may go out.
  const awarded_at = plusSeconds(await house.now(), 1);
  await advanceTo(house.staff, plusSeconds(awarded_at, 60));
  await house.agency.post(`/lots/${opened.lots[0]}/settlement`, { bid_no: 1, awarded_at });
});
