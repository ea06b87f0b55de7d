// SPDX-License-Identifier: GPL-3.0-or-later
// A client written from proto/README.md alone sits among our own: it is heard and believed, hears and believes them,
// comes back after a loss, and its recording verifies.
import test from 'node:test';
import assert from 'node:assert/strict';
import { clientRoom, databaseEvents, exportSession, quitAll, seatAll, verifySession, toldBody } from '../support/client.mjs';
import { OtherSeat } from '../support/other_seat.mjs';
import { Server, until } from '../support/server.mjs';

const server = new Server();
let room, ours, other;

test.before(async () => {
  await server.start();
  await server.openHouse();
  room = await clientRoom(server, { n: 3 });
  // The third seat is the stranger's.
  ours = room.clients.slice(0, 2);
  other = await new OtherSeat(server, room.seats[2]).start();
});
test.after(async () => {
  await other.kill();
  await quitAll(ours).finally(() => server.remove());
});

// Waits until every one of ours has checked `stamps` more stamps of the stranger's voice.
async function believed(stamps) {
  for (const c of ours)
    await until(`${c.options.label} to verify the other client's stamps`, async () => {
      const voice = (await c.hears()).find((t) => t.seat === 'seat_3');
      assert.equal(voice?.forged ?? 0, 0);
      return voice && voice.lost === 0 && voice.verified >= stamps;
    });
}

async function believes(stamps) {
  await until('the other client to verify all our stamps', async () => {
    const tracks = await other.report();
    assert.ok(tracks.every((t) => t.bad === 0), JSON.stringify(tracks));
    return tracks.length === 4 && tracks.every((t) => t.good >= stamps && t.objects > 20);
  });
}

test('it joins by ticket, is heard and believed, hears and believes', async () => {
  await seatAll(ours);
  const joined = await other.join();
  assert.deepEqual([joined.seat, joined.resumed], ['seat_3', false]);
  await believed(1);
  await believes(1);
});

test('what it says is acknowledged, and all are told so', async () => {
  other.order('say', { text: '照着文档写的客户端' });
  const { event_no: no } = await other.hears('ack');
  for (const c of ours) {
    const event = await c.heard('room_event', (e) => e.no === no);
    assert.deepEqual([event.kind, event.actor_seat, event.body.text], ['room.chat', 'seat_3', '照着文档写的客户端']);
  }
});

test('it comes back after a loss with its token, having missed nothing', async () => {
  const since = other.told.length;
  other.order('drop');
  await other.hears('lost', undefined, { since });
  await ours[0].act('chat', { text: '掉线期间说的话' });
  const back = await other.hears('joined', undefined, { since });
  assert.equal(back.resumed, true);
  await other.hears('event', (e) => e.body.text === '掉线期间说的话', { since });
  await believed(1);
  await believes(1);
});

test('it was told what the database has, and its recording verifies', async () => {
  assert.equal((await other.leave()).code, 0, other.errors.join('\n'));
  const truth = databaseEvents(server, room.sessionId);
  for (const e of other.events())
    assert.deepEqual([e.kind, e.body], [truth[e.no - 1].kind, toldBody(truth[e.no - 1])], `event ${e.no}`);
  assert.deepEqual(other.events().map((e) => e.no), other.events().map((_, i) => i + 1));
  await quitAll(ours);
  await until('all tracks to be over', () => server.sql(
    `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
  const verdict = verifySession(exportSession(server, room.sessionId));
  assert.equal(verdict.code, 0, verdict.out);
});
