// SPDX-License-Identifier: GPL-3.0-or-later
// Kills and simulated power cuts of a server that records, and what must be true of the record afterwards. The server
// is to be started with `disk: true`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {
  allHear, clientRoom, databaseEvents, exportSession, passedMs, quitAll, seatAll, sessionMs, verifySession,
} from './client.mjs';
import { databasePid, until } from './server.mjs';

const LOSS_MS = 1000;
const APART_MS = 150; // of room_recover.c: so much less than the others' is no gap of a track's own
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// What the disk had forced out of each file when it was last asked.
function syncedLengths(server) {
  const lengths = new Map();
  for (const line of fs.readFileSync(server.syncLog, 'utf8').split('\n').filter(Boolean)) {
    const [, length, file] = /^(\d+) (.*)$/.exec(line);
    lengths.set(file, Number(length));
  }
  return lengths;
}

// Server and database die at once, and of the recordings only what was synced is left. The database's own files
// stay: what a database loses in a power cut is not ours to show.
export async function cutPower(server) {
  const database = databasePid(server.dbDir);
  process.kill(database, 'SIGKILL');
  await server.kill();
  await until('the database to be gone', () => databasePid(server.dbDir) === undefined);
  const lengths = syncedLengths(server);
  const reels = path.join(server.dataDir, 'reels');
  let lost = 0;
  for (const session of fs.readdirSync(reels))
    for (const name of fs.readdirSync(path.join(reels, session))) {
      const file = path.join(reels, session, name);
      if (name === 'open') fs.writeFileSync(file, 'the boot before\n');
      if (!/\.(webm|idx)$/.test(name)) continue;
      const length = lengths.get(file);
      lost += fs.statSync(file).size - (length ?? 0);
      if (length === undefined) fs.rmSync(file);
      else if (length < fs.statSync(file).size) fs.truncateSync(file, length);
    }
  return lost;
}

const tracks = (server, sessionId) => server.sql(
  `SELECT track_no, started_ms, ended_ms FROM media_track WHERE session_id = '${sessionId}' ORDER BY track_no`)
  .map(([no, started, ended]) => ({ no: Number(no), started: Number(started), ended: ended === 'NULL' ? null : Number(ended) }));

// Lets three seats send, and ends the server `kills` times by a kill and `cuts` times by a power cut, each at a random
// moment of the recording's half second.
export async function dieAndComeBack(server, { kills, cuts, chance = Math.random, say = () => {} }) {
  const room = await clientRoom(server, { n: 3 });
  const deaths = [];
  let cutBytes = 0;
  try {
    await seatAll(room.all);
    await allHear(room.clients, { tracks: 4, objects: 30 });
    for (let i = 0; i < kills + cuts; i += 1) {
      const isCut = i % 2 ? deaths.filter((d) => d.isCut).length < cuts : deaths.filter((d) => !d.isCut).length >= kills;
      await pause(1000 + chance() * 1000);
      const open = tracks(server, room.sessionId).filter((t) => t.ended === null);
      const death = { isCut, open, passed: await passedMs(room.clients), wallMs: Date.now() };
      if (isCut) cutBytes += await cutPower(server);
      else await server.kill();
      const deadWallMs = Date.now();
      await server.start();
      await Promise.all(room.all.map((c) => c.ask('retry'))); // deaths come faster than losses are forgotten
      death.ms = sessionMs(server, room.sessionId, death.wallMs);
      death.deadMs = sessionMs(server, room.sessionId, deadWallMs);
      deaths.push(death);
      await allHear(room.clients, { tracks: 4 });
      const lost = Math.max(...lostOf(death, endedTracks(server, room.sessionId)));
      say(`${i + 1} of ${kills + cuts}: ${isCut ? 'power cut' : 'kill'} at ${death.ms} ms, at most ${lost} ms lost`);
    }
    await quitAll(room.all);
    await until('all tracks to be over', () => tracks(server, room.sessionId).every((t) => t.ended !== null));
    const losses = checkLosses(server, room.sessionId, deaths);
    const verdict = verifySession(exportSession(server, room.sessionId));
    assert.equal(verdict.code, 0, verdict.out);
    return { losses, cutBytes };
  } finally {
    await quitAll(room.all).catch(() => {});
  }
}

const endedTracks = (server, sessionId) => new Map(tracks(server, sessionId).map((t) => [t.no, t.ended]));

// What each track that was open at a death lost, in ms: what a seat was given after the last of it that was kept.
function lostOf({ open, ms, passed }, ended) {
  return open.map(({ no }) => {
    assert.ok(Number.isFinite(passed.get(no)), `track ${no} was seen by a seat before ${ms} ms`);
    // One that the database does not know has no end either.
    assert.ok(Number.isFinite(ended.get(no)), `track ${no} is over`);
    return Math.max(passed.get(no) - ended.get(no), 0);
  });
}

// What seats were given of a track behind the last of it that was kept is told: by gaps of the session or its own.
function assertToldOf(gaps, track, from, to) {
  let at = from;
  for (const gap of gaps.filter((g) => g.track === undefined || g.track === track).sort((a, b) => a.from_ms - b.from_ms))
    if (gap.from_ms <= at + APART_MS) at = Math.max(at, gap.to_ms);
  assert.ok(at >= to, `track ${track} was kept until ${from} of ${to} ms, and told is up to ${at}: ${JSON.stringify(gaps)}`);
}

// Nothing beyond the limit is lost of any track; there is a gap in the ledger over each death, and each track's own loss
// is told.
function checkLosses(server, sessionId, deaths) {
  const ended = endedTracks(server, sessionId);
  const gaps = databaseEvents(server, sessionId).filter((e) => e.kind === 'room.gap').map((e) => e.body);
  const losses = { kill: [], cut: [] };
  for (const death of deaths) {
    const { isCut, open, ms, deadMs } = death;
    assert.ok(open.length >= 6, `${open.length} tracks were open at ${ms} ms`);
    losses[isCut ? 'cut' : 'kill'].push(...lostOf(death, ended));
    for (const { no } of open) assertToldOf(gaps, no, ended.get(no), death.passed.get(no));
    assert.ok(gaps.some((g) => g.from_ms <= deadMs && g.to_ms >= ms), `a gap at ${ms} ms: ${JSON.stringify(gaps)}`);
  }
  for (const kind of Object.keys(losses)) {
    losses[kind].sort((a, b) => a - b);
    assert.ok((losses[kind].at(-1) ?? 0) <= LOSS_MS, `a ${kind} lost ${losses[kind].at(-1)} ms`);
  }
  return losses;
}
