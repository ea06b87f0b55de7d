// SPDX-License-Identifier: GPL-3.0-or-later
// Seats fetch the documents they judge: with the seat's own sign-in, checked, sealed on the disk, beside the voices and
// across a kill of the server; and one shows the others a page.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { RoomClient, allHear, clientRoom, quitAll } from '../support/client.mjs';
import { judges, openedBids, passFor } from '../support/documents.mjs';
import { pdf } from '../support/pdf.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
const MARKER = 'MARKER-OF-A-BID';
const offer = (n, fill = 0) => pdf({ pages: [[`${MARKER} ${n}`]], fill });
let room, a, b, bids;

test.before(async () => {
  await server.start();
  await server.openHouse();
  const opened = await openedBids(server, [{ '商务.pdf': offer('甲'), 'large.pdf': offer('甲大', 3 << 20) }, { 'offer.pdf': offer('乙') }, { 'offer.pdf': offer('丙') }]);
  bids = opened.bids;
  room = await clientRoom(server, { n: 2 });
  judges(server, room.sessionId, opened.lotId, room.seats);
  [a, b] = room.clients;
  for (const [i, c] of [a, b].entries()) {
    await c.start();
    await c.ask('enter', { pass: passFor(server, room.sessionId, room.seats[i], `seat_${i + 1}`) });
    await c.heard('joined');
  }
});
test.after(() => quitAll([a, b]).finally(() => server.remove()));

const states = async (c) => (await c.ask('documents')).documents;
const fetched = (c, bid, file, state, options) => c.heard('document', (m) => m.bid === bids[bid].bid_id && m.file === file && m.state === state, options);

test('the list comes with the seat', async () => {
  assert.equal((await a.heard('documents')).bids, 3);
  const { bids: list, code } = await states(a);
  assert.equal(code, undefined);
  assert.deepEqual(list.map((x) => [x.bid, x.bidder, x.files.map((f) => [f.file, f.name, f.size, f.state])]), bids.map((x) => [
    x.bid_id, x.name, Object.entries(x.files).map(([name, content], i) => [i + 1, name, content.length, 'absent'])]));
});

test('a document is fetched whole, and nothing of it can be read on the disk', async () => {
  await a.ask('document', { bid: bids[0].bid_id, file: 1 });
  await fetched(a, 0, 1, 'ready');
  assert.equal((await a.say('document', { bid: bids[0].bid_id, file: 3 })).error, 'no_such_document');
  const dir = path.join(a.dir, 'state');
  assert.deepEqual(fs.readdirSync(dir).filter((name) => name.startsWith('document')), []);
  const open = fs.readdirSync(`/proc/${a.child.pid}/fd`).map((fd) => `/proc/${a.child.pid}/fd/${fd}`)
    .filter((fd) => { try { return fs.readlinkSync(fd).startsWith(path.join(dir, 'document')); } catch { return false; } });
  assert.equal(open.length, 1);
  const kept = fs.readFileSync(open[0]);
  assert.ok(kept.length > bids[0].files['商务.pdf'].length && !kept.includes(MARKER) && !kept.includes('%PDF'));
});

test('a download goes on after a kill of the server, and the voices never stop', async () => {
  await allHear([a, b]);
  await a.ask('document', { bid: bids[0].bid_id, file: 2 });
  await a.heard('document', (m) => m.file === 2 && m.state === 'loading' && m.got > 100000);
  await server.kill();
  await server.start();
  await fetched(a, 0, 2, 'ready', { timeoutMs: 90000 });
  await b.heard('joined', (m) => m.resumed);
  const before = (await b.hears()).find((t) => t.kind === 'mic').objects;
  await until('the voice to go on', async () => (await b.hears()).some((t) => t.kind === 'mic' && t.objects > before + 10));
});

test('a seat shows a page, another is told, and told when it joins', async () => {
  const place = { bid: bids[1].bid_id, file: 1, page: 1 };
  await a.act('present', { on: true, ...place });
  assert.deepEqual((await b.heard('presenting')).presenting, { seat: 'seat_1', ...place });
  assert.deepEqual((await b.state()).presenting, { seat: 'seat_1', ...place });
  assert.equal((await a.say('present', { on: true, bid: 'x' })).error, 'bad_message');
  await a.ask('leave');
  await b.heard('presenting', (m) => m.presenting === null);
});

test('who cannot use the key of his account is told, and does not sit there unseen', async () => {
  const seat = room.seats[0];
  const c = new RoomClient(server, seat, { dir: path.join(a.dir, 'again'), label: 'again', camera: 'none', microphone: 'none' });
  const file = path.join(c.dir, 'state', `expert-${seat.api.accountId}.pem`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, 'not a key');
  await c.start();
  try {
    await c.ask('enter', { pass: passFor(server, room.sessionId, seat, 'seat_1') });
    assert.equal((await c.heard('sign_in_refused')).code, 'crypto');
    fs.unlinkSync(file);
    await c.ask('enter', { pass: passFor(server, room.sessionId, seat, 'seat_1') });
    await c.heard('ticket'); // the seat itself is held by the other device
  } finally {
    await quitAll([c]);
  }
});
