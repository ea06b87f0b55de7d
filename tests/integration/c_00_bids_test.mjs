// SPDX-License-Identifier: GPL-3.0-or-later
// Sealed bids from the first byte to the opening record: whoever is late, wrong or absent included.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Server, build, until } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, certifyRecord, checkReceipt, creditCode, fetchRecordToSign, followBid, keyHolders, releaseBid, sealBid, sealElsewhere, signRecord, submitBid, upload, verifyBid } from '../support/bids.mjs';
import { inMemory } from '../support/memory.mjs';
import { signaturesOf } from '../support/pades.mjs';
import { Seal } from '../support/seal.mjs';
import { advanceTo, announce, noticeFields, plusSeconds, publish, workingTime } from '../support/trade.mjs';

const MARKER = '技术方案-marker-7f3a1c9e5b';
const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = {};
let holders, logKey;

const documents = (name, size) => [
  seal.write(`${name}-商务.txt`, `${name} 商务文件 ${MARKER}`),
  seal.write(`${name}-技术.bin`, Buffer.concat([Buffer.from(`${MARKER}\n`), crypto.randomBytes(size)])),
];

const offer = (who, tender, lotId, price, size = 1000, more = {}) => sealBid(who,
  { tender, lotId, price, documents: documents(`${who.login}-${lotId.slice(-4)}`, size), ...more });

async function restart() {
  await server.kill();
  await server.start();
  const all = [...Object.values(people), ...Object.values(firms), ...holders, ...Object.values(server.admins)];
  for (const who of all) who.base = server.url;
}

const statesOf = async (lotId) => Object.fromEntries((await server.api().get(`/lots/${lotId}/opening`)).bids.map((b) => [b.bid_id, b.state]));
const kinds = (answer) => answer.events.map((e) => e.kind);
// What the public ledger tells of one kind.
async function feedOf(kind) {
  const items = [];
  for (let after = ''; ;) {
    const page = await server.api().get(`/feed?limit=200${after}`);
    items.push(...page.items.filter((e) => e.kind === kind));
    if (page.next === null) return items;
    after = `&after=${page.next}`;
  }
}
const textOf = (pdf) => spawnSync('pdftotext', ['-raw', '-', '-'], { input: pdf, encoding: 'utf8' }).stdout.replaceAll(/\s/g, '');
const timesOf = (text, words) => text.split(words).length - 1;
// Whether openssl takes it for a signature of the centre.
function sealHolds(cms, content) {
  const args = ['cms', '-verify', '-inform', 'DER', '-in', firms.甲.seal.write('seal.p7s', cms), '-content', firms.甲.seal.write('sealed', content),
    '-binary', '-CAfile', path.join(server.dataDir, 'keys/centre.crt'), '-partial_chain', '-purpose', 'any', '-out', '/dev/null'];
  return spawnSync('openssl', args).status === 0;
}
// Prints the opening record and gives its text.
async function printed(lot) {
  await people.host.post(`/lots/${lot}/opening-record`);
  return textOf((await server.api().raw('GET', `/api/v1/lots/${lot}/opening-record.pdf`)).body);
}
const sealedFile = (bidId) => path.join(server.dataDir, 'bids', `${bidId}.sealed`);

let deadline, main, second, third, cheated;
const bids = {};

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host', 'supervisor'])
    people[role] = await server.account(role, [role]);
  holders = await keyHolders(server, seal);
  for (const [i, login] of ['甲', '乙', '丙', '丁', '戊', '己', '庚'].entries())
    firms[login] = await bidder(server, seal, `firm${i}`, { name: `${login}建设有限公司`, credit_code: creditCode(i) });
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  main = await announce(server, people, holders, deadline);
  second = await announce(server, people, holders, deadline, { regime: 'ztb', window_minutes: 30, rescue: 'fault' });
  third = await announce(server, people, holders, deadline, { rescue: 'none' });
  cheated = await announce(server, people, holders, deadline);
  logKey = seal.write('log.key', (await server.api().raw('GET', '/ledger/key')).body);
});
test.after(() => server.remove());

test('a bid arrives in pieces; kill -9 between them loses nothing that was acknowledged', async () => {
  const firm = firms.甲;
  const sealed = await offer(firm, main.tender, main.lots[0], '1267500', 10 << 20);
  const bytes = fs.readFileSync(sealed.file);
  const begun = await firm.post(`/lots/${main.lots[0]}/bids`, { size: bytes.length });
  assert.deepEqual(kinds(begun), ['bid.started']);
  assert.deepEqual([begun.received, begun.chunk_size], [0, 4 << 20]);
  const send = (at, piece, headers = {}, who = firm) => who.send('PATCH', `/bids/${begun.bid_id}/content`, piece, { 'upload-offset': String(at), ...headers });
  const first = bytes.subarray(0, 4 << 20);
  assert.equal((await send(0, first)).received, 4 << 20);
  assert.equal((await send(0, first)).received, 4 << 20, 'the answer got lost, the piece is sent again');
  assert.equal((await refused(send(0, Buffer.alloc(4 << 20)))).code, 'bid.offset');
  assert.equal((await refused(send(5 << 20, first.subarray(0, 10)))).code, 'bid.offset');
  assert.equal((await refused(send(4 << 20, first, { 'content-type': 'text/plain' }))).code, 'http.unsupported_type');
  assert.equal((await refused(send('4x', first))).code, 'input.invalid');
  assert.equal((await refused(send(4 << 20, Buffer.alloc(5 << 20)))).code, 'http.body_too_large');
  assert.equal((await refused(send(bytes.length - 5, Buffer.alloc(10)))).code, 'bid.too_large');
  assert.equal((await refused(send(4 << 20, first, {}, firms.乙))).code, 'auth.denied');
  assert.equal((await refused(firm.post(`/bids/${begun.bid_id}/finalise`, { receipt_digest: sealed.receipt_digest }))).code, 'bid.incomplete');

  const cut = send(4 << 20, bytes.subarray(4 << 20, 8 << 20)).catch(() => 'cut off');
  await restart();
  await cut;
  const { state, received } = await firm.get(`/bids/${begun.bid_id}`);
  assert.equal(state, 'uploading');
  assert.ok(received === 4 << 20 || received === 8 << 20, `${received}`);
  await upload(firm, main.lots[0], sealed.file, { ...begun, received });
  assert.deepEqual(fs.readFileSync(sealedFile(begun.bid_id)), bytes);
  Object.assign(bids, { 甲: { ...sealed, bid_id: begun.bid_id } });
});

test('the receipt is for these bytes, survives kill -9 and verifies offline', async () => {
  const [firm, bid] = [firms.甲, bids.甲];
  const finalise = (receipt_digest) => firm.post(`/bids/${bid.bid_id}/finalise`, { receipt_digest });
  const wrong = await refused(finalise('00'.repeat(32)));
  assert.deepEqual([wrong.code, wrong.problem.field], ['bid.incomplete', 'receipt_digest']);
  assert.equal((await refused(firms.乙.post(`/bids/${bid.bid_id}/finalise`, { receipt_digest: bid.receipt_digest }))).code, 'auth.denied');
  const answer = await finalise(bid.receipt_digest);
  await restart();
  assert.deepEqual(kinds(answer), ['bid.finalised']);
  Object.assign(bid, answer);
  const seen = await firm.get(`/bids/${bid.bid_id}`);
  assert.deepEqual([seen.state, seen.receipt_digest, seen.receipt_event_id, seen.finalised_at],
    ['finalised', bid.receipt_digest, answer.events[0].event_id, answer.finalised_at]);
  const { event_id, leaf_hash, promise } = answer.events[0];
  const atOnce = await seal.verifyReceipt({ receipt: seal.write('promise.json', { event_id, leaf_hash, promise }), logKey });
  assert.deepEqual([atOnce.in_tree, atOnce.event_id], [false, event_id]);
  const verdict = await checkReceipt(firm, bid, logKey);
  assert.deepEqual([verdict.in_tree, verdict.bid], [true, 'matches']);

  const receipt = JSON.parse(fs.readFileSync(seal.path(`${bid.bid_id}.receipt.json`)));
  const altered = seal.write('altered.json', { ...receipt, leaf: receipt.leaf.replace(bid.receipt_digest, 'ab'.repeat(32)) });
  await assert.rejects(seal.verifyReceipt({ receipt: altered, logKey }), /receipt does not hold/);
  const other = await offer(firms.乙, main.tender, main.lots[0], '1345500');
  await assert.rejects(seal.verifyReceipt({ receipt: seal.path(`${bid.bid_id}.receipt.json`), logKey, bid: other.file }), /other bytes/);
  assert.equal((await refused(finalise(bid.receipt_digest))).code, 'bid.state');
  assert.equal((await refused(firm.send('PATCH', `/bids/${bid.bid_id}/content`, Buffer.alloc(1), { 'upload-offset': '0' }))).code, 'bid.state');
});

test('what is not a sealed bid for this lot and its holders is refused on the record', async () => {
  const firm = firms.丁;
  const [lot, other] = main.lots;
  const good = await offer(firm, main.tender, lot, '1300000');
  const broken = Buffer.from(fs.readFileSync(good.file));
  broken[20] ^= 1; // in the header
  const flipped = Buffer.from(fs.readFileSync(good.file));
  flipped[flipped.length - 100] ^= 1; // in the last chunk
  const damaged = await refused(submitBid(firm, lot, { file: seal.write('flipped.bid', flipped), receipt_digest: good.receipt_digest }));
  assert.deepEqual([damaged.status, damaged.code], [409, 'bid.incomplete']);
  const cut = fs.readFileSync(good.file).subarray(0, -1);
  const long = Buffer.concat([fs.readFileSync(good.file), Buffer.alloc(1)]);
  const forOther = await offer(firm, main.tender, other, '1300000', 1000, { form: 'other' });
  const strangers = structuredClone(main.tender);
  const { public_key, kid } = await seal.keygen('stranger.pem');
  Object.assign(strangers.holders[2], { public_key, kid });
  const cases = [
    ['bid.not_sealed', 'sealed_magic', { file: seal.write('plain.pdf', `%PDF-1.7 ${'x'.repeat(6000)}`), receipt_digest: '00'.repeat(32) }],
    ['bid.not_sealed', 'sealed_header', { file: seal.write('broken.bid', broken), receipt_digest: good.receipt_digest }],
    ['bid.not_sealed', 'sealed_truncated', { file: seal.write('cut.bid', cut), receipt_digest: good.receipt_digest }],
    ['bid.not_sealed', 'sealed_trailing', { file: seal.write('long.bid', long), receipt_digest: good.receipt_digest }],
    ['bid.wrong_lot', `it was sealed for lot ${other}`, forOther],
    ['bid.wrong_holders', 'seal it for the key holders of the tender', await offer(Object.assign(Object.create(firm), { login: 'strangers' }), strangers, lot, '1300000')],
  ];
  for (const [code, detail, sealed] of cases) {
    const problem = await refused(submitBid(firm, lot, sealed));
    assert.deepEqual([problem.status, problem.code, problem.problem.detail], [422, code, detail]);
    assert.deepEqual(kinds(problem.problem), ['bid.refused'], code);
    const receipt = await until('the receipt of the refusal', async () => {
      const r = await firm.get(`/events/${problem.problem.events[0].event_id}/receipt`);
      return r.checkpoint && r;
    });
    const { body, subject } = JSON.parse(receipt.leaf);
    assert.deepEqual([body.code, body.detail], [code, detail]);
    const [refusal] = (await firm.get(`/bids/${subject.slice(4)}`)).refusals;
    assert.deepEqual([refusal.event_id, refusal.code, refusal.detail], [receipt.event_id, code, detail]);
  }
});

test('a bidder needs a credit code and a registered key', async () => {
  const bare = await server.account('bare', ['bidder'], { name: '无证公司' });
  assert.equal((await refused(bare.post(`/lots/${main.lots[0]}/bids`, { size: 1 }))).code, 'bid.not_equipped');
  const noKey = await server.account('nokey', ['bidder'], { name: '无钥公司', org_name: '无钥公司', credit_code: creditCode(77) });
  assert.equal((await refused(noKey.post(`/lots/${main.lots[0]}/bids`, { size: 1 }))).code, 'bid.not_equipped');
  const large = await refused(firms.甲.post(`/lots/${main.lots[0]}/bids`, { size: 2 ** 50 }));
  assert.deepEqual([large.code, kinds(large.problem)], ['bid.too_large', ['bid.refused']]);
});

test('the keys are published with the tender; a holder is changed until somebody begins to bid', async () => {
  const eventOf = (kind, project) => until(`${kind} in the feed`, async () => (await server.api().get('/feed?limit=200')).items
    .find((e) => e.kind === kind && JSON.stringify(e.body).includes(project.tender.holders[1].kid) && e.body.project_code === project.tender.code));
  const { body } = await eventOf('notice.published', third);
  const { threshold, window_minutes, rescue } = third.tender;
  assert.deepEqual(body.sealing, { threshold, window_minutes, rescue, holders: third.tender.holders });
  assert.deepEqual([rescue, main.tender.rescue, second.tender.rescue], ['none', 'any', 'fault']);

  const id = third.tender.project_id;
  const change = (no, account, who = people.agency, project = id) =>
    who.post(`/projects/${project}/holders/${no}`, { account_id: account.accountId, reason: '原保管人遗失密钥' });
  const another = await server.account('h4', ['holder'], { name: '保管人4' });
  const keyless = await refused(change(3, another));
  assert.deepEqual([keyless.code, keyless.problem.field], ['project.holder', 'account_id'], 'it has no key yet');
  const register = async (who, file) => (await who.post('/me/keys', { purpose: 'holder', ...(({ alg, public_key }) => ({ alg, public_key }))(await seal.keygen(file)) })).kid;
  const kid = await register(another, 'h4.pem');
  assert.equal((await refused(change(1, holders[0]))).code, 'project.holder', 'it is bound to this key already');
  assert.equal((await refused(change(1, holders[1]))).code, 'project.holder', 'nobody holds two shares');
  assert.equal((await refused(change(4, another))).code, 'input.not_found');
  const stranger = await server.account('stranger', ['agency'], { name: '别家代理', org_name: '别家代理公司' });
  for (const who of [firms.甲, stranger]) assert.equal((await refused(change(3, another, who))).code, 'auth.denied');
  assert.equal((await refused(change(3, another, people.agency, main.tender.project_id))).code, 'project.bids_begun');
  assert.deepEqual(await change(3, another).then((a) => [a.holder_no, a.kid, kinds(a)]), [3, kid, ['project.holder_changed']]);
  const renewed = await register(holders[0], 'h1-new.pem');
  assert.equal((await change(1, holders[0])).kid, renewed);
  const now = (await server.api().get(`/projects/${id}/tender`)).holders;
  assert.deepEqual(now.map((h) => h.kid), [renewed, third.tender.holders[1].kid, kid]);
  const changed = await eventOf('project.holder_changed', third);
  assert.deepEqual([changed.body.holder_no, changed.body.kid_before, changed.body.kid, changed.body.reason],
    [3, third.tender.holders[2].kid, kid, '原保管人遗失密钥']);
  // The page of the notice prints them, and how the bids are opened under them.
  const pageWith = (notice, kids) => until('the page with the keys', async () => {
    const page = (await server.api().raw('GET', `/notices/${notice}.html`)).body.toString();
    return kids.every((k) => page.includes(k)) && page;
  });
  const page = await pageWith(third.notice_id, now.map((h) => h.kid));
  for (const gone of [third.tender.holders[0].kid, third.tender.holders[2].kid]) assert.ok(!page.includes(gone), gone);
  assert.ok(page.includes('自开标起60分钟内，由投标人自行解密') && page.includes('不由密钥保管人解密'));
  const other = await pageWith(main.notice_id, main.tender.holders.map((h) => h.kid));
  assert.ok(other.includes('3名密钥保管人中的2名') && main.tender.holders.every((h) => other.includes(h.public_key)));
});

test('uploads that are never finished are few', async () => {
  const [firm, lot] = [firms.己, main.lots[1]];
  const begin = () => firm.post(`/lots/${lot}/bids`, { size: 10 }).catch((error) => error);
  const answers = await Promise.all(Array.from({ length: 25 }, begin));
  assert.deepEqual(answers.map((a) => a.code).filter(Boolean), Array(5).fill('bid.too_many_uploads'));
  await firm.post(`/bids/${answers.find((a) => a.bid_id).bid_id}/withdraw`);
  assert.ok((await begin()).bid_id);
  assert.equal((await begin()).code, 'bid.too_many_uploads');
  await firms.庚.post(`/lots/${lot}/bids`, { size: 10 });
});

test('another bid replaces the first; one may be withdrawn and handed in again', async () => {
  const [lot] = main.lots;
  const first = await submitBid(firms.乙, lot, { file: seal.path(`firm1-${lot}.bid`), receipt_digest: (await seal.run('digest', seal.path(`firm1-${lot}.bid`))).receipt_digest });
  fs.renameSync(first.file, `${first.file}.old`);
  first.file += '.old';
  bids.before = { ...first, lotId: lot };
  bids.乙 = await submitBid(firms.乙, lot, sealElsewhere(firms.乙,
    { tender: main.tender, lotId: lot, price: '1345500', documents: documents('elsewhere', 5 << 20) }));
  assert.deepEqual(kinds(bids.乙), ['bid.withdrawn', 'bid.finalised']);
  assert.equal((await firms.乙.get(`/bids/${first.bid_id}`)).state, 'withdrawn');
  assert.ok(!fs.existsSync(sealedFile(first.bid_id)), 'only the envelope record is kept');

  const third = await submitBid(firms.丙, lot, await offer(firms.丙, main.tender, lot, '1286800'));
  const withdrawn = await firms.丙.post(`/bids/${third.bid_id}/withdraw`);
  assert.deepEqual(kinds(withdrawn), ['bid.withdrawn']);
  assert.equal((await refused(firms.丙.post(`/bids/${third.bid_id}/withdraw`))).code, 'bid.state');
  assert.ok(!fs.existsSync(sealedFile(third.bid_id)));
  const replayed = await refused(submitBid(firms.丙, lot, third));
  assert.deepEqual([replayed.code, kinds(replayed.problem)], ['bid.replayed', ['bid.refused']]);
  assert.equal((await refused(submitBid(firms.丁, lot, bids.乙))).code, 'bid.replayed', 'a copy of a rival');
  assert.equal((await firms.乙.get(`/bids/${bids.乙.bid_id}`)).state, 'finalised');
  bids.丙 = await submitBid(firms.丙, lot, await offer(firms.丙, main.tender, lot, '1286800'));
  const { items, next } = await firms.丙.get('/me/bids');
  assert.deepEqual([items.map((b) => b.state), next], [['finalised', 'uploading', 'withdrawn'], null]);

  // Two at once: whichever is taken last stands.
  const two = [];
  const twins = [];
  for (const price of ['1300000', '1300001']) {
    two.push(await offer(firms.丁, main.tender, lot, price));
    twins.push(await upload(firms.丁, lot, two.at(-1).file));
  }
  await Promise.all(twins.map((id, i) => firms.丁.post(`/bids/${id}/finalise`, { receipt_digest: two[i].receipt_digest })));
  const states = await Promise.all(twins.map((id) => firms.丁.get(`/bids/${id}`)));
  assert.deepEqual(states.map((b) => b.state).sort(), ['finalised', 'withdrawn']);
  await firms.丁.post(`/bids/${states.find((b) => b.state === 'finalised').bid_id}/withdraw`);

  bids.late = { ...await offer(firms.戊, main.tender, lot, '1200000'), lotId: lot };
  bids.late.bid_id = await upload(firms.戊, lot, bids.late.file);
  for (const name of ['甲', '乙'])
    await submitBid(firms[name], main.lots[1], await offer(firms[name], main.tender, main.lots[1], '90', 1000, { form: 'other' }));
});

// Everything the server keeps or says, searched for a text.
function findOnDisk(text) {
  const found = [];
  const needle = Buffer.from(text);
  const walk = (dir) => {
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const file = path.join(dir, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (entry.isFile() && fs.readFileSync(file).includes(needle)) found.push(file);
    }
  };
  walk(server.dataDir);
  walk(server.dbDir);
  if (server.logs.some((line) => line.includes(String(text)))) found.push('log');
  return found;
}

test('before the deadline nobody learns who bids, how many, or what', async () => {
  for (const text of [MARKER, '1267500', '1345500', '1286800']) assert.deepEqual(findOnDisk(text), []);
  // Nor from the memory of the running programs, which this search does reach.
  const children = fs.readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8').trim().split(' ');
  const pids = [server.child.pid, ...children.filter(Boolean)];
  assert.ok(pids.some((pid) => inMemory(pid, firms.甲.login)));
  for (const pid of pids) assert.ok(!inMemory(pid, MARKER), `process ${pid}`);
  const stranger = await server.api().get(`/lots/${main.lots[0]}/opening`);
  assert.deepEqual([stranger.state, stranger.bids, stranger.digest_set], ['bidding', [], undefined]);
  for (const who of [people.host, people.staff, people.supervisor, firms.乙])
    assert.equal((await refused(who.get(`/bids/${bids.甲.bid_id}`))).code, 'auth.denied');
  for (const holder of holders) {
    assert.equal((await refused(holder.get(`/bids/${bids.甲.bid_id}/header`))).status, 409);
    assert.deepEqual((await holder.get('/holder/tasks')).items, []);
  }
  const { items } = await server.admins.auditor.get('/audit/events?limit=200');
  const said = JSON.stringify(items);
  assert.ok(items.some((e) => e.kind === 'account.created') && !said.includes('"bid.'));
  for (const bid of [bids.甲, bids.乙, bids.丙]) {
    assert.ok(!said.includes(bid.bid_id));
    const seen = await server.admins.auditor.get(`/events/${bid.events.at(-1).event_id}/receipt`);
    assert.equal(seen.leaf, undefined);
  }
  const feed = JSON.stringify(await server.api().get('/feed?limit=200'));
  for (const firm of Object.values(firms)) assert.ok(!feed.includes(firm.accountId));
  assert.ok(!feed.includes('bid.'));
});

test('nothing opens before the deadline', async () => {
  const early = await refused(people.host.post(`/lots/${main.lots[0]}/close`));
  assert.deepEqual([early.status, early.code], [422, 'opening.too_early']);
  assert.equal((await refused(releaseBid(firms.甲, bids.甲))).code, 'opening.state');
  assert.equal((await refused(people.host.post(`/bids/${bids.甲.bid_id}/rescue`, { reason: '试' }))).code, 'opening.state');
  assert.equal((await refused(people.host.post(`/lots/${main.lots[0]}/finish-opening`))).code, 'opening.state');
});

test('the second lot of bidders for the record of what goes wrong', async () => {
  const [lot] = second.lots;
  const odd = async (name, price, more) => offer(firms[name], second.tender, lot, price, 5000, more);
  // Changed after it was sealed, and handed in as if it were meant so.
  const tampered = async (name, price, size, change) => {
    const sealed = await offer(firms[name], second.tender, lot, price, size);
    const bytes = fs.readFileSync(sealed.file);
    change(bytes, 12 + bytes.readUInt32BE(8));
    const file = seal.write(`tampered-${price}.bid`, bytes);
    const { receipt_digest } = await seal.run('digest', file);
    return submitBid(firms[name], lot, { ...sealed, file, receipt_digest });
  };
  bids.broken = await tampered('甲', '100', 5000, (b) => { b[b.length - 20] ^= 1; });
  // Signed with a key nobody knows yet.
  const { alg, public_key } = await seal.keygen('new.pem');
  bids.unknown = await submitBid(firms.乙, lot, await sealBid({ ...firms.乙, name: '乙建设有限公司', seal, key: seal.path('new.pem'), login: 'firm1', credit_code: firms.乙.credit_code },
    { tender: second.tender, lotId: lot, price: '200.1235', documents: documents('new', 10) }));
  Object.assign(bids.unknown, { alg, public_key, key: seal.path('new.pem') });
  // In another firm's name.
  bids.foreign = await submitBid(firms.丙, lot, await sealBid(Object.assign(Object.create(firms.丙), { credit_code: creditCode(9) }),
    { tender: second.tender, lotId: lot, price: '300', documents: documents('foreign', 10) }));
  bids.absent = await submitBid(firms.丁, lot, await odd('丁', '400'));
  // The manifest's chunk changed; two chunks in each other's place.
  bids.manifest = await tampered('己', '600', 1000, (b, chunk0) => { b[chunk0 + 9] ^= 1; });
  bids.swapped = await tampered('庚', '700', 9 << 20, (b, chunk0) => {
    const one = chunk0 + 4096 + 16;
    const two = one + (4 << 20) + 16;
    const first = Buffer.from(b.subarray(one, two));
    b.copyWithin(one, two, two + first.length);
    first.copy(b, two);
  });
  bids.cut = await submitBid(firms.戊, lot, await odd('戊', '500'));
  // Sealed so that shares of holders are worthless, each with its right digest.
  const cheat = async (name, price, unfit) => submitBid(firms[name], cheated.lots[0], sealElsewhere(firms[name],
    { tender: cheated.tender, lotId: cheated.lots[0], price, documents: documents(`cheat-${name}`, 10), unfit }));
  bids.oneOff = await cheat('丁', '1300000', [1]);
  bids.twoOff = await cheat('己', '1310000', [1, 2]);
  await cheat('庚', '1320000');
  bids.byPiece = await firms.戊.post(`/lots/${third.lots[1]}/bids`, { size: 10 });
  bids.byWithdrawal = await firms.戊.post(`/lots/${third.lots[0]}/bids`, { size: 10 });
});

test('a bidder that signs in before the deadline sees that alone', async () => {
  const [lot] = main.lots;
  const attend = (who) => who.post(`/lots/${lot}/attend`);
  const seen = async (who) => (await who.get(`/lots/${lot}/opening`)).my_attendance;
  assert.equal((await refused(attend(firms.戊))).code, 'auth.denied', 'who has no bid in the lot');
  assert.deepEqual(kinds(await attend(firms.乙)), ['opening.attended']);
  assert.equal((await refused(attend(firms.乙))).code, 'opening.attended');
  assert.ok(await seen(firms.乙));
  for (const who of [firms.甲, people.host, server.api()]) assert.equal(await seen(who), undefined);
  assert.equal(JSON.stringify(await people.host.get(`/lots/${lot}/opening`)).includes('attended'), false);
});

test('at the deadline itself it is too late, and the refusal is on the record', async () => {
  await advanceTo(people.staff, deadline);
  const finalise = await refused(firms.戊.post(`/bids/${bids.late.bid_id}/finalise`, { receipt_digest: bids.late.receipt_digest }));
  assert.deepEqual([finalise.status, finalise.code, kinds(finalise.problem)], [422, 'bid.late', ['bid.refused']]);
  const start = await refused(firms.丁.post(`/lots/${main.lots[0]}/bids`, { size: 10 }));
  assert.deepEqual([start.code, kinds(start.problem)], ['bid.late', ['bid.refused']]);
  // The lot is not closed, and its deadline may move on: who was turned away at the door is not told of.
  const receipt = () => server.admins.auditor.get(`/events/${start.problem.events[0].event_id}/receipt`);
  assert.equal((await receipt()).leaf, undefined);
  const more = await refused(firms.戊.send('PATCH', `/bids/${bids.late.bid_id}/content`, Buffer.alloc(1), { 'upload-offset': '0' }));
  assert.equal(more.code, 'bid.late');
  assert.equal((await refused(firms.甲.post(`/bids/${bids.甲.bid_id}/withdraw`))).code, 'bid.late');
  // Each the only one that comes to its lot.
  const sendPiece = () => refused(firms.戊.send('PATCH', `/bids/${bids.byPiece.bid_id}/content`, Buffer.alloc(1), { 'upload-offset': '0' }));
  const piece = await sendPiece();
  assert.deepEqual([piece.code, kinds(piece.problem)], ['bid.late', ['bid.refused']]);
  const again = await sendPiece();
  assert.deepEqual([again.code, again.problem.events], ['bid.late', undefined], 'one receipt is enough, however often it is sent');
  const withdrawal = await refused(firms.戊.post(`/bids/${bids.byWithdrawal.bid_id}/withdraw`));
  assert.deepEqual([withdrawal.code, withdrawal.problem.events], ['bid.late', undefined]);
});

test('a clock that is set back makes nobody be in time who was late', async () => {
  const late = () => refused(firms.戊.post(`/bids/${bids.late.bid_id}/finalise`, { receipt_digest: bids.late.receipt_digest }));
  const setBack = async (seconds) => {
    server.sql(`UPDATE legal_clock SET offset_us = offset_us - ${seconds} * 1000000`);
    await restart();
  };
  await setBack(600);
  assert.ok(Date.parse((await people.staff.get('/clock')).legal) < Date.parse(deadline));
  assert.equal((await late()).code, 'bid.late');
  assert.equal((await refused(firms.丁.post(`/lots/${main.lots[0]}/bids`, { size: 10 }))).code, 'bid.late');
  assert.equal((await refused(firms.甲.post(`/bids/${bids.甲.bid_id}/withdraw`))).code, 'bid.late');
  for (const lot of third.lots) assert.equal((await refused(firms.丁.post(`/lots/${lot}/bids`, { size: 10 }))).code, 'bid.late');
  assert.equal((await refused(people.host.post(`/lots/${main.lots[0]}/close`))).code, 'opening.too_early');
  await setBack(-600);
});

// No machine's clock is known to a microsecond, wherever this runs.
test('while the clock is not sure no bid is taken, nobody is late, and nothing is opened', async () => {
  const events = () => server.sql('SELECT COUNT(*) FROM event')[0][0];
  const before = events();
  server.options.config = { clock: { max_error_ms: '1' } };
  await restart();
  const tries = [
    () => firms.丁.post(`/lots/${main.lots[0]}/bids`, { size: 10 }),
    () => firms.戊.post(`/bids/${bids.late.bid_id}/finalise`, { receipt_digest: bids.late.receipt_digest }),
    () => firms.戊.send('PATCH', `/bids/${bids.late.bid_id}/content`, Buffer.alloc(1), { 'upload-offset': '0' }),
    () => firms.甲.post(`/bids/${bids.甲.bid_id}/withdraw`),
  ];
  for (const one of tries) {
    const { status, code, problem } = await refused(one());
    assert.deepEqual([status, code, problem.events], [503, 'bid.clock_unsure', undefined]);
  }
  assert.equal((await refused(people.host.post(`/lots/${main.lots[1]}/close`))).code, 'opening.clock_unsure');
  const text = (await server.api().raw('GET', '/metrics')).body.toString();
  assert.match(text, /^bidroom_clock_steered [01]$/m);
  assert.match(text, /^bidroom_clock_error_most_microseconds 1000$/m);
  assert.equal(events(), before);
  delete server.options.config;
  await restart();
});

test('fewer than three bids: the lot has failed and nothing is opened', async () => {
  const answer = await people.host.post(`/lots/${main.lots[1]}/close`);
  assert.deepEqual([answer.state, kinds(answer)], ['failed', ['lot.failed']]);
  const event = await until('the event in the feed', async () => (await server.api().get('/feed?limit=200')).items.find((e) => e.kind === 'lot.failed'));
  assert.deepEqual([event.body.rule, event.body.count], ['G10', 2]);
  const [mine] = (await firms.甲.get('/me/bids')).items.filter((b) => b.lot_id === main.lots[1]);
  assert.equal((await refused(releaseBid(firms.甲, { bid_id: mine.bid_id, file: seal.path(`firm0-${main.lots[1]}.bid`) }))).code, 'opening.state');
  assert.deepEqual((await server.api().get(`/lots/${main.lots[1]}/opening`)).bids, []);
  const text = await printed(main.lots[1]);
  for (const words of ['递交投标文件数2', '未开标，投标文件未解密'])
    assert.ok(text.includes(words), words);
  assert.doesNotMatch(text, /建设有限公司/, 'nobody learns whose bids they were');
  assert.deepEqual(await people.host.post(`/lots/${main.lots[1]}/close`), { state: 'failed', events: [] }, 'who comes later is told');
  const start = await refused(firms.丁.post(`/lots/${main.lots[1]}/bids`, { size: 10 }));
  assert.deepEqual([start.code, start.problem.events], ['lot.state', undefined], 'nobody is late for what has ended');
});

test('closing publishes the digests of all bids', async () => {
  assert.equal((await refused(people.staff.post(`/lots/${main.lots[0]}/close`))).code, 'auth.denied');
  const answer = await people.host.post(`/lots/${main.lots[0]}/close`);
  assert.deepEqual([...new Set(kinds(answer))], ['lot.closed', 'bid.refused'], 'what was not handed in is turned away');
  const [refusal] = (await firms.戊.get(`/bids/${bids.late.bid_id}`)).refusals.slice(-1);
  assert.equal(refusal.code, 'bid.not_finalised');
  const receipt = await until('the receipt of the refusal', async () => {
    const r = await firms.戊.get(`/events/${refusal.event_id}/receipt`);
    return r.checkpoint && r;
  });
  assert.equal(JSON.parse(receipt.leaf).body.code, 'bid.not_finalised');
  assert.equal((await firms.甲.get(`/events/${refusal.event_id}/receipt`)).leaf, undefined);
  const digests = [bids.甲, bids.乙, bids.丙].map((b) => b.receipt_digest).sort();
  const set = crypto.createHash('sha256').update(Buffer.from(digests.join(''), 'hex')).digest('hex');
  const opening = await server.api().get(`/lots/${main.lots[0]}/opening`);
  assert.deepEqual([opening.state, opening.digest_set], ['closed', set]);
  assert.equal(Date.parse(opening.window_ends) - Date.parse(opening.closed_at), 3600e3);
  assert.deepEqual(opening.bids.map((b) => [b.no, b.bid_id, b.state, b.bidder_name, b.price]),
    ['甲', '乙', '丙'].map((name, i) => [i + 1, bids[name].bid_id, 'sealed', undefined, undefined]));
  const event = await until('the event in the feed', async () => (await server.api().get('/feed?limit=200')).items.find((e) => e.kind === 'lot.closed'));
  assert.deepEqual([event.body.digests, event.body.count, event.body.digest_set], [digests, 3, set]);
  assert.deepEqual(await people.host.post(`/lots/${main.lots[0]}/close`), { state: 'closed', digest_set: set, window_ends: opening.window_ends, events: [] });
  assert.ok(!fs.existsSync(sealedFile(bids.late.bid_id)) && fs.existsSync(sealedFile(bids.甲.bid_id)));
  await people.host.post(`/lots/${second.lots[0]}/close`);
});

test('the digest set is of all bids, however many', async () => {
  const [lot] = third.lots;
  server.sql(`INSERT INTO bid (bid_id, lot_id, account_id, state, size, received, receipt_digest, finalised_at, created_at)
    SELECT CONCAT('00000000000000000000zz', LPAD(seq, 4, '0')), '${lot}', '${firms.庚.accountId}', 'finalised', 1, 1,
    UNHEX(SHA2(seq, 256)), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_2100`);
  const digests = Array.from({ length: 2100 }, (_, i) => crypto.createHash('sha256').update(`${i + 1}`).digest('hex')).sort();
  const set = crypto.createHash('sha256').update(Buffer.from(digests.join(''), 'hex')).digest('hex');
  assert.equal((await people.host.post(`/lots/${lot}/close`)).digest_set, set);
  assert.deepEqual((await server.api().get(`/lots/${lot}/opening-record`)).digests, digests);
  const never = await refused(people.host.post('/bids/00000000000000000000zz0001/rescue', { reason: '试', others_fault: true }));
  assert.deepEqual([never.code, never.problem.detail], ['opening.no_rescue', 'the tender file says of the holders: none']);
});

// Were the key of the project destroyed, whoever would open a bid is told so.
async function keyIsGone(act) {
  const set = (at) => server.sql(`UPDATE project_key SET destroyed_at = ${at} WHERE project_id = '${main.tender.project_id}'`);
  set('UTC_TIMESTAMP(6)');
  const { status, code } = await refused(act());
  assert.deepEqual([status, code], [410, 'project.key_destroyed']);
  set('NULL');
}

test('bidders open their bids in the window, with their own keys only', async () => {
  const wrong = await refused(firms.甲.post(`/bids/${bids.甲.bid_id}/release`, { content_key: crypto.randomBytes(32).toString('base64') }));
  assert.equal(wrong.code, 'bid.key_bad');
  assert.equal((await refused(firms.乙.post(`/bids/${bids.甲.bid_id}/release`, await seal.release(firms.甲.key, bids.甲.file)))).code, 'auth.denied');
  await keyIsGone(() => releaseBid(firms.甲, bids.甲));
  for (const name of ['甲', '乙']) {
    const answer = await releaseBid(firms[name], bids[name]);
    assert.deepEqual([answer.state, kinds(answer)], ['opened', ['bid.opened']]);
    assert.equal((await refused(releaseBid(firms[name], bids[name]))).code, 'opening.state');
  }
  const opening = await server.api().get(`/lots/${main.lots[0]}/opening`);
  assert.deepEqual(opening.bids.map((b) => [b.bidder_name, b.price, b.opened_by]), [
    ['甲建设有限公司', '1267500', 'bidder'], ['乙建设有限公司', '1345500', 'bidder'], [undefined, undefined, undefined]]);
  const event = await until('the event in the feed', async () => (await server.api().get('/feed?limit=200')).items.find((e) => e.kind === 'bid.opened'));
  assert.deepEqual([event.body.bidder_name, event.body.price, event.body.receipt_digest], ['甲建设有限公司', '1267500', bids.甲.receipt_digest]);
  assert.equal((await people.staff.get(`/bids/${bids.甲.bid_id}`)).state, 'opened');
  assert.deepEqual(findOnDisk(MARKER), [], 'what was decrypted never lies on disk');
  const { content_key } = await seal.release(firms.甲.key, bids.甲.file);
  assert.deepEqual(findOnDisk(content_key).concat(findOnDisk(Buffer.from(content_key, 'base64'))), [], 'nor does its key');
});

test('two of three holders rescue a bid; a wrong share names its holder and costs nothing', async () => {
  const { bid_id } = bids.丙;
  const share = async (holder, more = {}) => {
    const header = seal.write(`${bid_id}.header`, (await holder.raw('GET', `/api/v1/bids/${bid_id}/header`, { headers: holder.authorization() })).body);
    return holder.post(`/bids/${bid_id}/shares`, { ...await seal.share(holder.key, header), ...more });
  };
  const byFile = await seal.share(holders[0].key, bids.丙.file);
  assert.equal((await refused(holders[0].post(`/bids/${bid_id}/shares`, byFile))).code, 'opening.window_runs');
  assert.equal((await refused(holders[0].get(`/bids/${bid_id}/header`))).code, 'opening.window_runs');

  const asked = await people.host.post(`/bids/${bid_id}/rescue`, { reason: '投标人密钥丢失' });
  assert.deepEqual(kinds(asked), ['bid.rescue_asked']);
  assert.equal((await refused(people.host.post(`/bids/${bid_id}/rescue`, { reason: '再问' }))).code, 'bid.state');
  const [task] = (await holders[1].get('/holder/tasks')).items;
  assert.deepEqual([task.kind, task.bid_id, task.holder_no, task.reason, task.done], ['bid', bid_id, 2, '投标人密钥丢失', false]);

  const bad = await refused(share(holders[1], { share: crypto.randomBytes(32).toString('base64') }));
  assert.deepEqual([bad.code, kinds(bad.problem)], ['bid.share_bad', ['bid.share_refused']]);
  assert.match(bad.problem.detail, /holder 2/);
  assert.equal((await refused(share(holders[0], { holder_no: 2 }))).code, 'auth.denied');
  const others = await refused(holders[1].post(`/bids/${bid_id}/shares`, await seal.share(holders[1].key, bids.乙.file)));
  assert.deepEqual([others.code, others.problem.detail, kinds(others.problem)],
    ['bid.share_other', 'it is the share of bid no. 2', ['bid.share_refused']]);
  const first = await share(holders[0]);
  assert.deepEqual([first.state, kinds(first)], ['sealed', ['bid.share_given']]);
  assert.equal((await refused(share(holders[0]))).code, 'bid.state');
  assert.equal((await server.api().get(`/lots/${main.lots[0]}/opening`)).bids[2].shares, 1);
  assert.equal((await holders[0].get('/holder/tasks')).items[0].done, true);
  const raw = server.sql(`SELECT HEX(share) FROM bid_share WHERE bid_id = '${bid_id}'`)[0][0];
  assert.ok(!raw.toLowerCase().includes(Buffer.from(byFile.share, 'base64').toString('hex')), 'a share lies wrapped');
  await keyIsGone(() => share(holders[1]));
  const last = await share(holders[1]);
  assert.deepEqual([last.state, kinds(last)], ['opened', ['bid.share_given', 'bid.opened']]);
  assert.deepEqual(server.sql('SELECT COUNT(*) FROM bid_share')[0], ['0']);
  const opening = await server.api().get(`/lots/${main.lots[0]}/opening`);
  assert.deepEqual(opening.bids.map((b) => [b.price, b.opened_by])[2], ['1286800', 'holders']);
});

test('bidders sign in at the opening; the host reads out what was opened, each once', async () => {
  const [lot] = main.lots;
  const attend = (who) => who.post(`/lots/${lot}/attend`);
  assert.deepEqual(kinds(await attend(firms.甲)), ['opening.attended']);
  assert.equal((await refused(attend(firms.甲))).code, 'opening.attended');
  assert.equal((await refused(attend(firms.戊))).code, 'auth.denied', 'who has no bid in the lot');
  const read = (bid_no) => people.host.post(`/lots/${lot}/read-out`, { bid_no });
  assert.deepEqual(kinds(await read(2)), ['opening.read_out']);
  assert.equal((await refused(read(2))).code, 'opening.state');
  assert.equal((await refused(read(9))).code, 'input.not_found');
  const { bids: rows } = await server.api().get(`/lots/${lot}/opening`);
  assert.deepEqual(rows.map((b) => [!!b.attended_at, !!b.read_at]), [[true, false], [true, true], [false, false]]);
  const said = await until('the public event', async () => (await feedOf('opening.read_out')).pop());
  assert.deepEqual([said.body.bid_no, said.body.price], [2, rows[1].price]);
});

test('an objection at the opening is answered before it ends; bidders confirm the record', async () => {
  const [lot] = main.lots;
  const object = (who) => who.post(`/lots/${lot}/objections`, { text: '第 2 家的报价唱错了' });
  assert.equal((await refused(object(firms.戊))).code, 'auth.denied', 'who has no bid in the lot');
  const answer = await object(firms.甲);
  assert.deepEqual([answer.objection_no, kinds(answer)], [1, ['opening.objected']]);
  const open = await refused(people.host.post(`/lots/${lot}/finish-opening`));
  assert.equal(open.code, 'opening.unanswered');
  const reply = (no) => people.host.post(`/lots/${lot}/objections/${no}/answer`, { text: '已核对，与投标文件一致' });
  assert.equal((await refused(reply(2))).code, 'input.not_found');
  assert.deepEqual(kinds(await reply(1)), ['opening.answered']);
  assert.equal((await refused(reply(1))).code, 'opening.state');
  assert.equal((await refused(certifyRecord(firms.甲, lot))).code, 'opening.not_recorded');
  for (let no = 2; no <= 10; no += 1) {
    await object(firms.甲);
    await reply(no);
  }
  assert.equal((await refused(object(firms.甲))).code, 'opening.too_many_objections');
  assert.equal((await object(firms.乙)).objection_no, 11, 'the others have theirs');
  await reply(11);
  // A firm whose bid stays closed would be known by its account where another bid of its was opened.
  const told = await until('the objections', async () => { const list = await feedOf('opening.objected'); return list.length === 11 && list; });
  assert.deepEqual([...new Set(told.map((e) => e.actor))], ['bidder']);
  assert.ok((await feedOf('bid.opened')).some((e) => e.actor === firms.甲.accountId), 'with its name an account is no secret');
  const [said] = (await server.api().get(`/lots/${lot}/opening`)).objections;
  assert.deepEqual([said.bid_no, said.text, said.answer], [1, '第 2 家的报价唱错了', '已核对，与投标文件一致']);
});

test('the opening record ends the opening', async () => {
  const answer = await people.host.post(`/lots/${main.lots[0]}/finish-opening`);
  assert.deepEqual([answer.state, kinds(answer)], ['opened', ['lot.opened']]);
  assert.deepEqual([answer.record.submitted, answer.record.opened, answer.record.objections, answer.record.bids.map((b) => b.price)],
    [3, 3, 11, ['1267500', '1345500', '1286800']]);
  assert.equal((await refused(firms.乙.post(`/lots/${main.lots[0]}/objections`, { text: '晚了' }))).code, 'opening.state');
  assert.equal((await refused(people.host.post(`/lots/${main.lots[0]}/finish-opening`))).code, 'opening.state');
});

test('the opening record is printed once', async () => {
  const [lot] = main.lots;
  const fetch = () => server.api().raw('GET', `/api/v1/lots/${lot}/opening-record.pdf`);
  const print = () => people.host.post(`/lots/${lot}/opening-record`);
  assert.equal((await fetch()).status, 404);
  assert.equal((await refused(people.host.post(`/lots/${second.lots[0]}/opening-record`))).code, 'opening.state');
  const { pdf_sha256, events } = await print();
  assert.deepEqual(kinds({ events }), ['opening.recorded']);
  const { body, headers } = await fetch();
  assert.deepEqual([headers['content-type'], body.subarray(0, 5).toString(), crypto.createHash('sha256').update(body).digest('hex')],
    ['application/pdf', '%PDF-', pdf_sha256]);
  assert.equal(headers['content-disposition'], `inline; filename="opening-record-${lot}.pdf"`);
  const text = textOf(body);
  for (const words of ['开标记录', '甲建设有限公司', '1267500投标人解密', '已核对，与投标文件一致', '密钥保管人解密'])
    assert.ok(text.includes(words), words);
  const [seal, ...more] = signaturesOf(body);
  assert.deepEqual([more.length, seal.upTo], [0, body.length], 'the centre seals the whole file');
  assert.equal(sealHolds(seal.cms, seal.content), true);
  assert.equal(sealHolds(seal.cms, Buffer.concat([seal.content, Buffer.from(' ')])), false);
  assert.equal((await server.api().get(`/lots/${lot}/opening`)).paper.pdf_sha256, pdf_sha256);
  const said = await until('the public event', async () => (await feedOf('opening.recorded')).pop());
  assert.deepEqual([said.body.pdf_sha256, said.body.sealed], [pdf_sha256, true]);
  assert.equal((await refused(print())).code, 'opening.recorded');
  assert.equal((await refused(firms.甲.post(`/lots/${lot}/attend`))).code, 'opening.state');
  assert.equal((await refused(people.host.post(`/lots/${lot}/read-out`, { bid_no: 1 }))).code, 'opening.state');
});

// Whether openssl takes it for a signature under a certificate this issuer issued.
function bidderSigned({ cms, content }, ca = 'documents.crt') {
  const args = ['cms', '-verify', '-inform', 'DER', '-in', seal.write('bidder.p7s', cms), '-content', seal.write('signed', content),
    '-binary', '-cades', '-CAfile', path.join(server.dataDir, 'keys', ca), '-purpose', 'any', '-out', '/dev/null'];
  return spawnSync('openssl', args).status === 0;
}
// The reasons the signatures of a file give, in order.
const reasonsIn = (pdf) => [...pdf.toString('latin1').matchAll(/\/Reason <FEFF([0-9A-F]+)>/g)]
  .map((m) => Buffer.from(m[1], 'hex').swap16().toString('utf16le'));

test('bidders sign inside the record one after another; one declines, one is silent, and the file says so', async () => {
  const [lot] = main.lots;
  const at = `/lots/${lot}/opening-record`;
  const fetch = async () => (await server.api().raw('GET', `/api/v1${at}.pdf`)).body;
  const printed = await fetch();
  // 甲 fetches the file, 丙 signs before it comes back.
  const first = await certifyRecord(firms.甲, lot);
  assert.deepEqual(kinds(first), ['opening.certified']);
  const again = await certifyRecord(firms.甲, lot);
  assert.deepEqual([again.sha256, again.events], [first.sha256, undefined], 'one certificate, however often it is asked for');
  assert.equal((await refused(certifyRecord(firms.戊, lot))).code, 'auth.denied', 'who has no bid');
  const strange = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
  assert.equal((await refused(firms.甲.post(`${at}/certificates`, { public_key: strange.toString('base64') }))).code, 'account.key_bad');
  const spare = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  await firms.甲.post('/me/keys', { purpose: 'bidder', alg: 'p256', public_key: spare });
  assert.equal((await refused(firms.甲.post(`${at}/certificates`, { public_key: spare }))).code, 'opening.other_key', 'registered, but it did not sign the bid');
  const early = await fetchRecordToSign(firms.甲, lot, first);
  assert.ok(early.subarray(0, printed.length).equals(printed));
  const second = await certifyRecord(firms.丙, lot);
  assert.equal((await refused(signRecord(firms.甲, lot, second))).code, 'opening.certificate', "another's certificate");
  assert.deepEqual(kinds(await signRecord(firms.丙, lot, second)), ['opening.signed']);
  assert.equal((await refused(signRecord(firms.甲, lot, first, early))).code, 'opening.moved');
  const other = { ...first, key: crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
  assert.equal((await refused(signRecord(firms.甲, lot, other))).code, 'opening.signature', 'by another key');
  await signRecord(firms.甲, lot, first);
  assert.equal((await refused(signRecord(firms.甲, lot, first))).code, 'opening.signed');
  // As long as one may be, and made to look like what the centre seals.
  const reason = '唱标金额有误）。未作表示：1号。'.padEnd(500, '误');
  const decline = (who) => who.post(`${at}/declines`, { reason });
  assert.equal((await refused(decline(firms.甲))).code, 'opening.signed');
  const before = await server.api().get(`/lots/${lot}/opening`);
  assert.deepEqual(before.bids.map((b) => [!!b.signed_at, !!b.declined_at]), [[true, false], [false, false], [true, false]]);
  assert.equal((await firms.乙.get(`/lots/${lot}/opening`)).my_bid_no, 2);
  await restart();

  const signed = await fetch();
  const [seal0, ...theirs] = signaturesOf(signed);
  assert.equal(sealHolds(seal0.cms, seal0.content), true, 'the seal under what was printed still holds');
  assert.deepEqual(theirs.map((s) => bidderSigned(s)), [true, true]);
  const said = spawnSync('pdfsig', ['-nocert', seal.write('record.pdf', signed)], { encoding: 'utf8' }).stdout;
  assert.equal(said.match(/Signature is Valid\./g)?.length, 3, said);
  assert.equal(said.match(/Total document signed/g)?.length, 1, said);
  for (const name of ['甲建设有限公司', '丙建设有限公司']) assert.ok(said.includes(name), said);

  assert.deepEqual(kinds(await decline(firms.乙)), ['opening.declined']);
  assert.equal((await refused(decline(firms.乙))).code, 'opening.declined');
  assert.equal((await refused(certifyRecord(firms.乙, lot))).code, 'opening.declined');
  const closed = await people.host.post(`${at}/close`);
  assert.deepEqual([closed.n_signed, kinds(closed)], [2, ['opening.closed']]);
  assert.equal((await refused(people.host.post(`${at}/close`))).code, 'opening.record_closed');
  const whole = await fetch();
  assert.ok(whole.subarray(0, signed.length).equals(signed));
  const all = signaturesOf(whole);
  assert.deepEqual([all.length, all[3].upTo], [4, whole.length]);
  assert.equal(sealHolds(all[3].cms, all[3].content), true, 'the seal of the centre closes it');
  const words = '开标记录签署情况。已签署：1号、3号。拒绝签署：2号。未作表示：无。';
  assert.deepEqual(reasonsIn(whole), [words]);
  assert.equal(spawnSync('pdfsig', ['-nocert', seal.write('closed.pdf', whole)], { encoding: 'utf8' }).stdout.match(/Signature is Valid\./g)?.length, 4);
  const event = await until('the public event', async () => (await feedOf('opening.closed')).pop());
  assert.deepEqual([event.body.text, event.body.signed, event.body.declined, event.body.silent], [words, [1, 3], [2], []]);
  for (const kind of ['opening.certified', 'opening.signed', 'opening.declined'])
    assert.deepEqual([...new Set((await feedOf(kind)).map((e) => e.actor))], ['bidder'], kind);
  assert.equal(event.body.signed_sha256, crypto.createHash('sha256').update(whole).digest('hex'));
  const after = await server.api().get(`/lots/${lot}/opening`);
  assert.ok(after.paper.closed_at);
  assert.equal(after.bids[1].decline_reason, reason);
});

test('an outsider follows a bid from its receipt to its opening', async (t) => {
  Object.assign(bids.甲, { lotId: main.lots[0] });
  const good = await followBid(server, firms.甲, bids.甲);
  const whole = verifyBid(good, logKey);
  assert.equal(whole.code, 0, whole.out);
  assert.match(whole.out, /one of the 3 published at the close/);
  assert.match(whole.out, /opened: is the bid that was sealed, 甲建设有限公司/);
  assert.match(whole.out, /record\.pdf: the opening record, signed by 2 bidders/);
  const centre = new crypto.X509Certificate(fs.readFileSync(path.join(server.dataDir, 'keys/centre.crt')));
  assert.ok(whole.out.includes(`certificate ${centre.fingerprint256.replaceAll(':', '').toLowerCase()}\n`), whole.out);
  await checkReceipt(firms.乙, bids.乙, logKey);
  const elsewhere = verifyBid(await followBid(server, firms.乙, bids.乙), logKey);
  assert.equal(elsewhere.code, 0, elsewhere.out);

  const json = (dir, name, change) => {
    const value = JSON.parse(fs.readFileSync(path.join(dir, name)));
    fs.writeFileSync(path.join(dir, name), JSON.stringify(change(value) ?? value));
  };
  const paper = (dir, change) => {
    const pdf = fs.readFileSync(path.join(dir, 'record.pdf'));
    fs.writeFileSync(path.join(dir, 'record.pdf'), change(pdf) ?? pdf);
  };
  const of = (r, kind) => r.events.find((e) => JSON.parse(e.leaf).kind === kind);
  const changes = {
    'the receipt of another bid': [/has not the digest of the receipt/, (dir) => fs.copyFileSync(firms.乙.seal.path(`${bids.乙.bid_id}.receipt.json`), path.join(dir, 'receipt.json'))],
    'a document with another byte': [/is not the document that its bidder signed/, (dir) => {
      const file = path.join(dir, 'opened/files', fs.readdirSync(path.join(dir, 'opened/files'))[0]);
      fs.writeFileSync(file, `${fs.readFileSync(file)}.`);
    }],
    'another content key': [/is not the key that the header names/, (dir) => fs.writeFileSync(path.join(dir, 'opened/key'), '00'.repeat(32))],
    'a digest left out': [/the digests are not the set/, (dir) => json(dir, 'record.json', (r) => { r.digests.shift(); })],
    'another price in the record': [/the receipt does not hold/, (dir) => json(dir, 'record.json', (r) => {
      const row = of(r, 'bid.opened');
      row.leaf = row.leaf.replace('1267500', '1267501');
    })],
    'the opening of this bid left out': [/nothing says what became of this bid/, (dir) => json(dir, 'record.json', (r) => ({
      ...r, events: r.events.filter((e) => JSON.parse(e.leaf).kind !== 'bid.opened' || JSON.parse(e.leaf).subject !== `bid:${bids.甲.bid_id}`) }))],
    'another byte in the printed record': [/record\.pdf: does not begin with the record that was printed/, (dir) => paper(dir, (pdf) => { pdf[1000] ^= 1; })],
    'another byte in a signature': [/record\.pdf: the signature of bid no\. 3: /, (dir) => paper(dir, (pdf) => { pdf[signaturesOf(pdf)[1].upTo - 40] ^= 1; })],
    'a signature cut off': [/record\.pdf: is not the file that was closed/, (dir) => paper(dir, (pdf) => pdf.subarray(0, signaturesOf(pdf)[2].upTo))],
    'something behind the last seal': [/record\.pdf: more stands in it than events tell of/, (dir) => paper(dir, (pdf) => Buffer.concat([pdf, Buffer.from('%')]))],
    'a close that lists a signature nobody gave': [/what opening\.closed lists as signed is not what events tell/, (dir) => json(dir, 'record.json', (r) => {
      const rows = r.events.filter((e) => JSON.parse(e.leaf).kind === 'opening.signed');
      return { ...r, events: r.events.filter((e) => e !== rows[1]) };
    })],
    'a signature nobody tells of': [/record\.pdf: /, (dir) => json(dir, 'record.json', (r) => ({ ...r, events: r.events.filter((e) => !/opening\.(signed|closed)/.test(JSON.parse(e.leaf).kind)) }))],
    'a digest named twice': [/the digests are not the set/, (dir) => json(dir, 'record.json', (r) => { r.digests.push(r.digests.at(-1)); })],
    'the close left out': [/no event closes the lot/, (dir) => json(dir, 'record.json', (r) => ({ ...r, events: r.events.filter((e) => e !== of(r, 'lot.closed')) }))],
    'a proof of another leaf': [/the receipt does not hold/, (dir) => json(dir, 'receipt.json', (r) => { r.index -= 1; })],
    'a close that nobody signed': [/the receipt does not hold/, (dir) => json(dir, 'record.json', (r) => { of(r, 'lot.closed').checkpoint = of(r, 'lot.closed').checkpoint.replace(/^—.*$/m, ''); })],
  };
  for (const [name, [says, change]] of Object.entries(changes))
    await t.test(name, () => {
      const dir = `${good}.changed`;
      fs.rmSync(dir, { recursive: true, force: true });
      fs.cpSync(good, dir, { recursive: true });
      change(dir);
      const verdict = verifyBid(dir, logKey);
      assert.equal(verdict.code, 1, verdict.out);
      assert.match(verdict.out, says);
    });
  await t.test('a bid that was taken back', async () => {
    await checkReceipt(firms.乙, bids.before, logKey);
    const dir = `${good}.before`;
    fs.cpSync(good, dir, { recursive: true });
    fs.rmSync(path.join(dir, 'opened'), { recursive: true });
    fs.copyFileSync(firms.乙.seal.path(`${bids.before.bid_id}.receipt.json`), path.join(dir, 'receipt.json'));
    assert.match(verifyBid(dir, logKey).out, /nothing shows that the bidder took it back/);
    const withdrawn = bids.乙.events.find((e) => e.kind === 'bid.withdrawn');
    fs.writeFileSync(path.join(dir, 'withdrawn.json'), JSON.stringify(await firms.乙.get(`/events/${withdrawn.event_id}/receipt`)));
    const verdict = verifyBid(dir, logKey);
    assert.equal(verdict.code, 0, verdict.out);
    assert.match(verdict.out, /the bid was taken back/);
  });
});

test('a bid whose content fails its checks is invalid; a key may be registered late', async () => {
  const bad = [['甲', 'broken', 'sealed_chunk'], ['丙', 'foreign', 'bid.other_bidder'],
    ['己', 'manifest', 'sealed_manifest'], ['庚', 'swapped', 'sealed_chunk']];
  for (const [name, which, why] of bad) {
    const problem = await refused(releaseBid(firms[name], bids[which]));
    assert.deepEqual([problem.code, problem.problem.detail, kinds(problem.problem)], ['bid.content_bad', why, ['bid.undecrypted']]);
  }
  const unknown = { ...bids.unknown };
  const key = await seal.release(unknown.key, unknown.file);
  const release = () => firms.乙.post(`/bids/${unknown.bid_id}/release`, key);
  assert.equal((await refused(release())).code, 'bid.signer_unknown');
  await firms.乙.post('/me/keys', { purpose: 'bidder', alg: unknown.alg, public_key: unknown.public_key });
  assert.equal((await release()).state, 'opened');
  assert.deepEqual(await statesOf(second.lots[0]), {
    [bids.broken.bid_id]: 'invalid', [unknown.bid_id]: 'opened', [bids.foreign.bid_id]: 'invalid',
    [bids.absent.bid_id]: 'sealed', [bids.cut.bid_id]: 'sealed', [bids.manifest.bid_id]: 'invalid', [bids.swapped.bid_id]: 'invalid',
  });
});

test('who does not open in the window is settled by E04, and the others go on', async () => {
  const [lot] = second.lots;
  const finish = (input) => people.host.post(`/lots/${lot}/finish-opening`, input);
  assert.equal((await refused(finish({}))).code, 'opening.window_runs');
  const ask = (bid, more) => people.host.post(`/bids/${bid.bid_id}/rescue`, { reason: '平台网络故障', ...more });
  const forBidder = await refused(ask(bids.absent));
  assert.deepEqual([forBidder.code, forBidder.problem.field], ['opening.no_rescue', 'others_fault']);
  assert.deepEqual(kinds(await ask(bids.cut, { others_fault: true })), ['bid.rescue_asked']);
  assert.equal((await refused(ask(bids.cut, { others_fault: true }))).code, 'bid.state');
  await advanceTo(people.staff, (await server.api().get(`/lots/${lot}/opening`)).window_ends);
  const late = await refused(releaseBid(firms.丁, bids.absent));
  assert.deepEqual([late.code, late.rule], ['opening.window_over', 'E06']);
  assert.deepEqual((await holders[0].get('/holder/tasks')).items.map((task) => task.bid_id), [bids.cut.bid_id], 'only where the fault is not the bidder\'s');
  const share = await seal.share(holders[0].key, bids.absent.file);
  assert.equal((await refused(holders[0].post(`/bids/${bids.absent.bid_id}/shares`, share))).code, 'opening.no_rescue');
  const seen = (await server.api().get(`/lots/${lot}/opening`)).bids.find((b) => b.bid_id === bids.cut.bid_id);
  assert.deepEqual([seen.rescue_reason, seen.others_fault], ['平台网络故障', true]);
  const { bids: rows } = await server.api().get(`/lots/${lot}/opening`);
  for (const bid of [bids.absent, bids.broken]) {
    const unopened = await refused(people.host.post(`/lots/${lot}/read-out`, { bid_no: rows.find((b) => b.bid_id === bid.bid_id).no }));
    assert.deepEqual([unopened.code, unopened.problem.field], ['opening.state', 'bid_no'], 'what was not opened has no price to read');
  }
  const others = [{ bid_id: bids.absent.bid_id, reason: '场地停电' }];
  assert.equal((await refused(finish({ others_fault: others }))).problem.field, 'rescues');
  const behind = await refused(finish({ others_fault: others, rescues: 0 }));
  assert.deepEqual([behind.status, behind.code], [409, 'opening.changed'], 'a finding the host has not seen');
  assert.deepEqual((await server.api().get(`/lots/${lot}/opening`)).bids.filter((b) => b.state === 'sealed').length, 2);
  const answer = await finish({ others_fault: others, rescues: 1 });
  assert.deepEqual(kinds(answer), ['bid.undecrypted', 'bid.undecrypted', 'lot.opened']);
  assert.deepEqual(answer.record.bids.map((b) => b.state), ['invalid', 'opened', 'invalid', 'recalled', 'invalid', 'invalid', 'revoked'],
    'what the host says at the end is the whole truth');
  assert.deepEqual([answer.record.submitted, answer.record.opened], [7, 1]);
  // What was not opened tells no name and no price, whatever became known of it.
  server.sql(`UPDATE bid SET bidder_name = '密名有限公司', price = 77.7 WHERE lot_id = '${lot}' AND state <> 'opened'`);
  const text = await printed(lot);
  assert.doesNotMatch(text, /密名|77\.7/);
  assert.ok(text.includes('乙建设有限公司200.1235投标人解密'), 'the price as it was offered');
  assert.deepEqual(['内容无效', '未解密，视为撤销', '未解密，视为撤回'].map((words) => timesOf(text, words)), [4, 1, 1]);
  assert.deepEqual((await holders[0].get('/holder/tasks')).items, []);
  // Nor does a certificate: the key may be named with its bidder elsewhere.
  const closed = await refused(certifyRecord(firms.丁, lot));
  assert.deepEqual([closed.status, closed.code], [422, 'opening.bid_unopened']);
  assert.deepEqual(kinds(await firms.丁.post(`/lots/${lot}/opening-record/declines`, { reason: '未能解密' })), ['opening.declined']);
});

test('shares that were sealed so that they do not fit are told; the third holder opens what can be opened', async () => {
  const [lot] = cheated.lots;
  await people.host.post(`/lots/${lot}/close`);
  for (const bid of [bids.oneOff, bids.twoOff]) await people.host.post(`/bids/${bid.bid_id}/rescue`, { reason: '投标人未到场' });
  const give = async (no, bid) => {
    const { state, ...answer } = await holders[no - 1].post(`/bids/${bid.bid_id}/shares`, await seal.share(holders[no - 1].key, bid.file));
    return [state, kinds(answer)];
  };
  const seen = async (bid) => {
    const row = (await server.api().get(`/lots/${lot}/opening`)).bids.find((b) => b.bid_id === bid.bid_id);
    return [row.state, row.shares, row.shares_unfit, row.shares_left];
  };
  for (const bid of [bids.oneOff, bids.twoOff]) {
    assert.deepEqual(await give(1, bid), ['sealed', ['bid.share_given']]);
    assert.deepEqual(await seen(bid), ['sealed', 1, undefined, undefined]);
    assert.deepEqual(await give(2, bid), ['sealed', ['bid.share_given', 'bid.shares_unfit']]);
    assert.deepEqual(await seen(bid), ['sealed', 2, true, 1]);
  }
  assert.deepEqual((await holders[2].get('/holder/tasks')).items.map((task) => task.done), [false, false], 'the third is still asked');
  assert.deepEqual(await give(3, bids.oneOff), ['opened', ['bid.share_given', 'bid.shares_unfit', 'bid.opened']]);
  assert.deepEqual(await give(3, bids.twoOff), ['sealed', ['bid.share_given', 'bid.shares_unfit']]);
  assert.deepEqual(await seen(bids.oneOff), ['opened', 0, undefined, undefined]);
  assert.deepEqual(await seen(bids.twoOff), ['sealed', 3, true, 0]);
  const told = await until('the public events', async () => {
    const events = await feedOf('bid.shares_unfit');
    return events.length === 4 && events.map(({ body: { lot_code, ...body } }) => body);
  });
  assert.deepEqual(told, [{ bid_no: 1, shares: 2, left: 1 }, { bid_no: 2, shares: 2, left: 1 },
    { bid_no: 1, shares: 3, left: 0, unfit: [1] }, { bid_no: 2, shares: 3, left: 0 }]);
});

// An expert's sign-in at the seat of a session, as gate and seat would make it.
async function seated(login, session, lots, step) {
  const expert = await server.account(login, ['expert']);
  server.sql(`INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, host, created_at)
    VALUES ('${session}', '${main.tender.project_id}', '评标', '${step}', 5, UTC_TIMESTAMP(6), '${people.host.accountId}', UTC_TIMESTAMP(6));
    UPDATE sign_in SET session_id = '${session}', seat_id = 's1' WHERE account_id = '${expert.accountId}';
    ${lots.map((lot) => `INSERT INTO eval_session_lot VALUES ('${session}', '${lot}');`).join('')}`);
  return expert;
}

let reader;

test('experts read the documents of opened bids, decrypted on the way', async () => {
  const session = `${'0'.repeat(25)}1`;
  const expert = reader = await seated('expert1', session, main.lots, 'leader');
  const stranger = await seated('expert2', `${'0'.repeat(25)}2`, second.lots, 'scoring');
  const get = (who, no, range, more = {}) => who.raw('GET', `/api/v1/bids/${bids.甲.bid_id}/files/${no}`,
    { headers: { ...who.authorization(), ...(range ? { range: `bytes=${range}` } : {}), ...more } });
  const code = async (answer) => JSON.parse((await answer).body).code;
  assert.equal(await code(get(expert, 2)), 'session.step');
  server.sql(`UPDATE eval_session SET step = 'scoring' WHERE session_id = '${session}'`);
  assert.equal(await code(get(stranger, 2)), 'auth.denied');
  assert.equal(await code(get(firms.甲, 2)), 'auth.denied');
  assert.equal(await code(get(expert, 3)), 'input.not_found');
  assert.equal(await code(get(expert, 0)), 'input.invalid');
  const name = `firm0-${main.lots[0].slice(-4)}`;
  const plain = fs.readFileSync(seal.path(`${name}-技术.bin`));
  const answers = await Promise.all([get(expert, 1), get(expert, 2), get(expert, 2), get(expert, 2, `${(4 << 20) - 100}-${(8 << 20) + 100}`)]);
  assert.deepEqual(answers.map((a) => a.status), [200, 200, 200, 206]);
  assert.deepEqual(answers[0].body, fs.readFileSync(seal.path(`${name}-商务.txt`)));
  assert.ok(answers[1].body.equals(plain) && answers[2].body.equals(plain));
  assert.ok(answers[3].body.equals(plain.subarray((4 << 20) - 100, (8 << 20) + 101)));
  // Who read what is on the record, each document once; the refused reading is not.
  const readings = server.sql(`SELECT subject, actor, body FROM event WHERE kind = 'bid.file_read' ORDER BY body`).map(([subject, actor, body]) => [subject, actor, JSON.parse(body)]);
  const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(readings.map(([subject, actor, b]) => [subject, actor, b.bid, b.file, b.sha256]).sort((a, b) => a[3] - b[3]),
    [[`session:${session}`, expert.accountId, bids.甲.bid_id, 1, sha256(answers[0].body)], [`session:${session}`, expert.accountId, bids.甲.bid_id, 2, sha256(plain)]]);
  assert.equal(answers[0].headers['content-disposition'], `inline; filename*=UTF-8''${encodeURIComponent(`${name}-商务.txt`)}`);
  // An answer from before opens nothing: whether one may read is asked each time.
  const again = { 'idempotency-key': 'once' }, to = (step) => server.sql(`UPDATE eval_session SET step = '${step}' WHERE session_id = '${session}'`);
  assert.equal((await get(expert, 1, undefined, again)).status, 200);
  to('leader');
  assert.equal(await code(get(expert, 1, undefined, again)), 'session.step');
  to('scoring');
  assert.deepEqual(findOnDisk(MARKER), []);
  // They lie under the key of their project: without its row nobody reads them again.
  const row = `project_key WHERE project_id = '${main.tender.project_id}'`;
  const [[key]] = server.sql(`SELECT HEX(key_enc) FROM ${row}`);
  server.sql(`DELETE FROM ${row}`);
  assert.equal(await code(get(expert, 2)), 'server.fault');
  server.sql(`INSERT INTO project_key (project_id, key_enc) VALUES ('${main.tender.project_id}', x'${key}')`);
  assert.equal((await get(expert, 2)).status, 200);
});

test('once all is settled the auditor reads the whole record', async () => {
  const { items } = await server.admins.auditor.get('/audit/events?limit=200');
  const mine = items.find((e) => e.event_id === bids.甲.events[0].event_id);
  assert.deepEqual([mine.actor, mine.body.receipt_digest], [firms.甲.accountId, bids.甲.receipt_digest]);
  await restart();
  assert.ok(!server.logs.some((line) => line.includes('keeper.mismatch')));
});

test('the key of a project goes last, by two persons; then nobody reads its bids', async () => {
  const { project_id: project } = main.tender, [session, hall] = [1, 3].map((n) => `${'0'.repeat(25)}${n}`);
  people.both = await server.account('both', ['staff', 'supervisor']);
  const propose = (who = people.staff) => who.post(`/projects/${project}/bid-key/end`, { reason: '保管期满' });
  const confirm = (who, proposal_id) => who.post(`/projects/${project}/bid-key/end/confirm`, { proposal_id });
  const key = async (who = people.staff) => (await who.get(`/projects/${project}`)).bid_key;
  const read = async () => {
    const { status, body } = await reader.raw('GET', `/api/v1/bids/${bids.甲.bid_id}/files/2`, { headers: reader.authorization() });
    return status === 200 ? status : [status, JSON.parse(body).code];
  };
  // Why it is kept, as of now.
  const kept = async () => {
    const { status, code, problem } = await refused(propose());
    assert.deepEqual([status, code, await key()], [422, 'project.key_kept', { may_end: false }]);
    return problem.detail;
  };
  const [opened, failed] = server.sql(`SELECT lot_id, code FROM lot WHERE project_id = '${project}' ORDER BY lot_no`);
  assert.equal(await kept(), `it is not closed, session ${session}`);
  server.sql(`UPDATE eval_session SET closed_at = UTC_TIMESTAMP(6), step = 'dissolved' WHERE project_id = '${project}'`);
  assert.equal(await kept(), `neither judged nor ended by a notice is lot ${opened[1]}`);
  server.sql(`INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, host, started_at, closed_at, created_at, hall_of)
    VALUES ('${hall}', '${project}', '开标大厅', 'closed', 0, NOW(6), '${people.host.accountId}', NOW(6), NOW(6), NOW(6), '${opened[0]}');
    INSERT INTO archive_record (session_id, class, counts_from, state) VALUES ('${hall}', 'days_90', NOW(6), 'removed')`);
  assert.equal(await kept(), `neither judged nor ended by a notice is lot ${opened[1]}`, 'the hall of its opening judged nothing');
  server.sql(`UPDATE lot SET state = 'draft' WHERE lot_id = '${failed[0]}'`);
  await publish(people.agency, people.staff, { project_id: project, kind: 'gp_termination', follows: main.notice_id, title: '终止公告', body_md: '终止。',
    fields: { number: '1', name: '名', reason: '取消', contact: '0632' }, lot_nos: [1] });
  assert.equal(await kept(), `bids may still be asked for, of lot ${failed[1]}`);
  server.sql(`UPDATE lot SET state = 'failed' WHERE lot_id = '${failed[0]}'`);
  assert.match(await kept(), /^they are kept until 20/, 'without a session that judged');
  for (let i = 0; i < 16; i += 1) await people.staff.post('/clock/advance', { seconds: 366 * 86400, reason: '测试' });
  server.sql(`UPDATE eval_session SET started_at = UTC_TIMESTAMP(6), step = 'scoring' WHERE session_id = '${session}'`);
  assert.equal(await kept(), `a recording is still there, of session ${session}`);
  server.sql(`INSERT INTO archive_record (session_id, class, counts_from, state) VALUES ('${session}', 'years_15', UTC_TIMESTAMP(6), 'removed')`);
  assert.deepEqual(await key(), { may_end: true });
  assert.equal((await refused(propose(people.host))).code, 'auth.denied');

  const { proposal_id: first } = await propose(people.both);
  assert.equal((await refused(propose())).code, 'project.key_state', 'it is proposed already');
  assert.equal((await refused(confirm(people.both, first))).code, 'archive.same_person');
  assert.equal((await refused(confirm(people.staff, first))).code, 'auth.denied');
  await people.supervisor.post(`/projects/${project}/bid-key/end/decline`, { reason: '再核对' });
  assert.equal((await refused(confirm(people.supervisor, first))).code, 'project.key_state');
  const { proposal_id } = await propose();
  const { own, ...shown } = await key(people.supervisor);
  assert.deepEqual([own, shown.proposal_id, shown.proposed_by, shown.reason], [false, proposal_id, people.staff.name, '保管期满']);
  assert.equal((await refused(confirm(people.supervisor, first))).problem.field, 'proposal_id');
  server.sql("UPDATE archive_record SET state = 'kept'");
  assert.equal((await refused(confirm(people.supervisor, proposal_id))).code, 'project.key_kept', 'what is kept wins');
  server.sql("UPDATE archive_record SET state = 'removed'");
  assert.equal(await read(), 200);

  assert.deepEqual(kinds(await confirm(people.supervisor, proposal_id)), ['project.key_destroyed']);
  assert.deepEqual(await read(), [410, 'project.key_destroyed']);
  assert.deepEqual([(await key()).may_end, !!(await key()).destroyed_at], [false, true]);
  assert.equal((await refused(propose())).code, 'project.key_destroyed');
  const left = (what) => server.sql(`SELECT COUNT(${what}) FROM bid JOIN lot USING (lot_id) LEFT JOIN project_key USING (project_id) WHERE project_id = '${project}'`)[0][0];
  assert.deepEqual([left('key_enc'), left('content_key')], ['0', '0']);
  assert.notEqual(server.sql('SELECT COUNT(key_enc) FROM project_key')[0][0], '0', 'those of others stay');
  await until('the public event', async () => (await feedOf('project.key_destroyed')).length === 1);
  server.sql(`UPDATE lot SET state = 'draft' WHERE lot_id = '${failed[0]}'`);
  const start = (await people.staff.get('/clock')).legal;
  const again = await refused(publish(people.agency, people.staff, { project_id: project, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', lot_nos: [2],
    fields: noticeFields('gp_tender'), offer_start: start, offer_end: plusSeconds(start, 10 * 86400), deadline: workingTime(start, 21) }));
  assert.deepEqual([again.status, again.code], [410, 'project.key_destroyed'], 'no bid for it could be opened');
});
