// SPDX-License-Identifier: GPL-3.0-or-later
// A consortium (联合体): sealed with the bid that it makes, told at the opening, and looked for in the other bids of the lot.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Server, build } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, checkReceipt, creditCode, followBid, keyHolders, releaseBid, sealBid, submitBid, verifyBid } from '../support/bids.mjs';
import { exportSession, verifySession } from '../support/client.mjs';
import { forgeBid } from '../support/forged_log.mjs';
import { Seat } from '../support/room.mjs';
import { Seal } from '../support/seal.mjs';
import { advanceTo, announce, project, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = {};
const MEMBER = '戊-marker-9c2e 设计有限公司';
let tender, lot, deadline, hall, alone, small, followed;

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host', 'supervisor']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲', '乙', '丙', '丁'].entries())
    firms[name] = await bidder(server, seal, `firm${i}`, { name: `${name}建设有限公司`, credit_code: creditCode(i) });
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  ({ tender, lots: [lot] } = await announce(server, people, holders, deadline));
  alone = await announce(server, people, holders, deadline, { joint: false });
  small = await announce(server, people, holders, deadline, { joint: true, joint_members: 2 });
  for (const joint of [{ joint_members: 2 }, { joint: false, joint_members: 2 }])
    assert.equal((await refused(people.agency.post('/projects', project(holders, joint)))).problem.field, 'joint_members');
});
test.after(() => server.remove());

const member = (name, n) => ({ name, credit_code: creditCode(n) });

test('who leads and who follows is sealed, published with the opened bid, and nobody stands behind two unseen', async () => {
  const consortia = {
    甲: { members: [member(MEMBER, 9), member('乙建设有限公司', 1)], agreement: '甲-协议.txt' },
    丙: { members: [member('己公司', 8)], agreement: 'not among the documents' },
    丁: { members: [member('丁建设有限公司', 3)], agreement: '丁-协议.txt' }, // its own leader
  };
  const terms = {
    甲: { duration: '90 日历天', delivery_time: '2027-03-01', manager: '张建', manager_certificates: '鲁1372020', else: '不唱' },
    乙: { duration: ['90'], delivery_time: '2027-02-30', manager: 'x'.repeat(201) },
  };
  const { else: _, ...told } = terms.甲;
  const bids = [];
  for (const name of ['甲', '乙', '丙', '丁']) {
    const documents = [seal.write(`${name}-商务.txt`, name), seal.write(`${name}-协议.txt`, '共同投标协议')];
    const more = { ...(consortia[name] ? { consortium: consortia[name] } : {}), ...(terms[name] ? { terms: terms[name] } : {}) };
    bids.push([firms[name], await submitBid(firms[name], lot, await sealBid(firms[name], { tender, lotId: lot, price: '1200000', documents, more }))]);
  }
  [followed] = bids;
  hall = (await people.host.post(`/lots/${lot}/hall`)).session_id;
  // Where the tender takes none, or none so large.
  const two = [member('己公司', 8), member('庚公司', 7)];
  const others = [['甲', alone, two.slice(1)], ['乙', alone, []], ['丙', alone, []], ['甲', small, two], ['乙', small, two.slice(1)], ['丙', small, []]];
  for (const other of others) {
    const [name, { tender: of, lots: [lotId] }, members] = other;
    const documents = [seal.write(`${name}-商务.txt`, name), seal.write(`${name}-协议.txt`, '共同投标协议')];
    const more = members.length ? { consortium: { members, agreement: `${name}-协议.txt` } } : {};
    other.bid = await submitBid(firms[name], lotId, await sealBid(firms[name], { tender: of, lotId, price: '1200000', documents, more }));
  }
  await advanceTo(people.staff, deadline);
  for (const { lots: [id] } of [alone, small]) await people.host.post(`/lots/${id}/close`);
  for (const { bid, ...other } of others) {
    const wanted = { [`${alone.lots[0]}甲`]: 'bid.consortium_barred', [`${small.lots[0]}甲`]: 'bid.consortium_large' }[other[1].lots[0] + other[0]];
    if (!wanted) {
      assert.equal((await releaseBid(firms[other[0]], bid)).state, 'opened', other[0]);
      continue;
    }
    const { code, problem } = await refused(releaseBid(firms[other[0]], bid));
    assert.deepEqual([code, problem.field, problem.detail], ['bid.content_bad', 'consortium', wanted]);
  }
  for (const [of, joint, most] of [[{ tender }, undefined, undefined], [alone, false, undefined], [small, true, 2]])
    for (const page of ['tender', 'documents']) {
      const said = await server.api().get(`/projects/${of.tender.project_id}/${page}`);
      assert.deepEqual([said.joint, said.joint_members], [joint, most]);
    }
  await people.host.post(`/lots/${lot}/close`);
  const all = JSON.stringify(server.sql('SELECT * FROM bid')) + JSON.stringify(server.sql('SELECT * FROM event'));
  assert.ok(!all.includes('marker-9c2e'), 'a member is known before its bid is open');
  for (const [who, bid] of bids.slice(0, 2)) assert.equal((await releaseBid(who, bid)).state, 'opened');
  for (const [who, bid] of bids.slice(2)) assert.equal((await refused(releaseBid(who, bid))).code, 'bid.content_bad');
  await people.host.post(`/lots/${lot}/finish-opening`);

  const opening = await server.api().get(`/lots/${lot}/opening`);
  const row = (name) => opening.bids.find((b) => b.bidder_name === firms[name].name);
  assert.deepEqual(row('甲').consortium, consortia.甲);
  assert.deepEqual([row('甲').also_in, row('乙').also_in], [[row('乙').no], [row('甲').no]]);
  assert.equal(row('乙').consortium, undefined);
  const { items } = await server.api().get('/feed?limit=200');
  const here = new Set(opening.bids.map((b) => `bid:${b.bid_id}`));
  assert.deepEqual(items.filter((e) => e.kind === 'bid.opened' && here.has(e.subject) && e.body.consortium).map((e) => e.body.consortium.members[0].name), [MEMBER]);
  assert.deepEqual(items.filter((e) => e.kind === 'bid.undecrypted' && here.has(e.subject)).map((e) => e.body.reason), ['bid.consortium', 'bid.consortium']);

  assert.deepEqual([row('甲').terms, row('乙').terms], [told, undefined]);
  const [opened] = items.filter((e) => e.kind === 'bid.opened' && here.has(e.subject) && e.body.terms);
  assert.deepEqual([opened.body.bidder_name, opened.body.terms], [firms.甲.name, { duration: '90 日历天', delivery_time: '2027-03-01' }]);

  people.witness = await server.account('witness1', ['witness'], { name: '见证员一' });
  const witness = new Seat(server, hall, people.witness);
  await witness.join();
  witness.socket.send({ type: 'leave' });
  await people.host.post(`/lots/${lot}/opening-record`, { place: '第三开标室', witnesses: '公证员王某' });
  const { body } = await server.api().raw('GET', `/api/v1/lots/${lot}/opening-record.pdf`);
  const text = spawnSync('pdftotext', ['-raw', '-', '-'], { input: body, encoding: 'utf8' }).stdout.replaceAll(/\s/g, '');
  for (const words of ['甲建设有限公司（联合体：戊-', '开标地点第三开标室', `主持人${people.host.name.replaceAll(' ', '')}`, '见证人见证员一、公证员王某',
    '工期：90日历天；交货时间：', '2027-03-01；项目经理：张建'])
    assert.ok(text.includes(words), `${words} ${text}`);
});

test('a record that leaves out a term of a bid, or tells another, is named, whoever signed it', async (t) => {
  const [who, bid] = followed;
  const logKey = seal.write('log.key', (await server.api().raw('GET', '/ledger/key')).body);
  await checkReceipt(who, bid, logKey);
  const good = await followBid(server, who, bid);
  const whole = verifyBid(good, logKey);
  assert.equal(whole.code, 0, whole.out);
  const text = (value) => JSON.stringify(value);
  const forgeries = {
    'nothing altered': [null, (leaf) => leaf],
    'a term left out': [/FAULT record\.json event \d+ \(bid\.opened, bid:ID\): leaves out the duration that the bid of 甲建设有限公司 offers/, (leaf) => leaf.replace(`,"duration":${text('90 日历天')}`, '')],
    'all left out': [/\(bid\.opened, bid:ID\): leaves out the delivery_time /, (leaf) => leaf.replace(/,"terms":\{[^}]*\}/, '')],
    'another one': [/\(bid\.opened, bid:ID\): tells another delivery_time than the bid of 甲建设有限公司 offers/, (leaf) => leaf.replace('2027-03-01', '2027-02-01')],
    'one too many': [/\(bid\.opened, bid:ID\): tells another warranty than /, (leaf) => leaf.replace(/("terms":\{[^}]*)\}/, '$1,"warranty":"5"}')],
  };
  for (const [name, [says, change]] of Object.entries(forgeries))
    await t.test(name, () => {
      const dir = `${good}.forged`;
      fs.rmSync(dir, { recursive: true, force: true });
      fs.cpSync(good, dir, { recursive: true });
      const mine = `bid:${bid.bid_id}`;
      const key = forgeBid(dir, ({ kind, subject }, leaf) => (kind === 'bid.opened' && subject === mine ? change(leaf) : leaf));
      const { code, out } = verifyBid(dir, key);
      if (!says) assert.equal(code, 0, out);
      else {
        assert.notEqual(code, 0, out);
        assert.match(out, new RegExp(says.source.replace('ID', bid.bid_id)));
      }
    });
});

test('who sits in the hall for a bid that stays closed is known by no account, and its recording is kept as any other', async () => {
  const other = firms.丙;
  const seat = new Seat(server, hall, other), host = new Seat(server, hall, people.host);
  await host.join();
  await seat.join();
  assert.equal(seat.ticketInfo.seat_id.slice(0, 4), 'bid_');
  assert.equal((await seat.act('chat', { text: '请核对' })).type, 'ack');
  assert.equal((await host.socket.event('room.chat')).actor_seat, seat.ticketInfo.seat_id);
  await host.act('chat', { text: '已核对' });
  await people.host.post(`/lots/${lot}/hall/close`);
  await Promise.all([seat, host].map((s) => s.socket.closed));
  const actors = server.sql(`SELECT kind, actor FROM event WHERE subject = 'session:${hall}' AND kind IN ('room.chat', 'room.joined')`).map((row) => row.join());
  const [mine, its] = [people.host.accountId, seat.ticketInfo.seat_id];
  assert.deepEqual(actors.sort(), [`room.chat,${its}`, `room.chat,${mine}`, `room.joined,${its}`, `room.joined,${mine}`, `room.joined,${people.witness.accountId}`].sort());

  // What a bundle has of the ledger is this record.
  const dir = exportSession(server, hall);
  const { code, out } = verifySession(dir);
  assert.equal(code, 0, out);
  const text = fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => fs.readFileSync(path.join(f.path, f.name), 'latin1')).join();
  assert.ok(text.includes(mine) && text.includes(its), 'the host is named by his account');
  for (const word of [other.accountId, other.login, other.creditCode ?? creditCode(2)]) assert.ok(!text.includes(word), word);

  const listed = (await people.staff.get('/archive')).items;
  assert.deepEqual(listed.map((s) => [s.session_id, s.state]), [[hall, 'kept']]);
  const now = (await people.staff.get('/clock')).legal;
  await people.staff.post(`/sessions/${hall}/archive/class`, { class: 'years_15', counts_from: now });
  const { hold_id } = await people.supervisor.post(`/sessions/${hall}/archive/holds`, { reason: '投诉处理，予以保全' });
  const kept = await people.supervisor.get(`/sessions/${hall}/archive`);
  assert.deepEqual([kept.class, kept.holds.map((h) => h.hold_id)], ['years_15', [hold_id]]);
  assert.equal((await refused(people.staff.post(`/sessions/${hall}/archive/expiry`, { reason: '到期' }))).code, 'archive.held');
  assert.equal((await refused(people.host.get(`/sessions/${hall}`))).code, 'input.not_found', 'it is no session of a committee');
});
