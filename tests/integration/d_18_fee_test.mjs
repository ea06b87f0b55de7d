// SPDX-License-Identifier: GPL-3.0-or-later
// The expert fee sheet (专家劳务费): by the time from the gate to the release, at the house's own rates, approved by staff.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { seatSignIn, signInAtGate } from '../support/panel.mjs';
import { Server } from '../support/server.mjs';
import { signReport } from '../support/sheets.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }], price: { method: 'gp_lowest', weight: '30' } } }];
const server = new Server();
const house = new Evaluation(server);
let session, members;

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 8 });
  house.auditor = await server.account('the-auditor', ['auditor'], { name: '审计甲' });
  const opened = await house.openProject(LOTS, [['1000000', '1100000', '1200000'].map((price) => ({ price }))]);
  session = { ...await house.drawSession(opened), lot: opened.lots[0] };
  members = await house.seatCommittee(session.sessionId);
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const later = (minutes) => house.staff.post('/clock/advance', { seconds: minutes * 60, reason: '测试' });
const sheets = async (who = house.staff) => (await who.get(at('/fees'))).items;
const sheet = async (who) => (await sheets(who)).at(-1);
const rate = (more, who = house.staff) => who.post('/fees/rates', { unit_minutes: 60, unit_fen: 15000, min_fen: 40000, ...more });
async function finish() {
  await house.advance(session.sessionId, 'summary');
  await house.host.post(at('/report'));
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await later(20);
  await house.host.post(at('/close'));
}
const csv = async () => (await house.auditor.raw('GET', `/api/v1${at('/fees.csv')}`, { headers: house.auditor.authorization() })).body.toString().replace('\ufeff', '').trimEnd().split('\r\n');
const approve = async (who = house.staff) => who.post(at('/fees/approve'), { total_fen: (await sheet()).total_fen });

test('there is no rate but the house\'s, and no sheet before the session is closed', async () => {
  assert.deepEqual((await house.staff.get('/fees/rates')).items, []);
  assert.deepEqual(await sheets(), []);
  assert.equal((await refused(house.staff.post(at('/fees/approve'), { total_fen: 0 }))).code, 'fee.open');
  for (const who of [house.host, house.supervisor, house.agency, members[0].api]) {
    assert.equal((await refused(sheet(who))).code, 'auth.denied');
    assert.equal((await refused(rate({}, who))).code, 'auth.denied');
  }
  await house.advance(session.sessionId, 'scoring');
  await later(150);
  await house.host.post(at('/suspend'), { reason: '夜间休会' });
  await later(600);
  await house.host.post(at('/reconvene'));
  await submitAll(members, session.sessionId, session.lot, (_, bid) => String(60 - bid.no));
  await finish();
});

test('the night is not paid; who has no rate has no amount', async () => {
  const now = await sheet();
  assert.deepEqual([now.rows.length, now.without_rate, now.total_fen, now.approved_at], [5, 5, 0, undefined]);
  for (const row of now.rows) {
    assert.ok(row.minutes >= 170 && row.minutes < 180, String(row.minutes));
    assert.deepEqual([row.region, row.venue, row.travel_fen, row.amount_fen], ['370402', '济南场地', undefined, undefined]);
  }
  assert.equal((await refused(approve())).code, 'fee.no_rate');
  assert.equal((await refused(rate({ region: 'abc123' }))).code, 'project.region');
  await rate();
  assert.equal((await sheet()).rows[0].amount_fen, 45000, 'three hours begun');
  await rate({ region: '370400', unit_fen: 20000 });
  assert.equal((await sheet()).rows[0].amount_fen, 60000, 'the rate of the city');
  await rate({ region: '370400', unit_minutes: 30, unit_fen: 10000, min_fen: 0, note: '第二版' });
  assert.deepEqual((await house.staff.get('/fees/rates')).items.map((r) => [r.region, r.unit_fen, r.note]), [['', 15000, undefined], ['370400', 10000, '第二版']]);
});

test('approved as it was seen, it changes no more; names stand in no event', async () => {
  const seen = await sheet();
  assert.equal(seen.total_fen, 5 * 60000);
  assert.equal((await refused(house.staff.post(at('/fees/approve'), { total_fen: 1 }))).code, 'fee.changed');
  assert.equal((await refused(approve(house.auditor))).code, 'auth.denied');
  assert.deepEqual((await approve()).events.map((e) => e.kind), ['fee.approved']);
  assert.equal((await refused(approve())).code, 'fee.approved');
  await rate({ region: '370400', unit_fen: 99900 });
  const after = await sheet(house.auditor);
  assert.deepEqual([after.total_fen, after.approved_at !== undefined, after.rows.map((r) => r.name).sort()], [300000, true, members.map((m) => m.expert.name).sort()]);
  const [[body]] = server.sql("SELECT body FROM event WHERE kind = 'fee.approved'");
  assert.ok(!body.includes('专家') && JSON.parse(body).total_fen === 300000, body);
  const told = JSON.parse(body);
  assert.deepEqual([Date.parse(told.closed_at), told.sha256], [Date.parse(after.closed_at), after.sha256]);
  const lines = await csv();
  assert.equal(lines.length, 7);
  assert.ok(lines[0].startsWith('序号,姓名,') && lines[1].includes('600.00') && lines.at(-1).includes('3000.00'), lines.join());
  const { code, out } = verifySession(exportSession(server, session.sessionId));
  assert.equal(code, 0, out);
});

test('evaluated again, nobody is paid twice for the same time, and what was approved stays to be seen', async () => {
  const [first] = await sheets();
  await house.host.post(at('/rollback'), { to: 'scoring', code: '03', reason: '汇总计算错误' });
  await house.supervisor.post(at('/rollback/approve'), { note: '备案' });
  assert.deepEqual(await sheets(house.auditor), [first], 'while it is open again');
  assert.equal((await csv()).length, 7);
  assert.equal((await refused(house.staff.post(at('/fees/approve'), { total_fen: first.total_fen }))).code, 'fee.open');
  await later(60 * 24);
  for (const m of members) {
    const { pass } = await signInAtGate(house.venue, session.sessionId, m.expert);
    m.api = await seatSignIn(server, pass, crypto.randomBytes(32).toString('base64'));
  }
  await house.host.post(at('/reconvene'));
  await submitAll(members, session.sessionId, session.lot, (_, bid) => String(40 + bid.no));
  await finish();
  const [kept, now, ...more] = await sheets();
  assert.deepEqual([kept, more], [first, []]);
  assert.deepEqual([now.rows.length, now.approved_at, now.without_rate], [5, undefined, 0]);
  for (const row of now.rows) {
    assert.ok(row.minutes >= 20 && row.minutes < 30, String(row.minutes));
    assert.ok(Date.parse(row.from) > Date.parse(first.closed_at), row.from);
  }
  await approve();
  const both = await sheets();
  assert.deepEqual(both.map((x) => [x.total_fen, x.approved_at !== undefined]), [[300000, true], [now.total_fen, true]]);
  const told = server.sql("SELECT body FROM event WHERE kind = 'fee.approved' ORDER BY event_id").map(([b]) => JSON.parse(b));
  assert.deepEqual(told.map((x) => [Date.parse(x.closed_at), x.sha256]), both.map((x) => [Date.parse(x.closed_at), x.sha256]));
  assert.equal((await refused(approve())).code, 'fee.approved');
  assert.equal((await csv()).length, 13);
  const { code, out } = verifySession(exportSession(server, session.sessionId));
  assert.equal(code, 0, out);
});
