// SPDX-License-Identifier: GPL-3.0-or-later
// Hundreds of deaths in one session: server, database and a client are killed or held at random moments while the
// others talk and send. After each the clients must agree with the database, at the end the whole record must verify.
//
//	node tests/chaos/kill_long.mjs [DEATHS [SEED]]
import assert from 'node:assert/strict';
import {
  assertOneTruth, clientRoom, databaseEvents, exportSession, quitAll, seatAll, sessionMs, talk, verifySession,
} from '../support/client.mjs';
import { databasePid, Server, until } from '../support/server.mjs';

const deaths = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1e6);
const server = new Server();

// A small generator of its own, so that a run can be repeated.
let state = seed;
const chance = () => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) / 2 ** 24;
};
const pause = (mostMs) => new Promise((resolve) => { setTimeout(resolve, chance() * mostMs); });

const died = []; // of the server: { wallMs, ms (session time), seated: whether the seats had surely been there }
async function killServer(seated) {
  await server.kill();
  died.push({ wallMs: Date.now(), seated });
}
const kinds = {
  async server() {
    await killServer(true);
    await pause(3000);
    await server.start();
  },
  async 'server, and again while it opens its room'() {
    await killServer(true);
    await server.start();
    await pause(1500);
    await killServer(false);
    await server.start();
  },
  async database() {
    process.kill(await until('a database', () => databasePid(server.dbDir)), 'SIGKILL');
  },
  async 'database again and again'() {
    for (let i = 0; i < 3; i += 1) {
      process.kill(await until('a database', () => databasePid(server.dbDir)), 'SIGKILL');
      await pause(800);
    }
  },
  async 'database held'() {
    const pid = await until('a database', () => databasePid(server.dbDir));
    process.kill(pid, 'SIGSTOP');
    await pause(2500);
    process.kill(pid, 'SIGCONT');
  },
  async 'server held'() {
    const { child } = server;
    child.kill('SIGSTOP');
    await pause(2500);
    child.kill('SIGCONT');
  },
  async client(room) {
    const victim = room.clients.at(-1);
    await victim.kill();
    victim.ended = undefined;
    victim.events.length = 0;
    await victim.start();
    await until('the victim to be seated again', async () => {
      await victim.enter();
      return true;
    }, 60000);
  },
};

// Everybody is there, and something was said and heard after the accident.
async function settled(room, talking) {
  const before = talking.said.length;
  await until('all to talk again', () => talking.said.length > before + 2 * room.clients.length, 90000);
  for (const c of room.clients)
    await until(`${c.options.label} to hear all again`, async () => (await c.hears()).length === 2 * (room.clients.length - 1), 60000);
}

async function run() {
  await server.start();
  await server.openHouse();
  const room = await clientRoom(server, { n: 4 });
  const talkers = room.clients.slice(0, 3); // the last one may be killed in the middle of a word
  try {
    await seatAll(room.clients);
    const names = Object.keys(kinds);
    for (let n = 1; n <= deaths; n += 1) {
      const talking = talk(talkers, { timeoutMs: 120000 });
      await pause(2500);
      const kind = names[Math.floor(chance() * names.length)];
      await kinds[kind](room);
      for (const d of died) d.ms ??= sessionMs(server, room.sessionId, d.wallMs);
      await settled(room, talking);
      await talking.stop();
      const truth = await assertOneTruth(server, room.sessionId, room.clients);
      console.log(`${n} of ${deaths}: ${kind}; ${truth.length} events`);
    }
    await quitAll(room.clients);
    await until('all tracks to be over', () => server.sql(
      `SELECT 1 FROM media_track WHERE session_id = '${room.sessionId}' AND ended_ms IS NULL`).length === 0);
    const gaps = databaseEvents(server, room.sessionId).filter((e) => e.kind === 'room.gap').map((e) => e.body);
    for (const d of died.filter((one) => one.seated)) {
      const gap = gaps.find((g) => g.from_ms <= d.ms && g.to_ms >= d.ms);
      assert.ok(gap, `the death at ${d.ms} ms left a gap`);
      assert.ok(d.ms - gap.from_ms <= 1000, `the death at ${d.ms} ms lost ${d.ms - gap.from_ms} ms of the recording`);
    }
    assert.ok(gaps.every((g) => died.some((d) => g.from_ms <= d.ms && g.to_ms >= d.ms)), 'nothing else left one');
    const verdict = verifySession(exportSession(server, room.sessionId));
    assert.equal(verdict.code, 0, verdict.out);
    console.log(`${deaths} deaths, ${died.length} of the server: one truth, the record is whole`);
  } finally {
    await quitAll(room.clients).catch(() => {});
    await server.remove();
  }
}

console.log(`seed ${seed}`);
run().catch((error) => {
  console.error(error);
  console.error(`repeat with: node tests/chaos/kill_long.mjs ${deaths} ${seed}`);
  process.exitCode = 1;
});
