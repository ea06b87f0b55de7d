// SPDX-License-Identifier: GPL-3.0-or-later
// Supervision of running sessions: the wall, rounds that are due, done or missed, spot checks drawn by the server,
// warnings that are answered and settled by a signature.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { refused } from '../support/api.mjs';
import { Key, roomSession } from '../support/room.mjs';
import { Server } from '../support/server.mjs';

const server = new Server({ config: { supervision: { patrol_minutes: 10 }, server: { room_url: 'wss://room.test' } } });
const people = {};
let sessionId, seats, other;

const hash = (text) => crypto.createHash('sha256').update(text).digest('hex');
const advance = (seconds) => people.staff.post('/clock/advance', { seconds, reason: '测试' });
const log = (api = people.supervisor) => api.get(`/sessions/${sessionId}/patrols`);
const begin = (id) => server.sql(`UPDATE eval_session SET started_at = UTC_TIMESTAMP(6) WHERE session_id = '${id}'`);

// A room session stands for itself; the wall also names the project.
const announce = (id, no) => server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact,
  rulebook_version, holder_threshold, window_minutes, state, created_by, created_at)
  SELECT project_id, 'P${no}', 'gp', 'services', '项目${no}', '370402', 'open', '采购人', '电话', 'v1', 2, 60, 'announced', host, created_at
  FROM eval_session WHERE session_id = '${id}'`);

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['staff', 'host', 'supervisor', 'witness', 'agency']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  ({ sessionId, seats } = await roomSession(server));
  ({ sessionId: other } = await roomSession(server, { n: 1 }));
  [sessionId, other].forEach(announce);
});
test.after(() => server.remove());

test('what has not begun is not on the wall and not patrolled', async () => {
  assert.deepEqual((await people.supervisor.get('/supervision/wall')).items, []);
  assert.equal((await refused(people.supervisor.post(`/sessions/${sessionId}/patrols`, { text: '看了', finding: false }))).code, 'session.step');
  assert.equal((await refused(people.supervisor.post('/supervision/spot-checks', {}))).code, 'patrol.nobody');
  assert.deepEqual((await log()).rounds, []);
});

test('a round is due from the start on; an entry does it; one that nobody made is missed', async () => {
  begin(sessionId);
  begin(other);
  const states = async () => (await log()).rounds.map((r) => r.state);
  assert.deepEqual(await states(), ['due']);
  const { interval_s: interval } = await log();
  assert.equal(interval, 600);
  await people.supervisor.post(`/sessions/${sessionId}/patrols`, { text: '各席位在位，秩序正常', finding: false });
  assert.deepEqual(await states(), ['done']);
  await advance(600);
  assert.deepEqual(await states(), ['done', 'due']);
  await advance(600);
  assert.deepEqual(await states(), ['done', 'missed', 'due']);
  await people.supervisor.post(`/sessions/${sessionId}/patrols`, { text: '2号席桌面有手机', finding: true });
  assert.deepEqual(await states(), ['done', 'missed', 'done']);
  const { entries } = await log();
  assert.deepEqual(entries.map((e) => [e.kind, e.text, e.finding, e.author]), [
    ['patrol.logged', '各席位在位，秩序正常', false, 'supervisor甲'], ['patrol.logged', '2号席桌面有手机', true, 'supervisor甲']]);
  const wall = (await people.supervisor.get('/supervision/wall')).items;
  const row = wall.find((r) => r.session_id === sessionId);
  assert.deepEqual([wall.length, row.step, row.live, row.seats, row.rounds_missed, row.warnings_open, row.round.state], [2, 'scoring', false, 0, 1, 0, 'done']);
  assert.deepEqual(wall.map((r) => [r.session_id === sessionId, r.patrol_findings, r.score_findings]).sort(), [[false, 0, 0], [true, 1, 0]]);
});

test('a spot check is drawn among the experts that sit somewhere, and is on the record', async () => {
  await seats[0].join();
  await seats[2].join();
  const seen = new Set();
  for (let i = 0; i < 40 && seen.size < 2; i += 1) {
    const spot = await people.supervisor.post('/supervision/spot-checks', {});
    assert.deepEqual([spot.session_id, spot.title], [sessionId, '评标会']);
    assert.deepEqual(spot.events.map((e) => e.kind), ['patrol.spot_drawn']);
    seen.add(spot.seat_id);
  }
  assert.deepEqual([...seen].sort(), ['seat_1', 'seat_3']);
  const drawn = (await log()).entries.filter((e) => e.kind === 'patrol.spot_drawn');
  assert.ok(drawn.length >= 2 && drawn.every((e) => /^[13]号席$/.test(e.seat_name)));
  assert.equal((await people.supervisor.get('/supervision/wall')).items.find((r) => r.session_id === sessionId).seats, 2);
});

test('a warning is answered once and settled by a signature over both texts', async () => {
  const base = `/sessions/${sessionId}/warnings`;
  const text = '3号席离席超过十分钟，请说明。';
  const { warning_id: id } = await people.supervisor.post(base, { text });
  assert.deepEqual((await people.host.get(base)).warnings.map((w) => [w.warning_id, w.text, w.answer, w.closed]), [[id, text, undefined, undefined]]);
  assert.equal((await people.supervisor.get('/supervision/wall')).items.find((r) => r.session_id === sessionId).warnings_open, 1);
  const key = new Key();
  await people.supervisor.post('/me/keys', { purpose: 'seat', alg: 'ed25519', public_key: key.base64 });
  const answer = '设备故障，已恢复并补录说明。';
  const statement = (said) => `bidroom.warning.v1\n${sessionId}\n${id}\n${hash(text)}\n${hash(said)}\n`;
  const close = (said, by = key) => people.supervisor.post(`${base}/${id}/close`, { signature: by.sign(statement(said)) });
  assert.equal((await refused(close(answer))).code, 'warning.state');
  await people.host.post(`${base}/${id}/answer`, { text: answer });
  assert.equal((await refused(people.staff.post(`${base}/${id}/answer`, { text: '另一说法' }))).code, 'warning.state');
  assert.equal((await refused(close('另一说法'))).code, 'warning.signature');
  assert.equal((await refused(close(answer, new Key()))).code, 'warning.signature');
  assert.equal((await close(answer)).events[0].kind, 'warning.closed');
  assert.equal((await refused(close(answer))).code, 'warning.state');
  const [done] = (await people.supervisor.get(base)).warnings;
  assert.deepEqual([done.answer.text, typeof done.closed.key], [answer, 'string']);
  assert.equal((await refused(people.host.post(`${base}/${other}/answer`, { text: '?' }))).code, 'input.not_found');
  assert.equal((await people.supervisor.get('/supervision/wall')).items.find((r) => r.session_id === sessionId).warnings_open, 0);
});

test('who does not supervise sees neither wall nor log', async () => {
  for (const who of [people.host, people.staff, people.witness, people.agency]) {
    assert.equal((await refused(who.get('/supervision/wall'))).code, 'auth.denied');
    assert.equal((await refused(log(who))).code, 'auth.denied');
    assert.equal((await refused(who.post(`/sessions/${sessionId}/warnings`, { text: 'x' }))).code, 'auth.denied');
  }
  assert.equal((await refused(people.witness.get(`/sessions/${sessionId}/warnings`))).code, 'auth.denied');
});
