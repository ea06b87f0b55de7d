// SPDX-License-Identifier: GPL-3.0-or-later
// A project begins as a draft: incomplete, changed, given up, submitted, returned, and a project once somebody who had
// no hand in it approves it. Nothing that needs a project is possible before.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { holder, noticeFields, project } from '../support/trade.mjs';

const server = new Server({ config: { trade: { project_approval: 'true' } } });
let agency, colleague, rival, staff, second, buyer, supervisor, holders;
const match = (version) => ({ 'if-match': `"${version}"` });
const org_name = '某某代理公司';
const whole = (more) => project(holders, { agency_name: org_name, ...more });
const step = (who, what, { draft_id, version }, body = {}) => who.post(`/project-drafts/${draft_id}/${what}`, body, match(version));
const keep = (who, body) => who.post('/project-drafts', body);
const edit = (who, { draft_id, version }, body) => who.call('PUT', `/project-drafts/${draft_id}`, body, version ? match(version) : {});
const view = (who, { draft_id }) => who.get(`/project-drafts/${draft_id}`);
const code = async (promise) => (await refused(promise)).code;
const events = (id) => server.sql(`SELECT kind FROM event WHERE subject = 'project_draft:${id}' ORDER BY subject_no`).map(([kind]) => kind);
const count = (table) => Number(server.sql(`SELECT COUNT(*) FROM ${table}`)[0][0]);

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name });
  colleague = await server.account('colleague', ['agency'], { name: '代理乙', org_name });
  rival = await server.account('rival', ['agency'], { name: '代理丙', org_name: '另一家代理公司' });
  staff = await server.account('staff', ['staff'], { name: '中心甲' });
  second = await server.account('second', ['staff'], { name: '中心乙' });
  buyer = await server.account('buyer', ['buyer'], { name: '采购人', org_name: '某某局' });
  supervisor = await server.account('supervisor', ['supervisor'], { name: '监管' });
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

test('nobody registers a project alone', async () => {
  const problem = await refused(agency.post('/projects', whole()));
  assert.deepEqual([problem.status, problem.code], [403, 'project.approval_required']);
  assert.equal(await code(staff.post('/projects', whole())), 'project.approval_required');
  assert.equal(count('project'), 0);
  assert.equal((await agency.get('/project-drafts')).needed, true);
});

test('a draft may lack anything; what is missing is told, and refused when it is submitted', async () => {
  const made = await keep(agency, { name: '云平台运维服务', regime: 'gp' });
  const seen = await view(agency, made);
  assert.deepEqual([seen.state, seen.draft, seen.mine, seen.had_a_hand], ['draft', { name: '云平台运维服务', regime: 'gp' }, true, true]);
  assert.deepEqual(seen.findings.map((f) => [f.kind, f.code, f.field]), [['refuse', 'input.missing', 'category']]);
  const problem = await refused(step(agency, 'submit', made));
  assert.deepEqual([problem.code, problem.problem.field], ['input.missing', 'category']);
  // What is there must be of its kind.
  assert.equal(await code(keep(agency, { budget: 'much' })), 'input.invalid');
  assert.equal(await code(keep(agency, { moon: 'full' })), 'input.unknown_field');
  assert.equal(await code(keep(agency, { lots: ['one'] })), 'input.invalid');
  // Nothing that needs a project is there for a draft.
  assert.equal(await code(agency.post('/notices', { project_id: made.draft_id, kind: 'gp_tender' })), 'input.not_found');
  assert.equal(await code(agency.get(`/projects/${made.draft_id}`)), 'input.not_found');
  assert.equal(await code(server.api().get(`/projects/${made.draft_id}/tender`)), 'input.not_found');

  const put = (body, version) => edit(agency, { ...made, version }, body);
  assert.equal(await code(put(whole())), 'act.version_missing');
  const { version } = await put(whole({ bond: '60000.000001' }), made.version);
  assert.equal(await code(put(whole(), made.version)), 'act.version');
  // G03: two in a hundred of the budget at most.
  const over = await refused(step(agency, 'submit', { ...made, version }));
  assert.deepEqual([over.code, over.rule], ['project.bond_too_high', 'G03']);
  const told = (await view(agency, made)).findings.filter((f) => f.kind === 'refuse');
  assert.deepEqual(told.map((f) => [f.code, f.rule]), [['project.bond_too_high', 'G03']]);
  const mended = await put(whole({ bond: '60000' }), version);
  const submitted = await step(agency, 'submit', { ...made, version: mended.version });
  assert.equal(await code(put(whole(), submitted.version)), 'project.draft_state');
  assert.equal(await code(step(agency, 'discard', { ...made, version: submitted.version })), 'project.draft_state');
  assert.equal(count('project'), 0);
});

test('a second person approves it; the project is its author\'s, and can then be announced', async () => {
  const made = await keep(agency, whole());
  assert.equal(await code(step(staff, 'approve', made)), 'project.draft_state');
  const { version } = await step(agency, 'submit', made);
  const draft = { ...made, version };
  assert.equal(await code(step(agency, 'approve', draft)), 'project.same_person');
  for (const other of [rival]) assert.equal(await code(step(other, 'approve', draft)), 'input.not_found');
  assert.equal(await code(step(buyer, 'approve', draft)), 'auth.denied');
  assert.equal(await code(step(supervisor, 'approve', draft)), 'auth.denied');
  assert.equal(await code(step(staff, 'approve', made)), 'act.version');
  const done = await step(staff, 'approve', draft);
  assert.match(done.code, /^370402\d{14}$/);
  assert.equal(done.lots.length, 2);
  assert.equal(await code(step(second, 'approve', { ...draft, version: done.version })), 'project.draft_state');
  assert.equal(await code(step(second, 'return', { ...draft, version: done.version }, { reason: '晚了' })), 'project.draft_state');
  const after = await view(agency, made);
  assert.deepEqual([after.state, after.project_id, after.decided_by_name, after.findings], ['approved', done.project_id, '中心甲', undefined]);
  const [[founder, body]] = server.sql(`SELECT created_by, e.body FROM project JOIN event e ON e.subject = CONCAT('project:', project_id) WHERE project_id = '${done.project_id}'`);
  assert.equal(founder, agency.accountId);
  assert.deepEqual([JSON.parse(body).draft, JSON.parse(body).founder], [made.draft_id, agency.accountId]);
  assert.deepEqual(events(made.draft_id), ['project.drafted', 'project.submitted', 'project.approved']);
  assert.ok((await agency.post('/notices', { project_id: done.project_id, kind: 'gp_tender', title: '公告', body_md: '正文', fields: noticeFields('gp_tender') })).notice_id);
  assert.ok(!(await agency.get('/project-drafts')).items.some((d) => d.draft_id === made.draft_id));
});

test('a returned one is bettered and submitted again; its reason is told', async () => {
  const made = await keep(agency, whole({ name: '退回的项目' }));
  const { version } = await step(agency, 'submit', made);
  assert.equal(await code(step(agency, 'return', { ...made, version }, { reason: '自己退' })), 'project.same_person');
  assert.equal(await code(step(staff, 'return', { ...made, version })), 'input.missing');
  const back = await step(staff, 'return', { ...made, version }, { reason: '预算依据不足' });
  const [seen] = (await agency.get('/project-drafts?state=returned')).items;
  assert.deepEqual([seen.draft_id, seen.return_reason, seen.decided_by_name], [made.draft_id, '预算依据不足', '中心甲']);
  const again = await step(agency, 'submit', { ...made, version: back.version });
  assert.equal((await view(agency, made)).return_reason, undefined);
  // Who returned it wrote nothing of it.
  assert.ok((await step(staff, 'approve', { ...made, version: again.version })).project_id);
});

test('a deputy writes and submits, and is no second person, even when he is one no longer', async () => {
  await agency.post('/me/deputy', { deputy: 'colleague' });
  const made = await keep(agency, whole({ name: '代办的项目' }));
  const body = whole({ name: '代办人改过的项目' });
  const { version } = await edit(colleague, made, body);
  assert.equal((await view(colleague, made)).mine, true);
  const submitted = await step(colleague, 'submit', { ...made, version });
  assert.equal(await code(step(colleague, 'approve', { ...made, version: submitted.version })), 'project.same_person');
  await agency.post('/me/deputy', {});
  assert.equal((await view(colleague, made)).mine, false);
  assert.equal(await code(step(colleague, 'approve', { ...made, version: submitted.version })), 'project.same_person');
  // A colleague who wrote nothing may.
  const other = await keep(agency, whole({ name: '同事复核的项目' }));
  const handed = await step(agency, 'submit', other);
  assert.equal(await code(edit(colleague, { ...other, version: handed.version }, body)), 'project.draft_state');
  assert.ok((await step(colleague, 'approve', { ...other, version: handed.version })).project_id);
});

test('a draft is seen by those of the project, the centre and supervisors, and given up by its author alone', async () => {
  const made = await keep(agency, whole({ name: '放弃的项目', buyer_name: '别的局' }));
  const sees = async (who) => (await who.get('/project-drafts')).items.some((d) => d.draft_id === made.draft_id);
  for (const [who, may] of [[agency, true], [colleague, true], [staff, true], [supervisor, true], [rival, false], [buyer, false]]) {
    assert.equal(await sees(who), may, who.login);
    if (may) assert.equal((await view(who, made)).draft_id, made.draft_id);
    else assert.equal(await code(view(who, made)), 'input.not_found');
  }
  assert.equal(await code(step(staff, 'discard', made)), 'project.not_author');
  assert.equal(await code(step(rival, 'discard', made)), 'input.not_found');
  assert.equal(await code(agency.post(`/project-drafts/${made.draft_id}/discard`)), 'act.version_missing');
  await step(agency, 'discard', made);
  assert.equal(await code(view(agency, made)), 'input.not_found');
  assert.deepEqual(events(made.draft_id), ['project.drafted', 'project.draft_discarded']);
});

test('two approve at once: one project', async () => {
  const made = await keep(agency, whole({ name: '同时复核' }));
  const { version } = await step(agency, 'submit', made);
  const before = count('project');
  const both = await Promise.allSettled([step(staff, 'approve', { ...made, version }), step(second, 'approve', { ...made, version })]);
  assert.deepEqual(both.map((x) => x.status).sort(), ['fulfilled', 'rejected']);
  assert.equal(count('project'), before + 1);
});

test('a table of projects becomes drafts, each as whole as a project', async () => {
  const columns = ['regime', 'category', 'name', 'region', 'method', 'budget', 'buyer_name', 'contact', 'holder_threshold', 'holders', 'window_minutes', 'lots.1.name', 'lots.1.price_form', 'lots.1.scheme'];
  const row = (name, budget) => ['gp', 'services', name, '370402', 'open', budget, '某某局', '张先生', '2', holders.map((h) => h.accountId).join(';'), '60', '第一包', 'amount',
    `"${JSON.stringify(project(holders).lots[0].scheme).replaceAll('"', '""')}"`];
  const table = (...rows) => Buffer.from([columns, ...rows].map((r) => r.join(',')).join('\r\n'));
  const send = (rows, more = '') => agency.send('POST', `/imports/projects${more}`, table(...rows), { 'content-type': 'text/csv; charset=utf-8' });
  const before = [count('project'), count('project_draft')];
  const seen = await send([row('表一', '3000000'), row('表二', '')], '?rehearse=true');
  assert.deepEqual(seen.rows.map((r) => r.refused), [undefined, 'project.amount']);
  assert.deepEqual([count('project'), count('project_draft')], before);
  const done = await send([row('表一', '3000000'), row('表二', '2000000')]);
  assert.deepEqual(done.events.map((e) => e.kind), ['project.drafted', 'project.drafted', 'import.done']);
  const made = await view(agency, { draft_id: done.rows[0].id });
  const { version } = await step(agency, 'submit', made);
  assert.ok((await step(staff, 'approve', { ...made, version })).project_id);
});
