// SPDX-License-Identifier: GPL-3.0-or-later
// The live room of an opening in Chromium: the host opens it and goes on camera, bidders come in as the numbers of their
// bids once the lot is closed, see and hear the host and are heard; it is recorded, replayed, and ended.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { bidder, creditCode, keyHolders, sealBid, submitBid } from '../support/bids.mjs';
import { refused } from '../support/api.mjs';
import { Browser } from '../support/browser.mjs';
import { personAt } from '../support/console.mjs';
import { Seal } from '../support/seal.mjs';
import { Server, build, until } from '../support/server.mjs';
import { advanceTo, announce, workingTime } from '../support/trade.mjs';

const server = new Server();
const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
const people = {};
const firms = [];
let browser, tender, lot, deadline, host, hall;

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of ['agency', 'staff', 'host', 'witness', 'supervisor']) people[role] = await server.account(role, [role], { name: `${role} 甲` });
  const holders = await keyHolders(server, seal);
  for (const [i, name] of ['甲建设有限公司', '乙建设有限公司', '丙建设有限公司'].entries())
    firms.push(await bidder(server, seal, `firm${i}`, { name, credit_code: creditCode(i) }));
  firms.push(await bidder(server, seal, 'firm9', { name: '旁观有限公司', credit_code: creditCode(9) }));
  deadline = workingTime((await people.staff.get('/clock')).legal, 21);
  const announced = await announce(server, people, holders, deadline);
  tender = announced.tender;
  [lot] = announced.lots;
  for (const [i, firm] of firms.slice(0, 3).entries())
    await submitBid(firm, lot, await sealBid(firm, { tender, lotId: lot, price: `${1200000 + i}`, documents: [seal.write(`${firm.login}.txt`, firm.login)] }));
  browser = await Browser.launch(server.url, { devices: true, measured: true, shots: process.env.BIDROOM_SHOTS });
});
test.after(async () => {
  await browser?.close();
  await server.remove();
});

const look = (at) => at.evaluate(() => window.bidroomRoom());
const when = (what, fits, at) => until(what, async () => {
  const seen = await look(at);
  return seen?.state && fits(seen) && seen;
});
// A digest of what a tile shows now; '' while it shows nothing.
const pixels = (id, at) => at.evaluate((tile) => {
  const canvas = document.querySelector(`[data-tile="${tile}"] canvas`);
  if (!canvas || canvas.width < 16) return '';
  const copy = new OffscreenCanvas(32, 18);
  copy.getContext('2d').drawImage(canvas, 0, 0, 32, 18);
  const { data } = copy.getContext('2d').getImageData(0, 0, 32, 18);
  return new Set(data).size > 4 ? data.join() : '';
}, id);

// What comes from a seat's microphone, its stamps checked, none forged. How loud it is played is no measure here: the
// pages of one browser take each other's sound for an echo. e_00 listens to it.
const receives = (page, seat) => when(`the voice of ${seat}`, ({ stats }) => stats?.tracks.some((t) => t.seat === seat && t.kind === 'mic' && t.objects > 50 && t.verified >= 1 && !t.forged), page);

// From the opening's page into the hall, by the keyboard.
async function enter(who, devices) {
  const person = await personAt(browser);
  await person.signIn(who);
  await person.go(`/lots/${lot}/opening`);
  await person.press(person.page.getByRole('link', { name: '进入开标大厅' }));
  await person.page.locator('[data-test=join]').waitFor();
  for (const box of await person.page.locator('.check .el-checkbox').all())
    if (await box.locator('input').isChecked() !== devices) {
      await person.tabTo(box);
      await person.page.keyboard.press('Space');
    }
  await person.looksWhole('device check of the hall');
  await person.press(person.page.locator('[data-test=join]'));
  person.seat = (await when('the seat', ({ state }) => state.phase === 'seated', person.page)).state.seat;
  return person;
}

test('the host opens the hall before the deadline; no bidder comes in yet', async () => {
  const page = await personAt(browser);
  await page.signIn(people.host);
  await page.go(`/lots/${lot}/opening`);
  await page.press(page.page.getByRole('button', { name: '开启开标大厅' }));
  await page.page.getByText('开标大厅已开启，全程录音录像。').waitFor();
  await page.looksWhole('hall opened');
  hall = (await server.api().get(`/lots/${lot}/opening`)).hall.session_id;
  assert.equal((await refused(people.host.post(`/lots/${lot}/hall`))).code, 'hall.opened');
  const ticket = (who) => who.post(`/sessions/${hall}/tickets`, { device_key: Buffer.alloc(32, 7).toString('base64') });
  assert.equal((await refused(ticket(firms[0]))).code, 'auth.denied', 'nobody may see who bids');
  assert.equal((await refused(people.host.get(`/sessions/${hall}`))).code, 'input.not_found', 'no session of a committee');
  assert.ok(!(await people.host.get('/sessions')).items.some((s) => s.session_id === hall));
  const waiting = await personAt(browser);
  await waiting.signIn(firms[0]);
  await waiting.go(`/lots/${lot}/opening`);
  await waiting.page.getByText('投标人在截标后入场。').waitFor();
  assert.equal(await waiting.page.getByRole('link', { name: '进入开标大厅' }).count(), 0);
});

test('bidders get picture and voice of the host, under the number of their bid, and speak; the witness is there', async () => {
  await advanceTo(people.staff, deadline);
  await people.host.post(`/lots/${lot}/close`);
  host = await enter(people.host, true);
  const bidders = [await enter(firms[0], false), await enter(firms[1], false)];
  const witness = await enter(people.witness, false);
  const [first, second] = bidders;
  assert.deepEqual(bidders.map((b) => b.seat), ['bid_1', 'bid_2']);
  for (const at of [first, second, witness]) {
    const tile = `${host.seat}/cam`;
    const still = await until(`the host at ${at.seat}`, () => pixels(tile, at.page));
    await until(`moving at ${at.seat}`, async () => await pixels(tile, at.page) !== still);
    await receives(at.page, host.seat);
  }
  // A bidder speaks, too.
  await second.press(second.page.locator('[data-test=mic]'));
  await receives(host.page, 'bid_2');
  const text = await witness.page.locator('.room').innerText();
  assert.ok(text.includes('1号投标人') && text.includes('2号投标人'), text);
  assert.doesNotMatch(text, /建设有限公司/);
  const { stats } = await when('verified pictures', ({ stats: s }) => s.tracks.some((t) => t.seat === host.seat && t.kind === 'cam' && t.verified >= 2), first.page);
  assert.ok(stats.tracks.every((t) => !t.forged), JSON.stringify(stats.tracks));
  await first.looksWhole('hall of a bidder');
  await host.looksWhole('hall of the host');
  await browser.shot(first.page, 'hall-bidder');
  // Whose the numbers are, only opened bids tell.
  const entries = (await people.host.get(`/sessions/${hall}/events`)).items.filter((e) => e.body.seat?.startsWith('bid_'));
  assert.ok(entries.some((e) => e.kind === 'room.joined'));
  for (const e of entries) assert.deepEqual([e.actor, e.body.seat_cert, e.body.person], [undefined, undefined, undefined], e.kind);
  const heard = (await server.admins.auditor.get('/audit/events?limit=200')).items.filter((e) => e.body?.seat?.startsWith('bid_'));
  assert.ok(heard.length > 0);
  for (const e of heard) assert.ok(['system', e.body.seat].includes(e.actor), `${e.kind} by ${e.actor}`);
  // Who has no bid, and evaluation rooms.
  const ticket = (who) => who.post(`/sessions/${hall}/tickets`, { device_key: Buffer.alloc(32, 7).toString('base64') });
  assert.equal((await refused(ticket(firms[3]))).code, 'auth.denied');
});

test('the host ends the hall; it is replayed', async () => {
  const page = await personAt(browser);
  await page.signIn(people.host);
  await page.go(`/lots/${lot}/opening`);
  await page.confirm(page.page.getByRole('button', { name: '结束直播' }));
  await host.page.locator('[data-test=over]').waitFor();
  const watching = await personAt(browser);
  await watching.signIn(people.supervisor);
  await watching.go(`/lots/${lot}/opening`);
  await watching.press(watching.page.getByRole('link', { name: '回放开标大厅' }));
  await until('the recording', () => watching.page.evaluate(() => window.bidroomReplay?.().end > 1000));
  await watching.page.getByText('host 甲').first().waitFor();
  await watching.looksWhole('replay of the hall');
  // Ended too early it is opened anew; a supervisor may end it, too, when the host cannot.
  const again = (await people.host.post(`/lots/${lot}/hall`)).session_id;
  assert.notEqual(again, hall);
  assert.equal((await refused(people.host.post(`/lots/${lot}/hall`))).code, 'hall.opened');
  assert.equal((await server.api().get(`/lots/${lot}/opening`)).hall.session_id, again);
  await people.supervisor.post(`/lots/${lot}/hall/close`);
  assert.ok((await server.api().get(`/lots/${lot}/opening`)).hall.closed_at);
  const kinds = server.sql(`SELECT DISTINCT kind FROM media_track WHERE session_id = '${hall}' AND seat_id = '${host.seat}' ORDER BY kind`).map(([k]) => k);
  assert.deepEqual(kinds, ['cam', 'mic']);
});
