// SPDX-License-Identifier: GPL-3.0-or-later
// The wall of a supervisor in Chromium: pictures of running sessions, a spot check, an entry of the patrol log, a
// warning that the host answers and the supervisor settles by a signature; a word to one seat alone; and the
// supervisor's whole way by keyboard.
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
import { Server, build, freePort, until } from '../support/server.mjs';

const port = await freePort();
const server = new Server({ port, roomUrl: `wss://localhost:${port}` });
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
const shots = path.join(build, 'e2e');
const players = [];
const people = {};
let browser, supervisor, host, sessionId, seats;

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['supervisor', 'host', 'staff']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
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
  browser = await Browser.launch(server.url, { shots, devices: true, measured: true });
  supervisor = await personAt(browser);
  host = await personAt(browser);
  await supervisor.signIn(people.supervisor);
  await host.signIn(people.host);
});
test.after(async () => {
  players.forEach((p) => p.stop());
  await browser?.shotAll('supervision');
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

test('a wall that nobody looks at asks for nothing; looked at again it is renewed', async () => {
  const { page } = supervisor;
  const asked = [];
  const take = (request) => { if (/\/(reels|replay|wall)/.test(request.url())) asked.push(request.url()); };
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  // Half a second each, by the recorder's own clock.
  const pass = async (n) => {
    const parts = () => Number(server.sql("SELECT COUNT(*) FROM event WHERE kind = 'media.part'")[0][0]);
    const from = parts();
    await until(`${n} parts of the recording`, () => parts() >= from + n);
  };
  await hide(true);
  await pass(4); // what was on its way is over
  page.on('request', take);
  await pass(16);
  assert.deepEqual(asked, []);
  await hide(false);
  await until('the pictures to be asked for again', () => asked.some((url) => url.includes('/reels/')));
  await until('the wall to be asked for again', () => asked.some((url) => url.includes('/wall')));
  page.off('request', take);
  await until('three pictures', async () => (await drawn()).filter((m) => m > 5).length === 3);
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

// Enters the room from its page, with the microphone on or with nothing.
async function enterRoom(person, { mic }) {
  const { page } = person;
  await person.go(`/sessions/${sessionId}/room`);
  await page.locator('[data-test=join]').waitFor();
  await page.locator('.check .el-checkbox').nth(0).setChecked(false);
  await page.locator('.check .el-checkbox').nth(1).setChecked(mic);
  await page.locator('[data-test=join]').click();
  return (await until('the seat', async () => { const s = await page.evaluate(() => window.bidroomRoom?.().state); return s?.phase === 'seated' && s; })).seat;
}

test('in the room the supervisor speaks to one seat alone; both ends see it, nobody else hears it; then to all again', async () => {
  const { page } = supervisor;
  const seat = await enterRoom(supervisor, { mic: true });
  const hostSeat = await enterRoom(host, { mic: false });
  const heard = (of, track) => of.socket.objects.filter((o) => o.readUInt16BE(2) === track).length;
  const mine = page.locator('[data-test=aside-mine]');
  const button = (of) => page.locator(`[data-seat=${of}] [data-test=aside]`);
  const { track: open } = await seats[1].socket.next('track', (m) => m.seat === seat && m.kind === 'mic');
  await until('the voice for all', () => heard(seats[1], open) > 20);
  await button('seat_1').click();
  const { track: aside } = await seats[0].socket.next('track', (m) => m.seat === seat && m.to === 'seat_1');
  await mine.getByText('正在与 1号席 单独通话').waitFor();
  assert.equal(await button('seat_1').getAttribute('aria-pressed'), 'true');
  // Long enough to be found again in the recording.
  await until('the voice at this seat', () => heard(seats[0], aside) > 250, 60000);
  assert.deepEqual([heard(seats[1], aside), seats[1].socket.messages.filter((m) => m.to || m.track === aside)], [0, []]);
  await supervisor.looksWhole('speaking to one seat alone');
  await browser.shot(page, 'aside');
  // To another one, who sits in a browser: from the one to the other, never to all.
  await button(hostSeat).click();
  await host.page.locator('[data-test=aside-to-me]').getByText('正在与您单独通话').waitFor();
  await until('the voice at the host', () => host.page.evaluate((s) => window.bidroomRoom().stats?.tracks.some((x) => x.seat === s && x.kind === 'mic' && x.presented > 20), seat));
  await host.looksWhole('being spoken to alone');
  await seats[0].socket.next('track_gone', (m) => m.track === aside);
  const voices = () => seats[1].socket.messages.filter((m) => m.type === 'track' && m.seat === seat && m.kind === 'mic');
  assert.deepEqual(voices(), []);
  // Whoever is spoken to goes: nothing is said to all by itself.
  await host.press(host.page.locator('[data-test=leave]'));
  await host.press(host.page.getByRole('button', { name: '确定', exact: true }));
  await mine.getByText('已中断').waitFor();
  assert.equal(await page.locator('[data-test=mic]').getAttribute('aria-pressed'), 'false');
  assert.deepEqual(voices(), []);
  await supervisor.looksWhole('an aside that was cut off');
  await page.locator('[data-test=aside-end]').click();
  await mine.waitFor({ state: 'hidden' });
  const { track: again } = await seats[1].socket.next('track', (m) => m.seat === seat && m.kind === 'mic');
  await until('the voice for all again', () => heard(seats[1], again) > 20);
  await supervisor.press(page.locator('[data-test=leave]'));
  await supervisor.press(page.getByRole('button', { name: '确定', exact: true }));
  await page.locator('[data-test=over]').waitFor();
});

test('the replay says what was said to one seat alone, and to which', async () => {
  const { page } = supervisor;
  const [[track, from, to]] = server.sql("SELECT track_no, started_ms, ended_ms FROM media_track WHERE to_seat = 'seat_1'");
  await supervisor.go(`/sessions/${sessionId}/replay`);
  await page.waitForFunction((ms) => window.bidroomReplay?.().end > ms, Number(to));
  await page.locator('ol[aria-label=事件]').getByRole('button').filter({ hasText: '单独通话开始' }).first().waitFor();
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, Math.ceil(Number(from) / 1000) + 1);
  await page.locator('figure [data-test=aside]').getByText('单独对 1号席 讲话').waitFor();
  await supervisor.looksWhole('an aside in the replay');
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, Math.max(0, Math.floor(Number(from) / 1000) - 3));
  await page.locator('figure [data-test=aside]').waitFor({ state: 'hidden' });
  // The host sees that it was, and has no such track.
  const manifest = await people.host.get(`/sessions/${sessionId}/replay`);
  assert.equal(manifest.tracks.some((t) => t.track === String(track) || t.to), false);
  await supervisor.go('/wall');
  await page.getByRole('link', { name: '进入会议室' }).waitFor();
});

// --- The keyboard alone ---

const named = (role, name) => supervisor.page.getByRole(role, { name, exact: true });
const wall = async () => {
  await supervisor.press(supervisor.page.getByLabel('主菜单').getByRole('link', { name: '监督大屏' }));
  await named('heading', '评标会').waitFor();
};

test('by keyboard: from the wall into the room, speak and write, and out again', async () => {
  const { page } = supervisor;
  const room = () => page.evaluate(() => window.bidroomRoom().state);
  await supervisor.press(named('link', '进入会议室'));
  await supervisor.press(page.locator('.check .el-checkbox', { hasText: '入席时打开麦克风' }), 'Space');
  await supervisor.looksWhole('the check of the devices');
  await supervisor.press(page.locator('[data-test=join]'));
  const { seat } = await until('the seat', async () => { const s = await room(); return s?.phase === 'seated' && s; });
  const { track } = await seats[0].socket.next('track', (m) => m.seat === seat && m.kind === 'mic');
  await until('the voice to be sent', () => page.evaluate(() => window.bidroomRoom().stats?.own.mic.objects > 20));
  const heard = () => seats[0].socket.objects.filter((o) => o.readUInt16BE(2) === track).length;
  await until('the voice at a seat', () => heard() > 20);
  await supervisor.press(page.locator('[data-test=mic]'));
  await seats[0].socket.event('room.mute');
  await supervisor.press(named('tab', '成员'), 'ArrowRight');
  await supervisor.type(page.getByLabel('文字发言'), '请2号席面向摄像头');
  await page.keyboard.press('Enter');
  await seats[0].socket.event('room.chat', (m) => m.body.text === '请2号席面向摄像头');
  await supervisor.looksWhole('the room of a supervisor');
  await supervisor.press(page.locator('[data-test=leave]'));
  await supervisor.press(named('button', '确定'));
  await page.locator('[data-test=over]').waitFor();
  await supervisor.looksWhole('after the room');
});

test('by keyboard: rewind while it runs, jump, search, note', async () => {
  const { page } = supervisor;
  const at = (from, to) => page.waitForFunction(([a, b]) => { const r = window.bidroomReplay(); return !r.busy && r.time >= a && r.time < b; }, [from, to]);
  const follows = () => page.waitForFunction(() => { const r = window.bidroomReplay(); return r.playing && !r.busy && r.end - r.time < 6000; });
  await supervisor.press(named('link', '返回评标会'));
  await wall();
  // He is quicker than the list of events.
  let tell;
  const told = new Promise((resolve) => { tell = resolve; });
  await page.route(/\/events(\?|$)/, async (route) => { await told; await route.continue(); });
  await supervisor.press(named('link', '回看'));
  await page.waitForFunction(() => window.bidroomReplay?.().end > 8000);
  await supervisor.press(named('button', '实时'));
  await follows();
  const before = await page.evaluate(() => {
    window.least = Infinity;
    setInterval(() => { window.least = Math.min(window.least, window.bidroomReplay().time); }, 20);
    return window.bidroomReplay().time;
  });
  tell();
  await page.locator('ol[aria-label=事件]').getByRole('button').first().waitFor();
  await page.unroute(/\/events(\?|$)/);
  await follows();
  const { time, least } = await page.evaluate(() => ({ ...window.bidroomReplay(), least: window.least }));
  assert.ok(least > before - 3000, `the events call nobody back: ${least} after ${before}`);
  await page.keyboard.press('ArrowLeft');
  await at(0, time - 2000);
  await supervisor.type(page.getByLabel('跳到（录像位置或钟点）'), '0:03');
  await page.keyboard.press('Enter');
  await at(3000, 8000);
  await supervisor.type(page.getByRole('textbox', { name: '查找事件' }), '面向摄像头');
  await supervisor.press(page.locator('ol[aria-label=事件]').getByRole('button').filter({ hasText: '请2号席面向摄像头' }));
  await page.waitForFunction(() => { const r = window.bidroomReplay(); return !r.busy && r.time > 8000; });
  await supervisor.looksWhole('the replay, searched');
  await page.keyboard.press('m');
  await supervisor.type(page.getByRole('textbox', { name: /处的记录/ }), '提醒后2号席已调整');
  await supervisor.press(named('button', '提交记录'));
  await page.getByRole('listitem').getByText('提醒后2号席已调整').waitFor();
  await supervisor.looksWhole('the replay, noted');
});

test('by keyboard: an entry of the patrol log, and a bundle of the running session that can be fetched', async () => {
  const { page } = supervisor;
  await supervisor.press(page.locator('.bar').getByRole('link', { name: '评标会' }));
  await supervisor.press(named('button', '制作归档包'));
  await supervisor.press(named('button', '确定'));
  const link = named('link', '下载归档包（tar）');
  await link.waitFor({ timeout: 60000 });
  await supervisor.looksWhole('the session with a bundle');
  const fetched = page.waitForEvent('download');
  await supervisor.press(link);
  const tar = fs.readFileSync(await (await fetched).path());
  assert.ok(tar.includes('index.html') && tar.includes('请2号席面向摄像头'), 'what was said is in it');
  await wall();
  await supervisor.press(named('button', '巡查日志'));
  await supervisor.type(page.getByRole('textbox', { name: '巡查所见' }), '键盘巡查：各席在位');
  await supervisor.press(named('button', '记入日志'));
  await page.getByRole('dialog').getByText('键盘巡查：各席在位').waitFor();
  await supervisor.looksWhole('the patrol log by keyboard');
  await page.keyboard.press('Escape');
});

test('a seat that is gone is seen to be gone', async () => {
  players[2].stop();
  seats[2].socket.drop();
  await until('two pictures', async () => (await drawn()).length === 2, 60000);
});

test('a round that nobody made is reported, and again the next one', async () => {
  const { page } = supervisor;
  const { interval_s: seconds } = await people.supervisor.get(`/sessions/${sessionId}/patrols`);
  for (const n of [1, 2]) {
    // The round that was done is over, and one that nobody does.
    for (let i = n === 1 ? 0 : 1; i < 2; i += 1) await people.staff.post('/clock/advance', { seconds, reason: '测试' });
    await page.locator('.due strong').getByText(`缺巡查 ${n} 轮`).waitFor();
    await page.locator('.el-notification').getByText(`缺巡查 ${n} 轮`).waitFor();
  }
  await page.getByText('本轮巡查待完成').waitFor();
  await supervisor.looksWhole('missed rounds');
  await browser.shot(page, 'wall-missed');
});

test('a session that is closed leaves the wall', async () => {
  server.sql("UPDATE eval_session SET closed_at = UTC_TIMESTAMP(6), step = 'closed'");
  await supervisor.page.locator('article.card').waitFor({ state: 'detached' });
  await supervisor.looksWhole('an empty wall');
});
