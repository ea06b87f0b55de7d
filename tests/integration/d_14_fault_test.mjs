// SPDX-License-Identifier: GPL-3.0-or-later
// Faults of a session: it is held up, goes on after a repair in time as it was held before, and where the time is up the
// tenderer decides: to wait, or for a new committee, in which nobody of the old one sits.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { refused } from '../support/api.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { Evaluation, SPECIALITY, submitAll } from '../support/evaluation.mjs';
import { runDraw } from '../support/panel.mjs';
import { Server } from '../support/server.mjs';

const points = {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  review: [{ id: 'licence', stage: 'qualification', name: '营业执照', clause: '招标文件第二章3.1' }],
  price: { method: 'gp_lowest', weight: '30' },
};
const HOUR = 3600;
const server = new Server();
const house = new Evaluation(server);
let opened, session, members, dissolved;

test.before(() => house.openHouse({ firms: 4, experts: 17 }));
test.after(() => server.remove());

const path = (what = '') => `/sessions/${session.sessionId}${what}`;
const kinds = (answer) => answer.events.map((e) => e.kind);
const state = async () => { const s = await house.host.get(path()); return [s.step, s.hold, s.hold_reason]; };
const open = (who = house.host, more = {}) => who.post(path('/faults'), { side: 'platform', cause: '交易系统无法访问', ...more });
const repair = (who = house.host) => who.post(path('/faults/repair'));
const decide = (decision, who = house.agency, reason = '无法在时限内恢复') => who.post(path('/faults/decide'), { decision, reason });
const dissolve = (who = house.host) => who.post(path('/dissolve'));
const wait = (seconds) => house.staff.post('/clock/advance', { seconds, reason: '测试' });
const verified = (id) => { const { code, out } = verifySession(exportSession(server, id)); assert.equal(code, 0, out); };

// The committee finds one bid unqualified, and scores the others.
async function judge() {
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'qualification');
  const at = path(`/lots/${opened.lots[0]}/review/qualification`);
  for (const m of members) {
    const ballot = await m.api.get(at);
    const votes = Object.fromEntries(ballot.bids.map((bid) => [bid.bid_id, { licence: bid.no === 4 ? { pass: false, reason: '已过期' } : { pass: true } }]));
    await m.api.post(`${at}/submit`, { votes, salt: crypto.randomBytes(16).toString('hex') });
  }
  await house.advance(session.sessionId, 'scoring');
}
const rank = () => submitAll(members, session.sessionId, opened.lots[0], (_, bid) => String(60 - bid.no));
const latest = async (who = house.host) => (await who.get(path('/faults'))).items.at(-1);

test('who may say so, and what of', async () => {
  opened = await house.openProject([{ name: '第一包', price_form: 'amount', scheme: points }], [['1000000', '1200000', '1250000', '1300000'].map((price) => ({ price }))]);
  session = await house.drawSession(opened);
  for (const who of [house.supervisor, house.witness, house.agency, house.staff])
    assert.equal((await refused(open(who))).code, 'auth.denied');
  assert.equal((await refused(open(house.host, { side: 'moon' }))).code, 'input.not_found');
  assert.equal((await refused(open(house.host, { venue_id: '0'.repeat(26) }))).problem.field, 'venue_id');
  assert.equal((await refused(house.host.post(path('/faults'), { side: 'network' }))).code, 'input.missing');
  assert.equal((await refused(repair())).code, 'session.not_held');
  assert.equal((await refused(decide('wait'))).code, 'session.not_held');
});

test('before the start: two hours, then the tenderer waits or postpones', async () => {
  assert.deepEqual(kinds(await open(house.venue, { side: 'guest_venue', cause: '副场停电' })), ['fault.opened']);
  assert.deepEqual(await state(), ['created', 'faulted', '副场停电']);
  assert.equal((await refused(open())).code, 'session.faulted');
  assert.equal((await refused(house.advance(session.sessionId, 'checkin'))).code, 'session.faulted');
  const fault = await latest();
  assert.deepEqual([fault.state, fault.started, Date.parse(fault.deadline_at) - Date.parse(fault.opened_at)], ['running', false, 2 * HOUR * 1000]);
  assert.equal((await refused(decide('wait'))).code, 'fault.not_due');
  await wait(2 * HOUR + 1);
  assert.equal((await latest()).state, 'due');
  // Repaired too late it does not go on by itself.
  assert.deepEqual(await repair().then((x) => [x.goes_on, kinds(x)]), [false, ['fault.repaired']]);
  assert.equal((await state())[1], 'faulted');
  for (const who of [house.host, house.supervisor]) assert.equal((await refused(decide('wait', who))).code, 'auth.denied');
  const stranger = await server.account('another-agency', ['agency'], { name: '另一代理' });
  assert.equal((await refused(decide('wait', stranger))).code, 'auth.denied');
  assert.equal((await refused(stranger.get(path('/faults')))).code, 'auth.denied');
  assert.deepEqual((await stranger.get('/faults')).items, []);
  assert.deepEqual((await house.agency.get('/faults')).items.map((f) => [f.state, f.title]), [['due', (await house.host.get(path())).title]]);
  assert.equal((await refused(decide('new_committee'))).code, 'fault.decision');
  assert.equal((await refused(decide('none'))).code, 'fault.decision');
  assert.deepEqual(kinds(await decide('wait')), ['fault.decided']);
  assert.equal((await refused(decide('postpone'))).code, 'fault.decided');
  assert.equal((await refused(dissolve())).code, 'fault.undecided');
  assert.equal((await repair()).goes_on, true);
  assert.deepEqual(await state(), ['created', 'running', undefined]);
  assert.deepEqual((await house.agency.get('/faults')).items, []);
});

test('inside a break: repaired in time it is a break again, with its reason', async () => {
  await judge();
  await house.host.post(path('/pause'), { reason: '午休' });
  await open(house.host, { side: 'network', cause: '专线中断' });
  assert.deepEqual(await state(), ['scoring', 'faulted', '专线中断']);
  assert.equal((await refused(house.host.post(path('/resume')))).code, 'session.faulted');
  await wait(4 * HOUR - 60);
  assert.equal((await repair(house.venue)).goes_on, true);
  assert.deepEqual(await state(), ['scoring', 'paused', '午休']);
  await house.host.post(path('/resume'));
});

test('while a step back waits: repaired, it waits again', async () => {
  await house.host.post(path('/rollback'), { to: 'qualification', code: 'other', reason: '认定有误' });
  await open();
  assert.equal((await refused(house.supervisor.post(path('/rollback/deny'), { note: '无' }))).code, 'session.faulted');
  await repair();
  assert.equal((await state())[1], 'rolling');
  await house.supervisor.post(path('/rollback/deny'), { note: '理由不足' });
});

test('during the evaluation: four hours, then another committee; what this one found is void but kept', async () => {
  await rank();
  const lot = () => server.sql(`SELECT state FROM lot WHERE lot_id = '${opened.lots[0]}'`)[0][0];
  assert.equal(lot(), 'ranked');
  for (const m of members.slice(0, 3)) await m.api.post(path('/time-votes'));
  await open(house.host, { cause: '机房断电' });
  assert.equal((await latest()).started, true);
  await wait(4 * HOUR + 1);
  assert.equal((await refused(decide('wait'))).code, 'fault.decision');
  assert.equal((await refused(dissolve())).code, 'fault.undecided');
  const opener = (login) => server.sql(`UPDATE fault SET opened_by = (SELECT account_id FROM account WHERE login = '${login}') WHERE ended_at IS NULL`);
  opener('the-agency');
  assert.equal((await refused(decide('new_committee'))).code, 'fault.same_person');
  opener('the-host');
  assert.deepEqual(kinds(await decide('new_committee')), ['fault.decided']);
  assert.equal((await refused(repair())).code, 'fault.expired');
  for (const who of [house.supervisor, house.venue]) assert.equal((await refused(dissolve(who))).code, 'auth.denied');
  assert.deepEqual(kinds(await dissolve(house.agency)), ['session.dissolved', 'bid.reinstated', 'review.reopened', 'sheet.reopened', 'session.closed']);
  assert.deepEqual(await state(), ['dissolved', 'running', undefined]);
  assert.equal(lot(), 'opened');
  assert.equal(server.sql(`SELECT COUNT(*) FROM sheet WHERE session_id = '${session.sessionId}' AND undone <> 0`)[0][0], String(members.length));
  for (const m of members) assert.ok(await refused(m.api.get(path('/bids'))), 'sealed for who was on it');
  assert.equal((await refused(open())).code, 'session.step');
  assert.equal((await refused(house.host.post(path('/tickets'), { device_key: Buffer.alloc(32, 7).toString('base64') }))).code, 'room.closed');
  verified(session.sessionId);
  dissolved = session.sessionId;
});

test('nobody of the old committee is drawn for the lots again; both records verify', async () => {
  const before = new Set(members.map((m) => m.expert.login));
  session = await house.drawSession(opened);
  const prepared = server.sql("SELECT body FROM event WHERE kind = 'draw.prepared' ORDER BY event_id").map(([body]) => JSON.parse(body)).at(-1);
  assert.equal(prepared.avoid_members, before.size);
  await judge();
  for (const m of members) assert.ok(!before.has(m.expert.login));
  await rank();
  verified(session.sessionId);
  verified(dissolved);
});

test('who still sits at a venue keeps it from being lost; when all have signed nothing is', async () => {
  const [{ venue_id }] = (await house.host.get(path())).venues;
  const where = `session_id = '${session.sessionId}'`;
  server.sql(`INSERT INTO seat_device (session_id, seat_id, account_id, epoch, device_key, resume_hash, seated_at)
    SELECT session_id, seat_id, account_id, 1, RANDOM_BYTES(32), RANDOM_BYTES(32), NOW() FROM session_member WHERE ${where} AND member_no = ${members[0].member_no}`);
  assert.equal((await refused(open(house.host, { venue_id }))).code, 'fault.venue_online');
  server.sql(`DELETE FROM seat_device WHERE ${where}`);
  await open(house.host, { venue_id });
  await repair();
  await house.advance(session.sessionId, 'summary');
  await house.host.post(path('/report'));
  const [basics] = (await house.host.get(path('/report'))).model.sections;
  const table = basics.blocks.find((b) => b.caption === '故障处置');
  assert.deepEqual(table.rows.map(([, ...row]) => [row[0], row[1], row[2] !== '', row[3]]), [['交易系统', '交易系统无法访问', true, '时限内恢复，继续评审']]);
  await house.advance(session.sessionId, 'signing');
  for (const m of members) {
    await open().then(() => repair());
    await house.host.post(path('/report/refusals'), { member_no: m.member_no, reason: '已离开' });
  }
  assert.equal((await refused(open())).code, 'rollback.signed');
});

test('a whole venue is lost: decided at once', async () => {
  const other = await house.openProject([{ name: '第一包', price_form: 'amount', scheme: points }], [['1000000', '1200000', '1250000'].map((price) => ({ price }))]);
  const { session_id: sessionId, draw_id: drawId } = await house.staff.post('/sessions', {
    project_id: other.projectId, lots: other.lots, title: '评标会', scheduled_at: await house.now(), panel_size: 5, buyer_members: 0, standbys: 0,
    specialities: [SPECIALITY], avoid_units: [], venues: [{ venue_id: house.venue.venueId, seats: 5 }],
  });
  session = { sessionId };
  const [{ venue_id }] = (await house.host.get(path())).venues;
  await open(house.host, { side: 'guest_venue', cause: '场地断电', venue_id });
  assert.deepEqual(kinds(await decide('postpone')), ['fault.decided']);
  assert.deepEqual(kinds(await dissolve()), ['session.dissolved', 'session.closed']);
  // Its draw is not held any more.
  assert.equal((await refused(runDraw({ staff: house.staff, supervisor: house.supervisor, host: house.host }, drawId, house.seal))).code, 'draw.state');
});
