// SPDX-License-Identifier: GPL-3.0-or-later
// The pool of experts in Chromium by keyboard alone: staff suspend an expert with a reason, enter a leave, end it, and
// take the expert back; the booths of venues are named, and a venue confirms its seats.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { newId } from '../support/room.mjs';
import { build, Server } from '../support/server.mjs';
import { DAY, plusSeconds } from '../support/trade.mjs';

const server = new Server();
let browser, staff, experts;

test.before(async () => {
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots: process.env.BIDROOM_SHOTS ?? path.join(build, 'e2e') });
  staff = await server.account('staff1', ['staff'], { name: '中心甲' });
  experts = [];
  for (const n of [1, 2])
    experts.push((await staff.post('/experts', {
      name: `专家${n}`, unit: `某某设计院${n}`, specialities: ['A08 服务'], region: '370402',
      account_login: `expert${n}`, account_password: server.passwordFor(`expert${n}`),
    })).expert_id);
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const beijing = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().slice(0, 16).replace('T', ' ');
const pool = async () => Object.fromEntries((await staff.get('/experts')).items.map((e) => [e.expert_id, e]));

test('suspended with a reason, given leave, back from it, and taken back', async () => {
  const { legal } = await staff.get('/clock');
  const [from, until] = [plusSeconds(legal, DAY), plusSeconds(legal, 3 * DAY)].map(beijing);
  const person = await personAt(browser);
  await person.signIn(staff);
  const { page } = person;
  await person.press(page.locator('nav').getByRole('link', { name: '专家库', exact: true }));
  await page.getByText(experts[1]).waitFor();
  const row = page.locator('tr', { hasText: experts[1] });
  await person.press(page.getByRole('button', { name: `状态与请假 ${experts[1]}` }));
  const dialog = page.getByRole('dialog', { name: '状态与请假' });
  await person.type(dialog.getByLabel('理由', { exact: true }), '两次无故缺席');
  await person.press(dialog.getByRole('button', { name: '暂停', exact: true }));
  await row.getByText('暂停').waitFor();
  await dialog.getByText('两次无故缺席').waitFor();

  for (const [label, time] of [['请假开始', from], ['请假结束', until]]) {
    await person.type(dialog.getByLabel(label, { exact: true }), time);
    await page.keyboard.press('Enter');
  }
  await person.press(dialog.getByRole('button', { name: '请假', exact: true }));
  const end = dialog.getByRole('button', { name: /^销假 / });
  await end.waitFor();
  await row.getByText(`请假 ${from}`).waitFor();
  await person.settled();
  await person.looksWhole('standing and leave');
  await browser.shot(page, 'b_30-standing-1366');
  await page.setViewportSize({ width: 390, height: 844 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wider <= 0, `the page is ${wider} px wider than the screen`);
  await browser.shot(page, 'b_30-standing-390');
  await page.setViewportSize({ width: 1366, height: 768 });
  let seen = (await pool())[experts[1]];
  assert.deepEqual([seen.standing, seen.leaves.map((l) => beijing(l.from))], ['suspended', [from]]);

  await person.press(end);
  await end.waitFor({ state: 'detached' });
  await person.type(dialog.getByLabel('理由', { exact: true }), '说明属实');
  await person.press(dialog.getByRole('button', { name: '恢复在库', exact: true }));
  await row.getByText('在库').waitFor();
  seen = await pool();
  assert.deepEqual(experts.map((id) => [seen[id].standing, seen[id].leaves]), [['active', undefined], ['active', undefined]]);
});

test('the booths of a venue are named, and one named twice is refused', async () => {
  const { venue_id: venue } = await staff.post('/venues', { name: '济南场地', city: '济南' });
  const person = await personAt(browser);
  await person.signIn(staff);
  const { page } = person;
  await person.press(page.locator('nav').getByRole('link', { name: '评标场地', exact: true }));
  await person.press(page.getByRole('link', { name: '机位 济南场地' }));
  await page.getByText('尚未登记机位。').waitFor();
  const names = page.getByLabel('机位名称（逗号或换行分隔）');
  await person.type(names, 'A01，A02、A03');
  await person.press(page.getByRole('button', { name: '登记机位', exact: true }));
  await page.locator('tr', { hasText: 'A03' }).getByText('空闲').waitFor();
  await person.settled();
  await person.looksWhole('booths');
  await browser.shot(page, 'b_30-booths-1366');
  await person.type(names, 'A02');
  await person.press(page.getByRole('button', { name: '登记机位', exact: true }));
  await page.getByText('该场地已有同名机位。').waitFor();
  assert.deepEqual((await staff.get(`/venues/${venue}/booths`)).items.map((b) => b.booth), ['A01', 'A02', 'A03']);
});

test('a venue confirms its seats for a session with a guest venue, and takes it back', async () => {
  const duty = await server.account('duty1', ['venue'], { name: '值班甲' });
  const [session, project] = [newId(), newId()];
  const [main, guest] = await Promise.all(['主场地', '副场地'].map((name) => staff.post('/venues', { name, city: '枣庄' })));
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact, rulebook_version,
      holder_threshold, window_minutes, state, created_by, created_at)
    SELECT '${project}', 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '某某局', '张先生', '1', 2, 30, 'announced', account_id, NOW() FROM account LIMIT 1;
    INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, created_at)
    VALUES ('${session}', '${project}', '联合确认评标会', 'checkin', 5, NOW(), NOW());
    INSERT INTO session_venue (session_id, venue_id, guest) VALUES ('${session}', '${main.venue_id}', 0), ('${session}', '${guest.venue_id}', 1);
    INSERT INTO seat (session_id, seat_id, venue_id, label, role) VALUES ('${session}', 's01', '${main.venue_id}', '1号席', 'expert'),
      ('${session}', 's02', '${guest.venue_id}', '2号席', 'expert')`);
  const person = await personAt(browser);
  await person.signIn(duty);
  const { page } = person;
  await person.press(page.getByRole('link', { name: '待确认机位：联合确认评标会' }));
  const panel = page.getByRole('region', { name: '主场、副场联合确认' });
  const row = panel.locator('[data-test=venue]', { hasText: '副场地' });
  await person.press(row.getByRole('button', { name: '确认机位就绪 副场地' }));
  await row.getByText(/值班甲 .* 确认/).waitFor();
  await person.settled();
  await person.looksWhole('joint confirmation');
  await browser.shot(page, 'b_30-confirm-1366');
  await person.press(row.getByRole('button', { name: '撤回确认 副场地' }));
  await person.type(page.getByRole('dialog').getByRole('textbox'), '机位停电');
  await person.press(page.getByRole('dialog').getByRole('button', { name: '确定' }));
  await row.getByText('待确认').waitFor();
});
