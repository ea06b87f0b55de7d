// SPDX-License-Identifier: GPL-3.0-or-later
// Bid bonds (投标保证金): paid under a reference or covered by a guarantee, read from the bank's file line by line and
// never twice, hidden until the opening, given back by the clock of the law through an order to the bank.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Server, build } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { hold } from '../support/row_lock.mjs';
import { Seal } from '../support/seal.mjs';
import { DAY, advanceTo, announce, noticeFields, plusSeconds, project, publish, scheme, workingTime } from '../support/trade.mjs';

const BANK = '6222-marker-5d1c77';
const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = {};
const pdf = (text) => Buffer.from(`%PDF-1.4\n${text}\n%%EOF\n`);
const quote = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const table = (rows) => Buffer.from(`\ufeff${rows.map((row) => row.map((cell) => quote(String(cell))).join(',')).join('\r\n')}\r\n`);
const send = (what, rows, more = '', who = people.staff) => who.send('POST', `/imports/${what}${more}`, table(rows),
  { 'content-type': 'text/csv; charset=utf-8', 'idempotency-key': crypto.randomUUID() });
const clock = async () => (await people.staff.get('/clock')).legal;
const count = (from) => Number(server.sql(`SELECT COUNT(*) FROM ${from}`)[0][0]);
const PAID = ['bank_serial', 'reference', 'payer', 'payer_account', 'payer_bank', 'amount', 'paid_at'];
const BACK = ['return_no', 'bank_serial', 'amount', 'interest', 'returned_at', 'failure'];

let holders, ztb, gp, bare, plain, deadline;
let serial = 0;
// A line of the bank's statement of now.
const line = (reference, payer, amount, paid_at, account = `${BANK}-${payer}`) => [`S${serial += 1}`, reference, payer, account, '某某银行', amount, paid_at];
const lots = (bond) => project([]).lots.map((lot, i) => (i ? lot : { ...lot, bond, price_form: 'amount', scheme: scheme.services }));
const reference = async (who, lot) => (await who.post(`/lots/${lot}/deposit`)).reference;
const own = (who, lot) => who.get(`/lots/${lot}/deposit`);
const guarantee = (who, lot, more = {}, bytes = pdf('保函')) => who.send('POST', `/lots/${lot}/deposit/guarantee?${new URLSearchParams({
  name: '保函.pdf', form: 'guarantee', issuer: '某某银行', number: 'BH-1', amount: '20000', valid_until: plusSeconds(deadline, 90 * DAY), ...more })}`,
bytes, { 'content-type': 'application/octet-stream' });

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'buyer', 'staff', 'host', 'supervisor'])
    people[role] = await server.account(role, [role]);
  people.second = await server.account('second', ['staff']);
  people.auditor = await server.account('reader', ['auditor']);
  people.other = await server.account('other', ['agency'], { org_name: '他人代理' });
  holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲', '乙', '丙', '丁'].entries())
    firms[name] = await bidder(server, seal, `firm${i}`, { name: `${name}建设（集团）有限公司`, credit_code: creditCode(i) });
  deadline = workingTime(await clock(), 21);
  ztb = await announce(server, people, holders, deadline, { regime: 'ztb', lots: lots('20000') });
  bare = await announce(server, people, holders, deadline, { lots: lots('20000').slice(0, 1) });
  plain = await announce(server, people, holders, deadline, { lots: [lots()[0]].map(({ bond, ...lot }) => lot), bond: '20000' });
  gp = await announce(server, people, holders, deadline, { lots: lots('20000') });
});
test.after(() => server.remove());

test('the bonds of all lots are held against the whole (T16, G03)', async () => {
  for (const [regime, rule] of [['ztb', 'T16'], ['gp', 'G03']]) {
    const two = (bond) => people.agency.post('/projects', project(holders, { regime, lots: project([]).lots.map((lot) => ({ ...lot, bond })) }));
    const problem = await refused(two('30000.01'));
    assert.deepEqual([problem.code, problem.rule, problem.problem.field], ['project.bond_too_high', rule, 'lots.bond']);
    await two('30000');
  }
  assert.equal((await refused(people.agency.post('/projects', project(holders, { lots: [{ ...project([]).lots[0], bond_forms: ['cash'] }] })))).problem.field, 'bond_forms');
  const { lots: [lot] } = await people.staff.get(`/projects/${ztb.tender.project_id}`);
  assert.equal(lot.bond, '20000');
});

test('a reference is the bidder\'s own, and always the same', async () => {
  const before = await own(firms.甲, ztb.lots[0]);
  assert.deepEqual([before.asked, before.amount, before.there, before.reference], [true, '20000', false, undefined]);
  const first = await firms.甲.post(`/lots/${ztb.lots[0]}/deposit`);
  assert.match(first.reference, /^\d{16}$/);
  assert.deepEqual(first.events.map((e) => e.kind), ['deposit.opened']);
  const again = await firms.甲.post(`/lots/${ztb.lots[0]}/deposit`);
  assert.deepEqual([again.reference, again.events], [first.reference, undefined]);
  assert.equal((await own(firms.甲, plain.lots[0])).asked, false, 'the word of a project alone is of money that goes elsewhere');
  assert.notEqual(await reference(firms.乙, ztb.lots[0]), first.reference);
  assert.equal((await refused(firms.甲.post(`/lots/${ztb.lots[1]}/deposit`))).code, 'deposit.not_asked');
  assert.equal((await own(firms.甲, ztb.lots[1])).asked, false);
});

test('the bank\'s file: rehearsed, taken over line by line, never twice', async () => {
  const lot = ztb.lots[0];
  const [a, b, c] = await Promise.all(['甲', '乙', '丙'].map((name) => reference(firms[name], lot)));
  const now = await clock();
  const rows = [
    PAID,
    line(a, '甲建设(集团)有限公司', '20000.00', now), // the bank's narrow brackets
    line(a, firms.甲.name, '20000', now),
    line(b, firms.乙.name, '19999.99', now),
    line(c, '别的有限公司', '20000', now),
    line('0000000000000000', firms.丁.name, '5', now),
  ];
  const outcomes = (report) => report.rows.map((r) => r.outcome);
  const seen = await send('payments', rows, '?rehearse=true');
  const sealed = [...Array(4).fill('taken'), 'unknown'];
  assert.deepEqual([seen.rehearsed, seen.refused, outcomes(seen)], [true, 0, sealed], 'who stands behind a reference is not to be guessed');
  assert.equal(count('deposit_payment'), 0, 'nothing was written');
  assert.deepEqual(seen.events.map((e) => e.kind), ['import.rehearsed'], 'but that somebody tried');
  const done = await send('payments', rows);
  assert.deepEqual(outcomes(done), sealed);
  for (const report of [seen, done]) assert.ok(report.rows.every((r) => r.code === undefined), 'nor the lot');
  assert.equal(count('deposit_payment'), 5);
  assert.deepEqual(done.events.map((e) => e.kind), [...Array(4).fill('deposit.taken'), 'deposit.set_aside', 'import.done']);
  assert.equal(new Set(done.events.map((e) => e.subject)).size, 6, 'nor which lines are of one bidder');
  const [[told]] = server.sql(`SELECT body FROM event WHERE event_id = '${done.events[2].event_id}'`);
  assert.deepEqual(Object.keys(JSON.parse(told)).sort(), ['amount', 'paid_at', 'record_sha256']);
  const again = await send('payments', rows);
  assert.deepEqual([outcomes(again), count('deposit_payment')], [Array(5).fill('known'), 5]);
  assert.deepEqual(again.events.map((e) => e.kind), ['import.done'], 'no line left an event again');

  for (const [column, other] of [[2, firms.乙.name], [3, 'another'], [4, '别的银行']])
    assert.equal((await send('payments', [PAID, rows[1].map((cell, i) => (i === column ? other : cell))], '?rehearse=true')).rows[0].refused, 'deposit.serial_used');
  const reused = await refused(send('payments', [PAID, [rows[1][0], ...rows[2].slice(1, 5), '1', now]]));
  assert.deepEqual([reused.code, reused.problem.field], ['import.refused', 'bank_serial']);
  const future = await refused(send('payments', [PAID, line(b, firms.乙.name, '20000', now), line(b, firms.乙.name, '20000', plusSeconds(now, 3600))]));
  assert.deepEqual([future.problem.field, count('deposit_payment')], ['paid_at', 5], 'all rows or none');
  assert.equal((await refused(send('payments', rows, '', people.agency))).code, 'auth.denied');

  assert.deepEqual((await own(firms.甲, lot)).payments.map((p) => [p.state, p.flaw]), [['held', undefined], ['aside', 'twice']]);
  assert.deepEqual((await own(firms.乙, lot)).payments.map((p) => [p.state, p.flaw, p.amount]), [['aside', 'amount', '19999.99']]);
  assert.deepEqual([(await own(firms.甲, lot)).there, (await own(firms.乙, lot)).there], [true, false]);
  assert.deepEqual((await own(firms.丁, lot)).payments, []);
});

test('a guarantee: form, amount and validity on both sides of each line', async () => {
  const lot = ztb.lots[0];
  const code = async (more, bytes) => (await refused(guarantee(firms.乙, lot, more, bytes))).code;
  assert.equal(await code({ form: 'transfer' }), 'deposit.form');
  assert.equal(await code({ amount: '19999.99' }), 'deposit.guarantee_low');
  assert.equal(await code({ valid_until: deadline }), 'deposit.guarantee_short');
  assert.equal(await code({}, Buffer.from('a text')), 'deposit.guarantee_file');
  const first = await guarantee(firms.乙, lot, { valid_until: plusSeconds(deadline, 1) });
  for (let n = 3; n <= 10; n += 1) await guarantee(firms.乙, lot);
  const { guarantee_id } = await guarantee(firms.乙, lot, { number: 'BH-2' }, pdf('保函二'));
  const mine = await own(firms.乙, lot);
  assert.deepEqual([mine.there, mine.guarantee.number, mine.guarantee.guarantee_id], [true, 'BH-2', guarantee_id]);
  assert.equal(await code({}), 'deposit.guarantee_many');
  const read = (who, id) => who.raw('GET', `/api/v1/deposits/guarantees/${id}`, { headers: who.authorization() });
  assert.deepEqual((await read(firms.乙, guarantee_id)).body, pdf('保函二'));
  for (const who of [firms.甲, people.staff, people.agency])
    for (const id of [guarantee_id, first.guarantee_id]) assert.equal((await read(who, id)).status, 404);
});

test('before the opening nobody learns who pays, and the database holds no payer in clear', async () => {
  const lot = ztb.lots[0];
  const names = Object.values(firms).flatMap((f) => [f.name, f.accountId, f.login]);
  const hidden = (what, text) => { for (const name of [...names, BANK]) assert.ok(!text.includes(name), `${what} tells ${name}`); };
  const list = await people.staff.get(`/lots/${lot}/deposits`);
  assert.deepEqual(list.items, [], 'not even how many there are');
  hidden('the centre\'s list', JSON.stringify(list));
  assert.deepEqual(list.guarantees, []);
  const watched = await people.supervisor.get(`/lots/${lot}/deposits`);
  assert.deepEqual([watched.items, watched.guarantees], [[], []]);
  hidden('the orders', JSON.stringify(await people.staff.get('/deposits/orders')));
  hidden('the opening', JSON.stringify(await server.api().get(`/lots/${lot}/opening`)));
  hidden('the calendar', JSON.stringify(await people.agency.get('/calendar')));
  assert.equal((await people.auditor.get('/audit/events?limit=200')).items.filter((e) => e.kind?.startsWith('deposit.')).length, 0);
  for (const who of ['agency', 'buyer']) assert.equal((await refused(people[who].get(`/lots/${lot}/deposits`))).code, 'auth.denied');
  for (const from of ['deposit_payment', 'deposit_guarantee', 'deposit']) {
    const rows = JSON.stringify(server.sql(`SELECT * FROM ${from}`));
    assert.ok(!rows.includes(BANK) && !rows.includes('集团'), `${from} in clear`);
  }
  for (const file of fs.readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile?.() && f.name.endsWith('.log')))
    hidden(file.name, fs.readFileSync(path.join(file.path ?? server.dataDir, file.name), 'utf8'));
});

test('a withdrawn bidder has its money back before the opening, from the withdrawal on (T19)', async () => {
  const lot = ztb.lots[0];
  assert.equal((await refused(firms.乙.post(`/lots/${lot}/deposit/ask-back`))).code, 'deposit.not_held');
  await send('payments', [PAID, line(await reference(firms.丁, lot), firms.丁.name, '20000', await clock())]);
  const sealed = await sealBid(firms.丁, { tender: ztb.tender, lotId: lot, price: '1000', documents: [seal.write('丁.txt', '丁')] });
  const bid = await submitBid(firms.丁, lot, sealed);
  assert.equal((await refused(firms.丁.post(`/lots/${lot}/deposit/ask-back`))).code, 'deposit.bound');
  assert.equal((await own(firms.丁, lot)).payments[0].due, undefined);
  await firms.丁.post(`/bids/${bid.bid_id}/withdraw`);
  const [[withdrawn]] = server.sql(`SELECT legal_at FROM event WHERE kind = 'bid.withdrawn' AND subject = 'bid:${bid.bid_id}'`);
  const due = Date.parse(`${withdrawn.replace(' ', 'T').slice(0, 23)}Z`) + 5 * DAY * 1000;
  const clocks = async (who) => (await who.get('/calendar')).items.filter((c) => c.what === 'deposit_return').length;
  const check = async (state) => {
    const [payment] = (await own(firms.丁, lot)).payments;
    assert.deepEqual([payment.state, payment.rule, Math.abs(Date.parse(payment.due) - due) < 1000], [state, 'T19', true]);
    assert.deepEqual([await clocks(people.staff), await clocks(people.agency), await clocks(people.supervisor)], [1, 0, 0]);
  };
  await check('held');
  const asked = await firms.丁.post(`/lots/${lot}/deposit/ask-back`);
  assert.deepEqual(asked.events.map((e) => e.kind), ['deposit.asked_back']);
  await check('back');
});

const order = () => people.staff.post('/deposits/orders');
async function fileOf({ order_id }) {
  const { body } = await people.staff.raw('GET', `/api/v1/deposits/orders/${order_id}`, { headers: people.staff.authorization() });
  const [head, ...rows] = body.toString('utf8').replace('\ufeff', '').trim().split('\r\n').map((l) => l.split(','));
  return { bytes: body, rows: rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]]))) };
}

test('an order to the bank has what may go back, once, and names nobody whose bid is sealed', async () => {
  const given = await order();
  assert.deepEqual([given.lines, given.events.map((e) => e.kind)], [2, ['deposit.ordered']]);
  const { rows, bytes } = await fileOf(given);
  assert.deepEqual(rows.map((r) => r.amount).sort(), ['20000', '5'], 'what was put aside under a reference waits for the opening');
  const back = rows.find((r) => r.amount === '20000');
  assert.deepEqual([back.payee, back.payee_account, back.payee_bank, back.due.slice(0, 4)], [firms.丁.name, `${BANK}-${firms.丁.name}`, '某某银行', (await clock()).slice(0, 4)]);
  assert.deepEqual((await fileOf(given)).bytes, bytes, 'always the same file');
  assert.equal(count(`event WHERE kind = 'deposit.order_read' AND subject = 'order:${given.order_id}'`), 2, 'who took it is on the record');
  assert.equal((await refused(order())).code, 'deposit.nothing_to_return');

  const now = await clock();
  const code = async (row) => (await send('returns', [BACK, row], '?rehearse=true')).rows[0];
  const unsaid = await code([back.return_no, 'R1', '20000', '', now, '']);
  assert.deepEqual([unsaid.refused, unsaid.rule], ['deposit.interest_missing', undefined], 'T15 speaks of contracts');
  assert.equal((await code([back.return_no, 'R1', '19999', '0', now, ''])).refused, 'deposit.return_amount');
  assert.equal((await code([back.return_no, '', '20000', '0', now, ''])).refused, 'input.missing');
  assert.equal((await code(['01hzzzzzzzzzzzzzzzzzzzzzzz', 'R1', '5', '0', now, ''])).refused, 'deposit.return_unknown');
  const [other] = rows.filter((r) => r !== back);
  const done = await send('returns', [BACK, [back.return_no, 'R1', '20000', '3.21', now, ''], [other.return_no, '', other.amount, '', now, '账号已销户']]);
  assert.deepEqual(done.rows.map((r) => r.outcome), ['returned', 'failed']);
  assert.equal((await code([back.return_no, 'R1', '20000', '3.21', now, ''])).outcome, 'known');
  // Once more, under another number of the bank: money to be asked for, not a mistake of the file.
  assert.equal((await code([back.return_no, '', '20000', '3.21', now, ''])).refused, 'input.missing');
  assert.equal((await code([back.return_no, 'R9', '20000', '3.21', plusSeconds(now, 3600), ''])).refused, 'input.invalid');
  const more = await send('returns', [BACK, [back.return_no, 'R9', '20000', '3.21', now, '']]);
  assert.deepEqual([more.rows[0].outcome, more.events.map((e) => e.kind)], ['returned_twice', ['deposit.returned_twice', 'import.done']]);
  assert.equal((await send('returns', [BACK, [back.return_no, 'R9', '20000', '3.21', now, '']])).rows[0].outcome, 'known');
  assert.equal((await code([back.return_no, 'R9', '20000', '3.21', plusSeconds(now, -60), ''])).refused, 'deposit.serial_used');
  const [payment] = (await own(firms.丁, ztb.lots[0])).payments;
  assert.deepEqual([payment.state, payment.interest, payment.overdue], ['returned', '3.21', false]);
  for (const changed of [[back.return_no, 'R1', '20000', '3.22', now, ''], [back.return_no, 'R1', '20000', '3.21', plusSeconds(now, -60), ''],
    [back.return_no, 'R1', '20001', '3.21', now, '']]) assert.match((await code(changed)).refused, /^deposit\.return_/);
  const next = await order();
  assert.deepEqual([next.lines, (await fileOf(next)).rows[0].paid_serial], [1, other.paid_serial]);
  // What failed was carried out after all: the later line is no more, and can be confirmed no more.
  const [later] = (await fileOf(next)).rows;
  assert.equal((await code([other.return_no, 'R1', '5', '', now, ''])).refused, 'deposit.serial_used');
  assert.equal((await send('returns', [BACK, [other.return_no, 'R2', '5', '', now, '']])).rows[0].outcome, 'returned');
  assert.equal((await code([later.return_no, 'R9', '5', '', now, ''])).refused, 'deposit.serial_used');
  assert.equal((await code([later.return_no, 'R1', '5', '', now, ''])).refused, 'deposit.serial_used');
  assert.equal((await send('returns', [BACK, [later.return_no, 'R3', '5', '', now, '']])).rows[0].outcome, 'returned_twice', 'both lines were carried out');
  assert.equal((await refused(order())).code, 'deposit.nothing_to_return');
  const { items, nobodys } = await people.staff.get('/deposits/orders');
  assert.deepEqual(items.map((o) => [o.lines, o.open]), [[1, 0], [2, 0]]);
  assert.deepEqual(nobodys.map((p) => [p.state, p.returned_twice]), [['returned', 1]]);
});

// Bids of 甲, 乙 and 丙 for the first lot, opened.
async function opened({ tender, lots: [lot] }) {
  const bids = [];
  for (const name of ['甲', '乙', '丙']) {
    const terms = { duration: '90 日历天', delivery_time: '2027-03-01', manager: '张建', manager_certificates: '鲁1372020' };
    const sealed = await sealBid(firms[name], { tender, lotId: lot, price: '1200000', documents: [seal.write(`${name}.txt`, name)], more: { terms } });
    bids.push([firms[name], await submitBid(firms[name], lot, sealed)]);
  }
  return bids;
}

test('the opening tells whose bond is there, how and when; one account of two is a sign (E10)', async () => {
  const [lot, other] = [ztb.lots[0], gp.lots[0]];
  const now = await clock();
  await send('payments', [PAID, ...await Promise.all(['甲', '乙', '丙'].map(async (name) => line(await reference(firms[name], other), firms[name].name, '20000', now,
    name === '丙' ? `${BANK}-丙` : `${BANK}-shared`)))]);
  const bids = [...await opened(ztb), ...await opened(gp), ...await opened(bare)];
  await advanceTo(people.staff, deadline);
  assert.equal((await refused(guarantee(firms.丙, lot))).code, 'deposit.late');
  assert.equal((await refused(firms.丙.post(`/lots/${lot}/deposit`))).code, 'deposit.late');
  const late = await send('payments', [PAID, line((await own(firms.丙, lot)).reference, firms.丙.name, '20000', deadline)]);
  assert.equal(late.rows[0].outcome, 'taken', 'the bids are sealed still');
  assert.equal((await own(firms.丙, lot)).payments.at(-1).flaw, 'late', 'the deadline itself is too late');
  for (const l of [lot, other, bare.lots[0]]) await people.host.post(`/lots/${l}/close`);
  for (const [who, bid] of bids) await releaseBid(who, bid);
  const bonds = async () => (await people.auditor.get('/audit/events?limit=200')).items.filter((e) => e.kind?.startsWith('deposit.') && /^(deposit|payment):/.test(e.subject));
  assert.equal((await refused(order())).code, 'deposit.nothing_to_return');
  for (const l of [lot, other, bare.lots[0]]) await people.host.post(`/lots/${l}/finish-opening`);
  const read = await bonds();
  assert.ok(read.some((e) => e.kind === 'deposit.taken') && read.some((e) => e.kind === 'deposit.opened'), 'with the bid its bond shows');
  assert.ok(!read.some((e) => e.actor === firms.丁.accountId), 'a withdrawn one never does');
  const shown = async (l) => Object.fromEntries((await server.api().get(`/lots/${l}/opening`)).bids.map((b) => [b.bidder_name[0], [b.bond.there, b.bond.form, b.bond.registered]]));
  assert.deepEqual(await shown(lot), { 甲: [true, 'transfer', true], 乙: [true, 'guarantee', true], 丙: [false, undefined, true] });
  assert.deepEqual((await shown(bare.lots[0])).甲, [false, undefined, false], 'without lines of the bank nobody can say that it is missing');
  const { items, guarantees } = await people.supervisor.get(`/lots/${other}/deposits`);
  assert.deepEqual(items.map((p) => [p.bidder_name[0], !!p.same_account]).sort(), [['丙', false], ['乙', true], ['甲', true]]);
  assert.deepEqual(guarantees, []);
  const [{ guarantee_id }] = (await people.staff.get(`/lots/${lot}/deposits`)).guarantees;
  const paper = (who) => who.raw('GET', `/api/v1/deposits/guarantees/${guarantee_id}`, { headers: who.authorization() });
  assert.deepEqual([(await paper(people.agency)).body, (await paper(people.other)).status], [pdf('保函二'), 403]);
});

test('the return counts from the contract (T15), for losers of a purchase from the award letter (G11)', async () => {
  const [lot, other] = [ztb.lots[0], gp.lots[0]];
  const early = await clock();
  const settle = (l, more, who = people.agency) => who.post(`/lots/${l}/settlement`, { bid_no: 1, awarded_at: early, ...more });
  assert.equal((await refused(settle(lot))).code, 'lot.state');
  const rows = [[1, 1], [2, 2], [3, 0]].map(([bid_no, rank]) => ({ bid_no, rank, ...(rank ? {} : { rejected: '否决' }) }));
  server.sql(`UPDATE lot SET state = 'ranked', result = '${JSON.stringify({ rows })}' WHERE lot_id IN ('${lot}', '${other}')`);
  assert.equal((await refused(settle(lot, {}, people.other))).code, 'auth.denied');
  assert.equal((await refused(settle(lot))).code, 'deposit.result_untold');
  // Table 507 tells the platform of each opened bid whether, how and when; what nobody can say stays empty.
  const paid = [];
  const shown = async ({ lots: [id] }) => new Map((await server.api().get(`/lots/${id}/opening`)).bids.map((b) => [b.bidder_name, b.bond]));
  const norm = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().replace(/\D/g, '').slice(0, 14);
  for (const [of, kind] of [[ztb, 'ztb_result'], [gp, 'gp_result'], [bare, 'gp_result'], [ztb, 'ztb_candidates']]) {
    const { notice_id } = await publish(people.agency, people.staff, { project_id: of.tender.project_id, kind, title: '中标结果公告', body_md: '结果。', fields: noticeFields(kind),
      ...(kind !== 'ztb_result' && { publicity_start: await clock(), publicity_end: workingTime(await clock(), 5) }) });
    const bonds = await shown(of), { records } = await people.staff.get(`/notices/${notice_id}/exchange`);
    const told = records.filter((r) => r.table === '507').map((r) => r.fields);
    assert.equal(told.length, kind === 'ztb_result' ? 0 : 3, 'with the first notice behind the evaluation');
    for (const f of told) {
      const bond = bonds.get(f.bidder);
      assert.deepEqual([f.duration, f.delivery_time, f.manager, f.manager_certificates], ['90 日历天', '20270301000000', '张建', '鲁1372020']);
      assert.deepEqual([f.bond_paid, f.bond_form, f.bond_time],
        bond.there ? ['1', { transfer: '转账', guarantee: '银行保函' }[bond.form], norm(bond.at)] : [bond.registered ? '0' : undefined, undefined, undefined]);
    }
    paid.push(...told.map((f) => f.bond_paid));
  }
  assert.deepEqual(paid, ['1', '1', '1', undefined, undefined, undefined, '1', '1', '0']);
  const now = plusSeconds(await clock(), 1);
  await advanceTo(people.staff, plusSeconds(now, 60));
  assert.equal((await refused(settle(lot))).problem.field, 'awarded_at', 'not before the notice');
  for (const bid_no of [3, 9]) assert.equal((await refused(settle(lot, { awarded_at: now, bid_no }))).code, 'deposit.unranked');
  assert.equal((await refused(settle(lot, { awarded_at: plusSeconds(now, DAY) }))).problem.field, 'awarded_at');
  assert.equal((await refused(settle(lot, { awarded_at: now, contracted_at: plusSeconds(now, -60) }))).problem.field, 'contracted_at');
  // What stood still for a complaint was neither awarded nor contracted then.
  const supervised = (what, version, body) => people.supervisor.post(`/complaints/${made.complaint_id}/${what}`, body, { 'if-match': `"${version}"` });
  const made = await people.supervisor.post('/complaints', { project_id: gp.tender.project_id, matter: 'other', complainant: '某某公司', text: '不服', known_at: plusSeconds(now, -DAY), objected_at: plusSeconds(now, -DAY), received_at: now });
  await supervised('accept', 1, {});
  await supervised('suspend', 2, { until: plusSeconds(now, 20 * DAY), reason: '查处期间' });
  const during = await clock();
  for (const [field, more] of [['awarded_at', { awarded_at: during }], ['contracted_at', { awarded_at: now, contracted_at: during }]]) {
    const stopped = await refused(settle(other, more));
    assert.deepEqual([stopped.code, stopped.rule, stopped.problem.field], ['complaint.suspended', 'G06', field]);
  }
  await supervised('resume', 3, { reason: '已查清' });
  assert.equal((await refused(settle(other, { awarded_at: during }))).code, 'complaint.suspended', 'after it is over, too');
  await settle(lot, { awarded_at: now, bid_no: 2 });
  assert.equal((await refused(settle(lot, { awarded_at: now }))).problem.field, 'reason');
  await settle(lot, { awarded_at: now, reason: '登记有误' });
  await settle(other, { awarded_at: now });
  // The figures of the year tell what was awarded, and beside which ceiling.
  const { awards } = await people.supervisor.get('/statistics');
  const [[bids]] = server.sql(`SELECT SUM(price) FROM bid WHERE bid_no = 1 AND lot_id IN ('${lot}', '${other}')`);
  assert.deepEqual(awards.map((a) => [a.group, a.part, a.n, Number(a.amount), a.limit, Number(a.within)]),
    [['services', new Date(Date.parse(now) + 8 * 3600000).toISOString().slice(0, 7), 2, Number(bids), '3000000', Number(bids)]]);
  const dues = async (l) => Object.fromEntries((await people.staff.get(`/lots/${l}/deposits`)).items.filter((p) => p.state === 'held').map((p) => [p.bid_no, p.rule]));
  assert.deepEqual(await dues(lot), { 1: undefined }, 'nothing runs before the contract');
  assert.deepEqual(await dues(other), { 1: undefined, 2: 'G11', 3: 'G11' });
  await settle(lot, { awarded_at: now, contracted_at: now });
  assert.deepEqual(await dues(lot), { 1: 'T15' });
  const clocks = (await people.agency.get('/calendar')).items.filter((c) => c.what === 'deposit_return');
  assert.deepEqual(clocks.map((c) => c.rule).sort(), ['G11', 'T15']);

  // A bond that is kept goes nowhere; it takes a bid, a ground and two persons.
  const listed = async () => (await people.staff.get(`/lots/${other}/deposits`)).items.find((p) => p.bid_no === 3);
  const held = await listed();
  const keep = (what = '', body = { ground: 'revoked', reason: '投标截止后撤销投标文件' }, who = people.staff) => who.post(`/deposits/payments/${held.payment_id}/keep${what}`, body);
  const agree = (who) => who.post(`/deposits/payments/${held.payment_id}/keep/confirm`), release = () => keep('/release', { reason: '已查明' });
  for (const what of [() => agree(people.second), release]) assert.equal((await refused(what())).code, 'deposit.not_proposed');
  assert.equal((await refused(keep('', { ground: 'late', reason: '其他' }))).problem.field, 'ground');
  assert.equal((await refused(keep('', undefined, people.supervisor))).code, 'auth.denied');
  server.sql(`UPDATE bid SET state = 'withdrawn' WHERE lot_id = '${other}' AND bid_no = 3`);
  assert.equal((await refused(keep())).code, 'deposit.no_bid');
  server.sql(`UPDATE bid SET state = 'opened' WHERE lot_id = '${other}' AND bid_no = 3`);
  assert.deepEqual((await keep()).events.map((e) => e.kind), ['deposit.keep_proposed']);
  assert.equal((await refused(agree(people.staff))).code, 'deposit.same_person');
  const waiting = await listed();
  assert.deepEqual([waiting.state, waiting.ground, waiting.rule, waiting.mine], ['keeping', 'revoked', 'G11', true], 'its clock runs on');
  assert.deepEqual((await agree(people.second)).events.map((e) => e.kind), ['deposit.kept']);
  assert.equal((await refused(agree(people.second))).code, 'deposit.not_proposed');
  assert.deepEqual((await release()).events.map((e) => e.kind), ['deposit.keep_released']);
  const free = await listed();
  assert.deepEqual([free.state, free.ground, free.reason, free.rule], ['held', undefined, undefined, 'G11']);
  await keep();
  await agree(people.second);
  assert.deepEqual([(await listed()).state, (await listed()).due], ['kept', undefined]);

  // Two orders of one moment, on two nodes: the later one is told so, and a new one has what is left.
  const [[crossed]] = server.sql(`SELECT p.payment_id FROM deposit_payment p JOIN deposit d USING (deposit_id) WHERE d.lot_id = '${lot}' AND p.state = 'held'`);
  const elsewhere = await hold(server, `INSERT INTO deposit_return (return_id, order_id, payment_id, ordered_at) VALUES ('${'0'.repeat(26)}', '${'0'.repeat(26)}', '${crossed}', NOW(6))`, 'deposit_return');
  const late = refused(order());
  await elsewhere.waits();
  elsewhere.commit();
  assert.equal((await late).code, 'deposit.order_crossed');
  server.sql(`DELETE FROM deposit_return WHERE return_id = '${'0'.repeat(26)}'`);
  const given = await order();
  const seen = await people.supervisor.get(`/lots/${ztb.lots[0]}/deposits`);
  assert.deepEqual(seen.items.filter((p) => p.returned_twice).map((p) => [p.state, p.returned_twice]), [['returned', 1]], 'the supervisor is told');
  assert.equal((await refused(settle(lot, { awarded_at: now, bid_no: 2, contracted_at: now, reason: '登记有误' }))).code, 'deposit.settled');
  const { rows: lines } = await fileOf(given);
  assert.deepEqual(lines.map((r) => r.payee[0]).sort(), ['丙', '乙', '乙', '别', '甲', '甲'], 'with what was put aside before the opening');
  const mine = lines.find((r) => r.payee.startsWith('甲') && r.due);
  const due = (await own(firms.甲, lot)).payments[0].due;
  assert.equal(Date.parse(due), Date.parse(now) + 5 * DAY * 1000);
  await advanceTo(people.staff, plusSeconds(due, 2));
  const at = async (returned_at) => (await send('returns', [BACK, [mine.return_no, 'R100', '20000', '0', returned_at, '']], '?rehearse=true')).rows[0].outcome;
  assert.deepEqual([await at(due), await at(plusSeconds(due, 1))], ['returned', 'returned_late']);
});
