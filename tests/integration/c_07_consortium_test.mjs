// SPDX-License-Identifier: GPL-3.0-or-later
// A consortium (联合体): sealed with the bid that it makes, told at the opening, and looked for in the other bids of the lot.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Server, build } from '../support/server.mjs';
import { refused } from '../support/api.mjs';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { Seal } from '../support/seal.mjs';
import { advanceTo, announce, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = {};
const MEMBER = '戊-marker-9c2e 设计有限公司';
let tender, lot, deadline;

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  const holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲', '乙', '丙', '丁'].entries())
    firms[name] = await bidder(server, seal, `firm${i}`, { name: `${name}建设有限公司`, credit_code: creditCode(i) });
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  ({ tender, lots: [lot] } = await announce(server, people, holders, deadline));
});
test.after(() => server.remove());

const member = (name, n) => ({ name, credit_code: creditCode(n) });

test('who leads and who follows is sealed, published with the opened bid, and nobody stands behind two unseen', async () => {
  const consortia = {
    甲: { members: [member(MEMBER, 9), member('乙建设有限公司', 1)], agreement: '甲-协议.txt' },
    丙: { members: [member('己公司', 8)], agreement: 'not among the documents' },
    丁: { members: [member('丁建设有限公司', 3)], agreement: '丁-协议.txt' }, // its own leader
  };
  const bids = [];
  for (const name of ['甲', '乙', '丙', '丁']) {
    const documents = [seal.write(`${name}-商务.txt`, name), seal.write(`${name}-协议.txt`, '共同投标协议')];
    const more = consortia[name] ? { consortium: consortia[name] } : {};
    bids.push([firms[name], await submitBid(firms[name], lot, await sealBid(firms[name], { tender, lotId: lot, price: '1200000', documents, more }))]);
  }
  await advanceTo(people.staff, deadline);
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
  assert.deepEqual(items.filter((e) => e.kind === 'bid.opened' && e.body.consortium).map((e) => e.body.consortium.members[0].name), [MEMBER]);
  assert.deepEqual(items.filter((e) => e.kind === 'bid.undecrypted').map((e) => e.body.reason), ['bid.consortium', 'bid.consortium']);

  await people.host.post(`/lots/${lot}/opening-record`);
  const { body } = await server.api().raw('GET', `/api/v1/lots/${lot}/opening-record.pdf`);
  const text = spawnSync('pdftotext', ['-raw', '-', '-'], { input: body, encoding: 'utf8' }).stdout.replaceAll(/\s/g, '');
  assert.ok(text.includes(`甲建设有限公司（联合体：${MEMBER.replaceAll(' ', '')}、乙`), text);
});
