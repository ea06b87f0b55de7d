// SPDX-License-Identifier: GPL-3.0-or-later
// An evaluation under the tender law (招标投标法): what is done as under the purchase law is quoted with the rules of its own
// law alone; a lot whose sheets are half in when the review of another one is counted again; and who has won one lot is
// passed over in the other (兼投不兼中).
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { assertTamperEvident, ofVoid } from '../support/record.mjs';
import { signReport } from '../support/sheets.mjs';
import { advanceTo, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const scheme = {
  items: [{ id: 'plan', name: '服务方案', max: '60', kind: 'technical', objective: false }, { id: 'cert', name: '体系认证', max: '10', kind: 'commercial', objective: true }],
  price: { method: 'gp_lowest', weight: '30' },
  review: [{ id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' }],
  ties: ['price', 'draw'],
  wins: 1,
};
const LOTS = ['第一标段', '第二标段'].map((name) => ({ name, price_form: 'amount', scheme }));
const offers = (...prices) => prices.map((price) => ({ price }));
const server = new Server();
const house = new Evaluation(server);
let opened, session, members;

test.before(() => house.openHouse({ firms: 4, experts: 8 }));
test.after(() => server.remove());

const salt = () => crypto.randomBytes(16).toString('hex');
const path = (what = '') => `/sessions/${session.sessionId}${what}`;
const lotPath = (lot, what) => path(`/lots/${opened.lots[lot]}${what}`);
const kinds = (answer) => answer.events.map((e) => e.kind);
const bodies = (kind) => server.sql(`SELECT body FROM event WHERE subject = 'session:${session.sessionId}' AND kind = '${kind}' ORDER BY subject_no`).map(([body]) => JSON.parse(body));

async function vote(lot, who, fails = () => false) {
  let last;
  for (const m of who) {
    const ballot = await m.api.get(lotPath(lot, '/review/qualification'));
    const votes = Object.fromEntries(ballot.bids.map((bid) => [bid.bid_id, { licence: fails(m, bid) ? { pass: false, reason: '已过期' } : { pass: true } }]));
    last = await m.api.post(lotPath(lot, '/review/qualification/submit'), { votes, salt: salt() });
  }
  return last;
}
const back = async (to) => {
  await house.host.post(path('/rollback'), { to, code: 'other', reason: '重新评审' });
  return kinds(await house.supervisor.post(path('/rollback/approve'), {}));
};
const score = (lot, who, cert = () => '5') => submitAll(who, session.sessionId, opened.lots[lot], (at, bid, item) => (item.objective ? cert(at, bid) : String(60 - bid.no)));

test('how many lots one may win is the same in all of them, and decided by one committee', async () => {
  const create = (...lots) => refused(house.agency.post('/projects', project(house.holders, { regime: 'ztb', budget: '9000000', lots })));
  const { wins, ...unlimited } = scheme;
  assert.equal((await create(LOTS[0], { ...LOTS[1], scheme: unlimited })).code, 'criteria.wins');
  assert.equal((await create({ ...LOTS[0], scheme: { ...scheme, ties: ['price'] } })).code, 'criteria.wins', 'equals stay equals');
  opened = await house.openProject(LOTS, [offers('1000000', '1200000', '1250000', '1500000'), offers('1000000', '1200000', '1250000', '1500000')], { regime: 'ztb' });
  const codes = server.sql("SELECT body FROM event WHERE kind = 'bid.opened'").map(([body]) => JSON.parse(body).credit_code);
  assert.deepEqual(new Set(codes), new Set(house.firms.map((f) => f.credit_code)));
  const { scheme: told } = await server.api().get(`/lots/${opened.lots[1]}/scheme`);
  assert.deepEqual([told.wins, wins], [1, 1]);
  const alone = await refused(house.drawSession({ ...opened, lots: [opened.lots[1]] }));
  assert.equal(alone.code, 'award.lots');
});

test('a session of the tender law comes to the scoring', async () => {
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'qualification');
  await vote(0, members);
  assert.ok(kinds(await vote(1, members, (m, bid) => bid.no === 4 && members.indexOf(m) < 3)).includes('bid.rejected'));
  await house.advance(session.sessionId, 'scoring');
});

test('too short a time is quoted with its rule (C09), differing objective scores without one', async () => {
  for (const m of members.slice(0, 2)) await m.api.post(path('/time-votes'));
  assert.equal(bodies('time.too_short')[0].rule, 'C09');
  const no = await refused(house.advance(session.sessionId, 'summary'));
  assert.deepEqual([no.code, no.rule], ['session.time_short', 'C09']);
  await house.host.post(path('/time-extensions'), { minutes: 30 });
  assert.equal(bodies('time.extended')[0].rule, 'C09');
  await score(0, members, (at, bid) => (at === 2 && bid.no === 1 ? '6' : '5'));
  assert.deepEqual(bodies('sheet.returned').map((b) => [b.count, b.rule]), [[1, undefined]]);
  assert.deepEqual(bodies('sheet.reopened').map((b) => [b.returned, b.rule]), [[true, undefined]]);
  const sheet = await members[0].api.get(lotPath(0, '/sheet'));
  const scores = { ...sheet.scores, [sheet.bids[1].bid_id]: { plan: '1', cert: '5' } };
  const other = await refused(members[0].api.post(lotPath(0, '/sheet/submit'), { scores, salt: salt() }));
  assert.deepEqual([other.code, other.rule], ['score.not_returned', undefined]);
});

test('after a step back nobody is held to the cells that went back', async () => {
  assert.deepEqual((await members[0].api.get(lotPath(0, '/sheet'))).returned.length, 1);
  await back('qualification');
  await vote(0, members);
  await vote(1, members, (m, bid) => bid.no === 4 && members.indexOf(m) < 3);
  await house.advance(session.sessionId, 'scoring');
  const sheet = await members[0].api.get(lotPath(0, '/sheet'));
  assert.equal(sheet.returned, undefined);
  const scores = { ...sheet.scores, [sheet.bids[1].bid_id]: { plan: '1', cert: '5' } };
  await members[0].api.put(lotPath(0, '/sheet'), { scores }, { 'if-match': `"${sheet.version}"` });
});

test('who is rejected while sheets of the lot are in was scored, at whatever step the session is', async () => {
  const staying = members.filter((_, at) => at !== 1);
  await score(0, staying);
  const answer = await house.host.post(path('/members/replace'), { member_no: members[1].member_no, reason: '突发疾病' });
  assert.deepEqual(kinds(answer), ['member.replaced', 'bid.reinstated', 'review.reopened', 'session.step']);
  for (const kind of ['member.replaced', 'bid.reinstated', 'review.reopened'])
    assert.equal(bodies(kind).at(-1).rule, 'C08', kind);
  const [lot] = (await house.host.get(path())).lots;
  assert.deepEqual([lot.state, lot.submitted], ['opened', 4]);
  const { items } = await members[0].api.get(path('/bids'));
  const bid = items.find((b) => b.lot_id === opened.lots[0] && b.no === 2);
  for (const m of staying.slice(0, 3)) await m.api.post(lotPath(0, '/rejections'), { bid_id: bid.bid_id, clause: '第八条', reason: '串通投标' });
  assert.equal(bodies('bid.rejected').at(-1).scored, true);
  house.pool = house.pool.filter((expert) => !members.some((m) => m.expert === expert));
  const [successor] = await house.arrive(session.sessionId, 1);
  await successor.api.post(path('/promise'), { conflict: false });
  members = [...staying, successor];
  await vote(1, [successor]);
  await house.advance(session.sessionId, 'scoring');
  assert.deepEqual((await successor.api.get(lotPath(0, '/sheet'))).bids.map((b) => b.no), [1, 2, 3, 4], 'as the others scored it, so does he');
  // Nobody looks at the objective scores of a bid that is rejected.
  await score(0, [successor], (at, b) => (b.no === 2 ? '9' : '5'));
  await score(1, members);
  assert.deepEqual((await house.host.get(path())).lots.map((l) => l.state), ['ranked', 'ranked']);
});

test('a step back leaves what was found before it', async () => {
  await house.advance(session.sessionId, 'summary');
  assert.deepEqual(await back('scoring'), ['rollback.approved', 'sheet.reopened', 'sheet.reopened', 'session.step'], 'the rejection was found before');
  assert.deepEqual((await house.host.get(path())).lots.map((l) => [l.state, l.rejected.length]), [['opened', 1], ['opened', 0]]);
  for (const lot of [0, 1]) await score(lot, members);
  await house.advance(session.sessionId, 'summary');
  await house.host.post(path('/report'));
  await house.advance(session.sessionId, 'signing');
  assert.deepEqual(await back('summary'), ['rollback.approved', 'session.step']);
  const seen = await house.host.get(path());
  assert.deepEqual([seen.step, seen.report, seen.lots.map((l) => l.state)], ['summary', undefined, ['ranked', 'ranked']], 'only the report is made again');
});

const bidIds = (result) => Object.fromEntries(result.rows.map((r) => [r.bid_no, r.bid_id]));

test('who is recommended first in one lot is passed over in the next', async () => {
  await house.host.post(path('/report'));
  const results = await Promise.all([0, 1].map((lot) => house.host.get(lotPath(lot, '/result'))));
  assert.deepEqual(results.map((r) => r.rows.filter((x) => x.rank).map((x) => x.bid_no)), [[1, 3, 4], [1, 2, 3, 4]]);
  const [one, two] = results.map(bidIds);
  assert.deepEqual(bodies('report.made').at(-1).candidates, [
    { lot: opened.lots[0], candidates: [one[1], one[3], one[4]] },
    { lot: opened.lots[1], candidates: [two[2], two[3], two[4]], passed: [two[1]] },
  ]);
  const { blocks } = (await house.host.get(path('/report'))).model.sections.find((s) => s.id === 'recommended');
  const names = [1, 2, 3, 4].map((no) => results[1].rows.find((r) => r.bid_no === no).bidder_name);
  assert.deepEqual(blocks.filter((b) => b.type === 'table').map((b) => b.rows.map((row) => row[1])), [[names[0], names[2], names[3]], names.slice(1)]);
  assert.match(blocks.find((b) => b.type === 'text').text, new RegExp(`第二标段　${names[0]}.*不再推荐`));
});

test('the record of it all verifies, with what is void in it; what is altered there is named', async (t) => {
  const result = await house.host.get(lotPath(0, '/result'));
  assert.deepEqual(result.rows.filter((r) => r.rank).map((r) => r.no), [1, 3, 4]);
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await house.host.post(path('/close'));
  const { dir } = await assertTamperEvident(t, server, session.sessionId, ofVoid);
  const voids = JSON.parse(fs.readFileSync(`${dir}/void.json`, 'utf8'));
  assert.deepEqual([voids.sheets.length, voids.returned.map((r) => r.items.length), voids.results.length], [15, [1], 2]);
});

test('the platform is told who is recommended, and no letter goes to who was passed over', async () => {
  const tell = async (kind, more = {}) => (await publish(house.agency, house.staff, { project_id: opened.projectId, kind, title: '公示', body_md: '结果。', fields: noticeFields(kind), ...more })).notice_id;
  const start = await house.now(), end = workingTime(start, 4);
  const { records } = await house.staff.get(`/notices/${await tell('ztb_candidates', { publicity_start: start, publicity_end: end })}/exchange`);
  const firms = house.firms.map((f) => f.name);
  assert.deepEqual(records.filter((r) => r.table === '510').map(({ fields: f }) => [f.candidate, f.rank]),
    [firms[0], firms[2], firms[3], firms[1], firms[2], firms[3]].map((name, i) => [name, String(i % 3 + 1)]));
  await advanceTo(house.staff, plusSeconds(end, 60));
  await tell('ztb_result');
  const awarded_at = await house.now();
  await advanceTo(house.staff, plusSeconds(awarded_at, 60));
  const settle = (lot, bid_no, more = {}) => house.agency.post(`/lots/${opened.lots[lot]}/settlement`, { bid_no, awarded_at: plusSeconds(awarded_at, 30), ...more });
  assert.equal((await refused(settle(1, 1))).code, 'award.passed');
  // Who comes up in one lot has won it: a candidate of the other one, too, he is none any more. The lot itself does not count.
  await settle(0, 3);
  assert.equal((await refused(settle(1, 3))).code, 'award.passed');
  await settle(0, 3);
  await settle(0, 1, { reason: '登记有误' });
  await settle(1, 3);
  assert.equal((await refused(settle(0, 3, { reason: '登记有误' }))).code, 'award.passed');
});
