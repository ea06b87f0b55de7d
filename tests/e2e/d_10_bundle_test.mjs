// SPDX-License-Identifier: GPL-3.0-or-later
// The bundle of a session in Chromium, from disk: seven seats with picture and sound, which are more elements than a
// browser would load from one server; one of them goes and comes back.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from '../support/browser.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { Person } from '../support/console.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { roomSession } from '../support/room.mjs';
import { Server, until } from '../support/server.mjs';

const N_SEATS = 7;
const SKEW_MS = 100; // between any two elements that play; a picture lasts 66 ms
// What is encrypted where it lies must play from a bundle like anything else.
const server = new Server({ config: { server: { room_url: 'wss://room.test' }, record: { encrypt: 'all' } } });
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
const players = [];
let browser, person, sessionId, dir;

const recorded = () => {
  const [[text]] = server.sql("SELECT body FROM event WHERE kind = 'media.part' ORDER BY subject_no DESC LIMIT 1");
  return Math.max(...JSON.parse(text).tracks.flatMap((t) => t.clusters.map((c) => c.last_ms)));
};

test.before(async () => {
  await server.start();
  await server.openHouse();
  const room = await roomSession(server, { n: N_SEATS });
  ({ sessionId } = room);
  const blocks = blocksOf(film(path.join(films, 'seat.webm'), { no: 1, words: '专家席', seconds: 6 }));
  const enter = async (seat) => {
    await seat.join();
    const player = new FilmPlayer(seat, blocks);
    await player.start();
    return player;
  };
  for (const seat of room.seats) players.push(await enter(seat));
  await until('ten seconds of recording', () => recorded() > 10_000);
  players[6].stop();
  room.seats[6].socket.drop();
  await until('some more without the seventh seat', () => recorded() > 14_000);
  players[6] = await enter(room.seats[6]);
  await until('twenty seconds of recording', () => recorded() > 20_000);
  players.forEach((p) => p.stop());
  room.seats[0].socket.send({ type: 'chat', id: 'c1', text: '请看第三章' });
  await until('what was said', () => server.sql("SELECT 1 FROM event WHERE kind = 'room.chat'").length);
  ({ dir } = makeBundle(server, sessionId));
  browser = await Browser.launch('', { shots: process.env.BIDROOM_SHOTS });
  person = new Person(await browser.person({ width: 1366, height: 768 }), '');
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
  return !s.busy && s.time >= t && [...document.querySelectorAll('figure:not(.off) video')].every((v) => v.currentTime * 1000 >= t);
}, ms);

async function inStep(n) {
  const skews = await until('all to be in step', async () => {
    const { skews: now, playing, busy } = await stage();
    return playing && !busy && now.length === n && Math.max(...now) - Math.min(...now) <= SKEW_MS && now;
  });
  return skews;
}

test('the server is not needed: the bundle verifies and opens without it', async () => {
  await server.stop();
  const verdict = verifyBundle(dir);
  assert.equal(verdict.code, 0, verdict.out);
  await person.page.goto(pathToFileURL(path.join(dir, 'index.html')).href);
  await person.page.locator('figure video').nth(N_SEATS - 1).waitFor({ state: 'attached' });
  assert.equal(await person.page.locator('figure').count(), N_SEATS);
  await person.page.waitForFunction(() => !window.bidroomReplay().busy);
});

test('all seats play from disk, picture and sound in step', async () => {
  const { page } = person;
  await page.keyboard.press('k');
  await reached((await stage()).time + 2000);
  await inStep(2 * N_SEATS);
  const moving = () => page.evaluate(() => [...document.querySelectorAll('figure video, figure audio')].map((v) => v.currentTime * 1000));
  const before = await moving();
  const { time } = await stage();
  await reached(time + 2000);
  for (const [i, at] of (await moving()).entries()) assert.ok(at - before[i] > 1500, `element ${i} moved ${at - before[i]} ms`);
  assert.ok(await page.evaluate(() => [...document.querySelectorAll('figure video')].every((v) => v.videoWidth > 0)), 'pictures');
  await inStep(2 * N_SEATS);
  await person.looksWhole('bundle');
  await browser.shot(page, 'bundle');
});

test('one can jump by link, by event and by the line; who was away is away', async () => {
  const { page } = person;
  // A second at which the seventh seat is away and the others are there, also when the machine was slow.
  const [away, back] = await page.evaluate((n) => {
    const { tracks, end_ms: end } = window.bidroomBundle.view;
    const there = (seat, ms) => ['cam', 'mic'].every((kind) => tracks.some((t) => t.seat === seat && t.kind === kind && t.spans.some(([from, to]) => from <= ms - 500 && ms + 1500 < to)));
    const seats = Array.from({ length: n }, (_, i) => `seat_${i + 1}`);
    const seconds = Array.from({ length: Math.floor(end / 1000) }, (_, s) => s);
    const first = seconds.find((s) => s > 5 && seats.every((seat, i) => (i === n - 1 ? !tracks.some((t) => t.seat === seat && t.spans.some(([from, to]) => from <= s * 1000 + 1500 && s * 1000 - 500 < to)) : there(seat, s * 1000))));
    return [first, seconds.find((s) => s > first && seats.every((seat) => there(seat, s * 1000)))];
  }, N_SEATS);
  assert.ok(away && back, `${away} ${back}`);
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, away);
  await until('one to be away', async () => await page.locator('figure.off').count() === 1);
  await inStep(2 * N_SEATS - 2);
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, back);
  await page.waitForFunction(() => !document.querySelector('figure.off'));
  await inStep(2 * N_SEATS);
  await page.keyboard.press('k');
  assert.equal((await stage()).playing, false);
  await page.locator('ol').getByText('请看第三章').first().waitFor();
  const line = page.getByRole('slider', { name: '时间轴' });
  await line.focus();
  await line.press('Home');
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time < 100);
  await line.press('ArrowRight');
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time === 5000);
  assert.match(page.url(), /#t=5s$/);
});

test('it speaks English too, tells that the session went on, and lists its files', async () => {
  const { page } = person;
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('still running when this bundle was made').waitFor();
  await page.getByRole('button', { name: 'About, files' }).click();
  await page.getByRole('link', { name: 'README.en.txt' }).waitFor();
  await person.looksWhole('bundle, English');
});
