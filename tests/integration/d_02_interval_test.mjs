// SPDX-License-Identifier: GPL-3.0-or-later
// How often an expert is drawn (C15), as the house has set it: so far apart, and so many times in a period. Who was drawn
// counts, whether he came or not; the public record says the limits and how many they left out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { refused } from '../support/api.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { Server } from '../support/server.mjs';
import { scheme, DAY, plusSeconds } from '../support/trade.mjs';

const LOTS = ['第一包', '第二包', '第三包', '第四包', '第五包'].map((name) => ({ name, price_form: 'amount', scheme: scheme.services }));
const server = new Server({ config: { draw: { interval_days: 2, most: 2, period_days: 30 } } });
const house = new Evaluation(server);
let opened, first;

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 12 });
  opened = await house.openProject(LOTS, LOTS.map(() => ['1000000', '1100000', '1200000'].map((price) => ({ price }))));
  first = plusSeconds(await house.now(), 3600);
});
test.after(() => server.remove());

const prepared = () => JSON.parse(server.sql("SELECT body FROM event WHERE kind = 'draw.prepared' ORDER BY event_id").at(-1)[0]);
const drawAt = (n, days, seconds = 0) => house.drawSession({ projectId: opened.projectId, lots: [opened.lots[n]] },
  { standbys: 0, at: plusSeconds(first, days * DAY + seconds) });
const counts = () => [prepared().snapshot.n_eligible, prepared().excluded];

test('who was drawn is not drawn for a session of the days before and after', async () => {
  const one = await drawAt(0, 0);
  assert.deepEqual(counts(), [12, {}]);
  assert.deepEqual(prepared().limits, { interval_days: 2, most: 2, period_days: 30 });
  const second = await drawAt(1, 2, -1);
  assert.deepEqual(counts(), [7, { interval: 5 }]);
  assert.equal((await server.api().get(`/draws/${second.drawId}/record`)).record.snapshot.n_eligible, 7);
  const seats = {};
  for (const { sessionId } of [one, second]) {
    await house.advance(sessionId, 'checkin');
    seats[sessionId] = (await house.arrive(sessionId)).map((m) => m.expert.login);
  }
  assert.equal(new Set(Object.values(seats).flat()).size, 10);
});

test('between the two only the rest is left; two days from either all are again', async () => {
  const no = await refused(drawAt(2, 1));
  assert.equal(no.code, 'draw.too_few');
  assert.match(no.problem.detail, /^left out: \{\}, and experts drawn for other panels$/);
  await drawAt(2, 4);
  assert.deepEqual(counts(), [12, {}]);
});

test('who was drawn twice in the period is not drawn a third time in it', async () => {
  await drawAt(3, 8);
  // Of the five of the last session at most two had been in neither of the first two.
  const [eligible, { frequency, ...others }] = counts();
  assert.ok(frequency >= 3 && frequency <= 5, `${frequency}`);
  assert.deepEqual([eligible, others], [12 - frequency, {}]);
  await drawAt(4, 40);
  assert.deepEqual(counts(), [12, {}]);
});
