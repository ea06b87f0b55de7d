// SPDX-License-Identifier: GPL-3.0-or-later
// Steps back: the leader or the host asks, the supervisor decides; what was done since is void but kept, is done again,
// and the record of it verifies.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { Seat } from '../support/room.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { signReport } from '../support/sheets.mjs';

const review = [
  { id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' },
  { id: 'sign', stage: 'preliminary', name: '签字盖章', clause: '招标文件第三章1.1' },
];
const points = {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' },
};
const LOTS = [
  { name: '第一包', price_form: 'amount', scheme: { ...points, review } },
  { name: '第二包', price_form: 'amount', scheme: { ...points, items: [{ ...points.items[0], max: '60' }, { id: 'cert', name: '体系认证', max: '10', kind: 'commercial', objective: true }], review: review.slice(0, 1) } },
];
const offers = (...prices) => prices.map((price) => ({ price }));
const server = new Server();
const house = new Evaluation(server);
let opened, session, members;

test.before(() => house.openHouse({ firms: 5, experts: 9 }));
test.after(() => server.remove());

const salt = () => crypto.randomBytes(16).toString('hex');
const path = (what = '') => `/sessions/${session.sessionId}${what}`;
const kinds = (answer) => answer.events.map((e) => e.kind);
const seen = (who = house.host) => who.get(path());
const bidsOf = (lot) => members[0].api.get(path('/bids')).then((b) => b.items.filter((x) => x.lot_id === opened.lots[lot]));

async function voteAll(lot, stage, fails = () => false) {
  const at = path(`/lots/${opened.lots[lot]}/review/${stage}`);
  let last;
  for (const m of members) {
    const ballot = await m.api.get(at);
    const votes = Object.fromEntries(ballot.bids.map((bid) => [bid.bid_id, Object.fromEntries(ballot.items.map((item) =>
      [item.id, fails(bid.no) ? { pass: false, reason: '已过期' } : { pass: true }]))]));
    last = await m.api.post(`${at}/submit`, { votes, salt: salt() });
  }
  return last;
}

const ask = (who, to, code = 'other', reason = '资格认定有误') => who.post(path('/rollback'), { to, code, reason });
const approve = (who = house.supervisor, body = {}) => who.post(path('/rollback/approve'), body);
const deny = (who = house.supervisor, note = '理由不足') => who.post(path('/rollback/deny'), { note });
const score = (lot, of) => submitAll(members, session.sessionId, opened.lots[lot], (at, bid, item) => (item.objective ? '5' : String(of - bid.no)));

test('who may ask, and how far back', async () => {
  opened = await house.openProject(LOTS, [offers('1000000', '1200000', '1250000', '1500000', '1600000'), offers('1000000', '1200000', '1250000')]);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  assert.equal((await refused(ask(house.host, 'promise'))).code, 'session.step');
  await house.advance(session.sessionId, 'qualification');
  assert.equal((await refused(ask(house.supervisor, 'leader'))).code, 'auth.denied');
  assert.equal((await refused(ask(house.witness, 'leader'))).code, 'auth.denied');
  assert.equal((await refused(ask(members[1].api, 'leader'))).code, 'auth.denied');
  for (const to of ['promise', 'qualification', 'preliminary', 'scoring', 'nowhere'])
    assert.equal((await refused(ask(house.host, to))).code, 'rollback.step', to);
  assert.equal((await refused(ask(house.host, 'leader', '06'))).code, 'input.not_found');
  assert.equal((await refused(house.host.post(path('/rollback'), { to: 'leader', code: 'other' }))).code, 'input.missing');
  assert.equal((await refused(approve())).code, 'session.not_held');
});

// An expert's place in the room, which gives back the kinds of all events it was told.
async function heardBy(m) {
  const key = { base64: m.key.publicKey, sign: (...parts) => crypto.sign(null, Buffer.concat(parts.map((p) => Buffer.from(p))), m.key.privateKey).toString('base64') };
  const seat = new Seat(server, session.sessionId, m.api, key);
  await seat.join();
  const heard = await seat.socket.when('all events', () => {
    const events = seat.socket.messages.filter((x) => x.type === 'event');
    return events.length && events.at(-1).no >= seat.welcome.event_no && events.map((e) => e.kind);
  });
  seat.socket.send({ type: 'leave' });
  await seat.socket.closed;
  return heard;
}

test('while it waits nothing is judged; denied, the session goes on where it was', async () => {
  const asked = await ask(members[0].api, 'leader', 'other', '推选有误');
  assert.deepEqual(kinds(asked), ['rollback.requested']);
  const [row] = (await seen()).rollbacks;
  assert.deepEqual([row.rollback_id, row.from, row.to, row.by, row.reason, row.approved], [asked.rollback_id, 'qualification', 'leader', 'chair', '推选有误', undefined]);
  assert.equal((await seen()).hold, 'rolling');
  assert.equal((await seen(house.witness)).rollbacks, undefined, 'why may tell what was found');
  assert.equal((await refused(voteAll(0, 'qualification'))).code, 'session.rolling');
  assert.equal((await refused(house.advance(session.sessionId, 'preliminary'))).code, 'session.rolling');
  assert.equal((await refused(ask(house.host, 'leader'))).code, 'session.rolling');
  assert.equal((await refused(approve(house.host))).code, 'auth.denied');
  assert.equal((await refused(house.supervisor.post(path('/rollback/deny'), {}))).code, 'input.missing');
  assert.deepEqual(kinds(await deny()), ['rollback.denied']);
  const after = await seen();
  assert.deepEqual([after.step, after.hold, after.rollbacks[0].approved, after.rollbacks[0].note], ['qualification', 'running', false, '理由不足']);
  // Events are told once: who comes to his seat in an adjournment hears what the committee knows, too.
  await house.host.post(path('/suspend'), { reason: '夜间休会' });
  const told = await heardBy(members[2]);
  assert.ok(told.includes('rollback.requested') && told.includes('rollback.denied'), told.join(' '));
  await house.host.post(path('/reconvene'));
});

test('who asked does not decide', async () => {
  const both = await server.account('host-and-supervisor', ['host', 'supervisor'], { name: '双职' });
  await ask(both, 'leader');
  assert.equal((await refused(approve(both))).code, 'rollback.same_person');
  await deny();
});

test('who asked withdraws it, and nobody else does', async () => {
  const withdraw = (who) => who.post(path('/rollback/withdraw'));
  assert.equal((await refused(withdraw(house.host))).code, 'session.not_held');
  await ask(house.host, 'leader', 'other', '推选有误');
  assert.equal((await refused(withdraw(house.supervisor))).code, 'auth.denied');
  assert.equal((await refused(withdraw(members[1].api))).code, 'auth.denied');
  assert.equal((await refused(withdraw(members[0].api))).code, 'rollback.not_asker');
  assert.deepEqual(kinds(await withdraw(house.host)), ['rollback.withdrawn']);
  const after = await seen();
  const row = after.rollbacks.at(-1);
  assert.deepEqual([after.hold, row.withdrawn, row.approved, !!row.decided_at], ['running', true, undefined, true]);
  assert.equal((await refused(approve())).code, 'session.not_held');
  await ask(members[0].api, 'leader');
  assert.deepEqual(kinds(await withdraw(members[0].api)), ['rollback.withdrawn']);
  // What waits is what nobody has decided on, whatever stands behind it.
  const { rollback_id: id } = await ask(house.host, 'leader');
  server.sql(`INSERT INTO rollback SELECT '7${'Z'.repeat(25)}', session_id, from_step, to_step, code, reason, asked_by, member_no, asked_at, 0, '无', asked_by, asked_at FROM rollback WHERE rollback_id = '${id}'`);
  await deny();
  server.sql(`DELETE FROM rollback WHERE rollback_id LIKE '7Z%'`);
  assert.equal((await seen()).rollbacks.at(-1).approved, false);
});

test('back to the election: the leader is elected anew', async () => {
  await ask(house.host, 'leader');
  assert.deepEqual(kinds(await approve(house.supervisor, { note: '同意' })), ['rollback.approved', 'session.step']);
  const after = await seen();
  assert.deepEqual([after.step, after.hold, after.leader.round, after.leader.votes, after.members.some((m) => m.leader)], ['leader', 'running', 1, 0, false]);
  assert.equal((await refused(house.advance(session.sessionId, 'qualification'))).code, 'session.no_leader');
  for (const m of members) await m.api.post(path('/leader-votes'), { member_no: members[1].member_no });
  assert.equal((await seen()).members.find((m) => m.leader).member_no, members[1].member_no);
  await house.advance(session.sessionId, 'qualification');
});

test('back to a stage of the review: what it found is void, a lot that ended is judged again', async () => {
  await voteAll(0, 'qualification', (no) => no === 4);
  assert.deepEqual(kinds(await voteAll(1, 'qualification', (no) => no === 3)).at(-1), 'lot.failed');
  await house.advance(session.sessionId, 'preliminary');
  const [first] = await bidsOf(0);
  const reject = (m) => m.api.post(path(`/lots/${opened.lots[0]}/rejections`), { bid_id: first.bid_id, clause: '第八条', reason: '串通投标' });
  for (const m of members.slice(0, 3)) await reject(m);
  assert.equal((await seen()).lots[0].rejected.length, 2);
  // Of votes from before their step was noted the migration reads it in the ledger.
  const steps = () => server.sql('SELECT bid_id, member_no, step FROM rejection_vote ORDER BY bid_id, member_no');
  const noted = steps();
  assert.deepEqual(noted.map((row) => row[2]), ['preliminary', 'preliminary', 'preliminary']);
  server.sql('UPDATE rejection_vote SET step = NULL; UPDATE rejection SET step = NULL');
  server.sqlFile(new URL('../../db/migrations/0098_rejection_step.sql', import.meta.url));
  assert.deepEqual(steps(), noted);
  assert.deepEqual(server.sql('SELECT DISTINCT step FROM rejection WHERE stage IS NULL'), [['preliminary']]);
  await ask(members[1].api, 'qualification', '01');
  const answer = await approve();
  assert.deepEqual(kinds(answer), ['rollback.approved', 'bid.reinstated', 'bid.reinstated', 'review.reopened',
    'bid.reinstated', 'review.reopened', 'lot.reopened', 'session.step']);
  const after = await seen();
  assert.deepEqual([after.step, after.lots.map((l) => l.state), after.lots.map((l) => l.rejected.length), after.lots.map((l) => l.reviews[0].submitted)],
    ['qualification', ['opened', 'opened'], [0, 0], [0, 0]]);
  const ballot = await members[0].api.get(path(`/lots/${opened.lots[0]}/review/qualification`));
  assert.deepEqual([ballot.open, ballot.state, Object.keys(ballot.votes).length], [true, 'draft', 5], 'what was voted is a draft again');
  assert.deepEqual(server.sql('SELECT COUNT(*) FROM review_ballot WHERE undone > 0')[0], ['10'], 'and kept as it was given');
  await voteAll(0, 'qualification');
  await voteAll(1, 'qualification');
  await house.advance(session.sessionId, 'preliminary');
  // A vote from before the step back counts no more.
  assert.deepEqual((await reject(members[0])).votes, 1);
  await voteAll(0, 'preliminary');
  await house.advance(session.sessionId, 'scoring');
});

test('more than a third of the members make the host extend the time (C09)', async () => {
  const vote = (m) => m.api.post(path('/time-votes'));
  assert.equal((await refused(house.host.post(path('/time-votes')))).code, 'auth.denied');
  const one = await vote(members[0]);
  assert.deepEqual([one.votes, one.needed, kinds(one)], [1, 2, ['time.voted']]);
  assert.equal((await refused(vote(members[0]))).code, 'time.voted');
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted', 'one of five is no third');
  assert.deepEqual(kinds(await vote(members[1])), ['time.voted', 'time.too_short']);
  assert.deepEqual((await seen(members[1].api)).time, { votes: 2, of: 5, needed: 2, voted: true });
  assert.equal((await seen(members[2].api)).time.voted, false, 'his own vote is meant');
  const no = await refused(house.advance(session.sessionId, 'summary'));
  assert.deepEqual([no.code, no.rule], ['session.time_short', undefined], 'the purchase law has no such rule');
  const extend = (who, minutes) => who.post(path('/time-extensions'), { minutes });
  assert.equal((await refused(extend(members[0].api, 30))).code, 'auth.denied');
  for (const bad of [0, 1441]) assert.equal((await refused(extend(house.host, bad))).status, 400);
  assert.deepEqual(kinds(await extend(house.host, 30)), ['time.extended', 'session.timer']);
  const after = await seen();
  assert.deepEqual(after.time, { votes: 0, of: 5, needed: 2, voted: false });
  assert.ok(Date.parse(after.step_ends_at) > Date.now() + 25 * 60000);
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted');
  assert.equal((await vote(members[0])).votes, 1, 'they may ask again');
});

test('members who differ on an objective item get their sheets back before anything is added up (E13)', async () => {
  const sheetPath = path(`/lots/${opened.lots[1]}/sheet`);
  const [first] = await bidsOf(1);
  await submitAll(members, session.sessionId, opened.lots[1], (at, bid, item) => (item.objective ? (at === 2 && bid.no === 1 ? '6' : '5') : String(60 - bid.no)));
  assert.deepEqual((await seen()).lots[1].submitted, 0);
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted');
  const events = server.sql(`SELECT kind, body FROM event WHERE subject = 'session:${session.sessionId}' ORDER BY subject_no DESC LIMIT 2`);
  assert.deepEqual(events.map((e) => e[0]), ['sheet.reopened', 'sheet.returned']);
  const cells = [{ bid_id: first.bid_id, item_id: 'cert' }];
  const sha256 = crypto.createHash('sha256').update(JSON.stringify(cells)).digest('hex');
  assert.deepEqual(JSON.parse(events[1][1]), { lot: opened.lots[1], count: 1, sha256, rule: 'E13' }, 'neither a value nor a direction, however many they are');
  const sheet = await members[2].api.get(sheetPath);
  assert.deepEqual([sheet.state, sheet.returned, sheet.scores[first.bid_id].cert], ['draft', cells, '6']);
  // Nothing else may change: not in a draft, not for good.
  const other = { ...sheet.scores, [first.bid_id]: { plan: '1', cert: '5' } };
  const tag = { 'if-match': `"${sheet.version}"` };
  const no = await refused(members[2].api.put(sheetPath, { scores: other }, tag));
  assert.deepEqual([no.code, no.rule], ['score.not_returned', 'E13']);
  assert.equal((await refused(members[2].api.post(`${sheetPath}/submit`, { scores: other, salt: salt() }))).code, 'score.not_returned');
  await members[2].api.put(sheetPath, { scores: { [first.bid_id]: { plan: '59', cert: '5.0' } } }, tag);
  assert.deepEqual(server.sql("SELECT COUNT(*) FROM sheet WHERE undone > 0")[0], ['5'], 'as they had been given they stay');
  await score(1, 60);
  assert.deepEqual((await seen()).lots[1].state, 'ranked');
  assert.equal((await members[0].api.get(sheetPath)).returned, undefined);
});

test('once totals are known the purchase law names the reasons (E13); sheets, ranks and report are void but kept', async () => {
  await score(0, 60);
  await house.advance(session.sessionId, 'summary');
  const no = await refused(ask(house.host, 'scoring'));
  assert.deepEqual([no.code, no.rule], ['rollback.reason', 'E13']);
  await house.host.post(path('/report'));
  await house.advance(session.sessionId, 'signing');
  await signReport(members[0].api, session.sessionId, members[0].member_no, members[0].key.privateKey);
  await ask(house.host, 'scoring', 'outlier', '3号专家评分畸高');
  assert.equal((await refused(signReport(members[1].api, session.sessionId, members[1].member_no, members[1].key.privateKey))).code, 'session.rolling');
  assert.deepEqual(kinds(await approve()), ['rollback.approved', 'sheet.reopened', 'sheet.reopened', 'session.step']);
  const after = await seen();
  assert.deepEqual([after.step, after.report, after.lots.map((l) => [l.state, l.submitted])], ['scoring', undefined, [['opened', 0], ['opened', 0]]]);
  assert.equal((await refused(house.host.get(path(`/lots/${opened.lots[0]}/result`)))).code, 'score.not_all_submitted');
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted');
  const sheet = await members[0].api.get(path(`/lots/${opened.lots[0]}/sheet`));
  assert.deepEqual([sheet.state, Object.values(sheet.scores)[0]], ['draft', { plan: '59' }]);
  for (const [table, n] of [['sheet', 15], ['lot_result_undone', 2], ['report', 1], ['report_signature', 1]])
    assert.deepEqual(server.sql(`SELECT COUNT(*) FROM ${table} WHERE undone > 0`)[0], [String(n)], table);
});

// Who comes in his place, promised; the drawn order calls him.
async function succeed(gone) {
  house.pool = house.pool.filter((expert) => !members.some((m) => m.expert === expert));
  const [successor] = await house.arrive(session.sessionId, 1);
  await successor.api.post(path('/promise'), { conflict: false });
  members = [...members.filter((m) => m !== gone), successor];
  return successor;
}
const replace = (m) => house.host.post(path('/members/replace'), { member_no: m.member_no, reason: '突发疾病' });
const lastBody = (kind) => JSON.parse(server.sql(`SELECT body FROM event WHERE subject = 'session:${session.sessionId}' AND kind = '${kind}' ORDER BY subject_no DESC LIMIT 1`)[0][0]);
const voidResults = () => Number(server.sql('SELECT COUNT(*) FROM lot_result_undone')[0][0]);

test('who leaves takes the ranks he made with him: his successor scores that lot, too (C08)', async () => {
  await score(0, 50);
  assert.equal((await seen()).lots[0].state, 'ranked');
  const gone = members[4], before = voidResults();
  assert.equal((await gone.api.post(path('/time-votes'))).votes, 1);
  assert.deepEqual(kinds(await replace(gone)), ['member.replaced']);
  assert.deepEqual([lastBody('member.replaced').unranked, lastBody('member.replaced').rule], [[opened.lots[0]], undefined], 'so it is done under the purchase law, too');
  assert.equal(voidResults(), before + 1, 'the ranks he made are kept');
  assert.equal((await members[0].api.post(path('/time-votes'))).votes, 1, 'who left took his vote for more time with him');
  const successor = await succeed(gone);
  const lots = (await seen(successor.api)).lots;
  assert.deepEqual(lots.map((l) => [l.state, l.submitted, l.of]), [['opened', 4, 5], ['opened', 0, 5]]);
  assert.equal((await refused(submitAll([members[0]], session.sessionId, opened.lots[0], () => '1'))).code, 'score.submitted');
  await submitAll([successor], session.sessionId, opened.lots[0], () => '10');
  assert.equal((await seen()).lots[0].state, 'ranked');
  assert.deepEqual(lastBody('lot.ranked').sheets.map((x) => x.member_no), members.map((m) => m.member_no).sort((a, b) => a - b));
  const bid = (await bidsOf(0)).find((b) => b.no === 5);
  const last = [];
  for (const m of [members[0], members[1], successor])
    last.push(await m.api.post(path(`/lots/${opened.lots[0]}/rejections`), { bid_id: bid.bid_id, clause: '第八条', reason: '弄虚作假' }));
  assert.deepEqual(kinds(last[2]).slice(0, 3), ['bid.reject_voted', 'bid.rejected', 'lot.ranked']);
  await score(1, 50);
  assert.deepEqual(lastBody('lot.ranked').sheets.length, 5);
});

test('who leaves in the summary takes the session back to the scoring, and the report is void', async () => {
  await house.advance(session.sessionId, 'summary');
  const totals = async () => (await house.host.get(path(`/lots/${opened.lots[0]}/result`))).rows.filter((r) => r.rank).map((r) => r.mean);
  // Four gave 50 less the number, the fifth 10.
  assert.deepEqual(await totals(), ['41.2000', '40.4000', '39.6000', '38.8000']);
  await house.host.post(path('/report'));
  const gone = members.at(-1);
  // His vote was the third of three against a bid, too.
  assert.deepEqual(kinds(await replace(gone)), ['member.replaced', 'bid.reinstated', 'session.step']);
  assert.deepEqual(lastBody('member.replaced').unranked.sort(), [...opened.lots].sort());
  const after = await seen();
  assert.deepEqual([after.step, after.report, after.lots.map((l) => [l.state, l.submitted])], ['scoring', undefined, [['opened', 4], ['opened', 4]]]);
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted');
  const successor = await succeed(gone);
  for (const lot of [0, 1]) await submitAll([successor], session.sessionId, opened.lots[lot], (at, bid, item) => (item.objective ? '5' : '20'));
  await house.advance(session.sessionId, 'summary');
  assert.deepEqual(await totals(), ['43.2000', '42.4000', '41.6000', '40.8000', '40.0000']);
  const result = await house.host.get(path(`/lots/${opened.lots[0]}/result`));
  assert.deepEqual(result.members.map((m) => m.member_no), members.map((m) => m.member_no).sort((a, b) => a - b));
});

test('done again it is what counts, and the record of it all verifies', async () => {
  const result = await house.host.get(path(`/lots/${opened.lots[0]}/result`));
  assert.equal(result.rows[0].total, '73.2000');
  await house.host.post(path('/report'));
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  const pdf = await house.host.raw('GET', `/api/v1${path('/report.pdf')}`, { headers: house.host.authorization() });
  const text = execFileSync('pdftotext', ['-layout', house.seal.write('report.pdf', pdf.body), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  for (const words of ['环节回退', '签署报告→评审打分', '评分畸高、畸低：3号专家评分畸高', '申请人撤回', '不同意：理由不足', '同意：同意'])
    assert.ok(text.includes(words), words);
  assert.equal((await refused(ask(house.host, 'scoring', '03'))).code, 'rollback.signed');
  await house.host.post(path('/close'));
  assert.equal((await refused(ask(house.host, 'scoring', '02'))).code, 'rollback.reason', 'a re-evaluation has the reasons of E13');
  const dir = exportSession(server, session.sessionId);
  const { code, out } = verifySession(dir);
  assert.equal(code, 0, out);
  assert.match(out, /3 steps back followed/);
  assert.match(out, /2 lots ranked anew/);
  // What went before it is there, too: 15 sheets that went back, the ranks of two steps back and of two who left.
  const voids = JSON.parse(fs.readFileSync(`${dir}/void.json`, 'utf8'));
  assert.deepEqual([voids.sheets.length, voids.returned.length, voids.results.length, voids.ballots.length], [15, 1, 5, 10]);
  const [gone] = voids.results.filter((r) => r.result.members.length === 5);
  assert.ok(gone.result.rows.every((r) => r.rejected || r.members.length === 5), 'by name and number, as they were ranked');
});
