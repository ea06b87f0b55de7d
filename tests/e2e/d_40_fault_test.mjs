// SPDX-License-Identifier: GPL-3.0-or-later
// A fault in Chromium: the host records it, the agency finds it on its first page and decides when the time is up, the
// committee is dissolved; by keyboard, and without WCAG A/AA findings.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Evaluation } from '../support/evaluation.mjs';
import { Server, build } from '../support/server.mjs';

const points = {
  items: [{ id: 'plan', name: '服务方案', max: '70', kind: 'technical', objective: false }],
  price: { method: 'gp_lowest', weight: '30' },
};
const server = new Server();
const house = new Evaluation(server);
let browser, host, agency, session;

test.before(async () => {
  await house.openHouse({ firms: 3, experts: 6 });
  const opened = await house.openProject([{ name: '第一包', price_form: 'amount', scheme: points }], [['1000000', '1200000', '1250000'].map((price) => ({ price }))]);
  session = await house.drawSession(opened, { size: 5, standbys: 1 });
  browser = await Browser.launch(server.url, { shots: path.join(build, 'e2e') });
  [host, agency] = [await personAt(browser), await personAt(browser)];
  await host.signIn(house.host);
  await agency.signIn(house.agency);
});
test.after(async () => {
  await browser?.shotAll('fault');
  await browser?.close();
  await server.remove();
});

const panel = (who) => who.page.getByRole('region', { name: '故障处置' });
const choose = async (who, name, option) => {
  await who.page.getByRole('dialog').getByRole('combobox', { name }).press('Enter');
  await who.page.getByRole('option', { name: option, exact: true }).click();
};

test('the host records a fault; the session is held up, and says what the clock is', async () => {
  await host.go(`/sessions/${session.sessionId}`);
  await host.press(panel(host).getByRole('button', { name: '登记故障' }));
  const dialog = host.page.getByRole('dialog');
  await dialog.getByText('未核实').waitFor();
  assert.ok(await dialog.getByRole('button', { name: '登记故障' }).isDisabled(), 'without a cause');
  await choose(host, '故障方', '网络');
  await dialog.getByRole('textbox', { name: '故障情况' }).fill('专线中断');
  await host.looksWhole('the dialog of a fault');
  await host.press(dialog.getByRole('button', { name: '登记故障' }));
  await panel(host).getByText('处置中').waitFor();
  await panel(host).getByText('专线中断').waitFor();
  await host.looksWhole('a session held up by a fault');
});

test('the agency is told on its first page, and decides when the time is up', async () => {
  await house.staff.post('/clock/advance', { seconds: 2 * 3600 + 1, reason: '测试' });
  await agency.go('/');
  await agency.press(agency.page.getByRole('link', { name: /发生故障：时限已到/ }));
  await panel(agency).getByText('时限已到，待决定').waitFor();
  await agency.looksWhole('a fault whose time is up');
  await agency.press(panel(agency).getByRole('button', { name: '延期，另组评标委员会' }));
  const dialog = agency.page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('短期内不能恢复');
  await agency.press(dialog.getByRole('button', { name: '确定' }));
  await agency.press(panel(agency).getByRole('button', { name: '解散评标委员会' }));
  await agency.page.getByRole('dialog').getByText('不能撤销').waitFor();
  await agency.press(agency.page.getByRole('dialog').getByRole('button', { name: '确定' }));
  await agency.page.getByText('没有等待处置的故障。').waitFor();
  await host.page.getByText('评标委员会已解散').waitFor();
  await panel(host).getByText('短期内不能恢复').waitFor();
  assert.equal(await panel(host).getByRole('button').count(), 0, 'nothing more can be done');
});
