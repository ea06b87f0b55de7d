// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a row of a server's database as an act would, so that a test chooses where acts wait for each other.
import path from 'node:path';
import { spawn } from 'node:child_process';
import { readLines, until } from './server.mjs';

// row: "lot WHERE lot_id = '…'". Returns { waits(n): n acts wait for rows now, release() }.
export async function rowLock(server, row) {
  return hold(server, `DO (SELECT COUNT(*) FROM ${row} FOR UPDATE)`, row);
}

// The same with a change of a row, as another node would make it: commit() lets those that wait see it.
export async function hold(server, change, row = change) {
  const lock = spawn('mariadb', ['--no-defaults', '-S', path.join(server.dbDir, 'db.sock'), '-N', '-B', '-n', 'bidroom'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const held = new Promise((resolve) => { readLines(lock.stdout, resolve); });
  lock.stdin.write(`START TRANSACTION; ${change}; SELECT 'held';\n`);
  await held;
  return {
    // Not innodb_trx: who asks it ten times a second gets the first answer again and again.
    waits: (n = 1) => until(`${n} wait for ${row}`, () => Number(server.sql("SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'")[0][0]) >= n),
    release: () => lock.kill(),
    commit: () => lock.stdin.end('COMMIT;\n'),
  };
}
