// SPDX-License-Identifier: GPL-3.0-or-later
// Complaints: recorded with their dates, accepted and decided under their clocks, which both laws count in their own
// way; who complains of what stays with the supervisors; and a suspension stops the opening and the results.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { rowLock } from '../support/row_lock.mjs';
import { Server, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { announce, advanceTo, DAY, holder, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
let agency, rival, staff, second, host, supervisor, holders;
const MARK = '某投标人不愿公开姓名';
const now = async () => (await staff.get('/clock')).legal;
const match = (version) => ({ 'if-match': `"${version}"` });
const code = async (promise) => (await refused(promise)).code;
const of = async (regime) => (await agency.post('/projects', project(holders, { regime, agency_name: '某某代理公司' }))).project_id;
const record = async (project_id, more = {}) => {
  const at = await now();
  return supervisor.post('/complaints', { project_id, matter: 'other', complainant: MARK, text: `${MARK}认为资格条件不合理`, known_at: plusSeconds(at, -DAY), received_at: at, ...more });
};
const step = (what, { complaint_id, version }, body = {}) => supervisor.post(`/complaints/${complaint_id}/${what}`, body, match(version));
const view = ({ complaint_id }) => supervisor.get(`/complaints/${complaint_id}`);
const refusals = ({ findings }) => findings.filter((f) => f.kind === 'refuse').map((f) => f.code);
const clocks = async (who, id) => (await who.get('/calendar')).items.filter((c) => c.project_id === id && /^complaint_|^suspension/.test(c.what)).map((c) => [c.what, c.rule, c.end]);

test.before(async () => {
  await server.start();
  await server.openHouse();
  agency = await server.account('agency', ['agency'], { name: '代理甲', org_name: '某某代理公司' });
  rival = await server.account('rival', ['agency'], { name: '代理乙', org_name: '另一家代理公司' });
  staff = await server.account('staff', ['staff'], { name: '中心甲' });
  second = await server.account('second', ['staff'], { name: '中心乙' });
  host = await server.account('host', ['host']);
  supervisor = await server.account('supervisor', ['supervisor'], { name: '监管' });
  holders = await Promise.all(['h1', 'h2'].map((login) => holder(server, login)));
});
test.after(() => server.remove());

test('one that came in time is accepted and decided; whether the clocks were kept is on the record', async () => {
  const id = await of('ztb');
  const made = await record(id);
  assert.deepEqual(made.findings.filter((f) => f.kind === 'refuse'), []);
  let seen = await view(made);
  assert.deepEqual([seen.state, seen.complainant, seen.clocks.map((c) => [c.what, c.rule])], ['received', MARK, [['complaint_accept', 'T12']]]);
  assert.deepEqual(await clocks(supervisor, id), [['complaint_accept', 'T12', seen.clocks[0].end]]);
  for (const who of [staff, agency]) assert.deepEqual(await clocks(who, id), [], 'what is owed a party is the regulator\'s');
  assert.equal(await code(step('decide', made, { reason: '查无实据', outcome: 'dismissed' })), 'complaint.state');
  const accepted = await step('accept', made);
  seen = await view(made);
  assert.deepEqual(seen.clocks.map((c) => [c.what, c.rule]), [['complaint_decide', 'T12']]);
  // Thirty working days later at the earliest moment, it is late.
  await advanceTo(staff, seen.clocks[0].end);
  const decided = await step('decide', { ...made, version: accepted.version }, { reason: '经查，投诉成立', outcome: 'upheld' });
  const [[body]] = server.sql(`SELECT body FROM event WHERE subject = 'complaint:${made.complaint_id}' AND kind = 'complaint.decided'`);
  const told = JSON.parse(body);
  assert.deepEqual([told.late, told.rule, told.outcome], [true, 'T12', 'upheld']);
  seen = await view(made);
  assert.deepEqual([seen.state, seen.outcome, seen.clocks], ['decided', 'upheld', []]);
  // The salted digest of the ledger is of the text the supervisors read.
  const { text, salt } = seen.said.decided;
  assert.equal(crypto.createHash('sha256').update(Buffer.from(salt, 'hex')).update(text).digest('hex'), told.reason_digest);
  assert.equal(await code(step('withdraw', { ...made, version: decided.version }, { reason: '撤回' })), 'complaint.state');
});

test('late, or without the objection before it: recorded, told so, and not accepted (T11, G06)', async () => {
  const ztb = await of('ztb'), gp = await of('gp');
  const at = await now();
  const cases = [
    [ztb, { known_at: plusSeconds(at, -20 * DAY) }, 'complaint.late', 'T11', 'received_at'],
    [ztb, { matter: 'result' }, 'complaint.objection_first', 'T11', 'objected_at'],
    [gp, {}, 'complaint.objection_first', 'G06', 'objected_at'],
    [gp, { known_at: plusSeconds(at, -90 * DAY), objected_at: plusSeconds(at, -80 * DAY) }, 'complaint.late', 'G06', 'received_at'],
  ];
  for (const [id, more, why, rule, field] of cases) {
    const made = await record(id, more);
    assert.deepEqual(made.findings.filter((f) => f.kind === 'refuse').map((f) => [f.code, f.rule, f.field]), [[why, rule, field]]);
    const problem = await refused(step('accept', made));
    assert.deepEqual([problem.status, problem.code, problem.rule], [422, why, rule]);
    const { version } = await step('decline', made, { reason: '不符合受理条件' });
    assert.equal((await view(made)).state, 'declined');
    assert.equal(await code(step('accept', { ...made, version })), 'complaint.state');
  }
  // What was objected to and answered takes its days out of the ten.
  const kept = await record(ztb, { matter: 'result', known_at: plusSeconds(at, -20 * DAY), objected_at: plusSeconds(at, -19 * DAY), answered_at: plusSeconds(at, -DAY) });
  assert.deepEqual(kept.findings.filter((f) => f.kind === 'refuse'), []);
  assert.ok((await step('accept', kept)).version);
  for (const [more, why] of [
    [{ received_at: plusSeconds(at, 3600) }, 'complaint.time'], [{ known_at: plusSeconds(at, 1), received_at: at }, 'complaint.time'],
    [{ answered_at: at }, 'input.missing'], [{ matter: 'moon' }, 'input.invalid'],
  ]) assert.equal(await code(record(ztb, more)), why);
  assert.equal(await code(record('01hzzzzzzzzzzzzzzzzzzzzzzz')), 'input.not_found');
});

test('a date that was mistyped is put right before it is accepted; what was said before stays on the record', async () => {
  const id = await of('ztb'), at = await now();
  const wrong = plusSeconds(at, -366 * DAY), right = plusSeconds(at, -2 * DAY);
  const made = await record(id, { known_at: wrong, received_at: at });
  assert.equal(await code(step('accept', made)), 'complaint.late');
  const said = { matter: 'other', known_at: right, received_at: at, reason: `${MARK}：年份录入有误` };
  const { reason, ...silent } = said;
  assert.equal(await code(step('correct', made, silent)), 'input.missing');
  assert.equal((await refused(supervisor.post(`/complaints/${made.complaint_id}/correct`, said))).code, 'act.version_missing');
  assert.equal(await code(step('correct', { ...made, version: 9 }, said)), 'act.version');
  assert.equal(await code(staff.post(`/complaints/${made.complaint_id}/correct`, said, match(1))), 'auth.denied');
  assert.equal(await code(step('correct', made, { ...said, known_at: plusSeconds(at, 1) })), 'complaint.time');
  assert.equal(await code(step('correct', made, { ...said, answered_at: at })), 'input.missing');
  assert.equal(await code(step('correct', made, { ...said, known_at: wrong })), 'input.invalid');
  const once = await step('correct', made, { ...said, matter: 'result' });
  assert.deepEqual([refusals(once), once.events.map((e) => e.kind)], [['complaint.objection_first'], ['complaint.corrected']]);
  const twice = await step('correct', { ...made, version: once.version }, { ...said, reason });
  assert.deepEqual(refusals(twice), []);
  const bodies = server.sql(`SELECT body FROM event WHERE subject = 'complaint:${made.complaint_id}' AND kind = 'complaint.corrected' ORDER BY event_id`).map(([b]) => JSON.parse(b));
  const was = (x) => [x.matter, Date.parse(x.known_at)];
  assert.deepEqual(bodies.map(({ was: a, now: b }) => [was(a), was(b)]), [[['other', Date.parse(wrong)], ['result', Date.parse(right)]], [['result', Date.parse(right)], ['other', Date.parse(right)]]]);
  const seen = await view(made);
  assert.deepEqual([Date.parse(seen.known_at), seen.matter, refusals(seen), Object.keys(seen.said).sort()], [Date.parse(right), 'other', [], ['corrected', 'corrected_2', 'received']]);
  const { version } = await step('accept', { ...made, version: twice.version });
  assert.equal(await code(step('correct', { ...made, version }, said)), 'complaint.state');
});

test('a suspension stops the opening and the results, for thirty days at most, and is everybody\'s of the project to see', async () => {
  const start = await now();
  const deadline = workingTime(start, 22);
  const { notice_id, tender, lots: [lot] } = await announce(server, { agency, staff }, holders, deadline, { agency_name: '某某代理公司' });
  const id = tender.project_id;
  const made = await record(id, { matter: 'tender_file', objected_at: plusSeconds(start, -DAY / 2) });
  const { version } = await step('accept', made);
  const longest = plusSeconds(await now(), 31 * DAY);
  const problem = await refused(step('suspend', { ...made, version }, { until: longest, reason: '查处期间' }));
  assert.deepEqual([problem.code, problem.rule], ['complaint.suspension_too_long', 'G06']);
  assert.equal(await code(step('suspend', { ...made, version }, { until: start, reason: '查处期间' })), 'complaint.time');
  const until = plusSeconds(await now(), 29 * DAY);
  const held = await step('suspend', { ...made, version }, { until, reason: '查处期间' });
  for (const who of [staff, agency, supervisor]) {
    const seen = (await clocks(who, id)).filter(([what]) => what === 'suspension_end');
    assert.deepEqual(seen.map(([what, rule, end]) => [what, rule, Date.parse(end)]), [['suspension_end', 'G06', Date.parse(until)]], who.login);
  }
  assert.deepEqual(await clocks(rival, id), []);
  assert.equal(Date.parse((await agency.get(`/projects/${id}`)).suspended_until), Date.parse(until));

  await advanceTo(staff, deadline);
  const stopped = await refused(host.post(`/lots/${lot}/close`));
  assert.deepEqual([stopped.code, stopped.rule], ['complaint.suspended', 'G06']);
  const at = await now();
  const result = await agency.post('/notices', {
    project_id: id, kind: 'gp_result', title: '结果公告', body_md: '正文', follows: notice_id, fields: noticeFields('gp_result'),
    publicity_start: at, publicity_end: workingTime(at, 9),
  });
  await agency.post(`/notices/${result.notice_id}/submit`);
  await second.post(`/notices/${result.notice_id}/approve`);
  assert.equal(await code(second.post(`/notices/${result.notice_id}/publish`)), 'complaint.suspended');

  const on = await step('resume', { ...made, version: held.version }, { reason: '已查清' });
  assert.equal((await agency.get(`/projects/${id}`)).suspended_until, undefined);
  assert.equal(await code(step('resume', { ...made, version: on.version }, { reason: '再次' })), 'complaint.state');
  assert.ok((await second.post(`/notices/${result.notice_id}/publish`)).url);
  assert.notEqual(await host.post(`/lots/${lot}/close`).catch((e) => e.code), 'complaint.suspended');
});

test('a suspension and what it stops queue up at the project; what was scheduled comes when the trading goes on', async () => {
  const deadline = workingTime(await now(), 22);
  const { notice_id, tender, lots: [lot] } = await announce(server, { agency, staff }, holders, deadline, { agency_name: '某某代理公司' });
  const id = tender.project_id;
  await advanceTo(staff, deadline);
  const at = await now();
  const made = await record(id, { objected_at: plusSeconds(at, -DAY / 2) });
  const { version } = await step('accept', made);
  const result = await agency.post('/notices', {
    project_id: id, kind: 'gp_result', title: '结果公告', body_md: '正文', follows: notice_id, fields: noticeFields('gp_result'),
    publicity_start: plusSeconds(at, 7200), publicity_end: workingTime(at, 9),
  });
  await agency.post(`/notices/${result.notice_id}/submit`);
  await second.post(`/notices/${result.notice_id}/approve`);
  const publish_at = plusSeconds(await now(), 3600);
  await second.post(`/notices/${result.notice_id}/schedule`, { publish_at });

  const row = await rowLock(server, `project WHERE project_id = '${id}'`);
  const suspending = step('suspend', { ...made, version }, { until: plusSeconds(await now(), 9 * DAY), reason: '查处期间' });
  await row.waits(1);
  const closing = refused(host.post(`/lots/${lot}/close`));
  await row.waits(2);
  row.release();
  const held = await suspending;
  assert.equal((await closing).code, 'complaint.suspended', 'who came second sees what the first did');

  // Its time passes; another notice that is due then says that the house has been at it.
  await advanceTo(staff, plusSeconds(publish_at, 60));
  const start = plusSeconds(await now(), 120);
  const other = await agency.post('/notices', {
    project_id: await of('gp'), kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline: workingTime(start, 30),
  });
  await agency.post(`/notices/${other.notice_id}/submit`);
  await second.post(`/notices/${other.notice_id}/approve`);
  await second.post(`/notices/${other.notice_id}/schedule`, { publish_at: plusSeconds(await now(), 60) });
  await advanceTo(staff, plusSeconds(await now(), 61));
  await until('the other notice', async () => (await staff.get(`/notices/${other.notice_id}`)).state === 'published');
  const waiting = await staff.get(`/notices/${result.notice_id}`);
  assert.deepEqual([waiting.state, Date.parse(waiting.publish_at)], ['approved', Date.parse(publish_at)]);
  await step('resume', { ...made, version: held.version }, { reason: '已查清' });
  await until('the result', async () => (await staff.get(`/notices/${result.notice_id}`)).state === 'published');
  assert.equal(server.sql(`SELECT COUNT(*) FROM event WHERE subject = 'notice:${result.notice_id}' AND kind = 'notice.schedule_failed'`)[0][0], '0');
});

test('an objection to the candidates keeps the result until it is answered (T06); a challenge of a result does not', async () => {
  const start = await now();
  const { tender, lots: [lot] } = await announce(server, { agency, staff }, holders, workingTime(start, 22), { regime: 'ztb', agency_name: '某某代理公司' });
  const id = tender.project_id;
  const [firm, stranger] = [await server.account('firm', ['bidder'], { org_name: MARK }), await server.account('stranger', ['bidder'], { org_name: '路人' })];
  server.sql(`INSERT INTO bid (bid_id, lot_id, account_id, state, size, created_at) VALUES ('01hzzzzzzzzzzzzzzzzzzzzzzb', '${lot}', '${firm.accountId}', 'sealed', 1, NOW(6))`);
  const opens = await now(), end = workingTime(opens, 4);
  const { notice_id } = await publish(agency, staff, { project_id: id, kind: 'ztb_candidates', title: '中标候选人公示', body_md: '正文', fields: noticeFields('ztb_candidates'), publicity_start: opens, publicity_end: end });
  const object = (who) => who.post(`/notices/${notice_id}/objections`, { text: `${MARK}认为业绩不实` });
  const list = async (who, project = id) => who.get(`/projects/${project}/objections`);
  const answer = (who, { objection_id }) => who.post(`/objections/${objection_id}/answer`, { text: `${MARK}所述不实`, outcome: 'dismissed' });
  assert.equal(await code(object(stranger)), 'objection.not_bidder');
  assert.deepEqual((await list(stranger)).open_notices.map((n) => [n.notice_id, n.rule, Date.parse(n.until)]), [[notice_id, 'T10', Date.parse(end)]]);
  const raised = await object(firm);
  const [seen] = (await list(supervisor)).items;
  assert.deepEqual([Date.parse(raised.due) - Date.parse(seen.received_at), seen.rule, seen.pauses, seen.late, seen.objector], [3 * DAY * 1000, 'T06', true, false, MARK]);
  assert.match(seen.said.text, new RegExp(MARK));
  const due = async (who) => (await who.get('/calendar')).items.filter((c) => c.what === 'result_objection_answer' && c.project_id === id).map((c) => [c.rule, Date.parse(c.end)]);
  for (const who of [agency, staff, supervisor]) assert.deepEqual(await due(who), [['T06', Date.parse(raised.due)]]);
  assert.deepEqual(await due(rival), []);
  // That there is one, everybody knows; who and what, those of the project, the supervisors and who raised it.
  for (const who of [server.api(), stranger, rival]) {
    const told = await list(who);
    assert.deepEqual(told.items.map((o) => [o.pauses, o.said, o.objector]), [[true, undefined, undefined]]);
    assert.ok(!JSON.stringify(told).includes(MARK));
  }
  for (const who of [agency, staff, firm]) assert.equal((await list(who)).items[0].objector, MARK);

  const result = await agency.post('/notices', { project_id: id, kind: 'ztb_result', title: '中标结果公告', body_md: '正文', fields: noticeFields('ztb_result') });
  await agency.post(`/notices/${result.notice_id}/submit`);
  await second.post(`/notices/${result.notice_id}/approve`);
  const release = () => refused(second.post(`/notices/${result.notice_id}/publish`));
  const early = await release();
  assert.deepEqual([early.code, early.rule], ['objection.publicity_running', 'T10']);
  await advanceTo(staff, end);
  const late = await refused(object(firm));
  assert.deepEqual([late.code, late.rule], ['objection.late', 'T10']);
  // On paper to the last second.
  const record = (received_at, who = agency, to = notice_id) => who.post(`/notices/${to}/objections/recorded`, { objector: `${MARK}二`, text: '业绩不实', received_at });
  const over = await refused(record(end));
  assert.deepEqual([over.code, over.rule, over.problem.field], ['objection.late', 'T10', 'received_at']);
  assert.equal(await code(record(plusSeconds(opens, -3600))), 'objection.time');
  assert.equal(await code(record(plusSeconds(end, -1), rival)), 'auth.denied');
  const written = await record(plusSeconds(end, -1), staff);
  const open = await release();
  assert.deepEqual([open.code, open.rule], ['objection.open', 'T06']);

  assert.equal(await code(answer(rival, raised)), 'auth.denied');
  await answer(agency, raised); // four days: late
  assert.equal(await code(answer(agency, raised)), 'objection.answered');
  assert.equal((await release()).code, 'objection.open', 'the other one waits');
  // What is due meanwhile keeps its time, and comes when the last is answered.
  await second.post(`/notices/${result.notice_id}/schedule`, { publish_at: plusSeconds(await now(), 60) });
  await advanceTo(staff, plusSeconds(await now(), 120));
  const waiting = await staff.get(`/notices/${result.notice_id}`);
  assert.equal(waiting.state, 'approved');
  await answer(staff, written);
  await until('the result', async () => (await staff.get(`/notices/${result.notice_id}`)).state === 'published');
  const bodies = server.sql(`SELECT body FROM event WHERE kind = 'objection.answered' ORDER BY event_id`).map(([b]) => JSON.parse(b));
  assert.deepEqual(bodies.map((b) => [b.rule, b.late, b.outcome]), [['T06', true, 'dismissed'], ['T06', false, 'dismissed']]);
  const { answer: said } = (await list(firm)).items[0];
  assert.equal(crypto.createHash('sha256').update(Buffer.from(said.salt, 'hex')).update(said.text).digest('hex'), bodies[0].reason_digest);

  // Under the purchase law: seven working days, and nothing stands still.
  const gp = await of('gp'), at = await now();
  const told = await publish(agency, staff, { project_id: gp, kind: 'gp_result', title: '结果公告', body_md: '正文', fields: noticeFields('gp_result'), publicity_start: at, publicity_end: workingTime(at, 2) });
  const [{ until: last, rule }] = (await list(agency, gp)).open_notices;
  assert.equal(rule, 'G06');
  await advanceTo(staff, last);
  const challenged = await refused(record(last, agency, told.notice_id));
  assert.deepEqual([challenged.code, challenged.rule], ['objection.late', 'G06']);
  await record(plusSeconds(last, -1), agency, told.notice_id);
  assert.deepEqual((await list(agency, gp)).items.map((o) => [o.rule, o.pauses]), [['G06', false]]);
  assert.deepEqual((await list(agency, gp)).open_notices, []);
  assert.equal(server.sql(`SELECT COUNT(*) FROM objection WHERE told LIKE '%${MARK}%'`)[0][0], '0');
});

test('who complains of what stands in no event, no log and no answer but the supervisors\'', async () => {
  const id = await of('ztb');
  const made = await record(id, { respondent: `${MARK}的对手` });
  await step('withdraw', made, { reason: `${MARK}撤回` });
  assert.match(JSON.stringify(await view(made)), new RegExp(MARK));
  assert.ok(!JSON.stringify(await supervisor.get('/complaints')).includes(MARK));
  for (const who of [staff, agency, host]) {
    assert.equal(await code(who.get('/complaints')), 'auth.denied');
    assert.equal(await code(who.get(`/complaints/${made.complaint_id}`)), 'auth.denied');
    assert.ok(!JSON.stringify(await who.get('/projects')).includes(MARK));
  }
  const [[events]] = server.sql(`SELECT COUNT(*) FROM event WHERE body LIKE '%${MARK}%'`);
  const [[rows]] = server.sql(`SELECT COUNT(*) FROM complaint WHERE told LIKE '%${MARK}%'`);
  assert.deepEqual([Number(events), Number(rows)], [0, 0]);
  assert.ok(!server.logs.join('\n').includes(MARK));
});
