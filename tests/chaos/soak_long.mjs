// SPDX-License-Identifier: GPL-3.0-or-later
// Seven seats in one room, server and clients under the address sanitizer, who talk, raise hands, mute, leave and join
// again, all the time: nobody misses anything, no sanitizer says anything, and in the end no program holds more memory
// than 5 % above what it held after two minutes. What server and clients keep of the session's events, as long as it
// lasts and by its nature ever more, is told apart: their number is the acts', and each may cost so much.
//
//	BIDROOM_SOAK_MINUTES=10 node tests/chaos/soak_long.mjs
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

process.env.BIDROOM_BUILD = sanitized(process.env.BIDROOM_BUILD ?? 'build');
const { assertOneTruth, clientRoom, exportSession, quitAll, seatAll, verifySession } = await import('../support/client.mjs');
const { Server, until } = await import('../support/server.mjs');

const minutes = Number(process.env.BIDROOM_SOAK_MINUTES ?? 10);
const MINUTE = 60000;
// Before the first minute counts: every worker has its own connection, whose statements are prepared when first used.
const WARM_UP_MS = 3 * MINUTE;
const ALLOWED = 1.05;
const BEAT_MS = 17000;
const EVENT_BYTES = 2000; // the longest, of somebody who joined, says whose device it is and who certified that

function sanitized(dir) {
  return fs.existsSync(path.join(`${dir}-asan`, 'build.ninja')) ? `${dir}-asan` : dir;
}

const server = new Server();
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
let begun; // once all are seated, and warm
const age = () => (Date.now() - begun) / MINUTE;
let going = true;
const kept = []; // bytes of events, by the minute

// What one seat does, over and over; seats are not in step. Acts are as rare as in a lively session: each becomes an
// event that room and clients keep as long as the session lasts, and so may grow by a few hundred bytes. Everything
// else, media first of all, may leave nothing behind.
async function live(client, n) {
  const counts = { chats: 0, hands: 0, mutes: 0, joins: 1 };
  const beat = () => (age() < 0 ? 4000 : BEAT_MS); // livelier at first, so that every worker has done everything once
  const alive = async (ms) => { for (const end = Date.now() + ms; going && Date.now() < end;) await pause(250); };
  await alive(n * 2500);
  for (let round = 1; going; round += 1) {
    await client.act('chat', { text: `${n + 1}号席第${round}句` });
    counts.chats += 1;
    await alive(beat());
    await client.act('raise_hand', { on: round % 2 === 1 });
    counts.hands += 1;
    await alive(beat());
    await client.act(round % 2 === 1 ? 'mute' : 'unmute', { kind: 'mic' });
    counts.mutes += 1;
    await alive(beat());
    if (round % 3 || !going) continue;
    const since = client.events.length;
    await client.ask('leave');
    await client.heard('ended', undefined, { since });
    await client.enter();
    counts.joins += 1;
  }
  return counts;
}

// The heap without the events kept, and these.
async function heapOfServer(api) {
  const text = (await api.raw('GET', '/metrics')).body.toString();
  const [heap, events] = ['heap', 'room_events'].map((name) => Number(text.match(new RegExp(`^bidroom_${name}_bytes (\\d+)$`, 'm'))[1]));
  return [heap - events, events];
}

// One row of samples for the server and each client, every two seconds.
async function watch(room, samples) {
  const api = server.api();
  while (going) {
    const [heap, events] = await heapOfServer(api);
    samples.server.push([age(), heap]);
    kept.push([age(), events]);
    for (const [i, c] of room.clients.entries()) {
      const stats = await c.stats();
      samples[`seat ${i + 1}`].push([age(), stats.heap_bytes - stats.events_bytes]);
    }
    await pause(2000);
  }
}

const mean = (rows) => rows.reduce((sum, [, bytes]) => sum + bytes, 0) / rows.length;
// Who leaves and joins makes waves: of the time before in which everybody did so once.
const WAVE = 9 * BEAT_MS / MINUTE;
const at = (rows, minute) => mean(rows.filter(([t]) => t > minute - WAVE && t <= minute));

function judge(samples) {
  const grown = [];
  const minute = Array.from({ length: Math.floor(minutes) }, (_, i) => (at(samples.server, i + 1) / 1e6).toFixed(3));
  console.log(`server by the minute: ${minute.join(' ')} MB`);
  for (const [who, rows] of Object.entries(samples)) {
    const early = at(rows, Math.min(2, minutes / 2));
    const late = at(rows, minutes);
    console.log(`${who}: ${(early / 1e6).toFixed(3)} MB early, ${(late / 1e6).toFixed(3)} MB at the end, ${((late / early - 1) * 100).toFixed(2)} %`);
    if (late > early * ALLOWED) grown.push(who);
  }
  assert.deepEqual(grown, [], 'these hold more memory at the end');
}

async function run() {
  await server.start();
  await server.openHouse();
  const room = await clientRoom(server, { n: 7 });
  const samples = Object.fromEntries(['server', ...room.clients.map((_, i) => `seat ${i + 1}`)].map((who) => [who, []]));
  try {
    await seatAll(room.clients);
    begun = Date.now() + WARM_UP_MS;
    const watching = watch(room, samples);
    const living = room.clients.map(live);
    const late = setTimeout(() => { going = false; }, minutes * MINUTE - (Date.now() - begun) + 1000);
    const counts = await Promise.all(living).finally(() => { going = false; clearTimeout(late); });
    await watching;
    console.log(JSON.stringify(counts.reduce((all, c) => Object.fromEntries(Object.keys(c).map((k) => [k, all[k] + c[k]])))));
    const truth = await assertOneTruth(server, room.sessionId, room.clients);
    const bytes = kept.at(-1)[1];
    console.log(`${truth.length} room events, all told the same, kept in ${bytes} bytes`);
    assert.ok(bytes <= EVENT_BYTES * truth.length, 'events cost what they are long');
    await quitAll(room.all); // a sanitizer that found something makes the end a bad one
    await until('all tracks to be over', () => server.sql(
      `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
    const verdict = verifySession(exportSession(server, room.sessionId));
    assert.equal(verdict.code, 0, verdict.out);
    await server.stop();
    judge(samples);
  } finally {
    await quitAll(room.all).catch(() => {});
    await server.remove();
  }
}

run().then(() => console.log('soaked'), (error) => {
  console.error(error);
  process.exitCode = 1;
});
