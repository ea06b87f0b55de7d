// SPDX-License-Identifier: GPL-3.0-or-later
// Templates of notices and projects: made from a draft, in use once a second person agrees, changed while in use,
// and what a draft begins with.
import test from 'node:test';
import assert from 'node:assert/strict';
import { rowLock } from '../support/row_lock.mjs';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { holder, noticeFields, project } from '../support/trade.mjs';

const server = new Server();
let agency, staff, second, buyer, holders;
const match = (version) => ({ 'if-match': `"${version}"` });
const media = [{ name: '采购网', address: 'https://cg.example' }];

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name: '某某代理公司' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  second = await server.account('second', ['staff'], { name: '中心丙' });
  buyer = await server.account('buyer', ['buyer'], { name: '采购戊', org_name: '数据事务局' });
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
});
const eventsOf = (subject) => server.sql(`SELECT kind, body FROM event WHERE subject = '${subject}'`).map(([kind, body]) => ({ kind, body: JSON.parse(body) }));
test.after(() => server.remove());

const registered = (more) => agency.post('/projects', project(holders, more));
const one = { name: '数据事务局云平台运维', buyer_name: '数据事务局', contact: '张先生 0632-1' };
const other = { name: '水务集团清淤', buyer_name: '水务集团', contact: '李女士' };

async function draftOf(more) {
  const { project_id, code } = await registered(one);
  return { project_id, code, ...await agency.post('/notices', {
    project_id, kind: 'gp_tender', title: '数据事务局云平台运维公开招标公告', body_md: `## 概况\n\n${code}，采购人：数据事务局，预算3000000元。`, media,
    fields: noticeFields('gp_tender', { buyer_contact: '数据事务局，张先生 0632-1', budget: '3000000元', number: code, qualification: '机密要求' }), withheld: [{ field: 'qualification', reason: '涉密' }], ...more,
  }) };
}

test('made from a draft, agreed to by another, and a draft of another project begins with it', async () => {
  const { notice_id } = await draftOf();
  assert.equal((await refused(agency.post('/templates', { name: '范本', notice_id }))).code, 'auth.denied');
  assert.equal((await refused(staff.post('/templates', { name: '范本' }))).problem.field, 'notice_id');
  const { template_id, version } = await staff.post('/templates', { name: '运维招标公告范本', notice_id });
  assert.equal((await refused(staff.post('/templates', { name: '运维招标公告范本', notice_id }))).code, 'template.name_taken');
  // Nobody uses it, nor do agencies see it, before it is agreed to.
  const { project_id } = await registered(other);
  const begin = (more) => agency.post('/notices', { project_id, kind: 'gp_tender', template_id, ...more });
  assert.equal((await refused(begin())).code, 'template.state');
  assert.deepEqual((await agency.get('/templates')).items, []);
  assert.equal((await refused(agency.get(`/templates/${template_id}`))).code, 'input.not_found');
  assert.equal((await refused(buyer.get('/templates'))).code, 'auth.denied');
  assert.equal((await refused(staff.post(`/templates/${template_id}/approve`, {}, match(version)))).code, 'template.same_person');
  assert.equal((await refused(second.post(`/templates/${template_id}/approve`))).code, 'act.version_missing');
  await second.post(`/templates/${template_id}/approve`, {}, match(version));

  const [seen] = (await agency.get('/templates?subject=notice')).items;
  assert.deepEqual([seen.name, seen.state, seen.kind, seen.regime, seen.approved_by_name], ['运维招标公告范本', 'approved', 'gp_tender', 'gp', '中心丙']);
  const { body, filled } = await agency.get(`/templates/${template_id}?project=${project_id}`);
  assert.deepEqual([body.title, filled.title], ['{{项目名称}}公开招标公告', '水务集团清淤公开招标公告']);
  // Neither what is withheld of the notice nor what is true of its project alone is in a template.
  for (const own of ['机密要求', '3000000', one.name, '某某代理公司']) assert.ok(!JSON.stringify(body).includes(own), own);
  assert.deepEqual([body.fields.budget, body.fields.number], [undefined, '{{项目编号}}']);
  const made = await agency.get(`/notices/${(await begin()).notice_id}`);
  const { code } = await agency.get(`/projects/${project_id}`);
  assert.deepEqual([made.title, made.body_md, made.fields.buyer_contact, made.media, made.deadline],
    ['水务集团清淤公开招标公告', `## 概况\n\n${code}，采购人：水务集团，预算{{预算金额}}。`, '水务集团，李女士', media, undefined]);
  // What the template left to be said is told before anything is published.
  const { findings } = await agency.post('/notice-check', { project_id, kind: 'gp_tender', ...filled, title: '{{项目名称}}公告' });
  assert.deepEqual(findings.filter((f) => f.code === 'notice.odd_blank').map((f) => f.field).sort(), ['body_md', 'title']);
  // What the author says counts.
  assert.equal((await agency.get(`/notices/${(await begin({ title: '自拟' })).notice_id}`)).title, '自拟');
  assert.equal((await refused(begin({ kind: 'gp_change' }))).code, 'template.kind');
  const ztb = await registered({ ...other, regime: 'ztb' });
  assert.equal((await refused(agency.post('/notices', { project_id: ztb.project_id, kind: 'ztb_tender', template_id }))).code, 'template.kind');
  assert.equal((await refused(agency.post('/notices', { project_id, kind: 'gp_tender' }))).code, 'input.missing');
});

test('a change waits while what was in use stays; then it is retired with a reason', async () => {
  const { template_id } = (await staff.get('/templates')).items[0];
  const path = `/templates/${template_id}`;
  const of = async () => staff.get(path);
  const { notice_id } = await draftOf({ title: '新标题' });
  const { version } = await of();
  assert.equal((await refused(staff.post(`${path}/change`, { notice_id }, match(version - 1)))).code, 'act.version');
  const { notice_id: change } = await draftOf({ kind: 'gp_clarification', withheld: [] });
  assert.equal((await refused(staff.post(`${path}/change`, { notice_id: change }, match(version)))).code, 'template.kind');
  await staff.post(`${path}/change`, { notice_id }, match(version));
  const waiting = await of();
  assert.deepEqual([waiting.state, waiting.body.title, waiting.proposed.title], ['changing', '{{项目名称}}公开招标公告', '新标题']);
  assert.equal((await agency.get(path)).proposed, undefined);
  await second.post(`${path}/approve`, {}, match(waiting.version));
  const after = await of();
  assert.deepEqual([after.state, after.body.title, after.proposed], ['approved', '新标题', undefined]);
  assert.equal((await refused(second.post(`${path}/approve`, {}, match(after.version)))).code, 'template.state');
  await staff.post(`${path}/retire`, { reason: '不再适用' }, match(after.version));
  assert.deepEqual([(await of()).state, (await agency.get('/templates')).items], ['retired', []]);
  const { project_id } = await registered(other);
  assert.equal((await refused(agency.post('/notices', { project_id, kind: 'gp_tender', template_id }))).code, 'template.state');
  const told = eventsOf(`template:${template_id}`).map((e) => e.kind).sort();
  assert.deepEqual(told, ['template.approved', 'template.approved', 'template.changed', 'template.made', 'template.retired']);
});

test('a notice that says elsewhere what it holds back becomes no template', async () => {
  const made = async (more) => {
    const { notice_id } = await draftOf(more);
    const problem = await refused(staff.post('/templates', { name: '泄露', notice_id }));
    return [problem.code, problem.problem.field];
  };
  assert.deepEqual(await made({ body_md: '资格：机密要求' }), ['notice.withheld_shown', 'body_md']);
  assert.deepEqual(await made({ title: '机密要求公告' }), ['notice.withheld_shown', 'title']);
  assert.deepEqual((await staff.get('/templates?subject=notice&regime=gp&kind=gp_tender')).items.filter((x) => x.name === '泄露'), []);
});

test('what is proposed is declined with a reason: a change leaves what is in use, a new one is retired', async () => {
  const { notice_id } = await draftOf();
  const make = (name) => staff.post('/templates', { name, notice_id });
  const { template_id, version } = await make('招标范本甲');
  const path = `/templates/${template_id}`;
  assert.equal((await refused(second.post(`${path}/decline`, { reason: '不宜' }))).code, 'act.version_missing');
  assert.equal((await refused(second.post(`${path}/decline`, {}, match(version)))).problem.field, 'reason');
  assert.equal((await refused(agency.post(`${path}/decline`, { reason: '不宜' }, match(version)))).code, 'auth.denied');
  await second.post(`${path}/decline`, { reason: '不宜' }, match(version));
  assert.equal((await staff.get(path)).state, 'retired');
  const { kind, body } = eventsOf(`template:${template_id}`).at(-1);
  assert.deepEqual([kind, body.reason, body.body_sha256.length], ['template.declined', '不宜', 64]);

  // The name of a retired one is free again, that of one in use is not.
  const again = await make('招标范本甲');
  assert.equal((await refused(make('招标范本甲'))).code, 'template.name_taken');
  const use = `/templates/${again.template_id}`;
  await second.post(`${use}/approve`, {}, match(again.version));
  const { notice_id: change } = await draftOf({ title: '别的' });
  await staff.post(`${use}/change`, { notice_id: change }, match(2));
  await staff.post(`${use}/decline`, { reason: '撤回修改' }, match(3));
  const after = await staff.get(use);
  assert.deepEqual([after.state, after.proposed, after.body.title], ['approved', undefined, '{{项目名称}}公开招标公告']);
  assert.equal((await refused(staff.post(`${use}/decline`, { reason: '再次' }, match(after.version)))).code, 'template.state');
  await staff.post(`${use}/retire`, { reason: '停用' }, match(after.version));
  assert.equal((await refused(staff.post(`${use}/decline`, { reason: '再次' }, match(after.version + 1)))).code, 'template.state');
  // Retired while proposed: neither agreed to nor changed any more.
  assert.equal((await refused(second.post(`${path}/approve`, {}, match(2)))).code, 'template.state');
  assert.equal((await refused(staff.post(`${path}/change`, { notice_id }, match(2)))).code, 'template.state');
});

test('the list comes in pages without bodies, to agencies only what is in use', async () => {
  const { notice_id } = await draftOf();
  for (let i = 0; i < 3; i += 1) {
    const { template_id, version } = await staff.post('/templates', { name: `分页${i}`, notice_id });
    if (i) await second.post(`/templates/${template_id}/approve`, {}, match(version));
  }
  const names = [];
  for (let after = ''; after !== null;) {
    const { items, next } = await agency.get(`/templates?limit=1&kind=gp_tender&regime=gp${after && `&after=${after}`}`);
    assert.ok(items.length <= 1 && items.every((x) => !('body' in x)));
    names.push(...items.map((x) => x.name));
    after = next;
  }
  assert.deepEqual(names, ['分页2', '分页1']);
  const mine = (await staff.get('/templates?subject=notice&limit=3')).items.map((x) => [x.name, x.state]);
  assert.deepEqual(mine, [['分页2', 'approved'], ['分页1', 'approved'], ['分页0', 'proposed']]);
  for (const none of ['kind=gp_result', 'regime=ztb', 'subject=project'])
    assert.deepEqual((await agency.get(`/templates?${none}`)).items, [], none);
});

test('two staff agree to one template at once: one of them does', async () => {
  const { notice_id } = await draftOf();
  const { template_id, version } = await staff.post('/templates', { name: '同时审核', notice_id });
  const third = await server.account('third', ['staff'], { name: '中心丁' });
  const lock = await rowLock(server, `template WHERE template_id = '${template_id}'`);
  const both = Promise.allSettled([second, third].map((who) => who.post(`/templates/${template_id}/approve`, {}, match(version))));
  await lock.waits(2);
  lock.release();
  const done = await both;
  assert.deepEqual(done.map((d) => d.status).sort(), ['fulfilled', 'rejected']);
});

test('a project begins with a template of its kind, which the record names', async () => {
  const codes = { buyer_code: '11370402004242424X', agency_code: '91370402MA3C0FFEE7', agency_name: '某某代理公司' };
  const { project_id } = await registered({ ...one, ...codes, place: '本市' });
  const { template_id, version } = await staff.post('/templates', { name: '服务类项目', project_id });
  await second.post(`/templates/${template_id}/approve`, {}, match(version));
  const { body, subject, kind } = await agency.get(`/templates/${template_id}`);
  assert.deepEqual([subject, kind, body.name, body.budget, body.holders.length, body.lots.length], ['project', 'services', undefined, undefined, 2, 2]);
  // How a draft of somebody else's project would begin is for its people alone.
  const rival = await server.account('rival', ['agency'], { name: '代理己', org_name: '另一代理公司' });
  assert.equal((await refused(rival.get(`/templates/${template_id}?project=${project_id}`))).code, 'auth.denied');
  // Whoever a project names belongs to it, so its template names nobody, whoever makes use of it.
  for (const name of ['buyer_name', 'buyer_code', 'agency_name', 'agency_code', 'contact', 'name', 'budget'])
    assert.equal(body[name], undefined, name);
  assert.equal(body.place, '本市');
  const [[kept]] = server.sql(`SELECT body FROM template WHERE template_id = '${template_id}'`);
  for (const own of [...Object.values(codes), one.buyer_name, one.contact]) assert.ok(!kept.includes(own), own);
  const fresh = { regime: 'gp', category: kind, name: '新项目', budget: '100', buyer_name: '水务集团', contact: '李女士', template_id };
  const made = await rival.post('/projects', { ...body, ...fresh });
  const seen = await rival.get(`/projects/${made.project_id}`);
  assert.deepEqual([seen.contact, seen.lots.map((l) => l.name)], ['李女士', ['第一包', '第二包']]);
  const theirs = { project_id: made.project_id, kind: 'gp_tender', title: '公告', body_md: '正文' };
  assert.equal((await refused(agency.post('/notices', theirs))).code, 'auth.denied');
  const [event] = eventsOf(`project:${made.project_id}`).filter((e) => e.kind === 'project.created');
  assert.equal(event.body.input.template_id, template_id);
  for (const [more, field] of [[{ regime: 'ztb' }, 'regime'], [{ category: 'works' }, 'category']]) {
    const problem = await refused(agency.post('/projects', { ...body, ...fresh, ...more }));
    assert.deepEqual([problem.code, problem.problem.field], ['template.kind', 'template_id'], field);
  }
  const [ofNotices] = (await agency.get('/templates?subject=notice')).items;
  assert.equal((await refused(rival.post('/projects', { ...body, ...fresh, template_id: ofNotices.template_id }))).code, 'template.kind');
  // A change names what it was asked of.
  const works = await registered({ ...one, category: 'works' });
  const { version: now } = await staff.get(`/templates/${template_id}`);
  const wrong = await refused(staff.post(`/templates/${template_id}/change`, { project_id: works.project_id }, match(now)));
  assert.deepEqual([wrong.code, wrong.problem.field], ['template.kind', 'project_id']);
});
