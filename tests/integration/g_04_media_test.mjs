// SPDX-License-Identifier: GPL-3.0-or-later
// A notice in several media: the text they are to carry, what stood there, the first difference, and who learns of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, staff, second, supervisor, buyer, holders;
const media = [{ name: '省公共服务平台', address: 'https://platform.example/n/1' }, { name: '采购网', address: 'https://cg.example' }];
const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex');

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name: '某某代理公司' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  second = await server.account('second', ['staff'], { name: '中心丙' });
  supervisor = await server.account('supervisor', ['supervisor'], { name: '监管丁' });
  buyer = await server.account('buyer', ['buyer'], { name: '采购戊', org_name: '某某局' });
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
});
const eventsOf = (subject) => server.sql(`SELECT kind, body FROM event WHERE subject = '${subject}'`).map(([kind, body]) => ({ kind, body: JSON.parse(body) }));
test.after(() => server.remove());

async function tender(regime, more = {}) {
  const { project_id } = await agency.post('/projects', project(holders, { regime }));
  const start = (await staff.get('/clock')).legal;
  return {
    project_id, kind: `${regime}_tender`, title: '道路改造招标公告', body_md: '## 一、概况\n\n预算 **120** 万元，见[附表](https://cg.example/t)。\n\n1. 第一项\n2. 第二项',
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 24), fields: noticeFields(`${regime}_tender`), media, ...more,
  };
}
const beijing = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');
const record = (who, id, input) => who.post(`/notices/${id}/media`, input);
const fileOf = (name) => until(name, async () => {
  const answer = await server.api().raw('GET', `/notices/${name}`);
  return answer.status === 200 && answer.body.toString();
});

test('a notice whose optional members are null has none of them', async () => {
  const { notice_id } = await agency.post('/notices', { ...await tender('gp'), media: null, lot_nos: null, withheld: null });
  const made = await agency.get(`/notices/${notice_id}`);
  assert.deepEqual([made.media, made.lot_nos, made.withheld ?? []], [[], [], []]);
});

test('media are part of the text, and the plain text lies beside the page', async () => {
  const input = await tender('ztb');
  for (const [list, field] of [[[{ name: '某网' }], 'address'], [[media[0], media[0]], 'media'], [[{ ...media[0], more: 1 }], 'more'], [Array(9).fill(media[0]), 'media']])
    assert.equal((await refused(agency.post('/notices', { ...input, media: list }))).problem.field, field);
  // What is withheld does not stand in the name of a medium either.
  for (const place of ['name', 'address']) {
    const leaking = { name: '某网', address: 'https://a.example', [place]: '见机密资金' };
    const { findings } = await agency.post('/notice-check', { ...input, fields: { ...input.fields, funds: '机密资金' }, withheld: [{ field: 'funds', reason: '涉密' }], media: [leaking] });
    assert.deepEqual(findings.filter((f) => f.kind === 'refuse').map((f) => [f.code, f.field]), [['notice.withheld_shown', 'media']], place);
  }
  const held = { ...input, fields: { ...input.fields, funds: '机密资金' }, withheld: [{ field: 'funds', reason: '涉密' }], media: [{ name: '机密资金网', address: 'https://a.example' }] };
  const checked = await agency.post('/notice-check', held);
  assert.deepEqual(checked.findings.filter((f) => f.kind === 'refuse').map((f) => [f.code, f.field]), [['notice.withheld_shown', 'media']]);

  const { notice_id, text_sha256 } = await publish(agency, staff, input);
  assert.deepEqual((await agency.get(`/notices/${notice_id}`)).media, media);
  const whole = await fileOf(`${notice_id}.json`);
  assert.equal(sha256(whole), text_sha256);
  assert.deepEqual(JSON.parse(whole).media, media);
  const { text } = await agency.get(`/notices/${notice_id}/media`);
  assert.equal(await fileOf(`${notice_id}.txt`), text);
  for (const part of ['道路改造招标公告', '公告类型：招标公告', '同时发布的媒介：省公共服务平台（https://platform.example/n/1）；采购网（https://cg.example）', '规模：scale 见招标文件', '预算 120 万元，见附表（https://cg.example/t）', '2. 第二项', '项目名称：云平台运维服务', `发布时间：${beijing(JSON.parse(whole).published_at)}（北京时间）`])
    assert.ok(text.includes(part), part);
  assert.ok(!/\*\*|##/.test(text));
  const page = await fileOf(`${notice_id}.html`);
  assert.ok(page.includes('省公共服务平台（https://platform.example/n/1）') && page.includes(`${notice_id}.txt`));
  const release = await until('the release', async () => {
    const answer = await server.api().raw('GET', `/ocds/releases/${notice_id}.json`);
    return answer.status === 200 && JSON.parse(answer.body.toString());
  });
  assert.equal(release.releases[0].tender.documents[0].otherMedia, '省公共服务平台（https://platform.example/n/1）；采购网（https://cg.example）');
  const pushed = (await staff.get(`/notices/${notice_id}/exchange`)).records.find((r) => r.table === '503');
  assert.ok(pushed.fields.media.startsWith('省公共服务平台'));
});

test('what stood in a medium is compared, the first difference told to staff and supervisors until it is mended', async () => {
  const { notice_id } = await publish(agency, staff, await tender('ztb'));
  const path = `/notices/${notice_id}/media`;
  const { text, due_at, due_rule, first_published_at, first_medium } = await buyer.get(path);
  const { published_at } = await agency.get(`/notices/${notice_id}`);
  assert.deepEqual([Date.parse(due_at) - Date.parse(published_at), due_rule, first_published_at, first_medium], [12 * 3600e3, 'M02', published_at, undefined]);
  assert.deepEqual((await supervisor.get('/calendar')).items.filter((c) => c.notice_id === notice_id && c.what === 'media').map((c) => [c.rule, c.end]), [['M02', due_at]]);

  const now = (await staff.get('/clock')).legal;
  const wrong = { medium_no: 1, appeared_at: now, text: text.replace('预算 120', '预算 210') };
  assert.equal((await refused(record(buyer, notice_id, wrong))).code, 'auth.denied');
  const stranger = await server.account('stranger', ['agency'], { name: '外人', org_name: '另一代理' });
  assert.equal((await refused(record(stranger, notice_id, wrong))).code, 'auth.denied');
  assert.equal((await refused(record(agency, notice_id, { ...wrong, medium_no: 3 }))).problem.field, 'medium_no');
  assert.equal((await refused(record(agency, notice_id, { ...wrong, appeared_at: plusSeconds(now, 3600) }))).problem.field, 'appeared_at');
  assert.equal((await record(agency, notice_id, wrong)).agrees, false);

  const [first] = (await supervisor.get(path)).media;
  const [seen] = first.records;
  assert.deepEqual([seen.agrees, seen.late, seen.rule, seen.recorded_by_name, seen.text_sha256], [false, false, 'M01', '代理甲', sha256(wrong.text)]);
  assert.deepEqual([seen.difference.ours.slice(0, 3), seen.difference.theirs.slice(0, 3)], ['120', '210']);
  assert.ok(seen.difference.common.endsWith('预算'));
  for (const who of [staff, supervisor]) {
    const { items } = await who.get('/media-differences');
    assert.deepEqual(items.map((d) => [d.notice_id, d.medium, d.title]), [[notice_id, '省公共服务平台', '道路改造招标公告']]);
  }
  assert.equal((await refused(agency.get('/media-differences'))).code, 'auth.denied');

  // Layout is no difference; earlier than here is the first publication; the look before stays on the record.
  const earlier = plusSeconds(published_at, -600);
  const laidOut = text.replace(/\n/g, '\n\n　').replaceAll('120', '１２０');
  assert.equal((await record(staff, notice_id, { medium_no: 1, appeared_at: now, text: laidOut })).agrees, true);
  assert.equal((await record(staff, notice_id, { medium_no: 2, appeared_at: earlier, text })).agrees, true);
  const after = await agency.get(path);
  assert.deepEqual(after.media.map((m) => m.records.map((r) => r.agrees)), [[true, false], [true]]);
  assert.deepEqual([Date.parse(after.first_published_at), after.first_medium], [Date.parse(earlier), '采购网']);
  assert.deepEqual((await staff.get('/media-differences')).items, []);
  assert.ok(!(await supervisor.get('/calendar')).items.some((c) => c.notice_id === notice_id && c.what === 'media'));
  const events = eventsOf(`notice:${notice_id}`).filter((e) => e.kind === 'notice.medium_recorded');
  assert.deepEqual(events.map((e) => e.body.agrees).sort(), [false, true, true]);
});

test('each medium has its own newest look, a named source is no difference, and a withdrawn notice has none', async () => {
  const { notice_id } = await publish(agency, staff, await tender('ztb'));
  const { text } = await agency.get(`/notices/${notice_id}/media`);
  const look = async (medium_no, words) => (await record(agency, notice_id, { medium_no, appeared_at: (await staff.get('/clock')).legal, text: words })).agrees;
  const differing = async () => (await supervisor.get('/media-differences')).items.filter((d) => d.notice_id === notice_id).map((d) => d.medium);
  assert.deepEqual([await look(1, '别的'), await look(2, '别的')], [false, false]);
  assert.deepEqual(await differing(), ['采购网', '省公共服务平台']);
  assert.equal(await look(2, `信息来源：某市公共资源交易中心\n${text}`), true);
  assert.deepEqual(await differing(), ['省公共服务平台']);
  assert.equal(await look(2, '又是别的'), false);
  assert.deepEqual(await differing(), ['采购网', '省公共服务平台']);
  await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  assert.deepEqual(await differing(), []);
});

test('a medium is looked at fifty times at most', async () => {
  const { notice_id } = await publish(agency, staff, await tender('ztb'));
  const look = async (medium_no) => record(agency, notice_id, { medium_no, appeared_at: (await staff.get('/clock')).legal, text: '别的' });
  await look(1);
  const columns = 'notice_id, medium_no, appeared_at, text, text_sha256, differs_at, recorded_by, recorded_at';
  server.sql(`INSERT INTO medium_record (record_id, ${columns}) SELECT CONCAT('01', LPAD(seq, 24, '0')), ${columns} FROM medium_record JOIN seq_1_to_48 WHERE notice_id = '${notice_id}'`);
  await look(1);
  const problem = await refused(look(1));
  assert.deepEqual([problem.code, problem.problem.field], ['medium.too_many_looks', 'medium_no']);
  await look(2);
});

test('M02: twelve hours after the publication a medium is late, on both sides of the second', async () => {
  const { notice_id } = await publish(agency, staff, await tender('ztb'));
  const { due_at, due_verified, text } = await agency.get(`/notices/${notice_id}/media`);
  assert.equal(due_verified, false);
  await staff.post('/clock/advance', { seconds: 13 * 3600, reason: '测试' });
  await record(agency, notice_id, { medium_no: 1, appeared_at: due_at, text });
  await record(agency, notice_id, { medium_no: 2, appeared_at: plusSeconds(due_at, 1), text });
  const { media: seen } = await agency.get(`/notices/${notice_id}/media`);
  assert.deepEqual(seen.map((m) => m.records[0].late), [false, true]);
});

test('a government purchase has no such clock, a draft no text, and what was not kept is not compared', async () => {
  const input = await tender('gp');
  const draft = await agency.post('/notices', input);
  assert.deepEqual((await agency.get(`/notices/${draft.notice_id}/media`)).media, []);
  const look = { medium_no: 1, appeared_at: input.offer_start, text: '别的' };
  assert.equal((await refused(record(agency, draft.notice_id, look))).code, 'notice.state');
  const { notice_id } = await publish(agency, second, input);
  assert.equal((await record(agency, notice_id, look)).agrees, false);
  const seen = await agency.get(`/notices/${notice_id}/media`);
  assert.deepEqual([seen.due_at, seen.media[0].records[0].rule, seen.media[0].records[0].late], [undefined, undefined, undefined]);
  server.sql(`UPDATE notice SET published_text = NULL WHERE notice_id = '${notice_id}'`);
  assert.equal((await refused(record(agency, notice_id, look))).code, 'medium.no_text');
});
