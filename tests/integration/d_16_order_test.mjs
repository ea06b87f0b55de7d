// SPDX-License-Identifier: GPL-3.0-or-later
// Three acts at once that exclude one another: one order, the same everywhere. And what a committee that was dissolved
// leaves behind: nothing of it waits for anybody.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { rowLock } from '../support/row_lock.mjs';
import { Server } from '../support/server.mjs';

const HOUR = 3600;
const scheme = { items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'base_mean', weight: '30', above: '1', below: '0.5', float: { drawn: ['-1', '-2', '-3'] } } };
const server = new Server();
const house = new Evaluation(server);
let opened, session, members;

test.before(async () => {
  await house.openHouse({ firms: 4, experts: 14 });
  opened = await house.openProject([{ name: '第一包', price_form: 'amount', scheme }], [['1000000', '1100000', '1200000', '1300000'].map((price) => ({ price }))]);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'scoring');
});
test.after(() => server.remove());

const at = (what = '') => `/sessions/${session.sessionId}${what}`;
const hold = async (who) => (await who.get(at())).hold ?? 'running';

// What each does, from which holds, and how the session is put back.
const acts = {
  pause: { from: ['running'], to: 'paused', event: 'session.paused', run: () => house.host.post(at('/pause'), { reason: '休息' }) },
  suspend: { from: ['running', 'paused'], to: 'suspended', event: 'session.suspended', run: () => house.host.post(at('/suspend'), { reason: '夜间' }) },
  rollback: { from: ['running'], to: 'rolling', event: 'rollback.requested', run: () => members[0].api.post(at('/rollback'), { to: 'leader', code: 'other', reason: '重新推选' }) },
};
const back = {
  paused: () => house.host.post(at('/resume')),
  suspended: () => house.host.post(at('/reconvene')),
  rolling: () => house.supervisor.post(at('/rollback/deny'), { note: '理由不足' }),
};
const orders = [['pause', 'suspend', 'rollback'], ['pause', 'rollback', 'suspend'], ['suspend', 'pause', 'rollback'],
  ['suspend', 'rollback', 'pause'], ['rollback', 'pause', 'suspend'], ['rollback', 'suspend', 'pause']];

function foresee(names) {
  let state = 'running';
  const outcomes = names.map((name) => {
    if (!acts[name].from.includes(state)) return `session.${state}`;
    state = acts[name].to;
    return 'done';
  });
  return { state, outcomes };
}

test('three acts wait for one session: they happen in the order they came, and whoever is late is told why', async () => {
  const told = [];
  for (const names of orders) {
    const lock = await rowLock(server, `eval_session WHERE session_id = '${session.sessionId}'`);
    const running = [];
    for (const [i, name] of names.entries()) {
      running.push(acts[name].run().then(() => 'done', (error) => error.code));
      await lock.waits(i + 1);
    }
    lock.release();
    const { state, outcomes } = foresee(names);
    assert.deepEqual(await Promise.all(running), outcomes, names.join());
    for (const who of [house.host, house.supervisor, house.witness]) assert.equal(await hold(who), state, names.join());
    told.push(...names.filter((_, i) => outcomes[i] === 'done').map((name) => acts[name].event));
    await back[state]();
  }
  // The ledger, the database and the record of the session tell the same.
  const kinds = new Set(told);
  const rows = server.sql(`SELECT e.kind FROM event e JOIN ledger_place p USING (event_id) WHERE e.subject = 'session:${session.sessionId}' ORDER BY p.ledger_seq`);
  assert.deepEqual(rows.map(([kind]) => kind).filter((kind) => kinds.has(kind)), told);
  const dir = exportSession(server, session.sessionId);
  const lines = fs.readFileSync(`${dir}/events.jsonl`, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(JSON.parse(line).leaf));
  assert.deepEqual(lines.filter((e) => e.subject === `session:${session.sessionId}` && kinds.has(e.kind)).map((e) => e.kind), told);
  const { code, out } = verifySession(dir);
  assert.equal(code, 0, out);
});

test('votes at once for the last place: each counts once, and the majority is found once', async () => {
  const [{ bid_id }] = (await house.host.get(at('/bids'))).items;
  const vote = (m) => m.api.post(at(`/lots/${opened.lots[0]}/rejections`), { bid_id, clause: '第八条', reason: '串通投标' });
  const lock = await rowLock(server, `eval_session WHERE session_id = '${session.sessionId}'`);
  const running = members.slice(0, 3).map((m) => vote(m));
  await lock.waits(3);
  lock.release();
  const answers = await Promise.all(running);
  assert.deepEqual(answers.map((x) => x.votes).sort(), [1, 2, 3]);
  assert.deepEqual(answers.filter((x) => x.rejected).map((x) => x.votes), [3]);
  assert.equal((await refused(vote(members[3]))).code, 'review.rejected');
});

test('a dissolved committee: what it drew is not shown, and no question of it waits for a bidder', async () => {
  const bids = (await house.host.get(at('/bids'))).items;
  const bid = bids.find((b) => b.no === 4), firm = house.firms[3];
  const ask = async (text) => (await members[0].api.post(at('/questions'), { lot_id: opened.lots[0], bid_id: bid.bid_id, text })).question_id;
  const settled = await ask('请说明工期。'), open = await ask('请说明保修。');
  for (const [id, minutes] of [[settled, 5], [open, 1440]]) await house.supervisor.post(at(`/questions/${id}/review`), { pass: true, minutes });
  await house.staff.post('/clock/advance', { seconds: 301, reason: '测试' });
  await members[0].api.post(at(`/questions/${settled}/settle`), { outcome: 'silent' });
  const own = async () => (await firm.get('/clarifications')).items.map((q) => q.question_id);
  const chance = async () => (await server.api().get(`/lots/${opened.lots[0]}/opening`)).chance;
  assert.deepEqual(await own(), [open, settled]);
  assert.ok((await chance()).drawn.float);
  await house.host.post(at('/faults'), { side: 'platform', cause: '机房断电' });
  await house.staff.post('/clock/advance', { seconds: 4 * HOUR + 1, reason: '测试' });
  await house.agency.post(at('/faults/decide'), { decision: 'new_committee', reason: '无法恢复' });
  await house.host.post(at('/dissolve'));
  assert.deepEqual(await own(), [settled], 'what was settled stays, what was open is nobody\'s');
  assert.equal((await chance())?.drawn, undefined, 'the draw of a dissolved committee is void');
});

test('a draw that is not held any more is no holder\'s task', async () => {
  const before = session;
  const made = await house.staff.post('/sessions', {
    project_id: opened.projectId, lots: opened.lots, title: '评标会', scheduled_at: await house.now(), panel_size: 5, buyer_members: 0,
    standbys: 0, specialities: ['A08 服务'], avoid_units: [], venues: [{ venue_id: house.venue.venueId, seats: 5 }],
  });
  session = { sessionId: made.session_id };
  for (const party of ['staff', 'supervisor', 'host']) {
    const draw = await house[party].get(`/draws/${made.draw_id}`);
    await house[party].post(`/draws/${made.draw_id}/nonces`, await house.seal.nonce(`${made.draw_id}-${party}`, draw, party));
  }
  const tasks = async () => (await house.holders[0].get('/holder/tasks')).items.filter((x) => x.kind === 'draw').map((x) => x.draw_id);
  assert.deepEqual(new Set(await tasks()), new Set([made.draw_id]), 'all parties have committed and nobody has revealed');
  const [{ venue_id }] = (await house.host.get(at())).venues;
  await house.host.post(at('/faults'), { side: 'guest_venue', cause: '场地断电', venue_id });
  await house.agency.post(at('/faults/decide'), { decision: 'postpone', reason: '场地断电' });
  await house.host.post(at('/dissolve'));
  assert.deepEqual(await tasks(), []);
  session = before;
});
