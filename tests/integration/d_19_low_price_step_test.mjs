// SPDX-License-Identifier: GPL-3.0-or-later
// Low prices (异常低价) where the set of bids changes under them: a bid that was rejected before the scoring is back and
// the rule finds what a member had found by judgement; and a step back, after which nobody is rejected for silence.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { Server } from '../support/server.mjs';
import { promise } from '../support/sheets.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  review: [{ id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' }],
  price: { method: 'gp_lowest', weight: '30' }, low_price: { rule: 'E19' } } }];
// With the fifth bid half of the mean is 607000, without it 383750.
const OFFERS = [['450000', '800000', '820000', '1000000', '3000000'].map((price) => ({ price }))];
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, bids;

test.before(async () => {
  await house.openHouse({ firms: 5, experts: 9 });
  opened = await house.openProject(LOTS, OFFERS);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'qualification');
  bids = (await house.host.get(at('/bids'))).items.sort((a, b) => a.no - b.no).map((b) => b.bid_id);
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const kinds = (out) => out.events.map((e) => e.kind);
const low = async () => (await house.supervisor.get(at('/low-prices'))).items;
const verified = () => { const { code, out } = verifySession(exportSession(server, session.sessionId)); assert.equal(code, 0, out); };
const reject = (m, bid, clause = '第八条') => m.api.post(at(`/lots/${opened.lots[0]}/rejections`), { bid_id: bid, clause, reason: '串通投标' });
async function passAll() {
  for (const m of members) {
    const path = at(`/lots/${opened.lots[0]}/review/qualification`);
    const ballot = await m.api.get(path);
    const votes = Object.fromEntries(ballot.bids.map((b) => [b.bid_id, Object.fromEntries(ballot.items.map((i) => [i.id, { pass: true }]))]));
    await m.api.post(`${path}/submit`, { votes, salt: crypto.randomBytes(16).toString('hex') });
  }
}

test('a bid that comes back in the scoring is looked at, and the rule takes over what a member found', async () => {
  await passAll();
  for (const m of members.slice(2)) await reject(m, bids[4]);
  assert.ok(kinds(await house.advance(session.sessionId, 'scoring')).includes('low_price.checked'));
  assert.deepEqual(await low(), []);
  await members[0].api.post(at('/low-prices'), { lot_id: opened.lots[0], bid_id: bids[0], reason: '明显低于行业成本' });
  const out = await house.host.post(at('/members/replace'), { member_no: members[4].member_no, reason: '生病' });
  assert.deepEqual(kinds(out).filter((k) => /^(bid|low_price|session)/.test(k)), ['bid.reinstated', 'low_price.checked']);
  const [row, ...rest] = await low();
  assert.deepEqual([row.by, row.triggers, row.mean_limit, row.member_no, rest.length], ['E19', ['mean'], '607000', members[0].member_no, 0]);
  verified();
  house.pool = house.pool.filter((expert) => !members.some((m) => m.expert === expert));
  const [successor] = await house.arrive(session.sessionId, 1);
  members = [...members.slice(0, 4), successor];
  await promise(successor.api, session.sessionId);
});

test('a vote against the bid on other grounds is none about its price', async () => {
  await reject(members[1], bids[0]);
  assert.equal((await low())[0].against, 0);
  assert.equal((await house.supervisor.get(at('/low-prices'))).items[0].outcome, 'waits');
});

test('who is silent is rejected in the scoring only', async () => {
  const { question_id: id } = await members[0].api.post(at('/questions'), { lot_id: opened.lots[0], bid_id: bids[0], text: '请说明报价。', low_price: true });
  await house.supervisor.post(at(`/questions/${id}/review`), { pass: true });
  await house.host.post(at('/rollback'), { to: 'qualification', code: '01', reason: '资格认定有误' });
  await house.supervisor.post(at('/rollback/approve'), {});
  await house.staff.post('/clock/advance', { seconds: 31 * 60, reason: '测试' });
  const no = await refused(members[0].api.post(at(`/questions/${id}/settle`), { outcome: 'silent' }));
  assert.equal(no.code, 'session.step');
  await passAll();
  await house.advance(session.sessionId, 'scoring');
  const [row] = await low();
  assert.deepEqual([row.by, row.outcome], ['E19', 'waits'], 'it is asked anew');
  verified();
});
