// SPDX-License-Identifier: GPL-3.0-or-later
// The console in Chromium before the real server: signing in, every page of every role in both languages, and a
// project brought to its published notice by two persons at their screens.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { totp } from '../support/api.mjs';
import { creditCode } from '../support/bids.mjs';
import { personAt } from '../support/console.mjs';
import { build, Server, until } from '../support/server.mjs';
import { holder, workingTime } from '../support/trade.mjs';

const server = new Server({ config: { trade: { project_approval: 'true' } } });
const people = {};
let browser, holders;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots: process.env.BIDROOM_SHOTS ?? path.join(build, 'e2e') });
  for (const [login, roles] of [['staff1', ['staff']], ['staff2', ['staff']], ['host1', ['host']], ['super1', ['supervisor']],
    ['buyer1', ['buyer']], ['witness1', ['witness']], ['bidder1', ['bidder']], ['venue1', ['venue']], ['agency1', ['agency']], ['agency2', ['agency']]])
    people[login] = await server.account(login, roles);
  holders = [await holder(server, 'holder1'), await holder(server, 'holder2')];
  [people.holder1] = holders;
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

test('a wrong password says so; the authenticator is bound with the secret on the page and asked for next time', async () => {
  const person = await personAt(browser);
  const { page } = person;
  for (const [place, name] of [['/seat', 'sign-in at a seat'], ['/nowhere', 'no such page']]) {
    await person.go(place);
    await person.looksWhole(name);
  }
  await person.go('/sign-in');
  await page.fill('#login', 'agency1');
  await page.fill('#password', 'not the password');
  await page.click('button[type=submit]');
  await page.getByText('账号或密码不正确。').waitFor();
  await person.looksWhole('sign-in');

  await page.fill('#password', people.agency1.password);
  await page.click('button[type=submit]');
  await page.waitForURL(/console.totp/);
  const secret = await page.locator('[data-test=totp-secret] .mono').innerText();
  await person.looksWhole('authenticator');
  await page.fill('#code', totp(secret, Date.now() - 30000));
  await page.click('form button[type=submit]');
  await page.waitForURL('**/console/');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL('**/console/sign-in');
  await person.signIn({ ...people.agency1, totpSecret: secret });
  assert.equal(new URL(page.url()).pathname, '/console/');
});

test('a firm registers itself by the keyboard; the centre agrees; then it signs in', async () => {
  const firm = await personAt(browser), staff = await personAt(browser);
  await firm.go('/sign-in');
  await firm.press(firm.page.getByRole('link', { name: '投标人注册' }));
  const password = 'Schornstein-47-Regen';
  for (const [label, text] of [['单位名称', '新建设有限公司'], ['统一社会信用代码', creditCode(9)], ['联系人', '王某'], ['联系电话', '0632-1234567'], ['登录名', 'newfirm'], ['密码', password]])
    await firm.type(firm.page.getByLabel(label, { exact: true }), text);
  await firm.looksWhole('registration');
  await firm.press(firm.page.getByRole('button', { name: '提交注册' }));
  await firm.page.getByText('等待中心审核').waitFor();
  // Somebody else says to have the same code, and takes the login of a clerk.
  await server.api().post('/bidder-registrations', { login: people.staff1.login, password, org_name: '新建设有限公司分部', credit_code: creditCode(9), name: '赵某', phone: '0632-7654321' });
  await staff.signIn(people.staff2);
  await staff.go('/suppliers');
  const [own, other] = ['王某', '赵某'].map((name) => staff.page.getByRole('row').filter({ hasText: name }));
  for (const row of [own, other]) await row.getByText('另有 1 份注册使用该信用代码待审核').waitFor();
  await other.getByText('登录名已被使用').waitFor();
  await staff.looksWhole('registrations');
  await staff.confirm(own.getByRole('button', { name: '批准', exact: true }));
  await staff.page.getByRole('link', { name: '新建设有限公司' }).waitFor();
  await other.waitFor({ state: 'detached' });
  await firm.page.reload();
  await firm.page.getByText('注册已批准，可以登录。').waitFor();
  await firm.signIn({ login: 'newfirm', password });
  for (const { page } of [firm, staff]) await page.context().close();
});

test('a page whose code does not come is loaded anew once, and is then said to be missing', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(people.staff1);
  const link = page.locator('nav').getByRole('link', { name: '期限日历', exact: true });
  let asked = 0;
  let lost = 1;
  await page.route(/Calendar-[^/]*[.]js$/, (route) => {
    asked += 1;
    return asked <= lost ? route.abort('connectionreset') : route.continue();
  });
  await person.press(link);
  await page.waitForURL('**/console/calendar');
  await page.locator('h1', { hasText: '期限日历' }).waitFor();
  assert.equal(asked, 2);

  await page.locator('nav').getByRole('link', { name: '首页', exact: true }).click();
  await page.waitForURL('**/console/');
  await page.reload(); // the code that came once is forgotten
  lost = Infinity;
  await person.press(link);
  await page.getByText('页面未能载入。请检查网络后刷新（F5）。').waitFor();
  await page.context().close();
});

test('every page of the menu is whole for every role, in Chinese and English', async () => {
  for (const [login, locale] of [['staff1', 'zh'], ['super1', 'en'], ['bidder1', 'zh'], ['holder1', 'en'], ['venue1', 'zh'],
    ['agency2', 'zh'], ['buyer1', 'en'], ['host1', 'zh'], ['witness1', 'en'], ['sysadmin', 'zh'], ['secadmin', 'en'], ['auditor', 'zh']]) {
    const person = await personAt(browser, locale);
    await person.signIn(people[login] ?? server.admins[login]);
    const places = await person.page.locator('nav a').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
    assert.ok(places.length >= 3);
    for (const place of places) {
      await person.page.locator(`nav a[href="${place}"]`).click();
      await person.settled();
      await person.looksWhole(`${login} ${place}`);
      for (const [width, height] of [[390, 844], [1366, 768]]) {
        await person.page.setViewportSize({ width, height });
        await browser.shot(person.page, `a_00-${login}-${place.split('/').at(-1) || 'home'}-${width}`);
      }
    }
    await person.page.context().close();
  }
});

// Fills a date-time field as typing does.
async function pick(page, label, time) {
  const beijing = new Date(Date.parse(time) + 8 * 3600000).toISOString();
  const field = page.getByLabel(label, { exact: true });
  await field.fill(`${beijing.slice(0, 10)} ${beijing.slice(11, 16)}`);
  await field.press('Enter');
}

async function registerProject(page) {
  await page.getByRole('button', { name: '登记项目' }).click();
  const field = (name) => page.getByLabel(name, { exact: true });
  await field('项目名称').fill('云平台运维服务');
  // Found by a part of its name as well as by its code, and called by its name from then on.
  await field('行政区划代码').fill('枣庄市市中');
  await page.locator('datalist option[value="370402"]').waitFor({ state: 'attached' });
  await field('行政区划代码').fill('370402');
  await page.getByText('山东省枣庄市市中区', { exact: true }).waitFor();
  await field('预算（元）').fill('3000000');
  await field('招标人/采购人').fill('某某局');
  await field('联系方式').fill('张先生 0632-0000000');
  await field('保管人账号').press('ArrowDown');
  for (const { login } of holders) await page.getByRole('option', { name: new RegExp(login) }).click();
  await page.keyboard.press('Escape');
  for (const [no, name] of [[0, '第一包'], [1, '第二包']]) {
    const lot = page.locator('fieldset').nth(no);
    await lot.getByLabel('标段（包）名称').fill(name);
    await lot.getByLabel('评分项', { exact: true }).fill('技术方案');
    await lot.getByLabel('满分', { exact: true }).fill('７０');
  }
  await page.getByRole('button', { name: '存为草稿' }).click();
  await page.waitForURL(/\/console\/project-drafts\/[0-9a-z]{26}$/);
  await page.getByRole('button', { name: '送审' }).click();
  await page.getByText('须由未参与起草的另一人复核').waitFor();
}

test('a project and its notice are drafted, approved by another person, and the notice published', async () => {
  const first = await personAt(browser);
  await first.signIn(people.staff1);
  await first.page.locator('nav a[href$="/projects"]').click();
  await first.page.getByRole('button', { name: '登记项目' }).waitFor();
  await registerProject(first.page);
  await first.settled();
  await first.looksWhole('project draft');

  const second = await personAt(browser);
  await second.signIn(people.staff2);
  await second.page.getByRole('link', { name: '项目待复核：云平台运维服务' }).click();
  await second.page.getByRole('button', { name: '复核通过' }).click();
  await second.page.waitForURL(/\/console\/projects\/[0-9a-z]{26}$/);
  await second.settled();
  await second.looksWhole('project');
  await first.page.goto(second.page.url());

  await first.page.getByRole('button', { name: '起草公告' }).click();
  await first.settled();
  const { legal } = await people.staff1.get('/clock');
  await pick(first.page, '招标文件发售开始', workingTime(legal, 1));
  await pick(first.page, '招标文件发售截止', workingTime(legal, 12));
  await pick(first.page, '投标截止时间', workingTime(legal, 15)); // too early by some days
  for (const box of await first.page.locator('.grid textarea').all())
    if (!(await box.inputValue())) await box.fill('见招标文件');
  await first.page.getByRole('button', { name: '按要素生成正文' }).click();
  await first.looksWhole('draft');
  await first.page.getByRole('button', { name: '保存' }).click();
  await first.page.waitForURL(/\/notices\/[0-9a-z]{26}$/);
  await first.page.getByRole('button', { name: '送审' }).click();
  await first.page.getByRole('link', { name: /规则 G01/ }).waitFor();

  await first.page.getByRole('button', { name: '修改公告' }).click();
  await first.settled();
  await pick(first.page, '投标截止时间', workingTime(legal, 24));
  await first.page.getByRole('button', { name: '保存' }).click();
  await first.page.getByRole('button', { name: '送审' }).click();
  await first.page.getByText('公告由您起草，须由另一人审核和发布。').waitFor();

  await second.page.locator('nav a').first().click();
  await second.page.getByRole('link', { name: /公告待审核/ }).click();
  await second.page.getByRole('button', { name: '审核通过' }).click();
  await second.page.getByRole('button', { name: '发布', exact: true }).click();
  await second.page.getByRole('button', { name: '确定' }).click();
  const link = second.page.getByRole('link', { name: '公开页面' });
  await link.waitFor();
  await second.page.getByText(/已入账，证明经本机核验/).waitFor();
  await second.settled();
  await second.looksWhole('published notice');
  const url = new URL(await link.getAttribute('href'), server.url);
  const publicPage = await until('the public page', async () => {
    const answer = await server.api().raw('GET', url.pathname);
    return answer.status === 200 && answer.body.toString('utf8');
  });
  assert.match(publicPage, /云平台运维服务/);
});
