// SPDX-License-Identifier: GPL-3.0-or-later
// The replay in Chromium: three seats send a film in real time; a supervisor looks while the room runs, goes back,
// follows the present, and sees a seat that left and came again.
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
import { Server, until } from '../support/server.mjs';

// The address names the owner of the rooms.
const server = new Server({ config: { server: { room_url: 'wss://room.test' } } });
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
let browser, person, sessionId, seats;
const players = [];

test.before(async () => {
  await server.start();
  await server.openHouse();
  const supervisor = await server.account('super1', ['supervisor']);
  ({ sessionId, seats } = await roomSession(server));
  const blocks = blocksOf(film(path.join(films, 'seat.webm'), { no: 1, words: '专家席', seconds: 6 }));
  for (const seat of seats) {
    await seat.join();
    players.push(new FilmPlayer(seat, blocks));
  }
  await Promise.all(players.map((p) => p.start()));
  browser = await Browser.launch(server.url);
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
  // Through the whole recording, so that every cluster is fetched.
  await page.getByRole('button', { name: '4×' }).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('k');
  await page.getByRole('alert').getByText('与账本不一致').waitFor({ timeout: 60000 });
  assert.equal((await stage()).altered.length, 1);
  await person.looksWhole('replay, altered');
});
