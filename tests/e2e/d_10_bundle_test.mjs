// SPDX-License-Identifier: GPL-3.0-or-later
// The bundle of a session in Chromium, from disk: seven seats with picture and sound, which are more elements than a
// browser would load from one server; one of them goes and comes back.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { barcodeFilm, readerSource } from '../support/barcode.mjs';
import { Browser } from '../support/browser.mjs';
import { makeBundle, verifyBundle } from '../support/bundle.mjs';
import { Person } from '../support/console.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { roomSession } from '../support/room.mjs';
import { Server, build, top, until } from '../support/server.mjs';

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
  const back = recorded();
  await until('some more with it', () => recorded() > back + 6000);
  players.forEach((p) => p.stop());
  room.seats[0].socket.send({ type: 'chat', id: 'c1', text: '请看第三章' });
  await until('what was said', () => server.sql("SELECT 1 FROM event WHERE kind = 'room.chat'").length);
  ({ dir } = makeBundle(server, sessionId));
  browser = await Browser.launch('', { shots: process.env.BIDROOM_SHOTS, measured: true });
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

test('the line tells who spoke when; a seat can be made the large one', async () => {
  const { page } = person;
  const words = await page.locator('rect.speech').evaluateAll((all) => all.map((r) => Number(r.getAttribute('width'))));
  assert.ok(words.some((width) => width > 0), `${words.length} marks of speech`);
  await page.keyboard.press('1');
  await page.locator('figure.large').waitFor();
  const [large, small] = await page.evaluate(() => [document.querySelector('figure.large'), document.querySelector('figure:not(.large)')].map((f) => f.getBoundingClientRect().width));
  assert.ok(large > 2 * small, `${large} against ${small}`);
  await person.looksWhole('bundle, one seat large');
  await page.getByRole('button', { name: '等大排列' }).click();
  assert.equal(await page.locator('figure.large').count(), 0);
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

const FILM_MS = 20_000;
const STEP_MS = 40;
const LOOK_MS = 50;

// How far apart the moments are that the pictures show, every 50 ms for so long; a picture that cannot be read is null.
const apart = (page, ms) => page.evaluate(`(async () => {
  const read = ${readerSource};
  const videos = [...document.querySelectorAll('figure video')];
  const found = [];
  const end = performance.now() + ${ms};
  while (performance.now() < end) {
    await new Promise((done) => { setTimeout(done, ${LOOK_MS}); });
    await new Promise(requestAnimationFrame);
    const at = videos.map(read);
    // The film begins again and again: the distance is the shorter way round.
    found.push(at.includes(null) ? null : Math.max(...at.flatMap((a) => at.map((b) => Math.min(Math.abs(a - b), ${FILM_MS} - Math.abs(a - b))))));
  }
  return found;
})()`);

test('by what the pictures show the seats are in step, for seconds on end', async (t) => {
  const made = path.join(films, 'made');
  const [cam, mic] = ['cam', 'mic'].map((kind) => path.join(films, kind));
  await barcodeFilm(cam, { width: 160, height: 90, fps: 25, seconds: FILM_MS / 1000, bitrate: 80_000, voice: mic });
  execFileSync(path.join(build, 'tests/support/make_bundle'), ['--seconds', '40', '--seats', `${N_SEATS}`, '--cam', cam, '--mic', mic, made]);
  fs.cpSync(path.join(top, 'server/web/dist/bundle'), made, { recursive: true });
  const reader = await Browser.launch('', { reading: true, measured: true });
  t.after(() => reader.close());
  const page = await reader.person({ width: 1366, height: 768 });
  await page.goto(`${pathToFileURL(path.join(made, 'index.html')).href}#t=3s`);
  await page.waitForFunction(() => !window.bidroomReplay().busy && window.bidroomReplay().time >= 3000);
  await page.keyboard.press('k');
  let found;
  let p95;
  await until('seven pictures in step', async () => {
    if ((await page.evaluate(() => window.bidroomReplay())).time > 30_000) await page.evaluate(() => { location.hash = ''; location.hash = '#t=3s'; });
    const all = await apart(page, 4000);
    found = all.filter((ms) => ms !== null).sort((a, b) => a - b);
    p95 = found[Math.floor(found.length * 0.95)];
    return found.length > all.length * 0.9 && found.length >= 10 && p95 <= STEP_MS;
  }).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(found)}`));
  console.log(`# ${N_SEATS} pictures apart, ms: p50 ${found[found.length >> 1]}, p95 ${p95}, most ${found.at(-1)} of ${found.length} looks`);
});
