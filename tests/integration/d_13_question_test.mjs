// SPDX-License-Identifier: GPL-3.0-or-later
// Questions of the committee to bidders (澄清, E09): the leader asks, the supervisor passes on or returns, the bidder
// answers in writing by the deadline or is silent, the committee says what it makes of it, and the report lists all.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { signReport } from '../support/sheets.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' } } }];
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, bids;

test.before(async () => {
  await house.openHouse({ firms: 4, experts: 8 });
  opened = await house.openProject(LOTS, [['1000000', '1200000', '1250000', '1300000'].map((price) => ({ price }))]);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
});
test.after(() => server.remove());

const path = (what = '') => `/sessions/${session.sessionId}${what}`;
const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');
const ask = (who, bid, text) => who.post(path('/questions'), { lot_id: opened.lots[0], bid_id: bid.bid_id, text });
const review = (id, body, who = house.supervisor) => who.post(path(`/questions/${id}/review`), body);
const settle = (id, outcome, note, who = members[0].api) => who.post(path(`/questions/${id}/settle`), { outcome, ...(note && { note }) });
const answer = (firm, question, text, more = {}) => {
  const statement = `bidroom.answer.v1\n${question.question_id}\n${sha256(more.asked ?? question.text)}\n${sha256(more.said ?? text)}\n`;
  const signature = crypto.sign('sha256', Buffer.from(statement), { key: fs.readFileSync((more.by ?? firm).key), dsaEncoding: 'ieee-p1363' });
  return firm.post(`/clarifications/${question.question_id}/answer`, { text, signature: signature.toString('base64') });
};
const own = async (firm) => (await firm.get('/clarifications')).items;
const listed = async (who = house.supervisor) => (await who.get(path('/questions'))).items;
const hold = (what) => house.host.post(path(`/${what}`), { reason: '午休' });
const later = (seconds) => house.staff.post('/clock/advance', { seconds, reason: '测试' });

test('only the leader asks, while the committee judges', async () => {
  const [leader, other] = members.map((m) => m.api);
  assert.equal((await refused(leader.post(path('/questions'), { lot_id: opened.lots[0], bid_id: opened.lots[0], text: '?' }))).code, 'session.step');
  await house.advance(session.sessionId, 'scoring');
  bids = (await leader.get(path('/bids'))).items.sort((a, b) => a.no - b.no);
  assert.equal((await refused(ask(other, bids[0], '工期如何计算？'))).code, 'session.role');
  assert.equal((await refused(ask(house.host, bids[0], '工期如何计算？'))).code, 'auth.denied');
  assert.equal((await refused(leader.post(path('/questions'), { lot_id: opened.lots[0], bid_id: opened.lots[0], text: '?' }))).code, 'input.not_found');
  for (const [i, text] of ['工期如何计算？', '第3页与第9页的人数不一致，请说明。', '您是说报价含税，对吗？', '请说明保修年限。'].entries())
    await ask(leader, bids[i % 3], text);
  assert.deepEqual((await listed()).map((q) => q.state), ['asked', 'asked', 'asked', 'asked']);
  assert.deepEqual(await listed(other), await listed(house.host));
  for (const firm of house.firms) assert.deepEqual(await own(firm), []);
  assert.equal((await refused(listed(house.staff))).code, 'auth.denied', 'the evaluation is secret');
});

test('who is rejected is asked nothing; in a GP session no rule of the other regime is quoted', async () => {
  for (const m of members.slice(0, 3))
    await m.api.post(`/sessions/${session.sessionId}/lots/${opened.lots[0]}/rejections`, { bid_id: bids[3].bid_id, clause: '第八条', reason: '串通投标' });
  const turned = await refused(ask(members[0].api, bids[3], '工期如何计算？'));
  assert.deepEqual([turned.code, turned.rule], ['question.state', undefined]);
});

test('a committee asks so much and no more', async () => {
  server.sql(`INSERT INTO question (question_id, session_id, lot_id, bid_id, account_id, member_no, text, asked_at)
    SELECT CONCAT('zz', seq), q.session_id, q.lot_id, q.bid_id, q.account_id, 1, '问', q.asked_at FROM question q, seq_1_to_196
    WHERE q.question_id = '${(await listed())[0].question_id}'`);
  assert.equal((await refused(ask(members[0].api, bids[0], '工期如何计算？'))).code, 'question.too_many');
  server.sql("DELETE FROM question WHERE question_id LIKE 'zz%'");
});

test('nothing reaches a bidder that the supervisor has not passed on', async () => {
  const [a, b, c, d] = await listed();
  assert.equal((await refused(answer(house.firms[0], a, '九十天。'))).code, 'input.not_found');
  assert.equal((await refused(review(a.question_id, { pass: true }))).code, 'input.missing');
  assert.equal((await refused(review(c.question_id, { pass: false }))).code, 'input.missing');
  assert.equal((await refused(review(a.question_id, { pass: true, minutes: 30 }, house.host))).code, 'auth.denied');
  server.sql(`UPDATE question SET session_id = 'other' WHERE question_id = '${a.question_id}'`);
  assert.equal((await refused(review(a.question_id, { pass: true, minutes: 30 }))).code, 'input.not_found', 'of another session');
  server.sql(`UPDATE question SET session_id = '${session.sessionId}' WHERE question_id = '${a.question_id}'`);
  await review(a.question_id, { pass: true, minutes: 30 });
  await review(b.question_id, { pass: true, minutes: 30 });
  await review(d.question_id, { pass: true, minutes: 60 });
  await review(c.question_id, { pass: false, note: '带有提示性，请重新提问' });
  assert.equal((await refused(review(c.question_id, { pass: true, minutes: 30 }))).code, 'question.state');
  const [mine] = (await own(house.firms[0])).slice(-1);
  assert.deepEqual([mine.text, mine.state, mine.member_no], ['工期如何计算？', 'passed', undefined]);
  assert.equal((await own(house.firms[2])).length, 0);
});

test('an answer is the bidder\'s own, signed, once, and in time', async () => {
  const [a, b, , d] = await listed();
  assert.equal((await refused(answer(house.firms[1], a, '九十天。'))).code, 'input.not_found');
  for (const more of [{ said: '八十天。' }, { asked: '保修如何计算？' }, { by: house.firms[1] }])
    assert.equal((await refused(answer(house.firms[0], a, '九十天。', more))).code, 'question.signature');
  assert.equal((await refused(settle(a.question_id, 'accepted'))).code, 'question.waits');
  // The deadline runs on while the session is adjourned, so the answer is taken.
  await hold('suspend');
  await answer(house.firms[0], a, '自开工令之日起九十天。');
  await house.host.post(path('/reconvene'));
  assert.equal((await refused(answer(house.firms[0], a, '八十天。'))).code, 'question.state');
  await answer(house.firms[0], d, '愿意把报价降低百分之五。');
  const late = Math.ceil((Date.parse(b.deadline) - Date.parse(await house.now())) / 1000);
  await later(late + 1);
  assert.equal((await refused(answer(house.firms[1], b, '十二人。'))).code, 'question.late');
});

test('the committee says what it makes of it: accepted, substance changed, silent', async () => {
  const [a, b, c, d] = await listed();
  assert.equal((await refused(settle(a.question_id, 'silent'))).code, 'question.outcome');
  assert.equal((await refused(settle(b.question_id, 'accepted'))).code, 'question.outcome');
  assert.equal((await refused(settle(c.question_id, 'silent'))).code, 'question.state');
  assert.equal((await refused(settle(d.question_id, 'substance'))).code, 'input.missing');
  const turned = await refused(settle(a.question_id, 'accepted', '', members[1].api));
  assert.equal(turned.code, 'session.role');
  await settle(a.question_id, 'accepted');
  await settle(d.question_id, 'substance', '改变投标报价');
  assert.equal((await refused(settle(a.question_id, 'substance', '再想想'))).code, 'question.state');
  assert.deepEqual((await listed(members[2].api)).map((q) => [q.state, q.outcome]),
    [['settled', 'accepted'], ['passed', undefined], ['returned', undefined], ['settled', 'substance']]);
});

test('the summary waits for open questions; who was silent is put on record by the clock', async () => {
  await submitAll(members, session.sessionId, opened.lots[0], (at, bid) => String(60 - bid.no));
  const e = await ask(members[0].api, bids[2], '请说明质保金。');
  const waits = async () => assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'session.open_questions');
  await waits();
  await review(e.question_id, { pass: true, minutes: 30 });
  await waits();
  await later(29 * 60);
  await waits();
  await answer(house.firms[2], (await listed()).at(-1), '百分之三。');
  await waits();
  await settle(e.question_id, 'accepted');
  // What is still open about a bid that is rejected holds nothing up.
  server.sql(`INSERT INTO question (question_id, session_id, lot_id, bid_id, account_id, member_no, text, asked_at)
    SELECT 'zz', session_id, lot_id, '${bids[3].bid_id}', account_id, 1, '问', asked_at FROM question WHERE question_id = '${e.question_id}'`);
  await house.advance(session.sessionId, 'summary');
  server.sql("DELETE FROM question WHERE question_id = 'zz'");
  assert.deepEqual((await listed()).map((q) => q.outcome), ['accepted', 'silent', undefined, 'substance', 'accepted']);
});

test('the report lists them, and the record verifies', async () => {
  assert.equal((await refused(ask(members[0].api, bids[0], '还有问题'))).code, 'session.step');
  await house.host.post(path('/report'));
  const pdf = await house.host.raw('GET', `/api/v1${path('/report.pdf')}`, { headers: house.host.authorization() });
  const text = execFileSync('pdftotext', ['-layout', house.seal.write('report.pdf', pdf.body), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  for (const words of ['工期如何计算', '自开工令之日起九十天', '予以采信', '逾期未答复', '监督退回', '不予采信'])
    assert.ok(text.slice(text.indexOf('十、澄清')).includes(words), words);
  const { code, out } = verifySession(exportSession(server, session.sessionId));
  assert.equal(code, 0, out);
});

test('when the report is signed whoever keeps the house reads them, too', async () => {
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  assert.equal((await refused(listed(house.staff))).code, 'auth.denied');
  await house.host.post(path('/close'));
  assert.equal((await listed(house.staff)).length, 5);
  const dir = exportSession(server, session.sessionId);
  const asked = fs.readFileSync(`${dir}/events.jsonl`, 'utf8').split('\n').filter((line) => line.includes('question.'));
  assert.ok(asked.length && !asked.some((line) => line.includes('E09')));
  const { code, out } = verifySession(dir);
  assert.equal(code, 0, out);
});
