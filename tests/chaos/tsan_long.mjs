// SPDX-License-Identifier: GPL-3.0-or-later
// The unit tests of everything that hands work from thread to thread, under the thread sanitizer: jobs, log, metrics,
// loop, recorder, objects, followers, pool and transactions. bidroom-verify's thread pool is not among them: the order
// it makes is inside GLib, where the sanitizer does not see it (tests/support/tsan_glib.c tells it of locks only).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, top } from '../support/server.mjs';

const tests = ['server/core/job', 'server/core/log', 'server/core/metrics', 'server/core/id', 'server/net/loop',
  'server/net/pace', 'record/recorder', 'record/recover', 'server/room/object', 'server/ws/outbox', 'auth throttle',
  'server/follow/follower', 'server/follow/keeper', 'db/instance', 'db/stmt', 'db/txn', 'server/act/act', 'server/act/fault'];
const dir = `${build}-tsan`;

function run(command, args, env = {}) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  if (status !== 0) {
    console.error(stdout.split('\n').slice(-200).join('\n'));
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${status}`);
  }
  return stdout;
}

if (!fs.existsSync(path.join(dir, 'build.ninja')))
  run('meson', ['setup', dir, top, '-Db_sanitize=thread', '-Db_lundef=false', '-Dclient=false']);
run('ninja', ['-C', dir]);
const said = run('meson', ['test', '-C', dir, '--no-rebuild', '--print-errorlogs', '-t', '10', ...tests], { TSAN_OPTIONS: 'exitcode=66' });
console.log(`${/^Ok: *(\d+)/m.exec(said)[1]} of ${tests.length} test programs without a data race`);
