// SPDX-License-Identifier: GPL-3.0-or-later
// 500 MB sealed in Chromium and sent on a line that breaks twice, the page loaded again once; then opened by the server.
// At least 300 MB/s in at most 32 MB beyond what the server held before.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { creditCode, bidder, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build, until } from '../support/server.mjs';
import { advanceTo, announce, workingTime } from '../support/trade.mjs';

const MB = Number(process.env.BIDROOM_BENCH_MB ?? 500);
const AT_LEAST = 300, AT_MOST = 32;
const server = new Server({ config: { server: { log_level: 'notice' } } });
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const status = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024;
const rate = (seconds) => `${seconds.toFixed(1)} s, ${(MB / seconds).toFixed(0)} MB/s`;
const timed = async (act) => {
  const start = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

function bigFile(name) {
  const file = seal.path(name);
  const out = fs.openSync(file, 'w');
  for (let i = 0; i < MB; i += 1) fs.writeSync(out, crypto.randomBytes(1e6));
  fs.closeSync(out);
  return file;
}

// Each of these pieces is lost once: the line breaks; the last one simply never arrives.
async function breakLine(page, at) {
  const broken = new Set();
  await page.route('**/content', (route) => {
    const n = Math.floor(Number(route.request().headers()['upload-offset']) / (4 << 20));
    if (!at.includes(n) || broken.has(n)) return route.continue();
    broken.add(n);
    return n === at.at(-1) ? undefined : route.abort('connectionreset');
  });
  return broken;
}

async function sealInBrowser(browser, firm, { tender, lots: [lot] }, file) {
  const who = await personAt(browser);
  await who.signIn(firm);
  await who.go(`/bids/new/${tender.project_id}/${lot}/seal`);
  const third = Math.floor(MB * 1e6 / (4 << 20) / 4);
  const broken = await breakLine(who.page, [third, 2 * third, 3 * third]);
  await who.page.getByLabel('选择密钥文件').setInputFiles(firm.key);
  await who.page.getByRole('textbox', { name: '报价' }).fill('1200000');
  const choose = who.page.getByLabel('投标文件（可选多个）');
  await choose.setInputFiles(file);
  await who.page.getByRole('button', { name: '加密、上传并递交' }).click();
  await until('the page is to be loaded again', () => broken.size === 3, 600000);
  await who.page.reload();
  await choose.setInputFiles(file);
  await who.page.getByRole('button', { name: '继续上传并递交' }).click();
  await who.page.waitForURL(/\/bids\/[0-9a-z]{26}$/, { timeout: 600000 });
  return { bid_id: who.page.url().split('/').pop() };
}

let browser;
try {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { measured: true });
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal);
  const firms = [];
  for (const i of [0, 1, 2]) firms.push(await bidder(server, seal, `firm${i}`, { name: `${'甲乙丙'[i]}公司`, credit_code: creditCode(i) }));
  const deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  const announced = await announce(server, people, holders, deadline);
  const lotId = announced.lots[0];
  for (const firm of firms.slice(1))
    await submitBid(firm, lotId, await sealBid(firm, { tender: announced.tender, lotId, price: '1', documents: [seal.write(`${firm.login}.txt`, 'x')] }));
  const file = bigFile('技术文件.bin');

  let bid;
  const sent = await timed(async () => { bid = await sealInBrowser(browser, firms[0], announced, file); });
  console.log(`${MB} MB sealed and sent by Chromium, line broken twice, page loaded again once: ${rate(sent)}`);
  await advanceTo(people.staff, deadline);
  await people.host.post(`/lots/${lotId}/close`);
  const before = status('VmRSS');
  fs.writeFileSync(`/proc/${server.child.pid}/clear_refs`, '5');
  bid.file = path.join(server.dataDir, 'bids', `${bid.bid_id}.sealed`);
  const opened = await timed(async () => assert.equal((await releaseBid(firms[0], bid)).state, 'opened'));
  const more = status('VmHWM') - before;
  console.log(`opened by the server: ${rate(opened)}, ${more.toFixed(1)} MB more memory than before`);
  assert.ok(MB / opened >= AT_LEAST && more <= AT_MOST, `at least ${AT_LEAST} MB/s in ${AT_MOST} MB`);
} finally {
  await browser?.close();
  await server.remove();
}
