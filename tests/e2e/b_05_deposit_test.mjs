// SPDX-License-Identifier: GPL-3.0-or-later
// Bid bonds and certificates at the screens of those who pay, watch and give back: by the keyboard, and as axe sees it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build } from '../support/server.mjs';
import { advanceTo, announce, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const pdf = Buffer.from('%PDF-1.4\n%%EOF\n');
let browser, tender, lot, deadline, reference;

test.before(async () => {
  server.options.config = { deposits: { account: '某某交易中心 某某银行 1234567890' } };
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url);
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲建设有限公司', '乙建设有限公司', '丙建设有限公司'].entries())
    firms.push(await bidder(server, seal, `firm${i}`, { name, credit_code: creditCode(i) }));
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  ({ tender, lots: [lot] } = await announce(server, people, holders, deadline, { regime: 'ztb', lots: [{ ...project([]).lots[0], bond: '20000' }] }));
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

test('a bidder gets its reference and hands in a guarantee instead', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[0]);
  await person.go(`/bids/new/${tender.project_id}`);
  await person.press(page.getByRole('link', { name: '投标保证金' }));
  await page.getByText('保证金尚未到位').waitFor();
  await page.getByText('某某交易中心 某某银行 1234567890').waitFor();
  await person.press(page.getByRole('button', { name: '取得缴款码' }));
  const shown = page.getByText(/^\d{16}$/);
  await shown.waitFor();
  reference = (await shown.innerText()).trim();
  await person.looksWhole('a bond that is awaited');
  await person.go('');
  await person.press(page.getByRole('link', { name: /^投标保证金尚未到位/ }));
  await page.getByText(reference).waitFor();

  await person.tabTo(page.getByLabel('形式'));
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: '银行保函' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await person.type(page.getByLabel('出具机构'), '某某银行');
  await person.type(page.getByLabel('保函编号'), 'BH-1');
  await person.type(page.getByLabel('金额'), '20000');
  await person.tabTo(page.getByLabel('有效期至'));
  await page.keyboard.insertText('2099-01-01 00:00');
  await page.keyboard.press('Enter');
  await page.setInputFiles('input[type=file]', { name: '保函.pdf', mimeType: 'application/pdf', buffer: pdf });
  await person.press(page.getByRole('button', { name: '递交保函' }));
  await page.getByText('保证金已到位').waitFor();
  await person.looksWhole('a guarantee');
});

test('the centre imports the bank\'s lines, rehearsed first', async () => {
  const second = (await firms[1].post(`/lots/${lot}/deposit`)).reference;
  const now = (await people.staff.get('/clock')).legal;
  const csv = ['bank_serial,reference,payer,payer_account,payer_bank,amount,paid_at', `S1,${second},${firms[1].name},6222,某某银行,20000,${now}`,
    `S2,${reference},别的公司,6223,某某银行,20000,${now}`].join('\n');
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(people.staff);
  await person.go('/deposits');
  await person.press(page.getByRole('button', { name: '导入银行明细' }));
  await page.locator('label', { hasText: '银行到账明细' }).click();
  await page.setInputFiles('input[type=file]', { name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  // Whose line it is, and whether it fits, would tell who bids.
  await page.getByText('已入账').first().waitFor();
  await person.looksWhole('a rehearsal of the bank\'s lines');
  await person.press(page.getByRole('button', { name: '导入', exact: true }));
  await person.press(page.getByRole('button', { name: '确定' }));
  await page.getByRole('heading', { name: '已导入' }).waitFor();

  await person.go(`/projects/${tender.project_id}`);
  await person.press(page.getByRole('link', { name: '本标段的投标保证金' }));
  await page.getByText('开标前不显示缴纳情况').waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), /建设有限公司|别的公司/);
  await person.looksWhole('the bonds of a lot before the opening');
});

test('after the contract the bonds go back by an order to the bank', async () => {
  const bids = [];
  for (const firm of firms)
    bids.push([firm, await submitBid(firm, lot, await sealBid(firm, { tender, lotId: lot, price: '1200000', documents: [seal.write(`${firm.login}.txt`, 'x')] }))]);
  await advanceTo(people.staff, deadline);
  await people.host.post(`/lots/${lot}/close`);
  for (const [firm, bid] of bids) await releaseBid(firm, bid);
  await people.host.post(`/lots/${lot}/finish-opening`);
  // The evaluation is not what is walked here.
  const rows = [1, 2, 3].map((bid_no) => ({ bid_no, rank: bid_no }));
  server.sql(`UPDATE lot SET state = 'ranked', result = '${JSON.stringify({ rows })}' WHERE lot_id = '${lot}'`);
  await publish(people.agency, people.staff, { project_id: tender.project_id, kind: 'ztb_result', title: '中标结果公告', body_md: '结果。', fields: noticeFields('ztb_result') });
  const awarded_at = plusSeconds((await people.staff.get('/clock')).legal, 1);
  await advanceTo(people.staff, plusSeconds(awarded_at, 60));
  await people.agency.post(`/lots/${lot}/settlement`, { bid_no: 2, awarded_at });

  const agency = await personAt(browser);
  await agency.signIn(people.agency);
  await agency.go(`/lots/${lot}/opening`);
  await agency.page.getByText('银行保函').first().waitFor();
  await agency.go(`/projects/${tender.project_id}`);
  const contracted_at = (await people.staff.get('/clock')).legal;
  await agency.tabTo(agency.page.getByLabel('合同签订'));
  await agency.page.keyboard.insertText(new Date(Date.parse(contracted_at) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' '));
  await agency.page.keyboard.press('Enter');
  await agency.looksWhole('recording a contract');

  const person = await personAt(browser);
  const { page } = person;
  await people.agency.post(`/lots/${lot}/settlement`, { bid_no: 2, awarded_at, contracted_at });
  await person.signIn(people.staff);
  await person.go('/deposits');
  await person.press(page.getByRole('button', { name: '生成退款指令' }));
  await person.press(page.getByRole('button', { name: '确定' }));
  const file = page.getByRole('button', { name: /^下载 CSV/ });
  await file.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), person.press(file)]);
  assert.match(download.suggestedFilename(), /^returns-.*\.csv$/);
  await person.looksWhole('orders to the bank');
  await person.go('/statistics');
  const saved = page.locator('[data-test=awards] tbody tr', { hasText: '%' }).last();
  assert.match(await saved.innerText(), /合计\s+1\s+[\d,.]+\s+[\d,.]+\s+[\d,.]+\s+[\d,.]+\s+\d+\.\d\d%/);
  await person.looksWhole('what was awarded and saved');
  await person.go(`/lots/${lot}/deposits`);
  await page.getByText('退款中').first().waitFor();
  await page.getByText('乙建设有限公司').waitFor();
  await person.looksWhole('the bonds of a lot after the opening');
});

test('a bidder registers its certificate, and the supplier file shows it', async () => {
  const dir = seal.path('');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-utf8', '-days', '45', '-keyout', 'own.key', '-out', 'own.crt',
    '-subj', `/C=CN/O=甲建设有限公司/serialNumber=${creditCode(0)}/CN=甲建设有限公司`], { cwd: dir, stdio: 'ignore' });
  const person = await personAt(browser);
  await person.signIn(firms[0]);
  await person.go('/account');
  await person.page.setInputFiles('input[type=file]', path.join(dir, 'own.crt'));
  await person.page.getByText('有效，未核验证书链').waitFor();
  await person.page.getByText(/^证书将于/).waitFor();
  await person.looksWhole('a certificate');
  const staff = await personAt(browser);
  await staff.signIn(people.staff);
  await staff.go('/suppliers');
  await staff.type(staff.page.getByLabel('单位名称、信用代码或账号'), '甲建设');
  await staff.page.keyboard.press('Enter');
  await staff.looksWhole('suppliers');
  await staff.press(staff.page.getByRole('link', { name: '甲建设有限公司' }));
  await staff.page.getByRole('heading', { name: '已开标的投标' }).waitFor();
  await staff.page.getByText('1,200,000').waitFor();
  await staff.looksWhole('a supplier');
});
