// SPDX-License-Identifier: GPL-3.0-or-later
// A whole session with everybody who belongs to it: two bidders open their bids in browsers of their own, seven experts
// sit in seven native windows with camera and microphone, each on a screen of its own, host, supervisor and witness sit in Chromium. From the pass of
// the gate to the signed report nobody uses anything but the screen before him.
// Runs alone: eleven programs draw and decode at once.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { personAt } from '../support/console.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { signInAtGate } from '../support/panel.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient } from '../support/window.mjs';

const SIZE = 7;
const FIRMS = ['鲁信甲有限公司', '鲁信乙有限公司', '鲁信丙有限公司'];
const LOT = {
  name: '监理服务', price_form: 'amount',
  scheme: {
    items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
    price: { method: 'gp_lowest', weight: '30', base_stays: true },
  },
};
const server = new Server();
const house = new Evaluation(server);
const desks = {}; // pages of the console, by role
const members = []; // { member_no, pass, expert, w }
let browser, sessionId;

const dialog = { within: 'dialog', part: true };
const confirm = (page) => page.locator('.el-message-box .el-button--primary').click();
const shoot = (name) => members[0].w.options.screen.shoot(path.join(build, `e2e/seven-${name}.png`));
// All at once, each before his own screen.
const each = (act) => Promise.all(members.map((m) => act(m.w, m)));

async function sit(role, place) {
  const person = await personAt(browser);
  await person.signIn(house[role]);
  await person.go(place);
  desks[role] = person;
  return person;
}

// What the host does on the board.
async function lead(name) {
  const { page } = desks.host;
  await page.getByRole('button', { name, exact: true }).click();
  await confirm(page);
}

// Of the first two firms somebody does it in a browser.
house.open = async function open(bid) {
  if (this.firms.indexOf(bid.who) > 1) return Evaluation.prototype.open.call(this, bid);
  const person = await personAt(browser);
  await person.signIn(bid.who);
  await person.go(`/bids/${bid.bid_id}`);
  await person.page.fill('#key', JSON.stringify(await this.seal.release(bid.who.key, bid.file)));
  await person.page.locator('form').getByRole('button', { name: '解密' }).click();
  await confirm(person.page);
  return person.page.getByText('已解密').first().waitFor();
};

test.before(async () => {
  await house.openHouse({ firms: FIRMS.length, experts: SIZE + 1 });
  browser = await Browser.launch(server.url, { devices: true, measured: true });
});
test.after(async () => {
  for (const { w } of members) {
    await w?.stop();
    w?.options.screen.stop();
  }
  await browser?.close();
  await server.remove();
});

test('two bidders open their bids in browsers of their own', async () => {
  const opened = await house.openProject([LOT], [FIRMS.map((_, i) => ({ price: `${1000000 + 100000 * i}` }))]);
  ({ sessionId } = await house.drawSession(opened, { size: SIZE, standbys: 0 }));
  await sit('host', `/sessions/${sessionId}`);
  await lead('进入：签到');
});

test('seven experts pass the gate and take their seats in seven windows', async () => {
  await desks.host.page.getByText(`等待专家签到：0/${SIZE}`).waitFor();
  for (const expert of house.pool) {
    const pass = await signInAtGate(house.venue, sessionId, expert).catch((error) => error);
    if (!pass.code) members.push({ ...pass, expert });
  }
  assert.equal(members.length, SIZE);
  for (const m of members) {
    m.w = new WindowClient({
      screen: await Screen.start({ width: 1024, height: 700 }), dir: path.join(server.dir, `window${m.member_no}`),
      roomUrl: server.roomUrl, apiUrl: server.url, ca: path.join(server.dataDir, 'tls.crt'), args: ['--video', '160x90@5'],
    });
  }
  await each((w) => w.start());
  await each(async (w, { pass }) => {
    await w.fill('通行码', pass);
    await w.press('push button', '继续');
    await w.press('push button', '进入会议室');
    await w.sees('push button', '我的评审');
    // Who has nothing to say is silent; two cores have enough to do with eleven screens.
    await w.press('push button', '静音');
  });
  await desks.host.page.getByText(`等待专家签到：${SIZE}/${SIZE}`).waitFor();
});

test('supervisor and witness see all seven and hear each of them, and the experts see them', async () => {
  const watching = [];
  for (const role of ['supervisor', 'witness']) {
    const { page } = await sit(role, `/sessions/${sessionId}/room`);
    await page.locator('[data-test=join]').click();
    watching.push({ role, page, seen: new Set(), heard: new Set() });
  }
  const seats = members.map((m) => `s${String(m.member_no).padStart(2, '0')}`);
  const look = async (at) => {
    at.room = await at.page.evaluate(() => window.bidroomRoom());
    const arrived = at.room?.stats?.tracks.filter((t) => seats.includes(t.seat) && t.verified >= 1 && t.objects > 5) ?? [];
    for (const t of arrived) (t.kind === 'mic' ? at.heard : at.seen).add(t.seat);
  };
  const all = (what, fits) => until(what, async () => {
    for (const at of watching) await look(at);
    return watching.every(fits);
  }).catch((error) => { throw new Error(`${error.message}: ${JSON.stringify(watching.map((at) => at.room?.stats))}`); });
  await all('pictures of all', (at) => at.room?.state?.phase === 'seated' && at.seen.size >= SIZE);
  for (const [i, { w }] of members.entries()) {
    await w.press('push button', '取消静音');
    await all(`the voice of window ${i + 1}`, (at) => at.heard.size > i);
    await w.press('push button', '静音');
  }
  for (const at of watching) assert.ok(at.room.stats.tracks.every((t) => t.forged === 0), JSON.stringify(at.room.stats.tracks));
  await each((w) => w.sees('label', 'supervisor甲', { part: true }));
  shoot('1-seated');
  // To read, nobody needs to be seen.
  await each((w) => w.press('push button', '停止视频'));
});

test('all promise, and elect their leader', async () => {
  await lead('开始评标');
  await each(async (w) => {
    await w.sees('label', FIRMS[2], { part: true });
    await w.tick('check box', '我与各投标人没有应当回避的情形');
    await w.press('push button', '作出承诺');
    await w.sees('label', '您已作出承诺，请等待其他专家。', { part: true });
  });
  await desks.host.page.getByText(`等待专家承诺：${SIZE}/${SIZE}`).waitFor();
  await lead('进入：推选组长');
  await each(async (w, m) => {
    // Nobody knows more of the others than their numbers.
    await w.tick('check box', `${members[m === members[2] ? 0 : 2].member_no}号专家`);
    await w.press('push button', '投票');
    await w.press('push button', '投票', dialog);
    await w.sees('label', '您已投票，等待其他成员。', { part: true });
  });
  await desks.host.page.locator('.el-tag', { hasText: '组长' }).waitFor();
});

test('all score, and nobody sees a total before the last of them has submitted', async () => {
  await lead('进入：评审打分');
  await each(async (w, m) => {
    for (const [i, firm] of FIRMS.entries()) await w.fill(`${firm}，服务方案，满分 70.00`, `${60 - 2 * i + m.member_no / 4}`);
    await w.sees('label', '已填 3/3');
    assert.equal((await desks.host.page.getByRole('link', { name: '汇总结果' }).count()), 0);
    await w.press('push button', '提交');
    await w.press('push button', '提交', dialog);
    await w.sees('label', '承诺值（已入账）：', { part: true });
  });
  shoot('2-scored');
  await desks.host.page.getByText(`等待提交评分：${SIZE}/${SIZE}`).waitFor();
  await lead('进入：汇总');
  await desks.host.page.getByRole('link', { name: '汇总结果' }).click();
  await desks.host.page.locator('tr.first', { hasText: FIRMS[0] }).waitFor();
});

test('all sign the report, each at his own window, and the session ends', async () => {
  await desks.host.go(`/sessions/${sessionId}`);
  await lead('生成评标报告');
  await desks.host.page.getByRole('link', { name: '查看报告（PDF）' }).waitFor();
  await lead('进入：签署报告');
  await each(async (w) => {
    await w.sees('label', '本机计算的报告摘要与服务器一致，请通读报告。');
    await w.press('push button', '签署报告');
    await w.press('push button', '签署', dialog);
    await w.sees('label', '您已签署报告。');
  });
  shoot('3-signed');
  await desks.host.page.getByText(`等待签署：${SIZE}/${SIZE}`).waitFor();
  await lead('结束评标');
  const report = await house.host.get(`/sessions/${sessionId}/report`);
  assert.deepEqual(report.signatures.map((s) => s.member_no).sort(), members.map((m) => m.member_no).sort());
});

test('no window complained, and the record of it all verifies', async () => {
  await each(async (w) => {
    assert.deepEqual(w.complaints(), []);
    await w.stop();
    assert.equal(w.ended.code, 0);
  });
  for (const { complaints } of Object.values(desks)) assert.deepEqual(complaints, []);
  const verdict = await until('a record that is whole', () => {
    const it = verifySession(exportSession(server, sessionId));
    return it.code === 0 && it;
  });
  assert.match(verdict.out, /7 signatures|signed by 7|7 members/);
});
