// SPDX-License-Identifier: GPL-3.0-or-later
// Documents in the room: an expert shows the others which page it looks at, on the record; who may see it, who not.
import test from 'node:test';
import assert from 'node:assert/strict';
import { judges, openedBids } from '../support/documents.mjs';
import { pdf } from '../support/pdf.mjs';
import { newId, roomSession, Seat } from '../support/room.mjs';
import { Server } from '../support/server.mjs';

const server = new Server();
const offer = (n) => pdf({ pages: Array.from({ length: 3 }, (_, i) => [`投标文件 ${n} 第 ${i + 1} 页`]) });
let room, a, b, c, host, witness, bids;

test.before(async () => {
  await server.start();
  await server.openHouse();
  const opened = await openedBids(server, [{ '商务.pdf': offer('甲商'), '技术.pdf': offer('甲技') }, { 'offer.pdf': offer('乙') }, { 'offer.pdf': offer('丙') }]);
  bids = opened.bids;
  room = await roomSession(server, { n: 3, step: 'leader' });
  [a, b, c] = room.seats;
  ({ host } = room);
  judges(server, room.sessionId, opened.lotId, room.seats);
  witness = new Seat(server, room.sessionId, await server.account('witness', ['witness']));
  for (const s of [a, b, host, witness]) await s.join();
});
test.after(() => server.remove());

const page = (bid, file, no) => ({ on: true, bid: bids[bid].bid_id, file, page: no });
const shown = (seat, no) => seat.socket.event('room.present', (m) => m.body.page === no);

test('nobody shows documents before the step in which they may be read', async () => {
  assert.ok(!a.welcome.rights.includes('present'));
  assert.equal((await a.act('present', page(0, 1, 1))).code, 'room.no_right');
  server.sql(`UPDATE eval_session SET step = 'scoring' WHERE session_id = '${room.sessionId}'`);
  await server.kill(); // the rooms read the step anew
  await server.start();
  for (const s of [a, b, host, witness]) await s.resume();
  for (const s of [a, b]) assert.ok(s.welcome.rights.includes('present'));
  for (const s of [host, witness]) assert.ok(!s.welcome.rights.includes('present'));
  const { items } = await a.api.get(`/sessions/${room.sessionId}/bids`);
  assert.deepEqual(items.map((i) => [i.bidder_name, i.files.map((f) => [f.file_no, f.name])]), [
    ['鲁信甲有限公司', [[1, '商务.pdf'], [2, '技术.pdf']]], ...['乙', '丙'].map((n) => [`鲁信${n}有限公司`, [[1, 'offer.pdf']]])]);
});

test('a page that is shown is told to experts and to those who lead, and to nobody else', async () => {
  const { type, event_no: no } = await a.act('present', page(0, 2, 3));
  assert.equal(type, 'ack');
  for (const s of [a, b, host]) {
    const event = await shown(s, 3);
    assert.deepEqual([event.no, event.actor_seat, event.body], [no, 'seat_1', page(0, 2, 3)]);
  }
  const withheld = await witness.socket.next('event', (m) => m.no === no);
  assert.deepEqual([withheld.kind, withheld.body], ['room.withheld', {}]);
  assert.ok(!Buffer.concat(witness.socket.heard).includes(bids[0].bid_id));
});

test('only documents the session judges, from experts, at a rate people turn pages', async () => {
  assert.equal((await host.act('present', page(0, 1, 1))).code, 'room.no_right');
  assert.equal((await b.act('present', page(0, 3, 1))).code, 'input.not_found');
  assert.equal((await b.act('present', { ...page(0, 1, 1), bid: newId() })).code, 'input.not_found');
  assert.equal((await b.act('present', { on: true, bid: bids[0].bid_id, file: 1 })).code, 'control_missing_field');
  server.sql(`UPDATE eval_session_lot SET session_id = '${newId()}' WHERE session_id = '${room.sessionId}'`);
  assert.equal((await b.act('present', page(0, 1, 1))).code, 'auth.denied');
  server.sql(`UPDATE eval_session_lot SET session_id = '${room.sessionId}'`);
  const answers = await Promise.all(Array.from({ length: 30 }, () => b.act('present', { on: false })));
  assert.deepEqual([...new Set(answers.map((x) => x.code ?? x.type))].sort(), ['ack', 'room.rate']);
});

test('who joins later is told the page of the moment; a lost line and a kill are no end, leaving is', async () => {
  await c.join();
  const now = { seat: 'seat_1', bid: bids[0].bid_id, file: 2, page: 3 };
  assert.deepEqual(c.welcome.presenting, now);
  a.socket.drop();
  await b.socket.event('room.lost', (m) => m.body.seat === 'seat_1');
  await server.kill();
  await server.start();
  for (const s of [a, b, c, host, witness]) await s.resume();
  for (const s of [a, b, c, host]) assert.deepEqual(s.welcome.presenting, now);
  assert.equal(witness.welcome.presenting, undefined);
  // Who begins later takes over, and the first one's end is not the second one's.
  await c.act('present', page(1, 1, 2));
  await a.act('present', { on: false });
  await host.join();
  assert.deepEqual(host.welcome.presenting, { seat: 'seat_3', bid: bids[1].bid_id, file: 1, page: 2 });
  c.socket.send({ type: 'leave' });
  await c.socket.closed;
  await b.socket.event('room.left', (m) => m.body.seat === 'seat_3');
  await host.join();
  assert.equal(host.welcome.presenting, undefined);
});

test('the pages are on the record, for the replay', async () => {
  const { items } = await host.api.get(`/sessions/${room.sessionId}/events?limit=200`);
  const pages = items.filter((e) => e.kind === 'room.present' && e.body.on).map((e) => [e.body.bid, e.body.file, e.body.page]);
  assert.deepEqual(pages, [[bids[0].bid_id, 2, 3], [bids[1].bid_id, 1, 2]]);
});
