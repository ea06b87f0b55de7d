// SPDX-License-Identifier: GPL-3.0-or-later
// kill -9 at each step of handing in and opening bids, and a deadline that moves: there is one truth, and nothing that
// was acknowledged is lost. A step is held by a lock in the database while the server is killed in it.
import test from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid, upload } from '../support/bids.mjs';
import { refused } from '../support/api.mjs';
import { Seal } from '../support/seal.mjs';
import { rowLock } from '../support/row_lock.mjs';
import { Server, build } from '../support/server.mjs';
import { advanceTo, announce, noticeFields, plusSeconds, publish, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
const bids = [];
let holders, tender, notice, lot, deadline;

const offer = (firm, price) => sealBid(firm,
  { tender, lotId: lot, price, documents: [seal.write(`${firm.login}.bin`, crypto.randomBytes(5000))] });
const stateOf = async (i) => (await firms[i].get(`/bids/${bids[i].bid_id}`)).state;
const opening = () => server.api().get(`/lots/${lot}/opening`);
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
  const close = (who = people.host) => who.post(`/lots/${lot}/close`);
  await killedAt(`event_subject WHERE subject = 'lot:${lot}'`, people.host, close);
  assert.deepEqual([(await opening()).state, (await opening()).bids], ['bidding', []]);
  assert.deepEqual(await Promise.all([0, 1, 2].map(stateOf)), ['finalised', 'finalised', 'finalised']);
  await close();
  await restart();
  const { state, bids: sealed } = await opening();
  assert.deepEqual([state, sealed.map((b) => b.state)], ['closed', ['sealed', 'sealed', 'sealed']]);
  assert.equal((await refused(close())).code, 'opening.state');
});

test('killed while bids are opened: a bid is closed or announced', async () => {
  await killedAt(`event_subject WHERE subject = 'bid:${bids[0].bid_id}'`, firms[0], (who) => releaseBid(who, bids[0]));
  assert.deepEqual((await opening()).bids.map((b) => b.state), ['sealed', 'sealed', 'sealed']);
  assert.equal(server.sql('SELECT COUNT(*) FROM bid WHERE content_key IS NOT NULL')[0][0], '0');
  for (const i of [0, 1]) await releaseBid(firms[i], bids[i]);

  await people.host.post(`/bids/${bids[2].bid_id}/rescue`, { reason: '投标人未到场' });
  const share = async (i, who = holders[i]) => who.post(`/bids/${bids[2].bid_id}/shares`, await seal.share(holders[i].key, bids[2].file));
  await share(0);
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
