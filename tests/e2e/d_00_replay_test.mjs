// SPDX-License-Identifier: GPL-3.0-or-later
// The replay in Chromium: three seats send a film in real time; a supervisor looks while the room runs, goes back,
// follows the present, and sees a seat that left and came again. Then a session of twelve hours over two days.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { barcodeFilm, readerSource } from '../support/barcode.mjs';
import { Browser } from '../support/browser.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { personAt } from '../support/console.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { pastSession } from '../support/past_session.mjs';
import { assertReelTimes } from '../support/reel_times.mjs';
import { announceProject, roomSession } from '../support/room.mjs';
import { Server, build, until } from '../support/server.mjs';

// The address names the owner of the rooms.
const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
const shots = path.join(build, 'e2e');
let browser, person, supervisor, sessionId, seats;
const players = [];

test.before(async () => {
  await server.start();
  await server.openHouse();
  supervisor = await server.account('super1', ['supervisor']);
  ({ sessionId, seats } = await roomSession(server));
  announceProject(server, sessionId);
  const blocks = blocksOf(film(path.join(films, 'seat.webm'), { no: 1, words: '专家席', seconds: 6 }));
  for (const seat of seats) {
    await seat.join();
    players.push(new FilmPlayer(seat, blocks));
  }
  await Promise.all(players.map((p) => p.start()));
  browser = await Browser.launch(server.url, { shots, measured: true });
  person = await personAt(browser);
  await person.signIn(supervisor);
});
test.after(async () => {
  players.forEach((p) => p.stop());
  await browser?.close();
  await server.remove();
  fs.rmSync(films, { recursive: true });
});

const stage = () => person.page.evaluate(() => window.bidroomReplay());
const reached = (ms) => person.page.waitForFunction((t) => {
  const s = window.bidroomReplay();
  const tiles = [...document.querySelectorAll('figure:not(.off) video')];
  return !s.busy && s.time >= t && tiles.length >= 2 && tiles.every((v) => v.currentTime * 1000 >= t);
}, ms);

// Every playing tile shows the same moment; corrections may still be under way just after a seek.
async function inStep(limitMs) {
  const skews = await until('the tiles to be in step', async () => {
    const { skews: now } = await stage();
    return now.length && Math.max(...now) - Math.min(...now) <= limitMs && now;
  });
  assert.ok(skews.length >= 2, `${skews}`);
}

test('a running session can be followed a little behind its present', async () => {
  await until('a few seconds of recording', () => server.sql("SELECT 1 FROM event WHERE kind = 'media.part'").length >= 10);
  await person.go(`/sessions/${sessionId}/replay`);
  await person.page.waitForFunction(() => window.bidroomReplay?.().end > 2000);
  assert.equal(await person.page.locator('figure').count(), 3);
  await person.page.getByRole('button', { name: '实时' }).click();
  await reached((await stage()).time + 1500);
  const { end, time } = await stage();
  assert.ok(end - time < 6000, `${end - time} ms behind`);
  await inStep(100);
  await person.looksWhole('replay, live');
});

test('what is said now stands in the list of events; a seat that leaves is seen to be away', async () => {
  seats[0].socket.send({ type: 'chat', id: 'c1', text: '请看第三章' });
  await person.page.locator('ol').getByText('请看第三章').first().waitFor();
  players[2].stop();
  seats[2].socket.drop();
  await person.page.locator('figure.off').waitFor();
  assert.equal(await person.page.locator('figure.off').count(), 1);
  await person.page.locator('ol').getByText('席位掉线').first().waitFor();
});

test('one can step by pictures, go round in a loop, enlarge a seat, and find every key in a list', async () => {
  const { page } = person;
  await page.evaluate(() => { location.hash = '#t=2s'; });
  await reached(3000);
  await page.keyboard.press('.');
  await page.waitForFunction(() => { const r = window.bidroomReplay(); return !r.playing && !r.busy; });
  const at = (await stage()).time;
  await page.keyboard.press('.');
  await page.waitForFunction((t) => !window.bidroomReplay().busy && window.bidroomReplay().time > t, at);
  const step = (await stage()).time - at;
  assert.ok(step > 20 && step <= 100, `one step was ${step} ms`);
  await page.keyboard.press(',');
  await page.waitForFunction((t) => !window.bidroomReplay().busy && Math.abs(window.bidroomReplay().time - t) < 1, at);
  await page.keyboard.press('[');
  await page.evaluate((t) => { location.hash = `#t=${t}s`; }, Math.floor(at / 1000) + 3);
  await page.waitForFunction((t) => !window.bidroomReplay().busy && window.bidroomReplay().time > t + 1000, at);
  await page.keyboard.press(']');
  await page.keyboard.press('k');
  await page.waitForFunction((t) => window.bidroomReplay().playing && window.bidroomReplay().time < t + 900, at);
  await page.getByRole('button', { name: '取消循环' }).click();
  await page.keyboard.press('1');
  await page.locator('figure.large').waitFor();
  const [large, small] = await page.evaluate(() => [document.querySelector('figure.large'), document.querySelector('figure:not(.large)')].map((f) => f.getBoundingClientRect().width));
  assert.ok(large > 2 * small, `${large} against ${small}`);
  await page.getByRole('button', { name: '等大排列' }).click();
  assert.equal(await page.locator('figure.large').count(), 0);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('写监督记录').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('at eight times there are pictures and no sound', async () => {
  const { page } = person;
  const muted = () => page.evaluate(() => [...document.querySelectorAll('figure:not(.off) video')].map((v) => v.muted));
  await page.getByRole('button', { name: '8×' }).click();
  await until('silence', async () => (await muted()).every(Boolean));
  await page.getByRole('button', { name: '1×', exact: true }).click();
  await until('sound', async () => !(await muted()).some(Boolean));
});

test('a note at a moment is an event and stays where it was written', async () => {
  const { page } = person;
  await page.evaluate(() => { location.hash = ''; location.hash = '#t=4s'; });
  await reached(4000);
  await page.keyboard.press('k');
  await page.keyboard.press('m');
  await page.getByRole('textbox', { name: /处的记录/ }).fill('2号席离席，未说明原因');
  await page.getByRole('button', { name: '提交记录' }).click();
  await page.getByRole('listitem').getByText('2号席离席，未说明原因').waitFor();
  const [[body]] = server.sql("SELECT body FROM event WHERE kind = 'replay.noted'");
  const { session_ms: ms, text } = JSON.parse(body);
  assert.equal(text, '2号席离席，未说明原因');
  assert.ok(ms >= 4000 && ms < 20000, `${ms}`);
  await page.getByRole('tab', { name: '事件' }).click();
  await page.locator('ol').getByText('2号席离席，未说明原因').waitFor();
  await person.looksWhole('replay, notes');
  await page.getByRole('tab', { name: '评分' }).click();
  await person.looksWhole('replay, scores');
  await page.getByRole('tab', { name: '事件' }).click();
  await page.keyboard.press('k');
});

test('one can go back by link, by key and by the line, and play faster', async () => {
  const { page } = person;
  await page.evaluate(() => { location.hash = '#t=2s'; });
  await reached(2500);
  assert.equal(await page.locator('figure.off').count(), 0, 'at that time all three were there');
  await inStep(100);
  await page.getByRole('button', { name: '2×', exact: true }).click();
  const before = await stage();
  await reached(before.time + 3000);
  await page.getByRole('button', { name: '1×', exact: true }).click();
  await page.keyboard.press('k');
  assert.equal((await stage()).playing, false);
  const line = page.getByRole('slider', { name: '时间轴' });
  await line.focus();
  await line.press('Home');
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time < 100);
  await line.press('ArrowRight');
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time === 5000);
  assert.match(page.url(), /#t=5s$/);
  const box = await line.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + 10);
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time > 5100);
  await person.looksWhole('replay');
  assert.equal(server.sql("SELECT COUNT(*) FROM event WHERE kind = 'replay.viewed'")[0][0] > 0, true);
});

test('one can go back by a minute while the session runs, and to its present again', async () => {
  const { page } = person;
  const recorded = async () => (await stage()).end;
  await until('more than a minute of recording', async () => await recorded() > 64_000, 90_000);
  await page.getByRole('button', { name: '实时' }).click();
  await page.waitForFunction(() => { const r = window.bidroomReplay(); return !r.busy && r.playing && r.end - r.time < 6000; });
  const before = (await stage()).time;
  const begun = Date.now();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.waitForFunction((t) => { const r = window.bidroomReplay(); return !r.busy && r.playing && r.time < t - 57_000; }, before);
  const { time } = await stage();
  console.log(`# a minute back after ${Date.now() - begun} ms`);
  assert.ok(time > before - 62_000, `from ${before} to ${time} ms`);
  await reached(time + 1500);
  assert.equal(await page.locator('figure.off').count(), 0, 'the seat that is gone now was there then');
  await inStep(100);
  await page.getByRole('button', { name: '实时' }).click();
  await page.waitForFunction(() => { const r = window.bidroomReplay(); return !r.busy && r.playing && r.end - r.time < 6000; });
});

test('the moment the seats leave, all that they sent can be replayed', async () => {
  for (const p of players.slice(0, 2)) p.stop();
  const sent = new Map(players.slice(0, 2).flatMap((p) => ['cam', 'mic'].map((kind) => [String(p.track[kind]), p.seq[kind]])));
  const begun = Date.now();
  for (const seat of seats.slice(0, 2)) seat.socket.send({ type: 'leave' });
  const after = [...sent.keys()].map((track) => `${track}.0`).join(',');
  const rows = await until('all reels to be whole', async () => {
    const { tracks } = await supervisor.get(`/sessions/${sessionId}/replay/tail?after=${after}`);
    return tracks.length === sent.size && tracks.every((t) => t.whole) && tracks;
  });
  const took = Date.now() - begun;
  const last = [];
  for (const { track, index } of rows) {
    const bytes = Buffer.from(index, 'base64');
    let blocks = 0;
    for (let at = 0; at < bytes.length; at += 64) blocks += bytes.readUInt32BE(at + 20);
    assert.equal(blocks, sent.get(track), `track ${track} has every object`);
    last.push(bytes.readUInt32BE(bytes.length - 60));
  }
  console.log(`# all there ${took} ms after the seats began to leave`);
  assert.ok(took < 3000, `${took} ms`);
  await person.page.waitForFunction((ms) => window.bidroomReplay().end >= ms, Math.max(...last));
});

test('what was looked at is verified against the ledger, and one changed byte is seen', async () => {
  const { page } = person;
  await page.waitForFunction(() => window.bidroomReplay().verified > 0);
  assert.deepEqual((await stage()).altered, []);
  const [[track]] = server.sql("SELECT MIN(track_no) FROM media_track WHERE kind = 'cam'");
  const reel = path.join(server.dataDir, 'reels', sessionId, fs.readdirSync(path.join(server.dataDir, 'reels', sessionId)).find((f) => f.endsWith('.webm') && Number.parseInt(f, 10) === Number(track)));
  const fd = fs.openSync(reel, 'r+');
  const byte = Buffer.alloc(1);
  const at = Math.floor(fs.fstatSync(fd).size / 4);
  fs.readSync(fd, byte, 0, 1, at);
  byte[0] ^= 1;
  fs.writeSync(fd, byte, 0, 1, at);
  fs.closeSync(fd);
  await person.go('/'); // the same page again would only be a jump
  await person.go(`/sessions/${sessionId}/replay`);
  await page.waitForFunction(() => window.bidroomReplay?.().end > 2000);
  // From place to place through the recording, so that every cluster is fetched: what plays on a slow machine leaps.
  const alarm = page.getByRole('alert').getByText('与账本不一致');
  const { end } = await stage();
  for (let second = 0; second * 1000 < end && !await alarm.isVisible(); second += 2) {
    await page.evaluate((place) => { location.hash = `#t=${place}s`; }, second);
    await page.waitForFunction((ms) => !window.bidroomReplay().busy && window.bidroomReplay().time >= ms, second * 1000);
  }
  await alarm.waitFor();
  assert.equal((await stage()).altered.length, 1);
  await person.looksWhole('replay, altered');
});

const HOUR = 3600;
const BEGIN = '2026-03-02T12:00:00Z'; // eight in the evening, Beijing
const past = [
  { kind: 'session.step', ms: 1000, body: { to: 'leader' } },
  { kind: 'leader.voted', ms: 60_000, body: { member_no: 3 } },
  { kind: 'room.mute', ms: 120_000, body: { seat: 'expert_2', on: true } },
  { kind: 'room.present', ms: 180_000, body: { on: true, bid: '0'.repeat(26), file: 2, page: 17 } },
  { kind: 'room.gap', ms: 240_000, body: { from_ms: 200_000, to_ms: 210_000, reason: 'server_restart' } },
  { kind: 'room.lost', ms: 250_000, body: { seat: 'expert_1' } },
  { kind: 'patrol.logged', ms: 300_000, about: 'supervision', body: { text: '1号席桌面有手机', finding: true } },
  { kind: 'warning.issued', ms: 360_000, about: 'supervision', body: { text: '请收起手机' } },
];

let long;

test('a session of twelve hours over two days is bundled and verifies; its reels have the times of the ledger', async () => {
  const cam = path.join(films, 'long');
  const filmMs = 40_000;
  await barcodeFilm(cam, { width: 160, height: 90, fps: 2, seconds: filmMs / 1000, bitrate: 20000 });
  ({ sessionId: long } = await pastSession(server, {
    seconds: 12 * HOUR, seats: 2, films: { cam }, beginUs: Date.parse(BEGIN) * 1000, tickMs: 4000, events: past, title: '通宵评标会',
  }));
  const { dir, told, err } = makeBundle(server, long);
  assert.deepEqual([told.closed, told.missing, told.withheld], [true, 0, 0], err);
  const { code, out } = verifyBundle(dir);
  assert.equal(code, 0, out);
  for (const track of [1, 2]) assertReelTimes(dir, track, { lastMs: 12 * HOUR * 1000 - 500 });
  fs.rmSync(dir, { recursive: true });
});

test('and is replayed: place, link and time of day; a reel that is gone is said to be', async () => {
  fs.rmSync(path.join(server.dataDir, 'reels', long, '2.webm'));
  fs.rmSync(path.join(server.dataDir, 'reels', long, '2.idx'));
  const { page } = person;
  const shown = () => page.evaluate(`${readerSource}(document.querySelector('figure[data-seat=expert_1] video'))`);
  const at = (second) => page.waitForFunction((ms) => { const r = window.bidroomReplay?.(); return r && !r.busy && r.time >= ms && r.time < ms + 60_000; }, second * 1000);
  await person.go('/');
  await page.goto(`${server.url}/console/sessions/${long}/replay#t=11h30m7s`);
  await at(11.5 * HOUR + 7);
  await page.getByText('2026-03-03 07:30:0').waitFor();
  assert.equal((await page.locator('.at').innerText()).trim(), '11:30:07 / 11:59:59');
  const ticks = await page.locator('.axis span').allInnerTexts();
  assert.deepEqual([ticks[0], ticks.includes('03-03 00:00'), ticks.at(-1)], ['03-02 20:00', true, '07:00']);
  await until('the picture of that moment', async () => { const ms = await shown(); return ms !== null && Math.abs(ms - 7000) <= 500; });
  await page.locator('figure.off[data-seat=expert_2]').getByText('录像缺失').waitFor();

  await page.getByLabel('跳转方式').selectOption('钟点');
  await page.getByLabel('跳到（录像位置或钟点）').fill('06:15:08');
  await page.keyboard.press('Enter');
  await at(10.25 * HOUR + 8);
  await page.getByLabel('跳到（录像位置或钟点）').fill('23:59:57');
  await page.keyboard.press('Enter');
  await at(4 * HOUR - 3);
  assert.match(page.url(), /#t=3h59m57s$/);
  await page.getByText('2026-03-02 23:59:57').waitFor();
  await page.getByRole('button', { name: '播放', exact: true }).click();
  await page.getByText('2026-03-03 00:00:0').waitFor();
  await until('a picture behind midnight', async () => { const ms = await shown(); return ms !== null && ms < 20_000; });
  await page.getByRole('button', { name: '暂停', exact: true }).click();

  // What cannot be read is said where it is, and read again by itself.
  await page.route(`**/reels/**`, (route) => route.fulfill({ status: 404, body: '' }));
  await page.evaluate(() => { location.hash = '#t=7h'; });
  const trouble = page.locator('figure[data-seat=expert_1]').getByRole('status');
  await trouble.getByText('无法播放，正在重新开始').waitFor();
  await person.looksWhole('a replay that cannot be read');
  await page.unroute(`**/reels/**`);
  await trouble.waitFor({ state: 'detached' });
  await until('the picture of seven hours', async () => { const ms = await shown(); return ms !== null && ms <= 500; });
  await person.looksWhole('a long replay');
  await browser.shot(page, 'replay-long');
});

test('everything on the line can be searched and left out: votes, mutes, pages, faults, gaps, patrol', async () => {
  const { page } = person;
  const list = page.locator('ol[aria-label=事件]');
  const search = page.getByRole('textbox', { name: '查找事件' });
  for (const [text, row, place] of [['推举', '推举投票', '1m0s'], ['静音', '静音或解除静音', '2m0s'], ['第 17 页', '展示文件', '3m0s'], ['中断', '录制中断', '4m0s'], ['掉线', '席位掉线', '4m10s'],
    ['手机', '巡查记录', '5m0s'], ['收起', '发出监督提示', '6m0s']]) {
    await search.fill(text);
    await list.getByRole('button').filter({ hasText: row }).first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction((hash) => !window.bidroomReplay().busy && location.hash === hash, `#t=${place}`);
  }
  await search.fill('');
  const [patrol, chat] = ['巡查', '发言'].map((name) => page.getByRole('checkbox', { name, exact: true }));
  await chat.uncheck();
  await patrol.uncheck();
  await list.getByText('席位掉线').waitFor();
  assert.equal(await list.getByText('1号席桌面有手机').count(), 0);
  assert.equal(await list.getByText('文字发言').count(), 0);
  await patrol.check();
  await list.getByText('发现问题 · 1号席桌面有手机').waitFor();
  assert.equal(await page.locator('rect.mark.patrol').count() > 0, true, 'and stands on the line');
  await person.looksWhole('a filtered list');
});
