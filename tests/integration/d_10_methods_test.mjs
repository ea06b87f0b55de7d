// SPDX-License-Identifier: GPL-3.0-or-later
// Every family of scoring methods, live: a lot each from the tender file to the ranking. What is left to chance is drawn
// again by this file from the published seed; prices are judged again by the bidders' calculator, and the whole result by
// bidroom-verify award from open data alone.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { Server, build, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { validators } from '../support/ocds.mjs';
import { assertTamperEvident } from '../support/record.mjs';
import { signReport } from '../support/sheets.mjs';
import { noticeFields, project, publish, workingTime } from '../support/trade.mjs';

const item = (id, max, kind, more = {}) => ({ id, name: `${id}项`, max, kind, objective: false, ...more });
const pair = (a, b) => [item('plan', a, 'technical'), item('team', b, 'commercial')];
const drop = [{ from: 4, high: 1, low: 1 }];
// One lot a family of DOMAIN.md 7.3, then the two of 7.1 and 7.4: [name, scheme, prices, what else the lot has].
const FAMILIES = [
  ['F1', { items: pair('40', '30'), price: { method: 'base_mean', weight: '30', above: '1', below: '0.5', drop, offset_places: 4, float: { drawn: ['-1.5', '-1.25', '-1', '-0.75', '-0.5', '-0.25'] } } },
    ['950000', '1000000', '1050000', '1100000']],
  ['F2', { items: pair('30', '10'), price: { method: 'base_mean', weight: '60', above: '0.72', below: '0.48', drop: [{ from: 6, high: 1, low: 0 }, { from: 7, high: 1, low: 1 }], float: '-5' } },
    ['980000', '1000000', '1010000', '1040000']],
  ['F3', { items: pair('30', '10'), price: { method: 'base_mean', weight: '60', above: '0.2', below: '0.1', drop: [{ from: 5, high: 1, low: 1 }] }, ties: ['technical', 'draw'] },
    ['1000000', '980000', '970000', '950000']],
  ['F4', { items: pair('40', '30'), price: { method: 'base_mean', weight: '30', above: '0.2', below: '0.1', floor: '10' } },
    ['880000', '910000', '950000', '1020000']],
  ['F5', { items: [], price: { method: 'nearest_above', weight: '0', ceiling_share: { drawn: ['20', '25', '30', '35', '40'] }, float: { drawn: ['-5', '-4', '-3', '-2'] }, base_places: 2 } },
    ['900000', '950000', '1000000', '1100000'], { ceiling: '1200000' }],
  ['F6', { items: [], price: { method: 'nearest_above', weight: '0', float: '-4' } }, ['4590000', '4420000', '4120000', '4000000'], { ceiling: '7200000' }],
  ['F7', { items: [], price: { method: 'band', weight: '0', band: { drawn: ['3', '5', '8'] } } }, ['900000', '960000', '1000000', '1300000']],
  ['F8', { items: [], price: { method: 'lowest_evaluated', weight: '0', lines: [{ name: '低价担保', percent: '90' }, { name: '风险担保', percent: '92' }] } },
    ['2049024.25', '2100000', '2000000', '2200000'], { ceiling: '2227200.27' }],
  ['F9', { items: [], price: { method: 'balls', weight: '0', shortlist: 3, candidates: 2 } }, ['500000', '510000', '520000', '530000']],
  ['GP', { items: pair('50', '30'), price: { method: 'gp_lowest', weight: '20', sme_discount: '10' }, combine: { method: 'trim_totals' } },
    ['1267500', '1345500', '1286800', '1300000']],
  ['公路', { items: pair('50', '30'), price: { method: 'gp_lowest', weight: '20' }, combine: { method: 'highway', places: 3, commercial_places: 2 } },
    ['1000000', '1100000', '1200000', '1300000']],
];
const server = new Server();
const house = new Evaluation(server);
const BALLS = FAMILIES.findIndex(([name]) => name === 'F9');
let opened, session, members, seed, results, passedOver;

test.before(() => house.openHouse({ firms: 4, experts: 7 }));
test.after(() => server.remove());

const lotInput = ([name, scheme, , more]) => ({ name, price_form: 'amount', scheme, ...more });

test('a lot must have what its method needs', async () => {
  const create = (more) => refused(house.agency.post('/projects', project(house.holders, { budget: '9000000', lots: [more] })));
  const cases = [
    [{ ...lotInput(FAMILIES[4]), ceiling: undefined }, 'input.missing', 'ceiling'],
    [{ ...lotInput(FAMILIES[0]), price_form: 'other' }, 'input.invalid', 'price_form'],
    [{ ...lotInput(FAMILIES[5]), scheme: { items: pair('50', '50'), price: FAMILIES[5][1].price } }, 'criteria.items', 'scheme'],
    [{ ...lotInput(FAMILIES[0]), scheme: { ...FAMILIES[0][1], items: pair('40', '29') } }, 'criteria.sum', 'scheme'],
    [{ ...lotInput(FAMILIES[9]), scheme: { items: pair('61', '30'), price: { method: 'gp_lowest', weight: '9' } } }, 'project.price_weight_below_floor', 'lots.scheme.price.weight'],
  ];
  for (const [lot, code, field] of cases) {
    const no = await create(JSON.parse(JSON.stringify(lot)));
    assert.deepEqual([no.code, no.problem.field], [code, field]);
  }
});

test('a project binds a method to each of its lots; bids are opened', async () => {
  const offers = FAMILIES.map(([name, , prices]) => prices.map((price, i) => ({ price, sme: name === 'GP' && i === 1 })));
  opened = await house.openProject(FAMILIES.map(lotInput), offers);
  const scheme = await server.api().get(`/lots/${opened.lots[0]}/scheme`);
  assert.deepEqual(scheme.scheme.price.float, FAMILIES[0][1].price.float);
});

// The second implementation of server/eval/lot_draw.h.
const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest('hex');
const drawnOrder = (lotId, what, texts, by = seed) => texts.map((text) => [sha256('bidroom.lot.draw.v1\n', Buffer.from(by, 'hex'), `${lotId}\n${what}\n${text}`), text])
  .sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, text]) => text);

function drawnFor(lotId, price, n, by = seed) {
  const out = {};
  for (const name of ['float', 'ceiling_share', 'band'])
    if (price[name]?.drawn) [out[name]] = drawnOrder(lotId, name, price[name].drawn, by);
  const numbers = Array.from({ length: n }, (_, i) => String(i + 1));
  if (price.method === 'balls')
    for (const what of ['shortlist', 'candidates']) out[what] = drawnOrder(lotId, what, numbers, by).map(Number);
  return Object.keys(out).length ? out : undefined;
}

test('what a scheme leaves to chance is drawn with the experts, in public, and drawn again here', async () => {
  session = await house.drawSession(opened);
  ({ seed } = session.drawn);
  const told = session.drawn.events.filter((e) => e.kind === 'lot.drawn');
  assert.equal(told.length, 4);
  const feed = await until('the draws in the feed', async () => {
    const items = [];
    for (let after = ''; after !== null;) {
      const page = await server.api().get(`/feed?limit=200${after}`);
      items.push(...page.items.filter((row) => row.kind === 'lot.drawn'));
      after = page.next === null ? null : `&after=${page.next}`;
    }
    return items.length === 4 && items;
  });
  for (const [i, lotId] of opened.lots.entries()) {
    const [name, { price }, prices] = FAMILIES[i];
    const event = feed.find((row) => row.subject === `lot:${lotId}`);
    assert.deepEqual(event?.body.drawn, drawnFor(lotId, price, prices.length), name);
    const { chance } = await server.api().get(`/lots/${lotId}/opening`);
    assert.deepEqual([chance?.drawn, chance?.seed, chance?.parties.length], event ? [event.body.drawn, seed, 3] : [undefined, undefined, undefined], 'the hall');
    if (!event) continue;
    assert.deepEqual([event.body.session, event.body.bids, chance.bids], [session.sessionId, 4, 4]);
    const nonces = chance.parties.map((p) => Buffer.from(p.nonce, 'hex'));
    assert.deepEqual(chance.parties.map((p) => p.commitment), nonces.map((n) => sha256('bidroom.draw.nonce.v1\n', n)));
    assert.equal(sha256('bidroom.draw.seed.v1\n', Buffer.from(chance.snapshot_sha256, 'hex'), ...nonces), seed);
  }
});

// The bid whose ball came first is rejected before anything is judged: its ball is passed over.
async function rejectFirstBall() {
  const lotId = opened.lots[BALLS];
  const { shortlist: [no] } = drawnFor(lotId, FAMILIES[BALLS][1].price, 4);
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  passedOver = items.find((bid) => bid.lot_id === lotId && bid.no === no);
  for (const m of members.slice(0, 3))
    await m.api.post(`/sessions/${session.sessionId}/lots/${lotId}/rejections`, { bid_id: passedOver.bid_id, clause: '第一条', reason: '未盖章' });
}

test('the committee scores; a lot without points is confirmed by every member', async () => {
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'scoring');
  await rejectFirstBall();
  for (const [i, lotId] of opened.lots.entries()) {
    const result = `/sessions/${session.sessionId}/lots/${lotId}/result`;
    // Two members spread alike on the highway's lot, so that one of them is drawn.
    const score = (at, bid, { id, max }) => (FAMILIES[i][0] === '公路' && id === 'plan'
      ? String(30 + (at < 2 ? 4 * bid.no : 2 * bid.no) + at) : (Number(max) * 0.8 - bid.no / 4 - at / 2).toFixed(2));
    await submitAll(members.slice(0, 4), session.sessionId, lotId, score);
    assert.equal((await refused(house.host.get(result))).code, 'score.not_all_submitted');
    await submitAll(members.slice(4), session.sessionId, lotId, (at, ...what) => score(4 + at, ...what));
  }
  await house.advance(session.sessionId, 'summary');
  results = await Promise.all(opened.lots.map((lot) => house.host.get(`/sessions/${session.sessionId}/lots/${lot}/result`)));
});

// As the ledger writes JSON: keys in order, no space.
const canonical = (value) => JSON.stringify(value, (_, v) => (v && typeof v === 'object' && !Array.isArray(v)
  ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v));

test('what is odd is told to those who lead and watch and to the leader, and holds up nothing', async () => {
  const result = `/sessions/${session.sessionId}/lots/${opened.lots[0]}/result`;
  const bids = results[0].rows.map((r) => [Number(r.price), r.bid_id]).sort(([a], [b]) => a - b).map(([, id]) => id);
  const steps = (findings) => findings.filter((f) => f.kind === 'equal_steps');
  for (const who of [house.host, house.supervisor, members[0].api])
    assert.deepEqual(steps((await who.get(result)).findings), [{ kind: 'equal_steps', rule: 'E10', bid_ids: bids }]);
  assert.equal((await members[1].api.get(result)).findings, undefined);
  const told = server.sql("SELECT body FROM event WHERE kind = 'lot.findings'").map(([body]) => JSON.parse(body));
  const { count, sha256 } = told.find((body) => body.lot === opened.lots[0]);
  const digest = crypto.createHash('sha256').update(canonical(results[0].findings)).digest('hex');
  assert.deepEqual([count, sha256], [results[0].findings.length, digest]);
});

// The mean families by themselves, in units of a millionth (DOMAIN.md 7.3): base, then points, each rounded half up once.
const micro = (text) => { const [, sign, whole, part = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(text); return BigInt(`${sign}${whole}${part.padEnd(6, '0')}`); };
const halfUp = (num, den) => (num < 0n ? -((-2n * num + den) / (2n * den)) : (2n * num + den) / (2n * den));
const shown = (cents) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;

function meanFamily(price, prices, drawn) {
  const sorted = prices.map(micro).sort((a, b) => (a < b ? -1 : 1));
  const { high, low } = (price.drop ?? []).findLast((d) => prices.length >= d.from) ?? { high: 0, low: 0 };
  const kept = sorted.slice(low, sorted.length - high);
  const float = 100_000_000n + micro(typeof price.float === 'string' ? price.float : (drawn?.float ?? '0'));
  const base = halfUp(float * kept.reduce((a, b) => a + b), 100_000_000n * BigInt(kept.length));
  return prices.map(micro).map((bid) => {
    const away = bid < base ? base - bid : bid - base;
    const [num, den] = price.offset_places === 4 ? [halfUp(away * 10_000n, base), 10_000n] : [away, base];
    const points = halfUp(micro(price.weight) * den - 100n * num * micro(bid > base ? price.above : price.below), den * 10_000n);
    const floor = micro(price.floor ?? '0') / 10_000n;
    return shown(points < floor ? floor : points);
  });
}

test('rows bear the number of the opening, too', async () => {
  const { items } = await members[0].api.get(`/sessions/${session.sessionId}/bids`);
  for (const result of results)
    for (const row of result.rows) assert.equal(row.bid_no, items.find((bid) => bid.bid_id === row.bid_id).no);
});

test('the mean families score as their text says', () => {
  // DOMAIN.md 7.6, so that this file is held against the text, too.
  assert.deepEqual(meanFamily({ ...FAMILIES[0][1].price, float: '-1' }, ['95', '100', '105', '110']), ['26.81', '29.28', '26.53', '21.60']);
  for (const [i, [name, { price }, prices]] of FAMILIES.entries())
    if (price.method === 'base_mean')
      assert.deepEqual(byNumber(results[i]).map((row) => row.price_score), meanFamily(price, prices, results[i].drawn), name);
});

const byNumber = (result) => [...result.rows].sort((a, b) => a.no - b.no);
const same = (a, b) => assert.equal(Number(a), Number(b));

test('prices are judged as the calculator judges them', async () => {
  for (const [i, lotId] of opened.lots.entries()) {
    const [name, { price }, prices] = FAMILIES[i];
    const { drawn } = results[i];
    assert.deepEqual(drawn, drawnFor(lotId, price, prices.length), name);
    if (i === BALLS) continue; // the calculator knows of no rejection
    const bids = prices.map((p, b) => ({ price: p, sme: name === 'GP' && b === 1 }));
    const tried = await server.api().post(`/lots/${lotId}/calculation`, { bids, ...(drawn ? { drawn } : {}) });
    if (tried.base) same(results[i].base, tried.base);
    for (const [b, row] of byNumber(results[i]).entries()) {
      const judged = tried.rows[b];
      assert.deepEqual([row.out ?? false, row.dropped ?? false], [judged.out, judged.dropped], `${name} ${b}`);
      if (judged.score !== undefined) same(row.price_score, judged.score);
      if (price.method !== 'balls') same(Number(row.evaluated).toFixed(2), Number(judged.evaluated).toFixed(2));
    }
  }
});

const ranksOf = (name) => byNumber(results[FAMILIES.findIndex(([n]) => n === name)]).map((r) => r.rank);

test('ranks: by points, by price, by ball, and nobody who is out', () => {
  assert.deepEqual(ranksOf('F6'), [3, 2, 1, 0]); // DOMAIN.md 7.7 (1): the base is 4111200, and 4000000 is under it
  assert.deepEqual(ranksOf('F8'), [2, 3, 1, 4]);
  const { drawn } = results[FAMILIES.findIndex(([n]) => n === 'F9')];
  const listed = drawn.shortlist.filter((no) => no !== passedOver.no).slice(0, 3);
  const winners = drawn.candidates.filter((no) => listed.includes(no)).slice(0, 2);
  assert.deepEqual(ranksOf('F9'), [1, 2, 3, 4].map((no) => winners.indexOf(no) + 1));
  const gp = byNumber(results[FAMILIES.findIndex(([n]) => n === 'GP')]);
  assert.deepEqual(gp.map((r) => [r.sme ?? false, r.price_score]), [[false, '19.11'], [true, '20.00'], [false, '18.82'], [false, '18.63']]);
  const road = results[FAMILIES.findIndex(([n]) => n === '公路')];
  assert.ok([members[0].member_no, members[1].member_no].includes(road.left_out));
  assert.equal(road.drawn_member, road.left_out);
  const equals = drawnOrder(opened.lots.at(-1), 'member', members.map((m) => String(m.member_no))).map(Number);
  assert.equal(road.left_out, equals.find((no) => no === members[0].member_no || no === members[1].member_no));
});

test('the report tells of every method, and the record verifies', async (t) => {
  await house.host.post(`/sessions/${session.sessionId}/report`);
  const { out } = await assertTamperEvident(t, server, session.sessionId, []);
  assert.match(out, /11 lots ranked anew/);
});

const verifyAward = (award, name) => spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['award', house.seal.write(name, award)], { encoding: 'utf8' });

test('the published award is computed again from open data, and what is altered in it is named', async () => {
  const anybody = server.api();
  assert.equal((await refused(anybody.get(`/lots/${opened.lots[0]}/award`))).status, 404);
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await house.host.post(`/sessions/${session.sessionId}/close`);
  const start = await house.now();
  const notice = await publish(house.agency, house.staff, {
    project_id: opened.projectId, kind: 'gp_result', title: '中标结果公告', body_md: '结果。', fields: noticeFields('gp_result'),
    publicity_start: start, publicity_end: workingTime(start, 5),
  });
  for (const [i, lotId] of opened.lots.entries()) {
    const award = await anybody.get(`/lots/${lotId}/award`);
    const good = verifyAward(award, `award-${i}.json`);
    assert.deepEqual([good.status, good.stderr], [0, ''], `${FAMILIES[i][0]}: ${good.stdout}`);
    assert.match(good.stdout, /computed anew: 4 bids, 5 members/);
    const other = structuredClone(award);
    other.rows[0].rank += 1;
    assert.match(verifyAward(other, 'altered.json').stdout, /rank: published \d, computed \d/);
    if (!award.drawn) continue;
    const redrawn = structuredClone(award);
    for (redrawn.seed = seed; isDeepStrictEqual(redrawn.drawn, drawnFor(lotId, FAMILIES[i][1].price, 4, redrawn.seed));)
      redrawn.seed = sha256(redrawn.seed);
    assert.match(verifyAward(redrawn, 'redrawn.json').stdout, /the seed draws other parameters/);
  }
  // The open data bring the same, lot by lot.
  const record = await anybody.get(`/public/ocds/records/${opened.projectId}`);
  const evaluations = record.records[0].compiledRelease.awards.flatMap((a) => a.evaluations ?? []);
  assert.deepEqual(evaluations.map((e) => e.result.lot_id), opened.lots);
  for (const { result } of evaluations) assert.deepEqual(result, await anybody.get(`/lots/${result.lot_id}/award`));
  const { releases } = await anybody.get('/public/ocds/releases');
  const release = releases.find((r) => r.id === notice.notice_id);
  assert.deepEqual(release.awards[0].evaluations, evaluations);
  // Since the opening each bid is in them as one that waits, from the result on as valid or not.
  const statuses = (list) => list.flatMap((r) => r.bids.details).map((b) => [b.id, b.status]).sort();
  const judged = results.flatMap(({ rows }) => rows.map((row) => [row.bid_id, row.bid_id === passedOver.bid_id ? 'disqualified' : 'valid'])).sort();
  assert.deepEqual(statuses([release]), judged);
  assert.deepEqual(statuses([record.records[0].compiledRelease]), judged);
  assert.deepEqual(statuses(releases.filter((r) => r.id.includes('-opened-'))), judged.map(([id]) => [id, 'pending']));
  assert.deepEqual(release.bids.statistics.map((s) => [s.measure, s.value]), opened.lots.flatMap((_, i) => [['bids', 4], ['validBids', i === BALLS ? 3 : 4]]));
  // So do the supervision tables, with the points of each expert.
  const { records, problems } = await house.staff.get(`/notices/${notice.notice_id}/exchange`);
  assert.deepEqual(problems, []);
  const of = (table) => records.filter((r) => r.table === table).map((r) => r.fields);
  assert.equal(of('9017').length, opened.lots.length * 4);
  const rows = evaluations.flatMap((e) => e.result.rows.flatMap((row) => row.members.map((m) => [row.bidder_name, `${m.member_no}`, m.total])));
  assert.deepEqual(of('9015').map((f) => [f.bidder, f.expert, f.total]), rows);
  assert.deepEqual(of('9016').map((f) => f.bidder), evaluations.flatMap((e) => e.result.rows.filter((row) => row.rejected).map((row) => row.bidder_name)));
  // A lot that failed (废标) after it was ranked keeps its result, and has no award.
  const [last] = opened.lots.slice(-1);
  const become = (state) => server.sql(`UPDATE lot SET state = '${state}' WHERE lot_id = '${last}'`);
  become('failed');
  assert.equal((await refused(anybody.get(`/lots/${last}/award`))).status, 404);
  become('ranked');
  // A result that is withdrawn stays what it was for whoever has read it, and may be told again.
  await house.staff.post(`/notices/${notice.notice_id}/withdraw`, { reason: '误发' });
  assert.equal((await refused(anybody.get(`/lots/${opened.lots[0]}/award`))).status, 404);
  const check = validators(JSON.parse((await anybody.raw('GET', '/ocds/extension/release-schema.json')).body));
  const telling = async () => {
    const [record, page] = [await anybody.get(`/public/ocds/records/${opened.projectId}`), await anybody.get('/public/ocds/releases')];
    check.recordPackage(record);
    check.releasePackage(page);
    return [record.records[0].compiledRelease.awards, page.releases];
  };
  const [gone, told] = await telling();
  assert.deepEqual(told.find((r) => r.id === notice.notice_id), release);
  const { tag, awards } = told.find((r) => r.id === `${notice.notice_id}-withdrawn`);
  assert.deepEqual([tag, awards.map((a) => [a.id, a.status])], [['awardCancellation'], [[notice.notice_id, 'cancelled']]]);
  assert.deepEqual(gone.map((a) => [a.id, a.status, a.evaluations]), [[notice.notice_id, 'cancelled', evaluations]]);
  const again = await publish(house.agency, house.staff, {
    project_id: opened.projectId, kind: 'gp_result', title: '中标结果公告', body_md: '结果。', fields: noticeFields('gp_result'),
    publicity_start: await house.now(), publicity_end: workingTime(await house.now(), 5),
  });
  assert.deepEqual(await anybody.get(`/lots/${opened.lots[0]}/award`), evaluations[0].result);
  const [both] = await telling();
  assert.deepEqual(both.map((a) => [a.id, a.status, a.evaluations]), [[notice.notice_id, 'cancelled', evaluations], [again.notice_id, 'active', evaluations]]);
});
