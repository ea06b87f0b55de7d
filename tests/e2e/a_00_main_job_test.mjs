// SPDX-License-Identifier: GPL-3.0-or-later
// The main job as quickstart plays it, with fewer bidders, seen through Chromium: notice, console, score sheet,
// report, replay, and what an outsider's verification says. Pictures of the pages are left in build/e2e.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Browser } from '../support/browser.mjs';
import { Person } from '../support/console.mjs';
import { MainJob } from '../support/main_job.mjs';
import { Server, build, top, until } from '../support/server.mjs';
import { readAward } from '../support/sheets.mjs';

const N_BIDDERS = 5;
const SKEW_MS = 100; // between tiles that play; a picture lasts 66 ms
const shots = path.join(build, 'e2e');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-e2e-'));
let server, browser, job, replay;

// Notices name the portal's address, so the port is chosen before the server starts.
const freePort = () => new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

test.before(async () => {
  // Key holders and server run under accounts that may be unable to enter the tree.
  fs.chmodSync(dir, 0o711);
  fs.cpSync(path.join(top, 'server/web/dist'), path.join(dir, 'console'), { recursive: true });
  server = new Server({ port: await freePort(), config: { server: { console_dir: path.join(dir, 'console') } } });
  await server.start();
  await server.openHouse();
  browser = await Browser.launch(server.url, { shots, measured: true });
  job = new MainJob({
    house: server, dir, roomUrl: `wss://localhost:${server.port}`, caFile: path.join(server.dataDir, 'tls.crt'), browser,
    programs: { seal: path.join(build, 'proto/tools/bidroom-seal'), client: path.join(build, 'room-client/bidroom-client') },
    award: readAward(path.join(top, 'tests/data/award-2025-A.tsv')).slice(0, N_BIDDERS),
    holderUids: process.getuid() === 0 ? [61001, 61002, 61003] : [],
  });
});

test.after(async () => {
  await job?.stop();
  await browser?.shotAll('end');
  await browser?.close();
  await server?.remove();
  fs.rmSync(dir, { recursive: true, force: true });
});

test('project and notice; anybody reads the notice', async () => {
  await job.people();
  await job.announce();
  const page = await browser.person();
  const response = await until('the notice as a page', async () => {
    const r = await page.goto(job.tenderNotice.url);
    return r.status() === 200 && r;
  });
  assert.match(response.headers()['content-type'], /text\/html/);
  assert.equal(await page.locator('h1').first().innerText(), '教学楼改造工程及监理公开招标公告');
  assert.match(await page.innerText('body'), new RegExp(job.projectCode));
  await browser.shot(page, 'notice');
  await page.goto(server.url);
  await page.getByRole('link', { name: '教学楼改造工程及监理公开招标公告' }).first().waitFor();
});

test('sealed bids, opening, draw', async () => {
  await job.bids();
  await job.deadlinePasses();
  await job.opening();
  await job.draw();
});

test('staff sees the project in the console', async () => {
  const page = await browser.signIn(job.staff);
  await page.goto(`${server.url}/console/projects/${job.projectId}`);
  await page.getByText('第二包 监理服务').first().waitFor();
  await browser.shot(page, 'project');
  assert.deepEqual(page.faults, []);
});

test('seven experts at four venues, one of them before the console', async () => {
  job.films();
  await job.arrive();
  await job.begin();
  await job.score();
  const [works, services] = job.results;
  const [first] = works.rows;
  assert.equal(first.bidder_name, '中建八局第二建设有限公司');
  assert.equal(Number(first.total).toFixed(4), '89.1757');
  const priceScores = Object.fromEntries(services.rows.map((row) => [row.price, Number(row.price_score).toFixed(2)]));
  assert.deepEqual(Object.values(priceScores).sort(), ['18.84', '19.70', '20.00']);
});

test('the report is made and signed by all, in Chinese, with the winner', async () => {
  await job.report();
  const page = await browser.signIn(job.host);
  const bytes = await page.evaluate(async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())],
    `/api/v1/sessions/${job.sessionId}/report.pdf`);
  const file = path.join(shots, 'report.pdf');
  fs.writeFileSync(file, Buffer.from(bytes));
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  assert.match(text, /中建八局第二建设有限公司/);
  assert.match(text, /89\.18/);
  execFileSync('pdftoppm', ['-png', '-r', '60', '-f', '1', '-l', '1', file, path.join(shots, 'report')]);
  await page.goto(`${server.url}/console/sessions/${job.sessionId}/lots/${job.lots[0].lot_id}/result`);
  await page.getByText('中建八局第二建设有限公司').first().waitFor();
  assert.match(await page.innerText('body'), /89\.18/);
  await browser.shot(page, 'result');
  assert.deepEqual(page.faults, []);
});

test('the result notice is public', async () => {
  await job.announceResult();
  const page = await browser.person();
  await until('the result as a page', async () => (await page.goto(job.resultNotice.url)).status() === 200);
  assert.match(await page.innerText('body'), /中建八局第二建设有限公司/);
});

test('the replay plays all seven seats in step', async () => {
  replay = await browser.signIn(job.supervisor, { width: 1440, height: 900 });
  await replay.goto(`${server.url}/console/sessions/${job.sessionId}/replay`);
  await replay.locator('figure video').nth(6).waitFor({ state: 'attached' });
  assert.equal(await replay.locator('figure video').count(), 7);
  const { end } = await replay.evaluate(() => window.bidroomReplay());
  assert.ok(end > 10000, `only ${end} ms are recorded`);
  // From where the last of them has come: before that he has no picture.
  const [[last]] = server.sql('SELECT MAX(started_ms) FROM media_track');
  const from = Math.ceil(Number(last) / 1000) * 1000 + 2000;
  const toAll = async () => {
    await replay.evaluate((s) => { window.location.hash = ''; window.location.hash = `#t=${s}s`; }, from / 1000);
    await until('the seek', () => replay.evaluate((ms) => { const r = window.bidroomReplay(); return !r.busy && r.time > ms - 1500 && r.time < ms + 1500; }, from));
  };
  await toAll();
  await replay.keyboard.press('k');
  const times = () => replay.evaluate(() => [...document.querySelectorAll('figure video')].map((v) => ({ at: v.currentTime * 1000, width: v.videoWidth, paused: v.paused })));
  await until('all tiles to play', async () => (await times()).every((v) => v.width > 0 && !v.paused && v.at > 0));
  // The page corrects its tiles four times a second. Within a while they keep together and all move on.
  const twoSeconds = () => replay.evaluate(() => new Promise((done) => {
    const videos = [...document.querySelectorAll('figure video')];
    const begun = videos.map((v) => v.currentTime);
    const apart = [];
    const look = (now) => {
      const at = videos.map((v) => v.currentTime * 1000);
      apart.push(Math.max(...at) - Math.min(...at));
      if (now < end) requestAnimationFrame(look);
      else done({ apart: apart.sort((a, b) => a - b), moved: videos.map((v, i) => (v.currentTime - begun[i]) * 1000) });
    };
    const end = performance.now() + 2000;
    requestAnimationFrame(look);
  }));
  let seen;
  await until('seven tiles in step for two seconds', async () => {
    if (await replay.evaluate(() => window.bidroomReplay().time) > end - 3000) await toAll();
    seen = await twoSeconds();
    return seen.moved.every((ms) => ms > 1500) && seen.apart[Math.floor(seen.apart.length * 0.95)] <= SKEW_MS;
  }).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(seen)}`));
  await browser.shot(replay, 'replay');
  // The score table as it stood: nothing at the beginning, all seven sheets at the end.
  const person = new Person(replay, server.url);
  const line = replay.getByRole('slider', { name: '时间轴' });
  await person.press(replay.getByRole('tab', { name: '评分' }));
  await replay.getByText('当时的评分表').waitFor();
  const columns = () => replay.locator('.board thead th').count();
  await person.press(line, 'Home');
  await until('no sheet yet', async () => await columns() === 1);
  await person.press(line, 'End');
  await until('seven sheets', async () => await columns() === 8);
  const after = await until('the end to be shown', () => replay.evaluate(() => { const r = window.bidroomReplay(); return !r.busy && r; }));
  assert.ok(after.time > end - 1500, `End while it plays went to ${after.time} of ${end} ms`);
  assert.match(await replay.innerText('.board tbody'), /中建八局第二建设有限公司/);
  await person.looksWhole('the replay with scores');
  await browser.shot(replay, 'replay-scores');
  assert.deepEqual(replay.faults, []);
});

test('an outsider verifies ledger and session, and finds one changed byte', async () => {
  const out = path.join(server.dir, 'record');
  fs.mkdirSync(out);
  fs.chmodSync(out, 0o777);
  for (const args of [['export-ledger', path.join(out, 'ledger')], ['export-session', job.sessionId, path.join(out, 'session')]]) {
    const { code, err } = server.ctl(...args);
    assert.equal(code, 0, `${args[0]}: ${err}`);
  }
  const key = (await server.api().raw('GET', '/ledger/key')).body.toString().trim();
  const verify = (kind) => execFileSync(path.join(build, 'server/verify/bidroom-verify'), [kind, path.join(out, kind), '--key', key], { encoding: 'utf8' });
  verify('ledger');
  verify('session');
  const [reel] = fs.readdirSync(path.join(out, 'session'), { recursive: true }).filter((name) => name.endsWith('.webm'));
  const file = path.join(out, 'session', reel);
  const bytes = fs.readFileSync(file);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(file, bytes);
  assert.throws(() => verify('session'), (error) => error.status === 1 && error.stdout.includes(path.basename(reel)));
});
