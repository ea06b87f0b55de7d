// SPDX-License-Identifier: GPL-3.0-or-later
// How many acts a second are committed, each with its event, for 32 connections at once, beside how often one thread
// can force 4 KiB to the same disk in the same run (DESIGN.md §11: at least 0.8). The act is a supervisor's note at a
// moment of a recording, each connection's in sessions of its own choice. What was answered with 2xx must be there
// afterwards. Measured with the disk as it is, and with one that takes some milliseconds for every sync as those of an
// office do: that is where acts wait for each other, and where joining their commits shows. A disk of a machine room that
// syncs ten thousand times a second leaves the processor as the limit: this is printed, and fails nothing.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { makePlan } from '../support/load.mjs';
import { Server } from '../support/server.mjs';

const CONNECTIONS = 32, SESSIONS = 64, AT_LEAST = 0.8;
const SLOW_MS = 5;
const SECONDS = Number(process.env.BIDROOM_BENCH_SECONDS ?? 5);
if (spawnSync('wrk', ['-v']).error) {
  console.log('skipped: wrk is not installed (deploy/packages, "bench")');
  process.exit(77);
}
// As many acts at once as there are connections.
const server = new Server({ disk: true, config: { server: { log_level: 'notice' }, workers: { acts: String(CONNECTIONS) } } });

// One thread, 4 KiB again and again into a file that is already as large as it gets.
function syncsPerSecond(delayMs) {
  const file = path.join(server.dataDir, 'sync-bench'), block = crypto.randomBytes(4096), blocks = 4096;
  const fd = fs.openSync(file, 'w'), wait = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < blocks; i += 1) fs.writeSync(fd, block);
  fs.fsyncSync(fd);
  const begun = process.hrtime.bigint(), end = begun + BigInt(SECONDS * 1e9);
  let n = 0;
  for (; process.hrtime.bigint() < end; n += 1) {
    fs.writeSync(fd, block, 0, block.length, (n % blocks) * block.length);
    fs.fdatasyncSync(fd);
    if (delayMs) Atomics.wait(wait, 0, 0, delayMs);
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  fs.closeSync(fd);
  fs.rmSync(file);
  return n / seconds;
}

// Committed acts a second, of as many connections.
function actsPerSecond(token, sessions) {
  const script = path.join(server.dir, 'act.lua');
  fs.writeFileSync(script, `local sessions = { ${sessions.map((s) => `"${s}"`).join(', ')} }
local headers = { authorization = "Bearer ${token}", ["content-type"] = "application/json" }
local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", "/api/v1/sessions/" .. sessions[n % #sessions + 1] .. "/notes", headers,
    '{"session_ms":' .. n .. ',"text":"此处两名专家同时发言，请核对。"}')
end
`);
  const run = spawnSync('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--latency', '-s', script, server.url], { encoding: 'utf8' });
  const bad = run.stdout.match(/(Non-2xx.*|Socket errors.*)/);
  if (run.status !== 0 || bad) throw new Error(`${bad?.[0] ?? run.stderr}\n${run.stdout}`);
  return {
    rate: Number(run.stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]), answered: Number(run.stdout.match(/(\d+) requests in/)[1]),
    late: run.stdout.match(/99%\s+(\S+)/)[1],
  };
}

// Prints one line; whether the floor is held.
function measure(token, sessions, delayMs) {
  const count = () => Number(server.sql("SELECT COUNT(*) FROM event WHERE kind = 'replay.noted'"));
  const disk = syncsPerSecond(delayMs), before = count();
  if (delayMs) fs.writeFileSync(server.syncDelay, String(delayMs));
  const acts = actsPerSecond(token, sessions);
  fs.rmSync(server.syncDelay, { force: true });
  const kept = count() - before;
  // Those under way at the end were not answered, and may be there.
  assert.ok(kept >= acts.answered && kept <= acts.answered + CONNECTIONS, `${acts.answered} answered, ${kept} kept`);
  const held = acts.rate / disk >= AT_LEAST;
  console.log(`${held ? 'held  ' : 'MISSED'} ${delayMs ? `each sync ${delayMs} ms slower` : 'disk as it is'}: ${acts.rate.toFixed(0)} committed acts/s, p99 ${
    acts.late}; one thread ${disk.toFixed(0)} fdatasync/s; ratio ${(acts.rate / disk).toFixed(2)}, at least ${AT_LEAST}`);
  return held;
}

try {
  await server.start();
  await server.openHouse();
  const supervisor = await server.account('supervisor', ['supervisor']);
  const plan = fs.readFileSync(makePlan(server, { rooms: SESSIONS, speakers: 1 }), 'utf8').trim().split('\n');
  const sessions = [...new Set(plan.map((line) => JSON.parse(line).session))];
  measure(supervisor.token, sessions, 0);
  assert.ok(measure(supervisor.token, sessions, SLOW_MS), 'the floor is missed');
} finally {
  await server.remove();
}
