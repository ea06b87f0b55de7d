// SPDX-License-Identifier: GPL-3.0-or-later
// Searching published notices: what is found is what a look at every text finds, also after the server was killed
// while it indexed, after the index was lost or damaged, and one second after a publication.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Server, sanitized, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bruteForce, fill, generated } from '../support/notices.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let staff;
const notices = [];

const search = (query) => server.api().get(`/public/notices?${new URLSearchParams(query)}`);
const index = () => path.join(server.dataDir, 'search.db');
const followed = () => until('the index', async () => (await search({ limit: 1 })).complete, 60000);

async function all(query) {
  const ids = [];
  for (let next; next !== null;) {
    const page = await search({ ...query, limit: 50, ...(next ? { after: next } : {}) });
    ids.push(...page.items.map((item) => item.notice_id));
    next = page.next;
  }
  return ids;
}

const queries = [
  { q: '评标' }, { q: '评标室' }, { q: '远程异地' }, { q: '独一无二词组' }, { q: '数字见证服务平台' }, { q: 'rpa' }, { q: 'ＲＰＡ系统' },
  { q: '第1包' }, { q: '第1' }, { q: '监理 采购', kind: 'gp_result' }, { q: '公示公告', region: '37' }, { q: '370402200000007' },
  { q: '2026年 评标', month: '2026-03', regime: 'ztb' }, { buyer: '人民医院', q: '设备采购' }, { region: '350100', month: '2026-01' },
  { q: '没有这个词' }, { q: '370402200000007001' },
];

async function expectExact() {
  await followed();
  for (const query of queries)
    assert.deepEqual(await all(query), bruteForce(notices, query), JSON.stringify(query));
}

async function more(n) {
  const from = notices.length + 1;
  fill(server, staff.accountId, from, from + n - 1);
  for (let seq = from; seq < from + n; seq++) notices.push(generated(seq));
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  staff = await server.account('staff', ['staff', 'agency']);
  await more(800);
});
test.after(() => server.remove());

test('every query finds what a look at all texts finds', expectExact);

test('a word that is too short is refused', async () => {
  for (const [query, field] of [[{ q: '评' }, 'q'], [{ q: '评标 室' }, 'q'], [{ buyer: '某 局' }, 'buyer']]) {
    const problem = await refused(search(query));
    assert.deepEqual([problem.status, problem.code, problem.problem.field], [400, 'search.too_short', field]);
  }
});

test('killed while it indexes, the server goes on where it was', async () => {
  await more(1500);
  await until('the first of them', async () => (await search({ q: '评标', limit: 1 })).items[0].seq > 800);
  await server.kill();
  await server.start();
  await expectExact();
});

test('a lost and a damaged index are made again', async () => {
  await server.stop();
  for (const end of ['', '-wal', '-shm']) fs.rmSync(index() + end, { force: true });
  await server.start();
  await expectExact();
  await server.stop();
  fs.truncateSync(index(), 20000);
  await server.start();
  await expectExact();
});

test('an index that is ahead of a database set back is made again', async () => {
  await server.stop();
  await server.start();
  notices.splice(2000);
  server.sql("UPDATE notice SET publish_seq = NULL, page_seq = NULL WHERE publish_seq > 2000; UPDATE counter SET value = 2000 WHERE name = 'publish_seq'");
  // Not shown although the index still has them.
  assert.deepEqual(await all({ q: '独一无二词组' }), bruteForce(notices, { q: '独一无二词组' }));
  server.sql("DELETE FROM notice WHERE publish_seq IS NULL; DELETE FROM project WHERE project_id > '02000000000000000000002000' AND project_id < '03'");
  await server.kill();
  await server.start();
  await more(200);
  await expectExact();
});

test('a new notice is found within a second, and not before it is published', async () => {
  await staff.signIn('staff', staff.password);
  const second = await server.account('second', ['staff']);
  const holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
  const { project_id } = await staff.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  const input = {
    project_id, kind: 'gp_tender', title: '古琴修复公告', body_md: '# 正文\n\n**古琴**修复', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  };
  await staff.post('/notices', input);
  assert.deepEqual(await all({ q: '古琴修复' }), []);
  const { notice_id } = await publish(staff, second, input);
  const from = Date.now();
  await until('the notice', async () => (await all({ q: '古琴修复' })).length);
  const ms = Date.now() - from;
  assert.ok(ms < (sanitized ? 4000 : 1000), `${ms} ms`);
  assert.deepEqual(await all({ q: '古琴修复 云平台' }), [notice_id]);
});
