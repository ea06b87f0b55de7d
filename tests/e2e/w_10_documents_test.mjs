// SPDX-License-Identifier: GPL-3.0-or-later
// Two experts at their windows and the documents of the bids: opened, searched, side by side, shown to each other.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { clientRoom, quitAll, seatAll } from '../support/client.mjs';
import { judges, openedBids, passFor } from '../support/documents.mjs';
import { pdf } from '../support/pdf.mjs';
import { Server, build, until } from '../support/server.mjs';
import { Screen, WindowClient } from '../support/window.mjs';

const shots = path.join(build, 'e2e');
const server = new Server();
const PAGES = 12;
const chapters = ['投标函', '商务部分', '技术部分'];
const pages = (bidder) => Array.from({ length: PAGES }, (_, i) => [
  `${bidder} 第${i + 1}页`, i === 6 ? '项目负责人具备高级职称' : '本页其余内容从略', `page ${i + 1} of ${PAGES}`]);
const outline = chapters.map((name, i) => [name, 1 + 4 * i, i === 2 ? [['人员配备', 10]] : []]);
const offer = (bidder) => pdf({ pages: pages(bidder), outline });
let room, host, windows, a, b;

async function windowAt(i) {
  const screen = await Screen.start({ width: 1600, height: 900 });
  const client = room.clients[i];
  const w = new WindowClient({
    screen, dir: path.join(room.dir, `window${i + 1}`), roomUrl: server.roomUrl, apiUrl: server.url,
    ca: path.join(server.dataDir, 'tls.crt'), expertKey: client.options.expertKey, camera: 'none', microphone: 'none',
  });
  await w.start();
  await w.fill('通行码', passFor(server, room.sessionId, room.seats[i], `seat_${i + 1}`));
  await w.press('push button', '继续');
  await w.press('push button', '进入会议室');
  await w.sees('push button', '文件');
  return Object.assign(w, { screen, shoot: (name) => screen.shoot(path.join(shots, `documents-${name}.png`)) });
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  const { bids, lotId } = await openedBids(server, [
    { '投标文件.pdf': offer('甲公司'), '报价.xlsx': 'PK\u0003\u0004 not a PDF' }, { '投标文件.pdf': offer('乙公司') },
    { '加密.pdf': pdf({ pages: [['秘密']], locked: true }), '残缺.pdf': offer('丙公司').subarray(0, 400) }]);
  room = await clientRoom(server, { n: 2 });
  ({ host } = room);
  judges(server, room.sessionId, lotId, room.seats);
  await seatAll([host]);
  windows = [await windowAt(0), await windowAt(1)];
  [a, b] = windows;
});

test.after(async () => {
  for (const w of windows ?? []) {
    await w.stop();
    w.screen.stop();
  }
  await quitAll([host]).finally(() => server.remove());
});

// Points of the picture that are pale blue, as the mark over each page is.
function paleBlue(w, name) {
  w.shoot(name);
  const points = execFileSync('convert', [path.join(shots, `documents-${name}.png`), '-depth', '8', 'rgb:-'], { maxBuffer: 1 << 26 });
  let n = 0;
  for (let i = 0; i < points.length; i += 3)
    if (points[i] > 180 && points[i + 2] - points[i] > 8) n += 1;
  return n;
}

// The picture of a page is called by its number.
const onPage = (w, page, nth = 0) => w.sees('image', `第 ${page} 页，共 ${PAGES} 页`, { nth });
// A bookmark may be pressed before its list has quite come up, which leads nowhere.
const mark = (w, name, page) => until(`${name} to lead to page ${page}`, async () => {
  await w.press('push button', name);
  return until('the page', () => w.has('image', `第 ${page} 页，共 ${PAGES} 页`), 2000).catch(() => false);
});
const choose = (w, name, nth = 0) => w.press('push button', name, { part: true, nth });

test('the list shows the bids, and a document opens at its first page', async () => {
  await a.press('push button', '文件');
  await a.sees('label', '鲁信甲有限公司');
  await a.sees('label', '鲁信丙有限公司');
  const before = paleBlue(a, '1-list');
  await choose(a, '投标文件.pdf');
  await onPage(a, 1);
  await until('the mark over the page', () => paleBlue(a, '1-mark') > before + 2000);
  assert.match(await a.do('text', { role: 'label', name: '鲁信甲有限公司 · 投标文件.pdf' }), /甲有限公司/);
});

test('the keyboard, bookmarks and buttons lead to pages', async () => {
  for (const [key, page] of [['End', 12], ['Prior', 11], ['Home', 1], ['Next', 2]]) {
    a.screen.key('key', key);
    await onPage(a, page);
  }
  await a.press('push button', '书签');
  await mark(a, '人员配备', 10);
  a.shoot('2-bookmarks');
  await a.press('push button', '上一页');
  await onPage(a, 9);
  await mark(a, '商务部分', 5);
  await a.fill('页码', '12');
  for (const size of ['放大', '缩小', '整页', '整页']) await a.press('push button', size);
  await a.press('push button', '书签');
});

test('searching finds Chinese words and goes there', async () => {
  await a.press('push button', '在本文件中查找');
  await a.do('fill', { role: 'entry', name: '查找内容', text: '高级职称' });
  await a.sees('label', '1 处');
  await a.sees('push button', '第 7 页：', { part: true });
  await onPage(a, 7);
  a.shoot('3-search');
  await a.do('fill', { role: 'entry', name: '查找内容', text: '没有这个词' });
  await a.sees('label', '0 处');
  await a.press('push button', '在本文件中查找');
});

test('one presents, and the other follows page by page', async () => {
  await until('the right to present', () => a.do('state', { role: 'push button', name: '展示', state: 'sensitive' }));
  await a.press('push button', '展示');
  await b.sees('label', '1号席正在展示：鲁信甲有限公司 · 投标文件.pdf，第 7 页');
  await onPage(b, 7);
  await a.sees('label', '您正在展示第 7 页');
  b.shoot('4-following');
  await a.press('push button', '下一页');
  await onPage(b, 8);
  for (let i = 0; i < 4; i += 1) await a.press('push button', '上一页');
  await onPage(b, 4);
});

test('who does not follow stays where he is, and catches up when he wants', async () => {
  await b.press('push button', '跟随');
  await b.press('push button', '下一页');
  await onPage(b, 5);
  await a.press('push button', '下一页');
  await a.press('push button', '下一页');
  await b.sees('label', '1号席正在展示：鲁信甲有限公司 · 投标文件.pdf，第 6 页');
  await onPage(b, 5);
  await b.press('push button', '跟随');
  await onPage(b, 6);
});

test('the other takes over; leaving the page to him ends the own presentation', async () => {
  await b.press('push button', '展示');
  await a.sees('label', '2号席正在展示：鲁信甲有限公司 · 投标文件.pdf，第 6 页');
  await until('the own button to be out', async () => !(await a.do('state', { role: 'push button', name: '展示', state: 'pressed' })));
  await b.press('push button', '下一页');
  await onPage(a, 7);
  await b.press('push button', '展示');
  await until('nobody to present', async () => !(await a.has('label', '2号席正在展示', { part: true })));
});

test('two bids stand side by side, each with its own page', async () => {
  await a.press('push button', '两份文件并排');
  await choose(a, '投标文件.pdf', 3); // the second bid of the right list
  await onPage(a, 1);
  await onPage(a, 7);
  a.shoot('5-side-by-side');
  await a.press('push button', '两份文件并排');
});

test('what cannot be shown says why', async () => {
  for (const [name, words] of [['报价.xlsx', '不是 PDF'], ['加密.pdf', '文件设有密码'], ['残缺.pdf', '文件已损坏']]) {
    await a.press('push button', '全部文件');
    await choose(a, name);
    await a.sees('label', words, { part: true });
  }
  a.shoot('6-locked');
});

test('nothing lies open on the disk, and nothing was complained of', async () => {
  for (const w of windows) {
    assert.deepEqual(fs.readdirSync(path.join(w.dir, 'state')).filter((f) => f.startsWith('document')), []);
    assert.equal((await w.stop()).code, 0);
    assert.deepEqual(w.complaints(), []);
  }
});
