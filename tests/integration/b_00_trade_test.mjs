// SPDX-License-Identifier: GPL-3.0-or-later
// From the project to the public page: drafts, two persons, the clocks of both regimes.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, scheme, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, staff, holders;
const now = async () => (await staff.get('/clock')).legal;

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

const tender = async (regime, more = {}) => {
  const { project_id } = await agency.post('/projects', project(holders, { regime }));
  const start = await now();
  return {
    project_id, kind: `${regime}_tender`, title: '公开招标公告', body_md: '# 正文\n\n<script>alert(1)</script>欢迎投标。',
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
    fields: noticeFields(`${regime}_tender`), ...more,
  };
};

test('a project is registered with codes, lots and holders', async () => {
  const created = await agency.post('/projects', project(holders));
  assert.match(created.code, /^370402\d{14}$/);
  assert.deepEqual(created.lots.map((lot) => lot.code), [`${created.code}001`, `${created.code}002`]);
  const seen = await staff.get(`/projects/${created.project_id}`);
  assert.equal(seen.lots[0].ceiling, '1500000');
  assert.deepEqual(seen.lots[0].scheme, scheme.services);
  assert.equal(seen.holders.length, 3);
  assert.equal((await refused(server.api().get(`/projects/${created.project_id}/tender`))).status, 404);
});

test('the codes of another system are kept, with a warning, and none is given twice', async () => {
  const one = project(holders).lots[0];
  const foreign = { code: 'E3704020001ABCDEF001', lots: [{ ...one, code: 'E3704020001ABCDEF001X07' }, { ...one, name: '第二包' }] };
  const made = await agency.post('/projects', project(holders, foreign));
  assert.deepEqual([made.code, ...made.lots.map((lot) => lot.code)], ['E3704020001ABCDEF001', 'E3704020001ABCDEF001X07', 'E3704020001ABCDEF001002']);
  assert.deepEqual(made.findings.map((f) => [f.kind, f.code, f.field]), [['warn', 'project.code_foreign', 'code'], ['warn', 'project.code_foreign', 'lots.code']]);
  assert.equal((await staff.get(`/projects/${made.project_id}`)).code, 'E3704020001ABCDEF001');
  const taken = async (more) => { const { code, problem } = await refused(agency.post('/projects', project(holders, more))); return [code, problem.field]; };
  assert.deepEqual(await taken(foreign), ['project.code_taken', 'code']);
  assert.deepEqual(await taken({ ...foreign, code: 'E3704020001ABCDEF002' }), ['project.code_taken', 'lots.code']);
  assert.deepEqual(await taken({ code: 'e3704020001abcdef003' }), ['project.code', 'code']);
  // A foreign code that is our next one does not stop the house: it takes the one after it.
  const ours = await agency.post('/projects', project(holders));
  const after = (code, n) => code.slice(0, 17) + String(Number(code.slice(17)) + n).padStart(3, '0');
  await agency.post('/projects', project(holders, { code: after(ours.code, 1) }));
  assert.equal((await agency.post('/projects', project(holders))).code, after(ours.code, 2));
});

test('a project that breaks a rule is refused by its code', async () => {
  const services = { ...scheme.services, price: { method: 'gp_lowest', weight: '5' }, items: [{ id: 'plan', name: '方案', max: '95', kind: 'technical', objective: false }] };
  const lot = (more) => ({ lots: [{ name: '包', price_form: 'amount', scheme: scheme.services, ...more }] });
  const cases = [
    [lot({ scheme: services }), 'project.price_weight_below_floor'],
    [lot({ scheme: { ...scheme.services, items: scheme.services.items.slice(1) } }), 'criteria.sum'],
    [lot({ scheme: { ...scheme.services, ties: ['price', 'technical', 'vote'] } }), 'criteria.ties'],
    [lot({ ceiling: '3000001' }), 'project.ceiling_above_budget'],
    [{ region: '000000' }, 'project.region'],
    [{ holder_threshold: 4 }, 'project.holder'],
    [{ holders: [agency.accountId], holder_threshold: 1 }, 'project.holder'],
    [{ lots: [] }, 'input.invalid'],
  ];
  for (const [more, code] of cases)
    assert.equal((await refused(agency.post('/projects', project(holders, more)))).code, code, JSON.stringify(more));
});

for (const [regime, rule] of [['ztb', 'T02'], ['gp', 'G01']]) {
  test(`${rule}: less than 20 days from the file to the deadline is refused`, async () => {
    const start = await now();
    const { notice_id } = await agency.post('/notices', await tender(regime, { deadline: workingTime(start, 15) }));
    const problem = await refused(agency.post(`/notices/${notice_id}/submit`));
    assert.deepEqual([problem.status, problem.rule, problem.problem.field], [422, rule, 'deadline']);
  });
}

test('a notice needs a second person, keeps versions, and becomes a public page', async () => {
  const input = await tender('gp');
  const { notice_id } = await agency.post('/notices', input);
  const { project_id, kind, ...text } = input;
  assert.equal((await refused(agency.put(`/notices/${notice_id}`, text))).code, 'act.version_missing');
  await agency.put(`/notices/${notice_id}`, { ...text, title: '更好的标题' }, { 'if-match': '"1"' });
  assert.equal((await refused(agency.put(`/notices/${notice_id}`, text, { 'if-match': '"1"' }))).code, 'act.version');
  await agency.post(`/notices/${notice_id}/submit`);
  assert.equal((await refused(agency.post(`/notices/${notice_id}/approve`))).code, 'notice.same_person');
  await staff.post(`/notices/${notice_id}/return`, { reason: '请补充' });
  assert.equal((await agency.get(`/notices/${notice_id}`)).return_reason, '请补充');
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  const published = await staff.post(`/notices/${notice_id}/publish`);
  assert.equal((await refused(staff.post(`/notices/${notice_id}/publish`))).code, 'notice.state');

  const page = await until('the page', async () => {
    const answer = await staff.raw('GET', `/notices/${notice_id}.html`);
    return answer.status === 200 && answer.body.toString();
  });
  assert.match(page, /更好的标题/);
  assert.match(page, new RegExp(published.text_sha256));
  assert.doesNotMatch(page, /<script>alert/);
  assert.match(page, /演示环境/);
  await until('the feed', async () => (await staff.raw('GET', '/atom.xml')).body.includes(notice_id));
  assert.match((await staff.raw('GET', '/')).body.toString(), /更好的标题/);
  assert.match((await staff.raw('GET', '/rulebook.html')).body.toString(), /未核实/);

  const seen = await server.api().get(`/projects/${input.project_id}/tender`);
  assert.equal(seen.lots[0].deadline, input.deadline);
  assert.equal(seen.threshold, 2);
  const event = published.events.find((e) => e.kind === 'notice.published');
  const receipt = await until('the receipt', async () => {
    const r = await server.api().get(`/events/${event.event_id}/receipt`);
    return r.checkpoint && r;
  });
  const leaf = JSON.parse(receipt.leaf);
  assert.equal(leaf.body.text_sha256, published.text_sha256);
  const hash = crypto.createHash('sha256').update(Buffer.concat([Buffer.from([0]), Buffer.from(receipt.leaf)])).digest('hex');
  assert.equal(hash, event.leaf_hash);
});

test('T10 and G05: too short a publicity period is refused', async () => {
  const start = await now();
  const cases = [
    ['ztb', 'ztb_candidates', plusSeconds(start, 2 * DAY), 'T10'],
    ['gp', 'gp_result', plusSeconds(start, DAY / 4), 'G05'],
  ];
  for (const [regime, kind, end, rule] of cases) {
    const { project_id } = await agency.post('/projects', project(holders, { regime }));
    const { notice_id } = await agency.post('/notices', {
      project_id, kind, title: '结果', body_md: '正文', publicity_start: start, publicity_end: end, fields: noticeFields(kind),
    });
    const problem = await refused(agency.post(`/notices/${notice_id}/submit`));
    assert.deepEqual([problem.code, problem.rule], ['notice.publicity_too_short', rule]);
  }
});

test('two staff publish one notice at once: one of them does', async () => {
  const second = await server.account('staff2', ['staff']);
  const { notice_id } = await agency.post('/notices', await tender('gp'));
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  const results = await Promise.allSettled([staff, second].map((who) => who.post(`/notices/${notice_id}/publish`)));
  assert.deepEqual(results.map((r) => r.status).sort(), ['fulfilled', 'rejected']);
});

test('published pages stay readable while the database is away and after a restart', async () => {
  const { notice_id } = await publish(agency, staff, await tender('ztb'));
  await until('the page', async () => (await staff.raw('GET', `/notices/${notice_id}.html`)).status === 200);
  await server.stop();
  await server.start();
  for (const who of [agency, staff]) who.base = server.url;
  assert.equal((await staff.raw('GET', `/notices/${notice_id}.html`)).status, 200);
});

test('bidders read how a lot is scored and try prices on it; nothing of that before it is announced', async () => {
  const price = { method: 'base_mean', weight: '30', above: '1', below: '0.5', float: '-1', offset_places: 4, drop: [{ from: 4, high: 1, low: 1 }] };
  const items = [{ id: 'plan', name: '方案', max: '70', kind: 'technical', objective: false }];
  const lots = [{ name: '包', ceiling: '1500000', price_form: 'amount', scheme: { items, price, low_price: { rule: 'E19' } } }];
  const created = await agency.post('/projects', project(holders, { regime: 'gp', lots }));
  const [lot] = created.lots;
  const outsider = server.api();
  const tried = (bids, more) => outsider.post(`/lots/${lot.lot_id}/calculation`, { bids, ...more });
  assert.equal((await refused(outsider.get(`/lots/${lot.lot_id}/scheme`))).status, 404);
  assert.equal((await refused(tried([{ price: '95' }]))).status, 404);

  const input = await tender('gp');
  await publish(agency, staff, { ...input, project_id: created.project_id });
  const seen = await outsider.get(`/lots/${lot.lot_id}/scheme`);
  assert.deepEqual(seen.scheme.price, price);
  assert.equal(seen.ceiling, '1500000');
  const result = await tried(['950000', '1000000', '1050000', '1100000'].map((p) => ({ price: p })));
  assert.equal(result.base, '1014750');
  assert.deepEqual(result.rows.map((row) => row.score), ['26.81', '29.28', '26.53', '21.6']);
  assert.deepEqual(result.rows.map((row) => row.dropped), [true, false, false, true]);
  const low = await tried([{ price: '1000000' }, { price: '960000' }, { price: '440000' }]);
  assert.deepEqual(low.rows.map((row) => row.must_explain), [false, false, true]);
  assert.equal((await refused(tried([{ price: '0' }]))).code, 'price_score.price');
  assert.equal((await refused(tried([{ price: '1' }], { drawn: { float: '-1' } }))).code, 'price_score.drawn');
  assert.equal((await refused(tried([{ price: '1', name: '甲' }]))).code, 'input.unknown_field');
});
