// SPDX-License-Identifier: GPL-3.0-or-later
// What a delivered media object costs: the rooms of bidroomd beside one bare SSL_write for each object and beside Node's
// usual WebSocket server, with the same objects on the same machine in one run. Fails when a floor is missed.
//
//	node tests/bench/relay_bench.mjs [ROOMS [SECONDS]]
//
// Relay and load have a core each. CPU is what the scheduler counts for the relay: of bidroomd for its loop, which does
// what the other two do, and for the whole process, which also records, signs and writes the ledger.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { makePlan, runLoad } from '../support/load.mjs';
import { build, top, twoProcesses } from '../support/server.mjs';

const rooms = Number(process.argv[2] ?? 28);
const seconds = Number(process.argv[3] ?? 6);
const WARM_UP_S = 4; // the rhythm of the loop has settled by then
const RELAY_CPU = 0;
const LOAD_CPU = 1;
const MESH = { rooms, speakers: 7, watchers: 0 };
// A room holds 256 seats, so 800 receivers are four rooms.
const FAN = (receivers) => ({ rooms: receivers / 200, speakers: 1, watchers: 200 });
const OBJECTS_PER_S = 75;

const { portal, rooms: server } = await twoProcesses();
server.options.config.room = { max_rooms: 1000 };
server.options.config.limits = { connections: 10000, connections_per_address: 10000 };

// Seats for a relay that asks for none: who speaks is told by `speak`.
function plainPlan({ rooms: n, speakers, watchers }, speak) {
  const file = path.join(portal.dir, `plain-${n}-${speakers}-${watchers}-${speak}.jsonl`);
  const seats = [];
  for (let r = 0; r < n; r += 1)
    for (let s = 0; s < speakers + watchers; s += 1)
      seats.push(JSON.stringify({
        session: `room_${r}`, seat: `seat_${s}`, epoch: 1, ticket: '-', device_seed: Buffer.alloc(32).toString('base64'),
        publish: speak && s < speakers ? ['cam', 'mic'] : [],
      }));
  fs.writeFileSync(file, `${seats.join('\n')}\n`);
  return file;
}

const times = ['--seconds', String(seconds), '--warm-up', String(WARM_UP_S)];

// A relay that prints its port, as much of a server as runLoad asks for.
async function relay(command, args) {
  const child = spawn('taskset', ['-c', String(RELAY_CPU), command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.on('exit', resolve); });
  const port = await Promise.race([
    new Promise((resolve) => { child.stdout.on('data', (text) => resolve(Number(text))); }),
    ended.then((code) => { throw new Error(`${command} ended with ${code}`); }),
  ]);
  return {
    child, dataDir: portal.dataDir, roomUrl: `wss://localhost:${port}`,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

const certificate = () => ['crt', 'key'].map((end) => path.join(portal.dataDir, `tls.${end}`));

// CPU per object of a run, in microseconds, of the first thread and of the whole process.
const figures = (run) => ({
  ...run, us: run.cpu_main_ns / 1e3 / run.objects, allUs: run.cpu_all_ns / 1e3 / run.objects,
  core: run.cpu_main_ns / 1e9 / run.seconds, allCore: run.cpu_all_ns / 1e9 / run.seconds,
});

async function bare(shape) {
  const r = await relay(path.join(build, 'tests/bench/bare_tls'), [...certificate(), String(shape.speakers),
    String(shape.rooms * (shape.speakers + shape.watchers))]);
  try {
    return figures(await runLoad(r, plainPlan(shape, false), { cpu: LOAD_CPU, args: [...times, '--plain'] }));
  } finally { await r.end(); }
}

async function node(shape) {
  const r = await relay(process.execPath, [path.join(top, 'tests/bench/ws_relay.mjs'), ...certificate()]);
  try {
    return figures(await runLoad(r, plainPlan(shape, true), { cpu: LOAD_CPU, args: [...times, '--plain'] }));
  } finally { await r.end(); }
}

async function bidroom(shape) {
  const plan = makePlan(portal, shape);
  return figures(await runLoad(server, plan, { cpu: LOAD_CPU, args: times }));
}

const line = (name, f, extra = '') => console.log(`${name.padEnd(34)} ${f.us.toFixed(2).padStart(6)} us/object ${
  (100 * f.core).toFixed(0).padStart(4)} % of a core  p50 ${f.p50_ms} p95 ${f.p95_ms} p99 ${f.p99_ms} ms${extra}`);

const floors = [];
function floor(what, value, most) {
  const held = value <= most;
  floors.push(held);
  console.log(`${held ? 'held  ' : 'MISSED'} ${what}: ${value.toFixed(2)}, at most ${most}`);
}

async function three(title, shape) {
  console.log(`\n${title}`);
  const result = {};
  for (const [name, run] of Object.entries({ bare, node, bidroom })) {
    const f = result[name] = await run(shape);
    const expected = shape.rooms * shape.speakers * (shape.speakers + shape.watchers - 1) * OBJECTS_PER_S * f.seconds;
    if (name === 'bare') f.p50_ms = f.p95_ms = f.p99_ms = '-'; // its objects were made before
    line({ bare: 'one bare SSL_write each', node: 'Node ws', bidroom: 'bidroomd, loop' }[name], f,
      f.objects < 0.98 * expected ? `  (${(100 * f.objects / expected).toFixed(0)} % of the objects)` : '');
    assert.equal(f.damaged + f.disorder, 0, 'nothing arrived damaged or out of order');
  }
  console.log(`${'bidroomd, whole process'.padEnd(34)} ${result.bidroom.allUs.toFixed(2).padStart(6)} us/object ${
    (100 * result.bidroom.allCore).toFixed(0).padStart(4)} % of a core`);
  return result;
}

try {
  await portal.start();
  await server.start();
  await portal.openHouse();
  execFileSync('taskset', ['-pc', String(RELAY_CPU), String(server.child.pid)]);

  const mesh = await three(`${rooms} rooms of seven seats`, MESH);
  const perCore = rooms * 0.6 / mesh.bidroom.core;
  const whole = Math.round(rooms * 0.6 / mesh.bidroom.allCore);
  console.log(`rooms per core at 60 %: ${perCore.toFixed(0)} by the loop, ${whole} by the whole process`);
  floor('us per delivered object in rooms of seven', mesh.bidroom.us, 4);
  floor('rooms that a core lacks to the 40 wanted, by the loop', Math.max(0, 40 - perCore), 0);
  floor('of a bare SSL_write', mesh.bidroom.us / mesh.bare.us, 0.7);

  for (const receivers of [400, 800]) {
    const fan = await three(`one sender's objects to 200 receivers, ${receivers} in all`, FAN(receivers));
    if (receivers !== 800) continue;
    floor('1 to 800, of a bare SSL_write', fan.bidroom.us / fan.bare.us, 1.35);
    floor('1 to 800, of Node ws', fan.bidroom.us / fan.node.us, 0.7);
  }

  const full = await bidroom({ ...MESH, rooms: whole });
  console.log(`\n${whole} rooms of seven seats, the whole process at ${(100 * full.allCore).toFixed(0)} % of a core`);
  line('bidroomd, loop', full);
  floor('delay p99, ms', full.p99_ms, 35);
} finally {
  await server.stop().finally(() => portal.remove());
}
process.exitCode = floors.every(Boolean) ? 0 : 1;
