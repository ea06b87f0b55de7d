// SPDX-License-Identifier: GPL-3.0-or-later
// A notice about one lot leaves the other as it was: in its release, and in the record of them all. A contract is one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { validators } from '../../../support/ocds.mjs';

const [extension, ...packages] = spawnSync(process.argv[2], { encoding: 'utf8' }).stdout.trim().split('\n').map((line) => JSON.parse(line));
const { releasePackage, recordPackage } = validators(extension);
assert.equal(packages.length, 26);
const take = (n) => {
  const [releases, records] = [packages.splice(0, n), packages.splice(0, n)];
  releases.forEach(releasePackage);
  records.forEach(recordPackage);
  return [releases.map((p) => p.releases[0]), records.map((p) => p.records[0].compiledRelease)];
};
const lots = ({ tender }) => [tender.status, ...tender.lots.map((lot) => `${lot.id} ${lot.status}`)];
const day = (n) => `2026-03-${String(n).padStart(2, '0')}T01:00:00Z`;

{
  const [releases, records] = take(6);
  assert.deepEqual(releases.map(lots), [
    ['active', 'L1 active', 'L2 active'],
    ['active', 'L1 active'],
    ['active', 'L1 cancelled'],
    ['complete', 'L2 complete'],
    ['complete', 'L2 complete'],
    ['complete', 'L2 complete'],
  ]);
  assert.deepEqual(records.map(lots), [
    ['active', 'L1 active', 'L2 active'],
    ['active', 'L1 active', 'L2 active'],
    ['active', 'L1 cancelled', 'L2 active'],
    ['complete', 'L1 cancelled', 'L2 complete'],
    ['complete', 'L1 cancelled', 'L2 complete'],
    ['complete', 'L1 cancelled', 'L2 complete'],
  ]);
  // A deadline that moves for one lot is no other lot's.
  const [tender, change] = releases;
  assert.deepEqual([tender.tender.bidOpening.date, tender.tender.tenderPeriod.endDate], [day(21), day(21)]);
  assert.deepEqual([change.tender.bidOpening, change.tender.tenderPeriod.endDate, change.tender.lots[0].bidOpening.date], [undefined, day(26), day(26)]);
  assert.deepEqual(records[1].tender.lots.map((lot) => [lot.tenderPeriod.startDate, lot.tenderPeriod.endDate, lot.bidOpening.date]),
    [[day(1), day(26), day(26)], [day(1), day(21), day(21)]]);
  assert.deepEqual(records[3].awards.map((a) => a.relatedLots), [['L2']]);
  assert.deepEqual(records[3].tender.documents.map((d) => d.relatedLots), [undefined, ['L1'], ['L1'], ['L2']]);
  // Each amendment says what it amends.
  assert.deepEqual(records[4].tender.amendments.map((a) => [a.id, a.amendsReleaseID]), [['n2', 'n1'], ['n3', 'n2'], ['n5', 'n4']]);
  assert.equal(releases[1].tender.amendments[0].amendsReleaseID, 'n1');
  // The contract is made of the award, though a correction of the result stands between them, and is no second one.
  const contract = {
    id: 'n6', awardID: 'n4', title: '运维合同', status: 'active', number: 'HT-1', contractParties: '某某局与乙公司',
    priceDetails: '1,199,000元', value: { amount: 1199000, currency: 'CNY' }, dateSigned: '2026-03-06T00:00:00+08:00',
  };
  for (const { contracts, awards } of [releases[5], records[5]]) {
    const [{ documents, ...told }] = contracts;
    assert.deepEqual([told, documents[0].documentType], [contract, 'contractNotice']);
    assert.deepEqual((awards ?? []).map((a) => a.id), awards ? ['n4'] : []);
  }
  assert.deepEqual([releases[5].tag, records[5].awards.length, records[4].contracts], [['contract'], 1, undefined]);
  assert.deepEqual(records[3].awards[0].value, { amount: 1200000, currency: 'CNY' });
}
{
  // Announced one after the other: a lot no notice told of yet is not there, and each has its own texts.
  const [releases, records] = take(5);
  assert.deepEqual(releases.map(lots), [['active', 'L1 active'], ['active', 'L2 active'], ['active', 'L1 complete'], ['complete', 'L2 complete'], ['complete', 'L2 complete']]);
  assert.deepEqual(records.slice(0, 4).map(lots), [['active', 'L1 active'], ['active', 'L1 active', 'L2 active'], ['active', 'L1 complete', 'L2 active'], ['complete', 'L1 complete', 'L2 complete']]);
  assert.deepEqual(records[1].tender.lots.map((lot) => lot.description), ['内容', '内容']);
  assert.equal(records[1].tender.description, undefined);
  // Two winners are two parties, and each award names its own.
  const [last] = records.slice(-1), names = new Map(last.parties.map((p) => [p.id, p.name]));
  assert.equal(names.size, last.parties.length);
  assert.deepEqual(last.awards.map((a) => [a.relatedLots[0], a.suppliers.map((s) => names.get(s.id))]), [['L1', ['甲公司']], ['L2', ['乙公司']]]);
  assert.equal(releases[3].awards[0].suppliers[0].id, last.awards[1].suppliers[0].id);
  // A sum the text does not say is that of the evaluation; a rate is none.
  assert.deepEqual(last.awards.map((a) => [a.value?.amount, a.priceDetails]), [[900000.5, '见附件'], [undefined, '95%']]);
  const [contract] = last.contracts;
  assert.deepEqual([contract.awardID, contract.value, contract.priceDetails], ['n4', undefined, '按实结算']);
}
{
  // A sale has its own field for the price; a contract nothing was told before is all there is of its award.
  const [, [, { awards, contracts }]] = take(2);
  assert.deepEqual(awards.map((a) => [a.id, a.relatedLots[0], a.value?.amount, a.priceDetails]), [['n1', 'L1', 50000000, '5000万元'], ['n2', 'L2', undefined, '3万元']]);
  assert.deepEqual(contracts.map((c) => [c.awardID, c.value.amount]), [['n2', 30000]]);
}
