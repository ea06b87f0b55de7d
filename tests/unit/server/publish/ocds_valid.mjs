// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of notice makes a release that is valid OCDS 1.1.5, and all of them together a valid record.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { validators } from '../../../support/ocds.mjs';

const [extension, ...packages] = spawnSync(process.argv[2], { encoding: 'utf8' }).stdout.trim().split('\n').map((line) => JSON.parse(line));
const { releasePackage, recordPackage } = validators(extension);
const releases = packages.filter((p) => p.releases);
const records = packages.filter((p) => p.records);
assert.ok(releases.length >= 4 && records.length === 2);
releases.forEach(releasePackage);
records.forEach(recordPackage);

// The check checks.
const bad = structuredClone(releases[0]);
bad.releases[0].tender.lots[0].status = 'moon';
assert.throws(() => releasePackage(bad), /status/);

const [tender] = releases.map((p) => p.releases[0]).filter((r) => r.tag[0] === 'tender');
assert.equal(tender.tender.lots[0].value.amount, 123456789.012345);
assert.deepEqual(tender.tender.lots[0].awardCriteria.criteria.map((c) => c.numbers[0].number), [80, 20]);
assert.equal(tender.tender.bidOpening.date, tender.tender.tenderPeriod.endDate);
const [{ compiledRelease: compiled, releases: links }] = records[0].records;
assert.equal(links.length, 2 * releases.length + 2);
assert.deepEqual(links.map((l) => l.date), links.map((l) => l.date).sort());
// Disclosed in June, withdrawn in March: the record is as new as the latest of it.
assert.deepEqual([compiled.date, records[0].publishedDate], ['2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z']);
for (const { releases: all } of releases) assert.deepEqual(all.map((r) => r.date), all.map((r) => r.date).sort());
assert.equal(compiled.withheldInformation.length, releases.length);
const opened = releases.flatMap((p) => p.releases).filter((r) => r.id.includes('-opened-'));
for (const { releases: all } of releases) assert.deepEqual(all.filter((r) => !opened.includes(r)).map((r) => r.withheldInformation?.length), [2, undefined, 1]);
assert.equal(compiled.tender.documents.length, releases.length);
assert.deepEqual(compiled.tag, ['compiled']);
assert.ok(compiled.parties.some((p) => p.roles.includes('supplier')));
assert.equal(tender.tender.bidOpening.description, '网上开标，投标人自开标起60分钟内解密');
assert.deepEqual(tender.tender.lots[0].bidOpening, tender.tender.bidOpening);
// Each expert's scores, with the notice that tells the result first.
const told = releases.flatMap((p) => p.releases).filter((r) => r.awards?.[0].evaluations);
assert.deepEqual(told.map((r) => r.tag[0]), ['award', 'awardUpdate', 'awardUpdate', 'awardUpdate']);
assert.equal(told[0].awards[0].evaluations[0].result.rows[0].members[0].scores.plan, '70.00');
assert.equal(told[0].awards[0].evaluations[0].relatedLot, tender.tender.lots[0].id);
// A correction that tells another result updates the award of the notice it follows; who compiles has the last of each lot.
assert.equal(told[2].awards[0].id, told[0].awards[0].id);
assert.notEqual(told[2].awards[0].documents[0].id, told[0].awards[0].documents[0].id);
const points = (evaluations) => evaluations.map((e) => e.result.rows[0].members[0].scores.plan);
assert.deepEqual(told.map((r) => points(r.awards[0].evaluations)), [['70.00'], ['70.00'], ['65.00'], ['65.00']]);
const [last, ...rest] = compiled.awards.filter((a) => a.evaluations);
assert.deepEqual([rest.length, points(last.evaluations), last.documents.length, last.status], [0, ['65.00'], 2, 'active']);
assert.equal(last.suppliers.length, 2);
assert.deepEqual(links.filter((l) => l.url.endsWith(told[2].id)).map((l) => l.tag), [['awardUpdate']]);
const wrong = structuredClone(releases.find((p) => p.releases.includes(told[0])));
wrong.releases.find((r) => r.awards[0].evaluations).awards[0].evaluations[0].result.rows[0].members[0].total = 70;
assert.throws(() => releasePackage(wrong), /total/);
// A consortium: each member is a party and a supplier of the award.
const suppliers = (parties) => parties.filter((p) => p.roles.includes('supplier')).map((p) => [p.id, p.name]);
const joint = ['甲公司', '乙公司'].map((name) => [`supplier-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`, name]);
assert.deepEqual(suppliers(compiled.parties), joint);
assert.deepEqual(compiled.parties.find((p) => p.name === '甲公司').roles.sort(), ['supplier', 'tenderer']);
assert.equal(new Set(compiled.parties.map((p) => p.id)).size, compiled.parties.length);
const award = releases.map((p) => p.releases[0]).find((r) => r.awards?.[0].suppliers);
assert.deepEqual([suppliers(award.parties), award.awards[0].suppliers.map((s) => [s.id, s.name])], [joint, joint]);
// What was so at its own date: withdrawn a day later, disclosed in June.
const standing = releases.map((p) => p.releases).filter((all) => all[0].awards?.[0].status).map((all) => all.map((r) => r.awards[0].status));
assert.ok(standing.length >= 5 && standing.every(([, ...later]) => later.join() === 'cancelled,cancelled'));
assert.deepEqual([...new Set(standing.map(([first]) => first))].sort(), ['active', 'pending']);
// An opening that is over has a release of its own, and no other tells of its bids but those that tell the result.
const brief = ({ details }) => details.map((b) => [b.id, b.status, b.tenderers?.map((t) => t.name).join(), b.value?.amount ?? b.rate]);
assert.deepEqual(opened.map((r) => [r.tag[0], r.bids.statistics.map((s) => [s.measure, s.value])]), [['tenderUpdate', [['bids', 4]]], ['tenderUpdate', [['bids', 2]]]]);
assert.deepEqual(brief(opened[0].bids), [['b1', 'pending', '甲公司', 2900000], ['b2', 'pending', '丁公司', 2800000], ['b3', 'withdrawn', undefined, undefined], ['b4', 'disqualified', undefined, undefined]]);
assert.deepEqual(brief(opened[1].bids), [['r1', 'pending', '甲公司', 95], ['r2', 'withdrawn', undefined, undefined]]);
assert.deepEqual(releases.flatMap((p) => p.releases).filter((r) => r.bids && !opened.includes(r)), told);
for (const bids of [told[0].bids, compiled.bids]) assert.deepEqual(brief(bids)[0], ['b1', 'valid', '甲公司', 2900000]);
assert.deepEqual(compiled.bids.details.map((b) => b.id), ['b1', 'b2', 'b3', 'b4', 'r1', 'r2']);
assert.deepEqual(compiled.bids.statistics.map((s) => [s.measure, s.value]), [['bids', 4], ['validBids', 1], ['bids', 2]]);
assert.ok(opened.every((r) => r.date > tender.date && links.some((l) => l.url.endsWith(`#${r.id}`) && l.date === r.date)));
assert.ok(!JSON.stringify(packages).includes('secret'));
const moon = structuredClone(releases.find((p) => p.releases.includes(opened[0])));
moon.releases.find((r) => r.bids).bids.details[0].status = 'moon';
assert.throws(() => releasePackage(moon), /status/);
