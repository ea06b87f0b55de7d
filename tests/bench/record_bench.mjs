// SPDX-License-Identifier: GPL-3.0-or-later
// What recording costs: 40 tracks of half a megabit must take less than a tenth of a core, sealed or not; 400 tracks
// show how it grows.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../support/server.mjs';

const seconds = process.env.BIDROOM_BENCH_SECONDS ?? '10';
for (const [tracks, form, most] of [[40, 'plain', 10], [40, 'sealed', 10], [400, 'plain', 100]]) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bidroom-record-'));
  try {
    const figures = JSON.parse(execFileSync(path.join(build, 'tests/bench/record_bench'), [dir, String(tracks), seconds, form], { encoding: 'utf8' }));
    console.log(`${tracks} tracks ${form}: ${figures.core_percent} % of a core, longest sync ${figures.sync_ms_max} ms, ${figures.parts} parts`);
    assert.equal(figures.dropped + figures.gaps, 0);
    assert.ok(figures.core_percent < most, `${figures.core_percent} % of a core`);
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
