// SPDX-License-Identifier: GPL-3.0-or-later
// How long an outsider waits for the verdict over a session of three hours: eight tracks, four of them pictures of
// half a megabit per second, every group stamped (DESIGN.md §11: at most 5 minutes, aim 30 s).
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../support/server.mjs';

const HOURS = Number(process.env.BIDROOM_BENCH_HOURS ?? 3);
const LIMIT_S = 300;
const dir = process.env.BIDROOM_BENCH_BUNDLE ?? fs.mkdtempSync(path.join(process.env.BIDROOM_BENCH_DIR ?? os.tmpdir(), 'bidroom-bench-'));

try {
  if (!fs.existsSync(path.join(dir, 'bundle.json')))
    execFileSync(path.join(build, 'tests/support/make_bundle'), ['--seconds', `${HOURS * 3600}`, '--seats', '4', dir], { stdio: 'inherit' });
  const bytes = fs.readdirSync(path.join(dir, 'reels')).reduce((sum, f) => sum + fs.statSync(path.join(dir, 'reels', f)).size, 0);
  const begun = process.hrtime.bigint();
  const run = spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['bundle', dir], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  assert.equal(run.status, 0, run.stdout.slice(0, 4000));
  console.log(run.stdout.split('\n').find((line) => line.includes('pictures and sounds')));
  console.log(`${HOURS} h, 8 tracks, ${(bytes / 2 ** 20).toFixed(0)} MiB: ${seconds.toFixed(1)} s (limit ${LIMIT_S} s), ${(bytes / seconds / 1e6).toFixed(0)} MB/s`);
  assert.ok(seconds <= LIMIT_S);
} finally {
  if (!process.env.BIDROOM_BENCH_BUNDLE) fs.rmSync(dir, { recursive: true, force: true });
}
