// SPDX-License-Identifier: GPL-3.0-or-later
// Notices beyond the first: chains, the pre-check, what is held back, overrides by two persons, publication by the
// clock, withdrawal, files, a disk that fills up, sales of land, and a server that dies in between.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import zlib from 'node:zlib';
import { rowLock } from '../support/row_lock.mjs';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { validators } from '../support/ocds.mjs';
import { DAY, holder, noticeFields, plusSeconds, project, publish, scheme, workingTime } from '../support/trade.mjs';

const server = new Server({ small: { dir: 'attachments', size: '2m' } });
let agency, staff, second, supervisor, holders, hidden;
const now = async () => (await staff.get('/clock')).legal;
const advance = (seconds) => staff.post('/clock/advance', { seconds, reason: '测试' });
const open = async (address) => {
  const answer = await server.api().raw('GET', address);
  assert.equal(answer.status, 200, address);
  return answer.body.toString();
};
const count = (from) => Number(server.sql(`SELECT COUNT(*) FROM ${from}`)[0][0]);
const feed = async () => {
  const items = [];
  for (let page; !page || page.items.length;) {
    page = await server.api().get(`/feed?after=${items.at(-1)?.seq ?? -1}&limit=200`);
    items.push(...page.items);
  }
  return items;
};
const pageOf = (id) => until(`the page of ${id}`, async () => {
  const answer = await server.api().raw('GET', `/notices/${id}.html`);
  return answer.status === 200 && answer.body.toString();
});

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲' });
  staff = await server.account('staff', ['staff'], { name: '中心乙' });
  second = await server.account('second', ['staff'], { name: '中心丙' });
  supervisor = await server.account('supervisor', ['supervisor'], { name: '监管丁' });
  holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

async function tender(regime, more = {}) {
  const { project_id } = await agency.post('/projects', project(holders, { regime }));
  const start = await now();
  return {
    project_id, kind: `${regime}_tender`, title: '公告', body_md: '正文', offer_start: start, offer_end: plusSeconds(start, 10 * DAY),
    deadline: workingTime(start, 21), fields: noticeFields(`${regime}_tender`), ...more,
  };
}
// The holidays of the year to come may not be known yet, which the server rightly says of a period that reaches there.
const told = ({ findings }) => findings.filter((f) => f.code !== 'notice.holiday_data_missing');
const changeFields = { original: '原', changed: '现', new_times: '见上', affected: '全部', criteria_version: '不变' };

test('the table of kinds is public, and every field has words in both languages', async () => {
  const { items } = await server.api().get('/notice-kinds');
  assert.equal(items.length, 26);
  for (const kind of items) assert.ok(kind.fields.length >= 2 && kind.fields.every((f) => f.zh && f.en), kind.name);
  assert.equal(items.find((k) => k.name === 'mining_listing').verified, false);
});

test('what open data tell of project, lots and result anyway is refused where it is to be withheld', async () => {
  const [tendered, told] = [await tender('gp'), { title: '结果', body_md: '正文', kind: 'gp_result' }];
  for (const [input, name] of [[tendered, 'budget'], [tendered, 'criteria'], [told, 'winner'], [told, 'winner_price']]) {
    const fields = noticeFields(input.kind, { [name]: '7654321' });
    const withheld = [{ field: name, reason: '涉及商业秘密' }];
    const problem = await refused(agency.post('/notices', { ...input, project_id: tendered.project_id, fields, withheld }));
    assert.deepEqual([problem.code, problem.problem.field], ['notice.not_withholdable', name]);
  }
});

test('what the ledger cannot take is refused before anybody approves; what is merely long is published whole', async () => {
  const input = await tender('gp');
  const long = '长'.repeat(19000); // 57,000 bytes
  const quotes = { ...input, fields: { ...input.fields, buyer_contact: '\\'.repeat(20000) + '"'.repeat(20000) }, withheld: [{ field: 'buyer_contact', reason: '涉密' }] };
  assert.equal((await agency.post('/notice-check', quotes)).publishable, false);
  const { notice_id: never } = await agency.post('/notices', quotes);
  const problem = await refused(agency.post(`/notices/${never}/submit`));
  assert.deepEqual([problem.code, problem.problem.field], ['notice.too_long', 'buyer_contact']);

  const done = await publish(agency, staff, { ...input, body_md: long, fields: { ...input.fields, scope: long, qualification: long } });
  const { body } = await until('the event', async () => (await feed()).find((e) => e.body?.text_sha256 === done.text_sha256));
  assert.deepEqual([body.title, body.fields, body.body_md], ['公告', undefined, undefined]);
  await pageOf(done.notice_id);
  const text = await open(`/notices/${done.notice_id}.json`);
  assert.equal(sha256(text), done.text_sha256);
  assert.deepEqual([JSON.parse(text).fields.scope, JSON.parse(text).body_md], [long, long]);
});

test('T03: a change that affects the bids comes 15 days before the deadline, or the deadline moves', async () => {
  const input = await tender('ztb');
  const { notice_id: first } = await publish(agency, staff, input);
  const change = { project_id: input.project_id, kind: 'ztb_change', title: '变更', body_md: '变更', fields: changeFields, affects_bids: true };
  const lone = await agency.post('/notices', change);
  assert.equal((await refused(agency.post(`/notices/${lone.notice_id}/submit`))).code, 'notice.predecessor_missing');

  await advance(10 * DAY);
  const late = await agency.post('/notices', { ...change, follows: first });
  const problem = await refused(agency.post(`/notices/${late.notice_id}/submit`));
  assert.deepEqual([problem.code, problem.rule, problem.problem.field], ['notice.change_too_late', 'T03', 'deadline']);

  const deadline = workingTime(await now(), 16);
  const { notice_id } = await publish(agency, staff, { ...change, follows: first, deadline, lot_nos: [2] });
  const lots = (await staff.get(`/projects/${input.project_id}`)).lots;
  assert.deepEqual(lots.map((lot) => lot.deadline), [input.deadline, deadline]);
  assert.equal((await staff.get(`/notices/${notice_id}`)).follows, first);
});

test('the pre-check says what is odd and what is refused, before anything is stored', async () => {
  const input = await tender('gp');
  const clean = await agency.post('/notice-check', input);
  assert.deepEqual([told(clean), clean.publishable], [[], true]);
  const odd = await agency.post('/notice-check', {
    ...input, deadline: workingTime(input.offer_start, 15),
    fields: { ...input.fields, scope: '', budget: '一包120万元，二包80万元，合计210万元', criteria: '技术60分，价格30分' },
  });
  assert.deepEqual(told(odd).map((f) => [f.kind, f.code, f.field, f.rule ?? '']), [
    ['refuse', 'notice.missing', 'scope', ''], ['refuse', 'notice.period_too_short', 'deadline', 'G01'],
    ['warn', 'notice.odd_sum', 'budget', ''], ['warn', 'notice.odd_weights', 'criteria', ''],
  ]);
  assert.equal(odd.publishable, false);
});

// The files below a directory in which a text stands, packed or not. The index of words keeps one word as what it adds
// to the word before, so the first characters are not asked for.
const filesWith = (marker, dir) => execFileSync('sh', ['-c',
  `grep -rlaF -- "$0" "$1"; find "$1" -name '*.gz' | while read -r f; do gzip -dc "$f" | grep -qaF -- "$0" && echo "$f"; done; true`,
  marker.slice(4), dir]).toString().split('\n').filter(Boolean);
// A figure long enough not to stand anywhere by chance: a sum is to be as invisible as a text.
const sum = String(crypto.randomInt(1e13, 9e13));

test('what is withheld stands in no page, feed, event or table in the clear, and can be disclosed', async () => {
  // One run of letters and digits: it is cut nowhere, whatever takes texts apart.
  const marker = crypto.randomBytes(16).toString('hex');
  const input = await tender('gp');
  const until_at = plusSeconds(input.offer_start, 5 * DAY);
  const withheld = [{ field: 'buyer_contact', reason: '涉及商业秘密', until: until_at }];
  const fields = { ...input.fields, buyer_contact: marker };
  const leaking = await agency.post('/notices', { ...input, fields, withheld, body_md: `正文 ${marker}` });
  assert.equal((await refused(agency.post(`/notices/${leaking.notice_id}/submit`))).code, 'notice.withheld_shown');
  // Nor in a field this kind does not know, a reason or the name of a file.
  const leak = async (more, name) => {
    const { notice_id, version } = await agency.post('/notices', { ...input, fields, withheld, ...more });
    if (name) await attach(agency, notice_id, name, pdf(20), { 'if-match': `"${version}"` });
    const problem = await refused(agency.post(`/notices/${notice_id}/submit`));
    return [problem.code, problem.problem.field];
  };
  assert.deepEqual(await leak({ fields: { ...fields, remark: `见${marker}` } }), ['notice.withheld_shown', 'fields']);
  assert.deepEqual(await leak({ withheld: [{ ...withheld[0], reason: `${marker}涉密` }] }), ['notice.withheld_shown', 'withheld']);
  assert.deepEqual(await leak({}, `${marker}.pdf`), ['notice.withheld_shown', 'attachments']);
  const guess = { ...input, notice_id: leaking.notice_id, body_md: marker };
  assert.equal((await agency.post('/notice-check', guess)).publishable, false);
  // A draft is open to its project's people alone: another agency neither reads nor guesses.
  const strangers = await Promise.all([['stranger', 'agency', '另一代理公司'], ['rival', 'buyer', '另一局'], ['buyer', 'buyer', '某某局']]
    .map(([login, role, org_name]) => server.account(login, [role], { name: login, org_name })));
  for (const who of strangers.slice(0, 2)) {
    assert.equal((await refused(who.get(`/notices/${leaking.notice_id}`))).code, 'auth.denied');
    assert.equal((await refused(who.get(`/notices/${leaking.notice_id}/check`))).code, 'auth.denied');
  }
  assert.equal((await refused(strangers[0].post('/notice-check', guess))).code, 'auth.denied');
  assert.equal((await strangers[2].get(`/notices/${leaking.notice_id}`)).withheld[0].text, marker);
  const listed = async (who) => [await who.get(`/notices?project=${input.project_id}`), { items: (await who.get(`/projects/${input.project_id}`)).notices }]
    .map(({ items }) => items.some((n) => n.notice_id === leaking.notice_id));
  assert.deepEqual(await Promise.all([agency, ...strangers].map(listed)), [[true, true], [false, false], [false, false], [true, true]]);
  // Saved again by somebody who knows nothing of it, it stays withheld; only an empty list gives it free.
  const saved = async (version, more) => {
    const { project_id: _, kind: __, ...text } = input;
    await agency.put(`/notices/${leaking.notice_id}`, { ...text, ...more }, { 'if-match': `"${version}"` });
    return (await agency.get(`/notices/${leaking.notice_id}`)).withheld.map((w) => [w.field, w.text]);
  };
  const { version } = await agency.get(`/notices/${leaking.notice_id}`);
  assert.deepEqual(await saved(version, { fields: { ...fields, buyer_contact: undefined } }), [['buyer_contact', marker]]);
  assert.deepEqual(await saved(version + 1, { fields: { ...fields, buyer_contact: `${marker}新` } }), [['buyer_contact', `${marker}新`]]);
  assert.deepEqual(await saved(version + 2, { fields: { ...fields, buyer_contact: '公开' }, withheld: [] }), []);

  const published = hidden = await publish(agency, staff, {
    ...input, fields: { ...fields, qualification: `${marker}资格`, bond: `${sum}元` },
    withheld: ['bond', 'buyer_contact', 'qualification'].map((field) => ({ ...withheld[0], field })),
  });
  hidden.marker = marker;
  const seen = await staff.get(`/notices/${published.notice_id}`);
  assert.equal((await refused(strangers[0].post('/notice-check', { ...guess, notice_id: published.notice_id }))).code, 'auth.denied');
  for (const who of strangers.slice(0, 2))
    assert.deepEqual((await who.get(`/notices/${published.notice_id}`)).withheld.map((w) => [w.text, w.salt]), Array(3).fill([undefined, undefined]));
  assert.deepEqual(seen.withheld.map((w) => w.text), [`${sum}元`, marker, `${marker}资格`]);
  assert.equal(seen.fields.buyer_contact, undefined);
  const page = await pageOf(published.notice_id);
  for (const shown of ['前不予公开。原因：涉及商业秘密', ...seen.withheld.map((w) => w.digest)]) assert.ok(page.includes(shown), shown);
  const record = await until('the record', () => open(`/ocds/records/${input.project_id}.json`).catch(() => null));
  const [{ compiledRelease: compiled }] = JSON.parse(record).records;
  assert.deepEqual(compiled.withheldInformation.map((w) => [w.field, w.name, w.rationale]), [
    ['bond', '投标保证金', '涉及商业秘密'], ['buyer_contact', '采购人及联系方式', '涉及商业秘密'], ['qualification', '供应商资格要求', '涉及商业秘密']]);
  validators(JSON.parse(await open('/ocds/extension/release-schema.json'))).recordPackage(JSON.parse(record));
  // Every door the public has, those of the staff that leave the house, and every file.
  const found = await until('the index', async () => {
    const answer = await server.api().get(`/public/notices?q=${encodeURIComponent('公告')}&limit=1`);
    return answer.items[0]?.notice_id === published.notice_id && answer;
  });
  const doors = [page, record, JSON.stringify(found), JSON.stringify(await staff.get(`/notices/${published.notice_id}/exchange`)),
    JSON.stringify(await feed()), JSON.stringify(await supervisor.get('/calendar'))];
  const q = encodeURIComponent(marker);
  for (const address of [`/ocds/releases/${published.notice_id}.json`, `/api/v1/public/ocds/records/${input.project_id}`, '/api/v1/public/ocds/releases',
    '/search?q=%E5%85%AC%E5%91%8A', '/search.atom?q=%E5%85%AC%E5%91%8A', '/atom.xml', '/', `/projects/${input.project_id}.html`])
    doors.push(await open(address));
  for (const text of doors) assert.ok(!text.includes(marker) && !text.includes(sum), text);
  for (const words of [q, sum]) assert.deepEqual((await server.api().get(`/public/notices?q=${words}`)).items, []);
  for (const secret of [marker, sum]) assert.deepEqual(filesWith(secret, server.dataDir), []);
  // The leaking draft is a draft; nothing of it is public.
  for (const from of ["notice WHERE state <> 'draft'", "event WHERE kind <> 'notice.attached'", "notice_withheld WHERE reason NOT LIKE '%涉密'", "idempotency WHERE act <> 'notice.attach'"])
    for (const secret of [marker, sum]) assert.ok(!JSON.stringify(server.sql(`SELECT * FROM ${from}`)).includes(secret), from);

  assert.equal((await refused(staff.post(`/notices/${published.notice_id}/disclose`, { field: 'buyer_contact' }))).code, 'notice.time');
  await advance(5 * DAY + 1);
  const { events } = await staff.post(`/notices/${published.notice_id}/disclose`, { field: 'buyer_contact' });
  const leaf = await until('the leaf', async () => JSON.parse((await server.api().get(`/events/${events[0].event_id}/receipt`)).leaf ?? 'null'));
  assert.equal(leaf.body.text, marker);
  const digest = crypto.createHash('sha256').update(Buffer.concat([Buffer.from(leaf.body.salt, 'hex'), Buffer.from(marker)])).digest('hex');
  assert.equal(digest, seen.withheld[1].digest);

  await staff.post(`/notices/${published.notice_id}/disclose`, { field: 'qualification' });
  await until('the text on its page', async () => (await pageOf(published.notice_id)).includes(`${marker}资格`));
  await until('the text in the index', async () => (await server.api().get(`/public/notices?q=${q}`)).items.length === 1);
  // The same search finds what may be found: page, index and open data are all seen through.
  const files = filesWith(marker, server.dataDir);
  for (const kind of [/\.html$/, /\.json$/, /search/]) assert.ok(files.some((f) => kind.test(f)), files.join());
  const releases = await until('the releases', async () => {
    const found = JSON.parse(await open(`/ocds/releases/${published.notice_id}.json`)).releases;
    return found.length === 3 && found;
  });
  assert.deepEqual(releases.map((r) => [r.tag[0], r.withheldInformation?.length, r.tender.eligibilityCriteria]), [
    ['tender', 3, undefined], ['tenderUpdate', 2, undefined], ['tenderUpdate', 1, `${marker}资格`]]);
});

test('a rule is overridden by two persons with a reason, for one notice', async () => {
  const start = await now();
  const { notice_id } = await agency.post('/notices', await tender('ztb', { deadline: workingTime(start, 15) }));
  assert.equal((await refused(agency.post(`/notices/${notice_id}/submit`))).rule, 'T02');
  assert.equal((await refused(agency.post(`/notices/${notice_id}/overrides`, { rule: 'G01', reason: '不属本制度' }))).code, 'input.not_found');
  const { override_id } = await agency.post(`/notices/${notice_id}/overrides`, { rule: 'T02', reason: '抢险救灾' });
  assert.equal((await refused(agency.post(`/overrides/${override_id}/grant`))).code, 'auth.denied');
  assert.equal((await refused(agency.post(`/notices/${notice_id}/submit`))).rule, 'T02');
  const { events } = await supervisor.post(`/overrides/${override_id}/grant`);
  assert.equal(events[0].kind, 'rule.overridden');
  assert.equal((await refused(staff.post(`/overrides/${override_id}/grant`))).code, 'override.granted');
  await agency.post(`/notices/${notice_id}/submit`);
  const found = await agency.get(`/notices/${notice_id}/check`);
  assert.deepEqual(told(found).map((f) => [f.kind, f.rule]), [['warn', 'T02']]);
});

test('a deputy takes over the drafts of whom named him, and is no second person for them', async () => {
  const other = await server.account('agency2', ['agency'], { name: '代理甲乙', org_name: '代理公司' });
  const one = await server.account('agency1', ['agency'], { name: '代理甲甲', org_name: '代理公司' });
  const stranger = await server.account('agency4', ['agency'], { name: '代理丙', org_name: '另一代理公司' });
  const { project_id: own } = await one.post('/projects', project(holders));
  const input = { ...await tender('gp'), project_id: own, deadline: workingTime(await now(), 30) };
  const { notice_id } = await one.post('/notices', input);
  const edit = async (who, title) => {
    const { version } = await one.get(`/notices/${notice_id}`);
    const { project_id, kind, ...text } = input;
    return who.put(`/notices/${notice_id}`, { ...text, title }, { 'if-match': `"${version}"` });
  };
  assert.equal((await refused(edit(other, '他人'))).code, 'notice.not_author');
  for (const deputy of ['agency1', 'agency', 'staff']) // himself, another firm, another role
    assert.equal((await refused(one.post('/me/deputy', { deputy }))).code, 'deputy.unfit', deputy);
  await server.account('agency3', ['agency'], { name: '无单位' });
  assert.equal((await refused(agency.post('/me/deputy', { deputy: 'agency3' }))).code, 'deputy.unfit', 'no firm is none they share');
  const until = plusSeconds(await now(), 2 * DAY);
  const { events } = await one.post('/me/deputy', { deputy: 'agency2', until });
  assert.equal(events[0].kind, 'account.deputy_named');
  const { deputy } = await one.get('/me');
  assert.deepEqual([deputy.login, deputy.name, Date.parse(deputy.until)], ['agency2', '代理甲乙', Date.parse(until)]);
  await edit(other, '代办人修改');
  assert.equal((await refused(edit(agency, '别家'))).code, 'notice.not_author');
  await other.post(`/notices/${notice_id}/submit`);
  assert.equal((await refused(other.post(`/notices/${notice_id}/approve`))).code, 'notice.same_person');
  await staff.post(`/notices/${notice_id}/return`, { reason: '请补充' });
  await edit(other, '再次修改');
  await one.post('/me/deputy', {});
  assert.equal((await one.get('/me')).deputy, undefined);
  assert.equal((await refused(edit(other, '已取消'))).code, 'notice.not_author');
  await one.post('/me/deputy', { deputy: 'agency2', until });
  await advance(2 * DAY + 1);
  assert.equal((await refused(edit(other, '已到期'))).code, 'notice.not_author');
  // He wrote it all the same; and a firm of another project is no second person either.
  await one.post(`/notices/${notice_id}/submit`);
  assert.equal((await refused(other.post(`/notices/${notice_id}/approve`))).code, 'notice.same_person');
  assert.equal((await refused(stranger.post(`/notices/${notice_id}/approve`))).code, 'auth.denied');
  assert.equal((await refused(stranger.post('/notices', input))).code, 'auth.denied');
  await staff.post(`/notices/${notice_id}/approve`);
  const seen = server.sql(`SELECT actor FROM event WHERE kind = 'notice.edited' AND subject = 'notice:${notice_id}'`);
  assert.deepEqual(seen.map(([actor]) => actor), [other.accountId, other.accountId]);
});

test('a scheduled notice is published when its time has come, or says why not', async () => {
  const input = await tender('gp', { offer_end: plusSeconds(await now(), 20 * DAY), deadline: workingTime(await now(), 45) });
  const made = await agency.post('/notices', input);
  await agency.post(`/notices/${made.notice_id}/submit`);
  await staff.post(`/notices/${made.notice_id}/approve`);
  const publish_at = plusSeconds(await now(), DAY);
  await staff.post(`/notices/${made.notice_id}/schedule`, { publish_at });
  assert.equal((await refused(staff.post(`/notices/${made.notice_id}/schedule`, { publish_at: plusSeconds(publish_at, 20 * DAY) }))).rule, 'G02');
  // The server dies between approval and publication: the plan is kept.
  await server.kill();
  await server.start();
  for (const who of [agency, staff, second, supervisor]) who.base = server.url;
  assert.equal((await staff.get(`/notices/${made.notice_id}`)).state, 'approved');
  await advance(DAY + 1);
  const seen = await until('the publication', async () => {
    const n = await staff.get(`/notices/${made.notice_id}`);
    return n.state === 'published' && n;
  });
  assert.equal(seen.publish_at, undefined);
  await pageOf(made.notice_id);
});

test('what was scheduled and broke a rule meanwhile is not published; it waits for a person, who can read why', async () => {
  const input = await tender('gp', { offer_end: plusSeconds(await now(), 20 * DAY), deadline: workingTime(await now(), 45) });
  const { notice_id } = await agency.post('/notices', input);
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  await staff.post(`/notices/${notice_id}/schedule`, { publish_at: plusSeconds(await now(), DAY) });
  // The house could not look for so long that the file would no more be on offer for five working days.
  await advance(17 * DAY);
  const failed = await until('the event', () =>
    server.sql(`SELECT actor, body FROM event WHERE kind = 'notice.schedule_failed' AND subject = 'notice:${notice_id}'`)[0]);
  assert.deepEqual(JSON.parse(failed[1]), { code: 'notice.offer_too_short', rule: 'G02', field: 'offer_end' });
  const seen = await staff.get(`/notices/${notice_id}`);
  assert.deepEqual([seen.state, seen.publish_at], ['approved', undefined]);
  assert.equal(server.sql(`SELECT COUNT(*) FROM event WHERE kind = 'notice.schedule_failed' AND subject = 'notice:${notice_id}'`)[0][0], '1');
});

test('killed right after the commit, the page is there after the start; the same key publishes once', async () => {
  const input = await tender('ztb');
  const { notice_id } = await agency.post('/notices', input);
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  const answers = await Promise.allSettled([staff, second].map((who) => who.post(`/notices/${notice_id}/publish`)));
  await server.kill();
  assert.deepEqual(answers.map((a) => a.status).sort(), ['fulfilled', 'rejected']);
  await server.start();
  for (const who of [agency, staff, second, supervisor]) who.base = server.url;
  await pageOf(notice_id);
  assert.equal(server.sql(`SELECT COUNT(*) FROM event WHERE kind = 'notice.published' AND subject = 'notice:${notice_id}'`)[0][0], '1');
});

test('a holder changed while the tender is being published: everybody learns of it', async () => {
  const input = await tender('gp');
  const { notice_id } = await agency.post('/notices', input);
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  const other = await holder(server, 'h4');
  const lock = await rowLock(server, `lot WHERE project_id = '${input.project_id}' AND lot_no = 1`);
  const published = staff.post(`/notices/${notice_id}/publish`);
  await lock.waits(1);
  const changed = agency.post(`/projects/${input.project_id}/holders/3`, { account_id: other.accountId, reason: '遗失密钥' });
  await lock.waits(2);
  lock.release();
  await published;
  assert.deepEqual((await changed).events.map((e) => e.kind), ['project.holder_changed']);
});

const pdf = (bytes, tail = 'x') => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes - 9, tail)]);
const versionOf = async (id) => ({ 'if-match': `"${(await staff.get(`/notices/${id}`)).version}"` });
const attach = async (who, id, name, body, headers) => who.send('POST', `/notices/${id}/attachments?name=${encodeURIComponent(name)}`, body,
  { 'content-type': 'application/octet-stream', ...(await versionOf(id)), ...headers });
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const canonical = (v) => (Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === 'object'
  ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}` : JSON.stringify(v));

// The certificate of an authority, as a centre has it, in the place of the one the demo made.
async function certify() {
  const keys = path.join(server.dataDir, 'keys');
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-ca-'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  for (const name of ['ca', 'centre']) openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
  openssl('req', '-x509', '-new', '-key', 'ca.key', '-subj', '/CN=Test CA', '-days', '30', '-out', 'ca.crt');
  openssl('req', '-new', '-key', 'centre.key', '-subj', '/CN=Test centre', '-out', 'centre.csr');
  openssl('x509', '-req', '-in', 'centre.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-out', 'centre.crt');
  await server.stop();
  // Written over, so that they stay the server's own.
  for (const name of ['centre.key', 'centre.crt']) fs.writeFileSync(path.join(keys, name), fs.readFileSync(path.join(dir, name)));
  fs.rmSync(dir, { recursive: true });
  await server.start();
  for (const who of [agency, staff, second, supervisor]) who.base = server.url;
}

test('twenty days are for tendering: a consultation has no such period (G01)', async () => {
  const rules = async (method, kind) => {
    const { project_id } = await agency.post('/projects', project(holders, { method }));
    const { findings } = await agency.post('/notice-check', await tender('gp', { project_id, kind, deadline: workingTime(await now(), 12) }));
    return findings.filter((f) => f.kind === 'refuse').map((f) => f.rule);
  };
  for (const [method, kind, refusals] of [['open', 'gp_tender', ['G01']], ['invited', 'gp_tender', ['G01']], ['negotiation', 'gp_negotiation', []],
    ['consultation', 'gp_consultation', []], ['inquiry', 'gp_inquiry', []]])
    assert.deepEqual(await rules(method, kind), refusals, method);
});

test('a purchase by talks is announced under its own name, everywhere', async () => {
  for (const [method, title] of [['negotiation', '竞争性谈判公告'], ['consultation', '竞争性磋商公告'], ['inquiry', '询价公告']]) {
    const kind = `gp_${method}`;
    const { project_id } = await agency.post('/projects', project(holders, { method }));
    const input = await tender('gp', { project_id, title: `运维${title}`, deadline: workingTime(await now(), 12) });
    assert.equal((await refused(agency.post('/notices', input))).code, 'notice.kind', method);
    assert.equal((await refused(agency.post('/notices', { ...input, project_id: (await tender('gp')).project_id, kind }))).code, 'notice.kind', method);
    const { notice_id } = await publish(agency, staff, { ...input, kind });

    assert.ok((await pageOf(notice_id)).includes(title), method);
    assert.ok((await open(`/notices/${notice_id}.txt`)).includes(`公告类型：${title}\n`), method);
    const listed = await until('its list', async () => {
      const page = (await server.api().raw('GET', `/notices/kind/${kind}/`)).body.toString();
      return page.includes(notice_id) && page;
    });
    assert.ok(listed.includes(`<h1>${title}</h1>`), method);
    assert.ok((await open(`/notices/kind/${kind}/atom.xml`)).includes(`<category term="${kind}" label="${title}"`), method);
    const found = await until('the hit', async () => {
      const page = await open(`/search?kind=${kind}`);
      return page.includes(notice_id) && page;
    });
    assert.ok(found.includes(`<option value="${kind}" selected>${title}</option>`), method);
    const { releases: [release] } = JSON.parse(await open(`/ocds/releases/${notice_id}.json`));
    assert.deepEqual([release.tag, release.tender.procurementMethod, `${release.tender.procurementMethodDetails}公告`], [['tender'], 'limited', title]);
    assert.deepEqual(release.tender.documents.map((d) => [d.documentType, d.description]), [['tenderNotice', title]]);
    assert.ok(release.tender.tenderPeriod.endDate, method);
  }
});

test('the files of a notice are what their content is, and stand beside its page with their digest, all of it signed', async () => {
  await certify();
  const { notice_id } = await agency.post('/notices', await tender('gp'));
  const first = pdf(3000);
  const unseen = `/notices/${notice_id}/attachments?name=x.pdf`;
  assert.equal((await refused(agency.send('POST', unseen, first, { 'content-type': 'application/octet-stream' }))).code, 'act.version_missing');
  assert.equal((await refused(attach(agency, notice_id, 'x.pdf', first, { 'if-match': '"7"' }))).code, 'act.version');
  const added = await attach(agency, notice_id, '招标文件 <一>.pdf', first);
  assert.deepEqual([added.type, added.size, added.sha256], ['pdf', 3000, sha256(first)]);
  for (const [name, body, code] of [['页面.pdf', '<!doctype html><script>', 'attachment.type'], ['招标文件.docx', first, 'attachment.name'],
    ['../x.pdf', first, 'attachment.name'], ['招标文件 <一>.pdf', first, 'attachment.name'], ['大.pdf', pdf(2 ** 24 + 1), 'http.body_too_large']])
    assert.equal((await refused(attach(agency, notice_id, name, Buffer.from(body)))).code, code, name);
  assert.equal((await refused(attach(staff, notice_id, '他人.pdf', first))).code, 'notice.not_author');
  // An attempt the database took away is made again, and leaves no second file.
  const files = () => fs.readdirSync(`/proc/${server.child.pid}/root${server.dataDir}/attachments`).length;
  const before = files();
  const lock = await rowLock(server, `event_subject WHERE subject = 'notice:${notice_id}'`);
  const slow = attach(agency, notice_id, '慢.pdf', pdf(30));
  await lock.waits();
  const [[thread]] = server.sql("SELECT id FROM information_schema.processlist WHERE user = 'bidroom_service' AND info LIKE '%INTO event_subject%'");
  server.sql(`KILL ${thread}`);
  await until('the second attempt', () => server.sql("SELECT id FROM information_schema.processlist WHERE user = 'bidroom_service' AND info LIKE '%INTO event_subject%'").some(([id]) => id !== thread));
  lock.release();
  const { attachment_id: slowId } = await slow;
  assert.equal(files(), before + 1);
  await agency.post(`/notices/${notice_id}/attachments/${slowId}/remove`, undefined, await versionOf(notice_id));

  const key = { 'idempotency-key': 'one-file' };
  const [one, two] = [await attach(agency, notice_id, '图.pdf', pdf(20), key), await attach(agency, notice_id, '图.pdf', pdf(20), key)];
  assert.equal(one.attachment_id, two.attachment_id);
  const gone = `/notices/${notice_id}/attachments/${one.attachment_id}`;
  assert.equal((await refused(agency.post(`${gone}/remove`))).code, 'act.version_missing');
  await agency.post(`${gone}/remove`, undefined, await versionOf(notice_id));
  assert.equal((await refused(agency.get(gone))).code, 'input.not_found');

  // Whoever approves it reads the file; nobody else does before it is published.
  const { status, body } = await second.raw('GET', `/api/v1/notices/${notice_id}/attachments/${added.attachment_id}`, { headers: second.authorization() });
  assert.deepEqual([status, body.equals(first)], [200, true]);
  const place = `/notices/${notice_id}/${added.attachment_id}.pdf`;
  await agency.post(`/notices/${notice_id}/submit`);
  assert.equal((await refused(attach(agency, notice_id, '迟到.pdf', first))).code, 'notice.state');
  assert.equal((await server.api().raw('GET', place)).status, 404);
  await staff.post(`/notices/${notice_id}/approve`);
  const done = await staff.post(`/notices/${notice_id}/publish`);
  const page = await pageOf(notice_id);
  assert.ok(page.includes(added.sha256) && page.includes('招标文件 &lt;一&gt;.pdf') && page.includes(`href="..${place}"`), page);
  assert.ok(!page.includes('图.pdf'));
  const served = await server.api().raw('GET', place);
  assert.deepEqual([served.status, served.headers['content-type'], sha256(served.body)], [200, 'application/pdf', added.sha256]);
  // The digest of the text covers them: anybody makes it again from the event.
  const { text_sha256, ...text } = (await until('the event', async () => (await feed()).find((e) => e.body?.text_sha256 === done.text_sha256))).body;
  assert.equal(text.attachments[0].sha256, added.sha256);
  // And what the lots are judged by.
  assert.deepEqual(text.lots.map((l) => [l.no, l.name, l.ceiling, l.scheme.price]), [[1, '第一包', '1500000', scheme.services.price], [2, '第二包', undefined, scheme.totals.price]]);
  assert.equal(sha256(canonical(text)), text_sha256);

  // What was published, byte for byte, with the centre's signature under it.
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-signed-'));
  const file = async (from, to) => fs.writeFileSync(path.join(dir, to), (await server.api().raw('GET', from)).body);
  await file(`/notices/${notice_id}.json`, 'text');
  await file(`/notices/${notice_id}.p7s`, 'signature');
  await file('/centre.crt', 'centre.crt');
  assert.equal(sha256(fs.readFileSync(path.join(dir, 'text'))), text_sha256);
  const command = page.match(/<code class="hash">(openssl [^<]+)<\/code>/)[1];
  fs.symlinkSync('text', path.join(dir, `${notice_id}.json`));
  fs.symlinkSync('signature', path.join(dir, `${notice_id}.p7s`));
  const verify = () => spawnSync('sh', ['-c', `${command} -out /dev/null`], { cwd: dir }).status;
  assert.equal(verify(), 0, command);
  fs.appendFileSync(path.join(dir, 'text'), ' ');
  assert.notEqual(verify(), 0);
  fs.rmSync(dir, { recursive: true });
});

test('a disk that fills up while a file comes: nothing of it is kept, and the rest goes on', async () => {
  const { notice_id } = await agency.post('/notices', await tender('gp'));
  const files = () => count('notice_attachment');
  const before = [files(), (await agency.get(`/notices/${notice_id}`)).version];
  const problem = await refused(attach(agency, notice_id, '大文件.pdf', pdf(3 * 2 ** 20)));
  assert.deepEqual([problem.status, problem.code], [503, 'attachment.no_space']);
  assert.deepEqual([files(), (await agency.get(`/notices/${notice_id}`)).version], before);
  // The room it had taken is free again.
  const whole = pdf(3 * 2 ** 19);
  const added = await attach(agency, notice_id, '小文件.pdf', whole);
  await agency.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  await staff.post(`/notices/${notice_id}/publish`);
  await pageOf(notice_id);
  assert.equal(sha256((await server.api().raw('GET', `/notices/${notice_id}/${added.attachment_id}.pdf`)).body), sha256(whole));
});

test('a withdrawn notice keeps its page and says why in the ledger', async () => {
  const { notice_id } = await publish(agency, staff, await tender('gp'));
  assert.equal((await refused(agency.post(`/notices/${notice_id}/withdraw`, { reason: '误发' }))).code, 'auth.denied');
  const { events } = await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  assert.equal(events[0].kind, 'notice.withdrawn');
  assert.equal((await refused(staff.post(`/notices/${notice_id}/withdraw`, { reason: '再次' }))).code, 'notice.state');
  const seen = await staff.get(`/notices/${notice_id}`);
  assert.deepEqual([seen.state, seen.withdraw_reason], ['withdrawn', '误发']);
  const places = [`/notices/${notice_id}.html`, '/', '/notices/', '/atom.xml', '/notices/kind/gp_tender/', '/search?q=%E5%85%AC%E5%91%8A', '/search.atom?q=%E5%85%AC%E5%91%8A'];
  for (const place of places) await until(place, async () => /撤回/.test(await open(place)));
  const { releases } = await until('the release', async () => {
    const found = JSON.parse(await open(`/ocds/releases/${notice_id}.json`));
    return found.releases.length === 2 && found;
  });
  assert.deepEqual([releases[1].tag, releases[1].tender.status, releases[1].tender.amendments[0].rationale], [['tenderCancellation'], 'withdrawn', '误发']);
});

test('land is offered and its lots end without bids', async () => {
  const { project_id } = await agency.post('/projects', {
    regime: 'asset', category: 'land', name: '某宗地出让', region: '370402', method: 'listing', buyer_name: '自然资源局', contact: '0632',
    lots: [{ name: '2026-1号宗地', price_form: 'amount' }],
  });
  const start = await now();
  const kinds = new Map((await agency.get('/notice-kinds')).items.map((k) => [k.name, k]));
  const fields = Object.fromEntries(kinds.get('land_listing').fields.map((f) => [f.name, f.name === 'area' ? '66667平方米（110亩）' : f.zh]));
  const listing = { project_id, kind: 'land_listing', title: '出让公告', body_md: '正文', offer_start: start, offer_end: plusSeconds(start, DAY), deadline: plusSeconds(start, 2 * DAY), fields };
  assert.deepEqual((await agency.post('/notice-check', listing)).findings.map((f) => f.code), ['notice.odd_area']);
  assert.equal((await refused(agency.post('/notices', { ...listing, kind: 'mining_listing' }))).code, 'notice.kind');
  const { notice_id } = await publish(agency, staff, listing);
  await pageOf(notice_id);
  assert.deepEqual((await staff.get(`/projects/${project_id}`)).lots.map((lot) => lot.state), ['draft']);
  const page = await until('its project page', () => open(`/projects/${project_id}.html`).catch(() => null));
  assert.ok(page.includes('土地使用权出让</td>') && page.includes('出让人</th><td>自然资源局') && !/招标/.test(page), page);
  const query = `q=${encodeURIComponent('某宗地')}&regime`;
  await until('it in the search', async () => (await open(`/search?${query}=asset`)).includes(notice_id));
  assert.ok(!(await open(`/search?${query}=ztb`)).includes(notice_id));
  await publish(agency, staff, { project_id, kind: 'asset_termination', follows: notice_id, title: '终止', body_md: '终止', fields: { reason: '规划调整', contact: '0632' } });
  assert.deepEqual((await staff.get(`/projects/${project_id}`)).lots.map((lot) => lot.state), ['failed']);
});

test('the files of the months tell of what was held back only what was disclosed', async () => {
  const { marker, notice_id } = hidden;
  const line = await until('its line', async () => {
    for (const file of new Set((await open('/open-data.html')).match(/ocds\/releases-\d{4}-\d\d\.jsonl\.gz/g))) {
      const text = zlib.gunzipSync((await server.api().raw('GET', `/${file}`)).body).toString();
      const mine = text.split('\n').filter((l) => l.includes(notice_id));
      if (mine.length === 3) return mine;
    }
    return null;
  }, 90000);
  assert.deepEqual(line.map((l) => l.includes(marker)), [false, false, true]);
  assert.ok(filesWith(marker, server.dataDir).some((f) => f.endsWith('.gz')));
  assert.deepEqual(filesWith(sum, server.dataDir), []);
});

test('the figures of the year are those of the tables', async () => {
  await tender('gp'); // A project that was never announced counts nowhere.
  const { year, notices, projects, lots } = await supervisor.get('/statistics');
  const total = (list) => list.reduce((all, f) => all + f.n, 0);
  // The test advances the clock, perhaps into the next year.
  const before = await supervisor.get(`/statistics?year=${year - 1}`);
  assert.equal(total(notices) + total(before.notices), count('notice WHERE publish_seq > 0'));
  assert.equal(total(projects) + total(before.projects), count("project WHERE state = 'announced'"));
  assert.equal(total(lots) + total(before.lots), count("lot JOIN project p USING (project_id) WHERE p.state = 'announced'"));
  assert.ok(count("project WHERE state = 'draft'") > 0 && total(projects) + total(before.projects) > 0);
  assert.ok([...projects, ...before.projects].every((f) => f.group === 'asset' || /^\d+$/.test(f.amount)));
  assert.deepEqual((await supervisor.get('/statistics?year=2001')).projects, []);
});
