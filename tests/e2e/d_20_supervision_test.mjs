// SPDX-License-Identifier: GPL-3.0-or-later
// The wall of a supervisor in Chromium: pictures of running sessions, a spot check, an entry of the patrol log, a
// warning that the host answers and the supervisor settles by a signature.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { roomSession } from '../support/room.mjs';
import { Server, build, until } from '../support/server.mjs';

const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
const shots = path.join(build, 'e2e');
const players = [];
let browser, supervisor, host, sessionId, seats;

test.before(async () => {
  await server.start();
  await server.openHouse();
  const people = {};
  for (const role of ['supervisor', 'host']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  ({ sessionId, seats } = await roomSession(server));
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact,
    rulebook_version, holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '采购人', '电话', 'v1', 2, 60, 'announced', host, created_at
    FROM eval_session;
    UPDATE eval_session SET started_at = UTC_TIMESTAMP(6)`);
  const blocks = blocksOf(film(path.join(films, 'seat.webm'), { no: 1, words: '专家席', seconds: 6 }));
  for (const seat of seats) {
    await seat.join();
    players.push(new FilmPlayer(seat, blocks));
  }
  await Promise.all(players.map((p) => p.start()));
  browser = await Browser.launch(server.url, { shots });
  supervisor = await personAt(browser);
  host = await personAt(browser);
  await supervisor.signIn(people.supervisor);
  await host.signIn(people.host);
});
test.after(async () => {
  players.forEach((p) => p.stop());
  await browser?.close();
  await server.remove();
  fs.rmSync(films, { recursive: true });
});

// What is drawn in the canvas of a seat, as the mean of its bytes; 0 for nothing.
const drawn = () => supervisor.page.evaluate(() => [...document.querySelectorAll('figure:not(.stale) canvas')].map((c) => {
  const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
  return data.reduce((sum, x, i) => (i % 4 === 3 ? sum : sum + x), 0) / data.length;
}));

test('every seat of a running session shows its picture, renewed while it is seen', async () => {
  await supervisor.page.getByLabel('主菜单').getByRole('link', { name: '监督大屏' }).click();
  await until('three pictures', async () => { const means = await drawn(); return means.length === 3 && means.every((m) => m > 5); }, 60000);
  await supervisor.page.getByText('本轮巡查待完成').waitFor();
  await supervisor.looksWhole('the wall');
  await browser.shot(supervisor.page, 'wall');
});

test('a spot check is drawn, looked at and logged', async () => {
  const { page } = supervisor;
  await page.getByRole('button', { name: '随机抽查' }).click();
  await page.locator('figure.spot').waitFor();
  const drawer = page.getByRole('dialog');
  const text = drawer.getByRole('textbox', { name: '巡查所见' });
  assert.match(await text.inputValue(), /^抽查[123]号席：$/);
  await text.fill('抽查：在位，桌面无手机');
  await drawer.getByRole('button', { name: '记入日志' }).click();
  await drawer.getByText('抽查：在位，桌面无手机').waitFor();
  await drawer.getByText('已巡查').waitFor();
  await supervisor.looksWhole('the patrol log');
  await page.keyboard.press('Escape');
  await page.getByText('本轮巡查已完成').waitFor();
});

test('a warning is issued, answered by the host, and settled by a signature made in the browser', async () => {
  const { page } = supervisor;
  await page.getByRole('button', { name: '监督提示', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('textbox', { name: '发出监督提示' }).fill('3号席离席，请说明。');
  await drawer.getByRole('button', { name: '发出', exact: true }).click();
  await drawer.getByText('待处理').waitFor();
  await host.go(`/sessions/${sessionId}`);
  await host.page.getByText('3号席离席，请说明。').waitFor();
  await host.page.getByRole('textbox', { name: '处理说明' }).fill('设备故障，已恢复。');
  await host.page.getByRole('button', { name: '处理说明' }).click();
  await host.page.getByText('设备故障，已恢复。').waitFor();
  await host.looksWhole('a warning at the host');
  await drawer.getByText('设备故障，已恢复。').waitFor();
  await drawer.getByRole('button', { name: '签名确认' }).click();
  await page.getByRole('button', { name: '确定' }).click();
  await drawer.getByText('已签名确认').waitFor();
  await supervisor.looksWhole('a settled warning');
  assert.equal(server.sql("SELECT COUNT(*) FROM event WHERE kind = 'warning.closed'")[0][0], '1');
  await page.keyboard.press('Escape');
});

test('a seat that is gone is seen to be gone', async () => {
  players[2].stop();
  seats[2].socket.drop();
  await until('two pictures', async () => (await drawn()).length === 2, 60000);
});
