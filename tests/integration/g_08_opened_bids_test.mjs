// SPDX-License-Identifier: GPL-3.0-or-later
// What an opening brought, as open data: lot by lot once it is over, valid, with amounts, bidders and what became of each
// bid; and nothing of any bid before, in no file and through no door.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { Server, build, freePort, until } from '../support/server.mjs';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from '../support/bids.mjs';
import { validators } from '../support/ocds.mjs';
import { Seal } from '../support/seal.mjs';
import { advanceTo, announce, noticeFields, plusSeconds, publish, workingTime } from '../support/trade.mjs';

let server, seal, deadline, holders, made;
const people = {}, firms = {}, bids = {};
const NAMES = ['甲', '乙', '丙', '丁', '戊'];
const MEMBER = { name: '己-marker-77d1 设计有限公司', credit_code: creditCode(9) };
// Digits that stand nowhere by chance.
const PRICE = { 甲: '1234567.89', 乙: '1198765.43', 丙: '1187654.32', 丁: '1176543.21', 戊: '1165432.1' };

const open = async (address) => {
  const { status, body } = await server.api().raw('GET', address);
  assert.equal(status, 200, address);
  return body.toString();
};
const json = async (address) => JSON.parse(await open(address));
const lots = () => made.lots;
const doors = () => [`/ocds/records/${made.tender.project_id}.json`, `/ocds/releases/${made.notice_id}.json`,
  `/api/v1/public/ocds/records/${made.tender.project_id}`, '/api/v1/public/ocds/releases'];

test.before(async () => {
  // A platform nobody listens for: what waits for it can be counted.
  const url = `http://127.0.0.1:${await freePort()}/records`;
  server = new Server({ config: { exchange: { url, platform_code: '91370402MA3C4D5E6F', service_code: '370000' } } });
  seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host']) people[role] = await server.account(role, [role]);
  holders = await keyHolders(server, seal);
  for (const [i, name] of NAMES.entries())
    firms[name] = await bidder(server, seal, `firm${i}`, { name: `${name}-marker-51ab 建设有限公司`, credit_code: creditCode(i) });
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  made = await announce(server, people, holders, deadline);
});
test.after(() => server.remove());

// The files of notices, projects and open data. The ledger's are not among them: it tells of each bid as it is opened.
const publicFiles = () => fs.readdirSync(server.dataDir, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile()).map((f) => path.join(f.parentPath ?? f.path, f.name)).filter((f) => /\/(ocds|notices|projects)\//.test(f));
const secrets = () => ['"bids":', 'marker-51ab', 'marker-77d1', ...Object.values(PRICE), ...Object.values(firms).map((f) => f.credit_code), MEMBER.credit_code,
  ...Object.values(bids).flatMap((of) => Object.values(of).map((b) => b.bid_id))];
async function assertNothingOfBids(when) {
  for (const door of doors()) {
    const text = await open(door);
    for (const secret of secrets()) assert.ok(!text.includes(secret), `${when}: ${secret} in ${door}`);
  }
  const files = publicFiles();
  assert.ok(files.some((f) => f.endsWith(`${made.notice_id}.json`)), 'the files are looked at');
  for (const file of files) {
    const bytes = fs.readFileSync(file);
    const text = (file.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes).toString();
    for (const secret of secrets()) assert.ok(!text.includes(secret), `${when}: ${secret} in ${file}`);
  }
}

async function bid(name, lotId, form, price, more = {}) {
  const documents = [seal.write(`${name}-商务.txt`, name), seal.write(`${name}-协议.txt`, '共同投标协议')];
  const sealed = await sealBid(firms[name], { tender: made.tender, lotId, price, form, documents, more });
  (bids[lotId] ??= {})[name] = await submitBid(firms[name], lotId, sealed);
}

test('before the opening is over nothing of any bid is in open data', async () => {
  const [one, two] = lots();
  await until('the files', () => open(`/ocds/records/${made.tender.project_id}.json`).catch(() => null));
  for (const name of NAMES)
    await bid(name, one, 'amount', PRICE[name], name === '乙' ? { consortium: { members: [MEMBER], agreement: '乙-协议.txt' } } : {});
  for (const name of ['甲', '乙', '丙']) await bid(name, two, 'other', { 甲: '95.125', 乙: '94', 丙: '93' }[name]);
  await firms.戊.post(`/bids/${bids[one].戊.bid_id}/withdraw`);
  await assertNothingOfBids('with bids handed in');
  await advanceTo(people.staff, deadline);
  for (const lot of [one, two]) await people.host.post(`/lots/${lot}/close`);
  await assertNothingOfBids('closed');
  for (const name of ['甲', '乙', '丙']) {
    await releaseBid(firms[name], bids[one][name]);
    await releaseBid(firms[name], bids[two][name]);
  }
  await assertNothingOfBids('while the opening runs');
});

const brief = ({ details }) => details.map((b) => [b.id, b.status, b.tenderers?.map((t) => t.name), b.value?.amount ?? b.rate]);
const record = () => until('the record', async () => {
  const found = await json(`/ocds/records/${made.tender.project_id}.json`);
  assert.deepEqual(Object.keys(found.records[0]).sort(), ['compiledRelease', 'ocid', 'releases']);
  return found;
});
const recordWith = (n) => until(`a record of ${n} lots opened`, async () => {
  const found = await record();
  return (found.records[0].compiledRelease.bids?.statistics.length ?? 0) === n && found;
}, 60000);

test('an opening that is over is a release of its own, valid, and of no other lot', async () => {
  const [one, two] = lots();
  await people.host.post(`/lots/${two}/finish-opening`);
  const found = await recordWith(1);
  const { compiledRelease: compiled, releases: links } = found.records[0];
  const check = validators(await json('/ocds/extension/release-schema.json'));
  check.recordPackage(found);
  assert.deepEqual(await json(`/api/v1/public/ocds/records/${made.tender.project_id}`), found);
  const of = (name) => bids[two][name].bid_id;
  assert.deepEqual(brief(compiled.bids), [[of('甲'), 'pending', [firms.甲.name], 95.125], [of('乙'), 'pending', [firms.乙.name], 94], [of('丙'), 'pending', [firms.丙.name], 93]]);
  assert.equal(links.length, 2);
  const { pathname, hash } = new URL(links[1].url);
  const packed = await json(pathname);
  check.releasePackage(packed);
  const [before, opened] = packed.releases;
  assert.deepEqual([before.bids, before.id], [undefined, made.notice_id]);
  assert.deepEqual([opened.id, opened.tag, opened.bids, opened.date], [hash.slice(1), ['tenderUpdate'], compiled.bids, packed.publishedDate]);
  for (const secret of [...Object.values(PRICE), 'marker-77d1', bids[one].甲.bid_id, firms.丁.name])
    assert.ok(!JSON.stringify([found, packed]).includes(secret), 'the other lot is still being opened');
});

test('each bid has its amount, its bidders and what became of it; who withdrew in time never was one', async () => {
  const [one] = lots();
  await advanceTo(people.staff, plusSeconds((await server.api().get(`/lots/${one}/opening`)).window_ends, 1));
  await people.host.post(`/lots/${one}/finish-opening`);
  const found = await recordWith(2);
  const { compiledRelease: compiled, releases: links } = found.records[0];
  const check = validators(await json('/ocds/extension/release-schema.json'));
  check.recordPackage(found);
  const of = (name) => bids[one][name].bid_id;
  const first = compiled.bids.details.slice(0, 4);
  assert.deepEqual(brief({ details: first }), [
    [of('甲'), 'pending', [firms.甲.name], 1234567.89],
    [of('乙'), 'pending', [firms.乙.name, MEMBER.name], 1198765.43],
    [of('丙'), 'pending', [firms.丙.name], 1187654.32],
    [of('丁'), 'withdrawn', undefined, undefined],
  ]);
  assert.deepEqual(first.map((b) => b.value?.currency), ['CNY', 'CNY', 'CNY', undefined]);
  assert.deepEqual(compiled.bids.statistics.map((s) => [s.relatedLot, s.measure, s.value]), compiled.tender.lots.map((lot, i) => [lot.id, 'bids', [4, 3][i]]));
  const parties = compiled.parties.filter((p) => p.roles.includes('tenderer'));
  assert.deepEqual(parties.map((p) => p.name), [firms.甲.name, firms.乙.name, MEMBER.name, firms.丙.name], 'each firm once');
  assert.equal(links.length, 3);
  for (const door of doors()) {
    const text = await open(door);
    for (const secret of [firms.丁.name, firms.戊.name, bids[one].戊.bid_id, ...Object.values(firms).map((f) => f.credit_code), MEMBER.credit_code])
      assert.ok(!text.includes(secret), `${secret} in ${door}`);
  }
  // The feed of releases has the notice once, with what came later, at its new place in the order.
  const page = await json('/api/v1/public/ocds/releases');
  check.releasePackage(page);
  assert.deepEqual(page.releases.map((r) => r.id.slice(made.notice_id.length).slice(0, 8)), ['', '-opened-', '-opened-']);
});

test('the platform upstream is not told again what it was told', async () => {
  const notice = await publish(people.agency, people.staff, {
    project_id: made.tender.project_id, kind: 'gp_result', title: '中标结果公告', body_md: '结果。', fields: noticeFields('gp_result', { winner: firms.甲.name }),
    publicity_start: (await people.staff.get('/clock')).legal, publicity_end: workingTime((await people.staff.get('/clock')).legal, 5),
  });
  const pushes = await until('the newest push', async () => {
    const { items } = await people.staff.get('/exchange/pushes');
    return items.some((p) => p.notice_id === notice.notice_id) && items;
  });
  assert.equal(pushes.filter((p) => p.notice_id === made.notice_id).length, 1);
  // Who won is who bid.
  const compiled = (await until('the result', async () => {
    const found = await record();
    return found.records[0].compiledRelease.awards && found;
  })).records[0].compiledRelease;
  const [supplier] = compiled.awards[0].suppliers;
  assert.equal(supplier.id, compiled.bids.details[0].tenderers[0].id);
  assert.deepEqual(compiled.parties.filter((p) => p.name === firms.甲.name).map((p) => p.roles.sort()), [['supplier', 'tenderer']]);
});
