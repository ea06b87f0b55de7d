// SPDX-License-Identifier: GPL-3.0-or-later
// A visit to the site (踏勘现场) and a consortium (联合体) at the screens, by the keyboard: announced by the agency, told to
// who has the tender file, and cancelled; then a bid of two is sealed in the browser, opened there, and named at the opening.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build } from '../support/server.mjs';
import { DAY, advanceTo, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const PLACE = '项目现场东门';
const PARTNER = '戊设计有限公司';
const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const bids = [];
let browser, id, lot, start, deadline, agency, leader;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url);
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal, 2);
  const name = (i) => `${'甲乙丙'[i]}建设有限公司`;
  people.leader = await server.account('firm0', ['bidder'], { name: name(0), org_name: name(0), credit_code: creditCode(0) });
  for (const i of [1, 2]) firms.push(await bidder(server, seal, `firm${i}`, { name: name(i), credit_code: creditCode(i) }));
  start = (await people.staff.get('/clock')).legal;
  deadline = workingTime(start, 21);
  const created = await people.agency.post('/projects', project(holders, { joint: true, joint_members: 2 }));
  [id, lot] = [created.project_id, created.lots[0].lot_id];
  await publish(people.agency, people.staff, { project_id: id, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline }, { '招标文件.pdf': Buffer.from('%PDF-1.4\n%%EOF\n') });
  const tender = await server.api().get(`/projects/${id}/tender`);
  for (const firm of firms) {
    const documents = [seal.write(`${firm.login}.txt`, firm.name)];
    bids.push(await submitBid(firm, lot, await sealBid(firm, { tender, lotId: lot, price: '1300000', documents })));
  }
  [agency, leader] = [await personAt(browser), await personAt(browser)];
  await agency.signIn(people.agency);
  await leader.signIn(people.leader);
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const waiting = () => leader.page.getByRole('link', { name: /^招标文件有变更或答疑：云平台运维服务/ });
const visits = () => leader.page.getByRole('heading', { name: new RegExp(`踏勘现场 · .* · ${PLACE}`) });

// From what waits for the bidder to the visit, which it says it has seen.
async function read() {
  await leader.go('/');
  await leader.press(waiting());
  await visits().waitFor();
}
async function seen() {
  const button = leader.page.getByRole('button', { name: `已知悉 ${PLACE}` });
  await leader.press(button);
  await button.waitFor({ state: 'detached' });
}

test('a bidder fetches the file; the agency announces a visit', async () => {
  const { page } = agency;
  await leader.go(`/bids/new/${id}`);
  await leader.page.getByText('接受联合体投标，成员（含牵头人）不超过 2 家').waitFor();
  await Promise.all([leader.page.waitForEvent('download'), leader.press(leader.page.getByRole('button', { name: '招标文件.pdf' }))]);
  await leader.page.getByText(/首次获取/).waitFor();
  await agency.go(`/projects/${id}`);
  const time = new Date(Date.parse(start) + 5 * DAY * 1000 + 8 * 3600000).toISOString();
  await agency.type(page.locator('#visit-starts'), `${time.slice(0, 10)} 09:30`);
  await page.keyboard.press('Enter');
  await agency.type(page.locator('#visit-place'), PLACE);
  await agency.type(page.locator('#visit-note'), '请自备安全帽');
  await agency.looksWhole('announcing a visit');
  await agency.press(page.getByRole('button', { name: '安排踏勘' }));
  await page.getByRole('listitem').filter({ hasText: `${time.slice(0, 10)} 09:30` }).filter({ hasText: `${PLACE} 请自备安全帽` }).waitFor();
});

test('it is told of it and says that it knows, also when it does not take place', async () => {
  const { page } = leader;
  await read();
  await page.getByText('请自备安全帽').waitFor();
  await leader.looksWhole('a visit');
  await seen();
  await agency.giveReason(agency.page.getByRole('button', { name: `取消 ${PLACE}` }), '连日暴雨');
  await agency.page.getByRole('listitem').filter({ hasText: '已取消' }).filter({ hasText: '连日暴雨' }).waitFor();
  assert.doesNotMatch(await agency.page.locator('main').innerText(), /甲建设/, 'it tells who was told');
  await agency.looksWhole('a visit was cancelled');
  await read();
  await page.getByText('请自备安全帽 连日暴雨').waitFor();
  await leader.looksWhole('a visit that does not take place');
  await seen();
});

test('a bid of two is sealed in the browser: so many members as the tender takes, and their agreement', async () => {
  const { page } = leader;
  await leader.press(page.getByRole('link', { name: '在浏览器中投标' }).first());
  await Promise.all([page.waitForEvent('download'), leader.press(page.getByRole('button', { name: '生成密钥并保存文件' }))]);
  await page.getByText('本浏览器中有您的密钥').waitFor();
  await leader.type(page.getByRole('textbox', { name: '报价' }), '1200000');
  await leader.press(page.getByRole('button', { name: '添加联合体成员' }));
  await leader.type(page.getByLabel('第 1 个成员名称'), PARTNER);
  assert.ok(await page.getByRole('button', { name: '添加联合体成员' }).isDisabled(), 'two are as many as it takes');
  await leader.choose(page.getByLabel('投标文件（可选多个）'), [seal.write('技术文件.txt', '技术'), seal.write('共同投标协议.txt', '协议')]);
  await page.getByRole('alert').filter({ hasText: '联合体信息不完整' }).waitFor();
  await leader.looksWhole('a consortium that lacks something');
  const send = page.getByRole('button', { name: '加密、上传并递交' });
  assert.ok(await send.isDisabled());
  await leader.type(page.getByLabel('第 1 个成员统一社会信用代码'), creditCode(9));
  await leader.tabTo(page.getByLabel('共同投标协议'));
  for (const key of ['ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  assert.equal(await page.getByLabel('共同投标协议').inputValue(), '共同投标协议.txt');
  await leader.looksWhole('a consortium');
  await leader.press(send);
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
});

test('it is opened by its leader, and the opening names both', async () => {
  const { page } = leader;
  await advanceTo(people.staff, plusSeconds(deadline, 1));
  await people.host.post(`/lots/${lot}/close`);
  const host = await personAt(browser);
  await host.signIn(people.host);
  await host.go(`/lots/${lot}/opening`);
  assert.doesNotMatch(await host.page.locator('main').innerText(), /戊设计/, 'nobody knows of it before');
  await page.reload();
  await leader.confirm(page.getByRole('button', { name: '用本浏览器中的密钥解密' }));
  await page.getByText('已解密').first().waitFor();
  for (const [i, firm] of firms.entries()) await releaseBid(firm, bids[i]);
  const row = host.page.getByRole('row').filter({ hasText: '甲建设有限公司' });
  await row.getByText(`联合体：${PARTNER}`).waitFor();
  await host.looksWhole('a consortium at the opening');
});
