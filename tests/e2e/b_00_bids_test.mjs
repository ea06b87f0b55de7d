// SPDX-License-Identifier: GPL-3.0-or-later
// Bids at the screens of those who make and open them: a bidder uploads, hands in and opens its bid, the host closes
// and finishes, two holders rescue the bid of a bidder who does not come.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build, until } from '../support/server.mjs';
import { announce, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const holders = [];
const bids = [];
let browser, tender, lot, deadline, fourth, cutOff;

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
  fourth = await server.account('firm3', ['bidder'], { name: '丁建设有限公司', org_name: '丁建设有限公司', credit_code: creditCode(3) });
  for (const i of [1, 2]) bids[i] = await submitBid(firms[i], lot, bids[i]);
  const fifth = await bidder(server, seal, 'firm4', { name: '戊建设有限公司', credit_code: creditCode(4) });
  cutOff = await submitBid(fifth, lot, await sealBid(fifth, { tender, lotId: lot, price: '1204000', documents: [seal.write('firm4.txt', '戊')] }));
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

test('the agency changes a key holder by the keyboard; everybody sees the keys', async () => {
  const { tender: other } = await announce(server, people, holders, deadline);
  const another = await server.account('h9', ['holder'], { name: '接任保管人' });
  const { kid } = await another.post('/me/keys', { purpose: 'holder', ...(({ alg, public_key }) => ({ alg, public_key }))(await seal.keygen('h9.pem')) });
  const person = await personAt(browser);
  await person.signIn(people.agency);
  await person.go(`/projects/${other.project_id}`);
  await person.press(person.page.getByRole('button', { name: '更换第 2 号保管人' }));
  const dialog = person.page.getByRole('dialog');
  await person.type(dialog.getByLabel('新保管人账号'), another.accountId);
  await person.type(dialog.getByLabel('理由'), '原保管人遗失密钥');
  await person.looksWhole('changing a holder');
  await person.press(dialog.getByRole('button', { name: '更换' }));
  await person.page.getByText(kid).waitFor();
  await person.looksWhole('project');
  const reader = await personAt(browser);
  await reader.signIn(firms[0]);
  await reader.go(`/bids/new/${other.project_id}`);
  await reader.page.getByText(kid).waitFor();
  await reader.looksWhole('tender with its keys');
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

// The line breaks twice and the page is loaded again once, each at a piece that never arrives.
test('a bidder without any tool makes a key, seals and sends in the browser, and opens as a trial', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(fourth);
  await person.go(`/bids/new/${tender.project_id}/${lot}/seal`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '生成密钥并保存文件' }).click()]);
  const pem = seal.path('browser.pem');
  await download.saveAs(pem);
  await page.getByText('本浏览器中有您的密钥').waitFor();
  assert.deepEqual((await fourth.get('/me')).keys.map((k) => [k.kid, k.purpose]), [[(await seal.run('pubkey', '--key', pem)).kid, 'bidder']]);
  await person.looksWhole('key and offer');

  const files = [seal.write('报价说明.txt', '丁 报价说明'), seal.write('技术文件.bin', crypto.randomBytes(18 << 20))];
  const sent = [];
  const broken = new Set();
  await page.route('**/content', (route) => {
    const n = Math.floor(Number(route.request().headers()['upload-offset']) / (4 << 20));
    if (n >= 1 && n <= 3 && !broken.has(n)) {
      broken.add(n);
      return n === 3 ? undefined : route.abort('connectionreset');
    }
    sent.push(n);
    return route.continue();
  });
  await page.getByRole('textbox', { name: '报价' }).fill('1203000');
  await page.getByLabel('投标文件（可选多个）').setInputFiles(files);
  await page.getByRole('button', { name: '加密、上传并递交' }).click();
  await until('the piece that never arrives', () => broken.has(3), 60000);
  await page.reload();
  await page.getByText('您有一次未完成的上传。').waitFor();
  const choose = page.getByLabel('投标文件（可选多个）');
  fs.mkdirSync(seal.path('other'));
  await choose.setInputFiles([files[0], seal.write('other/技术文件.bin', crypto.randomBytes(18 << 20))]);
  await page.getByRole('button', { name: '继续上传并递交' }).click();
  await page.getByText('所选文件与上次的不同').waitFor();
  await choose.setInputFiles(files);
  await page.getByRole('button', { name: '继续上传并递交' }).click();
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
  assert.deepEqual(sent, [0, 0, 1, 2, 3, 4], 'no piece went twice');
  assert.deepEqual([...broken], [1, 2, 3]);
  person.complaints = person.complaints.filter((c) => !/ERR_CONNECTION_RESET/.test(c));
  await page.getByRole('button', { name: '试解密' }).click();
  await page.getByText('试解密成功').waitFor();
  await person.looksWhole('trial');
  Object.assign(fourth, { bidId: page.url().split('/').pop(), at: person });
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

  const theirs = fourth.at.page;
  await theirs.getByRole('button', { name: '用本浏览器中的密钥解密' }).click();
  await theirs.getByRole('button', { name: '确定' }).click();
  await theirs.getByText('已解密').first().waitFor();
  assert.deepEqual((await server.api().get(`/lots/${lot}/opening`)).bids.filter((b) => b.bid_id === fourth.bidId)
    .map((b) => [b.bidder_name, b.price, b.opened_by]), [['丁建设有限公司', '1203000', 'bidder']]);
  await releaseBid(firms[1], bids[1]);
  await host.page.getByText('乙建设有限公司').waitFor();
  await host.page.getByText('1,200,000.00').waitFor();
  await host.looksWhole('opening');
});

test('the host asks the holders; two of three give their share; the opening is finished', async () => {
  const host = people.hostAt;
  const dialog = host.page.getByRole('dialog');
  await host.press(host.page.getByRole('row', { name: bids[2].receipt_digest }).getByRole('button', { name: '请保管人解密' }));
  await host.type(dialog.getByLabel('理由', { exact: true }), '投标人密钥设备损坏');
  await host.looksWhole('asking the holders');
  await host.press(dialog.getByRole('button', { name: '请求解密' }));
  await host.page.getByText('已收到 0 份分片').waitFor();
  for (const [i, holder] of holders.slice(0, 2).entries()) {
    const person = await personAt(browser);
    const { page } = person;
    await person.signIn(holder);
    await page.getByRole('link', { name: /请提供密钥分片/ }).click();
    if (i === 1) {
      await seal.keygen('strange.pem');
      await page.getByLabel('选择密钥文件').setInputFiles(seal.path('strange.pem'));
      await page.getByText('密钥已读入').waitFor();
      await page.getByRole('button', { name: '用本浏览器中的密钥给出份额' }).click();
      await page.getByText('您的密钥打不开这份密钥份额。').waitFor();
      await page.getByLabel('选择密钥文件').setInputFiles(holder.key);
      await page.getByText('密钥已读入').last().waitFor();
      await page.getByRole('button', { name: '用本浏览器中的密钥给出份额' }).click();
      await page.getByRole('button', { name: '确定' }).click();
      await page.getByText('分片已提交').waitFor();
      await person.looksWhole('holder by browser');
      continue;
    }
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载' }).first().click()]);
    const header = seal.path(`${holder.login}.header`);
    await download.saveAs(header);
    await page.getByLabel('提交分片').setInputFiles(seal.write('not.json', '{"holder_no": 9}'));
    await page.getByText(/文件不符合/).waitFor();
    await page.getByLabel('提交分片').setInputFiles(seal.write(`${holder.login}.share.json`, await seal.share(holder.key, header)));
    await page.getByRole('button', { name: '确定' }).click();
    await page.getByText('分片已提交').waitFor();
    await person.looksWhole('holder');
  }
  await host.page.getByText('丙建设有限公司').waitFor();
  const theirs = fourth.at;
  await theirs.go(`/lots/${lot}/opening`);
  await theirs.page.fill('#objection', '第 1 家的报价唱错了');
  await theirs.page.getByRole('button', { name: '提出异议' }).click();
  await host.page.getByRole('button', { name: '答复异议' }).click();
  await host.page.locator('.el-message-box textarea').fill('已核对，与投标文件一致');
  await host.page.getByRole('button', { name: '确定' }).click();
  await theirs.page.getByText('已核对，与投标文件一致').waitFor();
  await theirs.looksWhole('objections');
  // The last one stays closed, and not through its bidder's fault.
  await people.staff.post('/clock/advance', { seconds: 3600, reason: '演示' });
  await host.press(host.page.getByRole('button', { name: '结束开标' }));
  await host.tabTo(dialog.getByRole('radio', { name: /^投标人原因/ }));
  await host.page.keyboard.press('ArrowDown');
  const finish = dialog.getByRole('button', { name: '结束开标' });
  assert.ok(await finish.isDisabled(), 'the reason is needed');
  await host.type(dialog.getByLabel(/^原因说明/), '平台网络故障');
  await host.looksWhole('finishing');
  await host.press(finish);
  await host.page.getByText('已开标').first().waitFor();
  await theirs.page.getByRole('button', { name: '确认开标记录' }).click();
  await theirs.page.getByRole('button', { name: '确定' }).click();
  await until('the confirmation', async () => (await server.api().get(`/lots/${lot}/opening`)).bids.some((b) => b.bid_id === fourth.bidId && b.confirmed));
  const { bids: opened } = await server.api().get(`/lots/${lot}/opening`);
  assert.deepEqual(opened.map((b) => b.opened_by).sort(), ['bidder', 'bidder', 'bidder', 'holders', undefined]);
  assert.equal(opened.find((b) => b.bid_id === cutOff.bid_id).state, 'recalled');
});
