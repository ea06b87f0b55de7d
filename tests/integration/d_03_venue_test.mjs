// SPDX-License-Identifier: GPL-3.0-or-later
// Venues lend their booths (机位) to one session at a time and, where one is a guest venue (副场), confirm jointly before the
// start (DOMAIN 5.2, 12 A20); nobody sits in two sessions at once.
import test from 'node:test';
import assert from 'node:assert/strict';
import { refused } from '../support/api.mjs';
import { Evaluation, SPECIALITY } from '../support/evaluation.mjs';
import { makeVenue, runDraw, signInAtGate } from '../support/panel.mjs';
import { Server } from '../support/server.mjs';
import { DAY, plusSeconds, scheme } from '../support/trade.mjs';

const N_LOTS = 10, HOUR = 3600;
const LOTS = Array.from({ length: N_LOTS }, (_, i) => ({ name: `第${i + 1}包`, price_form: 'amount', scheme: scheme.services }));
const server = new Server();
const house = new Evaluation(server);
let projectId, lots, east, west, yantai, begins;

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 12 });
  const opened = await house.openProject(LOTS, LOTS.map(() => ['1000000', '1100000', '1200000'].map((price) => ({ price }))));
  ({ projectId } = opened);
  lots = [...opened.lots];
  [east, west] = [house.venue, await makeVenue(server, house.staff, { login: 'venue2', name: '青岛场地', city: '青岛' })];
  yantai = await makeVenue(server, house.staff, { login: 'venue3', name: '烟台场地', city: '烟台' });
  begins = plusSeconds((await house.now()).replace(/\.\d+/, ''), DAY);
});
test.after(() => server.remove());

const at = (seconds) => plusSeconds(begins, seconds);
const kinds = (out) => out.events.map((e) => e.kind);
const last = (kind) => JSON.parse(server.sql(`SELECT body FROM event WHERE kind = '${kind}' ORDER BY event_id`).at(-1)[0]);
const names = (n, prefix) => Array.from({ length: n }, (_, i) => `${prefix}${String(i + 1).padStart(2, '0')}`);
const booths = async (venue, who = house.staff) => (await who.get(`/venues/${venue.venueId}/booths`)).items;
const addBooths = (venue, list, who = house.staff) => who.post(`/venues/${venue.venueId}/booths`, { booths: list });

// A session of one lot, not drawn yet; venues: [[venue, seats] …].
const plan = (lot, venues, from, until, size = 5) => house.staff.post('/sessions', {
  project_id: projectId, lots: [lot], title: `评标会 ${from}`, scheduled_at: at(from), ...until !== undefined && { scheduled_until: at(until) }, panel_size: size,
  buyer_members: 0, standbys: 0, specialities: [SPECIALITY], avoid_units: [], venues: venues.map(([v, seats]) => ({ venue_id: v.venueId, seats })),
});
const draw = async ({ session_id: sessionId, draw_id: drawId }) => {
  await runDraw({ staff: house.staff, supervisor: house.supervisor, host: house.host }, drawId, house.seal);
  return sessionId;
};
let first, second, meanwhile;

test('staff names booths, each once at a venue, and others look', async () => {
  assert.deepEqual(await booths(east), []);
  assert.deepEqual(kinds(await addBooths(east, names(10, 'A'))), ['venue.booths_added']);
  assert.equal((await refused(addBooths(east, ['B01', 'A10']))).code, 'venue.booth_known');
  assert.equal((await refused(addBooths(east, ['']))).code, 'input.missing');
  assert.equal((await refused(addBooths({ venueId: '0'.repeat(26) }, ['A01']))).code, 'input.not_found');
  assert.equal((await refused(addBooths(east, names(191, 'C')))).code, 'input.invalid');
  for (const who of [house.host, house.supervisor, east, house.agency])
    assert.equal((await refused(addBooths(east, ['B01'], who))).code, 'auth.denied');
  assert.equal((await refused(booths(east, house.agency))).code, 'auth.denied');
  assert.deepEqual((await booths(east, east)).map((b) => b.booth), names(10, 'A'));
  const venue = async (v) => (await house.staff.get('/venues')).items.find((x) => x.venue_id === v.venueId);
  assert.deepEqual([(await venue(east)).booths, (await venue(west)).booths], [10, 0]);
});

test('a booth belongs to one session at a time, to the second on both sides of it', async () => {
  const of = (from, until, seats = 5, lot = lots[1]) => plan(lot, [[east, seats]], from, until);
  const no = async (made, code, field) => {
    const { problem } = await refused(made);
    assert.deepEqual([problem.code, problem.field], [code, field]);
    return problem.detail;
  };
  await no(of(0, undefined), 'input.missing', 'scheduled_until');
  await no(of(HOUR, HOUR), 'input.invalid', 'scheduled_until');
  await no(of(0, HOUR, 11), 'venue.booths_taken', 'venues');
  const made = await of(0, 3 * HOUR, 6, lots[0]);
  assert.deepEqual(last('session.booked'), { venue: east.venueId, booths: names(6, 'A') });
  first = await draw(made);
  // Four are left while it lasts.
  for (const [from, until] of [[0, 3 * HOUR], [-HOUR, 1], [3 * HOUR - 1, 4 * HOUR], [HOUR, HOUR + 1], [-HOUR, 4 * HOUR]])
    assert.equal(await no(of(from, until), 'venue.booths_taken', 'venues'), "4 of the venue's 10 booths are free then");
  // Before and behind it all ten are there.
  await of(-HOUR, 0, 10);
  second = await plan(lots[2], [[east, 8]], 3 * HOUR, 4 * HOUR, 7);
  assert.equal(last('draw.prepared').excluded.busy, undefined);
  const listed = (await booths(east, house.host))[0].bookings;
  assert.deepEqual(listed.map((b) => [b.from, b.until, b.seated]), [[at(-HOUR), at(0), false], [at(0), at(3 * HOUR), false], [at(3 * HOUR), at(4 * HOUR), false]]);
  assert.equal((await house.host.get(`/sessions/${first}`)).scheduled_until, at(3 * HOUR));
});

test('who is drawn for a session is not drawn for another at that time; a session without an end asks nobody', async () => {
  meanwhile = await plan(lots[3], [[west, 7], [east, 1]], 3 * HOUR - 1, 5 * HOUR, 7);
  assert.deepEqual(last('session.booked'), { venue: east.venueId, booths: ['A09'] });
  assert.deepEqual(last('draw.prepared').excluded, { busy: 5 });
  const { n_eligible: left, excluded } = await house.supervisor.get(`/draws/${meanwhile.draw_id}`);
  assert.deepEqual([left, excluded], [7, { busy: 5 }]);
  await plan(lots[4], [[west, 5]], HOUR, undefined);
  assert.equal(last('draw.prepared').excluded.busy, undefined);
});

test('two that ask for the last booths at once: one gets them', async () => {
  const both = await Promise.allSettled([5, 6].map((n) => plan(lots[n], [[east, 7]], 10 * HOUR, 12 * HOUR)));
  assert.deepEqual(both.map((b) => b.status).sort(), ['fulfilled', 'rejected']);
  assert.equal(both.find((b) => b.status === 'rejected').reason.code, 'venue.booths_taken');
  const lost = lots[both.findIndex((b) => b.status === 'rejected') + 5];
  // What is over has no booth any more.
  const { session_id: won } = both.find((b) => b.status === 'fulfilled').value;
  server.sql(`UPDATE eval_session SET step = 'dissolved' WHERE session_id = '${won}'`);
  await plan(lost, [[east, 7]], 10 * HOUR, 12 * HOUR);
});

// Seven of all and the seven who are not in the first: at least two are drawn for both.
test('the gate names the booth, and nobody gets a second one elsewhere at that time', async () => {
  const there = await draw(second), here = await draw(meanwhile);
  for (const id of [there, here]) await house.advance(id, 'checkin');
  const enter = (venue, id, who) => signInAtGate(venue, id, who).catch((error) => error.code);
  const arrived = [];
  let torn;
  for (const expert of house.pool) {
    const came = await enter(east, there, expert);
    if (!came.booth) { assert.equal(came, 'gate.not_drawn'); continue; }
    arrived.push({ ...came, expert });
    if (torn) continue;
    const other = await enter(west, here, expert);
    if (other === 'gate.elsewhere') torn = expert;
    else assert.equal(other, 'gate.not_drawn');
  }
  const [spare, ...none] = names(8, 'A').filter((b) => !arrived.some((m) => m.booth === b));
  assert.deepEqual([arrived.length, none], [7, []]);
  assert.ok(torn);
  // Where the one ends the other may begin.
  const begin = (seconds) => server.sql(`UPDATE eval_session SET scheduled_at = (SELECT scheduled_until FROM eval_session WHERE session_id = '${there}')
    + INTERVAL ${seconds} SECOND WHERE session_id = '${here}'`);
  begin(-1);
  assert.equal(await enter(west, here, torn), 'gate.elsewhere');
  begin(0);
  assert.equal((await enter(west, here, torn)).booth, undefined);
  begin(-3601);

  const move = (m, booth) => house.host.post(`/sessions/${there}/move`, { seat_id: m.seat_id, venue_id: east.venueId, ...booth && { booth } });
  const [one, two] = arrived;
  assert.equal((await refused(move(one))).code, 'input.missing');
  assert.equal((await refused(move(one, 'Z01'))).code, 'input.not_found');
  for (const taken of ['A09', two.booth]) assert.equal((await refused(move(one, taken))).code, 'venue.booths_taken');
  // Another one of its own, which changes places with it; then one that was nobody's.
  const has = async () => (await booths(east)).filter((b) => b.bookings.some((x) => x.session_id === there)).map((b) => b.booth);
  for (const booth of [one.booth, spare]) {
    await move(one, booth);
    assert.deepEqual(await has(), names(8, 'A'));
  }
  await move(one, 'A10');
  assert.deepEqual(await has(), [...names(8, 'A').filter((b) => b !== spare), 'A10']);
});

test('with a guest venue a session starts once all its venues have confirmed, which they may take back before', async () => {
  const { session_id: id, draw_id: drawId } = await house.staff.post('/sessions', {
    project_id: projectId, lots: [lots[7]], title: '联合确认', scheduled_at: at(0), panel_size: 5, buyer_members: 0, standbys: 0,
    specialities: [SPECIALITY], avoid_units: [], venues: [{ venue_id: yantai.venueId, seats: 4 }, { venue_id: west.venueId, seats: 1, guest: true }],
  });
  const main = yantai;
  const act = (what, venue, who = venue, reason) => who.post(`/sessions/${id}/venues/${venue.venueId}/${what}`, reason && { reason });
  const start = () => house.host.post(`/sessions/${id}/start`);
  const seen = async () => {
    const s = await house.host.get(`/sessions/${id}`);
    return [s.venues_open, ...s.venues.map((v) => [v.name, v.guest, v.confirmed_by]).sort()];
  };
  assert.deepEqual(await seen(), [2, ['烟台场地', false, undefined], ['青岛场地', true, undefined]]);
  for (const who of [house.host, house.staff, house.supervisor]) assert.equal((await refused(act('confirm', west, who))).code, 'auth.denied');
  assert.equal((await refused(act('confirm', east))).code, 'input.not_found');
  assert.equal((await refused(act('retract', west, west, '设备故障'))).code, 'venue.not_confirmed');
  assert.deepEqual(kinds(await act('confirm', west)), ['venue.confirmed']);
  assert.equal((await refused(act('confirm', west))).code, 'venue.confirmed');
  assert.equal((await refused(act('confirm', main, west))).code, 'venue.same_person');
  await draw({ session_id: id, draw_id: drawId });
  await house.advance(id, 'checkin');
  assert.equal((await refused(start())).code, 'session.venues_open');
  await act('confirm', main);
  assert.deepEqual(await seen(), [undefined, ['烟台场地', false, '烟台场地值班'], ['青岛场地', true, '青岛场地值班']]);
  // All venues are ready; who is missing now are the experts.
  assert.equal((await refused(start())).code, 'session.not_all_arrived');
  assert.equal((await refused(act('retract', west))).code, 'input.missing');
  assert.deepEqual(kinds(await act('retract', west, west, '机位停电')), ['venue.retracted']);
  assert.deepEqual(last('venue.retracted'), { venue: west.venueId, reason: '机位停电' });
  assert.equal((await refused(start())).code, 'session.venues_open');
  assert.equal((await west.get('/sessions')).items.find((s) => s.session_id === id).venues_open, 1);
  await act('confirm', west);
  server.sql(`UPDATE eval_session SET step = 'promise' WHERE session_id = '${id}'`);
  assert.equal((await refused(act('retract', west, west, '晚了'))).code, 'session.step');
});

test('a venue named twice lends two sets of booths; who was planned before they had names keeps his place', async () => {
  await plan(lots[8], [[east, 3], [east, 3]], 20 * HOUR, 21 * HOUR);
  const booked = server.sql("SELECT body FROM event WHERE kind = 'session.booked' ORDER BY event_id").slice(-2).map(([body]) => JSON.parse(body).booths);
  assert.deepEqual(booked, [names(3, 'A'), names(6, 'A').slice(3)]);
  // Four seats of the session above are somewhere in there.
  await addBooths(yantai, names(9, 'Y'));
  const { problem } = await refused(plan(lots[9], [[yantai, 6]], HOUR, 2 * HOUR));
  assert.deepEqual([problem.code, problem.detail], ['venue.booths_taken', "5 of the venue's 9 booths are free then"]);
  await plan(lots[9], [[yantai, 5]], HOUR, 2 * HOUR);
});
