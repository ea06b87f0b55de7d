// SPDX-License-Identifier: GPL-3.0-or-later
// A project from its first words to its approval in Chromium, by keyboard alone: kept while it lacks almost everything,
// bettered, submitted, returned with a reason, approved by somebody who had no hand in it; and given up.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { refused } from '../support/api.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { build, Server } from '../support/server.mjs';
import { holder, project } from '../support/trade.mjs';

const server = new Server({ config: { trade: { project_approval: 'true' } } });
let browser, agency, staff, holders;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots: process.env.BIDROOM_SHOTS ?? path.join(build, 'e2e') });
  agency = await server.account('agency1', ['agency'], { name: '代理甲', org_name: '某某代理公司' });
  staff = await server.account('staff1', ['staff'], { name: '中心乙' });
  holders = [await holder(server, 'h1'), await holder(server, 'h2')];
  await server.account('h3', ['holder'], { name: '无密钥' });
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

// As it looks on a desk and on a telephone, with nothing wider than the screen.
async function pictured(person, name) {
  const { page } = person;
  await person.settled();
  await person.looksWhole(name);
  await browser.shot(page, `g_05-${name}-1366`);
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `${name} is ${wider} px wider than the screen`);
  await browser.shot(page, `g_05-${name}-390`);
  await page.setViewportSize({ width: 1366, height: 768 });
}

const dialog = async (person, text) => {
  await person.page.getByRole('dialog').waitFor();
  if (text) {
    await person.page.keyboard.type(text);
    await person.press(person.page.getByRole('button', { name: '确定' }));
  } else await person.page.keyboard.press('Enter');
};

test('kept, bettered, submitted, returned, submitted again and approved by keyboard alone', async () => {
  const author = await personAt(browser);
  await author.signIn(agency);
  const { page } = author;
  await author.press(page.locator('nav a[href$="/projects"]'));
  await author.press(page.getByRole('button', { name: '登记项目' }));
  const field = (name) => page.getByLabel(name, { exact: true });
  await author.type(field('项目名称'), '食堂食材配送');
  await author.press(page.getByRole('button', { name: '存为草稿' }));
  await page.waitForURL(/\/project-drafts\/[0-9a-z]{26}$/);
  await page.locator('[data-code="input.missing"]').waitFor();
  await pictured(author, 'draft');
  const id = page.url().split('/').at(-1);

  await author.press(page.locator('nav a[href$="/projects"]'));
  await pictured(author, 'drafts');
  await author.press(page.locator('[data-test=drafts]').getByRole('link', { name: '食堂食材配送' }));
  await author.press(page.getByRole('button', { name: '修改草稿' }));
  await author.settled();
  assert.equal(await field('项目名称').inputValue(), '食堂食材配送');
  await author.type(field('行政区划代码'), '370402');
  await author.type(field('预算（元）'), '3000000');
  // The agency finds those who have registered a key by their names.
  await author.press(field('保管人账号'), 'ArrowDown');
  await page.getByRole('option', { name: '持有人 h1' }).waitFor();
  assert.equal(await page.getByRole('option', { name: '无密钥' }).count(), 0);
  for (const key of ['ArrowDown', 'Enter', 'ArrowDown', 'Enter', 'Escape']) await page.keyboard.press(key);
  await author.type(field('招标人/采购人'), '某某局');
  await author.type(field('代理机构'), '某某代理公司');
  await author.type(field('联系方式'), '张先生 0632-0000000');
  for (const [no, name] of [[0, '第一包'], [1, '第二包']]) {
    const lot = page.locator('fieldset').nth(no);
    await author.type(lot.getByLabel('标段（包）名称'), name);
    await author.type(lot.getByLabel('评分项', { exact: true }), '配送方案');
    await author.type(lot.getByLabel('满分', { exact: true }), '70');
  }
  await author.type(field('统一交易标识码'), 'D01-12350100MB02709751-20190627-527731-5');
  await author.type(page.locator('[data-test=facts]').getByLabel('投标保证金（元）', { exact: true }), '五万');
  await author.press(page.getByRole('button', { name: '存为草稿' }));
  await page.getByText('请填写金额，最多六位小数').waitFor();
  await page.locator('[data-test=facts]').getByLabel('投标保证金（元）', { exact: true }).fill('50000');
  await pictured(author, 'draft-form');
  await author.press(page.getByRole('button', { name: '存为草稿' }));
  await page.waitForURL(new RegExp(`/project-drafts/${id}$`));
  await author.settled();
  assert.deepEqual(await page.locator('.findings .refuse').allInnerTexts(), []);
  await author.press(page.getByRole('button', { name: '送审', exact: true }));
  await page.getByText('须由未参与起草的另一人复核').waitFor();

  const other = await personAt(browser);
  await other.signIn(staff);
  await other.press(other.page.getByRole('link', { name: '项目待复核：食堂食材配送' }));
  await other.page.getByRole('button', { name: '复核通过' }).waitFor();
  await pictured(other, 'draft-to-approve');
  await other.press(other.page.getByRole('button', { name: '退回' }));
  await dialog(other, '请补充配送地点');
  await other.page.getByText('请补充配送地点').waitFor();

  await author.press(page.locator('nav a').first());
  await author.press(page.getByRole('link', { name: '项目草稿被退回，待修改：食堂食材配送' }));
  await page.getByText('请补充配送地点').waitFor();
  await author.press(page.getByRole('button', { name: '送审', exact: true }));
  await page.getByText('须由未参与起草的另一人复核').waitFor();
  await other.page.reload();
  await other.press(other.page.getByRole('button', { name: '复核通过' }));
  await other.page.waitForURL(/\/projects\/[0-9a-z]{26}$/);
  await other.page.getByRole('heading', { name: '食堂食材配送' }).waitFor();
  const { items } = await agency.get('/project-drafts');
  assert.deepEqual(items, []);
  for (const person of [author, other]) await person.page.context().close();
});

test('its author gives a draft up by keyboard alone', async () => {
  const { draft_id } = await agency.post('/project-drafts', project(holders, { name: '不办了的项目' }));
  const person = await personAt(browser);
  await person.signIn(agency);
  await person.go(`/project-drafts/${draft_id}`);
  await person.press(person.page.getByRole('button', { name: '放弃草稿' }));
  await dialog(person);
  await person.page.waitForURL(/\/projects$/);
  await refused(agency.get(`/project-drafts/${draft_id}`));
  await person.page.context().close();
});

test('what is sold is drafted in the form; many drafts are submitted together, each with its answer', async () => {
  const person = await personAt(browser);
  await person.signIn(agency);
  const { page } = person;
  await person.go('/projects/new');
  const field = (name) => page.getByLabel(name, { exact: true });
  await person.press(page.getByRole('radio', { name: '政府采购' }), 'ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('radio', { name: '国有产权' }).waitFor();
  assert.equal(await field('保管人账号').count() + await field('预算（元）').count() + await field('最高限价（元）').count(), 0);
  await person.type(field('项目名称'), '临街商铺出租');
  await person.type(field('行政区划代码'), '370402');
  await person.type(field('招标人/采购人'), '某某局');
  await person.type(field('联系方式'), '张先生 0632-0000000');
  for (const [no, name] of [[0, '一号商铺'], [1, '二号商铺']])
    await person.type(page.locator('fieldset').nth(no).getByLabel('标段（包）名称'), name);
  await pictured(person, 'draft-sold');
  await person.press(page.getByRole('button', { name: '存为草稿' }));
  await page.waitForURL(/\/project-drafts\/[0-9a-z]{26}$/);
  await person.settled();
  assert.deepEqual(await page.locator('.findings .refuse').allInnerTexts(), []);

  await agency.post('/project-drafts', { name: '还不完整的项目' });
  await person.press(page.locator('nav a[href$="/projects"]'));
  await person.confirm(page.getByRole('button', { name: '全部送审（2 个）' }));
  await page.getByText('已送审 1 个，1 个未能送审。').waitFor();
  await page.getByRole('row', { name: /还不完整的项目/ }).getByText('有必填内容未填写。').waitFor();
  await page.getByRole('row', { name: /临街商铺出租/ }).getByText('待复核').waitFor();
  await pictured(person, 'drafts-submitted');
  await page.context().close();
});
