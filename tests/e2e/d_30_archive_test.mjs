// SPDX-License-Identifier: GPL-3.0-or-later
// The archive in Chromium: a class of retention, a legal hold, an expiry that a second role confirms before the list of
// what goes, the destruction record; and the original of a masked seat, asked for, agreed to, and shown beside its mask.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from '../support/browser.mjs';
import { makeBundle } from '../support/bundle.mjs';
import { personAt } from '../support/console.mjs';
import { FilmPlayer, blocksOf } from '../support/film_player.mjs';
import { film } from '../support/media.mjs';
import { roomSession } from '../support/room.mjs';
import { Server, build, until } from '../support/server.mjs';

const LENGTH_MS = 5000;
const server = new Server();
const people = {};
const films = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-film-'));
let browser, staff, supervisor, watcher, sessionId, bothFrom;

// A masked seat: what the others see, and what is behind it.
async function recordMasked(seat) {
  await seat.join();
  await people.staff.post(`/sessions/${sessionId}/mask`, { on: true });
  await seat.socket.event('session.masked');
  const players = [];
  for (const [mask, no] of [['original', 1], ['masked', 2]]) {
    players.push(new FilmPlayer(seat, blocksOf(film(path.join(films, `${mask}.webm`), { no, words: mask, seconds: 3 })), { mask }));
    await players.at(-1).start();
  }
  [[bothFrom]] = server.sql('SELECT MAX(started_ms) FROM media_track');
  await until('the recording', () => server.sql("SELECT body FROM event WHERE kind = 'media.part' ORDER BY subject_no DESC LIMIT 1")
    .some(([body]) => JSON.parse(body).tracks.some((t) => t.clusters.some((c) => c.last_ms > Number(bothFrom) + LENGTH_MS))));
  for (const player of players) player.stop();
  for (const track of players.flatMap((p) => Object.values(p.track)).reverse()) {
    seat.socket.send({ type: 'unpublish', track });
    await seat.socket.event('room.unpublish', (m) => m.body.track === track);
  }
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['staff', 'supervisor', 'auditor']) people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  const { sessionId: id, seats: [seat] } = await roomSession(server, { n: 1 });
  sessionId = id;
  await recordMasked(seat);
  server.sql(`INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact,
    rulebook_version, holder_threshold, window_minutes, state, created_by, created_at)
    SELECT project_id, 'P1', 'gp', 'services', '云平台运维服务', '370402', 'open', '采购人', '电话',
    '${(await people.staff.get('/rulebook')).version}', 2, 60, 'announced', host, created_at FROM eval_session;
    UPDATE eval_session SET started_at = UTC_TIMESTAMP(6), closed_at = UTC_TIMESTAMP(6), step = 'closed'`);
  browser = await Browser.launch(server.url, { shots: path.join(build, 'e2e') });
  [staff, supervisor] = [await personAt(browser), await personAt(browser)];
  await staff.signIn(people.staff);
  await supervisor.signIn(people.supervisor);
});
test.after(async () => {
  await browser?.shotAll('archive');
  await browser?.close();
  await server.remove();
  fs.rmSync(films, { recursive: true });
});

const reason = async (page, text) => {
  const box = page.getByRole('dialog');
  await box.getByRole('textbox').fill(text);
  await box.getByRole('button', { name: '确定' }).click();
};

test('the original of a masked seat is asked for by one and agreed to by another', async () => {
  await supervisor.go(`/sessions/${sessionId}`);
  const asking = supervisor.page.locator('section', { hasText: '遮脸变声前的原始录像' });
  await asking.locator('.el-select').click();
  await supervisor.page.getByRole('option', { name: 'seat_1' }).click();
  await asking.getByRole('textbox', { name: '申请原因' }).fill('核对身份');
  await asking.getByRole('button', { name: '申请调取' }).click();
  await asking.getByText('待同意').waitFor();
  await staff.go(`/sessions/${sessionId}`);
  await staff.page.getByRole('button', { name: '同意调取' }).click();
  await staff.page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await staff.page.getByText('可查看', { exact: true }).waitFor();
  await asking.getByText('可查看', { exact: true }).waitFor();
  await supervisor.looksWhole('the session with an opened original');
  await browser.shot(supervisor.page, 'original');
});

test('the replay shows the mask, and the original beside it when it is asked for', async () => {
  const { page } = supervisor;
  const asking = page.locator('section', { hasText: '遮脸变声前的原始录像' });
  await supervisor.press(asking.getByRole('link', { name: '录像回放' }));
  await page.waitForFunction((ms) => window.bidroomReplay?.().end > ms, LENGTH_MS / 2);
  assert.equal(await page.locator('figure').count(), 1, 'the mask is on');
  await supervisor.press(page.getByRole('button', { name: '显示原始录像' }));
  await page.locator('figure').nth(1).waitFor();
  await page.locator('figure', { hasText: '原始' }).waitFor();
  // A place inside both tracks, held: a machine that plays late would be past their end before both pictures are there.
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, Math.ceil(Number(bothFrom) / 1000) + 1);
  await page.waitForFunction(() => {
    const videos = [...document.querySelectorAll('figure:not(.off) video')];
    return videos.length === 2 && videos.every((v) => v.videoWidth > 0 && v.currentTime > 1);
  });
  const colours = await page.evaluate(() => [...document.querySelectorAll('figure video')].map((v) => {
    const canvas = new OffscreenCanvas(1, 1);
    canvas.getContext('2d').drawImage(v, 0, 0, 1, 1);
    return [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data].join();
  }));
  assert.notEqual(colours[0], colours[1], 'two different pictures');
  await supervisor.looksWhole('the replay with an original');
  assert.ok(server.sql("SELECT body FROM event WHERE kind = 'original.read'").length > 0, 'each look is on the record');
});

test('the centre puts it into a class; a hold is set and lifted; the centre proposes', async () => {
  const { page } = staff;
  await page.getByLabel('主菜单').getByRole('link', { name: '录像归档' }).click();
  await page.locator(`a[href$="/archive/${sessionId}"]`).click();
  await page.getByRole('button', { name: '确定保管期限' }).click();
  await page.getByText('依据：政府采购法第四十二条').waitFor();
  for (let i = 0; i < 16; i += 1) await people.staff.post('/clock/advance', { seconds: 366 * 86400, reason: '测试' });
  await supervisor.go(`/archive/${sessionId}`);
  await supervisor.page.getByRole('button', { name: '设置查封保全' }).click();
  await reason(supervisor.page, '举报待查');
  await supervisor.page.getByText('举报待查').waitFor();
  await staff.go(`/archive/${sessionId}`);
  await page.getByText('仍有查封保全').waitFor();
  await supervisor.page.getByRole('button', { name: '解除' }).click();
  await reason(supervisor.page, '查无实据');
  await page.getByRole('button', { name: '提请销毁' }).click();
  await reason(page, '保管期限届满');
  await page.getByText('等待另一角色的人员批准').waitFor();
});

test('who looks at it meanwhile has it before the eyes', async () => {
  watcher = await personAt(browser);
  await watcher.signIn(people.auditor);
  await watcher.go(`/sessions/${sessionId}/replay`);
  const { page } = watcher;
  await page.waitForFunction((ms) => window.bidroomReplay?.().end > ms, LENGTH_MS / 2);
  await page.evaluate((s) => { location.hash = `#t=${s}s`; }, Math.ceil(Number(bothFrom) / 1000) + 1);
  await page.waitForFunction(() => !window.bidroomReplay().busy && [...document.querySelectorAll('figure video')].some((v) => v.videoWidth > 0));
});

test('the second role sees what goes, types the title, and the record of it stands', async () => {
  const { page } = supervisor;
  const agree = page.getByRole('button', { name: '批准销毁' });
  await agree.waitFor();
  await page.getByText('共 4 个录像文件').waitFor();
  assert.ok(await agree.isDisabled());
  await supervisor.looksWhole('the confirmation');
  await browser.shot(page, 'expiry-confirm');
  await page.getByLabel('请输入评标会名称以确认').fill('评标会');
  await agree.click();
  await page.getByText('录像文件已全部删除').waitFor({ timeout: 60000 });
  assert.match(await page.locator('section', { hasText: '销毁记录' }).locator('code').first().innerText(), /^[0-9a-f]{64}$/);
  await supervisor.looksWhole('the destruction record');
  await browser.shot(page, 'destruction');
  await supervisor.go(`/sessions/${sessionId}/replay`);
  await page.getByText('录像保管期满').waitFor();
});

test('whoever was looking at it is told, and has nothing before the eyes any more', async () => {
  const { page } = watcher;
  await page.getByRole('alert').getByText('录像保管期满').waitFor();
  assert.equal(await page.locator('figure').count(), 0);
  assert.equal(await page.evaluate(() => window.bidroomReplay().playing), false);
  // The events stay, and the keys do nothing to what is not there.
  await page.locator('ol').getByText('席位上线').first().waitFor();
  const asked = [];
  page.on('request', (r) => asked.push(r.url()));
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.evaluate(() => window.bidroomReplay().playing), false);
  assert.deepEqual(asked.filter((url) => url.includes('/reels/')), []);
  await watcher.looksWhole('a replay that expired');
  await browser.shot(page, 'replay-expired');
});

test('the key of the project goes last: the centre proposes it, the second role agrees', async () => {
  const [[project]] = server.sql('SELECT project_id FROM project');
  server.sql(`INSERT INTO project_key (project_id, key_enc) VALUES ('${project}', x'00')`);
  await staff.go(`/projects/${project}`);
  await staff.page.getByRole('button', { name: '提出销毁项目密钥' }).click();
  await reason(staff.page, '保管期满');
  await staff.page.getByText('提请销毁：保管期满').waitFor();
  assert.equal(await staff.page.getByRole('button', { name: '同意销毁项目密钥' }).count(), 0);
  await supervisor.go(`/projects/${project}`);
  await supervisor.confirm(supervisor.page.getByRole('button', { name: '同意销毁项目密钥' }));
  await supervisor.page.getByRole('status').filter({ hasText: '投标文件不能再解密查看' }).waitFor();
  await supervisor.looksWhole('a project whose key is gone');
});

test('a bundle of it says that the reels were destroyed, not that there were none', async () => {
  const { page } = supervisor;
  const { dir, told } = makeBundle(server, sessionId);
  assert.equal(told.expired, 4);
  await page.goto(pathToFileURL(path.join(dir, 'index.html')).href);
  await page.getByText('到期经两个角色批准销毁的录像').waitFor();
  await page.getByText('录像保管期满').waitFor();
  assert.equal(await page.getByText('没有录像').count(), 0);
  await page.locator('ol').getByText('席位上线').first().waitFor();
  await supervisor.looksWhole('the bundle of what was destroyed');
});
