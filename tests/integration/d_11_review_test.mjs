// SPDX-License-Identifier: GPL-3.0-or-later
// The review: every member votes on every item of every bid alone, the majority decides and dissent stays on record; a
// rejected bid is not scored, a lot with too few left ends, and who is rejected after the ranking makes it anew.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { Server, build } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { assertTamperEvident, ofReview } from '../support/record.mjs';
import { Seat } from '../support/room.mjs';
import { signReport } from '../support/sheets.mjs';

const MARKER = '资质证书马克尔';
const review = [
  { id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' },
  { id: 'grade', stage: 'qualification', name: '资质等级', clause: '招标文件第二章3.2' },
  { id: 'sign', stage: 'preliminary', name: '签字盖章', clause: '招标文件第三章1.1' },
  { id: 'duration', stage: 'responsiveness', name: '服务期限', clause: '招标文件第三章1.2' },
];
const points = {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30', base_stays: true },
  ties: ['price', 'draw'],
  wins: 1,
};
const LOTS = [
  { name: '第一包', price_form: 'amount', scheme: { ...points, review } },
  { name: '第二包', price_form: 'amount', scheme: { ...points, review: review.slice(0, 2) } },
  { name: '第三包', price_form: 'amount', scheme: points },
];
const PRICES = ['1000000', '1200000', '1250000', '1500000', '1600000'];
const offers = (n) => PRICES.slice(0, n).map((price) => ({ price }));
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, passedBid, everybody;

test.before(() => house.openHouse({ firms: 5, experts: 10 }).then(() => { everybody = [...house.pool]; }));
test.after(() => server.remove());

const at = (lot, stage) => `/sessions/${session.sessionId}/lots/${opened.lots[lot]}/review/${stage}`;
const salt = () => crypto.randomBytes(16).toString('hex');
const said = (result, no) => [result.rows.find((r) => r.no === no)].map((r) => [r.rank, r.total, r.rejected])[0];

// Everything passes but what fails(bid's number, item, member's index) gives a reason for.
function votesOf(ballot, member, fails = () => null) {
  return Object.fromEntries(ballot.bids.map((bid) => [bid.bid_id, Object.fromEntries(ballot.items.map((item) => {
    const reason = fails(bid.no, item.id, member);
    return [item.id, reason ? { pass: false, reason } : { pass: true }];
  }))]));
}

async function voteAll(lot, stage, fails, who = members) {
  let last;
  for (const m of who) {
    const ballot = await m.api.get(at(lot, stage));
    last = await m.api.post(`${at(lot, stage)}/submit`, { votes: votesOf(ballot, members.indexOf(m), fails), salt: salt() });
  }
  return last;
}

const replace = (m) => house.host.post(`/sessions/${session.sessionId}/members/replace`, { member_no: m.member_no, reason: '突发疾病' });
const kinds = (answer) => answer.events.map((e) => e.kind);

// Whoever was called after a member left comes in and promises, in his place among the members too.
async function succeed(gone) {
  house.pool = house.pool.filter((expert) => !members.some((m) => m.expert === expert));
  const [successor] = await house.arrive(session.sessionId, 1);
  await successor.api.post(`/sessions/${session.sessionId}/promise`, { conflict: false });
  members = members.map((m) => (m === gone ? successor : m));
  return successor;
}

test('a session whose tender file has review items goes through them', async () => {
  opened = await house.openProject(LOTS, [offers(5), offers(4), offers(3)]);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual(seen.steps.slice(4, 7), ['qualification', 'preliminary', 'scoring']);
  assert.deepEqual(seen.next_steps, ['qualification']);
  assert.deepEqual(seen.lots[1].reviews, [{ stage: 'qualification', submitted: 0, counted: false }]);
  assert.equal((await refused(house.advance(session.sessionId, 'scoring'))).code, 'session.step');
  assert.equal((await refused(members[0].api.get(at(0, 'qualification')))).code, 'session.step');
  await house.advance(session.sessionId, 'qualification');
});

test('a ballot: lawful votes only, a reason for every "fails", drafts with their version', async () => {
  const [{ api }] = members;
  const ballot = await api.get(at(0, 'qualification'));
  assert.deepEqual([ballot.open, ballot.state, ballot.version, ballot.items.map((x) => x.id)], [true, 'draft', 1, ['licence', 'grade']]);
  const [bid] = ballot.bids;
  const save = (votes, version = 1) => api.put(at(0, 'qualification'), { votes }, { 'if-match': `"${version}"` });
  const wrong = [
    [{ [bid.bid_id]: { licence: { pass: false } } }, 'review.no_reason'],
    [{ [bid.bid_id]: { sign: { pass: true } } }, 'review.unknown_item'],
    [{ [opened.lots[0]]: { licence: { pass: true } } }, 'review.unknown_bid'],
    [{ [bid.bid_id]: { licence: { pass: true, score: '1' } } }, 'review.form'],
  ];
  for (const [votes, code] of wrong) assert.equal((await refused(api.post(`${at(0, 'qualification')}/submit`, { votes, salt: salt() }))).code, code);
  await save({ [bid.bid_id]: { licence: { pass: true } } });
  assert.equal((await refused(save({}, 1))).code, 'act.version');
  assert.deepEqual((await api.get(at(0, 'qualification'))).votes, { [bid.bid_id]: { licence: { pass: true } } });
  assert.equal((await refused(api.post(`${at(0, 'qualification')}/submit`, { votes: {}, salt: salt() }))).code, 'review.incomplete');
  assert.equal((await refused(house.host.get(at(0, 'qualification')))).code, 'auth.denied');
  assert.equal((await refused(api.get(at(1, 'preliminary')))).status, 404);
  assert.equal((await refused(api.get(at(0, 'preliminary')).then((p) => assert.equal(p.open, false) || api.post(`${at(0, 'preliminary')}/submit`, { votes: {}, salt: salt() })))).code, 'session.step');
});

test('a break and an adjournment hold up what is judged, with a reason; looking goes on in a break alone', async () => {
  const { host, supervisor, staff } = house;
  const path = (what) => `/sessions/${session.sessionId}/${what}`;
  const reason = { reason: '专家用餐' };
  const [{ api }] = members;
  const submit = () => api.post(`${at(0, 'qualification')}/submit`, { votes: {}, salt: salt() });
  assert.equal((await refused(host.post(path('pause'), {}))).code, 'input.missing');
  assert.equal((await refused(staff.post(path('pause'), reason))).code, 'auth.denied');
  assert.deepEqual((await supervisor.post(path('pause'), reason)).events.map((e) => e.kind), ['session.paused']);
  const key = { base64: members[0].key.publicKey, sign: (...parts) => crypto.sign(null, Buffer.concat(parts.map((p) => Buffer.from(p))), members[0].key.privateKey).toString('base64') };
  const seat = new Seat(server, session.sessionId, api, key);
  await seat.join();
  assert.ok(['chat', 'hand', 'mic', 'present'].every((right) => seat.welcome.rights.includes(right)));
  const told = (which) => seat.socket.next('rights', (m) => which(m.rights));
  const seen = await host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual([seen.hold, seen.hold_reason, seen.step], ['paused', '专家用餐', 'qualification']);
  assert.equal((await refused(submit())).code, 'session.paused');
  assert.equal((await refused(house.advance(session.sessionId, 'preliminary'))).code, 'session.paused');
  assert.equal((await refused(host.post(path('pause'), reason))).code, 'session.paused');
  assert.equal((await api.get(at(0, 'qualification'))).state, 'draft');
  await host.post(path('suspend'), { reason: '夜间休会' });
  assert.equal((await refused(api.get(at(0, 'qualification')))).code, 'session.suspended');
  await told((rights) => !['chat', 'hand', 'mic', 'cam', 'screen', 'present'].some((right) => rights.includes(right)));
  assert.equal((await seat.act('chat', { text: '夜间' })).type, 'error');
  assert.equal((await refused(supervisor.post(path('reconvene')))).code, 'auth.denied');
  assert.equal((await refused(host.post(path('resume')))).code, 'session.suspended');
  await host.post(path('reconvene'));
  await told((rights) => rights.includes('chat') && rights.includes('mic'));
  assert.equal((await seat.act('chat', { text: '早上好' })).type, 'ack');
  seat.socket.send({ type: 'leave' });
  await seat.socket.closed;
  assert.equal((await refused(submit())).code, 'review.incomplete');
  assert.equal((await refused(host.post(path('resume')))).code, 'session.not_held');
});

test('a member who left is replaced by the next of the draw, and his draft counts for nothing', async () => {
  const path = `/sessions/${session.sessionId}/members/replace`;
  const gone = members[2];
  const { items } = await gone.api.get(`/sessions/${session.sessionId}/bids`);
  const first = items.find((bid) => bid.lot_id === opened.lots[0] && bid.no === 1);
  const reject = await gone.api.post(`/sessions/${session.sessionId}/lots/${opened.lots[0]}/rejections`, { bid_id: first.bid_id, clause: '第八条', reason: '已离开者的理由' });
  assert.deepEqual([reject.votes, reject.rejected], [1, false]);
  assert.equal((await refused(house.supervisor.post(path, { member_no: gone.member_no, reason: '突发疾病' }))).code, 'auth.denied');
  assert.equal((await refused(house.host.post(path, { member_no: 99, reason: '突发疾病' }))).status, 404);
  const answer = await house.host.post(path, { member_no: gone.member_no, reason: '突发疾病' });
  assert.deepEqual([answer.next, answer.events.map((e) => e.kind)], [6, ['member.replaced']]);
  assert.equal((await refused(gone.api.get('/me'))).status, 401);
  assert.equal((await refused(house.host.post(path, { member_no: gone.member_no, reason: '突发疾病' }))).code, 'panel.state');
  const successor = await succeed(gone);
  assert.equal(successor.member_no, 6);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual(seen.members.map((m) => m.state), ['promised', 'promised', 'replaced', 'promised', 'promised', 'promised']);
});

// Every table and every log line.
function searchEverything(marker) {
  const found = [];
  for (const [table] of server.sql('SHOW TABLES'))
    for (const row of server.sql(`SELECT * FROM \`${table}\``))
      if (row.join('\t').includes(marker)) found.push(table);
  return server.logs.some((line) => line.includes(marker)) ? [...found, 'log'] : found;
}

// Of lot 1 the fourth bid has no grade, as three of five find; of lot 2 two bids fail.
const failsGrade = (no, item, member) => (no === 4 && item === 'grade' && member < 3 ? `${MARKER}不足` : null);

test('nobody sees a vote before the last; then the majority decides, and dissent is named', async () => {
  await voteAll(0, 'qualification', failsGrade, members.slice(0, 4));
  assert.deepEqual(searchEverything(MARKER), []);
  const waiting = await members[4].api.get(at(0, 'qualification'));
  assert.deepEqual([waiting.submitted, waiting.of, waiting.result], [4, 5, undefined]);
  assert.equal((await refused(voteAll(0, 'qualification', failsGrade, members.slice(0, 1)))).code, 'review.submitted');
  assert.equal((await refused(house.advance(session.sessionId, 'preliminary'))).code, 'session.not_reviewed');
  const seats = {};
  for (const who of ['witness', 'host', 'supervisor']) {
    seats[who] = new Seat(server, session.sessionId, house[who]);
    await seats[who].join();
  }
  const last = await voteAll(0, 'qualification', failsGrade, members.slice(4));
  // Who is no member, and not told the names, learns that something happened, and not what.
  for (const [who, { socket }] of Object.entries(seats)) {
    const told = await socket.when('what the last ballot brought', () => {
      const events = socket.messages.filter((m) => m.type === 'event').map((m) => m.kind);
      const since = events.slice(events.lastIndexOf('review.submitted'));
      return events.filter((kind) => kind === 'review.submitted').length === 5 && since.length >= 3 && since.slice(0, 3);
    });
    assert.deepEqual(told, ['review.submitted', ...(who === 'witness' ? Array(2).fill('room.withheld') : ['review.counted', 'bid.rejected'])], who);
    socket.send({ type: 'leave' });
    await socket.closed;
  }
  assert.ok(!Buffer.concat(seats.witness.socket.heard).includes(MARKER));
  assert.deepEqual(last.events.map((e) => e.kind), ['review.submitted', 'review.counted', 'bid.rejected']);
  // It could have been found: now that the votes are open it is.
  assert.deepEqual(searchEverything(MARKER).filter((table) => /^re/.test(table)).length > 0, true);
  const { result } = await members[1].api.get(at(0, 'qualification'));
  assert.deepEqual(result.map((row) => row.state), ['passed', 'passed', 'passed', 'failed', 'passed']);
  const grade = result[3].items[1];
  assert.deepEqual([grade.pass, grade.fail, grade.dissent], [2, 3, [{ member_no: members[3].member_no }, { member_no: members[4].member_no }]]);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.match(seen.lots[0].rejected[0].reason, /^资质等级（招标文件第二章3\.2）：资质证书马克尔不足/);
  assert.equal((await members[0].api.get(`/sessions/${session.sessionId}`)).lots[0].rejected.length, 1);
  for (const other of [house.witness, house.venue]) assert.equal((await other.get(`/sessions/${session.sessionId}`)).lots[0].rejected, undefined);
});

test('fewer than three qualified bids end a lot of the purchase law; the others go on', async () => {
  const last = await voteAll(1, 'qualification', (no, item) => (no > 2 && item === 'licence' ? '已过期' : null));
  assert.deepEqual(last.events.map((e) => e.kind), ['review.submitted', 'review.counted', 'bid.rejected', 'bid.rejected', 'lot.failed']);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual(seen.lots.map((l) => l.state), ['opened', 'failed', 'opened']);
  const [[body]] = server.sql(`SELECT body FROM event WHERE kind = 'lot.failed' AND subject = 'lot:${opened.lots[1]}'`);
  assert.deepEqual(Object.keys(JSON.parse(body)), ['lot_code', 'rule'], 'everybody reads it: how many passed is secret');
  // It had been opened: its opening record says so, and what was opened.
  await house.host.post(`/lots/${opened.lots[1]}/opening-record`);
  const { body: pdf } = await house.host.raw('GET', `/api/v1/lots/${opened.lots[1]}/opening-record.pdf`);
  const record = execFileSync('pdftotext', ['-raw', house.seal.write('opening.pdf', pdf), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  assert.ok(!record.includes('未开标') && record.includes(house.firms[0].name ?? '鲁信甲有限公司'), record);
  await house.advance(session.sessionId, 'preliminary');
});

test('whose vote decided a counted stage takes the count along; whose did not leaves it', async () => {
  const open = async (m) => (await m.api.get(at(0, 'qualification'))).open;
  // Who was in the minority: the others' three votes stand whoever comes in his place.
  const minority = members[3];
  assert.deepEqual(kinds(await replace(minority)), ['member.replaced']);
  await succeed(minority);
  assert.equal(await open(members[3]), false);
  // Three of five found that the fourth bid of lot 1 fails: without one of them it is not decided. A lot that failed stays so.
  const decisive = members[1];
  await members[0].api.post(`/sessions/${session.sessionId}/time-votes`);
  assert.deepEqual(kinds(await replace(decisive)), ['member.replaced', 'bid.reinstated', 'review.reopened', 'session.step']);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual([seen.step, seen.lots[0].rejected, seen.lots[1].state], ['qualification', [], 'failed']);
  assert.equal(seen.time.votes, 0, 'more time was asked for the step that is over');
  assert.deepEqual(seen.lots[0].reviews[0], { stage: 'qualification', submitted: 3, counted: false });
  assert.equal((await refused(house.advance(session.sessionId, 'preliminary'))).code, 'session.not_reviewed');
  await succeed(decisive);
  assert.deepEqual([await open(members[0]), await open(members[1]), await open(members[3])], [false, true, true]);
  const last = await voteAll(0, 'qualification', failsGrade, [members[1], members[3]]);
  assert.deepEqual(kinds(last), ['review.submitted', 'review.counted', 'bid.rejected']);
  await house.advance(session.sessionId, 'preliminary');
});

test('a rejection by votes stands while a majority of those who sit there found it', async () => {
  const reject = (m, lot, bid) => m.api.post(`/sessions/${session.sessionId}/lots/${opened.lots[lot]}/rejections`, { bid_id: bid, clause: '第八条', reason: '串通投标' });
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  const bidOf = (lot, no) => items.find((b) => b.lot_id === opened.lots[lot] && b.no === no).bid_id;
  const voters = [members[0], members[3], members[4]];
  let last;
  for (const m of voters) last = await reject(m, 0, bidOf(0, 3));
  assert.deepEqual([last.rejected, kinds(last)], [true, ['bid.reject_voted', 'bid.rejected']]);
  assert.deepEqual((await members[1].api.get(at(0, 'preliminary'))).bids.map((b) => b.no), [1, 2, 5]);
  // Who has given his ballot without that bid gives it again.
  const given = async () => (await members[1].api.get(`/sessions/${session.sessionId}`)).lots[0].reviews.map((r) => r.given);
  await voteAll(0, 'preliminary', undefined, [members[1]]);
  assert.deepEqual(await given(), [true, true, false]);
  assert.deepEqual(kinds(await replace(voters[1])), ['member.replaced', 'bid.reinstated']);
  assert.deepEqual(await given(), [true, false, false], 'his page is told that it is open again');
  const again = await members[1].api.get(at(0, 'preliminary'));
  assert.deepEqual([again.state, again.open, again.submitted], ['draft', true, 0]);
  const successor = await succeed(voters[1]);
  assert.deepEqual((await successor.api.get(at(0, 'preliminary'))).bids.map((b) => b.no), [1, 2, 3, 5]);
});

test('stages follow each other, and a rejected bid is looked at no more', async () => {
  const early = await members[0].api.get(at(0, 'responsiveness'));
  assert.deepEqual([early.open, early.bids.length], [false, 4]);
  await voteAll(0, 'preliminary');
  assert.equal((await refused(house.advance(session.sessionId, 'scoring'))).code, 'session.not_reviewed');
  // One member alone finds a fault: the bid passes, and his reason stays.
  await voteAll(0, 'responsiveness', (no, item, member) => (no === 3 && member === 0 ? '期限表述不清' : null));
  const { result } = await members[0].api.get(at(0, 'responsiveness'));
  assert.deepEqual([result[2].state, result[2].items[0].dissent], ['passed', [{ member_no: members[0].member_no, reason: '期限表述不清' }]]);
  await house.advance(session.sessionId, 'scoring');
});

test('who is rejected is not scored, and has no rank', async () => {
  const sheet = await members[0].api.get(`/sessions/${session.sessionId}/lots/${opened.lots[0]}/sheet`);
  assert.deepEqual(sheet.bids.map((b) => b.no), [1, 2, 3, 5]);
  const seen = await house.host.get(`/sessions/${session.sessionId}`);
  assert.deepEqual(seen.members[0].sheets.map((s) => s.of), [4, 0, 3]);
  // Nobody scores a lot that failed, and nobody waits for it.
  const ended = `/sessions/${session.sessionId}/lots/${opened.lots[1]}/sheet`;
  for (const m of members) {
    assert.equal((await refused(m.api.post(`${ended}/submit`, { scores: {}, salt: salt() }))).code, 'lot.state');
    assert.equal((await refused(m.api.put(ended, { scores: {} }, { 'if-match': '"1"' }))).code, 'lot.state');
  }
  assert.equal((await refused(house.advance(session.sessionId, 'summary'))).code, 'score.not_all_submitted');
  for (const lot of [0, 2]) await submitAll(members, session.sessionId, opened.lots[lot], (_, bid) => String(60 - bid.no));
  await house.advance(session.sessionId, 'summary');
  const result = await house.host.get(`/sessions/${session.sessionId}/lots/${opened.lots[0]}/result`);
  assert.deepEqual([1, 2, 3].map((no) => said(result, no)), [[1, '89.0000', undefined], [2, '83.0000', undefined], [3, '81.0000', undefined]]);
  assert.deepEqual(said(result, 4).slice(0, 2), [0, '0.0000']);
  assert.ok(said(result, 4)[2].includes(MARKER));
});

test('a bid rejected after the ranking makes it anew; the price that was the lowest still counts where the file says so', async () => {
  const path = `/sessions/${session.sessionId}/lots/${opened.lots[0]}/rejections`;
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  const body = { bid_id: items[0].bid_id, clause: '招标投标法实施条例第五十一条', reason: '弄虚作假' };
  assert.equal((await refused(house.host.post(path, body))).code, 'auth.denied');
  // Who left had voted so, too: his vote is void.
  for (const [at, m] of members.slice(0, 2).entries()) {
    const answer = await m.api.post(path, body);
    assert.deepEqual([answer.votes, answer.rejected], [at + 1, false]);
  }
  assert.equal((await refused(members[0].api.post(path, body))).code, 'review.voted');
  const last = await members[2].api.post(path, body);
  assert.deepEqual([last.votes, last.rejected, last.events.map((e) => e.kind)], [3, true, ['bid.reject_voted', 'bid.rejected', 'lot.ranked']]);
  assert.equal((await refused(members[3].api.post(path, body))).code, 'review.rejected');
  const result = await house.host.get(`/sessions/${session.sessionId}/lots/${opened.lots[0]}/result`);
  assert.deepEqual([2, 3].map((no) => said(result, no).slice(0, 2)), [[1, '83.0000'], [2, '81.0000']]);
  assert.equal(said(result, 1)[0], 0);
  assert.equal(said(result, 1)[2], Array(3).fill('招标投标法实施条例第五十一条：弄虚作假').join('；'));
});

test('two bids are too few for the purchase law, after the ranking too', async () => {
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  const bidOf = (no) => items.find((b) => b.lot_id === opened.lots[2] && b.no === no).bid_id;
  const reject = (m, no) => m.api.post(`/sessions/${session.sessionId}/lots/${opened.lots[2]}/rejections`, { bid_id: bidOf(no), clause: '第八条', reason: '串通投标' });
  let last;
  for (const m of members.slice(0, 3)) last = await reject(m, 1);
  assert.deepEqual(kinds(last), ['bid.reject_voted', 'bid.rejected', 'lot.ranked', 'lot.failed']);
  assert.match(server.sql("SELECT body FROM event WHERE kind = 'lot.failed' ORDER BY subject_no DESC").join(), /"rule":"G10"/);
  assert.equal((await house.host.get(`/sessions/${session.sessionId}`)).lots[2].state, 'failed');
  // What has failed is over: nobody is rejected there any more, and nothing is awarded.
  assert.equal((await refused(reject(members[0], 2))).code, 'lot.state');
});

// What each act says to HTTP. Where the flow lets it through it is refused for another reason, or does what it is for.
const asked = () => {
  const path = `/sessions/${session.sessionId}`;
  const [lot, ended] = opened.lots;
  const bid = passedBid.bid_id;
  return {
    'bid.file': (api) => api.raw('GET', `/api/v1/bids/${bid}/files/1`, { headers: api.authorization() }).then((r) => { if (r.status >= 400) throw Object.assign(new Error(), JSON.parse(r.body)); }),
    'bid.reject': (api) => api.post(`${path}/lots/${lot}/rejections`, { bid_id: lot, clause: '一', reason: '无' }),
    'fault.decide': (api) => api.post(`${path}/faults/decide`, { decision: 'none', reason: '无' }),
    'fault.open': (api) => api.post(`${path}/faults`, { side: 'none', cause: '无' }),
    'fault.repair': (api) => api.post(`${path}/faults/repair`),
    'leader.vote': (api) => api.post(`${path}/leader-votes`, { member_no: 99 }),
    'low_price.raise': (api) => api.post(`${path}/low-prices`, { lot_id: lot, bid_id: '0'.repeat(26), reason: '无' }),
    'low_price.vote': (api) => api.post(`${path}/low-prices/${'0'.repeat(26)}/votes`, { convinced: true, reason: '无' }),
    'member.promise': (api) => api.post(`${path}/promise`, { conflict: false }),
    'member.recuse': (api) => api.post(`${path}/recuse`, { grounds: ['none that is known'] }),
    'member.release': (api) => api.post(`${path}/members/release`, { member_no: 99, note: '无' }),
    'member.replace': (api) => api.post(`${path}/members/replace`, { member_no: 99, reason: '无' }),
    'report.get': (api) => api.get(`${path}/report`),
    'report.refuse': (api) => api.post(`${path}/report/refusals`, { member_no: 99 }),
    'report.sign': (api) => api.post(`${path}/report/signatures`, { certificate: '0'.repeat(64), digest: '0'.repeat(64), signature: Buffer.alloc(64).toString('base64') }),
    'review.get': (api) => api.get(at(0, 'qualification')),
    'review.save': (api) => api.put(at(0, 'qualification'), { votes: {} }, { 'if-match': '"1"' }),
    'review.submit': (api) => api.post(`${at(0, 'qualification')}/submit`, { votes: {}, salt: salt() }),
    'rollback.approve': (api) => api.post(`${path}/rollback/approve`, {}),
    'rollback.deny': (api) => api.post(`${path}/rollback/deny`, { note: '无' }),
    'rollback.request': (api) => api.post(`${path}/rollback`, { to: 'promise', code: 'other', reason: '无' }),
    'rollback.withdraw': (api) => api.post(`${path}/rollback/withdraw`),
    'seat.ticket': (api) => api.post(`${path}/tickets`, { device_key: Buffer.alloc(32, 7).toString('base64') }),
    'session.advance': (api) => api.post(`${path}/advance`, { to: 'dissolved' }),
    'session.bids': (api) => api.get(`${path}/bids`),
    'session.close': (api) => api.post(`${path}/close`),
    'session.dissolve': (api) => api.post(`${path}/dissolve`),
    'session.pause': (api) => api.post(`${path}/pause`, { reason: '无' }),
    'session.reconvene': (api) => api.post(`${path}/reconvene`),
    'session.result': (api) => api.get(`${path}/lots/${lot}/result`),
    'session.resume': (api) => api.post(`${path}/resume`),
    'session.start': (api) => api.post(`${path}/start`),
    'session.suspend': (api) => api.post(`${path}/suspend`, { reason: '无' }),
    'session.timer': (api) => api.post(`${path}/timer`, { minutes: 0 }),
    'sheet.get': (api) => api.get(`${path}/lots/${lot}/sheet`),
    'sheet.save': (api) => api.put(`${path}/lots/${ended}/sheet`, { scores: {} }, { 'if-match': '"1"' }),
    'sheet.submit': (api) => api.post(`${path}/lots/${ended}/sheet/submit`, { scores: {}, salt: salt() }),
    'time.extend': (api) => api.post(`${path}/time-extensions`, { minutes: 1 }),
    'time.vote': (api) => api.post(`${path}/time-votes`),
    'venue.confirm': (api) => api.post(`${path}/venues/${'0'.repeat(26)}/confirm`),
    'venue.retract': (api) => api.post(`${path}/venues/${'0'.repeat(26)}/retract`, { reason: '无' }),
  };
};
// Acts of the table that other tests try: of the room, of the gate, of questions to bidders; and the report, which is made once.
const elsewhere = ['chat.say', 'gate.sign_in', 'hand.raise', 'question.answer', 'question.ask', 'question.pass', 'report.make', 'room.present', 'seat.sign_in', 'track.aside', 'track.publish'];
// What a successful one makes of the session: [step, hold], where it makes something else of it.
const after = {
  'session.pause': (step) => [step, 'paused'], 'session.suspend': (step) => [step, 'suspended'], 'session.start': () => ['promise', 'running'],
  'session.resume': (step) => [step, 'running'], 'session.reconvene': (step) => [step, 'running'],
};

test('every act in every state for every role: what the table of the flow says', async (t) => {
  const table = JSON.parse(execFileSync(path.join(build, 'tests/unit/server/eval/eval_flow_print'), { encoding: 'utf8' }));
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  passedBid = items.find((b) => b.lot_id === opened.lots[0] && b.no === 2);
  const roles = { chair: members[0].api, member: members[1].api, host: house.host, witness: house.witness, supervisor: house.supervisor, venue: house.venue, tenderer: house.agency };
  // A step back that our supervisor asked for waits, and for another one.
  server.sql(`INSERT INTO rollback (rollback_id, session_id, from_step, to_step, code, reason, asked_by, asked_at) SELECT '${'0'.repeat(26)}', '${session.sessionId}', 'scoring', 'leader', 'other', '无', account_id, NOW() FROM account WHERE login = 'the-supervisor'`);
  const where = `WHERE session_id = '${session.sessionId}'`;
  server.sql(`INSERT INTO fault (fault_id, session_id, side, cause, started, hold_before, opened_by, opened_at) SELECT '${'0'.repeat(26)}', '${session.sessionId}', 'platform', '停电', 1, 'running', account_id, '2099-01-01' FROM account WHERE login = 'the-host'`);
  const state = () => server.sql(`SELECT step, hold FROM eval_session ${where}`)[0];
  const shut = ['session.step', 'session.paused', 'session.suspended', 'session.faulted', 'session.rolling', 'session.not_held', 'score.not_all_submitted'];
  const acts = asked();
  // What stands in the table somebody can do.
  assert.deepEqual(Object.keys(table).filter((act) => !acts[act]), elsewhere);
  let tried = 0, open = 0;
  // The fault has not begun: whoever may repair it is told so. Whether a role may at all is looked at before the session is: once a step will do.
  for (const name of Object.keys(table['session.pause'].answers).filter((state) => /running|paused|suspended|rolling|faulted/.test(state))) {
    const [step, hold] = name.split('/');
    const reset = () => server.sql(`UPDATE eval_session SET step = '${step}', hold = '${hold}', hold_reason = NULL ${where}`);
    reset();
    const ask = async (act, role) => {
      const said = await acts[act](roles[role]).then(() => null, (error) => { if (!error.code || error.code.startsWith('ERR')) throw error; return error; });
      const wanted = table[act].roles.includes(role) ? table[act].answers[name] : 'auth.denied';
      tried += 1;
      if (wanted) assert.equal(said?.code, wanted, `${name} ${act} ${role}`);
      else assert.ok(!said || !shut.includes(said.code), `${name} ${act} ${role}: ${said?.code}`);
      open += !wanted;
      if (wanted || said || !after[act]) return;
      assert.deepEqual(state(), after[act](step), `${name} ${act}`);
      reset();
    };
    const all = Object.keys(acts).flatMap((act) => Object.keys(roles).map((role) => [act, role]))
      .filter(([act, role]) => hold === 'running' || table[act].roles.includes(role));
    await Promise.all(all.filter(([act]) => !after[act]).map((x) => ask(...x)));
    for (const x of all.filter(([act]) => after[act])) await ask(...x);
  }
  // At the gate each state is tried by somebody else, who was not drawn: who tries often is held back.
  const strangers = everybody.filter((expert) => !members.some((m) => m.expert === expert));
  for (const [at, name] of ['created/running', 'scoring/rolling', 'scoring/suspended', 'closed/running'].entries()) {
    const { login, password } = strangers[at];
    const [step, hold] = name.split('/');
    server.sql(`UPDATE account SET totp_on = 0 WHERE login = '${login}'`);
    server.sql(`UPDATE eval_session SET step = '${step}', hold = '${hold}' ${where}`);
    const { code } = await refused(house.venue.post('/gate/sign-in', { session_id: session.sessionId, venue_id: house.venue.venueId, login, password }));
    assert.equal(code, table['gate.sign_in'].answers[name] ?? 'gate.not_drawn', name);
  }
  server.sql(`UPDATE eval_session SET step = 'summary', hold = 'running', hold_reason = NULL ${where}`);
  server.sql(`UPDATE time_vote SET ended = 1 ${where} AND ended = 0`);
  server.sql('DELETE FROM rollback; DELETE FROM fault');
  t.diagnostic(`${tried} states, acts and roles tried, ${open} open`);
  assert.ok(tried > 3600 && open > 400, `${tried} ${open}`);
});

test('the report says who was rejected and why, and the record verifies; what is altered in it is named', async (t) => {
  await house.host.post(`/sessions/${session.sessionId}/report`);
  const pdf = await house.host.raw('GET', `/api/v1/sessions/${session.sessionId}/report.pdf`, { headers: house.host.authorization() });
  const text = execFileSync('pdftotext', ['-layout', house.seal.write('report.pdf', pdf.body), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
  for (const words of ['第一包资格审查', '第一包符合性审查', '期限表述不清', '弄虚作假', '合格投标人不足3家，终止评审', '已过期']) assert.ok(text.includes(words), words);
  await house.advance(session.sessionId, 'signing');
  const refuse = (who, no) => who.post(`/sessions/${session.sessionId}/report/refusals`, { member_no: no, reason: '已离开' });
  const sign = (m) => signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  for (const m of members.slice(0, 3)) await sign(m);
  // Who comes back after all signs, and counts once.
  await refuse(house.host, members[3].member_no);
  assert.equal((await refused(refuse(members[3].api, members[3].member_no))).code, 'report.refused');
  await sign(members[3]);
  assert.equal((await refused(refuse(members[0].api, members[4].member_no))).code, 'auth.denied');
  assert.equal((await refused(refuse(house.host, members[0].member_no))).code, 'report.signed');
  assert.equal((await refused(house.host.post(`/sessions/${session.sessionId}/close`))).code, 'session.not_all_signed');
  assert.deepEqual((await refuse(house.host, members[4].member_no)).events.map((e) => e.kind), ['report.refused']);
  // That it is so is told to all; why, to those who lead and watch; in the ledger is a digest.
  const seenBy = async (who) => (await who.get(`/sessions/${session.sessionId}`)).members.filter((m) => sitting.includes(m.member_no)).map((m) => [m.refused, m.refused_reason, !!m.refused_salt]);
  const sitting = [members[3].member_no, members[4].member_no];
  const [consent, told, kept] = [[undefined, undefined, false], [true, '已离开', true], [true, undefined, false]];
  const rows = (who) => seenBy(who).then((list) => (sitting[0] < sitting[1] ? list : list.reverse()));
  assert.deepEqual(await rows(house.host), [consent, told]);
  assert.deepEqual(await rows(members[0].api), [consent, kept]);
  assert.deepEqual(await rows(members[4].api), [consent, told]);
  const seen = await house.supervisor.get(`/sessions/${session.sessionId}`);
  assert.deepEqual([seen.report.signatures, seen.report.refusals, seen.report.of], [4, 1, 5]);
  assert.equal(seen.members[2].left_reason, '突发疾病');
  const reasons = server.sql("SELECT kind, body FROM event WHERE kind IN ('report.refused', 'member.replaced') ORDER BY subject_no");
  for (const [kind, body] of reasons) {
    const { member_no: no, reason_digest: digest } = JSON.parse(body);
    const m = seen.members.find((row) => row.member_no === no);
    const [salt, text] = kind === 'member.replaced' ? [m.left_salt, m.left_reason] : [m.refused_salt, m.refused_reason];
    // Who signed after all is no longer said to have refused.
    if (!m.signed) assert.equal(crypto.createHash('sha256').update(Buffer.from(salt, 'hex')).update(text).digest('hex'), digest, kind);
    assert.ok(!/已离开|突发疾病/.test(body), kind);
  }
  await house.host.post(`/sessions/${session.sessionId}/close`);
  const { out } = await assertTamperEvident(t, server, session.sessionId, ofReview);
  assert.match(out, /4 stages of review counted anew/);
  assert.match(out, /2 lots ranked anew/);
  assert.match(out, /candidates of 1 lots chosen anew/, 'its ranks recommend nobody');
});
