// SPDX-License-Identifier: GPL-3.0-or-later
// A complaint in Chromium by keyboard alone: recorded by a supervisor, who then finds it among what waits, accepts it,
// suspends the trading, which the agency sees at the project, and decides. An objection to the candidates before it:
// raised by a bidder, found among what waits by the agency, which records another one and answers.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { build, Server } from '../support/server.mjs';
import { advanceTo, announce, DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let browser, agency, staff, supervisor, holders, projectId;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots: process.env.BIDROOM_SHOTS ?? path.join(build, 'e2e') });
  agency = await server.account('agency1', ['agency'], { org_name: '某某代理公司' });
  supervisor = await server.account('super1', ['supervisor']);
  staff = await server.account('staff1', ['staff'], { name: '中心乙' });
  holders = [await holder(server, 'h1'), await holder(server, 'h2')];
  projectId = (await agency.post('/projects', project(holders, { regime: 'ztb', name: '道路改造' }))).project_id;
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const beijing = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');

async function pictured(person, name) {
  const { page } = person;
  await person.settled();
  await page.locator('.el-message').first().waitFor({ state: 'detached' }); // it fades
  await person.looksWhole(name);
  await browser.shot(page, `g_08-${name}-1366`);
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
  await browser.shot(page, `g_08-${name}-390`);
  await page.setViewportSize({ width: 1366, height: 768 });
}

async function when(person, label, time) {
  await person.type(person.page.getByLabel(label, { exact: true }), beijing(time));
  await person.page.keyboard.press('Enter');
}

test('recorded, found among what waits, accepted, suspended and decided by keyboard alone', async () => {
  const { legal } = await supervisor.get('/clock');
  const person = await personAt(browser);
  await person.signIn(supervisor);
  const { page } = person;
  await person.press(page.locator('nav').getByRole('link', { name: '投诉处理', exact: true }));
  await person.settled();
  await person.press(page.getByLabel('项目', { exact: true }), 'ArrowDown');
  await page.getByRole('option', { name: /道路改造/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await person.press(page.getByRole('radio', { name: '评标（评审）结果' }), 'ArrowRight');
  await person.type(page.getByLabel('投诉人', { exact: true }), '某某建设公司');
  await when(person, '知道或应当知道之日', plusSeconds(legal, -200 * DAY));
  await when(person, '收到投诉时间', plusSeconds(legal, -600));
  await person.type(page.getByLabel('投诉事项与理由'), '资格条件不合理');
  await pictured(person, 'complaint-new');
  await person.press(page.getByRole('button', { name: '登记', exact: true }));
  await page.waitForURL(/\/complaints\/[0-9a-z]{26}$/);
  await page.getByText('决定是否受理投诉期限').waitFor();
  await pictured(person, 'complaint');

  await page.getByText('投诉已超过法定期限').waitFor();
  await person.press(page.getByRole('button', { name: '更正登记', exact: true }));
  const dialog = page.getByRole('dialog', { name: '更正登记' });
  await dialog.waitFor();
  const known = dialog.getByLabel('知道或应当知道之日', { exact: true });
  await known.fill('');
  await person.type(known, beijing(plusSeconds(legal, -2 * DAY)));
  await page.keyboard.press('Enter');
  await person.type(dialog.getByLabel('更正的理由'), '日期录入有误');
  await pictured(person, 'complaint-correct');
  await person.press(dialog.getByRole('button', { name: '更正登记' }));
  await page.getByRole('heading', { name: '更正的理由' }).waitFor();
  assert.equal(await page.getByText('投诉已超过法定期限').count(), 0);

  await person.press(page.locator('nav a').first());
  await person.press(page.getByRole('link', { name: /^投诉待受理：道路改造，.* 前$/ }));
  await person.press(page.getByRole('button', { name: '受理', exact: true }));
  await page.getByText('作出投诉处理决定期限').waitFor();
  await person.type(page.getByLabel('理由或决定内容'), '查处期间暂停');
  await when(person, '暂停至', plusSeconds(legal, 5 * DAY));
  await person.press(page.getByRole('button', { name: '暂停交易活动' }));
  await page.getByText('暂停交易活动期满').waitFor();
  await pictured(person, 'complaint-accepted');

  const other = await personAt(browser);
  await other.signIn(agency);
  await other.go(`/projects/${projectId}`);
  await other.page.getByText(/因投诉处理，交易活动暂停至/).waitFor();
  await pictured(other, 'suspended');
  await other.page.context().close();

  await person.type(page.getByLabel('理由或决定内容'), '经查，投诉不成立');
  await person.press(page.getByRole('button', { name: '作出决定' }));
  await page.getByText('驳回投诉').waitFor();
  await pictured(person, 'complaint-decided');
  await person.press(page.locator('nav a').first());
  await person.settled();
  assert.equal(await page.getByRole('link', { name: /^投诉/ }).filter({ hasText: '道路改造' }).count(), 0);
  await page.context().close();
});

test('an objection to the candidates is raised, found, answered, and another recorded, by keyboard alone', async () => {
  const { legal } = await staff.get('/clock');
  const { tender, lots: [lot] } = await announce(server, { agency, staff }, holders, workingTime(legal, 22), { regime: 'ztb', name: '桥梁加固', agency_name: '某某代理公司' });
  const firm = await server.account('firm1', ['bidder'], { org_name: '某某建设公司' });
  server.sql(`INSERT INTO bid (bid_id, lot_id, account_id, state, size, created_at) VALUES ('01hzzzzzzzzzzzzzzzzzzzzzzb', '${lot}', '${firm.accountId}', 'sealed', 1, NOW(6))`);
  await publish(agency, staff, { project_id: tender.project_id, kind: 'ztb_candidates', title: '中标候选人公示', body_md: '正文', fields: noticeFields('ztb_candidates'), publicity_start: legal, publicity_end: workingTime(legal, 5) });

  await advanceTo(staff, plusSeconds(legal, 180)); // times are typed to the minute
  const bidder = await personAt(browser);
  await bidder.signIn(firm);
  await bidder.go(`/bids/new/${tender.project_id}`);
  await bidder.type(bidder.page.getByLabel('异议（质疑）事项与理由。只有项目各方与监管部门可见。'), '第一候选人业绩不实');
  await bidder.press(bidder.page.getByRole('button', { name: '提出异议（质疑）' }));
  await bidder.page.getByText('我提出的').waitFor();
  await bidder.page.getByText(/答复前不能发布中标结果/).waitFor();
  await pictured(bidder, 'objection-raised');
  await bidder.page.context().close();

  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(agency);
  await person.press(page.getByRole('link', { name: /^对结果的异议（质疑）待答复：桥梁加固，.* 前$/ }));
  await page.getByText('第一候选人业绩不实').waitFor();
  await person.type(page.getByLabel('提出人', { exact: true }), '另一家公司');
  await when(person, '收到时间', (await staff.get('/clock')).legal);
  await person.type(page.getByLabel('异议（质疑）事项与理由。只有项目各方与监管部门可见。'), '评分有误');
  await person.press(page.getByRole('button', { name: '登记收到的书面异议（质疑）' }));
  await page.getByText('评分有误').waitFor();
  await pictured(person, 'objection-recorded');
  for (const [who, said] of [['某某建设公司', '业绩经核实属实'], ['另一家公司', '评分经复核无误']]) {
    await person.press(page.getByRole('listitem').filter({ hasText: who }).getByRole('button', { name: '答复异议（质疑）' }));
    // Not by its name alone: the question before it is sent has the same.
    const dialog = page.locator('.el-overlay-dialog').and(page.getByRole('dialog', { name: '答复异议（质疑）' }));
    await person.type(dialog.getByLabel('答复内容'), said);
    if (who === '另一家公司') await pictured(person, 'objection-answer');
    await person.press(dialog.getByRole('button', { name: '答复异议（质疑）' }));
    await person.press(page.locator('.el-message-box').getByRole('button', { name: '确定' }));
    await page.getByText(said).waitFor();
    await dialog.waitFor({ state: 'hidden' });
  }
  assert.equal(await page.getByRole('listitem').filter({ hasText: '异议（质疑）不成立' }).count(), 2);
  assert.equal(await page.getByText(/答复前不能发布中标结果/).count(), 0);
  await page.context().close();
});
