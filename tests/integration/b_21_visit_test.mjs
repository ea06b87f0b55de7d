// SPDX-License-Identifier: GPL-3.0-or-later
// Visits to the site (踏勘现场): announced to everybody at once, each bidder with the file told, nobody listed.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Server } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { creditCode } from '../support/bids.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const people = {};
const firms = [];
let id, deadline, start, file;

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'supervisor']) people[role] = await server.account(role, [role]);
  people.auditor = await server.account('reader', ['auditor']);
  people.other = await server.account('other', ['agency'], { org_name: '他人代理' });
  const holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
  for (const i of [0, 1])
    firms.push(await server.account(`firm${i}`, ['bidder'], { org_name: `${'甲乙'[i]}建设有限公司`, credit_code: creditCode(i) }));
  start = (await people.staff.get('/clock')).legal;
  deadline = workingTime(start, 21);
  ({ project_id: id } = await people.agency.post('/projects', project(holders)));
  await publish(people.agency, people.staff, { project_id: id, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline }, { '招标文件.pdf': Buffer.from('%PDF-1.4\n%%EOF\n') });
  const { notices } = await server.api().get(`/projects/${id}/documents`);
  file = notices[0].files[0].attachment_id;
  await firms[0].raw('GET', `/api/v1/projects/${id}/documents/${file}`, { headers: firms[0].authorization() });
});
test.after(() => server.remove());

const visit = (more = {}, who = people.agency) => who.post(`/projects/${id}/visits`, { starts_at: plusSeconds(start, 5 * DAY), place: '项目现场东门', ...more });
const told = async (who) => (await who.get('/me/tenders')).items.flatMap((x) => x.waiting.map((w) => [w.what, w.title]));

test('a visit is before the deadline, by the people of the project', async () => {
  assert.equal((await refused(visit({}, people.other))).code, 'auth.denied');
  assert.equal((await refused(visit({ starts_at: start }))).problem.field, 'starts_at');
  assert.equal((await refused(visit({ starts_at: deadline }))).problem.field, 'starts_at');
  const { visit_id, events } = await visit({ starts_at: plusSeconds(deadline, -1), note: '请自备安全帽' });
  assert.deepEqual(events.map((e) => e.kind), ['visit.announced']);
  await people.agency.post(`/visits/${visit_id}/cancel`, { reason: '改期' });
  assert.equal((await refused(people.agency.post(`/visits/${visit_id}/cancel`, { reason: '再次' }))).code, 'visit.over');
  await firms[0].post(`/projects/${id}/acknowledge`, { subject_id: visit_id });
});

test('who has the file is told, says it has seen it, and is seen by nobody', async () => {
  const { visit_id } = await visit();
  assert.deepEqual(await told(firms[0]), [['visit', '项目现场东门']]);
  assert.deepEqual(await told(firms[1]), [], 'it has not fetched the file');
  const { visits } = await server.api().get(`/projects/${id}/documents`);
  assert.deepEqual(visits.map((v) => [v.place, !!v.cancelled_at, v.waiting]), [['项目现场东门', true, false], ['项目现场东门', false, false]]);
  const seen = await firms[0].post(`/projects/${id}/acknowledge`, { subject_id: visit_id });
  assert.deepEqual(seen.events.map((e) => e.kind), ['tender.acknowledged']);
  assert.deepEqual(await told(firms[0]), []);
  for (const who of [people.agency, people.staff, people.supervisor, firms[1]]) {
    const page = JSON.stringify(await who.get(`/projects/${id}/documents`));
    assert.ok(!page.includes(firms[0].accountId) && !page.includes('甲建设'), 'it tells who was told');
  }
  const { items } = await people.auditor.get('/audit/events?limit=200');
  assert.equal(items.filter((e) => e.kind === 'tender.acknowledged').length, 0);
  await people.agency.post(`/visits/${visit_id}/cancel`, { reason: '天气' });
  assert.deepEqual(await told(firms[0]), [['visit', '项目现场东门']], 'that it does not take place is told, too');
});
