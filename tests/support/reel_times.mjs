// SPDX-License-Identifier: GPL-3.0-or-later
// A finalised reel of a bundle as a foreign player reads it, against what the ledger says of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const TOLERANCE_MS = 10; // Opus begins 6.5 ms before its first sound is to be heard

// The clusters of a track with pictures or sounds, as the parts of the ledger tell them.
function clustersOf(dir, track) {
  return fs.readFileSync(path.join(dir, 'events.jsonl'), 'utf8').trimEnd().split('\n').filter((line) => line.includes('media.part'))
    .map((line) => JSON.parse(JSON.parse(line).leaf)).filter((event) => event.kind === 'media.part')
    .flatMap((event) => event.body.tracks.filter((t) => t.track === track).flatMap((t) => t.clusters)).filter((c) => c.blocks);
}

// Without a complaint, with every packet of the ledger at its time, and as long as the ledger says.
export function assertReelTimes(dir, track, { lastMs } = {}) {
  const probe = spawnSync('ffprobe', ['-v', 'warning', '-show_format', '-show_entries', 'packet=pts_time', '-of', 'json', path.join(dir, `reels/${track}.webm`)],
    { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.deepEqual([probe.status, probe.stderr], [0, ''], `track ${track}`);
  const { format, packets } = JSON.parse(probe.stdout);
  const times = packets.map((p) => Number(p.pts_time) * 1000);
  assert.ok(times.every((ms, i) => !i || ms >= times[i - 1]), `track ${track}: times go back`);
  const near = (ms, want, what) => assert.ok(Math.abs(ms - want) <= TOLERANCE_MS, `track ${track}, ${what}: ${ms} and not ${want} ms`);
  let at = 0;
  const clusters = clustersOf(dir, track);
  for (const c of clusters) {
    // With stamps it may have begun by one of them, at the time of the packet before.
    if (!c.stamps) near(times[at], c.time_ms, 'a cluster begins');
    assert.ok(times[at] >= c.time_ms - TOLERANCE_MS, `track ${track}: a packet of ${times[at]} ms in a cluster of ${c.time_ms} ms`);
    at += c.blocks;
    near(times[at - 1], c.last_ms, 'a cluster ends');
  }
  assert.equal(at, times.length, `track ${track}: packets`);
  const last = clusters.at(-1).last_ms;
  if (lastMs !== undefined) near(last, lastMs, 'the last packet of all');
  const after = Number(format.duration) * 1000 - last;
  assert.ok(after > 0 && after < 100, `track ${track} ends ${after} ms behind its last packet`);
}
