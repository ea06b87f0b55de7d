// SPDX-License-Identifier: GPL-3.0-or-later
// The evaluation at the screens: staff plan the session, three parties draw, an expert passes the gate and sits down
// in a browser with a key of its own, the host leads from the board. The other experts use the contract directly.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bidder, creditCode, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Browser } from '../support/browser.mjs';
import { verifyBundle } from '../support/bundle.mjs';
import { personAt } from '../support/console.mjs';
import { ApiDesk } from '../support/desk.mjs';
import { freshCode } from '../support/house.mjs';
import { enrolExpert, makeVenue, signInAtGate } from '../support/panel.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build } from '../support/server.mjs';
import { DAY, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const PANEL = 5;
const SPECIALITY = 'A08 服务';
const REVIEW = [{ id: 'licence', stage: 'qualification', name: '营业执照', clause: '第二章3.1' }];
// Whoever promises has the promise before him for so long.
const server = new Server({ config: { evaluation: { promise_read_s: 3 } } });
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const screens = {};
const holders = [];
const members = [];
let browser, venue, projectId, lot, sessionId, pool, desk;

async function openLot() {
  const plan = project(holders);
  plan.lots[0].scheme = { ...plan.lots[0].scheme, review: REVIEW };
  const { project_id, lots } = await people.agency.post('/projects', plan);
  [projectId, lot] = [project_id, lots[0].lot_id];
  const start = (await people.staff.get('/clock')).legal;
  const deadline = workingTime(start, 21);
  await publish(people.agency, people.staff, {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline,
  });
  const tender = await server.api().get(`/projects/${project_id}/tender`);
  const bids = [];
  for (const [i, price] of ['1267500', '1345500', '1286800'].entries()) {
    const firm = await bidder(server, seal, `firm${i}`, { name: `鲁信${'甲乙丙'[i]}有限公司`, credit_code: creditCode(i) });
    const documents = [seal.write(`${firm.login}.pdf`, '%PDF-1.4')];
    bids.push({ firm, ...await submitBid(firm, lot, await sealBid(firm, { tender, lotId: lot, price, documents })) });
  }
  await people.staff.post('/clock/advance', { seconds: Math.ceil((Date.parse(deadline) - Date.parse(start)) / 1000) + 2, reason: '演示' });
  await people.host.post(`/lots/${lot}/close`);
  for (const bid of bids) await releaseBid(bid.firm, bid);
  await people.host.post(`/lots/${lot}/finish-opening`);
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url);
  for (const role of ['agency', 'staff', 'host', 'supervisor']) people[role] = await server.account(role, [role]);
  for (const no of [1, 2]) {
    const account = await server.account(`h${no}`, ['holder'], { name: `保管人${no}` });
    const { alg, public_key } = await seal.keygen(`h${no}.pem`);
    await account.post('/me/keys', { purpose: 'holder', alg, public_key });
    holders.push(account);
  }
  await openLot();
  pool = [];
  for (let i = 0; i < PANEL + 1; i += 1) {
    pool.push(await enrolExpert(server, people.staff, {
      login: `expert${i}`, name: `${'赵钱孙李周吴'[i]}专家`, unit: `设计院${i}`, specialities: [SPECIALITY], region: '370100',
      keyFile: seal.path(`expert${i}.pem`),
    }));
  }
  venue = await makeVenue(server, people.staff, { login: 'venue1', name: '枣庄主场', city: '枣庄' });
  for (const role of ['staff', 'host', 'supervisor']) {
    screens[role] = await personAt(browser);
    await screens[role].signIn(people[role]);
  }
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const confirm = (page) => page.locator('.el-message-box .el-button--primary').click();

test('staff plan a session; three parties commit and reveal; the draw is run', async () => {
  const { page } = screens.staff;
  await screens.staff.go(`/sessions/new?project=${projectId}`);
  const { legal } = await people.staff.get('/clock');
  const time = new Date(Date.parse(legal) + 9 * 3600000).toISOString();
  await page.getByLabel('评标时间').fill(`${time.slice(0, 10)} ${time.slice(11, 16)}`);
  await page.getByLabel('评标时间').press('Enter');
  await page.getByLabel('专家人数').fill(`${PANEL}`);
  await page.getByLabel('候补人数').fill('0');
  await page.getByLabel('评审专业').press('ArrowDown');
  await page.getByRole('option', { name: SPECIALITY }).click();
  await page.keyboard.press('Escape');
  await page.getByLabel('枣庄主场 席位数').fill(`${PANEL}`);
  await page.getByLabel('枣庄主场 席位数').press('Tab');
  await screens.staff.looksWhole('session plan');
  await page.getByRole('button', { name: /创建评标会/ }).click();
  await confirm(page);
  await page.waitForURL(/\/draws\/[0-9a-z]{26}$/);
  const place = new URL(page.url()).pathname.replace('/console', '');
  for (const [role, screen] of Object.entries(screens)) {
    if (role !== 'staff') await screen.go(place);
    const draw = await people[role].get(place);
    const commitment = seal.write(`${role}.commitment.json`, await seal.nonce(`${role}.nonce.json`, draw, role));
    await screen.page.setInputFiles('main input[type=file]', commitment);
    await screen.page.getByText('等三方都提交承诺后再揭示随机数。').or(screen.page.getByLabel('随机数（64 位十六进制）')).first().waitFor();
  }
  for (const [role, screen] of Object.entries(screens)) {
    await screen.page.getByLabel('随机数（64 位十六进制）').waitFor();
    await screen.page.setInputFiles('main input[type=file]', seal.path(`${role}.nonce.json`));
    await screen.page.getByRole('button', { name: '揭示' }).click();
  }
  await page.getByRole('button', { name: '抽取', exact: true }).click();
  await confirm(page);
  await page.getByText('入选').waitFor();
  await screens.staff.looksWhole('draw');
  sessionId = (await people.staff.get(place)).session_id;
});

test('the first expert passes the gate and takes a seat in a browser; the host sees who has come', async () => {
  const { page } = screens.host;
  await screens.host.go(`/sessions/${sessionId}`);
  if ((await people.host.get(`/sessions/${sessionId}`)).step === 'created') {
    await page.getByRole('button', { name: '进入：签到' }).click();
    await confirm(page);
  }
  await page.getByText('等待专家签到：0/5').waitFor();
  const gate = await personAt(browser);
  await gate.signIn(venue);
  await gate.go(`/gate/${sessionId}`);
  await gate.page.getByLabel('场地', { exact: true }).press('ArrowDown');
  await gate.page.getByRole('option', { name: /枣庄主场/ }).click();
  let drawn;
  for (const expert of pool) {
    await gate.page.getByLabel('账号', { exact: true }).fill(expert.login);
    await gate.page.getByLabel('密码', { exact: true }).fill(expert.password);
    await gate.page.getByLabel('动态口令（6 位）').fill(await freshCode(expert));
    await gate.page.getByRole('button', { name: '签到', exact: true }).click();
    drawn = expert;
    const code = gate.page.locator('[data-test=pass]');
    await code.or(gate.page.getByRole('alert')).first().waitFor();
    if (await code.isVisible()) break; // the other one was not drawn
  }
  await gate.looksWhole('gate');
  const pass = await gate.page.locator('[data-test=pass]').innerText();
  desk = await personAt(browser);
  await desk.go('/seat');
  await desk.page.fill('#pass', pass);
  await desk.page.getByRole('button', { name: '入席' }).click();
  await desk.page.waitForURL(/\/seat$/);
  await desk.page.getByText('您已签到，请等待其他专家到齐。').waitFor();
  await desk.looksWhole('seat');
  await desk.page.goto(`${desk.base}/rulebook`);
  await desk.go('/');
  assert.match(desk.page.url(), /\/seat$/, 'a seat leads nowhere else');

  for (const expert of pool.filter((e) => e !== drawn)) {
    const member = await signInAtGate(venue, sessionId, expert).catch(() => null);
    if (!member) continue;
    const other = new ApiDesk(server);
    await other.enter(member.pass, crypto.randomBytes(32).toString('base64'));
    members.push(Object.assign(expert, member, { desk: other }));
  }
  await page.getByText('等待专家签到：5/5').waitFor();
  await page.getByText(drawn.name).first().waitFor();
  await screens.host.looksWhole('board');
});

test('promise and leader', async () => {
  const { page } = screens.host;
  await page.getByRole('button', { name: '开始评标' }).click();
  await confirm(page);
  await desk.page.getByText('鲁信乙有限公司').waitFor();
  await desk.page.getByText('我与各投标人没有应当回避的情形').click();
  await desk.looksWhole('promise');
  await desk.page.getByRole('button', { name: '作出承诺' }).click();
  await desk.page.getByText('您已作出承诺').waitFor();
  for (const member of members) await member.desk.promise();
  await page.getByText('等待专家承诺：5/5').waitFor();
  await page.getByRole('button', { name: '进入：推选组长' }).click();
  await confirm(page);
  await desk.page.locator('label.el-radio').nth(1).click();
  await desk.looksWhole('leader');
  await desk.page.getByRole('button', { name: '投票', exact: true }).click();
  await confirm(desk.page);
  await desk.page.getByText('您已投票').waitFor();
  for (const member of members) await member.desk.vote(members[0]);
  await page.locator('.el-tag', { hasText: '组长' }).waitFor();
  await page.getByRole('button', { name: '进入：资格审查' }).click();
  await confirm(page);
});

test('a ballot with its reason by keyboard; what is typed as a break begins is sent when it is over; opened again it is given again', async () => {
  const { page } = desk;
  const path = `/sessions/${sessionId}`;
  const vote = async (name, how) => {
    await page.getByRole('radiogroup', { name: `鲁信${name}有限公司，营业执照` }).getByText(how, { exact: true }).click();
  };
  await vote('甲', '通过');
  await vote('乙', '通过');
  await page.getByText(/草稿已保存/).waitFor();
  // The page does not know yet of the break.
  let tell;
  const told = new Promise((done) => { tell = done; });
  await page.route(`**/api/v1${path}`, async (route) => {
    await told;
    await route.continue();
  });
  await people.host.post(`${path}/pause`, { reason: '专家用餐' });
  await vote('丙', '不通过');
  const reason = page.getByLabel('鲁信丙有限公司，营业执照，不通过的理由');
  await reason.pressSequentially('执照 已过期');
  await page.getByText('草稿未保存').waitFor();
  tell();
  await page.getByText('评标会暂停：专家用餐').waitFor();
  assert.deepEqual([await reason.inputValue(), await reason.isDisabled()], ['执照 已过期', true]);
  await desk.looksWhole('ballot in a break');
  await people.host.post(`${path}/resume`);
  await page.getByText(/草稿已保存/).waitFor();
  await page.unroute(`**/api/v1${path}`);
  await page.reload();
  await page.getByText('已给出意见 3/3').waitFor();
  assert.equal(await reason.inputValue(), '执照 已过期');
  await desk.looksWhole('ballot');
  const submit = async () => {
    await page.getByRole('button', { name: '提交审查意见', exact: true }).click();
    await confirm(page);
    await page.locator('main .el-tag', { hasText: '审查意见已提交' }).waitFor();
  };
  await submit();
  await page.waitForResponse((answer) => answer.url().endsWith(path));
  // As when a member leaves whose vote had rejected a bid.
  server.sql(`UPDATE review_ballot SET state = 'draft', submitted_at = NULL, version = version + 1 WHERE session_id = '${sessionId}'`);
  await submit();
  const ballot = `${path}/lots/${lot}/review/qualification`;
  for (const { desk: { api } } of members) {
    const { bids } = await api.get(ballot);
    const votes = Object.fromEntries(bids.map((b) => [b.bid_id, { licence: { pass: true } }]));
    await api.post(`${ballot}/submit`, { votes, salt: crypto.randomBytes(16).toString('hex') });
  }
  await page.getByText('通过 4，不通过 1').waitFor();
  await screens.host.page.getByRole('button', { name: '进入：评审打分' }).click();
  await confirm(screens.host.page);
});

test('a score sheet by keyboard; the result shows when all are in', async () => {
  const { page } = screens.host;
  await desk.page.locator('[data-cell="0,0"]').focus();
  await desk.page.keyboard.type('50.01');
  await desk.page.keyboard.press('ArrowDown');
  await desk.page.getByText('超过满分 50.00').waitFor();
  await desk.page.keyboard.press('ArrowUp');
  for (const score of ['45', '４０。5', '41.25', '28', '27', '26.5']) {
    await desk.page.keyboard.type(score);
    await desk.page.keyboard.press('Enter');
  }
  await desk.page.getByText('已填 6/6').waitFor();
  await desk.page.getByText(/草稿已保存/).waitFor();
  await desk.page.reload();
  await desk.page.getByText('已填 6/6').waitFor();
  await desk.looksWhole('sheet');
  // A document is read under a mark of who reads it; that it was is on the record.
  await desk.page.getByText('投标文件', { exact: true }).click();
  const [document] = await Promise.all([
    desk.page.waitForResponse(/\/bids\/\w+\/files\/1$/), desk.press(desk.page.getByRole('button', { name: 'firm1.pdf' })),
  ]);
  assert.deepEqual([document.status(), document.headers()['x-frame-options']], [200, 'SAMEORIGIN']);
  const [[reader]] = server.sql("SELECT a.name FROM event e JOIN account a ON a.account_id = e.actor WHERE e.kind = 'bid.file_read'");
  await desk.page.getByRole('note', { name: new RegExp(`水印：${reader} 20`) }).waitFor();
  await desk.looksWhole('marked document');
  await desk.page.keyboard.press('Escape');
  await desk.page.getByRole('note', { name: /水印/ }).waitFor({ state: 'detached' });
  assert.equal(await desk.page.locator('[data-cell="1,0"]').inputValue(), '40.5');
  await desk.page.getByRole('button', { name: '提交评分表' }).click();
  await confirm(desk.page);
  await desk.page.getByText('承诺值（已入账）').waitFor();
  await page.getByText('等待提交评分：1/5').waitFor();
  for (const member of members) await member.desk.score({ lot_id: lot }, (bid, item) => (Number(item.max) * 0.9).toFixed(2));
  await page.getByText('等待提交评分：5/5').waitFor();
  await page.getByRole('button', { name: '进入：汇总' }).click();
  await confirm(page);
  await desk.page.locator('tr.first', { hasText: '鲁信甲有限公司' }).waitFor();
  await desk.page.getByText('18.84').first().waitFor();
  await desk.looksWhole('result at the seat');
  await page.getByRole('link', { name: '汇总结果' }).click();
  await page.locator('tr.first', { hasText: '鲁信甲有限公司' }).waitFor();
  await screens.host.looksWhole('result');
});

test('the report is made, signed by all, one with a key made in the browser, and the session closed', async () => {
  const { page } = screens.host;
  await screens.host.go(`/sessions/${sessionId}`);
  await page.getByRole('button', { name: '生成评标报告' }).click();
  await confirm(page);
  await page.getByRole('link', { name: '查看报告（PDF）' }).waitFor();
  await page.getByRole('button', { name: '进入：签署报告' }).click();
  await confirm(page);
  await desk.page.getByText('本机计算的报告摘要与服务器一致。').waitFor();
  await desk.page.getByRole('button', { name: '在本浏览器生成签名密钥并登记' }).click();
  await desk.page.locator('#brought').waitFor({ state: 'detached' });
  // Who says that he does not sign may think better of it, and signs with what he has to say.
  await desk.page.getByRole('button', { name: '拒绝签署' }).click();
  await desk.page.locator('.el-message-box textarea').fill('需要再核对');
  await confirm(desk.page);
  await desk.page.getByText('已登记您拒绝签署，您仍可签署。 需要再核对').waitFor();
  assert.equal(await desk.page.getByRole('button', { name: '拒绝签署' }).count(), 0);
  await desk.page.fill('#opinion', '对第三家的人员配备保留意见。');
  await desk.looksWhole('report');
  await desk.page.getByRole('button', { name: '签署', exact: true }).click();
  await confirm(desk.page);
  await desk.page.locator('main').getByText('您已签署报告。').waitFor();
  for (const member of members) await member.desk.sign(member);
  await page.getByText('等待签署：5/5').waitFor();
  await page.getByRole('button', { name: '结束评标' }).click();
  await confirm(page);
  await desk.page.getByText('评标已结束，感谢您的工作。').waitFor();
  const { signatures } = await people.host.get(`/sessions/${sessionId}/report`);
  assert.equal(signatures.length, PANEL);
  assert.ok(signatures.some((s) => s.opinion === '对第三家的人员配备保留意见。'));
});

test('staff records how an expert did, and reads it with the expert', async () => {
  const { page } = screens.staff;
  await screens.staff.go(`/sessions/${sessionId}`);
  await page.getByRole('button', { name: '记录 1号专家' }).click();
  const dialog = page.getByRole('dialog', { name: '履职评价（一标一评） 1号专家' });
  await dialog.getByText('迟到').click();
  await dialog.getByLabel('备注').fill('迟到十分钟');
  await screens.staff.looksWhole('how an expert did');
  await dialog.getByRole('button', { name: '保存' }).click();
  await page.getByRole('row', { name: /1号专家 否 是 否 否 否 否 迟到十分钟/ }).waitFor();
  await screens.staff.looksWhole('what was recorded');
  const { items } = await people.staff.get('/experts');
  const records = await Promise.all(items.map(({ expert_id }) => people.staff.get(`/experts/${expert_id}/performance`)));
  const { expert_id } = items[records.findIndex((r) => r.items.length)];
  await screens.staff.go('/experts');
  await page.getByRole('button', { name: `状态与请假 ${expert_id}` }).click();
  await page.getByRole('dialog').getByText(/: 迟到 · 迟到十分钟$/).waitFor();
});

test('staff orders the bundle, sees it being made, and saves an archive that verifies', async () => {
  const { page } = screens.staff;
  await screens.staff.go(`/sessions/${sessionId}`);
  await page.getByRole('button', { name: '制作归档包' }).click();
  await confirm(page);
  const link = page.getByRole('link', { name: '下载归档包（tar）' });
  await link.waitFor();
  await screens.staff.looksWhole('bundle panel');
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-bundle-'));
  await download.saveAs(path.join(out, 'b.tar'));
  execFileSync('tar', ['-xf', 'b.tar'], { cwd: out });
  const folder = path.join(out, `bidroom-${sessionId}`);
  const verdict = verifyBundle(folder);
  assert.equal(verdict.code, 0, verdict.out);
  assert.match(verdict.out, /\d+ bids sealed again/);
  // Its page shows the score table without the server.
  const disk = await personAt(browser);
  await disk.page.goto(pathToFileURL(path.join(folder, 'index.html')).href);
  await disk.page.getByRole('tab', { name: '评分' }).click();
  const table = disk.page.getByRole('region', { name: '当时的评分表' });
  assert.equal(await table.locator('thead th').count(), 1 + PANEL);
  const row = table.getByRole('row', { name: '鲁信乙有限公司' });
  assert.ok((await row.locator('td').allInnerTexts()).some((text) => /^40\.50?$/.test(text.trim())), await row.innerText());
  await disk.looksWhole('the scores of a bundle');
  await disk.page.context().close();
  fs.rmSync(out, { recursive: true });
});
