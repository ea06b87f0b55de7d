// SPDX-License-Identifier: GPL-3.0-or-later
// The replay of a session of three hours in Chromium: seven seats, each with camera, voice and screen, so 14 tiles and
// 7 voices, from a real server, checked against its ledger on the way (DESIGN.md §11).
//
//	node tests/bench/replay_bench.mjs
//
// Every picture tells its moment (support/barcode.mjs), and what is measured is what the page displays. To read each of
// them would keep the page busier than playing them does, so most are taken by the browser's word for their moment, and
// of each tile the first picture after a seek and every tenth then must bear that out:
//  - a seek is over when each of the 14 tiles has shown two different pictures of the new place;
//  - the skew is the distance between the tile that is furthest ahead and the one furthest behind, each by the
//    moment of its newest picture against the time that picture came up;
//  - memory is what the page's process has for itself, with the garbage collected.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { barcodeFilm, readerSource } from '../support/barcode.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { pastSession } from '../support/past_session.mjs';
import { Server, until } from '../support/server.mjs';

const HOURS = Number(process.env.BIDROOM_BENCH_HOURS ?? 3);
const SEEKS = Number(process.env.BIDROOM_BENCH_SEEKS ?? 40);
const MINUTES = Number(process.env.BIDROOM_BENCH_MINUTES ?? 10);
const SEATS = 7;
const TILES = 2 * SEATS;
const FILM_S = 40;
const SEEK_MS = 1000;
const SEEK_AIM_MS = 300;
const SEEK_LOST_MS = 60_000; // one that takes longer will not end
const SKEW_MS = 40;
const GROWTH = 0.1;
const READ_EVERY = 10; // pictures of a tile
const WORD_MS = 110; // a picture of a screen lasts 100 ms, and may have changed while it was read

const dir = fs.mkdtempSync(path.join(process.env.BIDROOM_BENCH_DIR ?? os.tmpdir(), 'bidroom-bench-'));
const server = new Server();
let browser;

const quantile = (list, q) => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
};
const spread = (list, digits = 0) => ['p50', 'p95', 'most'].map((name, i) => `${name} ${quantile(list, [0.5, 0.95, 1][i]).toFixed(digits)}`).join(', ');
const verdicts = [];
const verdict = (what, holds, text) => {
  verdicts.push(holds);
  console.log(`${holds ? 'pass' : 'FAIL'} ${what}: ${text}`);
};

// Watches every picture of every tile from within the page: the newest of each, and how often it changed.
const watchSource = `(() => {
  const read = ${readerSource};
  const film = ${FILM_S * 1000};
  const tiles = new Map();
  const watched = new WeakSet();
  window.watching = { tiles, pictures: true, read: 0, strange: [] };
  const check = (name, video, ms) => {
    const said = read(video);
    const off = said === null ? null : ((((said - ms + film / 2) % film) + film) % film) - film / 2;
    window.watching.read += 1;
    if (off === null || Math.abs(off) > ${WORD_MS}) window.watching.strange.push(name + ' ' + ms + ' ' + said);
  };
  const watch = (video) => {
    watched.add(video);
    const name = video.closest('figure').dataset.seat;
    const look = (now, frame) => {
      if (window.watching.pictures) {
        const ms = Math.round(frame.mediaTime * 1000);
        const was = tiles.get(name);
        const n = (was?.n ?? 0) + (was?.shown === ms ? 0 : 1);
        tiles.set(name, { shown: ms, at: frame.expectedDisplayTime, n });
        if (n % ${READ_EVERY} === 1) check(name, video, ms);
      }
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };
  setInterval(() => { for (const video of document.querySelectorAll('figure video')) if (!watched.has(video)) watch(video); }, 50);
})()`;

// Goes to a moment the way a link does and waits until every tile shows it moving. Returns how long that took, ms.
const seek = (page, seconds) => page.evaluate(async ({ s, tiles, word, lost }) => {
  const begun = performance.now();
  const seen = new Map();
  window.watching.tiles.clear();
  location.hash = `#t=${s}s`;
  const fits = (t) => t.shown - s * 1000 < 5000 && s * 1000 - t.shown <= word;
  for (;;) {
    for (const [name, t] of window.watching.tiles)
      if (t.at >= begun && fits(t)) {
        const list = seen.get(name) ?? seen.set(name, new Set()).get(name);
        list.add(t.shown);
      }
    if ([...seen.values()].filter((list) => list.size >= 2).length === tiles) return performance.now() - begun;
    if (performance.now() - begun > lost) throw new Error(`after ${lost} ms only ${[...seen].map(([k, v]) => `${k}:${v.size}`)} of ${tiles} moved`);
    await new Promise((done) => { setTimeout(done, 4); });
  }
}, { s: seconds, tiles: TILES, word: WORD_MS, lost: SEEK_LOST_MS });

// The distance between first and last tile every 100 ms for so long.
const skews = (page, ms) => page.evaluate(async ({ length, tiles }) => {
  const found = [];
  const end = performance.now() + length;
  while (performance.now() < end) {
    await new Promise((done) => { setTimeout(done, 100); });
    const now = performance.now();
    const fresh = [...window.watching.tiles.values()].filter((t) => now - t.at < 400);
    if (fresh.length < tiles) continue;
    const places = fresh.map((t) => t.shown + now - t.at); // where each would be now
    found.push(Math.max(...places) - Math.min(...places));
  }
  return found;
}, { length: ms, tiles: TILES });

function privateMiB(pid) {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)[1]);
  return (kib('Private_Dirty') + kib('Private_Clean')) / 1024;
}

// The renderer that has grown most is the page's.
async function rendererOf(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo.filter((p) => p.type === 'renderer').map((p) => p.id).sort((a, b) => privateMiB(b) - privateMiB(a))[0];
}

async function memory(cdp, pid) {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const heap = metrics.find((m) => m.name === 'JSHeapUsedSize').value / 2 ** 20;
  return { heap, process: privateMiB(pid) };
}

async function makeSession() {
  const films = { cam: path.join(dir, 'cam'), mic: path.join(dir, 'mic'), screen: path.join(dir, 'screen') };
  await barcodeFilm(films.cam, { width: 640, height: 360, fps: 25, seconds: FILM_S, bitrate: 250000, voice: films.mic });
  await barcodeFilm(films.screen, { width: 1280, height: 720, fps: 10, seconds: FILM_S, bitrate: 250000 });
  const begun = Date.now();
  const made = await pastSession(server, { seconds: HOURS * 3600, seats: SEATS, films });
  console.log(`${HOURS} h, ${TILES} pictures and ${SEATS} voices, ${(made.bytes / 2 ** 30).toFixed(1)} GiB made in ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  return made.sessionId;
}

async function measureSeeks(page) {
  const times = [];
  // The decoders of a page that has only just come up are made by its first one.
  console.log(`     the first jump took ${(await seek(page, 30)).toFixed(0)} ms`);
  for (let i = 0; i < SEEKS; i += 1) {
    // Anywhere, always far away, the same in every run.
    const s = Math.floor(((i * 0.618034) % 1) * (HOURS * 3600 - 60)) + 5;
    times.push(await seek(page, s));
  }
  const p95 = quantile(times, 0.95);
  verdict('seek', p95 <= SEEK_MS, `${SEEKS} jumps until ${TILES} tiles move, ms: ${spread(times)} (limit p95 ${SEEK_MS}, aim ${SEEK_AIM_MS})`);
}

async function measureSkew(page) {
  const right = await skews(page, 5000);
  const steady = await skews(page, 30000);
  assert.ok(steady.length > 100, `${steady.length} samples`);
  console.log(`     skew in the five seconds behind a seek, ms: ${spread(right)}`);
  verdict('skew', quantile(steady, 0.95) <= SKEW_MS, `between ${TILES} tiles at 1x over 30 s, ms: ${spread(steady)} (limit p95 ${SKEW_MS})`);
}

async function measureMemory(page, browserSession) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const pid = await rendererOf(browserSession);
  const begun = Date.now();
  const minutes = [];
  // Reading pictures is not part of the page.
  await page.evaluate(() => { window.watching.pictures = false; });
  for (let i = 1; i <= MINUTES; i += 1) {
    // Time itself is the subject: what it costs to play on.
    await page.waitForTimeout(begun + i * 60000 - Date.now());
    const state = await page.evaluate(() => window.bidroomReplay());
    assert.ok(state.playing, `minute ${i}: it plays`);
    minutes.push(await memory(cdp, pid));
    console.log(`     minute ${i}: heap ${minutes.at(-1).heap.toFixed(1)} MiB, process ${minutes.at(-1).process.toFixed(0)} MiB, verified ${state.verified} %`);
  }
  if (!minutes.length) return;
  const growth = (what) => minutes.at(-1)[what] / minutes[Math.min(1, minutes.length - 1)][what] - 1;
  verdict('memory', growth('process') <= GROWTH && growth('heap') <= GROWTH,
    `from minute 2 to minute ${MINUTES} the process grew by ${(100 * growth('process')).toFixed(1)} %, the heap by ${(100 * growth('heap')).toFixed(1)} % (limit 10 %)`);
}

try {
  await server.start();
  await server.openHouse();
  const supervisor = await server.account('super1', ['supervisor']);
  const sessionId = await makeSession();
  browser = await Browser.launch(server.url, { shots: process.env.BIDROOM_SHOTS, measured: true });
  const person = await personAt(browser);
  await person.signIn(supervisor);
  const { page } = person;
  const begun = Date.now();
  await page.goto(`${server.url}/console/sessions/${sessionId}/replay`);
  await page.waitForFunction((n) => document.querySelectorAll('figure:not(.off) video').length === n && !window.bidroomReplay().busy, TILES, { timeout: 120000 });
  console.log(`     the page was ready after ${Date.now() - begun} ms`);
  await page.evaluate(watchSource);
  await page.keyboard.press('k');
  await until('it to play', () => page.evaluate(() => window.bidroomReplay().playing));
  await measureSeeks(page);
  await measureSkew(page);
  const { read, strange } = await page.evaluate(() => window.watching);
  console.log(`     ${read} pictures were read, ${strange.length} of them are not of their moment ${strange.slice(0, 5)}`);
  assert.ok(strange.length <= read / 100, 'the pictures are those of their moment');
  await measureMemory(page, await browser.browser.newBrowserCDPSession());
  assert.deepEqual((await page.evaluate(() => window.bidroomReplay())).altered, []);
  assert.deepEqual(person.complaints, []);
  assert.ok(verdicts.every(Boolean), 'a figure misses its limit');
} finally {
  await browser?.shotAll('replay-bench');
  await browser?.close();
  await server.remove();
  fs.rmSync(dir, { recursive: true, force: true });
}
