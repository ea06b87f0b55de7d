// SPDX-License-Identifier: GPL-3.0-or-later
// Bids at the screens of those who make and open them, all by the keyboard: a bidder uploads, hands in and opens its bid,
// the host closes and finishes, two holders rescue the bid of a bidder who does not come, bidders sign the record.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { refused } from '../support/api.mjs';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid, upload } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build, until } from '../support/server.mjs';
import { announce, noticeFields, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server({ config: { trade: { close_at_deadline: 'true' } } });
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const holders = [];
const bids = [];
let browser, tender, lot, deadline, fourth, fifth, cutOff;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { measured: true });
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
  fifth = await bidder(server, seal, 'firm4', { name: '戊建设有限公司', credit_code: creditCode(4) });
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
  await person.type(dialog.getByLabel('新保管人账号'), '接任');
  await person.page.getByRole('option', { name: '接任保管人' }).waitFor();
  for (const key of ['ArrowDown', 'Enter']) await person.page.keyboard.press(key);
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

// A file that is offered by name, a question about it and its answer, all without the mouse.
test('a bidder fetches the tender file and asks by the keyboard; the agency answers; the bidder has seen it', async () => {
  const { project_id } = await people.agency.post('/projects', project(holders, { name: '招标文件项目' }));
  const start = (await people.staff.get('/clock')).legal;
  const { notice_id, version } = await people.agency.post('/notices', {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: workingTime(start, 8), deadline,
  });
  const drafting = await personAt(browser);
  await drafting.signIn(people.agency);
  await drafting.go(`/notices/${notice_id}`);
  await drafting.press(drafting.page.locator('label', { hasText: '招标文件：只供登录' }), 'Space');
  await drafting.choose(drafting.page.locator('input[type=file]'), { name: '招标文件.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await drafting.page.getByText('登录获取').waitFor();
  await drafting.looksWhole('offering the tender file');
  assert.equal(version, 1);
  await people.agency.post(`/notices/${notice_id}/submit`);
  await people.staff.post(`/notices/${notice_id}/approve`);
  await people.staff.post(`/notices/${notice_id}/publish`);

  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[1]);
  await person.go(`/bids/new/${project_id}`);
  const [download] = await Promise.all([page.waitForEvent('download'), person.press(page.getByRole('button', { name: '招标文件.pdf' }))]);
  assert.equal(download.suggestedFilename(), '招标文件.pdf');
  await page.getByText(/首次获取/).waitFor();
  await person.tabTo(page.locator('label', { hasText: '提问' }));
  await person.type(page.getByLabel(/^问题或异议的内容/), '工期从何时起算？');
  await person.press(page.getByRole('button', { name: '提出', exact: true }));
  await page.getByText('尚未答复').waitFor();
  await person.looksWhole('tender file and questions');

  await drafting.go('');
  await drafting.press(drafting.page.getByRole('link', { name: /^待答复：招标文件项目/ }));
  await drafting.press(drafting.page.getByRole('button', { name: '答复' }));
  const dialog = drafting.page.getByRole('dialog', { name: '答复' });
  await drafting.type(dialog.getByLabel('答复内容'), '自开工令之日起算。');
  await drafting.looksWhole('answering');
  await drafting.press(dialog.getByRole('button', { name: '答复并公开' }));
  await drafting.press(drafting.page.getByRole('button', { name: '确定' }));
  await drafting.page.getByText('自开工令之日起算。').waitFor();
  assert.doesNotMatch(await drafting.page.locator('main').innerText(), /建设有限公司/);

  await person.go('');
  await person.press(page.getByRole('link', { name: /^招标文件有变更或答疑：招标文件项目/ }));
  await person.press(page.getByRole('button', { name: '已知悉' }));
  await page.getByRole('button', { name: '已知悉' }).waitFor({ state: 'detached' });
  await page.getByText('自开工令之日起算。').waitFor();
});

// Whoever is at work on a bid sees a deadline that moves, and loses nothing of what was typed.
test('a moved deadline shows on the pages of a bid by itself', async () => {
  const moving = await announce(server, people, holders, deadline);
  const sealed = await sealBid(firms[2], { tender: moving.tender, lotId: moving.lots[0], price: '1200000', documents: [seal.write('moving.txt', '丙')] });
  const { bid_id } = await submitBid(firms[2], moving.lots[0], sealed);
  const shown = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().slice(0, 10);
  const later = workingTime(deadline, 3);
  const person = await personAt(browser), watching = await personAt(browser), listing = await personAt(browser);
  await person.signIn(fourth);
  for (const other of [watching, listing]) await other.signIn(firms[2]);
  await person.go(`/bids/new/${moving.tender.project_id}/${moving.lots[0]}/seal`);
  await watching.go(`/bids/${bid_id}`);
  await listing.go('/bids');
  const counted = [person.page.locator('form'), watching.page.locator('.el-descriptions'), listing.page.locator('tr', { hasText: shown(deadline) }).first()];
  for (const place of counted) {
    await place.getByText(shown(deadline)).waitFor();
    await place.getByRole('timer').waitFor();
  }
  await person.type(person.page.getByRole('textbox', { name: '报价' }), '1203000');
  for (const [who, what] of [[person, 'sealing'], [watching, 'a bid before its deadline'], [listing, 'bids before their deadline']]) await who.looksWhole(what);
  await publish(people.agency, people.staff, {
    project_id: moving.tender.project_id, kind: 'gp_change', follows: moving.notice_id, title: '延期公告', body_md: '延期。', fields: noticeFields('gp_change'), deadline: later,
  });
  for (const who of [person, watching, listing]) await who.page.getByText(shown(later)).first().waitFor();
  assert.equal((await person.page.getByRole('textbox', { name: '报价' }).inputValue()).replaceAll(',', ''), '1203000');
});

test('a bidder uploads a sealed file in pieces, hands it in and reads a checked receipt', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[0]);
  await person.press(page.locator('nav a[href$="/bids"]'));
  await person.type(page.locator('#project'), tender.project_id);
  await person.press(page.locator('#project'));
  await page.waitForURL(/\/bids\/new\//);
  await person.press(page.locator('main').getByRole('link', { name: '投标', exact: true }).first());
  await page.getByText(`--lot ${lot}`).waitFor();
  const pieces = [];
  page.on('request', (request) => request.method() === 'PATCH' && pieces.push(request.headers()['upload-offset']));
  await person.choose(page.locator('input[type=file]'), bids[0].file);
  await page.locator('.el-progress.is-success').waitFor();
  assert.deepEqual(pieces, ['0', `${4 << 20}`, `${8 << 20}`]);
  await person.type(page.locator('#digest'), '00'.repeat(32));
  await person.press(page.getByRole('button', { name: '确认递交' }));
  await page.getByText(/投标文件不完整/).waitFor();
  await person.looksWhole('bid upload');
  await person.tabTo(page.locator('#digest'));
  await page.keyboard.press('Control+a');
  await person.type(page.locator('#digest'), bids[0].receipt_digest);
  await person.press(page.getByRole('button', { name: '确认递交' }));
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
  await person.looksWhole('receipt');
  bids[0].bid_id = page.url().split('/').pop();
});

// The page that looks at a receipt is cut off from the server before it sees one.
test('a receipt and a refusal are saved and looked at without the server, by the keyboard; the tool reads the same files', async () => {
  const keep = async (person, name, as) => {
    const [download] = await Promise.all([person.page.waitForEvent('download'), person.press(person.page.getByRole('button', { name }))]);
    await download.saveAs(seal.path(as));
    return seal.path(as);
  };
  const person = await personAt(browser);
  await person.signIn(firms[0]);
  await person.go(`/bids/${bids[0].bid_id}`);
  await person.page.getByText('回执已入账，证明经本机核验。').waitFor();
  const receipt = await keep(person, '收据另存', 'kept.receipt.json');
  const sixth = await bidder(server, seal, 'firm5', { name: '己建设有限公司', credit_code: creditCode(5) });
  const junk = await upload(sixth, lot, seal.write('junk.bid', crypto.randomBytes(5000)));
  assert.equal((await refused(sixth.post(`/bids/${junk}/finalise`, { receipt_digest: '00'.repeat(32) }))).code, 'bid.not_sealed');
  const { refusals } = await sixth.get(`/bids/${junk}`);
  await until('the refusal in the ledger', async () => (await sixth.get(`/events/${refusals[0].event_id}/receipt`)).checkpoint);
  const turned = await personAt(browser);
  await turned.signIn(sixth);
  await turned.go(`/bids/${junk}`);
  const refusal = await keep(turned, /^退回凭证另存/, 'kept.refusal.json');
  await turned.page.getByText('退回凭证已核验并另存。').waitFor();
  await turned.looksWhole('a refusal and its receipt');

  const logKey = seal.write('kept.log.key', (await server.api().raw('GET', '/ledger/key')).body);
  const said = await seal.verifyReceipt({ receipt, logKey, bid: bids[0].file });
  assert.deepEqual([said.in_tree, said.bid], [true, 'matches']);
  assert.equal((await seal.verifyReceipt({ receipt: refusal, logKey })).in_tree, true);

  const reader = await personAt(browser);
  const { page } = reader;
  const looksWhole = (what) => {
    reader.complaints = reader.complaints.filter((c) => !/ERR_INTERNET_DISCONNECTED/.test(c)); // the clock in the frame asks now and then
    return reader.looksWhole(what);
  };
  await reader.go('/receipts/check');
  await page.context().setOffline(true);
  await reader.choose(page.getByLabel('选择回执文件'), receipt);
  await page.getByRole('status').getByText(/^文件前后一致，但所用公钥来自文件本身/).waitFor();
  await reader.choose(page.getByLabel('选择公钥文件'), logKey);
  await page.getByRole('status').getByText(/^核验通过/).waitFor();
  await page.getByRole('cell', { name: '投标文件递交' }).waitFor();
  const digest = page.getByRole('textbox', { name: /^回执摘要/ });
  await reader.type(digest, bids[0].receipt_digest);
  await page.getByRole('row', { name: '回执摘要与您填写的一致 符合' }).waitFor();
  await looksWhole('a receipt that holds');
  const altered = JSON.parse(fs.readFileSync(receipt));
  altered.leaf = altered.leaf.replace(bids[0].receipt_digest, 'ab'.repeat(32));
  await reader.choose(page.getByLabel('选择回执文件'), seal.write('altered.json', altered));
  await page.getByRole('status').getByText(/^核验不通过/).waitFor();
  await page.getByRole('row', { name: /^事项内容没有改动.* 不符$/ }).waitFor();
  await page.getByRole('row', { name: '回执摘要与您填写的一致 不符' }).waitFor();
  await looksWhole('a receipt that was altered');
  await reader.tabTo(digest);
  for (const key of ['Control+a', 'Delete']) await page.keyboard.press(key);
  await reader.choose(page.getByLabel('选择回执文件'), refusal);
  await page.getByRole('status').getByText(/^核验通过/).waitFor();
  await page.getByRole('cell', { name: '投标文件被拒收' }).waitFor();
  await reader.choose(page.getByLabel('选择回执文件'), seal.write('no.json', '{}'));
  await page.getByText('这不是本系统的回执文件').waitFor();
  await looksWhole('no receipt');
});

// The line breaks twice and the page is loaded again once, each at a piece that never arrives.
test('a bidder without any tool makes a key, seals and sends in the browser, and opens as a trial', async () => {
  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(fourth);
  await person.go(`/bids/new/${tender.project_id}/${lot}/seal`);
  const [download] = await Promise.all([page.waitForEvent('download'), person.press(page.getByRole('button', { name: '生成密钥并保存文件' }))]);
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
  await person.type(page.getByRole('textbox', { name: '报价' }), '1203000');
  await person.choose(page.getByLabel('投标文件（可选多个）'), files);
  await person.press(page.getByRole('button', { name: '加密、上传并递交' }));
  await until('the piece that never arrives', () => broken.has(3), 60000);
  await page.reload();
  await page.getByText('您有一次未完成的上传。').waitFor();
  const choose = page.getByLabel('投标文件（可选多个）');
  fs.mkdirSync(seal.path('other'));
  await person.choose(choose, [files[0], seal.write('other/技术文件.bin', crypto.randomBytes(18 << 20))]);
  await person.press(page.getByRole('button', { name: '继续上传并递交' }));
  await page.getByText('所选文件与上次的不同').waitFor();
  await person.choose(choose, files);
  await person.press(page.getByRole('button', { name: '继续上传并递交' }));
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
  assert.deepEqual(sent, [0, 0, 1, 2, 3, 4], 'no piece went twice');
  assert.deepEqual([...broken], [1, 2, 3]);
  person.complaints = person.complaints.filter((c) => !/ERR_CONNECTION_RESET/.test(c));
  await person.press(page.getByRole('button', { name: '试解密' }));
  await page.getByText('试解密成功').waitFor();
  await person.looksWhole('trial');
  Object.assign(fourth, { bidId: page.url().split('/').pop(), at: person });
});

// The server takes the bid, and the line is away for as long as the page waits for the answer.
test('a bidder who never hears that the bid was handed in is told so, and not shown an empty form', async () => {
  const person = fourth.at;
  const { page } = person;
  const told = page.getByRole('status').filter({ hasText: /^您已于 .* 向本标段（包）递交投标文件/ });
  await person.go(`/lots/${lot}/calculator`);
  await person.looksWhole('trying prices');
  await person.go(`/bids/new/${tender.project_id}/${lot}/seal`);
  await told.waitFor();
  await person.looksWhole('a bid that is in already');
  await person.press(page.getByRole('button', { name: /^重新投标/ }));
  let asked = 0;
  await page.route('**/finalise', async (route) => {
    asked += 1;
    const [, bidId] = /bids\/([0-9a-z]{26})\/finalise$/.exec(route.request().url());
    if (asked === 1) await fourth.post(`/bids/${bidId}/finalise`, route.request().postDataJSON());
    await route.abort('connectionreset');
  });
  await person.type(page.getByRole('textbox', { name: '报价' }), '1203000');
  await person.choose(page.getByLabel('投标文件（可选多个）'), [seal.write('再次报价说明.txt', '丁 报价说明')]);
  await person.press(page.getByRole('button', { name: '加密、上传并递交' }));
  await told.waitFor();
  assert.equal(asked, 3, 'it was tried again before it was given up');
  assert.equal(await page.locator('input[type=file]').count(), 0);
  person.complaints = person.complaints.filter((c) => !/ERR_CONNECTION_RESET/.test(c));
  await person.looksWhole('a bid that went in unheard');
  await page.unroute('**/finalise');
  await person.press(page.getByRole('link', { name: '查看投标文件和回执' }));
  await page.waitForURL(/\/bids\/[0-9a-z]{26}$/);
  await page.getByText('回执已入账，证明经本机核验。').waitFor();
  const before = fourth.bidId;
  fourth.bidId = page.url().split('/').pop();
  assert.equal((await fourth.get(`/bids/${before}`)).state, 'withdrawn', 'the one before is taken back');
});

test('before the deadline the hall says that all is sealed, and nothing of who bids', async () => {
  const person = await personAt(browser);
  await person.signIn(people.host);
  await person.go(`/lots/${lot}/opening`);
  await person.page.getByRole('status').filter({ hasText: '投标截止前，所有投标文件均已封存' }).waitFor();
  assert.doesNotMatch(await person.page.locator('main').innerText(), /建设有限公司|[0-9a-f]{64}/);
  await person.looksWhole('hall before the deadline');
});

// The page asks the server itself and shows what it says.
test('at the deadline the lot is closed before the eyes of the host; bidders open theirs; the third stays closed', async () => {
  const { legal } = await people.staff.get('/clock');
  const host = await personAt(browser);
  people.hostAt = host;
  await host.signIn(people.host);
  await host.go(`/lots/${lot}/opening`);
  await host.page.getByRole('button', { name: '截标', disabled: true }).waitFor();
  await people.staff.post('/clock/advance', { seconds: Math.ceil((Date.parse(deadline) - Date.parse(legal)) / 1000) + 1, reason: '演示' });
  await host.page.getByText('摘要集').first().waitFor();
  assert.doesNotMatch(await host.page.locator('main').innerText(), /建设有限公司/, 'names are hidden until bids are opened');
  assert.equal(await host.page.getByText('封存：等待投标人解密').count(), 5);

  const person = await personAt(browser);
  const { page } = person;
  await person.signIn(firms[0]);
  await person.go(`/bids/${bids[0].bid_id}`);
  await person.type(page.locator('#key'), 'no key');
  await page.getByText('这不是 32 字节的密钥。').waitFor();
  await page.keyboard.press('Control+a');
  await person.type(page.locator('#key'), JSON.stringify(await seal.release(firms[0].key, bids[0].file)));
  await person.confirm(page.locator('form').getByRole('button', { name: '解密' }));
  await page.getByText('已解密').first().waitFor();
  await person.looksWhole('opened bid');

  const theirs = fourth.at.page;
  await fourth.at.confirm(theirs.getByRole('button', { name: '用本浏览器中的密钥解密' }));
  await theirs.getByText('已解密').first().waitFor();
  assert.deepEqual((await server.api().get(`/lots/${lot}/opening`)).bids.filter((b) => b.bid_id === fourth.bidId)
    .map((b) => [b.bidder_name, b.price, b.opened_by]), [['丁建设有限公司', '1203000', 'bidder']]);
  await releaseBid(firms[1], bids[1]);
  await host.page.getByText('乙建设有限公司').waitFor();
  await host.page.getByText('1,200,000.00').waitFor();
  await theirs.goto(theirs.url().replace(/bids\/.*/, `lots/${lot}/opening`));
  await fourth.at.press(theirs.getByRole('button', { name: '签到' }));
  await until('the attendance', async () => (await server.api().get(`/lots/${lot}/opening`)).bids.some((b) => b.bid_id === fourth.bidId && b.attended_at));
  await theirs.getByText(/您于 .* 签到/).waitFor();
  const no = (await server.api().get(`/lots/${lot}/opening`)).bids.find((b) => b.bid_id === fourth.bidId).no;
  await host.press(host.page.getByRole('button', { name: `唱标 ${no}`, exact: true }));
  const witness = await personAt(browser);
  await witness.signIn(await server.account('witness', ['witness'], { name: '见证员' }));
  await witness.go(`/lots/${lot}/opening`);
  await witness.page.getByRole('status').filter({ hasText: '正在唱标' }).getByText('丁建设有限公司').waitFor();
  await witness.looksWhole('hall of a witness');
  await host.looksWhole('opening');
});

test('the host asks the holders; two of three give their share; the opening is finished', async () => {
  const host = people.hostAt;
  const dialog = host.page.getByRole('dialog');
  await host.press(host.page.getByRole('row', { name: bids[2].receipt_digest }).getByRole('button', { name: '请保管人解密' }));
  await host.type(dialog.getByLabel('理由', { exact: true }), '投标人密钥设备损坏');
  await host.looksWhole('asking the holders');
  await host.press(dialog.getByRole('button', { name: '请求解密' }));
  await host.page.getByText('封存：保管人解密中，已收到 0 份分片').waitFor();
  for (const [i, holder] of holders.slice(0, 2).entries()) {
    const person = await personAt(browser);
    const { page } = person;
    await person.signIn(holder);
    await person.press(page.getByRole('link', { name: /请提供密钥分片/ }));
    if (i === 1) {
      await seal.keygen('strange.pem');
      await person.choose(page.getByLabel('选择密钥文件'), seal.path('strange.pem'));
      await page.getByText('密钥已读入').waitFor();
      await person.press(page.getByRole('button', { name: '用本浏览器中的密钥给出份额' }));
      await page.getByText('您的密钥打不开这份密钥份额。').waitFor();
      await person.choose(page.getByLabel('选择密钥文件'), holder.key);
      await page.getByText('密钥已读入').last().waitFor();
      // A server that hands out the header of a bid for another lot to get its share.
      const [[header]] = server.sql(`SELECT HEX(header) FROM bid WHERE bid_id = '${bids[2].bid_id}'`);
      server.sql(`UPDATE bid SET header = REPLACE(header, '${lot}', '${tender.project_id}') WHERE bid_id = '${bids[2].bid_id}'`);
      await person.press(page.getByRole('button', { name: '用本浏览器中的密钥给出份额' }));
      await page.getByText(/服务器给出的是另一标段投标文件的文件头/).waitFor();
      server.sql(`UPDATE bid SET header = UNHEX('${header}') WHERE bid_id = '${bids[2].bid_id}'`);
      await person.confirm(page.getByRole('button', { name: '用本浏览器中的密钥给出份额' }));
      await page.getByText('分片已提交').waitFor();
      await page.locator('.el-message').first().waitFor({ state: 'detached' });
      await person.looksWhole('holder by browser');
      continue;
    }
    const [download] = await Promise.all([page.waitForEvent('download'), person.press(page.getByRole('link', { name: '下载' }).first())]);
    const header = seal.path(`${holder.login}.header`);
    await download.saveAs(header);
    await person.choose(page.getByLabel('提交分片').first(), seal.write('not.json', '{"holder_no": 9}'));
    await page.getByText(/文件不符合/).waitFor();
    await person.choose(page.getByLabel('提交分片').first(), seal.write(`${holder.login}.share.json`, await seal.share(holder.key, header)));
    await person.press(page.locator('.el-message-box').getByRole('button', { name: '确定' }));
    await page.getByText('分片已提交').waitFor();
    await page.locator('.el-message').first().waitFor({ state: 'detached' }); // it fades out while it is looked at
    await person.looksWhole('holder');
  }
  await host.page.getByText('丙建设有限公司').waitFor();
  const theirs = fourth.at;
  await theirs.go(`/lots/${lot}/opening`);
  await theirs.type(theirs.page.locator('#objection'), '第 1 家的报价唱错了');
  await theirs.press(theirs.page.getByRole('button', { name: '提出异议' }));
  await host.press(host.page.getByRole('button', { name: '答复异议' }));
  await host.type(host.page.locator('.el-message-box textarea'), '已核对，与投标文件一致');
  await host.press(host.page.locator('.el-message-box').getByRole('button', { name: '确定' }));
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
  await host.page.getByText('有投标文件未解密的，仍按递交的家数计，其余投标继续（E05）。').waitFor();
  await host.page.getByText('故障：非投标人原因未解密，视为撤回，投标人可要求赔偿（E04）').waitFor();
  const { bids: opened } = await server.api().get(`/lots/${lot}/opening`);
  assert.deepEqual(opened.map((b) => b.opened_by).sort(), ['bidder', 'bidder', 'bidder', 'holders', undefined]);
  assert.equal(opened.find((b) => b.bid_id === cutOff.bid_id).state, 'recalled');
});

test('bidders sign inside the opening record by their keys, or say why not; the host closes it, all by keyboard', async () => {
  const host = people.hostAt;
  await host.confirm(host.page.getByRole('button', { name: '打印开标记录' }));
  await host.page.getByText('请各投标人核对后签署').waitFor();
  // One has its key in this browser, the other in a file.
  const signing = fourth.at;
  await signing.confirm(signing.page.getByRole('button', { name: '签署开标记录' }));
  await signing.page.getByRole('cell', { name: /^已签署/ }).waitFor();
  await signing.looksWhole('signed record');
  const second = await personAt(browser);
  await second.signIn(firms[0]);
  await second.go(`/lots/${lot}/opening`);
  assert.ok(await second.page.getByRole('button', { name: '签署开标记录' }).isDisabled(), 'no key yet');
  await second.choose(second.page.getByLabel('选择密钥文件'), firms[0].key);
  await second.page.getByText('本浏览器中有您的密钥').waitFor();
  await second.looksWhole('record before signing');
  await second.confirm(second.page.getByRole('button', { name: '签署开标记录' }));
  await second.page.getByRole('cell', { name: /^已签署/ }).nth(1).waitFor();
  const third = await personAt(browser);
  await third.signIn(firms[1]);
  await third.go(`/lots/${lot}/opening`);
  await third.press(third.page.getByRole('button', { name: '拒绝签署' }));
  await third.type(third.page.locator('.el-message-box textarea'), '唱标金额有误');
  await third.press(third.page.locator('.el-message-box').getByRole('button', { name: '确定' }));
  await third.page.getByRole('cell', { name: /^拒绝签署 .*唱标金额有误/ }).waitFor();
  await third.looksWhole('declined record');
  // Whose bid stayed closed is told why there is nothing to sign with.
  const closed = await personAt(browser);
  await closed.signIn(fifth);
  await closed.go(`/lots/${lot}/opening`);
  await closed.page.getByText('您的投标文件未解密，名称未公布').waitFor();
  assert.equal(await closed.page.getByRole('button', { name: '签署开标记录' }).count(), 0);
  assert.ok(await closed.page.getByRole('button', { name: '拒绝签署' }).isEnabled());
  await closed.looksWhole('record of an unopened bid');
  await host.page.getByRole('cell', { name: /^拒绝签署/ }).waitFor();
  await host.press(host.page.getByRole('button', { name: '归档开标记录' }));
  await host.page.getByText(/尚有 2 家未作表示/).waitFor();
  await host.press(host.page.locator('.el-message-box').getByRole('button', { name: '确定' }));
  await host.page.getByText(/末次签章载明/).waitFor();
  assert.equal(await host.page.getByRole('cell', { name: '未作表示' }).count(), 2);
  await host.looksWhole('closed record');
  const { body } = await server.api().raw('GET', `/api/v1/lots/${lot}/opening-record.pdf`);
  const said = spawnSync('pdfsig', ['-nocert', seal.write('record.pdf', body)], { encoding: 'utf8' }).stdout;
  assert.equal(said.match(/Signature is Valid\./g)?.length, 4, said);
  for (const name of ['甲建设有限公司', '丁建设有限公司']) assert.ok(said.includes(name), said);
});
