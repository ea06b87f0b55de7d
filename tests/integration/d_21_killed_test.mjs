// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 in every step of an evaluation and under everything that holds one up. Behind an act that was answered: what it
// did is there, and nothing else is other than it was. Before the answer: nothing of the act is there. Session, drafts,
// votes, leader, scores, clocks and ledger stay, and the flow goes on to a signed report that verifies.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Problem, refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation, SPECIALITY } from '../support/evaluation.mjs';
import { seatSignIn, signInAtGate } from '../support/panel.mjs';
import { rowLock } from '../support/row_lock.mjs';
import { Server, until } from '../support/server.mjs';
import { certifyReport, fillSheet, promise, signInside, signReport, submitSheet } from '../support/sheets.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  review: [
    { id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' },
    { id: 'sign', stage: 'preliminary', name: '签字盖章', clause: '招标文件第三章1.1' },
  ],
  price: { method: 'gp_lowest', weight: '30' } } }];
const STAGES = ['qualification', 'preliminary'];
const server = new Server();
const house = new Evaluation(server);
const killed = { steps: new Set(), holds: new Set() };
let opened, session, members = [];

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 6 });
  opened = await house.openProject(LOTS, [['1000000', '1100000', '1200000'].map((price) => ({ price }))]);
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const inLot = (what) => at(`/lots/${opened.lots[0]}${what}`);
const salt = () => crypto.randomBytes(16).toString('hex');
const held = async () => { const s = await house.host.get(at()); return [s.step, s.hold, s.hold_reason]; };
const advance = (to) => house.advance(session.sessionId, to);

async function look(who, path) {
  try {
    return await who.get(path);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code;
  }
}

// What everybody can see of the session now.
async function seen() {
  const { host, supervisor, witness, venue, staff, firms } = house;
  const judged = [inLot('/sheet'), ...STAGES.map((stage) => inLot(`/review/${stage}`))];
  const looks = [
    ...[['host', host], ['supervisor', supervisor], ['witness', witness], ['venue', venue]].map(([name, who]) => [name, who, at()]),
    ...members.flatMap((m) => [at(), ...judged].map((path) => [`member ${m.member_no}`, m.api, path])),
    ...['/faults', '/bids', '/report'].map((what) => ['host', host, at(what)]), ['host', host, inLot('/result')],
    ...['/questions', '/scores'].map((what) => ['supervisor', supervisor, at(what)]),
    ['bidder', firms[0], '/clarifications'], ['staff', staff, `/draws/${session.drawId}`],
  ];
  const found = await Promise.all(looks.map(([, who, path]) => look(who, path)));
  return Object.fromEntries(looks.map(([name, , path], i) => [`${name} ${path.replace(at(), '').replace(`/lots/${opened.lots[0]}`, '')}`, found[i]]));
}

// Every value by the way to it: "host .members.0.state".
function leaves(value, way = '', into = new Map()) {
  if (value === null || typeof value !== 'object') return into.set(way, value);
  const keys = Object.keys(value);
  if (!keys.length) into.set(way, Array.isArray(value) ? '[]' : '{}');
  for (const key of keys) leaves(value[key], `${way}.${key}`, into);
  return into;
}

function differences(before, after) {
  const [a, b] = [leaves(before), leaves(after)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((way) => a.get(way) !== b.get(way));
}

const ledger = () => server.sql('SELECT event_id, kind, actor, subject, subject_no, legal_at, HEX(SHA2(body, 256)) FROM event ORDER BY event_id')
  .map((row) => row.join(' '));

async function taken() {
  const clock = await house.staff.get('/clock');
  return { seen: await seen(), ledger: ledger(), ahead: Date.parse(clock.legal) - Date.now() };
}

async function restart() {
  await server.kill();
  await server.start();
  const { step, hold } = await house.host.get(at());
  killed.steps.add(step);
  killed.holds.add(hold);
}

// The act is answered and the server is killed at once. mayChange: of the ways to what the act changes, one each at least.
async function killedBehind(act, ...mayChange) {
  const before = await taken();
  const answer = await act();
  await restart();
  const after = await taken();
  const changed = differences(before.seen, after.seen);
  assert.deepEqual(changed.filter((way) => !mayChange.some((may) => may.test(way))), [], 'changed with it');
  for (const may of mayChange) assert.ok(changed.some((way) => may.test(way)), `${may} stands where it stood before`);
  assert.deepEqual(after.ledger.slice(0, before.ledger.length), before.ledger);
  assert.deepEqual(after.ledger.slice(before.ledger.length).map((row) => row.split(' ')[0]), answer.events.map((e) => e.event_id));
  assert.ok(Math.abs(after.ahead - before.ahead) < 2000, 'the legal clock goes on');
  return answer;
}

// The act waits for a row that is held when the server is killed.
async function killedBefore(row, who, act) {
  const before = await taken();
  const lock = await rowLock(server, row);
  try {
    const answer = act(Object.assign(Object.create(who), { raw: who.once })).then(() => 'answered', (error) => error.code);
    assert.equal(await Promise.race([answer, lock.waits()]), true);
    await restart();
    assert.equal(await answer, 'ECONNRESET');
  } finally {
    lock.release();
  }
  const after = await taken();
  assert.deepEqual(differences(before.seen, after.seen), [], row);
  assert.deepEqual(after.ledger, before.ledger, row);
}
const ofSession = () => `event_subject WHERE subject = 'session:${session.sessionId}'`;

test('created, faulted, dissolved', async () => {
  const made = await house.staff.post('/sessions', {
    project_id: opened.projectId, lots: opened.lots, title: '评标会', scheduled_at: await house.now(), panel_size: 5, buyer_members: 0,
    standbys: 0, specialities: [SPECIALITY], avoid_units: [], venues: [{ venue_id: house.venue.venueId, seats: 5 }],
  });
  session = { sessionId: made.session_id, drawId: made.draw_id };
  const [{ venue_id }] = (await house.host.get(at())).venues;
  await killedBehind(() => house.host.post(at('/faults'), { side: 'guest_venue', cause: '场地断电', venue_id }), /\.hold/, /faults/);
  assert.deepEqual(await held(), ['created', 'faulted', '场地断电']);
  await house.agency.post(at('/faults/decide'), { decision: 'postpone', reason: '场地断电' });
  await killedBehind(() => house.host.post(at('/dissolve')), /\.step$/, /\.hold/, /\.next_steps/, /closed_at/, /\.leader/, /\/faults/);
  assert.deepEqual(await held(), ['dissolved', 'running', undefined]);
});

test('the draw: who has committed is bound, who has revealed has revealed', async () => {
  const parties = { staff: house.staff, supervisor: house.supervisor, host: house.host };
  const made = await house.staff.post('/sessions', {
    project_id: opened.projectId, lots: opened.lots, title: '评标会', scheduled_at: await house.now(), panel_size: 5, buyer_members: 0,
    standbys: 1, specialities: [SPECIALITY], avoid_units: [], venues: [{ venue_id: house.venue.venueId, seats: 6 }],
  });
  session = { sessionId: made.session_id, drawId: made.draw_id };
  const draw = await house.staff.get(`/draws/${session.drawId}`);
  for (const party of Object.keys(parties))
    await parties[party].post(`/draws/${session.drawId}/nonces`, await house.seal.nonce(`nonce-${party}`, draw, party));
  const reveal = (party) => parties[party].post(`/draws/${session.drawId}/reveal`, { party, nonce: house.seal.readNonce(`nonce-${party}`).nonce });
  await reveal('staff');
  await killedBehind(() => reveal('supervisor'), /draws.*parties/);
  await reveal('host');
  await house.staff.post(`/draws/${session.drawId}/run`);
});

test('check-in: who is at the venue has his seat, and the pass he was given opens it', async () => {
  await advance('checkin');
  const first = await killedBehind(async () => {
    for (const expert of house.pool) {
      const arrived = await signInAtGate(house.venue, session.sessionId, expert).catch((error) => { if (error.code !== 'gate.not_drawn') throw error; });
      if (arrived) return { ...arrived, expert, key: expert.key };
    }
    throw new Error('nobody was drawn');
  }, /members\.\d+/);
  house.pool = house.pool.filter((expert) => expert !== first.expert);
  first.api = await seatSignIn(server, first.pass, crypto.randomBytes(32).toString('base64'));
  members = [first, ...await house.arrive(session.sessionId, 4)].sort((a, b) => a.member_no - b.member_no);
  assert.equal(members.length, 5);
});

test('promise, and a break', async () => {
  await house.host.post(at('/start'));
  for (const m of members.slice(0, 3)) await promise(m.api, session.sessionId);
  await killedBehind(() => promise(members[3].api, session.sessionId), /members\.3\.state/, /me\.promised/);
  assert.equal((await refused(promise(members[3].api, session.sessionId))).code, 'panel.state');
  await killedBehind(() => house.host.post(at('/pause'), { reason: '休息' }), /\.hold/);
  assert.deepEqual(await held(), ['promise', 'paused', '休息']);
  assert.equal((await refused(promise(members[4].api, session.sessionId))).code, 'session.paused');
  await house.host.post(at('/resume'));
  await promise(members[4].api, session.sessionId);
});

test('the election of a leader, and an adjournment', async () => {
  const vote = (m) => m.api.post(at('/leader-votes'), { member_no: members[0].member_no });
  await advance('leader');
  for (const m of members.slice(0, 3)) await vote(m);
  await killedBehind(() => vote(members[3]), /leader\.votes/, /me\.voted/);
  assert.equal((await refused(vote(members[3]))).code, 'leader.voted');
  assert.equal((await vote(members[4])).result.leader_no, members[0].member_no);
  await killedBehind(() => house.host.post(at('/suspend'), { reason: '夜间休会' }), /\.hold/);
  assert.deepEqual(await held(), ['leader', 'suspended', '夜间休会']);
  await house.host.post(at('/reconvene'));
  assert.equal((await house.host.get(at())).members.find((m) => m.leader).member_no, members[0].member_no);
});

const passes = (ballot) => Object.fromEntries(ballot.bids.map((bid) => [bid.bid_id, Object.fromEntries(ballot.items.map((item) => [item.id, { pass: true }]))]));
async function judge(m, stage, done = true) {
  const path = inLot(`/review/${stage}`);
  const ballot = await m.api.get(path);
  return done ? m.api.post(`${path}/submit`, { votes: passes(ballot), salt: salt() })
    : m.api.put(path, { votes: passes(ballot) }, { 'if-match': m.api.last.headers.etag });
}

test('qualification and preliminary review, with a step back between them', async () => {
  await advance('qualification');
  await judge(members[0], 'qualification');
  await judge(members[1], 'qualification', false);
  await killedBehind(() => judge(members[2], 'qualification'), /reviews\.0\./, /member \d \/review\/qualification/, /member 3 \/review\/qualification.*state/);
  await judge(members[3], 'qualification');
  await judge(members[4], 'qualification');
  await killedBefore(ofSession(), members[1].api, (api) => judge({ ...members[1], api }, 'qualification'));
  await judge(members[1], 'qualification');
  await advance('preliminary');
  await judge(members[0], 'preliminary', false);
  await killedBehind(() => judge(members[1], 'preliminary'), /reviews\.1\./, /member \d \/review\/preliminary/, /member 2 \/review\/preliminary.*state/);
  await killedBehind(() => house.host.post(at('/rollback'), { to: 'qualification', code: '01', reason: '资格认定有误' }), /\.hold/, /rollbacks/);
  assert.deepEqual((await held()).slice(0, 2), ['preliminary', 'rolling']);
  await killedBehind(() => house.supervisor.post(at('/rollback/approve'), { note: '同意' }), /\.hold/, /\.step/, /rollbacks/, /review/, /next_steps/);
  assert.deepEqual((await held()).slice(0, 2), ['qualification', 'running']);
  for (const stage of STAGES) {
    for (const m of members) await judge(m, stage);
    if (stage === 'qualification') await advance('preliminary');
  }
});

const sheet = (m) => fillSheet(m.api, session.sessionId, opened.lots[0], (bid) => String(60 - bid.no));
const submit = async (m, api = m.api) => submitSheet(api, session.sessionId, opened.lots[0], await sheet(m));
const draft = async (m, scores) => {
  await m.api.get(inLot('/sheet'));
  return m.api.put(inLot('/sheet'), { scores }, { 'if-match': m.api.last.headers.etag });
};

test('scoring: drafts, sheets, a question\'s and a fault\'s clock', async () => {
  await advance('scoring');
  await house.host.post(at('/timer'), { minutes: 90 });
  await members[1].api.post(at('/time-votes'));
  const [bid] = (await house.host.get(at('/bids'))).items;
  const { question_id: question } = await members[0].api.post(at('/questions'), { lot_id: opened.lots[0], bid_id: bid.bid_id, text: '请说明工期。' });
  await killedBehind(() => house.supervisor.post(at(`/questions/${question}/review`), { pass: true, minutes: 30 }), /questions/, /clarifications/);
  const scores = await sheet(members[0]);
  await killedBehind(() => draft(members[0], scores), /member 1 .*sheet/, /sheets\.0\.filled/);
  assert.deepEqual((await members[0].api.get(inLot('/sheet'))).scores, scores);

  // The draft of before stays a draft, and goes in when it is sent again; an answer that was lost is given again.
  await killedBefore(ofSession(), members[0].api, (api) => api.post(inLot('/sheet/submit'), { scores, salt: salt() }));
  const input = { scores, salt: salt() }, key = { 'idempotency-key': crypto.randomUUID() };
  const given = await killedBehind(() => members[0].api.post(inLot('/sheet/submit'), input, key), /member 1 .*sheet/, /sheets\.0\.submitted/, /lots\.0\.submitted/);
  assert.deepEqual(await members[0].api.post(inLot('/sheet/submit'), input, key), given);
  assert.equal((await refused(members[0].api.post(inLot('/sheet/submit'), input))).code, 'score.submitted');

  // A fault inside a break: nobody sees what lies before the members, and the clocks run on.
  const before = await seen();
  const sealed = [/\.hold/, /\/faults/, /member \d \/(sheet|review)/, /\/bids/];
  await house.host.post(at('/pause'), { reason: '午休' });
  await killedBehind(() => house.host.post(at('/faults'), { side: 'network', cause: '专线中断' }), ...sealed);
  await house.staff.post('/clock/advance', { seconds: 1801, reason: '测试' });
  await killedBehind(() => house.host.post(at('/faults/repair')), ...sealed);
  assert.deepEqual(await held(), ['scoring', 'paused', '午休']);
  await house.host.post(at('/resume'));
  assert.deepEqual(differences(before, await seen()).filter((way) => !/\/faults/.test(way)), []);
  await members[0].api.post(at(`/questions/${question}/settle`), { outcome: 'silent' });
});

test('the last sheet ranks the lot, or was never given', async () => {
  for (const m of members.slice(1, 4)) await submit(m);
  await draft(members[4], await sheet(members[4]));
  const scores = await sheet(members[4]);
  const last = (api) => api.post(inLot('/sheet/submit'), { scores, salt: salt() });
  await killedBefore(`lot WHERE lot_id = '${opened.lots[0]}'`, members[4].api, last);
  const { events } = await killedBehind(() => last(members[4].api), /member 5 .*sheet/, /lots\.0\.(submitted|state)/, /sheets\.0\.submitted/, /\/scores/);
  assert.ok(events.some((e) => e.kind === 'lot.ranked'));
});

test('summary, signing, end: the report is the one that was made, and is signed to the last', async () => {
  await advance('summary');
  await killedBehind(() => house.host.post(at('/report')), /\.report/, / \/report/);
  await advance('signing');
  const [first, second, ...others] = members;
  await signReport(first.api, session.sessionId, first.member_no, first.key.privateKey);
  const issued = await certifyReport(second.api, session.sessionId, second.member_no, second.key.privateKey);
  await killedBefore(ofSession(), second.api, (api) => signInside(api, session.sessionId, issued));
  await killedBehind(() => signInside(second.api, session.sessionId, issued), /report\.signatures/, / \/report/, /\.signed/);
  for (const m of others) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await killedBefore(ofSession(), house.host, (host) => host.post(at('/close')));
  const { events } = await killedBehind(() => house.host.post(at('/close')), /\.step$/, /\.next_steps/, /closed_at/);
  assert.deepEqual((await held()).slice(0, 2), ['closed', 'running']);
  // The keeper that was killed holds its lease a while.
  await until('the ledger goes on', async () => (await house.staff.get(`/events/${events[0].event_id}/receipt`)).checkpoint);
  const { code, out } = verifySession(exportSession(server, session.sessionId));
  assert.equal(code, 0, out);
  assert.match(out, /report signed by 5 of 5 members/);
});

test('it was killed in every step there is, and under every hold', async () => {
  const { steps } = await house.host.get(at());
  assert.deepEqual([...killed.steps].sort(), [...steps, 'dissolved'].sort());
  assert.deepEqual([...killed.holds].sort(), ['faulted', 'paused', 'rolling', 'running', 'suspended']);
  assert.ok(!server.logs.some((line) => line.includes('keeper.mismatch')));
});
