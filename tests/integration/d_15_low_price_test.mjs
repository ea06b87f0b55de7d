// SPDX-License-Identifier: GPL-3.0-or-later
// Abnormally low prices (异常低价, E18, E19): found by the tender file's rule when the scoring begins or by a member's
// judgement, explained in writing by the clock, voted on; the ranking waits for them, and anybody computes them again.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';

const lot = (name, ceiling, low_price) => ({ name, ceiling, price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' }, low_price } });
// The worked example (100/96/92/44 under a ceiling of 105); one cent under 45 % of the ceiling; exactly 45 % of it.
const LOTS = [lot('第一包', '1050000', { rule: 'E19', minutes: 45 }), lot('第二包', '1000000', { rule: 'E19' }), lot('第三包', '1000000', { rule: 'E19' })];
const OFFERS = [['440000', '1000000', '960000', '920000'], ['449999.99', '800000', '700000', '600000'], ['450000', '800000', '700000', '600000']]
  .map((row) => row.map((price) => ({ price })));
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, low; // low[lot]: the bid that is suspect there

test.before(async () => {
  await house.openHouse({ firms: 4, experts: 8 });
  opened = await house.openProject(LOTS, OFFERS);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const listed = async (who = house.supervisor) => (await who.get(at('/low-prices'))).items;
const of = async (l, who) => (await listed(who)).find((row) => row.lot_id === opened.lots[l]);
const raise = (who, l, bid_id, reason = '明显低于行业成本') => who.post(at('/low-prices'), { lot_id: opened.lots[l], bid_id, reason });
const vote = (m, l, convinced, reason = convinced ? '成本构成清楚' : '没有证明材料') => m.api.post(at(`/low-prices/${low[l]}/votes`), { convinced, reason });
const ask = (l, more = { low_price: true }, who = members[0].api, bid = low[l]) =>
  who.post(at('/questions'), { lot_id: opened.lots[l], bid_id: bid, text: '请说明报价的合理性并提交证明材料。', ...more });
const pass = (id, more = {}) => house.supervisor.post(at(`/questions/${id}/review`), { pass: true, ...more });
const kinds = (out) => out.events.map((e) => e.kind);
const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
async function explain(text) {
  const [firm] = house.firms;
  const [question] = (await firm.get('/clarifications')).items;
  const statement = `bidroom.answer.v1\n${question.question_id}\n${sha256(question.text)}\n${sha256(text)}\n`;
  const signature = crypto.sign('sha256', Buffer.from(statement), { key: fs.readFileSync(firm.key), dsaEncoding: 'ieee-p1363' }).toString('base64');
  return firm.post(`/clarifications/${question.question_id}/answer`, { text, signature });
}
const later = (seconds) => house.staff.post('/clock/advance', { seconds, reason: '测试' });
const summary = () => house.advance(session.sessionId, 'summary');

test('when the scoring begins the rule is applied, on either side of its limits', async () => {
  assert.equal((await refused(raise(members[0].api, 2, '0'.repeat(26)))).code, 'session.step');
  const out = await house.advance(session.sessionId, 'scoring');
  assert.deepEqual(kinds(out), ['session.step', 'low_price.checked', 'low_price.checked', 'low_price.checked']);
  const bids = (await house.host.get(at('/bids'))).items;
  low = opened.lots.map((id) => bids.find((b) => b.lot_id === id && b.no === 1).bid_id);
  const [first, second, ...rest] = [await of(0), await of(1), await of(2)];
  assert.deepEqual([first.by, first.triggers, first.mean_limit, first.second_limit, first.ceiling_limit, first.outcome, first.bid_id],
    ['E19', ['second_lowest', 'ceiling'], '415000', '460000', '472500', 'waits', low[0]]);
  assert.deepEqual([second.triggers, second.ceiling_limit, second.bid_id], [['ceiling'], '450000', low[1]]);
  assert.deepEqual(rest, [undefined], 'exactly the limit is not under it');
  assert.deepEqual((await listed(house.host)), await listed());
  assert.equal((await listed(members[1].api)).every((row) => row.voted === false), true);
  assert.equal((await refused(listed(house.staff))).code, 'auth.denied', 'the evaluation is secret');
});

test('a member raises a bid by judgement, with a reason, once', async () => {
  assert.equal((await refused(raise(house.host, 2, low[2]))).code, 'auth.denied');
  assert.equal((await refused(raise(members[3].api, 2, low[0]))).code, 'input.not_found', 'a bid of another lot');
  assert.equal((await refused(members[3].api.post(at('/low-prices'), { lot_id: opened.lots[2], bid_id: low[2] }))).code, 'input.missing');
  assert.equal((await refused(raise(members[3].api, 0, low[0]))).code, 'low_price.raised');
  assert.deepEqual(kinds(await raise(members[3].api, 2, low[2])), ['low_price.raised']);
  const row = await of(2);
  assert.deepEqual([row.by, row.triggers, row.member_no, row.reason], ['judgement', [], members[3].member_no, '明显低于行业成本']);
});

test('the explanation is asked for as a question to the bidder, with the time of the tender file', async () => {
  const bids = (await house.host.get(at('/bids'))).items;
  const other = bids.find((b) => b.lot_id === opened.lots[0] && b.no === 2).bid_id;
  assert.equal((await refused(ask(0, { low_price: true }, members[0].api, other))).code, 'low_price.none');
  assert.equal((await refused(ask(0, { low_price: true }, members[1].api))).code, 'session.role');
  assert.equal((await refused(vote(members[0], 0, true))).code, 'low_price.unexplained');
  const { question_id: first } = await ask(0);
  assert.equal((await refused(ask(0))).code, 'low_price.asked');
  // What the supervisor returns was not asked.
  await house.supervisor.post(at(`/questions/${first}/review`), { pass: false, note: '请写明依据' });
  const { question_id: again } = await ask(0);
  const start = Date.parse(await house.now());
  assert.equal((await house.supervisor.get(at('/questions'))).items.find((q) => q.question_id === again).minutes, 45);
  assert.equal((await refused(pass(again, { minutes: 44 }))).code, 'low_price.minutes');
  const { deadline } = await pass(again);
  assert.ok(Math.abs(Date.parse(deadline) - start - 45 * 60000) < 60000, deadline);
  assert.equal((await refused(vote(members[0], 0, true))).code, 'low_price.unexplained');
  await explain('人工和材料费用见附表，毛利率百分之四。');
  assert.equal((await of(0)).explained, true);
  assert.equal((await refused(members[0].api.post(at(`/questions/${again}/settle`), { outcome: 'accepted' }))).code, 'question.outcome');
  // An ordinary question has no time of its own.
  const { question_id: plain } = await ask(0, {});
  assert.equal((await refused(pass(plain))).code, 'input.missing');
  await house.supervisor.post(at(`/questions/${plain}/review`), { pass: false, note: '重复' });
});

test('a session has so many questions, those about low prices aside', async () => {
  const fill = (n, low) => server.sql(`INSERT INTO question (question_id, session_id, lot_id, bid_id, account_id, member_no, text, asked_at, passed, low_price)
    SELECT CONCAT('zz${low}', LPAD(seq, 23, '0')), session_id, lot_id, bid_id, account_id, member_no, text, asked_at, 0, ${low}
    FROM (SELECT * FROM question WHERE low_price = 0 LIMIT 1) q JOIN seq_1_to_${n}`);
  fill(200, 1);
  const { question_id: id } = await ask(0, {});
  await house.supervisor.post(at(`/questions/${id}/review`), { pass: false, note: '重复' });
  const [[plain]] = server.sql('SELECT COUNT(*) FROM question WHERE low_price = 0');
  fill(200 - Number(plain), 0);
  assert.equal((await refused(ask(0, {}))).code, 'question.too_many');
  server.sql("DELETE FROM question WHERE question_id LIKE 'zz%'");
});

test('the ranking waits, and so does the summary', async () => {
  for (const id of opened.lots) await submitAll(members, session.sessionId, id, (_, bid) => String(60 - bid.no));
  assert.equal((await refused(summary())).code, 'session.low_prices');
  assert.equal(server.sql("SELECT COUNT(*) FROM lot WHERE state = 'ranked'")[0][0], '0');
});

test('more than half of the panel is convinced, and the lot is ranked with its price', async () => {
  assert.equal((await refused(vote({ api: house.host }, 0, true))).code, 'auth.denied');
  await vote(members[0], 0, true);
  assert.equal((await refused(vote(members[0], 0, true))).code, 'review.voted');
  assert.equal((await refused(vote(members[0], 0, false))).code, 'review.voted');
  await vote(members[1], 0, false);
  assert.equal((await refused(vote(members[1], 0, true))).code, 'review.voted');
  assert.equal((await vote(members[2], 0, true)).outcome, 'waits');
  const out = await vote(members[3], 0, true);
  assert.deepEqual([out.outcome, kinds(out).slice(0, 3)], ['kept', ['low_price.convinced', 'low_price.kept', 'lot.ranked']]);
  assert.equal((await refused(vote(members[4], 0, false))).code, 'low_price.kept');
  const row = await of(0);
  assert.deepEqual([row.convinced, row.against], [3, 1]);
});

test('whom the explanation does not convince votes to reject; who is silent is rejected by the clock', async () => {
  await pass((await ask(2)).question_id, { minutes: 31 });
  await explain('我司报价合理。');
  await vote(members[0], 2, false);
  await vote(members[1], 2, false);
  const out = await vote(members[2], 2, false);
  assert.equal(out.outcome, 'rejected');
  assert.ok(kinds(out).includes('bid.rejected') && kinds(out).includes('lot.ranked'), kinds(out).join());
  assert.equal((await refused(vote(members[3], 2, true))).code, 'review.rejected');

  assert.equal((await refused(summary())).code, 'session.low_prices', 'not asked yet');
  const { question_id: id } = await ask(1);
  await pass(id);
  assert.equal((await refused(summary())).code, 'session.open_questions');
  await later(31 * 60);
  const end = await summary();
  assert.deepEqual(kinds(end).filter((k) => !k.startsWith('lot.findings')), ['question.settled', 'bid.rejected', 'lot.ranked', 'session.step']);
  const reasons = (await house.host.get(at())).lots.map((l) => l.rejected?.map((r) => r.reason) ?? []);
  assert.deepEqual(reasons, [[], ['异常低价（E19）：未在规定时间内提交书面说明'],
    [Array(3).fill('异常低价（专业判断）：没有证明材料').join('；')]]);
});

test('the result tells of them, the report lists them, and all of it is computed again', async () => {
  const rows = await Promise.all(opened.lots.map(async (id) => (await house.host.get(at(`/lots/${id}/result`))).rows.filter((r) => r.low_price)));
  assert.deepEqual(rows.map((r) => r.map(({ rank, low_price: p }) => [rank > 0, p.by, p.outcome])),
    [[[true, 'E19', 'kept']], [[false, 'E19', 'rejected']], [[false, 'judgement', 'rejected']]]);
  await house.host.post(at('/report'));
  const pdf = await house.host.raw('GET', `/api/v1${at('/report.pdf')}`, { headers: house.host.authorization() });
  const text = execFileSync('pdftotext', ['-layout', house.seal.write('report.pdf', pdf.body), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  for (const words of ['异常低价审查', '460000', '472500', '予以采信', '未提交', '否决（逾期未提交书面说明）', '否决（3人不采信）', '明显低于行业成本'])
    assert.ok(text.slice(text.indexOf('十、澄清')).includes(words), `${words}: ${text.slice(text.indexOf('十、澄清'))}`);
  const dir = exportSession(server, session.sessionId);
  const { code, out } = verifySession(dir);
  assert.equal(code, 0, out);
  const verify = (name) => spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['award', path.join(dir, name)], { encoding: 'utf8' });
  for (const id of opened.lots) assert.equal(verify(`award-${id}.json`).status, 0, verify(`award-${id}.json`).stdout);
  for (const [edit, said] of [
    [(row) => { delete row.low_price; }, /had to explain its price \(E19\)/],
    [(row) => { row.low_price.by = 'judgement'; }, /by E19, not by judgement/],
    [(row) => { row.low_price.second_limit = '430000'; }, /low_price is not what the prices and the ranking give/],
    [(row) => { row.low_price.outcome = 'rejected'; }, /low_price is not what/],
  ]) {
    const award = JSON.parse(fs.readFileSync(path.join(dir, `award-${opened.lots[0]}.json`), 'utf8'));
    edit(award.rows[0]);
    fs.writeFileSync(path.join(dir, 'altered.json'), JSON.stringify(award));
    const { status, stdout } = verify('altered.json');
    assert.equal(status, 1);
    assert.match(stdout, said);
  }
});
