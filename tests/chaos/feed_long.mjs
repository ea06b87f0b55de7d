// SPDX-License-Identifier: GPL-3.0-or-later
// A harvester of the change feed beside ten writers of ten thousand events: nothing skipped, nothing twice.
//
//	node tests/chaos/feed_long.mjs [EVENTS]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { status } = spawnSync(process.execPath, ['--test', path.join(top, 'tests/integration/g_02_open_data_test.mjs')], {
  stdio: 'inherit', env: { ...process.env, BIDROOM_FEED_EVENTS: process.argv[2] ?? '10000' },
});
process.exitCode = status ?? 1;
