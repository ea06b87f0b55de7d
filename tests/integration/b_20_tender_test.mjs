// SPDX-License-Identifier: GPL-3.0-or-later
// The tender file in the hands of bidders: fetched on the record, its changes told to everybody who has it, questions
// and objections with their clocks, answers that never say who asked.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { creditCode } from '../support/bids.mjs';
import { DAY, advanceTo, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const firms = {};
const pdf = (text) => Buffer.from(`%PDF-1.4\n${text}\n%%EOF\n`);
let agency, other, staff, host, supervisor, auditor, holders;

const clock = async () => (await staff.get('/clock')).legal;

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name: '甲代理公司' });
  other = await server.account('other', ['agency'], { name: '代理乙', org_name: '乙代理公司' });
  staff = await server.account('staff', ['staff']);
  host = await server.account('host', ['host']);
  supervisor = await server.account('supervisor', ['supervisor']);
  auditor = await server.account('reader', ['auditor']);
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
  for (const [i, name] of ['甲', '乙', '丙'].entries())
    firms[name] = await server.account(`firm${i}`, ['bidder'], { name, org_name: `${name}建设有限公司`, credit_code: creditCode(i) });
});
test.after(() => server.remove());

// All that the auditor, or everybody, is shown of the ledger.
async function events(who, path) {
  const rows = [];
  for (let after = '', next; next !== null; after = `&after=${next}`) {
    const page = await who.get(`${path}?limit=200${after}`);
    rows.push(...page.items);
    next = page.next;
  }
  return rows;
}
const audit = () => events(auditor, '/audit/events');
const inLedger = (who, { event_id }) => until('the event in the ledger', async () => {
  const receipt = await who.get(`/events/${event_id}/receipt`);
  return receipt.checkpoint && receipt;
});

const attach = (who, id, version, name, bytes, query = '') => who.send('POST', `/notices/${id}/attachments?name=${encodeURIComponent(name)}${query}`, bytes,
  { 'content-type': 'application/octet-stream', 'if-match': `"${version}"` });

// A tender notice with a file that bidders fetch by name and one beside the page; from `ahead` seconds on offered.
async function announced(regime, { by = agency, ...times } = {}) {
  const { project_id, lots } = await by.post('/projects', project(holders, { regime }));
  return { ...await announce(project_id, regime, { by, ...times }), lot: lots[0].lot_id };
}

async function announce(project_id, regime, { by = agency, days = 40, ahead = 0, title = '公开招标公告', lot_nos } = {}) {
  const start = plusSeconds(await clock(), ahead);
  const end = workingTime(start, 10);
  const deadline = workingTime(start, days);
  const { notice_id, version } = await by.post('/notices', {
    project_id, kind: `${regime}_tender`, title, body_md: '欢迎投标。', fields: noticeFields(`${regime}_tender`),
    offer_start: start, offer_end: end, deadline, lot_nos,
  });
  const file = await attach(by, notice_id, version, '招标文件.pdf', pdf('file'), '&offered=true');
  const plan = await attach(by, notice_id, file.version, '图纸.pdf', pdf('plan'));
  await by.post(`/notices/${notice_id}/submit`);
  await staff.post(`/notices/${notice_id}/approve`);
  await staff.post(`/notices/${notice_id}/publish`);
  return { project_id, notice_id, start, end, deadline, file: file.attachment_id, plan: plan.attachment_id };
}

const address = (t, id) => `/projects/${t.project_id}/documents/${id}`;
const download = async (who, t, id) => {
  const answer = await who.raw('GET', `/api/v1${address(t, id)}`, { headers: who.authorization() });
  assert.equal(answer.status, 200, answer.body.toString().slice(0, 300));
  return answer;
};
const waiting = async (who, t) => (await who.get('/me/tenders')).items.find((x) => x.project_id === t.project_id)?.waiting.map((w) => [w.what, w.title]);
const change = (t, kind, title, more) => publish(agency, staff, {
  project_id: t.project_id, kind, title, body_md: '变更。', follows: t.notice_id,
  fields: noticeFields(kind), ...more,
}, { '补遗.pdf': pdf(title) });

test('a file is fetched on the record, which nobody but its bidder reads while bids are taken', async () => {
  const t = await announced('gp');
  const { notices, offer_start, offer_end } = await server.api().get(`/projects/${t.project_id}/documents`);
  assert.deepEqual(notices.map((n) => n.files.map((f) => [f.name, f.offered])), [[['招标文件.pdf', true], ['图纸.pdf', undefined]]]);
  assert.deepEqual([offer_start, offer_end], [notices[0].published_at, t.end], 'nobody has it before the notice is out');
  const got = await download(firms.甲, t, t.file);
  assert.deepEqual([got.status, got.body], [200, pdf('file')]);
  assert.match(got.headers['content-disposition'], /^attachment/);
  const { notices: [mine] } = await firms.甲.get(`/projects/${t.project_id}/documents`);
  assert.deepEqual(mine.files.map((f) => !!f.fetched_at), [true, false]);
  const { notices: [theirs] } = await firms.乙.get(`/projects/${t.project_id}/documents`);
  assert.deepEqual(theirs.files.map((f) => f.fetched_at), [undefined, undefined]);
  assert.deepEqual((await audit()).filter((e) => e.kind === 'tender.fetched'), []);
  for (const who of [agency, staff, host, supervisor, server.api()]) {
    const seen = JSON.stringify(await who.get(`/projects/${t.project_id}/documents`));
    assert.doesNotMatch(seen, /fetched_at/);
    if (who.accountId) assert.equal((await refused(who.get(address(t, t.file)))).code, 'auth.denied');
  }
  assert.equal((await refused(firms.甲.get(address(await announced('gp'), t.file)))).code, 'input.not_found');
});

test('who fetches, asks, acknowledges and signs in is hidden from the auditor until no lot takes bids', async () => {
  const t = await announced('gp');
  const [, second] = (await staff.get(`/projects/${t.project_id}`)).lots;
  await download(firms.甲, t, t.file);
  await download(firms.甲, t, t.file);
  const { notice_id } = await change(t, 'gp_change', '更正一');
  const { events: [seen] } = await firms.甲.post(`/projects/${t.project_id}/acknowledge`, { subject_id: notice_id });
  const { question_id, events: [asked] } = await firms.甲.post(`/projects/${t.project_id}/questions`, { kind: 'question', text: '工期？' });
  const { events: [answered] } = await agency.post(`/questions/${question_id}/answer`, { text: '见公告。' });
  server.sql(`INSERT INTO bid (bid_id, lot_id, account_id, state, size, received, receipt_digest, finalised_at, created_at)
    VALUES ('0000000000000000000bid0001', '${t.lot}', '${firms.甲.accountId}', 'finalised', 1, 1, UNHEX(SHA2('x', 256)), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`);
  const { events: [came] } = await firms.甲.post(`/lots/${t.lot}/attend`);
  const mine = [seen, asked, came];
  for (const e of mine) await inLedger(firms.甲, e);
  const kinds = ['tender.fetched', 'tender.acknowledged', 'tender.asked', 'opening.attended'];
  const nothing = async (when) => {
    const rows = await audit();
    assert.deepEqual(rows.filter((e) => kinds.includes(e.kind) && (JSON.stringify(e).includes(t.project_id) || e.subject.includes(t.lot) || e.subject.includes('bid0001'))), [], when);
    for (const e of mine) {
      assert.ok(!rows.some((x) => x.event_id === e.event_id), when);
      assert.equal((await auditor.get(`/events/${e.event_id}/receipt`)).leaf, undefined, when);
    }
  };
  await nothing('while all lots take bids');
  const leaf = JSON.parse((await inLedger(firms.甲, answered)).leaf);
  assert.deepEqual([leaf.subject, leaf.no], [`project:${t.project_id}`, 2], 'no number of the project was taken');
  for (const e of mine) assert.doesNotMatch(JSON.parse((await inLedger(firms.甲, e)).leaf).subject, /^(project|lot|account):/);
  // As they were written before they had subjects of their own.
  for (const [e, subject] of [[asked, `project:${t.project_id}`], [came, `lot:${t.lot}`]])
    server.sql(`UPDATE event SET subject = '${subject}', subject_no = 900, body = JSON_REMOVE(body, '$.project') WHERE event_id = '${e.event_id}'`);
  await nothing('of events under the older subjects');
  await advanceTo(staff, t.deadline);
  await host.post(`/lots/${t.lot}/close`);
  await nothing('while one lot takes bids');
  await host.post(`/lots/${second.lot_id}/close`);
  const rows = await audit();
  for (const e of mine) assert.ok(rows.some((x) => x.event_id === e.event_id), e.kind);
  assert.equal(rows.filter((e) => e.kind === 'tender.fetched' && e.body.project === t.project_id).length, 1, 'the first time of a file, not each');
  const said = rows.find((e) => e.event_id === seen.event_id).body;
  assert.deepEqual([said.notice, said.state, said.text_sha256.length, !!said.at], [notice_id, 'published', 64, true]);
  assert.ok((await auditor.get(`/events/${seen.event_id}/receipt`)).leaf);
});

test('what is offered to those who sign in does not lie beside the page', async () => {
  const t = await announced('gp');
  const page = await until('the page', async () => {
    const r = await server.api().raw('GET', `/notices/${t.notice_id}.html`);
    return r.status === 200 && r.body.toString();
  });
  assert.match(page, /招标文件\.pdf（招标文件，投标人登录后获取）/);
  const status = async (id) => (await server.api().raw('GET', `/notices/${t.notice_id}/${id}.pdf`)).status;
  assert.deepEqual([await status(t.file), await status(t.plan)], [404, 200]);
});

test('the file is given out within its time; who has it may have its changes until the end', async () => {
  const t = await announced('gp', { ahead: DAY });
  assert.equal((await refused(firms.甲.get(address(t, t.file)))).code, 'tender.not_offered');
  await advanceTo(staff, t.start);
  assert.equal((await download(firms.甲, t, t.file)).status, 200);
  const { notice_id } = await change(t, 'gp_change', '更正一');
  await advanceTo(staff, t.end);
  const late = await refused(firms.乙.get(address(t, t.file)));
  assert.deepEqual([late.code, late.rule, late.status], ['tender.offer_over', 'G02', 422]);
  assert.equal((await download(firms.甲, t, t.file)).status, 200);
  assert.equal((await download(firms.乙, t, t.plan)).status, 200, 'what is public anyway is not refused');
  assert.equal((await refused(firms.乙.get(address(t, t.file)))).code, 'tender.offer_over', 'and opens nothing that was offered');
  const { notices } = await firms.甲.get(`/projects/${t.project_id}/documents`);
  assert.equal((await download(firms.甲, t, notices.find((n) => n.notice_id === notice_id).files[0].attachment_id)).status, 200);
});

test('everybody who has the file is told of its change, and says that it was seen', async () => {
  const t = await announced('gp');
  await download(firms.甲, t, t.file);
  assert.deepEqual(await waiting(firms.甲, t), []);
  const { notice_id } = await change(t, 'gp_change', '更正一');
  assert.deepEqual([await waiting(firms.甲, t), await waiting(firms.乙, t)], [[['notice', '更正一']], undefined]);
  const seen = { subject_id: notice_id };
  assert.equal((await refused(firms.乙.post(`/projects/${t.project_id}/acknowledge`, seen))).code, 'tender.not_fetched');
  assert.equal((await refused(firms.甲.post(`/projects/${t.project_id}/acknowledge`, { subject_id: t.notice_id }))).code, 'input.not_found', 'the tender itself is no change');
  const { events } = await firms.甲.post(`/projects/${t.project_id}/acknowledge`, seen);
  assert.deepEqual(events.map((e) => e.kind), ['tender.acknowledged']);
  assert.deepEqual(await waiting(firms.甲, t), []);
  assert.equal((await refused(firms.甲.post(`/projects/${t.project_id}/acknowledge`, seen))).code, 'tender.not_waiting', 'it is seen once');
  await download(firms.乙, t, t.file);
  assert.deepEqual(await waiting(firms.乙, t), [], 'who comes later has the change with the file');
  assert.equal((await refused(firms.乙.post(`/projects/${t.project_id}/acknowledge`, seen))).code, 'tender.not_waiting');
  await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  assert.deepEqual([await waiting(firms.甲, t), await waiting(firms.乙, t)], [[['withdrawn', '更正一']], [['withdrawn', '更正一']]]);
});

test('a tender that is announced again tells of it whoever had the file before', async () => {
  const t = await announced('gp');
  await download(firms.甲, t, t.file);
  const { notice_id } = await change(t, 'gp_change', '更正一');
  const { notices } = await firms.甲.get(`/projects/${t.project_id}/documents`);
  const supplement = notices.find((n) => n.notice_id === notice_id).files[0].attachment_id;
  await staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  assert.equal((await refused(firms.甲.get(address(t, supplement)))).code, 'input.not_found', 'what was withdrawn is given out no more');
  await firms.甲.post(`/projects/${t.project_id}/acknowledge`, { subject_id: notice_id });
  await staff.post(`/notices/${t.notice_id}/withdraw`, { reason: '误发' });
  assert.equal((await refused(firms.甲.get(address(t, t.plan)))).code, 'tender.not_offered');
  assert.equal((await refused(firms.甲.post(`/projects/${t.project_id}/questions`, { kind: 'question', text: '工期？' }))).code, 'tender.not_offered');
  await firms.甲.post(`/projects/${t.project_id}/acknowledge`, { subject_id: t.notice_id });
  const again = await announce(t.project_id, 'gp', { days: 50, title: '重新公告' });
  assert.deepEqual([await waiting(firms.甲, t), await waiting(firms.乙, t)], [[['notice', '重新公告']], undefined]);
  const { deadline } = await firms.甲.get(`/projects/${t.project_id}/documents`);
  assert.deepEqual([deadline, (await server.api().get(`/lots/${t.lot}/opening`)).deadline], [again.deadline, again.deadline], 'the deadline that is announced is the one in force');
  await advanceTo(staff, again.end);
  const late = await refused(firms.甲.get(address(t, again.file)));
  assert.equal(late.code, 'tender.offer_over', 'the file of what was withdrawn opens none of what came instead');
  await advanceTo(staff, again.deadline);
  const told = await agency.post('/notice-check', { project_id: t.project_id, kind: 'gp_tender', title: '再次公告', body_md: '正文', fields: {} });
  assert.ok(told.findings.some((f) => f.code === 'notice.deadline_over' && f.field === 'deadline'));
  assert.equal((await refused(announce(t.project_id, 'gp', { title: '再次公告' }))).code, 'notice.deadline_over', 'what is published is in force');
  assert.equal((await server.api().get(`/lots/${t.lot}/opening`)).deadline, again.deadline, 'what has passed is not taken back by announcing again');
});

test('an announcement is for the lots it names, and the deadline of one that is announced moves by a change alone', async () => {
  const { project_id, lots } = await agency.post('/projects', project(holders, { regime: 'gp' }));
  const deadlineOf = async (at) => (await server.api().get(`/lots/${lots[at].lot_id}/opening`)).deadline;
  const first = await announce(project_id, 'gp', { days: 60, lot_nos: [1] });
  const second = await announce(project_id, 'gp', { days: 40, lot_nos: [2], title: '第二包公告' });
  assert.deepEqual([await deadlineOf(0), await deadlineOf(1)], [first.deadline, second.deadline]);
  for (const lot_nos of [[1], []]) {
    const twice = await refused(announce(project_id, 'gp', { days: 40, lot_nos, title: '再次公告' }));
    assert.deepEqual([twice.code, twice.problem.field], ['notice.announced', 'lot_nos']);
    const found = (await agency.post('/notice-check', { project_id, kind: 'gp_tender', title: '再次公告', body_md: '正文', fields: {}, lot_nos })).findings;
    assert.equal(found.filter((f) => f.code === 'notice.announced' && f.kind === 'refuse' && f.field === 'lot_nos').length, lot_nos.length || 2, 'said beside the field, before anything is kept');
  }
  assert.deepEqual([await deadlineOf(0), await deadlineOf(1)], [first.deadline, second.deadline]);
});

test('a lot that is over says nothing about the others; when all are, nothing is asked', async () => {
  const t = await announced('gp');
  await download(firms.甲, t, t.file);
  const ask = () => firms.甲.post(`/projects/${t.project_id}/questions`, { kind: 'question', text: '工期？' });
  const later = workingTime(t.deadline, 20);
  await change(t, 'gp_change', '第二包延期', { lot_nos: [2], deadline: later });
  assert.equal((await firms.甲.get(`/projects/${t.project_id}/documents`)).deadline, t.deadline);
  await advanceTo(staff, t.deadline);
  assert.equal((await firms.甲.get(`/projects/${t.project_id}/documents`)).deadline, later, 'before the lot is closed');
  await ask();
  await host.post(`/lots/${t.lot}/close`);
  assert.equal((await firms.甲.get(`/projects/${t.project_id}/documents`)).deadline, later);
  await ask();
  const latest = workingTime(later, 5);
  await change(t, 'gp_change', '再延期', { deadline: latest });
  assert.equal((await firms.甲.get(`/projects/${t.project_id}/documents`)).deadline, latest, 'for what takes bids, though one of the lots is over');
  await publish(agency, staff, { project_id: t.project_id, kind: 'gp_termination', follows: t.notice_id, title: '终止公告', body_md: '终止。', fields: { number: '1', name: '名', reason: '取消', contact: '0632', lots: '第二包' } });
  assert.equal((await refused(ask())).code, 'tender.over', 'though the deadline is to come');
});

test('assets are asked about until the end of their listing', async () => {
  const { project_id } = await agency.post('/projects', {
    regime: 'asset', category: 'land', name: '某宗地出让', region: '370402', method: 'listing', buyer_name: '自然资源局', contact: '0632',
    lots: [{ name: '2026-1号宗地', price_form: 'amount' }],
  });
  const kinds = new Map((await agency.get('/notice-kinds')).items.map((k) => [k.name, k]));
  const fields = Object.fromEntries(kinds.get('land_listing').fields.map((f) => [f.name, f.name === 'area' ? '66667平方米' : f.zh]));
  const start = await clock();
  const deadline = plusSeconds(start, 20 * DAY);
  await publish(agency, staff, { project_id, kind: 'land_listing', title: '出让公告', body_md: '正文', offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline, fields });
  const ask = (text) => firms.甲.post(`/projects/${project_id}/questions`, { kind: 'question', text });
  const { events: [asked] } = await ask('容积率？');
  await inLedger(firms.甲, asked);
  const isTold = async () => (await audit()).some((e) => e.event_id === asked.event_id);
  assert.equal(await isTold(), false);
  await advanceTo(staff, deadline);
  assert.equal((await refused(ask('起始价？'))).code, 'tender.over');
  assert.equal(await isTold(), true);
});

test('a list is of whoever asks, page by page', async () => {
  const tenders = [];
  for (let i = 0; i < 3; i += 1) {
    tenders.push(await announced('gp'));
    await download(firms.丙, tenders[i], tenders[i].file);
    await firms.丙.post(`/projects/${tenders[i].project_id}/questions`, { kind: 'question', text: '工期？' });
  }
  const pages = async (who, path, key) => {
    const found = [];
    for (let after = '', next; next !== null; after = `&after=${next}`) {
      const page = await who.get(`${path}?limit=2${after}`);
      assert.ok(page.items.length <= 2);
      found.push(...page.items.map((x) => x[key]));
      next = page.next;
    }
    return found;
  };
  const ids = tenders.map((t) => t.project_id);
  assert.deepEqual(await pages(firms.丙, '/me/tenders', 'project_id'), [...ids].reverse());
  const theirs = await server.account('third', ['agency'], { name: '代理丙', org_name: '丙代理公司' });
  assert.deepEqual(await pages(theirs, '/questions', 'project_id'), []);
  const far = await announced('gp', { by: theirs });
  server.sql(`INSERT INTO tender_question (question_id, project_id, account_id, kind, said, asked_at)
    SELECT CONCAT('00000000000000000000qq', LPAD(seq, 4, '0')), '${ids[0]}', '${firms.丙.accountId}', 'question', '问', UTC_TIMESTAMP(6) FROM seq_1_to_120`);
  await download(firms.丙, far, far.file);
  await firms.丙.post(`/projects/${far.project_id}/questions`, { kind: 'question', text: '工期？' });
  assert.deepEqual(await pages(theirs, '/questions', 'project_id'), [far.project_id], 'behind more than a page of others');
  assert.deepEqual((await pages(agency, '/questions', 'project_id')).filter((id) => ids.includes(id)).length, 123);
  server.sql("DELETE FROM tender_question WHERE question_id LIKE '00000000000000000000qq%'");
});

test('a question is answered for everybody, and nobody learns who asked', async () => {
  const t = await announced('ztb');
  const ask = (who, text, kind = 'question') => who.post(`/projects/${t.project_id}/questions`, { kind, text });
  assert.equal((await refused(ask(firms.甲, '工期从何时起算？'))).code, 'tender.not_fetched');
  for (const firm of [firms.甲, firms.乙]) await download(firm, t, t.file);
  const named = await refused(ask(firms.甲, '甲建设有限公司请问工期？'));
  assert.deepEqual([named.code, named.problem.field], ['tender.names_asker', 'text']);
  const { question_id, due } = await ask(firms.甲, '工期从何时起算？');
  assert.equal(due, undefined, 'a question has no clock');
  const list = async (who) => (await who.get(`/projects/${t.project_id}/questions`)).items;
  assert.deepEqual((await list(firms.甲)).map((q) => [q.question, q.mine]), [['工期从何时起算？', true]]);
  for (const who of [firms.乙, other, host, server.api()]) assert.deepEqual(await list(who), []);
  assert.equal((await refused(other.post(`/questions/${question_id}/answer`, { text: '否' }))).code, 'auth.denied');
  assert.deepEqual((await other.get('/questions')).items, []);
  assert.deepEqual((await agency.get('/questions')).items.filter((q) => q.project_id === t.project_id).map((q) => q.question_id), [question_id]);
  assert.equal((await refused(firms.乙.post(`/projects/${t.project_id}/acknowledge`, { subject_id: question_id }))).code, 'input.not_found', 'before its answer');
  const { events: [answered] } = await agency.post(`/questions/${question_id}/answer`, { question: '工期自何日起算？', text: '自开工令之日。', affects_bids: true });
  assert.equal(answered.kind, 'tender.answered');
  assert.equal((await refused(agency.post(`/questions/${question_id}/answer`, { text: '改' }))).code, 'tender.answered');
  for (const who of [firms.乙, server.api(), agency])
    assert.deepEqual((await list(who)).map((q) => [q.question, q.answer, q.affects_bids, q.mine]), [['工期自何日起算？', '自开工令之日。', true, undefined]]);
  for (const firm of [firms.甲, firms.乙]) assert.deepEqual(await waiting(firm, t), [['answer', '工期自何日起算？']]);
  const elsewhere = await announced('ztb');
  await download(firms.乙, elsewhere, elsewhere.file);
  assert.equal((await refused(firms.乙.post(`/projects/${elsewhere.project_id}/acknowledge`, { subject_id: question_id }))).code, 'input.not_found', 'of another tender');
  await firms.乙.post(`/projects/${t.project_id}/acknowledge`, { subject_id: question_id });
  assert.deepEqual(await waiting(firms.乙, t), []);
  const feed = await until('the public event', async () => {
    const text = JSON.stringify(await events(server.api(), '/feed'));
    return text.includes('自开工令之日') && text;
  });
  for (const secret of [firms.甲.accountId, firms.甲.org_name ?? '甲建设有限公司', '工期从何时起算']) assert.ok(!feed.includes(secret), secret);
  for (let i = 1; i < 20; i += 1) await ask(firms.甲, `第 ${i} 问`);
  assert.equal((await refused(ask(firms.甲, '第 20 问'))).code, 'tender.too_many_questions');
});

test('an objection under the tender law: ten days before the deadline, and nothing is opened before its answer', async () => {
  const t = await announced('ztb', { days: 30 });
  await download(firms.甲, t, t.file);
  const object = () => firms.甲.post(`/projects/${t.project_id}/questions`, { kind: 'objection', text: '资格条件限制竞争' });
  await advanceTo(staff, plusSeconds(t.deadline, -10 * DAY - 3600));
  const { question_id, due, events: [asked] } = await object();
  const { body, at_us } = JSON.parse((await inLedger(firms.甲, asked)).leaf);
  assert.deepEqual([body.rule, body.due, Math.round((Date.parse(due) - at_us / 1000) / 1000)], ['T06', due, 3 * DAY]);
  await advanceTo(staff, plusSeconds(t.deadline, -10 * DAY));
  const late = await refused(object());
  assert.deepEqual([late.code, late.rule, late.problem.field], ['tender.objection_late', 'T05', 'kind']);
  await advanceTo(staff, t.deadline);
  const held = await refused(host.post(`/lots/${t.lot}/close`));
  assert.deepEqual([held.code, held.rule], ['opening.objection_open', 'T06']);
  assert.ok((await agency.get('/questions')).items.find((q) => q.question_id === question_id).overdue);
  const affecting = await refused(agency.post(`/questions/${question_id}/answer`, { text: '已修改资格条件。', affects_bids: true }));
  assert.deepEqual([affecting.code, affecting.rule], ['tender.answer_late', 'T03']);
  await agency.post(`/questions/${question_id}/answer`, { text: '不限制竞争。' });
  assert.equal((await host.post(`/lots/${t.lot}/close`)).state, 'failed', 'without bids');
});

test('what comes of an objection at the deadline is a change, which gives the whole time again', async () => {
  const t = await announced('ztb', { days: 30 });
  await download(firms.甲, t, t.file);
  const { question_id } = await firms.甲.post(`/projects/${t.project_id}/questions`, { kind: 'objection', text: '资格条件限制竞争' });
  await advanceTo(staff, t.deadline);
  assert.equal((await refused(host.post(`/lots/${t.lot}/close`))).code, 'opening.objection_open');
  const answer = () => agency.post(`/questions/${question_id}/answer`, { text: '已修改资格条件。', affects_bids: true });
  assert.equal((await refused(answer())).code, 'tender.answer_late');
  const moved = (days) => change(t, 'ztb_change', '变更资格条件', { affects_bids: true, deadline: workingTime(t.deadline, days) });
  const short = await refused(moved(10));
  assert.deepEqual([short.code, short.rule], ['notice.change_too_late', 'T03']);
  await moved(16);
  await answer();
  assert.equal((await refused(host.post(`/lots/${t.lot}/close`))).code, 'opening.too_early');
  await advanceTo(staff, workingTime(t.deadline, 16));
  assert.equal((await host.post(`/lots/${t.lot}/close`)).state, 'failed');
  const { lots } = await staff.get(`/projects/${t.project_id}`);
  await host.post(`/lots/${lots[1].lot_id}/close`);
  assert.equal((await refused(moved(40))).code, 'notice.deadline_over', 'with no objection and no lot that takes bids');
  const ended = await announced('ztb', { days: 30 });
  await download(firms.甲, ended, ended.file);
  await firms.甲.post(`/projects/${ended.project_id}/questions`, { kind: 'objection', text: '资格条件限制竞争' });
  await publish(agency, staff, { project_id: ended.project_id, kind: 'ztb_termination', follows: ended.notice_id, title: '终止公告', body_md: '终止。', fields: { number: '1', name: '名', reason: '取消', contact: '0632', lots: '全部' } });
  await advanceTo(staff, ended.deadline);
  const none = await refused(change(ended, 'ztb_change', '变更', { affects_bids: true, deadline: workingTime(ended.deadline, 40) }));
  assert.equal(none.code, 'notice.deadline_over', 'with an objection, but no lot that takes bids');
});

test('only what makes the tender is kept for those who sign in', async () => {
  const t = await announced('gp');
  const { notice_id, version } = await agency.post('/notices', { project_id: t.project_id, kind: 'gp_result', title: '结果公告', body_md: '结果。', follows: t.notice_id, fields: noticeFields('gp_result') });
  const nowhere = await refused(attach(agency, notice_id, version, '结果.pdf', pdf('result'), '&offered=true'));
  assert.deepEqual([nowhere.code, nowhere.problem.field, nowhere.status], ['attachment.offered', 'offered', 422]);
  await attach(agency, notice_id, version, '结果.pdf', pdf('result'));
  const kinds = (await agency.get('/notice-kinds')).items;
  assert.deepEqual(kinds.filter((k) => k.regime === 'gp' && k.tender_file).map((k) => k.name), ['gp_tender', 'gp_negotiation', 'gp_consultation', 'gp_inquiry', 'gp_change', 'gp_clarification']);
});

test('a challenge under the purchase law: seven working days from the first fetch', async () => {
  const t = await announced('gp');
  const challenge = (who) => who.post(`/projects/${t.project_id}/questions`, { kind: 'objection', text: '评审因素未量化' });
  await download(firms.甲, t, t.file);
  await download(firms.乙, t, t.plan);
  const { due } = await challenge(firms.甲);
  await advanceTo(staff, plusSeconds(t.start, 5 * DAY));
  await download(firms.乙, t, t.file);
  await advanceTo(staff, due); // seven working days behind a moment right after the fetch
  const late = await refused(challenge(firms.甲));
  assert.deepEqual([late.code, late.rule], ['tender.objection_late', 'G06']);
  const { notices: [{ files: [{ fetched_at }] }] } = await firms.甲.get(`/projects/${t.project_id}/documents`);
  const beijing = new Date(Date.parse(fetched_at) + 8 * 3600e3).toISOString().slice(0, 19);
  assert.match(late.problem.detail, new RegExp(`counts from ${beijing}`));
  const { due: theirs, events: [asked] } = await challenge(firms.乙);
  assert.ok(theirs);
  const { notices: [{ files: [{ fetched_at: since, offered }] }] } = await firms.乙.get(`/projects/${t.project_id}/documents`);
  assert.ok(offered, 'the tender file itself, not what lies beside the page');
  assert.equal(JSON.parse((await inLedger(firms.乙, asked)).leaf).body.since, since);
  await advanceTo(staff, t.deadline);
  assert.equal((await refused(challenge(firms.乙))).code, 'tender.over');
  assert.equal((await host.post(`/lots/${t.lot}/close`)).state, 'failed', 'a challenge stops nothing by itself');
});
