// SPDX-License-Identifier: GPL-3.0-or-later
// The calendar of all clocks: what notices and reports started, of which lots, until when, and who sees it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, staff, second, supervisor, buyer, rival, holders;
const now = async () => (await staff.get('/clock')).legal;
const advance = (seconds) => staff.post('/clock/advance', { seconds, reason: '测试' });
const sqlTime = (time) => time.slice(0, 19).replace('T', ' ');
const changeFields = { original: '原', changed: '现', new_times: '见上', affected: '全部', criteria_version: '不变' };

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name: '某某代理公司' });
  rival = await server.account('rival', ['agency'], { name: '代理己', org_name: '另一代理公司' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  second = await server.account('second', ['staff'], { name: '中心丙' });
  supervisor = await server.account('supervisor', ['supervisor'], { name: '监管丁' });
  buyer = await server.account('buyer', ['buyer'], { name: '采购戊', org_name: '某某局' });
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

async function tender(regime, more = {}) {
  const { project_id } = await agency.post('/projects', project(holders, { regime }));
  const start = await now();
  return {
    project_id, kind: `${regime}_tender`, title: '公告', body_md: '正文', offer_start: start, offer_end: plusSeconds(start, 10 * DAY),
    deadline: workingTime(start, 21), fields: noticeFields(`${regime}_tender`), ...more,
  };
}
const clocksOf = async (who, project_id, query = '') =>
  (await who.get(`/calendar${query}`)).items.filter((c) => c.project_id === project_id);
const same = (a, b) => Date.parse(a) === Date.parse(b);

// A session of all lots of the project that is over now.
async function finished(project_id, id) {
  const at = sqlTime(await now());
  server.sql(`INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, closed_at, created_at)
    VALUES ('${id}', '${project_id}', '评标会', 'closed', 5, '${at}', '${at}', '${at}');
    INSERT INTO eval_session_lot SELECT '${id}', lot_id FROM lot WHERE project_id = '${project_id}'`);
}

test('what was published is everybody\'s to see, with the deadline each lot has', async () => {
  const input = await tender('ztb');
  const { notice_id } = await publish(agency, staff, input);
  const seen = await clocksOf(supervisor, input.project_id);
  assert.deepEqual(seen.map((c) => [c.rule, c.what, c.lot_nos, c.over]), [
    ['T01', 'offer_end', undefined, false], ['T05', 'file_objection', undefined, false], ['T07', 'opening', undefined, false]]);
  assert.equal((await refused(server.api().get('/calendar'))).code, 'auth.required');
  for (const [who, mine] of [[agency, true], [buyer, true], [staff, true], [supervisor, true], [rival, false]])
    assert.deepEqual((await clocksOf(who, input.project_id)).map((c) => c.mine), [mine, mine, mine]);
  assert.deepEqual([(await clocksOf(agency, input.project_id, '?own=true')).length, (await clocksOf(rival, input.project_id, '?own=true')).length], [3, 0]);

  // Lot 2 moves; lot 1 keeps its own, until it has ended.
  const deadline = workingTime(input.deadline, 5);
  await publish(agency, staff, { project_id: input.project_id, kind: 'ztb_change', title: '变更', body_md: '变更', fields: changeFields, follows: notice_id, deadline, lot_nos: [2] });
  const openings = async () => (await clocksOf(staff, input.project_id)).filter((c) => c.what === 'opening');
  const two = await openings();
  assert.deepEqual(two.map((c) => c.lot_nos), [[1], [2]]);
  assert.ok(same(two[0].end, input.deadline) && same(two[1].end, deadline));
  await publish(agency, staff, { project_id: input.project_id, kind: 'ztb_termination', title: '终止', body_md: '终止', fields: { reason: '原因', contact: '电话' }, follows: notice_id, lot_nos: [1] });
  const one = await openings();
  assert.deepEqual(one.map((c) => c.lot_nos), [undefined]);
  assert.ok(same(one[0].end, deadline));
});

test('applications end when the newest change says', async () => {
  const start = await now();
  const input = await tender('ztb', { kind: 'ztb_prequalification', deadline: workingTime(start, 12) });
  const { notice_id } = await publish(agency, staff, input);
  const end = async () => (await clocksOf(staff, input.project_id)).find((c) => c.what === 'applications').end;
  assert.ok(same(await end(), input.deadline));
  const deadline = workingTime(start, 20);
  const change = { project_id: input.project_id, kind: 'ztb_change', title: '变更', body_md: '变更', fields: changeFields, deadline };
  const { notice_id: first } = await publish(agency, staff, { ...change, follows: notice_id });
  assert.ok(same(await end(), deadline));
  const later = workingTime(start, 27);
  const { notice_id: next } = await publish(agency, staff, { ...change, follows: first, deadline: later });
  assert.ok(same(await end(), later));
  await staff.post(`/notices/${next}/withdraw`, { reason: '误发' });
  assert.ok(same(await end(), deadline));
});

test('a finished report runs its clock until all its lots are published, and again when that is withdrawn', async () => {
  for (const [regime, rule, what, no] of [['ztb', 'T09', 'candidates', 1], ['gp', 'G04', 'report_delivery', 2]]) {
    const { project_id } = await tender(regime);
    const session = `01hzzzzzzzzzzzzzzzzzzzz00${no}`;
    await finished(project_id, session);
    const clocks = async (who = supervisor) => (await who.get('/calendar')).items.filter((c) => c.session_id === session);
    assert.deepEqual((await clocks()).map((c) => [c.rule, c.what, c.title, c.over, c.project_id]), [[rule, what, '评标会', false, project_id]]);
    // Of others' evaluations nobody learns from it.
    assert.deepEqual(await Promise.all([staff, agency, buyer, rival].map(async (who) => (await clocks(who)).length)), [1, 1, 1, 0]);
    await advance(4 * DAY);
    if (regime === 'ztb') assert.equal((await clocks())[0].over, true);
    const kind = regime === 'ztb' ? 'ztb_candidates' : 'gp_result', start = await now();
    const result = (lot_nos) => publish(agency, staff, { project_id, kind, title: '结果', body_md: '正文', fields: noticeFields(kind), lot_nos, publicity_start: start, publicity_end: workingTime(start, 4) });
    await result([1]);
    assert.equal((await clocks()).length, 1);
    const { notice_id } = await result([2]);
    assert.deepEqual(await clocks(), []);
    await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
    assert.equal((await clocks()).length, 1);
    await result([]);
    assert.deepEqual(await clocks(), []);
  }
});

test('an objection runs its clock until it is answered, and parties may complain for ten days', async () => {
  for (const [regime, rule, no] of [['ztb', 'T06', 1], ['gp', 'G06', 2]]) {
    const { project_id } = await tender(regime);
    const row = (kind, id) => `('01hzzzzzzzzzzzzzzzzzzzzz${id}${no}', '${project_id}', '${agency.accountId}', '${kind}', '机密', '${at}')`;
    const at = sqlTime(await now());
    server.sql(`INSERT INTO tender_question (question_id, project_id, account_id, kind, said, asked_at) VALUES ${row('objection', 1)}, ${row('question', 2)}`);
    const seen = await Promise.all([staff, agency, buyer, supervisor, rival].map((who) => clocksOf(who, project_id)));
    const one = [['objection_answer', rule, false]];
    assert.deepEqual(seen.map((c) => c.map((x) => [x.what, x.rule, x.over])), [one, one, one, one, []]);
    if (regime === 'ztb') assert.equal((Date.parse(seen[0][0].end) - Date.parse(seen[0][0].start)) / 1000, 3 * DAY);
    assert.ok(!JSON.stringify(seen).includes('机密'));
    server.sql(`UPDATE tender_question SET answered_at = '${at}' WHERE project_id = '${project_id}'`);
    assert.deepEqual(await clocksOf(staff, project_id), []);
  }
  const { project_id } = await tender('ztb');
  const start = await now();
  await publish(agency, staff, { project_id, kind: 'ztb_candidates', title: '公示', body_md: '正文', fields: noticeFields('ztb_candidates'), publicity_start: start, publicity_end: workingTime(start, 4) });
  assert.deepEqual((await clocksOf(rival, project_id)).map((c) => [c.what, c.rule]), [['publicity_end', 'T10'], ['complaint', 'T11']]);
});

test('a contract of a government purchase is to be published in two working days and filed in seven (G07)', async () => {
  for (const regime of ['gp', 'ztb']) {
    const { project_id } = await tender(regime);
    const at = sqlTime(await now());
    server.sql(`INSERT INTO lot_settlement (lot_id, bid_no, awarded_at, contracted_at) SELECT lot_id, 1, '${at}', '${at}' FROM lot WHERE project_id = '${project_id}'`);
    const due = async (who = staff, query = '') => (await clocksOf(who, project_id, query)).filter((c) => c.what.startsWith('contract_'))
      .map((c) => [...c.lot_nos, c.what, c.rule, c.over]).sort();
    if (regime === 'ztb') {
      assert.deepEqual(await due(), []);
      continue;
    }
    const filing = (no) => [no, 'contract_filing', 'G07', false], telling = (no, over = false) => [no, 'contract_notice', 'G07', over];
    const all = [filing(1), telling(1), filing(2), telling(2)];
    assert.deepEqual(await Promise.all([staff, agency, buyer, supervisor, rival].map((who) => due(who))), [all, all, all, all, []]);
    const fields = { number: 'HT-1', name: '运维合同', parties: '某某局与甲公司', price: '1000000元', signed: '2026年3月2日' };
    const { notice_id } = await publish(agency, staff, { project_id, kind: 'gp_contract', title: '合同公告', body_md: '正文', fields, lot_nos: [1] });
    assert.deepEqual(await due(), [filing(1), filing(2), telling(2)]);
    // The hour of a contract is typed in by a person: the notice of that day tells it, even before.
    server.sql(`UPDATE lot_settlement SET contracted_at = DATE(contracted_at + INTERVAL 8 HOUR) + INTERVAL 959 MINUTE WHERE lot_id IN (SELECT lot_id FROM lot WHERE project_id = '${project_id}')`);
    assert.deepEqual(await due(), [filing(1), filing(2), telling(2)]);
    await advance(20 * DAY);
    assert.deepEqual(await due(), [telling(2, true)]);
    assert.equal((await due(staff, '?past=true')).length, 3);
    await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
    assert.deepEqual(await due(), [telling(1, true), telling(2, true)]);
    // What was evaluated again has another contract to come.
    server.sql(`UPDATE lot_settlement SET undone = 1 WHERE lot_id IN (SELECT lot_id FROM lot WHERE project_id = '${project_id}')`);
    assert.deepEqual(await due(), []);
  }
});

test('what is held back until a day is to be disclosed from then on, and until it is', async () => {
  const until = plusSeconds(await now(), 3 * DAY), later = plusSeconds(until, DAY);
  const withheld = [{ field: 'scope', reason: '涉及商业秘密', until }, { field: 'buyer_contact', reason: '涉及个人信息', until: later }, { field: 'duration', reason: '涉密' }];
  const input = await tender('gp', { withheld });
  const due = async (who = staff) => (await clocksOf(who, input.project_id)).filter((c) => c.what === 'disclosure').map((c) => [Date.parse(c.end), c.over, c.notice_id]);
  const { notice_id } = await agency.post('/notices', input);
  assert.deepEqual(await due(), [], 'a draft');
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  await staff.post(`/notices/${notice_id}/publish`);
  const first = [[Date.parse(until), false, notice_id]];
  assert.deepEqual(await Promise.all([staff, agency, buyer, supervisor, rival].map((who) => due(who))), [first, first, first, first, []]);
  await advance(3 * DAY);
  assert.deepEqual((await due()).map((c) => c[1]), [true]);
  await staff.post(`/notices/${notice_id}/disclose`, { field: 'scope' });
  assert.deepEqual(await due(), [[Date.parse(later), false, notice_id]]);
  await advance(DAY);
  await staff.post(`/notices/${notice_id}/disclose`, { field: 'buyer_contact' });
  assert.deepEqual(await due(), []);
});

test('what is to be published by itself is shown to its project alone', async () => {
  const input = await tender('gp');
  const { notice_id } = await agency.post('/notices', input);
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  const publish_at = plusSeconds(await now(), 3600);
  await staff.post(`/notices/${notice_id}/schedule`, { publish_at });
  const seen = await Promise.all([staff, agency, buyer, supervisor, rival].map((who) => clocksOf(who, input.project_id)));
  assert.deepEqual(seen.map((c) => c.map((x) => x.what)), [['scheduled'], ['scheduled'], ['scheduled'], ['scheduled'], []]);
  await staff.post(`/notices/${notice_id}/schedule`, {});
  assert.deepEqual(await clocksOf(staff, input.project_id), []);
});

test('a medium is due until the notice was seen in each of them', async () => {
  const media = [{ name: '平台', address: 'https://a.example' }, { name: '采购网', address: 'https://b.example' }];
  const input = await tender('ztb', { media });
  const { notice_id } = await publish(agency, staff, input);
  const { text } = await agency.get(`/notices/${notice_id}/media`);
  const due = async () => (await clocksOf(staff, input.project_id)).filter((c) => c.what === 'media').map((c) => [c.rule, c.over]);
  assert.deepEqual(await due(), [['M02', false]]);
  const seen = async (medium_no) => agency.post(`/notices/${notice_id}/media`, { medium_no, appeared_at: await now(), text });
  await seen(1);
  await seen(1);
  assert.deepEqual(await due(), [['M02', false]]);
  await advance(DAY);
  assert.deepEqual(await due(), [['M02', true]]);
  await seen(2);
  assert.deepEqual(await due(), []);
});

test('nothing that is due is missing, however long ago it was published and however much is newer', async () => {
  const start = await now();
  const input = await tender('gp', { deadline: workingTime(start, 120), offer_end: plusSeconds(start, 110 * DAY) });
  const { notice_id } = await publish(agency, staff, input);
  const early = await tender('ztb', { kind: 'ztb_prequalification', deadline: workingTime(start, 120), offer_end: plusSeconds(start, 110 * DAY) });
  await publish(agency, staff, early);
  const shown = await tender('gp');
  await publish(agency, staff, { project_id: shown.project_id, kind: 'gp_result', title: '结果', body_md: '正文', fields: noticeFields('gp_result'), publicity_start: start, publicity_end: workingTime(start, 130) });
  const { project_id } = await tender('ztb');
  await finished(project_id, '01hzzzzzzzzzzzzzzzzzzzz009');
  await advance(100 * DAY);
  assert.deepEqual((await clocksOf(staff, input.project_id)).map((c) => c.what), ['offer_end', 'opening']);
  assert.deepEqual((await clocksOf(staff, early.project_id)).map((c) => c.what), ['offer_end', 'file_objection', 'applications']);
  assert.deepEqual((await clocksOf(staff, shown.project_id)).map((c) => c.what), ['publicity_end', 'challenge']);
  assert.deepEqual((await clocksOf(staff, project_id)).map((c) => [c.what, c.over]), [['candidates', true]]);

  const many = await tender('gp');
  const { notice_id: one } = await publish(agency, second, many);
  const columns = 'project_id, kind, title, body_md, fields, offer_start, offer_end, deadline_at, state, author, published_at, created_at';
  server.sql(`INSERT INTO notice (notice_id, ${columns}) SELECT CONCAT('01zz', LPAD(seq, 22, '0')), ${columns} FROM notice JOIN seq_1_to_1100 WHERE notice_id = '${one}'`);
  const { items } = await staff.get('/calendar');
  assert.equal(items.filter((c) => c.notice_id === notice_id).length, 2);
  assert.equal(items.filter((c) => c.project_id === many.project_id).length, 2 * 1101);
  server.sql("DELETE FROM notice WHERE notice_id LIKE '01zz%'");
  await advance(60 * DAY);
  assert.deepEqual(await clocksOf(staff, input.project_id), []);
  assert.deepEqual((await clocksOf(staff, input.project_id, '?past=true')).map((c) => [c.what, c.over]), [['offer_end', true], ['opening', true]]);
});
