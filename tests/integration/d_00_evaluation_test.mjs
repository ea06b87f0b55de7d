// SPDX-License-Identifier: GPL-3.0-or-later
// From the pool to the signed report: the draw computed again, the gate, leader, sheets, ranking, the printed report.
// Nobody sees an expert's name before the gate, or a score before the last sheet: planted markers are looked for.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Server, build, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, creditCode, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { enrolExpert, makeVenue, seatSignIn, signInAtGate } from '../support/panel.mjs';
import { assertBundleTells, makeBundle, ofDocuments, ofFolder, verifyBundle } from '../support/bundle.mjs';
import { assertTamperEvident, ofDraw, ofEvents, ofReport, ofResult } from '../support/record.mjs';
import { Seat } from '../support/room.mjs';
import { Seal } from '../support/seal.mjs';
import { documentKey, signaturesOf } from '../support/pades.mjs';
import { certifyReport, fetchToSign, reportStatement, signInside, signReport } from '../support/sheets.mjs';
import { DAY, noticeFields, plusSeconds, project, publish, workingTime } from '../support/trade.mjs';

const MARKER = '马克尔';
const SPECIALITY = 'A08 服务';
const PRICES = ['1267500', '1345500', '1286800'];
// The second bid for the first lot is made by two: who is employed by either may not judge it.
const PARTNER = '鲁信丁设计（集团）有限公司';
const READ_S = 30;
const server = new Server({ config: { evaluation: { promise_read_s: READ_S } } });
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const now = async () => (await people.staff.get('/clock')).legal;
const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const hex = (text) => Buffer.from(text, 'hex');
const deviceKey = () => crypto.randomBytes(32).toString('base64');

let lots, bids, holders, pool, venues, sessionId, drawId, members;
let projectId;

// All pages of a list.
async function all(api, list) {
  const items = [];
  for (let after = '';;) {
    const page = await api.get(`${list}?limit=100${after}`);
    items.push(...page.items);
    if (page.next === null) return items;
    after = `&after=${page.next}`;
  }
}

// Every table, every log line, every file of the data directory but the bids themselves.
function searchEverything(marker) {
  const found = [];
  for (const [table] of server.sql('SHOW TABLES'))
    for (const row of server.sql(`SELECT * FROM \`${table}\``))
      if (row.join('\t').includes(marker)) found.push(`table ${table}`);
  if (server.logs.some((line) => line.includes(marker))) found.push('log');
  for (const entry of fs.readdirSync(server.dataDir, { recursive: true })) {
    const file = path.join(server.dataDir, entry);
    if (fs.statSync(file).isFile() && fs.readFileSync(file).includes(marker)) found.push(`file ${entry}`);
  }
  return found;
}

async function holderWithKey(login) {
  const account = await server.account(login, ['holder'], { name: `持有人 ${login}` });
  const key = await seal.keygen(`${login}.pem`);
  await account.post('/me/keys', { purpose: 'holder', alg: key.alg, public_key: key.public_key });
  return Object.assign(account, { keyFile: seal.path(`${login}.pem`) });
}

async function openLots() {
  const { agency, staff, host } = people;
  const created = await agency.post('/projects', project(holders));
  projectId = created.project_id;
  lots = created.lots.map((lot) => lot.lot_id);
  const start = await now();
  const deadline = workingTime(start, 21);
  await publish(agency, staff, {
    project_id: projectId, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline,
  });
  const tender = await server.api().get(`/projects/${projectId}/tender`);
  bids = [[], []];
  for (let n = 0; n < 3; n += 1) {
    const who = await bidder(server, seal, `firm${n}`, { name: `鲁信${'甲乙丙'[n]}有限公司`, credit_code: creditCode(n + 1) });
    for (const [i, lotId] of lots.entries()) {
      const form = i === 0 ? 'amount' : 'other';
      const price = i === 0 ? PRICES[n] : '85';
      const document = seal.write(`${who.login}-${i}.txt`, `投标文件 ${who.login}`);
      const consortium = { members: [{ name: PARTNER, credit_code: creditCode(9) }], agreement: path.basename(document) };
      const more = n === 1 && i === 0 ? { consortium } : {};
      const sealed = await sealBid(who, { tender, lotId, price, form, documents: [document], more });
      bids[i].push({ who, ...await submitBid(who, lotId, sealed) });
    }
  }
  const seconds = (Date.parse(deadline) - Date.parse(await now())) / 1000 + 1;
  await staff.post('/clock/advance', { seconds: Math.ceil(seconds), reason: '测试' });
  for (const [i, lotId] of lots.entries()) {
    await host.post(`/lots/${lotId}/close`);
    for (const bid of bids[i]) await releaseBid(bid.who, bid);
    await host.post(`/lots/${lotId}/finish-opening`);
  }
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host', 'supervisor', 'bidder', 'witness', 'buyer'])
    people[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
  people.auditor = server.admins.auditor;
  people.sysadmin = server.admins.sysadmin;
  holders = [];
  for (const login of ['h1', 'h2', 'h3']) holders.push(await holderWithKey(login));
});
test.after(() => server.remove());

test('the lots are opened', openLots);

const sessionInput = async (more = {}) => ({
  project_id: projectId, lots, title: '云平台运维服务评标会', scheduled_at: plusSeconds(await now(), 3600),
  panel_size: 5, buyer_members: 0, standbys: 2, specialities: [SPECIALITY], avoid_units: ['某某协会'],
  venues: venues.map((v) => ({ venue_id: v.venueId, seats: 3 })), ...more,
});

test('experts are enrolled; their names stand nowhere', async () => {
  pool = [];
  // The partner's name as somebody else would type it.
  const barred = { 10: '鲁信甲有限公司', 12: '鲁信丁设计(集团) 有限公司' };
  const unit = (i) => barred[i] ?? `某某设计院${i}`;
  for (let i = 0; i < 13; i += 1)
    pool.push(await enrolExpert(server, people.staff, {
      login: `expert${i}`, name: `${MARKER}${i}`, unit: unit(i), specialities: i === 11 ? ['B01 货物'] : [SPECIALITY, 'C03 工程'],
      region: '370402', keyFile: seal.path(`expert${i}.pem`),
    }));
  const { items, total } = await people.staff.get('/experts');
  assert.equal(total, 13);
  assert.deepEqual(Object.keys(items[0]).sort(), ['expert_id', 'region', 'specialities', 'standing']);
  venues = [];
  for (const [i, city] of ['济南', '枣庄'].entries())
    venues.push(await makeVenue(server, people.staff, { login: `venue${i}`, name: `${city}场地`, city }));
  assert.equal((await people.host.get('/venues')).items.length, 2);
  assert.ok(searchEverything('expert3').includes('table account'));
  assert.deepEqual(searchEverything(MARKER), []);
});

test('a session breaks no rule: size, seats, opened lots, enough experts', async () => {
  const { staff, host } = people;
  const cases = [
    [{ panel_size: 4 }, 'committee.too_small', 'C02'],
    [{ panel_size: 6 }, 'committee.even', 'C02'],
    [{ panel_size: 5, complex: true }, 'committee.too_small', 'C02'],
    [{ panel_size: 5, high_impact: true }, 'committee.too_small', 'C02'],
    [{ panel_size: 4, group: true }, 'committee.even', 'C03'],
    [{ panel_size: 3, group: true, specialities: ['无此专业'] }, 'draw.too_few'], // lawful, as C03 has it
    [{ panel_size: 7 }, 'session.few_seats'],
    [{ specialities: ['无此专业'] }, 'draw.too_few'],
    [{ buyer_members: 1 }, 'input.invalid'],
    [{ lots: [lots[0], lots[0]] }, 'lot.state'],
    [{ venues: [] }, 'input.invalid'],
  ];
  for (const [more, code, rule] of cases) {
    const no = await refused(staff.post('/sessions', await sessionInput(more)));
    assert.deepEqual([no.code, no.rule], [code, rule], JSON.stringify(more));
  }
  assert.equal((await refused(host.post('/sessions', await sessionInput()))).code, 'auth.denied');
  const created = await staff.post('/sessions', await sessionInput());
  ({ session_id: sessionId, draw_id: drawId } = created);
  assert.deepEqual(created.events.map((e) => e.kind), ['session.created', 'draw.prepared']);
  const draw = await staff.get(`/draws/${drawId}`);
  assert.deepEqual([draw.state, draw.n_entries, draw.n_eligible, draw.threshold], ['committing', 13, 10, 2]);
  assert.equal((await refused(staff.post('/sessions', await sessionInput()))).code, 'lot.state');
  assert.equal((await refused(host.post(`/sessions/${sessionId}/advance`, { to: 'checkin' }))).code, 'session.not_drawn');
});

test('three parties commit and reveal; the holders rescue the nonce of one', async () => {
  const { staff, supervisor, host } = people;
  const parties = { staff, supervisor, host };
  const draw = await staff.get(`/draws/${drawId}`);
  const nonces = {};
  for (const party of Object.keys(parties)) nonces[party] = await seal.nonce(`nonce-${party}`, draw, party);
  const reveal = (party, name = party) => parties[party].post(`/draws/${drawId}/reveal`, { party, nonce: seal.readNonce(`nonce-${name}`).nonce });
  assert.equal((await refused(supervisor.post(`/draws/${drawId}/nonces`, nonces.host))).code, 'auth.denied');
  const other = { ...nonces.staff, slots: { ...nonces.staff.slots, k: 1 } };
  assert.equal((await refused(staff.post(`/draws/${drawId}/nonces`, other))).code, 'draw.slots');
  for (const party of Object.keys(parties)) {
    if (party !== 'staff') assert.equal((await refused(reveal('staff'))).code, 'draw.state');
    await parties[party].post(`/draws/${drawId}/nonces`, nonces[party]);
  }
  assert.equal((await refused(staff.post(`/draws/${drawId}/nonces`, nonces.staff))).code, 'draw.state');
  assert.equal((await refused(reveal('staff', 'host'))).code, 'draw.commitment');
  await reveal('staff');
  await reveal('supervisor');
  assert.equal((await refused(staff.post(`/draws/${drawId}/run`))).code, 'draw.state');

  // The host does not come; a wrong share is named and loses nothing.
  const task = async (holder) => (await holder.get('/holder/tasks')).items.find((x) => x.kind === 'draw');
  const wanted = await task(holders[0]);
  assert.deepEqual([wanted.party, wanted.holder_no, wanted.done], ['host', 1, false]);
  const share = async (i) => seal.drawShare(holders[i].keyFile, seal.write(`task${i}.json`, await task(holders[i])));
  const give = async (i, body) => holders[i].post(`/draws/${drawId}/shares`, { party: 'host', ...body });
  const first = await share(0);
  const bad = await refused(give(0, { ...first, share: crypto.randomBytes(32).toString('base64') }));
  assert.deepEqual([bad.code, bad.status], ['draw.share', 400]);
  assert.equal((await refused(give(1, first))).code, 'auth.denied');
  assert.deepEqual((await give(0, first)).events.map((e) => e.kind), ['draw.share_given']);
  assert.equal((await refused(give(0, first))).code, 'draw.share_known');
  assert.deepEqual((await give(2, await share(2))).events.map((e) => e.kind), ['draw.share_given', 'draw.nonce_revealed']);
  const after = await people.auditor.get(`/draws/${drawId}`);
  assert.equal(after.parties.find((p) => p.party === 'host').nonce, seal.readNonce('nonce-host').nonce);
});

test('anybody computes the draw again from what is published', async () => {
  const stranger = server.api();
  assert.equal((await refused(stranger.get(`/draws/${drawId}/record`))).code, 'draw.state');
  const drawn = await people.staff.post(`/draws/${drawId}/run`);
  assert.equal((await refused(people.staff.post(`/draws/${drawId}/run`))).code, 'draw.state');
  const { record, snapshot } = await stranger.get(`/draws/${drawId}/record`);
  assert.equal(sha256(snapshot).toString('hex'), record.snapshot.sha256);
  for (const p of record.parties)
    assert.equal(sha256('bidroom.draw.nonce.v1\n', hex(p.nonce)).toString('hex'), p.commitment);
  const nonceOf = (name) => hex(record.parties.find((p) => p.party === name).nonce);
  const seed = sha256('bidroom.draw.seed.v1\n', hex(record.snapshot.sha256), nonceOf('staff'), nonceOf('supervisor'), nonceOf('host'));
  const order = snapshot.trimEnd().split('\n').map((line) => line.split(' '))
    .filter(([, flags]) => flags === '2')
    .map(([entry]) => ({ entry, ticket: sha256(seed, hex(entry)).toString('hex') }))
    .sort((a, b) => (a.ticket < b.ticket ? -1 : 1)).map(({ entry }, i) => ({ place: i + 1, entry }));
  assert.equal(order.length, 10);
  // Two are of the right speciality and must avoid: employed by a bidder, and by a member of its consortium.
  assert.equal(snapshot.trimEnd().split('\n').filter((line) => line.endsWith(' 3')).length, 2);
  assert.deepEqual(drawn.selected, order.slice(0, 5));
  assert.deepEqual(drawn.standbys, order.slice(5, 7));
  assert.deepEqual([drawn.seed, record.seed], [seed.toString('hex'), seed.toString('hex')]);
  // The same stands in the public feed, with the commitments before it.
  const feed = await until('the draw in the feed', async () => {
    const rows = (await all(stranger, '/feed')).filter((row) => row.kind?.startsWith('draw.'));
    return rows.some((row) => row.kind === 'draw.done') && rows;
  });
  assert.deepEqual(feed.map((row) => row.kind.slice(5)), ['prepared', ...Array(3).fill('nonce_committed'),
    'nonce_revealed', 'nonce_revealed', 'share_given', 'share_given', 'nonce_revealed', 'done']);
  assert.deepEqual(feed.at(-1).body.record, record);
  assert.equal(feed[0].body.snapshot.sha256, record.snapshot.sha256);
  // Three bidders, a member of a consortium, the buyer, and who was named.
  assert.equal(feed[0].body.avoid_units, 6);
});

test('nobody knows who was drawn until the gate', async () => {
  const { host, staff, supervisor, witness, auditor, sysadmin } = people;
  await host.post(`/sessions/${sessionId}/advance`, { to: 'checkin' });
  const texts = [];
  for (const who of [host, staff, supervisor, witness, auditor, venues[0]])
    texts.push(JSON.stringify(await who.get(`/sessions/${sessionId}`)));
  texts.push(JSON.stringify(await all(auditor, '/audit/events')), JSON.stringify(await all(sysadmin, '/accounts')));
  assert.ok(!texts.join().includes(MARKER));
  const { members: drawn } = JSON.parse(texts[0]);
  assert.deepEqual(drawn.map((m) => [m.member_no, m.state, m.seat_id, m.name]), [1, 2, 3, 4, 5].map((n) => [n, 'drawn', undefined, undefined]));
  assert.deepEqual(searchEverything(MARKER), []);
  assert.equal((await refused(pool[0].get(`/sessions/${sessionId}`))).code, 'auth.denied');
  assert.equal((await refused(people.bidder.get(`/sessions/${sessionId}`))).code, 'auth.denied');
});

test('the gate lets in the drawn, once each, to a free seat, with a pass for one minute and one device', async () => {
  const wrong = await refused(venues[0].post('/gate/sign-in', { session_id: sessionId, venue_id: venues[0].venueId, login: pool[0].login, password: 'not the password' }));
  assert.equal(wrong.code, 'auth.bad_credentials');
  const noCode = await refused(venues[0].post('/gate/sign-in', { session_id: sessionId, venue_id: venues[0].venueId, login: pool[0].login, password: pool[0].password }));
  assert.equal(noCode.code, 'auth.totp_required');
  members = [];
  let strangers = 0;
  for (const expert of pool) {
    const venue = venues[members.length < 3 ? 0 : 1];
    try {
      const arrived = await signInAtGate(venue, sessionId, expert);
      members.push(Object.assign(expert, arrived, { venue }));
      assert.equal(arrived.name, expert.name);
      assert.deepEqual(arrived.events.map((e) => e.kind), ['member.arrived', 'seat.assigned']);
    } catch (error) {
      assert.equal(error.code, 'gate.not_drawn');
      strangers += 1;
    }
  }
  assert.deepEqual([members.length, strangers], [5, 8]);
  members.sort((a, b) => a.member_no - b.member_no);
  assert.equal(new Set(members.map((m) => m.seat_id)).size, 5);
  assert.ok(!members.some((m) => ['expert10', 'expert11', 'expert12'].includes(m.login)));
  const again = await signInAtGate(members[0].venue, sessionId, members[0]);
  assert.deepEqual([again.seat_id, again.member_no, again.pass !== members[0].pass], [members[0].seat_id, 1, true]);

  const key = deviceKey();
  const api = server.api();
  const enter = (pass, device) => api.post('/seat/sign-in', { pass, device_key: device, bearer: true });
  assert.equal((await refused(enter('x'.repeat(43), key))).code, 'gate.pass_bad');
  const seated = await enter(again.pass, key);
  assert.deepEqual([seated.session_id, seated.seat_id], [sessionId, members[0].seat_id]);
  assert.equal((await refused(enter(again.pass, deviceKey()))).code, 'gate.pass_bad');
  const repeated = await enter(again.pass, key);
  api.token = seated.token;
  assert.equal((await refused(api.get('/me'))).status, 401);
  api.token = repeated.token;
  const me = await api.get('/me');
  assert.deepEqual(me.seat, { session_id: sessionId, seat_id: members[0].seat_id, member_no: 1 });
  members[0].api = api;
  server.sql(`UPDATE gate_pass SET expires_at = '2020-01-01' WHERE seat_id = '${members[1].seat_id}'`);
  assert.equal((await refused(enter(members[1].pass, key))).code, 'gate.pass_expired');
  members[1].pass = (await signInAtGate(members[1].venue, sessionId, members[1])).pass;
  for (const m of members.slice(1)) m.api = await seatSignIn(server, m.pass, deviceKey());
  // Names lie nowhere even now, and only those who lead and watch are told.
  assert.deepEqual(searchEverything(MARKER), []);
  const forHost = await people.host.get(`/sessions/${sessionId}`);
  assert.deepEqual(forHost.members.map((m) => m.name), members.map((m) => m.name));
  const forMember = await members[2].api.get(`/sessions/${sessionId}`);
  assert.deepEqual(forMember.members.map((m) => m.name), [undefined, undefined, members[2].name, undefined, undefined]);
  assert.equal(forMember.me.member_no, 3);
  assert.ok(forHost.members.every((m) => m.venue_name));
  assert.deepEqual(forMember.members.map((m) => Boolean(m.venue_name)), [false, false, true, false, false]);
  assert.deepEqual([forHost.locked, forHost.masked], [false, false]);
  for (const who of [people.witness, venues[1]])
    assert.ok(!JSON.stringify(await who.get(`/sessions/${sessionId}`)).includes(MARKER));
  const ticket = await members[0].api.post(`/sessions/${sessionId}/tickets`, { device_key: key });
  assert.equal(ticket.seat_id, members[0].seat_id);
});

test('in the room a member is an alias but to those who lead and watch', async () => {
  const enter = async (api) => { const seat = new Seat(server, sessionId, api); await seat.join(); return seat; };
  const [first, second, witness, host, supervisor] = [await enter(members[0].api), await enter(members[1].api),
    await enter(people.witness), await enter(people.host), await enter(people.supervisor)];
  const seen = (seat, of = members[1]) => seat.welcome.roster.find((s) => s.seat === of.seat_id);
  assert.equal(first.welcome.seat_name, '1号专家');
  for (const s of [first, witness, host, supervisor]) assert.equal(seen(s).name, '2号专家');
  for (const s of [host, supervisor]) {
    assert.equal(seen(s).person, members[1].name);
    assert.ok(seen(s).venue);
  }
  for (const s of [first, witness]) assert.deepEqual([seen(s).person, seen(s).venue], [undefined, undefined]);
  const joined = await host.socket.when('all to be seated', () => host.socket.messages.filter((m) => m.type === 'event' && m.kind === 'room.joined').length >= 4
    && host.socket.messages.find((m) => m.kind === 'room.joined' && m.body.seat === members[1].seat_id));
  assert.equal(joined.body.name, '2号专家');
  await supervisor.socket.when('the roster', () => supervisor.socket.messages.some((m) => m.type === 'roster'));
  assert.ok(Buffer.concat(supervisor.socket.heard).includes(MARKER));
  // Nobody is even told his own name: others may look over his shoulder.
  for (const s of [first, second, witness]) assert.ok(!Buffer.concat(s.socket.heard).includes(MARKER), s.welcome.seat);
  assert.deepEqual(searchEverything(MARKER), []);
  for (const s of [first, second, witness, host, supervisor]) {
    s.socket.send({ type: 'leave' });
    await s.socket.closed;
  }
});

const step = async () => (await people.host.get(`/sessions/${sessionId}`)).step;
const advance = (to) => people.host.post(`/sessions/${sessionId}/advance`, { to });
const vote = (member, no) => member.api.post(`/sessions/${sessionId}/leader-votes`, { member_no: no });
const reading = (seconds) => people.staff.post('/clock/advance', { seconds, reason: '阅读承诺书' });
const leftToRead = async (member) => (await member.api.get(`/sessions/${sessionId}`)).me.promise_wait_s;
const assess = (more = {}, who = people.staff) => who.post(`/sessions/${sessionId}/performance`, {
  member_no: members[0].member_no, phones_handed_in: true, late: true, left_early: false, leading_remarks: false, scoring_errors: false, delaying: false, ...more,
});
const promised = (member) => member.api.post(`/sessions/${sessionId}/promise`, { conflict: false });

test('whoever recuses himself is followed by the next of the draw', async () => {
  assert.equal((await refused(promised(members[0]))).code, 'session.step');
  await people.host.post(`/sessions/${sessionId}/start`);
  assert.equal(await step(), 'promise');
  // Who started it leads it, until it is handed over.
  const another = await server.account('host-2', ['host']);
  assert.equal((await refused(another.post(`/sessions/${sessionId}/advance`, { to: 'leader' }))).code, 'room.not_host');
  assert.equal((await refused(members[1].api.post(`/sessions/${sessionId}/promise`, { conflict: true }))).code, 'input.invalid');
  // The promise lies before all of them from the start on; the server's clock says when it was read.
  assert.equal((await refused(promised(members[0]))).code, 'member.reading');
  const left = await leftToRead(members[0]);
  assert.ok(left > 0 && left <= READ_S, `${left}`);
  await reading(READ_S);
  assert.equal(await leftToRead(members[0]), undefined);
  for (const m of members) if (m !== members[3]) await promised(m);
  assert.equal((await refused(promised(members[0]))).code, 'panel.state');
  assert.equal((await refused(advance('leader'))).code, 'session.not_all_promised');
  const gone = members[3];
  const recuse = (grounds) => gone.api.post(`/sessions/${sessionId}/recuse`, { grounds });
  assert.equal((await refused(recuse(['tired']))).code, 'input.invalid');
  const seat = new Seat(server, sessionId, gone.api);
  await seat.join();
  const { events } = await recuse(['employed']);
  assert.deepEqual(events.map((e) => e.kind), ['room.release', 'member.recused']);
  // Who left the panel does not stay in its room.
  assert.equal((await seat.socket.next('bye')).code, 'left_panel');
  await seat.socket.closed;
  assert.equal((await refused(gone.api.get('/me'))).status, 401);
  assert.equal((await refused(advance('leader'))).code, 'session.not_all_promised');
  for (const expert of pool.filter((e) => !members.includes(e))) {
    const arrived = await signInAtGate(gone.venue, sessionId, expert).catch((error) => error);
    if (arrived.code) continue;
    assert.equal(arrived.member_no, 6);
    Object.assign(expert, arrived, { venue: gone.venue, api: await seatSignIn(server, arrived.pass, deviceKey()) });
    members.splice(3, 1);
    members.push(expert);
  }
  assert.deepEqual(members.map((m) => m.member_no), [1, 2, 3, 5, 6]);
  assert.equal((await refused(promised(members[4]))).code, 'member.reading', 'from his own arrival on');
  await reading(READ_S);
  await promised(members[4]);
  const seen = await people.host.get(`/sessions/${sessionId}`);
  assert.deepEqual(seen.members.map((m) => m.state), ['promised', 'promised', 'promised', 'recused', 'promised', 'promised']);
});

test('the leader is elected in rounds, nobody sees whose vote was whose', async () => {
  assert.equal((await refused(vote(members[0], 1))).code, 'session.step');
  await advance('leader');
  assert.equal((await refused(vote(members[0], 4))).code, 'leader.not_member');
  const first = [1, 1, 2, 2, 3];
  const answers = [];
  for (const [i, m] of members.entries()) answers.push(await vote(m, first[i]));
  assert.deepEqual(answers.slice(0, 4).map((a) => [a.round, a.result]), Array(4).fill([1, undefined]));
  assert.deepEqual([answers[4].result.tied, answers[4].result.leader_no], [[1, 2], undefined]);
  assert.deepEqual(answers[4].events.map((e) => e.kind), ['leader.voted', 'leader.tied']);
  assert.equal((await refused(advance('scoring'))).code, 'session.no_leader');
  assert.equal((await refused(vote(members[0], 3))).code, 'leader.not_eligible');
  await vote(members[0], 2);
  assert.equal((await refused(vote(members[0], 2))).code, 'leader.voted');
  const inRound = await members[0].api.get(`/sessions/${sessionId}`);
  assert.deepEqual([inRound.leader.round, inRound.leader.votes, inRound.leader.candidates, inRound.me.voted], [2, 1, [1, 2], true]);
  for (const m of members.slice(1, 4)) await vote(m, 2);
  const { result } = await vote(members[4], 1);
  assert.deepEqual(result, { round: 2, leader_no: 2, votes: [{ member_no: 1, n: 1 }, { member_no: 2, n: 4 }] });
  assert.equal((await refused(vote(members[4], 2))).code, 'leader.elected');
  const log = await all(people.auditor, '/audit/events');
  for (const row of log.filter((r) => r.kind === 'leader.voted')) assert.deepEqual(Object.keys(row.body).sort(), ['member_no', 'round']);
  await advance('scoring');
});

const sheetPath = (i) => `/sessions/${sessionId}/lots/${lots[i]}/sheet`;
// Published totals of one bidder (tests/data/award-2025-A.tsv has such), and two lower ones; the marker is 91.39.
const TOTALS = [['85.39', '88.89', '88.89', '89.39', '91.39'], ['80.10', '80.10', '80.20', '80.30', '80.40'], ['70', '71.5', '72', '73', '74']];
const scoresOf = (i, member, sheet) => {
  const at = members.indexOf(member);
  const row = (b) => (i === 0
    ? { plan: (40.37 - b - at / 4).toFixed(2), team: (25.11 + b).toFixed(2) } : { total: TOTALS[b][at] });
  return Object.fromEntries(sheet.bids.map((bid) => [bid.bid_id, row(bid.no - 1)]));
};

test('sheets: drafts with their version, lawful scores only, commitments', async () => {
  const [m] = members;
  const path0 = sheetPath(0);
  const sheet = await m.api.get(path0);
  assert.deepEqual([sheet.state, sheet.version, sheet.scores], ['draft', 1, {}]);
  assert.equal(m.api.last.headers.etag, '"1"');
  assert.deepEqual(sheet.bids.map((b) => [b.no, b.bidder_name]), [[1, '鲁信甲有限公司'], [2, '鲁信乙有限公司'], [3, '鲁信丙有限公司']]);
  assert.deepEqual(sheet.items.map((x) => x.id), ['plan', 'team']);
  const [bid] = sheet.bids;
  const save = (scores, version) => m.api.put(path0, { scores }, { 'if-match': `"${version}"` });
  assert.equal((await refused(save({}, 2))).code, 'act.version');
  assert.equal((await refused(m.api.put(path0, { scores: {} }))).code, 'act.version_missing');
  const wrong = [
    [{ [bid.bid_id]: { plan: '50.01' } }, 'score.out_of_range'],
    [{ [bid.bid_id]: { plan: '-1' } }, 'score.out_of_range'],
    [{ [bid.bid_id]: { plan: '1.005' } }, 'score.precision'],
    [{ [bid.bid_id]: { plan: 40 } }, 'score.not_decimal'],
    [{ [bid.bid_id]: { color: '1' } }, 'score.unknown_item'],
    [{ [lots[0]]: { plan: '1' } }, 'score.unknown_bid'],
  ];
  for (const [scores, code] of wrong) assert.equal((await refused(save(scores, 1))).code, code);
  const saved = await save({ [bid.bid_id]: { plan: '40.37' } }, 1);
  assert.deepEqual([saved.version, saved.events.map((e) => e.kind)], [2, ['sheet.saved']]);
  assert.equal((await refused(save({}, 1))).code, 'act.version');
  assert.deepEqual((await m.api.get(path0)).scores, { [bid.bid_id]: { plan: '40.37' } });
  const forHost = await people.host.get(`/sessions/${sessionId}`);
  assert.deepEqual(forHost.members[0].sheets, [{ lot_id: lots[0], filled: 1, of: 6, submitted: false }, { lot_id: lots[1], filled: 0, of: 3, submitted: false }]);
  const salt = '00112233445566778899aabbccddeeff';
  assert.equal((await refused(m.api.post(`${path0}/submit`, { scores: {}, salt }))).code, 'score.incomplete');
  assert.equal((await refused(people.host.get(path0))).code, 'auth.denied');
  const { items } = await m.api.get(`/sessions/${sessionId}/bids`);
  assert.equal(items.length, 6);
  assert.deepEqual(items[0].files.map((f) => f.name), ['firm0-0.txt']);
  assert.deepEqual([items[0].price, items[3].price], ['1267500', undefined]);
});

// RFC 8785 for what sheets and schemes hold: texts, integers, lists, objects.
const canonical = (value) => (typeof value !== 'object' ? JSON.stringify(value)
  : Array.isArray(value) ? `[${value.map(canonical).join(',')}]` : `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`);

const places = (text) => Number(text).toFixed(2);
const normalScheme = ({ items, price }) => ({
  items: items.map((x) => ({ ...x, max: places(x.max) })), price: { ...price, weight: places(price.weight) },
});

async function submitAll(i, who) {
  for (const m of who) {
    const sheet = await m.api.get(sheetPath(i));
    const scores = scoresOf(i, m, sheet);
    const salt = crypto.randomBytes(16);
    const input = { scores, salt: salt.toString('hex') };
    const { commitment, events } = await m.api.post(`${sheetPath(i)}/submit`, input);
    const { scheme } = (await people.staff.get(`/projects/${projectId}`)).lots[i];
    const two = Object.fromEntries(Object.entries(scores).map(([bid, row]) => [bid, Object.fromEntries(Object.entries(row).map(([k, v]) => [k, places(v)]))]));
    const text = canonical({
      format: 'bidroom.sheet.v1', session: sessionId, lot: lots[i], member: m.member_no, criteria: sha256(canonical(normalScheme(scheme))).toString('hex'), scores: two,
    });
    assert.equal(commitment, sha256(salt, text).toString('hex'));
    m.submitEvents = events.map((e) => e.kind);
    assert.equal((await refused(m.api.post(`${sheetPath(i)}/submit`, input))).code, 'score.submitted');
    assert.equal((await refused(m.api.put(sheetPath(i), { scores }, { 'if-match': '"2"' }))).code, 'score.submitted');
  }
}

test('nobody sees a score before the last sheet', async () => {
  await submitAll(0, members.slice(0, 4));
  await submitAll(1, members.filter((m) => m !== members[2]));
  const marker = '91.39';
  const { host, staff, supervisor, witness, auditor } = people;
  const responses = [];
  for (const who of [host, staff, supervisor, witness, auditor, venues[0], ...members.slice(0, 4).map((m) => m.api)]) {
    responses.push(JSON.stringify(await who.get(`/sessions/${sessionId}`)));
    for (const lot of lots) {
      const no = await refused(who.get(`/sessions/${sessionId}/lots/${lot}/result`));
      assert.ok(['score.not_all_submitted', 'auth.denied'].includes(no.code), no.code);
    }
  }
  for (const m of members.slice(0, 4)) for (const i of [0, 1]) responses.push(JSON.stringify(await m.api.get(sheetPath(i))));
  responses.push(JSON.stringify(await all(auditor, '/audit/events')), JSON.stringify(await all(server.api(), '/feed')));
  responses.push(JSON.stringify(await host.get(`/sessions/${sessionId}/events?limit=200`)));
  const history = await supervisor.get(`/sessions/${sessionId}/scores`);
  assert.deepEqual(history.lots.map((l) => [l.ranked, l.versions]), [[false, undefined], [false, undefined]]);
  responses.push(JSON.stringify(history));
  assert.ok(!responses.join().includes(marker));
  assert.ok(JSON.stringify(await members[4].api.get(sheetPath(1))).includes(marker));
  assert.deepEqual(searchEverything(marker), []);
  assert.equal((await refused(advance('summary'))).code, 'score.not_all_submitted');
  assert.ok(!members.some((m) => m.submitEvents.includes('lot.ranked')));
});

test('the last sheet of a lot ranks it', async () => {
  await submitAll(1, [members[2]]);
  assert.deepEqual(members[2].submitEvents, ['sheet.saved', 'sheet.submitted', 'lot.ranked']);
  assert.equal((await refused(people.host.get(`/sessions/${sessionId}/lots/${lots[1]}/result`))).code, 'score.not_all_submitted');
  await submitAll(0, [members[4]]);
  await advance('summary');
  const [first, second] = await Promise.all(lots.map((lot) => people.host.get(`/sessions/${sessionId}/lots/${lot}/result`)));
  assert.deepEqual(first.rows.map((r) => r.bidder_name), ['鲁信甲有限公司', '鲁信丙有限公司', '鲁信乙有限公司']);
  assert.deepEqual(first.rows.map((r) => [r.rank, r.price, r.price_score]), [[1, '1267500.00', '20.00'], [2, '1286800.00', '19.70'], [3, '1345500.00', '18.84']]);
  // Each member gave (40.37 − b − at/4) + (25.11 + b); the mean takes half a point off.
  assert.deepEqual(first.rows.map((r) => [r.mean, r.total]), [['64.9800', '84.9800'], ['64.9800', '84.6800'], ['64.9800', '83.8200']]);
  assert.deepEqual(second.rows.map((r) => [r.rank, r.mean, r.total, r.price_score, r.price]), [[1, '88.7900', '88.7900', undefined, undefined],
    [2, '80.2200', '80.2200', undefined, undefined], [3, '72.1000', '72.1000', undefined, undefined]]);
  assert.deepEqual(second.rows[0].members.map((x) => [x.member_no, x.total]), members.map((m, at) => [m.member_no, TOTALS[0][at]]));
  assert.deepEqual(first.members.map((x) => x.name), members.map((m) => m.name));
  const forMember = await members[1].api.get(`/sessions/${sessionId}/lots/${lots[0]}/result`);
  assert.deepEqual(forMember.members.map((x) => x.name), [undefined, members[1].name, undefined, undefined, undefined]);
  assert.equal((await refused(people.witness.get(`/sessions/${sessionId}/lots/${lots[0]}/result`))).code, 'auth.denied');
  const seen = await members[0].api.get(`/sessions/${sessionId}`);
  assert.deepEqual(seen.lots.map((l) => [l.submitted, l.of, l.result_open]), [[5, 5, true], [5, 5, true]]);
});

test('the history of scores: what was saved first, what became of it, and its digest in the ledger', async () => {
  const history = await people.supervisor.get(`/sessions/${sessionId}/scores`);
  assert.equal((await refused(people.host.get(`/sessions/${sessionId}/scores`))).code, 'auth.denied');
  const [first, second] = history.lots;
  assert.deepEqual([first.ranked, second.ranked], [true, true]);
  assert.deepEqual(first.items.map((x) => x.id), ['plan', 'team']);
  const mine = first.versions.filter((v) => v.member_no === members[0].member_no);
  assert.deepEqual(mine.map((v) => [v.version, v.submitted]), [[2, false], [3, true]]);
  const [bid] = first.bids;
  assert.deepEqual(mine[0].changes, [{ bid_id: bid.bid_id, item_id: 'plan', new: '40.37' }]);
  // Six scores in all; one was there before with another value or the same.
  const submitted = scoresOf(0, members[0], first);
  const again = mine[1].changes.find((c) => c.bid_id === bid.bid_id && c.item_id === 'plan');
  assert.deepEqual(again, submitted[bid.bid_id].plan === '40.37' ? undefined : { bid_id: bid.bid_id, item_id: 'plan', old: '40.37', new: submitted[bid.bid_id].plan });
  assert.equal(mine[1].changes.length, again ? 6 : 5);
  const saved = (await all(people.auditor, '/audit/events')).filter((e) => e.kind === 'sheet.saved' && e.subject === `sheets:${sessionId}`);
  assert.equal(saved.length, first.versions.length + second.versions.length);
  assert.ok(saved.every((e) => /^[0-9a-f]{64}$/.test(e.body?.digest ?? e.digest ?? '')), JSON.stringify(saved[0]));
});

async function fetchPdf(api, name = 'report.pdf') {
  const answer = await api.raw('GET', `/api/v1/sessions/${sessionId}/${name}`, { headers: api.authorization() });
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'application/pdf']);
  return answer.body;
}

let report;

test('the report is made once, prints in Chinese with page numbers, and every page carries the digest of its data', async () => {
  const path0 = `/sessions/${sessionId}/report`;
  assert.equal((await refused(people.host.get(path0))).code, 'session.no_report');
  assert.equal((await refused(advance('signing'))).code, 'session.no_report');
  assert.equal((await refused(people.staff.post(path0))).code, 'auth.denied');
  const made = await people.host.post(path0);
  assert.equal((await refused(people.host.post(path0))).code, 'report.made');
  const pdf = await fetchPdf(members[0].api);
  assert.equal(sha256(pdf).toString('hex'), made.sha256);
  report = await people.auditor.get(path0);
  assert.deepEqual([report.sha256, report.signatures], [made.sha256, []]);
  const text = execFileSync('pdftotext', ['-layout', seal.write('report.pdf', pdf), '-'], { encoding: 'utf8' });
  const winners = text.slice(text.indexOf('推荐的中标候选人名单'));
  assert.match(winners, /1\s+鲁信甲有限公司\s+1267500\.00\s+84\.98/);
  assert.match(winners, /1\s+鲁信甲有限公司\s+—\s+88\.79/);
  for (const m of members) assert.ok(text.includes(m.name), m.name);
  assert.match(text, /已回避，其评审意见无效/);
  assert.match(text, /第1页共(\d)页[^]*第\1页共\1页/);
  assert.equal(text.match(new RegExp(report.model_sha256, 'g')).length, Number(/共(\d)页/.exec(text)[1]));
  for (const score of ['91.39', '88.7900', '18.84']) assert.ok(text.includes(score), score);
});

test('all members sign what they read, one with another opinion; then the session is closed', async () => {
  const path0 = `/sessions/${sessionId}/report`;
  const certify = (m, more = {}, key = m.key.privateKey) => {
    const { sha256: digest, no, opinion } = { sha256: report.sha256, no: m.member_no, ...more };
    const { spki } = documentKey();
    const signature = crypto.sign(null, reportStatement(sessionId, no, digest, more.key ?? spki, opinion), key).toString('base64');
    return m.api.post(`${path0}/certificates`, { sha256: digest, public_key: (more.sent ?? spki).toString('base64'), signature, ...(more.said ? { opinion: more.said } : {}) });
  };
  assert.equal((await refused(certify(members[0]))).code, 'session.step');
  await advance('signing');
  assert.equal((await refused(assess())).code, 'session.step', 'how an expert did is said when it is over');
  assert.equal((await refused(certify(members[0], { sha256: '0'.repeat(64) }))).code, 'report.digest');
  for (const [more, key] of [[{ no: 2 }], [{}, members[1].key.privateKey], [{ said: '后加的意见' }], [{ key: documentKey().spki }]])
    assert.equal((await refused(certify(members[0], more, key))).code, 'report.signature', JSON.stringify(more));
  const off = documentKey().spki;
  off[60] ^= 1; // no point of the curve
  assert.equal((await refused(certify(members[0], { sent: off }))).code, 'account.key_bad');
  const opinion = '对第一包评分办法有不同意见。';
  const certified = (i, text) => certifyReport(members[i].api, sessionId, members[i].member_no, members[i].key.privateKey, text);
  const first = await certified(0, opinion);
  const second = await certified(1);
  assert.equal((await refused(fetchToSign(members[1].api, sessionId, first))).code, 'report.certificate');
  // One of before a step back and one of another issuer are none; and there are only so many.
  const ours = `session_id = '${sessionId}' AND certificate_sha256 = UNHEX('${second.sha256}')`;
  const columns = 'member_no, certificate, public_key, key_id, signature, opinion, issued_at, undone';
  for (const [name, other, own] of [['undone', '1', '0'], ['certificate', "UNHEX('00')", `UNHEX('${second.certificate.toString('hex')}')`]]) {
    server.sql(`UPDATE report_certificate SET ${name} = ${other} WHERE ${ours}`);
    assert.equal((await refused(fetchToSign(members[1].api, sessionId, second))).code, 'report.certificate', name);
    server.sql(`UPDATE report_certificate SET ${name} = ${own} WHERE ${ours}`);
  }
  server.sql(`INSERT INTO report_certificate (session_id, certificate_sha256, ${columns})
    SELECT session_id, UNHEX(SHA2(seq, 256)), ${columns} FROM report_certificate, seq_1_to_99 WHERE ${ours}`);
  assert.equal((await refused(certify(members[1]))).code, 'report.too_many_certificates');
  server.sql(`DELETE FROM report_certificate WHERE session_id = '${sessionId}' AND certificate_sha256 IN (SELECT UNHEX(SHA2(seq, 256)) FROM seq_1_to_99)`);
  const early = await fetchToSign(members[1].api, sessionId, second);
  assert.equal((await refused(signInside(members[0].api, sessionId, { ...first, privateKey: second.privateKey }))).code, 'report.signature');
  assert.equal((await refused(signInside(members[1].api, sessionId, first))).code, 'report.certificate');
  await signInside(members[0].api, sessionId, first);
  assert.equal((await refused(certify(members[0]))).code, 'report.signed');
  assert.equal((await refused(signInside(members[0].api, sessionId, first))).code, 'report.signed');
  assert.equal((await refused(signInside(members[1].api, sessionId, second, early))).code, 'report.moved');
  // The server dies between two signatures: certificate and file are what they were.
  const before = await fetchToSign(members[1].api, sessionId, second);
  await server.kill();
  await server.start();
  for (const who of [...Object.values(people), ...members.map((m) => m.api)]) who.base = server.url;
  assert.ok(before.equals(await fetchToSign(members[1].api, sessionId, second)));
  await signInside(members[1].api, sessionId, second, before);
  // Two at once: one is told to sign again, and does.
  await Promise.all(members.slice(2, 4).map((m) => signReport(m.api, sessionId, m.member_no, m.key.privateKey)));
  const close = () => people.host.post(`/sessions/${sessionId}/close`);
  assert.equal((await refused(close())).code, 'session.not_all_signed');
  await signReport(members[4].api, sessionId, members[4].member_no, members[4].key.privateKey);
  const { signatures } = await people.supervisor.get(path0);
  for (const [i, m] of members.entries()) {
    const row = signatures[i];
    assert.deepEqual([row.member_no, row.name, row.opinion], [m.member_no, m.name, i ? undefined : opinion]);
    assert.equal(Buffer.from(row.signature, 'base64').length, 64);
  }
  const closed = await close();
  assert.equal(await step(), 'closed');
  assert.equal((await refused(close())).code, 'session.step');
  // The keeper that was killed holds its lease a while; then the ledger goes on.
  await until('the ledger goes on', async () => (await people.staff.get(`/events/${closed.events[0].event_id}/receipt`)).checkpoint);
  assert.ok((await fetchPdf(people.staff)).length > 10000);
  assert.equal((await refused(server.api().get(path0))).status, 401);
  assert.equal((await refused(people.bidder.get(path0))).code, 'auth.denied');
});

test('once it is over staff says how each expert did, once; who he is stays out of the ledger', async () => {
  const [expert] = members, remark = '打分时两次算错合计';
  const { expertId } = expert;
  for (const who of [people.host, people.supervisor, expert.api])
    assert.equal((await refused(assess({}, who))).code, 'auth.denied');
  assert.equal((await refused(assess({ member_no: 4242 }))).code, 'input.not_found');
  assert.equal((await refused(assess({ late: undefined }))).code, 'input.missing');
  assert.deepEqual((await assess({ remark })).events.map((e) => e.kind), ['expert.assessed']);
  assert.equal((await refused(assess({ late: false }))).code, 'expert.assessed');
  await assess({ member_no: 4 }); // recused himself, but came
  const { items } = await people.staff.get(`/sessions/${sessionId}/performance`);
  assert.deepEqual(items.map((row) => [row.member_no, row.items.late, row.remark]), [[1, true, remark], [4, true, undefined]]);
  const told = (await people.staff.get(`/experts/${expertId}/performance`)).items;
  assert.deepEqual(told.map((row) => [row.items, row.remark, row.member_no]), [[items[0].items, remark, undefined]]);
  const [body] = server.sql("SELECT body FROM event WHERE kind = 'expert.assessed' ORDER BY event_id").map(([text]) => JSON.parse(text));
  assert.equal(body.reason_digest, sha256(hex(told[0].remark_salt), remark).toString('hex'));
  assert.ok(!JSON.stringify(body).includes(remark));
  for (const who of [people.host, people.supervisor, expert.api]) {
    assert.equal((await refused(who.get(`/sessions/${sessionId}/performance`))).code, 'auth.denied');
    assert.equal((await refused(who.get(`/experts/${expertId}/performance`))).code, 'auth.denied');
  }
});

test('pdfsig and openssl accept every signature of the report, and the text is what was printed', async () => {
  const signed = await fetchPdf(people.staff, 'report-signed.pdf');
  const printed = await fetchPdf(people.staff);
  assert.ok(signed.subarray(0, printed.length).equals(printed));
  const file = seal.write('signed.pdf', signed);
  const said = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' }).stdout;
  assert.equal(said.match(/Signature is Valid\./g)?.length, 5, said);
  assert.equal(said.match(/Total document signed/g)?.length, 1, said);
  for (const m of members) assert.ok(said.includes(m.name), said);
  // The dissent stands in the file itself, in the signature of who wrote it.
  const reasons = [...signed.toString('latin1').matchAll(/\/Reason <FEFF([0-9A-F]+)>/g)].map(([, hex]) => Buffer.from(hex, 'hex').swap16().toString('utf16le'));
  assert.deepEqual(reasons, ['不同意见：对第一包评分办法有不同意见。']);
  const ca = path.join(server.dataDir, 'keys/documents.crt');
  for (const s of signaturesOf(signed))
    execFileSync('openssl', ['cms', '-verify', '-inform', 'DER', '-in', seal.write('sig.der', s.cms), '-content', seal.write('content', s.content),
      '-binary', '-cades', '-CAfile', ca, '-purpose', 'any', '-out', '/dev/null'], { stdio: 'pipe' });
  const text = (at) => execFileSync('pdftotext', ['-layout', at, '-'], { encoding: 'utf8' });
  assert.equal(text(file), text(seal.write('report.pdf', printed)));
});

test('the exported record verifies; whatever is altered in it is named', async (t) => {
  const { dir, out } = await assertTamperEvident(t, server, sessionId, [...ofEvents, ...ofDraw, ...ofResult, ...ofReport]);
  assert.match(out, /2 lots ranked anew/);
  assert.match(out, /report signed by 5 of 5 members/);
  const verify = (file) => spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['draw', file], { encoding: 'utf8' });
  const published = seal.write('draw.json', JSON.stringify(await server.api().get(`/draws/${drawId}/record`)));
  for (const file of [published, path.join(dir, 'draw.json')]) {
    const good = verify(file);
    assert.deepEqual([good.status, good.stderr], [0, ''], good.stdout);
    assert.match(good.stdout, /drawn anew: 5 experts and 2 standbys from 10 eligible of 13 entries/);
  }
  const altered = JSON.parse(fs.readFileSync(published, 'utf8'));
  altered.record.selected.reverse();
  const bad = verify(seal.write('draw-altered.json', JSON.stringify(altered)));
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /draw\.result: the experts are not those the seed draws/);
  assert.equal(verify(seal.path('nothing.json')).status, 2);
  assert.equal(verify(seal.write('text.json', 'not JSON')).status, 2);
});

test('the bundle holds record, report and bids, and verifies; whatever is altered in it is named', async (t) => {
  const { dir, told, err } = makeBundle(server, sessionId);
  assert.deepEqual([told.closed, told.missing, told.withheld], [true, 0, 0], err);
  const out = await assertBundleTells(t, dir, [...ofFolder, ...ofDocuments]);
  assert.match(out, /2 lots ranked anew/);
  assert.match(out, /6 bids sealed again/);
  assert.match(out, /no head of it bears a cosigner's signature/);
  const again = server.ctl('bundle', sessionId, dir);
  assert.deepEqual([again.code, again.err], [1, `bidroomctl bundle: ${dir} is there already\n`]);
  const none = server.ctl('bundle', sessionId.replace(/.$/, (c) => (c === 'z' ? 'y' : 'z')), `${dir}-none`);
  assert.match(none.err, /there is no session/);
  assert.ok(!fs.existsSync(`${dir}-none`) && !fs.existsSync(`${dir}-none.part`));
});

test('once the key of the project was destroyed a bundle says of each bid that it stays closed', async () => {
  for (let i = 0; i < 16; i += 1) await people.staff.post('/clock/advance', { seconds: 366 * DAY, reason: '测试' });
  server.sql(`INSERT INTO archive_record (session_id, class, counts_from, state) VALUES ('${sessionId}', 'years_15', UTC_TIMESTAMP(6), 'removed')`);
  const at = `/projects/${projectId}/bid-key/end`;
  const bundle = `/sessions/${sessionId}/bundle`, shelf = (suffix) => path.join(server.dataDir, 'bundles', `${sessionId}${suffix}`);
  const ordered = async () => {
    await people.supervisor.post(bundle);
    await until('the bundle', async () => (await people.supervisor.get(bundle)).state === 'ready');
    return JSON.parse(fs.readFileSync(shelf('.json'), 'utf8')).holds_bids;
  };
  assert.equal(await ordered(), true);
  const { proposal_id } = await people.staff.post(at, { reason: '保管期满' });
  const ended = await people.supervisor.post(`${at}/confirm`, { proposal_id });
  server.sql('DELETE FROM archive_record');
  await until('what was ordered before to be taken away', async () => (await people.supervisor.get(bundle)).state === 'none');
  assert.deepEqual([shelf(''), shelf('.json')].filter(fs.existsSync), []);
  assert.equal(await ordered(), false, 'another may lie there');
  await until('the ledger goes on', async () => (await people.staff.get(`/events/${ended.events[0].event_id}/receipt`)).checkpoint);
  const { dir } = makeBundle(server, sessionId, 'keyless');
  const { documents } = JSON.parse(fs.readFileSync(path.join(dir, 'bundle.json'), 'utf8'));
  assert.deepEqual(documents.map((d) => d.state), Array(6).fill('destroyed'));
  const whole = verifyBundle(dir);
  assert.equal(whole.code, 0, whole.out);
  assert.match(whole.out, /documents\/\w{26}: the key of its project was destroyed at the end of its time/);
  const events = path.join(dir, 'events.jsonl');
  fs.writeFileSync(events, fs.readFileSync(events, 'utf8').split('\n').filter((row) => !row.includes('project.key_destroyed')).join('\n'));
  assert.match(verifyBundle(dir).out, /FAULT documents\/\w{26}: no event says that the key of its project was destroyed/);
});
