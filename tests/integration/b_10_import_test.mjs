// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of projects, notices, bidders and experts: a rehearsal says of each row what would become of it and writes
// nothing; the whole table is taken over, or nothing of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { DAY, holder, plusSeconds, scheme, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, staff, sysadmin, holders;

test.before(async () => {
  await server.start();
  const house = await server.openHouse();
  agency = await server.account('agency', ['agency']);
  staff = await server.account('staff', ['staff']);
  sysadmin = house.sysadmin ?? await server.account('sysadmin2', ['sysadmin']);
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

const quote = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const table = (rows) => Buffer.from(`\ufeff${rows.map((row) => row.map((cell) => quote(String(cell))).join(',')).join('\r\n')}\r\n`);
const send = (who, what, rows, more = '') => who.send('POST', `/imports/${what}${more}`, table(rows), { 'content-type': 'text/csv; charset=utf-8' });
const rehearse = (who, what, rows) => send(who, what, rows, '?rehearse=true');
const count = (name) => Number(server.sql(`SELECT COUNT(*) FROM ${name}`)[0][0]);

const projectRows = (...names) => [
  ['regime', 'category', 'name', 'region', 'method', 'budget', 'buyer_name', 'contact', 'holder_threshold', 'holders', 'window_minutes',
    'mandatory', 'unified_code', 'lots.1.name', 'lots.1.price_form', 'lots.1.ceiling', 'lots.1.scheme'],
  ...names.map(([name, budget, code = '']) => ['gp', 'services', name, '370402', 'open', budget, '某某局', '张先生 0632-0000000', 2,
    holders.map((h) => h.accountId).join('；'), 60, '是', code, '第一包', 'amount', '', JSON.stringify(scheme.services)]),
];

test('a table of projects: rehearsed, refused as a whole, taken over', async () => {
  const rows = projectRows(['项目一', '3000000'], ['项目二', 'x'], ['项目,三', '100', 'A99-91359128593462349A-20170601-002267-T']);
  const before = [count('project'), count('event'), count('lot')];
  const seen = await rehearse(agency, 'projects', rows);
  assert.deepEqual([seen.rehearsed, seen.refused], [true, 1]);
  assert.deepEqual(seen.rows.map((r) => [r.line, r.refused, r.field, /^\d{20}$/.test(r.code ?? '')]),
    [[2, undefined, undefined, true], [3, 'input.invalid', 'budget', false], [4, undefined, undefined, true]]);
  assert.equal(seen.rows[2].findings[0].kind, 'warn');
  const problem = await refused(send(agency, 'projects', rows));
  assert.deepEqual([problem.status, problem.code, problem.problem.field], [422, 'import.refused', 'budget']);
  assert.deepEqual([count('project'), count('event'), count('lot')], before);

  const right = projectRows(['项目一', '3000000'], ['项目,三', '100']);
  const done = await send(agency, 'projects', right);
  assert.deepEqual([done.rehearsed, done.refused, done.rows.length], [false, 0, 2]);
  assert.deepEqual(done.events.map((e) => e.kind), ['project.created', 'project.created', 'import.done']);
  const project = await staff.get(`/projects/${done.rows[1].id}`);
  assert.deepEqual([project.name, project.code, project.lots.length], ['项目,三', done.rows[1].code, 1]);
});

test('a refused row leaves nothing that another row of the rehearsal could meet', async () => {
  const columns = ['login', 'name', 'password', 'org_name', 'credit_code'];
  const row = (login, code) => [login, '投标人甲', 'correct horse battery', '某某公司', code];
  const seen = await rehearse(sysadmin, 'bidders', [columns, row('bidder-1', '91370402MA3C4D5E6G'), row('bidder-1', ''), row('bidder-1', '')]);
  assert.deepEqual(seen.rows.map((r) => r.refused), ['input.invalid', undefined, 'account.login_taken']);
  assert.equal(count("account WHERE login = 'bidder-1'"), 0);
  await send(sysadmin, 'bidders', [columns, row('bidder-1', ''), row('bidder-2', '')]);
  assert.equal(count("account WHERE login LIKE 'bidder-_'"), 2);
  assert.equal((await refused(rehearse(agency, 'bidders', [columns]))).code, 'auth.denied');
});

test('experts, with their specialities in one cell', async () => {
  const { rows } = await send(staff, 'experts', [['name', 'unit', 'specialities', 'region', 'account_login', 'account_password'],
    ['专家甲', '某大学', '信息化；档案', '370402', 'expert-i1', 'correct horse battery']]);
  const { items } = await staff.get('/experts');
  assert.deepEqual(items.find((e) => e.expert_id === rows[0].id).specialities, ['信息化', '档案']);
});

test('drafts of notices by the code of their project, with what the pre-check says', async () => {
  const { rows: [{ code }] } = await send(agency, 'projects', projectRows(['项目四', '3000000']));
  const start = (await staff.get('/clock')).legal;
  const beijing = (t) => new Date(Date.parse(t) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');
  const columns = ['project_code', 'kind', 'title', 'body_md', 'offer_start', 'offer_end', 'deadline', 'fields.scope', 'media.1.name', 'media.1.address'];
  const row = (c, more = []) => [c, 'gp_tender', '公告', '正文', beijing(start), beijing(plusSeconds(start, 10 * DAY)), beijing(workingTime(start, 21)), '范围', '采购网', 'https://cg.example', ...more];
  const seen = await rehearse(agency, 'notices', [columns, row(code), row('0000')]);
  assert.deepEqual(seen.rows.map((r) => [r.refused, r.field]), [[undefined, undefined], ['input.not_found', 'project_code']]);
  assert.ok(seen.rows[0].findings.some((f) => f.code === 'notice.missing' && f.field === 'qualification'));
  assert.ok(!seen.rows[0].findings.some((f) => f.field === 'scope'));
  const { rows } = await send(agency, 'notices', [columns, row(code)]);
  const notice = await agency.get(`/notices/${rows[0].id}`);
  assert.deepEqual([notice.state, notice.project_code, notice.fields.scope, notice.deadline], ['draft', code, '范围', workingTime(start, 21)]);
  assert.deepEqual(notice.media, [{ name: '采购网', address: 'https://cg.example' }]);
});

test('what is no table, and the same request again', async () => {
  for (const text of ['', 'name\n', 'name\n"x', 'name\nx"y'])
    assert.equal((await refused(agency.send('POST', '/imports/projects', Buffer.from(text), { 'content-type': 'text/csv' }))).code, 'import.malformed', text);
  assert.equal((await refused(agency.send('POST', '/imports/projects', Buffer.from('{}'), { 'content-type': 'application/json' }))).code, 'http.unsupported_type');
  const unknown = await rehearse(agency, 'projects', [['name', 'moon'], ['甲', 'full']]);
  assert.deepEqual(unknown.rows[0], { line: 2, refused: 'input.unknown_field', title: 'The input has a field that is not known', field: 'moon', detail: 'moon is not known here' });

  const key = { 'content-type': 'text/csv', 'idempotency-key': 'one-table' };
  const before = count('project');
  const [one, two] = [await agency.send('POST', '/imports/projects', table(projectRows(['项目五', '1'])), key),
    await agency.send('POST', '/imports/projects', table(projectRows(['项目五', '1'])), key)];
  assert.deepEqual(two.rows, one.rows);
  assert.equal(count('project'), before + 1);
  assert.equal((await refused(agency.send('POST', '/imports/projects', table(projectRows(['项目六', '1'])), key))).code, 'act.idempotency_mismatch');
});
