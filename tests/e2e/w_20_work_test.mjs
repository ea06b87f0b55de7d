// SPDX-License-Identifier: GPL-3.0-or-later
// An expert's whole way in the native window, by keyboard and screen reader alone: from the pass of the gate through
// promise, vote, review and score sheet to the signature under the report. The others use the contract directly.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Evaluation } from '../support/evaluation.mjs';
import { inMemory } from '../support/memory.mjs';
import { seatSignIn, signInAtGate } from '../support/panel.mjs';
import { promise, signReport, submitSheet } from '../support/sheets.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient } from '../support/window.mjs';

const SIZE = 5;
const LOT = {
  name: '监理服务', price_form: 'amount',
  scheme: {
    items: [{ id: 'plan', name: '服务方案', max: '60', kind: 'technical', objective: false },
      { id: 'cert', name: '体系认证', max: '10', kind: 'commercial', objective: true }],
    price: { method: 'gp_lowest', weight: '30', base_stays: true },
    review: [{ id: 'licence', stage: 'qualification', name: '营业执照', clause: '第二章3.1' },
      { id: 'duration', stage: 'responsiveness', name: '服务期限', clause: '第三章1.2' }],
  },
};
// Nobody reviews this one: it is only scored.
const PLAIN = { name: '造价咨询', price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '咨询方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30', base_stays: true },
} };
const FIRMS = ['鲁信甲有限公司', '鲁信乙有限公司', '鲁信丙有限公司'];
const OPINION = '对丙公司的方案有不同意见';
const PLAN = [55.5, 48.25, 40];
const PLANTED = '57.31'; // what another member gives
const server = new Server();
const house = new Evaluation(server);
let screen, w, sessionId, lotId, plainId, others, mine;

const shoot = (name) => screen.shoot(path.join(build, `e2e/work-${name}.png`));
const dialog = { within: 'dialog', part: true };
const reach = (...what) => w.reach(...what);
const tick = (...what) => w.tick(...what);
// The next lot of the list, or the one before.
async function choose(way) {
  await reach('push button', '标段');
  screen.key('key', 'space');
  screen.key('key', way);
  screen.key('key', 'Return');
}
const member = (no) => server.sql(`SELECT state FROM session_member WHERE session_id = '${sessionId}' AND member_no = ${no}`)[0][0];

test.before(async () => {
  await house.openHouse({ firms: FIRMS.length, experts: SIZE + 1 });
  const opened = await house.openProject([LOT, PLAIN], [LOT, PLAIN].map(() => FIRMS.map((_, i) => ({ price: `${1000000 + 100000 * i}` }))));
  [lotId, plainId] = opened.lots;
  ({ sessionId } = await house.drawSession(opened, { size: SIZE, standbys: 0 }));
  await house.advance(sessionId, 'checkin');
  const arrived = [];
  for (const expert of house.pool) {
    const pass = await signInAtGate(house.venue, sessionId, expert).catch((error) => error);
    if (!pass.code) arrived.push({ ...pass, expert, key: expert.key });
  }
  [mine, ...others] = arrived.sort((a, b) => a.member_no - b.member_no);
  for (const m of others) m.api = await seatSignIn(server, m.pass, crypto.randomBytes(32).toString('base64'));
  screen = await Screen.start({ width: 1600, height: 900 });
  w = new WindowClient({
    screen, dir: path.join(server.dir, 'window'), roomUrl: server.roomUrl, apiUrl: server.url,
    ca: path.join(server.dataDir, 'tls.crt'), camera: 'none', microphone: 'none',
  });
  await w.start();
});
test.after(async () => {
  await w?.stop();
  screen?.stop();
  await server.remove();
});

test('the pass of the gate leads to the seat', async () => {
  await w.fill('通行码', mine.pass);
  await w.press('push button', '继续');
  await w.press('push button', '进入会议室');
  await w.sees('push button', '我的评审');
});

test('the promise comes up by itself, with the names of those who bid', async () => {
  await house.host.post(`/sessions/${sessionId}/start`);
  await w.sees('label', '承诺与回避'); // the step, over the room
  await w.sees('label', '投标人名单');
  await w.sees('label', FIRMS[2], { part: true });
  shoot('1-promise');
  await tick('check box', '我与各投标人没有应当回避的情形');
  await w.press('push button', '作出承诺');
  await until('the promise', () => member(mine.member_no) === 'promised');
  await w.sees('label', '您已作出承诺，请等待其他专家。', { part: true });
});

test('one vote for the leader', async () => {
  for (const m of others) await promise(m.api, sessionId);
  await house.advance(sessionId, 'leader');
  await w.sees('label', '推选组长');
  await reach('check box', mine.expert.name); // the choices are one stop; arrows lead from one to the next
  screen.key('key', 'Down');
  screen.key('key', 'space');
  shoot('2-leader');
  await w.press('push button', '投票');
  await w.press('push button', '投票', dialog);
  await until('the vote', async () => (await house.host.get(`/sessions/${sessionId}`)).leader.votes === 1);
  await w.sees('label', '您已投票，等待其他成员。', { part: true });
  for (const m of others) await m.api.post(`/sessions/${sessionId}/leader-votes`, { member_no: others[0].member_no });
});

async function othersPass(stage, item) {
  const at = `/sessions/${sessionId}/lots/${lotId}/review/${stage}`;
  for (const m of others) {
    const { bids } = await m.api.get(at);
    const votes = Object.fromEntries(bids.map((bid) => [bid.bid_id, { [item]: { pass: true } }]));
    await m.api.post(`${at}/submit`, { votes, salt: crypto.randomBytes(16).toString('hex') });
  }
}

test('the ballots of the review: what fails has a reason, and dissent stays on record', async () => {
  await house.advance(sessionId, 'qualification');
  for (const firm of FIRMS) await tick('check box', `${firm}，营业执照：通过`);
  screen.key('key', 'Right'); // the last one fails after all
  screen.key('key', 'space');
  await w.sees('label', '已填 2/3');
  await w.fill(`${FIRMS[2]}，营业执照：不通过的理由`, '复印件不清');
  await w.sees('label', '已填 3/3');
  await w.sees('label', '草稿已保存');
  shoot('3-ballot');
  await w.press('push button', '提交');
  await w.press('push button', '提交', dialog);
  await w.sees('label', '已提交');
  await choose('Down');
  await w.sees('label', '该标段在本环节没有需要评审的内容');
  await othersPass('qualification', 'licence');
  await house.advance(sessionId, 'preliminary');
  await w.sees('label', '该标段在本环节没有需要评审的内容'); // still the lot that was chosen
  await choose('Up');
  for (const firm of FIRMS) await tick('check box', `${firm}，服务期限：通过`);
  await w.press('push button', '提交');
  await w.press('push button', '提交', dialog);
  await w.sees('label', '已提交');
  await othersPass('responsiveness', 'duration');
  const { items } = (await others[0].api.get(`/sessions/${sessionId}/lots/${lotId}/review/qualification`)).result[2];
  assert.deepEqual(items[0].dissent.map((d) => d.reason), ['复印件不清']);
});

const cell = (firm, item, max) => `${firm}，${item}，满分 ${max}`;
const savedScores = async () => {
  const [row] = server.sql(`SELECT filled FROM sheet WHERE session_id = '${sessionId}' AND lot_id = '${lotId}' AND member_no = ${mine.member_no}`);
  return Number(row?.[0] ?? 0);
};

test('the sheet is filled in by the keyboard and saved by itself', async () => {
  await house.advance(sessionId, 'scoring');
  await reach('text', cell(FIRMS[0], '服务方案', '60.00'));
  for (const score of PLAN) {
    screen.key('type', `${score}`);
    screen.key('key', 'Return');
  }
  for (const score of [10, 12, 8]) { // the second is too much
    screen.key('type', `${score}`);
    screen.key('key', 'Return');
  }
  await w.sees('label', '鲁信乙有限公司，体系认证：超过满分');
  assert.equal(await w.do('state', { role: 'push button', name: '提交', state: 'sensitive' }), false);
  shoot('4-sheet');
  // The last Enter stays in the last cell.
  screen.key('key', 'Up');
  screen.key('type', '9.5');
  await w.sees('label', '已填 6/6');
  await w.sees('label', '草稿已保存');
  await until('the draft in the database', async () => await savedScores() === 6);
});

test('a pause tells its reason as it was typed, and the sheet stays as it was filled in', async () => {
  await house.host.post(`/sessions/${sessionId}/pause`, { reason: '检查 <A&B> 线路' });
  await w.sees('label', '检查 <A&B> 线路');
  await house.host.post(`/sessions/${sessionId}/resume`);
  await w.sees('label', '已填 6/6');
});

test('questions to bidders are read, and what becomes of them while they are', async () => {
  const bid = (await others[0].api.get(`/sessions/${sessionId}/bids`)).items.find((b) => b.lot_id === lotId);
  await w.press('push button', '澄清');
  await w.sees('label', '评标委员会还没有提出澄清。');
  const { question_id: id } = await others[0].api.post(`/sessions/${sessionId}/questions`, { lot_id: lotId, bid_id: bid.bid_id, text: '服务期限如何计算？' });
  await w.sees('label', `${bid.bidder_name} · 待监督审核\n服务期限如何计算？`);
  await house.supervisor.post(`/sessions/${sessionId}/questions/${id}/review`, { pass: false, note: '招标文件已写明' });
  await w.sees('label', `${bid.bidder_name} · 监督已退回\n服务期限如何计算？\n监督意见：招标文件已写明`);
  shoot('4-questions');
  await w.press('push button', '关闭', dialog);
  await w.sees('label', '已填 6/6');
});

test('what was submitted is committed to and stays', async () => {
  await w.press('push button', '提交');
  await w.press('push button', '提交', dialog);
  await w.sees('label', '承诺值（已入账）：', { part: true });
  shoot('5-submitted');
  for (const m of others) {
    const sheet = await m.api.get(`/sessions/${sessionId}/lots/${lotId}/sheet`);
    const scores = Object.fromEntries(sheet.bids.map((bid) => [bid.bid_id, { plan: '50', cert: ['10', '9.5', '8'][FIRMS.indexOf(bid.bidder_name)] }]));
    await submitSheet(m.api, sessionId, lotId, scores);
  }
});

test('another lot has a sheet of its own', async () => {
  await choose('Down');
  await reach('text', cell(FIRMS[0], '咨询方案', '70.00'));
  for (const score of [60, 61, 62]) {
    screen.key('type', `${score}`);
    screen.key('key', 'Return');
  }
  await w.sees('label', '已填 3/3');
  await w.press('push button', '提交');
  await w.press('push button', '提交', dialog);
  await w.sees('label', '已提交');
  for (const m of others) {
    const sheet = await m.api.get(`/sessions/${sessionId}/lots/${plainId}/sheet`);
    await submitSheet(m.api, sessionId, plainId, Object.fromEntries(sheet.bids.map((bid) => [bid.bid_id, { plan: m === others[0] ? PLANTED : '50' }])));
  }
  // Before its time it is not even in this window's memory, which the search does reach.
  const pid = await w.do('pid');
  assert.ok(inMemory(pid, sessionId));
  assert.ok(!inMemory(pid, `"${PLANTED}"`));
});

test('the report is read, its digest compared, and signed with a dissenting opinion in Chinese', async () => {
  await house.advance(sessionId, 'summary');
  await house.host.post(`/sessions/${sessionId}/report`);
  await house.advance(sessionId, 'signing');
  await w.sees('label', '本机计算的报告摘要与服务器一致，请通读报告。');
  await w.sees('label', '1 / ', { part: true });
  await reach('text', '不同意见（没有可不填）');
  await w.fill('不同意见（没有可不填）', OPINION); // as an input method puts it in
  shoot('6-report');
  await w.press('push button', '签署报告');
  await w.press('push button', '签署', dialog);
  await w.sees('label', '您已签署报告。');
  // At this machine other experts sign by other keys.
  const keys = fs.readdirSync(path.join(w.dir, 'state')).filter((name) => name.endsWith('.pem'));
  assert.deepEqual(keys, [`expert-${server.sql(`SELECT account_id FROM session_member WHERE session_id = '${sessionId}' AND member_no = ${mine.member_no}`)[0][0]}.pem`]);
  for (const m of others) await signReport(m.api, sessionId, m.member_no, m.key.privateKey);
  const report = await house.host.get(`/sessions/${sessionId}/report`);
  assert.equal(report.signatures.find((s) => s.member_no === mine.member_no).opinion, OPINION);
  assert.equal(report.signatures.length, SIZE);
  await house.host.post(`/sessions/${sessionId}/close`);
});

test('the window is whole: every field has a name, and nothing was complained about', async () => {
  // The end of the session changes what the window shows: what is looked at may go away meanwhile.
  const unnamed = await until('the window to stand still', () => w.do('unnamed', { roles: ['push button', 'text', 'toggle button', 'check box'] }));
  assert.deepEqual(unnamed, []);
  assert.deepEqual(w.complaints(), []);
  await w.stop();
  assert.equal(w.ended.code, 0);
});
