// SPDX-License-Identifier: GPL-3.0-or-later
// An abnormally low price (异常低价) at the screens, all by the keyboard: the leader asks, the supervisor passes it on, the
// bidder explains in its browser by the clock, members vote. In the second lot a member finds one, and nobody answers.
import test from 'node:test';
import assert from 'node:assert/strict';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { signInAtGate } from '../support/panel.mjs';
import { Server } from '../support/server.mjs';

// 100/96/92/44 under a ceiling of 105, the worked example; in the second lot the rule finds nothing.
const LOTS = ['1050000', '2000000'].map((ceiling, i) => ({ name: `第${'一二'[i]}包`, ceiling, price_form: 'amount', scheme: {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' }, low_price: { rule: 'E19', minutes: 45 } } }));
const OFFERS = [['440000', '1000000', '960000', '920000'], ['1200000', '1300000', '1400000', '1500000']].map((row) => row.map((price) => ({ price })));
const server = new Server();
const house = new Evaluation(server);
let browser, opened, session, members, seats, supervisor, bidder;

test.before(async () => {
  await house.openHouse({ firms: 4, experts: 7 });
  browser = await Browser.launch(server.url);
  opened = await house.openProject(LOTS, OFFERS);
  session = await house.drawSession(opened);
  members = await house.seatCommittee(session.sessionId);
  await house.advance(session.sessionId, 'scoring');
  seats = [];
  for (const m of members.slice(0, 3)) {
    const person = await personAt(browser);
    await person.sitDown((await signInAtGate(house.venue, session.sessionId, m.expert)).pass);
    seats.push(person);
  }
  [supervisor, bidder] = [await personAt(browser), await personAt(browser)];
  await supervisor.signIn(house.supervisor);
  await bidder.signIn(house.firms[0]);
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const path = () => `/sessions/${session.sessionId}`;
const listed = async (l) => (await house.supervisor.get(`${path()}/low-prices`)).items.find((row) => row.lot_id === opened.lots[l]);
const panel = (person) => person.page.getByRole('region', { name: '异常低价', exact: true });
const button = (person, name) => panel(person).getByRole('button', { name, exact: true });
const minutesLeft = async (deadline) => (Date.parse(deadline) - Date.parse(await house.now())) / 60000;

// The supervisor finds what waits, and lets it go to the bidder with the time of the tender file.
async function passOn() {
  const { page } = supervisor;
  await supervisor.go('/');
  await supervisor.press(page.getByRole('link', { name: /^澄清要求待审核/ }));
  const asked = page.getByRole('region', { name: '向投标人澄清' }).getByRole('listitem').filter({ hasText: '待监督审核' });
  assert.equal(await asked.getByRole('spinbutton').inputValue(), '45');
  await supervisor.looksWhole('an explanation to be passed on');
  await supervisor.confirm(asked.getByRole('button', { name: '同意发出' }));
  await page.getByText('等待答复').waitFor();
}

test('what the rule finds is shown with its limits; the leader asks, the supervisor passes it on', async () => {
  const [leader, member] = seats;
  for (const text of ['鲁信甲有限公司', '财库〔2026〕2号规则', '低于次低报价的限值 460000', '低于最高限价的限值 472500', '尚未要求说明', '采信 0 人，不采信 0 人'])
    await panel(leader).getByText(text).first().waitFor();
  assert.equal(await panel(leader).getByText('低于平均报价的限值').count(), 0);
  assert.equal(await button(member, '要求说明').count(), 0, 'the leader alone asks');
  assert.equal(await button(leader, '采信').count(), 0, 'nobody votes before it is explained');
  await leader.giveReason(button(leader, '要求说明'), '请书面说明报价的合理性，并提交证明材料。');
  await panel(leader).getByText('已要求说明，等待投标人').waitFor();
  await Promise.all([leader.looksWhole('an explanation was asked for'), passOn()]);
});

test('the bidder explains in its browser while the clock runs, signed by its key', async () => {
  const { page } = bidder;
  await bidder.go('/');
  await bidder.press(page.getByRole('link', { name: /^评标委员会的澄清要求（.*请书面说明报价的合理性/ }));
  const [question] = (await house.firms[0].get('/clarifications')).items;
  const left = await minutesLeft(question.deadline);
  assert.ok(left > 40 && left <= 45, `${left} minutes`);
  const send = page.getByRole('button', { name: '签名并提交答复' });
  await bidder.type(page.getByLabel('书面答复'), '人工和材料费用见附表，毛利率百分之四。');
  assert.ok(await send.isDisabled(), 'without the key nothing is signed');
  await bidder.choose(page.getByLabel('选择密钥文件'), house.firms[0].key);
  await page.getByText('本浏览器中有您的密钥').waitFor();
  await page.getByText('答复剩余时间').waitFor();
  await bidder.looksWhole('explaining a price');
  await bidder.confirm(send);
  await page.getByText('您的答复： 人工和材料费用见附表，毛利率百分之四。').waitFor();
  assert.equal((await listed(0)).explained, true);
});

test('more than half of the panel is convinced, each with a reason', async () => {
  await Promise.all([bidder.looksWhole('a price is explained'), ...seats.map((seat) => seat.page.reload())]);
  for (const [i, seat] of seats.entries()) {
    await panel(seat).getByText('投标人已说明，见澄清').waitFor();
    await seat.page.getByText('人工和材料费用见附表，毛利率百分之四。').waitFor();
    if (!i) await seat.looksWhole('before the vote');
    const [name, why] = i === 1 ? ['不采信', '没有提交社保证明'] : ['采信', '成本构成清楚'];
    await seat.giveReason(button(seat, name), why);
    await button(seat, name).waitFor({ state: 'detached' });
  }
  assert.deepEqual((({ outcome, convinced, against }) => [outcome, convinced, against])(await listed(0)), ['waits', 2, 1]);
  await members[3].api.post(`${path()}/low-prices/${(await listed(0)).bid_id}/votes`, { convinced: true, reason: '同意' });
  await supervisor.page.reload();
  const row = panel(supervisor).getByRole('listitem').filter({ hasText: '鲁信甲有限公司' });
  await row.getByText('说明已采信').waitFor();
  await row.getByText('采信 3 人，不采信 1 人').waitFor();
  await supervisor.looksWhole('an explanation that convinced');
});

test('a member finds a price by judgement; who does not explain it in time is rejected', async () => {
  const [leader, member] = seats;
  await member.press(button(member, '提出疑似异常低价'));
  const dialog = member.page.getByRole('dialog', { name: '提出疑似异常低价' });
  await member.press(dialog.getByLabel('投标人'));
  await member.page.getByRole('option').first().waitFor();
  await member.page.keyboard.press('ArrowDown');
  await member.page.keyboard.press('Enter');
  await member.type(dialog.getByLabel('专业判断的理由'), '明显低于行业成本');
  await member.looksWhole('a price found by judgement');
  await member.press(dialog.getByRole('button', { name: '提出疑似异常低价' }));
  await panel(member).getByText('专业判断').waitFor();
  await panel(member).getByText('明显低于行业成本').waitFor();
  await leader.page.reload();
  await leader.giveReason(button(leader, '要求说明'), '请说明报价依据。');
  await passOn();
  await house.staff.post('/clock/advance', { seconds: 46 * 60, reason: '测试' });
  await leader.page.reload();
  const silent = leader.page.getByRole('button', { name: '逾期未答复' });
  await leader.confirm(silent);
  await silent.waitFor({ state: 'detached' });
  await Promise.all([leader.page.reload(), supervisor.page.reload()]);
  await panel(leader).getByText('已否决').waitFor();
  await leader.looksWhole('a bid is rejected for silence');
  await supervisor.page.getByText('异常低价（专业判断）：未在规定时间内提交书面说明').waitFor();
  await supervisor.looksWhole('the board with a rejection');
});
