// SPDX-License-Identifier: GPL-3.0-or-later
// A session that is evaluated again (重新评审, E13) at the screens, by the keyboard: staff approve what its experts are
// paid, the host asks with a reason, the supervisor agrees, a member changes a score, and the replay tells why.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Evaluation, submitAll } from '../support/evaluation.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { seatSignIn, signInAtGate } from '../support/panel.mjs';
import { Seat } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';
import { signReport } from '../support/sheets.mjs';

const LOTS = [{ name: '第一包', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }], price: { method: 'gp_lowest', weight: '30' } } }];
const REASON = '第一家服务方案的评分超出第三章的分档';
const server = new Server();
const house = new Evaluation(server);
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
const people = {};
let browser, session, lot, members, player;

const at = (what = '') => `/sessions/${session.sessionId}${what}`;

// A member's picture in the room, so that there is something to replay.
async function film1(m) {
  const key = { base64: m.key.publicKey, sign: (...parts) => crypto.sign(null, Buffer.concat(parts.map((p) => Buffer.from(p))), m.key.privateKey).toString('base64') };
  const seat = new Seat(server, session.sessionId, m.api, key);
  await seat.join();
  player = new FilmPlayer(seat, blocksOf(film(path.join(films, 'seat.webm'), { no: 1, words: '专家席', seconds: 3 })));
  await player.start();
  return seat;
}

async function finish() {
  await submitAll(members, session.sessionId, lot, (_, bid) => String(60 - bid.no));
  await house.advance(session.sessionId, 'summary');
  await house.host.post(at('/report'));
  await house.advance(session.sessionId, 'signing');
  for (const m of members) await signReport(m.api, session.sessionId, m.member_no, m.key.privateKey);
  await house.host.post(at('/close'));
}

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 7 });
  browser = await Browser.launch(server.url);
  const opened = await house.openProject(LOTS, [['1000000', '1100000', '1200000'].map((price) => ({ price }))]);
  [lot] = opened.lots;
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'scoring');
  await finish();
  for (const role of ['staff', 'host', 'supervisor']) {
    people[role] = await personAt(browser);
    await people[role].signIn(house[role]);
    await people[role].go(at());
  }
});
test.after(async () => {
  player?.stop();
  await browser?.close();
  await server.remove();
  fs.rmSync(films, { recursive: true });
});

const region = (person, name) => person.page.getByRole('region', { name, exact: true });

test('staff set a rate and approve the fees', async () => {
  const { staff } = people;
  const fees = region(staff, '专家劳务费表');
  await fees.getByText('未设置标准').first().waitFor();
  assert.ok(await fees.getByRole('button', { name: '核定' }).isDisabled(), 'nobody is paid by no rate');
  await staff.press(fees.getByRole('button', { name: '设置标准' }));
  const dialog = staff.page.getByRole('dialog', { name: '设置标准' });
  for (const [label, text] of [['每单位金额（元）', '150'], ['最低金额（元）', '400']]) {
    await staff.tabTo(dialog.getByLabel(label));
    await staff.page.keyboard.press('Control+a');
    await staff.page.keyboard.insertText(text);
  }
  await staff.looksWhole('the rate of a fee');
  await staff.press(dialog.getByRole('button', { name: '设置标准' }));
  await fees.getByRole('row', { name: /^合计/ }).getByText('2000.00').waitFor();
  await staff.confirm(fees.getByRole('button', { name: '核定' }));
  await fees.getByText('已核定：').waitFor();
  assert.equal(await fees.getByRole('row', { name: /专家\d.*400\.00$/ }).count(), 5);
  const [download] = await Promise.all([staff.page.waitForEvent('download'), staff.press(fees.getByRole('link', { name: '下载表格（CSV）' }))]);
  assert.match(fs.readFileSync(await download.path(), 'utf8'), /合计.*2000\.00/);
  await staff.looksWhole('approved fees');
});

test('the host asks for it with a reason, and the supervisor approves', async () => {
  const { host, supervisor } = people;
  await host.press(region(host, '环节回退').getByRole('button', { name: '申请重新评审' }));
  const dialog = host.page.getByRole('dialog', { name: '申请重新评审' });
  await host.press(dialog.getByLabel('情形'));
  await host.page.getByRole('option', { name: '分项评分超出评分标准范围' }).waitFor();
  for (const key of ['ArrowDown', 'Enter']) await host.page.keyboard.press(key);
  await host.type(dialog.getByLabel('原因'), REASON);
  await host.looksWhole('asking for a re-evaluation');
  await host.press(dialog.getByRole('button', { name: '申请重新评审' }));
  await region(host, '环节回退').getByText('待批准').waitFor();
  await supervisor.page.reload();
  const row = region(supervisor, '环节回退').getByRole('listitem');
  for (const words of ['主持人申请由', '分项评分超出评分标准范围', REASON]) await row.getByText(words).waitFor();
  await supervisor.looksWhole('a re-evaluation to be decided');
  await supervisor.confirm(region(supervisor, '环节回退').getByRole('button', { name: '批准回退' }));
  await row.getByText('已批准').waitFor();
  await supervisor.looksWhole('a re-evaluation was approved');
});

test('the committee comes again, and a member changes what it had given', async () => {
  const { host } = people;
  for (const m of members.slice(1)) {
    const { pass } = await signInAtGate(house.venue, session.sessionId, m.expert);
    m.api = await seatSignIn(server, pass, crypto.randomBytes(32).toString('base64'));
  }
  const desk = await personAt(browser);
  await desk.sitDown((await signInAtGate(house.venue, session.sessionId, members[0].expert)).pass);
  await host.page.reload();
  await host.confirm(host.page.getByRole('button', { name: '休会后继续' }));
  await film1(members[1]);
  await desk.page.reload();
  const cell = desk.page.locator('[data-cell="0,0"]');
  await cell.waitFor();
  assert.equal(Number(await cell.inputValue()), 59, 'what was given before stands there');
  await desk.tabTo(cell);
  await desk.page.keyboard.press('Control+a');
  await desk.page.keyboard.type('55.5');
  await desk.page.keyboard.press('Enter');
  await desk.page.getByText(/草稿已保存/).waitFor();
  await desk.looksWhole('a sheet that is given again');
  await desk.confirm(desk.page.getByRole('button', { name: '提交评分表' }));
  await desk.page.getByText('承诺值（已入账）').waitFor();
  await submitAll(members.slice(1), session.sessionId, lot, (_, bid) => String(60 - bid.no));
});

test('the replay shows the score that was changed, old and new, and the reason', async () => {
  const { supervisor } = people;
  const { page } = supervisor;
  await until('a few seconds of recording', () => server.sql("SELECT 1 FROM event WHERE kind = 'media.part'").length >= 6);
  await supervisor.page.reload();
  await supervisor.press(page.getByRole('link', { name: '录像回放' }));
  await page.waitForFunction(() => window.bidroomReplay?.().end > 2000);
  await supervisor.press(page.getByRole('tab', { name: '评分' }));
  await page.getByRole('heading', { name: '改分 1 处' }).waitFor();
  const change = page.getByRole('listitem').getByRole('button').filter({ hasText: '59 → 55.5' });
  const said = (await change.innerText()).replace(/\s+/g, ' ');
  assert.ok(said.includes(`${members[0].member_no}号专家 · 鲁信甲有限公司 · 服务方案`), said);
  assert.ok(said.includes(`环节回退：分项评分超出评分标准范围；${REASON}`), said);
  await supervisor.looksWhole('a changed score in the replay');
  await supervisor.press(change);
  const row = page.getByRole('region', { name: '当时的评分表' }).getByRole('row', { name: /鲁信甲有限公司/ });
  await row.getByText('← 59').waitFor();
  await supervisor.press(page.getByRole('tab', { name: '事件' }));
  await supervisor.type(page.getByRole('textbox', { name: '查找事件' }), '55.5');
  await page.locator('ol[aria-label=事件]').getByText(REASON).first().waitFor();
});
