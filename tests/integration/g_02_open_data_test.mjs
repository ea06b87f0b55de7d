// SPDX-License-Identifier: GPL-3.0-or-later
// Open data: what a house publishes as OCDS is valid, by file, by month and by page of the interface; and a harvester
// of the change feed misses nothing while many write.
import test from 'node:test';
import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { fill } from '../support/notices.mjs';
import { validators } from '../support/ocds.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const OLDER = 120, WRITERS = 10, EVENTS = Number(process.env.BIDROOM_FEED_EVENTS ?? 600);
let agency, staff, holders, tender, result, check;

// One reader keeps its connections: who opens one for each look has a thousand of them in half a minute, and the server
// lets no address have more.
let reader;
const raw = async (address) => {
  const answer = await reader.raw('GET', address);
  if (answer.status !== 200) throw new Error(`${address}: ${answer.status}`);
  return answer.body;
};
const json = async (address) => JSON.parse(await raw(address));

test.before(async () => {
  await server.start();
  reader = server.api();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  fill(server, agency.accountId, 1, OLDER);
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
  const { project_id } = await agency.post('/projects', project(holders, { agency_name: '某某代理公司' }));
  const start = (await staff.get('/clock')).legal;
  tender = { project_id, ...await publish(agency, staff, {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '正文', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  }) };
  result = await publish(agency, staff, {
    project_id, kind: 'gp_result', title: '中标结果公告', body_md: '正文', fields: noticeFields('gp_result', { winner: '某某科技公司' }),
    publicity_start: start, publicity_end: workingTime(start, 3),
  });
});
test.after(() => server.remove());

test('a release for each notice and a record for each project are valid', async () => {
  const record = await until('the record', async () => {
    const found = await json(`/ocds/records/${tender.project_id}.json`);
    return found.records[0].releases.length === 2 && found;
  });
  check = validators(await json('/ocds/extension/release-schema.json'));
  check.recordPackage(record);
  const { compiledRelease: compiled } = record.records[0];
  assert.equal(compiled.awards[0].suppliers[0].name, '某某科技公司');
  assert.deepEqual(compiled.parties.map((p) => p.roles.join()), ['buyer', 'procuringEntity', 'supplier']);
  assert.equal(compiled.tender.lots.length, 2);
  for (const link of record.records[0].releases) {
    const { pathname, hash } = new URL(link.url);
    const release = await json(pathname);
    check.releasePackage(release);
    assert.equal(release.releases[0].id, hash.slice(1));
    assert.deepEqual(release.releases[0].tag, link.tag);
  }
  assert.deepEqual(await json(`/api/v1/public/ocds/records/${tender.project_id}`), record);
  assert.equal((await refused(reader.get('/public/ocds/records/01hzzzzzzzzzzzzzzzzzzzzzzz'))).status, 404);
});

test('the interface gives all releases in the order of publication, page by page', async () => {
  const ids = [];
  for (let next = '/api/v1/public/ocds/releases?limit=50'; next;) {
    const page = await json(next);
    check.releasePackage(page);
    ids.push(...page.releases.map((release) => release.id));
    next = page.links && new URL(page.links.next).pathname + new URL(page.links.next).search;
  }
  assert.equal(ids.length, OLDER + 2);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.slice(-2), [tender.notice_id, result.notice_id]);
});

test('each month is one file of lines', async () => {
  // A month's file is written again at most every half minute.
  await until('all of them', async () => {
    const files = new Set((await raw('/open-data.html')).toString().match(/ocds\/releases-\d{4}-\d\d\.jsonl\.gz/g));
    const ids = [];
    for (const file of files)
      ids.push(...zlib.gunzipSync(await raw(`/${file}`)).toString().trim().split('\n').map((line) => JSON.parse(line).id));
    assert.equal(new Set(ids).size, ids.length);
    return ids.length === OLDER + 2;
  }, 90000);
});

test('a notice about one lot leaves the others as they were, in files and interface alike', async () => {
  const { project_id } = await agency.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  const { notice_id: follows } = await publish(agency, staff, {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '正文', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  });
  const end = { project_id, kind: 'gp_termination', follows, body_md: '正文', fields: { reason: '采购任务取消', contact: '0632-0000000' } };
  const { notice_id } = await publish(agency, staff, { ...end, title: '第一包终止公告', lot_nos: [1] });
  const record = await until('the record', async () => {
    const found = await json(`/ocds/records/${project_id}.json`);
    return found.records[0].releases.length === 2 && found;
  });
  check.recordPackage(record);
  const states = ({ tender: told }) => [told.status, ...told.lots.map((lot) => lot.status)];
  const { compiledRelease: compiled } = record.records[0];
  assert.deepEqual(states(compiled), ['active', 'cancelled', 'active']);
  const { releases: [release] } = await json(`/ocds/releases/${notice_id}.json`);
  assert.deepEqual([states(release), release.tender.lots[0].id], [['active', 'cancelled'], compiled.tender.lots[0].id]);
  const { releases } = await json(`/api/v1/public/ocds/releases?after=${OLDER + 2}`);
  assert.deepEqual(releases.find((r) => r.id === notice_id), release);
  // Which notice it ends is told in every form.
  assert.equal(release.tender.amendments[0].amendsReleaseID, follows);
  const page = await until('its page', () => raw(`/notices/${notice_id}.html`).catch(() => null));
  assert.ok(page.includes(`前序公告</th><td><a href="../notices/${follows}.html">公开招标公告</a></td>`));
  assert.ok((await raw(`/notices/${notice_id}.txt`)).includes('前序公告：公开招标公告\n'));
  assert.equal((await json(`/notices/${notice_id}.json`)).follows_title, '公开招标公告');

  await publish(agency, staff, { ...end, title: '第二包终止公告', lot_nos: [2] });
  await until('the end of it', async () => (await json(`/ocds/records/${project_id}.json`)).records[0].compiledRelease.tender.status === 'cancelled');
});

test('who withdraws a change does not end what it changed', async () => {
  const { project_id } = await agency.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  const { notice_id: follows } = await publish(agency, staff, {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '正文', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 21),
  });
  const { notice_id } = await publish(agency, staff, { project_id, kind: 'gp_change', follows, title: '更正公告', body_md: '正文', fields: noticeFields('gp_change') });
  await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  const record = await until('the withdrawal', async () => {
    const found = await json(`/ocds/records/${project_id}.json`);
    return found.records[0].releases.length === 3 && found;
  });
  check.recordPackage(record);
  assert.deepEqual(record.records[0].releases.map((r) => r.tag), [['tender'], ['tenderAmendment'], ['tenderAmendment']]);
  assert.equal(record.records[0].compiledRelease.tender.status, 'active');
  const told = await json(`/ocds/releases/${notice_id}.json`);
  check.releasePackage(told);
  const { tag, tender: { status, amendments: [amendment] } } = told.releases[1];
  assert.deepEqual([tag, status, amendment.amendsReleaseID, amendment.rationale], [['tenderAmendment'], 'active', notice_id, '误发']);

  await staff.post(`/notices/${follows}/withdraw`, { reason: '误发' });
  await until('the end of it', async () => (await json(`/ocds/releases/${follows}.json`)).releases[1]?.tag[0] === 'tenderCancellation');
});

test('a harvester beside ten writers sees every event once, in the order of the ledger', async () => {
  const written = [], seen = [];
  let wanted = true;
  const harvest = async () => {
    let after = -1;
    while (wanted) {
      const page = await reader.get(`/feed?after=${after}&limit=200`);
      seen.push(...page.items);
      if (page.items.length) after = page.items.at(-1).seq;
    }
  };
  const draft = { project_id: tender.project_id, kind: 'gp_result', title: '草稿', body_md: '正文', fields: {} };
  const write = async () => {
    while (written.length < EVENTS) written.push(...(await agency.post('/notices', draft)).events);
  };
  const harvesting = harvest();
  await Promise.all(Array.from({ length: WRITERS }, write));
  await until('all written events in the feed', () => {
    const hashes = new Set(seen.map((item) => item.leaf_hash));
    return written.every((event) => hashes.has(event.leaf_hash));
  }, 60000);
  wanted = false;
  await harvesting;
  assert.deepEqual(seen.map((item) => item.seq), seen.map((_, i) => i));
  assert.equal(new Set(seen.map((item) => item.leaf_hash)).size, seen.length);
});
