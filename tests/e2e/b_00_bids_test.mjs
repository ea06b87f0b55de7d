// SPDX-License-Identifier: GPL-3.0-or-later
// Bids at the screens of those who make and open them: a bidder uploads, hands in and opens its bid, the host closes
// and finishes, two holders rescue the bid of a bidder who does not come.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build } from '../support/server.mjs';
import { announce, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const holders = [];
const bids = [];
let browser, tender, lot, deadline;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url);
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  holders.push(...await keyHolders(server, seal));
  for (const [i, name] of ['甲建设有限公司', '乙建设有限公司', '丙建设有限公司'].entries())
    firms.push(await bidder(server, seal, `firm${i}`, { name, credit_code: creditCode(i) }));
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  const announced = await announce(server, people, holders, deadline);
  tender = announced.tender;
  [lot] = announced.lots;
  for (const [i, firm] of firms.entries()) {
    const documents = [seal.write(`${firm.login}.bin`, crypto.randomBytes(i === 0 ? 9 << 20 : 5000))];
    bids.push(await sealBid(firm, { tender, lotId: lot, price: `${1200000 + i * 1000}`, documents }));
  }
  for (const i of [1, 2]) bids[i] = await submitBid(firms[i], lot, bids[i]);
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

test('a bidder uploads a sealed file in pieces, hands it in and reads a checked receipt', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[0]);
  await page.locator('nav a[href$="/bids"]').click();
  await page.fill('#project', tender.project_id);
  await page.getByRole('button', { name: '投标' }).click();
  await page.getByRole('link', { name: '投标', exact: true }).first().click();
  await page.getByText(`--lot ${lot}`).waitFor();
  const pieces = [];
  page.on('request', (request) => request.method() === 'PATCH' && pieces.push(request.headers()['upload-offset']));
  await page.setInputFiles('input[type=file]', bids[0].file);
  await page.locator('.el-progress.is-success').waitFor();
  assert.deepEqual(pieces, ['0', `${4 << 20}`, `${8 << 20}`]);
  await page.fill('#digest', '00'.repeat(32));
  await page.getByRole('button', { name: '确认递交' }).click();
  await page.getByText(/投标文件不完整/).waitFor();
  await person.looksWhole('bid upload');
  await page.fill('#digest', bids[0].receipt_digest);
  await page.getByRole('button', { name: '确认递交' }).click();
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
  await person.looksWhole('receipt');
  bids[0].bid_id = page.url().split('/').pop();
});

// Closing may take a moment: the page asks the server itself and shows what it says.
test('at the deadline the host closes; bidders open theirs; the third stays closed', async () => {
  const { legal } = await people.staff.get('/clock');
  await people.staff.post('/clock/advance', { seconds: Math.ceil((Date.parse(deadline) - Date.parse(legal)) / 1000) + 1, reason: '演示' });
  const host = await personAt(browser);
  people.hostAt = host;
  await host.signIn(people.host);
  await host.go(`/lots/${lot}/opening`);
  await host.page.getByRole('button', { name: '截标' }).click();
  await host.page.getByRole('button', { name: '确定' }).click();
  await host.page.getByText('摘要集').first().waitFor();
  assert.doesNotMatch(await host.page.locator('main').innerText(), /建设有限公司/, 'names are hidden until bids are opened');

  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[0]);
  await person.go(`/bids/${bids[0].bid_id}`);
  await page.fill('#key', 'no key');
  await page.getByText('这不是 32 字节的密钥。').waitFor();
  await page.fill('#key', JSON.stringify(await seal.release(firms[0].key, bids[0].file)));
  await page.locator('form').getByRole('button', { name: '解密' }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await page.getByText('已解密').first().waitFor();
  await person.looksWhole('opened bid');

  await releaseBid(firms[1], bids[1]);
  await host.page.getByText('乙建设有限公司').waitFor();
  await host.page.getByText('1,200,000.00').waitFor();
  await host.looksWhole('opening');
});

test('the host asks the holders; two of three give their share; the opening is finished', async () => {
  const host = people.hostAt;
  await host.page.getByRole('button', { name: '请保管人解密' }).click();
  await host.page.locator('.el-message-box textarea').fill('投标人密钥设备损坏');
  await host.page.getByRole('button', { name: '确定' }).click();
  await host.page.getByText('已收到 0 份分片').waitFor();
  for (const holder of holders.slice(0, 2)) {
    const person = await personAt(browser);
    const { page } = person;
    await person.signIn(holder);
    await page.getByRole('link', { name: /请提供密钥分片/ }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载' }).first().click()]);
    const header = seal.path(`${holder.login}.header`);
    await download.saveAs(header);
    await page.setInputFiles('main input[type=file]', seal.write('not.json', '{"holder_no": 9}'));
    await page.getByText(/文件不符合/).waitFor();
    await page.setInputFiles('main input[type=file]', seal.write(`${holder.login}.share.json`, await seal.share(holder.key, header)));
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('分片已提交').waitFor();
    await person.looksWhole('holder');
  }
  await host.page.getByText('丙建设有限公司').waitFor();
  await host.page.getByRole('button', { name: '结束开标' }).click();
  await host.page.getByRole('button', { name: '确定' }).click();
  await host.page.getByText('已开标').first().waitFor();
  const { bids: opened } = await server.api().get(`/lots/${lot}/opening`);
  assert.deepEqual(opened.map((b) => b.opened_by).sort(), ['bidder', 'bidder', 'holders']);
});
