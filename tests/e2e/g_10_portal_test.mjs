// SPDX-License-Identifier: GPL-3.0-or-later
// The public portal in Chromium: every kind of page on a desk and on a telephone without a fault axe can see, a search
// by keyboard without a script, and what a printer gets.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { Person } from '../support/console.mjs';
import { fill, generated } from '../support/notices.mjs';
import { Server, build, until } from '../support/server.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const OLDER = 80;
let browser, notice, pages, agency, staff, result;

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  const holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
  fill(server, agency.accountId, 1, OLDER);
  const { project_id } = await agency.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  notice = { project_id, ...await publish(agency, staff, {
    project_id, kind: 'gp_tender', title: '云平台运维服务公开招标公告', fields: noticeFields('gp_tender'),
    body_md: '# 一、项目概况\n\n采购云平台运维服务。\n\n| 包 | 内容 | 预算（元） |\n|-|-|-|\n| 1 | 运维 | 1500000 |\n\n## 二、资格\n\n- 独立法人',
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  }, { '招标文件（含合同条款与技术规范书）.pdf': Buffer.from('%PDF-1.7') }) };
  const get = async (address) => (await server.api().raw('GET', address));
  await until('the oldest page', async () => (await get(`/notices/${generated(1).notice_id}.html`)).status === 200);
  await until('the months', async () => (await get('/notices/2026-01.html')).status === 200);
  await until('the notice in the search', async () => (await get(encodeURI('/search?q=云平台运维服务'))).body.includes(notice.notice_id));
  await until('the open data', async () => (await get('/open-data.html')).status === 200);
  pages = {
    front: '/', notice: `/notices/${notice.notice_id}.html`, project: `/projects/${notice.project_id}.html`, list: '/notices/',
    month: '/notices/2026-01.html', kind: '/notices/kind/gp_tender/', region: '/notices/region/370402/', rulebook: '/rulebook.html',
    rule: '/rules/T02.html', 'older-rules': '/rulebooks/cn-2026.1.html', 'open-data': '/open-data.html', search: encodeURI('/search?q=评标&regime=gp'),
  };
  browser = await Browser.launch(server.url, { shots: path.join(build, 'e2e') });
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

test('a new notice is on its page, in the feed and found within a second', async () => {
  const start = (await staff.get('/clock')).legal;
  result = await publish(agency, staff, {
    project_id: notice.project_id, kind: 'gp_result', title: '云平台运维服务中标结果公告', body_md: '正文', fields: noticeFields('gp_result'),
    publicity_start: start, publicity_end: workingTime(start, 3),
  });
  const from = Date.now();
  const api = server.api();
  for (const place of [`/notices/${result.notice_id}.html`, '/atom.xml', '/search?q=云平台运维服务中标结果'])
    await until(place, async () => (await api.raw('GET', encodeURI(place))).body.includes(result.notice_id));
  const ms = Date.now() - from;
  assert.ok(ms < 1000, `${ms} ms`);
});

for (const [width, height] of [[1366, 768], [390, 844]]) {
  test(`every page at ${width}×${height}`, async () => {
    const page = await browser.person({ width, height });
    const person = new Person(page, server.url);
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(server.url + address);
      await person.looksWhole(`${name} at ${width}`);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
      await browser.shot(page, `portal-${name}-${width}`);
    }
  });
}

/** A result of two bidders whom two members scored. */
const award = (rank) => ({
  format: 'bidroom.award.v1', scheme: { items: [{ id: 'a', name: '方案', max: '70', kind: 'technical', objective: false }], price: { method: 'gp_lowest', weight: '30' } },
  rows: [['甲公司', '100', ['60', '65'], '62.5', '30', '92.5', 1], ['乙公司', '120', ['68', '63'], '65.5', '25', '90.5', rank]].map(([bidder_name, price, totals, mean, price_score, total, place]) => ({
    bidder_name, price, mean, price_score, total, rank: place, tied: false, members: totals.map((text, i) => ({ member_no: i + 1, scores: { a: text }, total: text })),
  })),
});

test('a result is computed again from its page, and the figure that was changed is named', async () => {
  await until('its open data', async () => (await server.api().raw('GET', `/ocds/releases/${result.notice_id}.json`)).status === 200);
  const page = await browser.person();
  const person = new Person(page, server.url);
  await page.goto(`${server.url}/notices/${result.notice_id}.html`);
  await page.getByRole('link', { name: '复算评审结果' }).click();
  await page.getByRole('alert').getByText(/没有评审明细/).waitFor();
  const choose = (rank) => person.choose(page.getByLabel('选择开放数据文件'), { name: 'award.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(award(rank))) });
  await choose(2);
  await page.getByRole('status').getByText(/^复算一致：2 家投标人、2 名评委/).waitFor();
  await choose(1);
  await page.getByRole('status').getByText('复算不一致：共 1 处').waitFor();
  await page.getByRole('row', { name: '乙公司 名次 1 2' }).waitFor();
  await person.looksWhole('a result computed again');
});

test('without a script, by keyboard: from the first page by the search to a notice and its project', async () => {
  const context = await browser.browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.keyboard.press('Tab');
  assert.equal(await page.locator(':focus').innerText(), '跳到正文');
  await page.locator('#q').focus();
  await page.keyboard.type('云平台运维服务公开招标');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '云平台运维服务公开招标公告' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/notices/${notice.notice_id}.html`);
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), '云平台运维服务公开招标公告');
  assert.equal(await page.getByRole('cell', { name: '1500000' }).count(), 1);
  await page.getByRole('link', { name: '项目公告链' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/projects/${notice.project_id}.html`);
  await context.close();
});

test('a printer gets the notice without menus', async () => {
  const page = await browser.person();
  await page.goto(server.url + pages.notice);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('navigation', { name: '主导航' }).isVisible(), false);
  assert.equal(await page.getByText(notice.text_sha256).isVisible(), true);
  await browser.shot(page, 'portal-notice-print');
});
