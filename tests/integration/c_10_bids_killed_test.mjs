// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 at each step of handing in and opening bids, and a deadline that moves: there is one truth, and nothing that
// was acknowledged is lost. A step is held by a lock in the database while the server is killed in it.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { execFile } from 'node:child_process';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid, upload } from '../support/bids.mjs';
import { refused } from '../support/api.mjs';
import { Seal } from '../support/seal.mjs';
import { rowLock } from '../support/row_lock.mjs';
import { Server, build, until } from '../support/server.mjs';
import { advanceTo, announce, noticeFields, plusSeconds, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const bids = [];
let holders, tender, notice, lot, deadline, alone;

const offer = (firm, price) => sealBid(firm,
  { tender, lotId: lot, price, documents: [seal.write(`${firm.login}.bin`, crypto.randomBytes(5000))] });
const stateOf = async (i) => (await firms[i].get(`/bids/${bids[i].bid_id}`)).state;
const opening = (of = lot) => server.api().get(`/lots/${of}/opening`);
const close = (who = people.host, of = lot) => who.post(`/lots/${of}/close`);
const eventsOf = (subject) => server.sql(`SELECT kind FROM event WHERE subject = '${subject}' ORDER BY subject_no`).flat();

async function restart() {
  await server.kill();
  await server.start();
  for (const who of [...Object.values(people), ...firms, ...holders]) who.base = server.url;
}

// One who does not send a request again when its connection breaks.
const once = (who) => Object.assign(Object.create(who), { raw: who.once });

// Locks a row as an act would, sends the act, and kills the server once the act waits for the row.
async function killedAt(row, who, act) {
  const lock = await rowLock(server, row);
  try {
    const answer = act(once(who)).then(() => 'answered', (error) => error.code);
    assert.equal(await Promise.race([answer, lock.waits()]), true);
    await restart();
    assert.equal(await answer, 'ECONNRESET');
  } finally {
    lock.release();
  }
}

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  holders = await keyHolders(server, seal);
  for (let i = 0; i < 3; i += 1)
    firms.push(await bidder(server, seal, `firm${i}`, { name: `${'甲乙丙'[i]}建设有限公司`, credit_code: creditCode(i) }));
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  const announced = await announce(server, people, holders, deadline);
  tender = announced.tender;
  notice = announced.notice_id;
  [lot] = announced.lots;
  alone = await announce(server, people, holders, deadline);
});
test.after(() => server.remove());

test('killed while a bid is handed in: it is not handed in, and can be', async () => {
  bids[0] = await offer(firms[0], '1200000');
  bids[0].bid_id = await upload(firms[0], lot, bids[0].file);
  const finalise = (who) => who.post(`/bids/${bids[0].bid_id}/finalise`, { receipt_digest: bids[0].receipt_digest });
  const rows = [`bid WHERE bid_id = '${bids[0].bid_id}'`, `lot WHERE lot_id = '${lot}'`, `event_subject WHERE subject = 'bid:${bids[0].bid_id}'`];
  for (const row of rows) {
    await killedAt(row, firms[0], finalise);
    assert.equal(await stateOf(0), 'uploading');
    assert.deepEqual(eventsOf(`bid:${bids[0].bid_id}`), ['bid.started']);
  }
  await finalise(firms[0]);
  await restart();
  assert.equal(await stateOf(0), 'finalised');
  assert.deepEqual(eventsOf(`bid:${bids[0].bid_id}`), ['bid.started', 'bid.finalised']);
});

test('bids for a lot whose host will not come', async () => {
  for (const firm of firms) {
    const [lotId] = alone.lots;
    alone.digests ??= [];
    const sealed = await sealBid(firm, { tender: alone.tender, lotId, price: '1100000', documents: [seal.write(`${firm.login}.txt`, firm.login)] });
    alone.digests.push(sealed.receipt_digest);
    await submitBid(firm, lotId, sealed);
  }
});

test('a deadline that moves during an upload counts from then on', async () => {
  for (const i of [1, 2]) bids[i] = await offer(firms[i], `${1200000 + i}`);
  bids[1].bid_id = await upload(firms[1], lot, bids[1].file);
  const later = workingTime(deadline, 7);
  await publish(people.agency, people.staff, {
    project_id: tender.project_id, kind: 'gp_change', follows: notice, title: '更正公告', body_md: '投标截止时间延后。',
    fields: noticeFields('gp_change'), affects_bids: true, deadline: later,
  });
  await advanceTo(people.staff, plusSeconds(deadline, 60));
  Object.assign(bids[1], await firms[1].post(`/bids/${bids[1].bid_id}/finalise`, { receipt_digest: bids[1].receipt_digest }));
  bids[2] = await submitBid(firms[2], lot, bids[2]);
  assert.equal((await refused(people.host.post(`/lots/${lot}/close`))).code, 'opening.too_early');
  await advanceTo(people.staff, later);
});

test('killed while the lot is closed: it is open or closed, never half', async () => {
  await killedAt(`event_subject WHERE subject = 'lot:${lot}'`, people.host, close);
  assert.deepEqual([(await opening()).state, (await opening()).bids], ['bidding', []]);
  assert.deepEqual(await Promise.all([0, 1, 2].map(stateOf)), ['finalised', 'finalised', 'finalised']);
  await close();
  await restart();
  const { state, digest_set, bids: sealed } = await opening();
  assert.deepEqual([state, sealed.map((b) => b.state)], ['closed', ['sealed', 'sealed', 'sealed']]);
  assert.deepEqual(await close(), { state, digest_set, window_ends: (await opening()).window_ends, events: [] }, 'who closes it again is told');
});

// A holder's own process, which knows of the server no more than its address and certificate.
async function holdByCommand(holder, bidId) {
  const hold = (password, ...args) => new Promise((resolve) => {
    execFile(path.join(build, 'server/bidroomctl'), ['hold', '--url', server.url, '--ca', path.join(server.dataDir, 'tls.crt'), '--login', holder.login,
      '--password-file', seal.write('password', `${password}\n`), ...args], (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  });
  const give = (key, bid = bidId) => hold(holder.password, '--key', key, '--bid', bid);
  const listed = await hold(holder.password);
  assert.deepEqual([listed.code, listed.err, listed.out.trim().split('\n').map((line) => JSON.parse(line).bid_id)], [0, '', [bidId]]);
  await seal.keygen('strange.pem');
  // A server that hands out the header of a bid for another lot to get its share.
  const [[mine]] = server.sql(`SELECT HEX(header) FROM bid WHERE bid_id = '${bidId}'`);
  server.sql(`UPDATE bid SET header = (SELECT header FROM bid WHERE lot_id = '${alone.lots[0]}' LIMIT 1) WHERE bid_id = '${bidId}'`);
  const lied = await give(holder.key);
  server.sql(`UPDATE bid SET header = UNHEX('${mine}') WHERE bid_id = '${bidId}'`);
  const wrong = [
    [lied, /^bidroomctl hold: sealed_lot: .*: it is for another project or lot/],
    [await hold('not this one'), /^bidroomctl hold: auth\.bad_credentials: /],
    [await give(seal.path('strange.pem')), /^bidroomctl hold: sealed_not_holder: .*: it has no share for this key/],
    [await give(firms[0].key), /^bidroomctl hold: sealed_not_holder: /],
    [await give(holder.key, bids[0].bid_id), /^bidroomctl hold: task: .*: nobody asks for a share of this bid/],
    [await give(seal.path('password')), /^bidroomctl hold: key: /],
  ];
  for (const [{ code, out, err }, words] of wrong) {
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, words);
  }
  assert.equal((await hold(holder.password, '--bid', bidId)).code, 2, 'a share is given with a key alone');
  assert.deepEqual(JSON.parse((await give(holder.key)).out), { bid_id: bidId, holder_no: 1, state: 'sealed' });
  assert.match((await give(holder.key)).err, /^bidroomctl hold: task: .*: the share of this bid was given already/);
  assert.equal(server.sql(`SELECT COUNT(*) FROM sign_in WHERE account_id = '${holder.accountId}'`)[0][0], '1', 'each signs out behind itself');
}

test('killed while bids are opened: a bid is closed or announced', async () => {
  await killedAt(`event_subject WHERE subject = 'bid:${bids[0].bid_id}'`, firms[0], (who) => releaseBid(who, bids[0]));
  assert.deepEqual((await opening()).bids.map((b) => b.state), ['sealed', 'sealed', 'sealed']);
  assert.equal(server.sql('SELECT COUNT(*) FROM bid WHERE content_key IS NOT NULL')[0][0], '0');
  for (const i of [0, 1]) await releaseBid(firms[i], bids[i]);

  await people.host.post(`/bids/${bids[2].bid_id}/rescue`, { reason: '投标人未到场' });
  await holdByCommand(holders[0], bids[2].bid_id);
  const share = async (i, who = holders[i]) => who.post(`/bids/${bids[2].bid_id}/shares`, await seal.share(holders[i].key, bids[2].file));
  await killedAt(`event_subject WHERE subject = 'bid:${bids[2].bid_id}'`, holders[1], (who) => share(1, who));
  assert.deepEqual((await opening()).bids.map((b) => [b.state, b.shares]), [['opened', 0], ['opened', 0], ['sealed', 1]]);
  await share(1);

  const finish = (who = people.host) => who.post(`/lots/${lot}/finish-opening`);
  await killedAt(`event_subject WHERE subject = 'lot:${lot}'`, people.host, finish);
  assert.equal((await opening()).state, 'closed');
  assert.equal((await finish()).record.opened, 3);
  await restart();
  assert.equal((await opening()).state, 'opened');
  assert.ok(!server.logs.some((line) => line.includes('keeper.mismatch')));
});

// The portal a second time, over the same database.
const twins = [];
test.after(() => Promise.all(twins.filter((t) => t.child).map((t) => t.kill())));

function twin() {
  twins.push(new Server({
    name: 'twin', dir: server.dir, roomUrl: server.roomUrl, config: {
      ...server.options.config,
      server: { role: 'portal' },
      database: {
        embedded_dir: '', socket: path.join(server.dbDir, 'db.sock'),
        password_file: path.join(server.dbDir, 'accounts/service'), schema_password_file: path.join(server.dbDir, 'accounts/schema'),
      },
    },
  }));
  return twins.at(-1);
}

// Its deadline passed under a server that left the closing to the host.
test('a lot nobody closed is closed by the house, as soon as the clock is sure', async () => {
  const [due, empty] = alone.lots;
  server.options.config = { trade: { close_at_deadline: 'true' }, clock: { max_error_ms: '1' } };
  await restart();
  for (const of of alone.lots) {
    const { state, bids: seen, close_delay } = await until('the delay to be told', async () => {
      const told = await opening(of);
      return told.close_delay && told;
    });
    assert.deepEqual([state, seen, close_delay.code], ['bidding', [], 'opening.clock_unsure']);
  }
  const other = twin();
  await other.start();
  await until('the other process to try', async () => /^bidroom_closings_refused_total{code="opening.clock_unsure"} [2-9]/m.test((await other.api().raw('GET', '/metrics')).body.toString()));
  await other.stop();
  for (const of of alone.lots) assert.deepEqual(eventsOf(`lot:${of}`), ['lot.close_delayed'], 'told once');

  server.options.config = { trade: { close_at_deadline: 'true' } };
  await restart();
  const closed = await until('the lot to be closed', async () => {
    const now = await opening(due);
    return now.state === 'closed' && now;
  });
  await until('the other to fail', async () => (await opening(empty)).state === 'failed');
  const set = crypto.createHash('sha256').update(Buffer.from(alone.digests.sort().join(''), 'hex')).digest('hex');
  assert.deepEqual([closed.digest_set, closed.close_delay, closed.bids.length], [set, undefined, 3]);
  assert.deepEqual(server.sql(`SELECT kind, actor FROM event WHERE subject = 'lot:${due}' ORDER BY subject_no`), [['lot.close_delayed', 'system'], ['lot.closed', 'system']]);
  assert.deepEqual(eventsOf(`lot:${empty}`), ['lot.close_delayed', 'lot.failed']);
  assert.deepEqual(await close(people.host, due), { state: 'closed', digest_set: set, window_ends: closed.window_ends, events: [] });
  assert.deepEqual(await close(people.host, empty), { state: 'failed', events: [] });
});

test('killed while it closes a lot by itself, beside another process that does so too: it is closed once', async () => {
  const end = workingTime((await people.staff.get('/clock')).legal, 21);
  const { lots } = await announce(server, people, holders, end);
  const other = twin();
  await other.start();
  const lock = await rowLock(server, `lot WHERE lot_id = '${lots[0]}'`);
  try {
    await advanceTo(people.staff, end);
    await lock.waits(2);
    await restart();
  } finally {
    lock.release();
  }
  for (const of of lots) {
    await until('the lot to fail', async () => (await opening(of)).state === 'failed');
    assert.deepEqual(eventsOf(`lot:${of}`), ['lot.failed']);
  }
  await other.stop();
});

const metric = async (line) => line.test((await server.api().raw('GET', '/metrics')).body.toString());

test('who hands in before the deadline is in time, however long the house takes to look at it', async () => {
  server.options.config = { trade: { close_at_deadline: 'true' }, workers: { files: '1' } };
  await restart();
  const end = workingTime((await people.staff.get('/clock')).legal, 21);
  const tenders = [await announce(server, people, holders, workingTime(end, 7)), await announce(server, people, holders, end)];
  const given = [];
  for (const [i, { tender: file, lots: [lotId] }] of tenders.entries()) {
    const sealed = await sealBid(firms[i], { tender: file, lotId, price: '1100000', documents: [seal.write(`${i}.txt`, 'in time')] });
    given.push({ ...sealed, bid_id: await upload(firms[i], lotId, sealed.file) });
  }
  const handIn = ({ bid_id, receipt_digest }, i) => firms[i].post(`/bids/${bid_id}/finalise`, { receipt_digest });
  const [due] = tenders[1].lots;
  // The only worker waits with the first one, so the second waits for the worker.
  const lock = await rowLock(server, `bid WHERE bid_id = '${given[0].bid_id}'`);
  const answers = [handIn(given[0], 0)];
  try {
    await lock.waits();
    answers.push(handIn(given[1], 1));
    await until('the second to wait', () => metric(/^bidroom_jobs_waiting{lane="files"} 1$/m));
    await advanceTo(people.staff, end);
    await until('the house to wait for it', () => metric(/^bidroom_closings_refused_total{code="opening.arriving"} [2-9]/m));
    assert.equal((await refused(close(people.host, due))).code, 'opening.arriving');
  } finally {
    lock.release();
  }
  await Promise.all(answers);
  await until('the lot to fail', async () => (await opening(due)).state === 'failed');
  const [[body]] = server.sql(`SELECT body FROM event WHERE subject = 'lot:${due}' AND kind = 'lot.failed'`);
  assert.equal(JSON.parse(body).count, 1);
  assert.deepEqual(eventsOf(`lot:${due}`), ['lot.failed'], 'no word of so short a delay');
});

test('the lot of a withdrawn notice stays as it is until a notice invites to it or ends it', async () => {
  const end = workingTime((await people.staff.get('/clock')).legal, 21);
  const { lots: [of], notice_id } = await announce(server, people, holders, end);
  await people.staff.post(`/notices/${notice_id}/withdraw`, { reason: '误发' });
  await advanceTo(people.staff, end);
  const { state, close_delay } = await until('the delay to be told', async () => {
    const told = await opening(of);
    return told.close_delay && told;
  });
  assert.deepEqual([state, close_delay.code], ['bidding', 'tender.not_offered']);
  assert.equal((await refused(close(people.host, of))).code, 'tender.not_offered');
});
