// SPDX-License-Identifier: GPL-3.0-or-later
// Who of the pool may be drawn: standing (在库状态), leave (请假) and the supervising department's own people (C10), and
// not before its time (C12). The public record says how many were left out for what and is computed again; the gate asks
// for the standing once more.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { refused } from '../support/api.mjs';
import { Evaluation, SPECIALITY } from '../support/evaluation.mjs';
import { signInAtGate } from '../support/panel.mjs';
import { build, Server, top } from '../support/server.mjs';
import { advanceTo, announce, DAY, plusSeconds, scheme, workingTime } from '../support/trade.mjs';

const LOTS = ['第一包', '第二包', '第三包'].map((name) => ({ name, price_form: 'amount', scheme: scheme.services }));
const server = new Server();
const house = new Evaluation(server);
let opened, drawn, session;

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 12 });
  opened = await house.openProject(LOTS, LOTS.map(() => ['1000000', '1100000', '1200000'].map((price) => ({ price }))),
    { supervising_department: '某某设计院 5' });
});
test.after(() => server.remove());

const kinds = (out) => out.events.map((e) => e.kind);
const bodies = (kind) => server.sql(`SELECT body FROM event WHERE kind = '${kind}' ORDER BY event_id`).map(([body]) => JSON.parse(body));
const listed = async (expert) => (await house.staff.get('/experts')).items.find((e) => e.expert_id === expert.expertId);
const setStanding = (expert, standing, reason, who = house.staff) => who.post(`/experts/${expert.expertId}/standing`, { standing, reason });
const leave = (expert, from, until, who = house.staff) => who.post(`/experts/${expert.expertId}/leaves`, { from, until });
const end = (expert, id) => house.staff.post(`/experts/${expert.expertId}/leaves/${id}/end`);
const lot = (n) => ({ projectId: opened.projectId, lots: [opened.lots[n]] });
const prepared = () => bodies('draw.prepared').at(-1);

test('standing: with a reason that stays out of the ledger, by staff alone, once', async () => {
  const [one] = house.pool;
  assert.equal((await refused(setStanding(one, 'gone', '停用'))).code, 'input.invalid');
  assert.equal((await refused(setStanding(one, 'active', '恢复'))).code, 'expert.standing');
  for (const who of [house.host, house.supervisor, house.agency, one])
    assert.equal((await refused(setStanding(one, 'suspended', '停用', who))).code, 'auth.denied');
  assert.equal((await refused(setStanding({ expertId: '0'.repeat(26) }, 'suspended', '停用'))).code, 'input.not_found');
  assert.deepEqual(kinds(await setStanding(one, 'suspended', '两次无故缺席')), ['expert.standing_set']);
  assert.equal((await refused(setStanding(one, 'suspended', '又一次'))).code, 'expert.standing');
  const row = await listed(one);
  assert.deepEqual([row.standing, row.standing_reason], ['suspended', '两次无故缺席']);
  const [told] = bodies('expert.standing_set');
  assert.deepEqual(Object.keys(told).sort(), ['reason_digest', 'standing']);
  assert.equal(told.reason_digest, crypto.createHash('sha256').update(Buffer.from(row.standing_salt, 'hex')).update('两次无故缺席').digest('hex'));
});

test('leave: for a time that has not passed, ended early or taken back', async () => {
  const [, two] = house.pool;
  const now = (await house.now()).replace(/\.\d+/, '');
  const at = (days) => plusSeconds(now, days * DAY);
  for (const [from, until] of [[at(2), at(1)], [at(1), at(1)], [at(-2), at(-1)]])
    assert.equal((await refused(leave(two, from, until))).code, 'expert.leave');
  assert.equal((await refused(leave(two, at(1), at(2), house.supervisor))).code, 'auth.denied');
  const begun = await leave(two, at(-1), at(3));
  const later = await leave(two, at(30), at(40));
  assert.deepEqual([kinds(begun), kinds(later)], [['expert.leave_granted'], ['expert.leave_granted']]);
  assert.deepEqual((await listed(two)).leaves.map((l) => [l.leave_id, l.from, l.until]), [[begun.leave_id, at(-1), at(3)], [later.leave_id, at(30), at(40)]]);
  assert.equal((await refused(end(house.pool[2], begun.leave_id))).code, 'input.not_found');
  assert.deepEqual(kinds(await end(two, begun.leave_id)), ['expert.leave_ended']);
  await end(two, later.leave_id);
  assert.equal((await refused(end(two, later.leave_id))).code, 'input.not_found');
  assert.equal((await listed(two)).leaves, undefined);
  // One that had begun is shorter; one that had not was never there.
  assert.deepEqual(server.sql('SELECT COUNT(*) FROM expert_leave')[0], ['1']);
  for (let n = 0; n < 20; n += 1) await leave(house.pool[11], at(100 + n), at(101 + n));
  assert.equal((await refused(leave(house.pool[11], at(1), at(2)))).code, 'expert.leave_many');
});

test('a session draws nobody who is suspended, on leave then or of the supervising department; the record says how many', async () => {
  const [, two, three, four] = house.pool;
  session = plusSeconds(await house.now(), 3600);
  await leave(two, plusSeconds(session, -DAY), plusSeconds(session, 1));
  await leave(three, plusSeconds(session, -DAY), session); // over when it begins
  await leave(four, session, plusSeconds(session, DAY));
  drawn = await house.drawSession(lot(0), { at: session });
  assert.deepEqual(prepared().excluded, { standing: 1, leave: 2, regulator: 1 });
  const draw = await house.supervisor.get(`/draws/${drawn.drawId}`);
  assert.deepEqual([draw.n_entries, draw.n_eligible, draw.excluded], [12, 8, { standing: 1, leave: 2, regulator: 1 }]);
  const published = await server.api().get(`/draws/${drawn.drawId}/record`);
  const flags = published.snapshot.trimEnd().split('\n').map((line) => line.at(-1));
  assert.deepEqual([flags.filter((f) => f === '3').length, flags.filter((f) => f === '2').length], [4, 8]);
  const file = house.seal.write('draw.json', JSON.stringify(published));
  const native = spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['draw', file], { encoding: 'utf8' });
  assert.equal(native.status, 0, native.stdout);
  assert.match(native.stdout, /from 8 eligible of 12 entries/);
  const python = spawnSync('python3', [path.join(top, 'tests/independent/draw.py'), file], { encoding: 'utf8' });
  assert.equal(python.status, 0, python.stdout + python.stderr);
});

test('the gate turns away who was suspended after the draw, and lets in who was taken back', async () => {
  await house.advance(drawn.sessionId, 'checkin');
  const seen = [];
  let stopped;
  for (const expert of house.pool) {
    const come = () => signInAtGate(house.venue, drawn.sessionId, expert);
    const suspended = expert !== house.pool[0] && !stopped;
    if (suspended) await setStanding(expert, 'suspended', '调查');
    const answer = await come().catch((error) => error.code);
    if (suspended && answer === 'gate.suspended') stopped = expert;
    if (suspended) await setStanding(expert, 'active', '调查结束');
    const arrived = answer === 'gate.suspended' ? await come() : answer;
    if (arrived.member_no) seen.push(expert);
    else assert.equal(arrived, 'gate.not_drawn');
  }
  assert.ok(stopped);
  assert.equal(seen.length, 5);
  for (const expert of [0, 1, 3, 4]) assert.ok(!seen.includes(house.pool[expert]));
});

test('too few are left: nobody is drawn, and who asks is told why', async () => {
  for (const expert of house.pool.slice(4, 9)) await setStanding(expert, 'suspended', '调查');
  const no = await refused(house.drawSession(lot(1), { at: session }));
  assert.equal(no.code, 'draw.too_few');
  assert.match(no.problem.detail, /^left out: .*"leave": ?2.*"standing": ?6/);
  for (const expert of house.pool.slice(4, 9)) await setStanding(expert, 'active', '调查结束');
  await house.drawSession(lot(1), { at: session });
});

test('experts of a region alone, or of any but that; across provinces C12 asks for a day more', async () => {
  const draw = (more) => refused(house.drawSession(lot(2), { at: session, more }));
  for (const [more, code] of [[{ region: '37x' }, 'project.region'], [{ region_outside: true }, 'input.missing']])
    assert.equal((await draw(more)).code, code);
  for (const more of [{ region: '32' }, { region: '3704', region_outside: true }]) {
    const no = await draw(more);
    assert.equal(no.code, 'draw.too_few');
    assert.match(no.problem.detail, /^left out: .*"region": ?9/);
  }
  await house.drawSession(lot(2), { at: session, more: { region: '3704' } });
  assert.deepEqual([prepared().region, prepared().excluded.region], [{ digits: '3704', outside: false }, undefined]);
});

test('C12: goods under the tender law wait for their time, and like all others for the opening', async () => {
  const GOODS = [{ name: '设备', price_form: 'amount', scheme: { ...scheme.services, price: { method: 'base_mean', weight: '20', above: '1', below: '0.5' } } }];
  const deadline = workingTime(await house.now(), 21);
  const announced = async (category) => {
    const { tender, lots } = await announce(server, house, house.holders, deadline, { regime: 'ztb', category, budget: '9000000', lots: GOODS });
    return { projectId: tender.project_id, lots };
  };
  const goods = await announced('goods'), services = await announced('services');
  const draw = async (what, more) => refused(house.drawSession(what, { more }));
  const early = await draw(goods);
  assert.deepEqual([early.status, early.code, early.rule], [422, 'draw.too_early', 'C12']);
  assert.equal((await draw(services)).code, 'session.lots_not_opened');
  const from = plusSeconds(/^possible from (\S+)$/.exec(early.problem.detail)[1], 0);
  assert.ok(Date.parse(from) <= Date.parse(deadline) - 2 * DAY * 1000);
  const across = await draw(goods, { region: '32' });
  assert.equal(across.code, 'draw.too_early');
  assert.ok(Date.parse(/ from (\S+)$/.exec(across.problem.detail)[1]) <= Date.parse(from) - DAY * 1000);
  await advanceTo(house.staff, plusSeconds(from, -60));
  assert.equal((await draw(goods)).code, 'draw.too_early');
  await advanceTo(house.staff, from);
  assert.equal((await draw(goods)).code, 'session.lots_not_opened');
});
