// SPDX-License-Identifier: GPL-3.0-or-later
// Rooms for bidroom-load: sessions, seats and tickets by the hundred, written straight into the database, since asking
// for each over HTTPS (with a password each) would take longer than what is measured.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Key, newId, seatCert } from './room.mjs';
import { build } from './server.mjs';

const ROWS_AT_ONCE = 250;
const EXPERT = 'expert';
const now = 'UTC_TIMESTAMP(6)';
const quote = (text) => `'${text}'`;

function insert(server, table, columns, rows) {
  for (let i = 0; i < rows.length; i += ROWS_AT_ONCE)
    server.sql(`INSERT INTO ${table} (${columns}) VALUES ${
      rows.slice(i, i + ROWS_AT_ONCE).map((row) => `(${row.join(',')})`).join(',')}`);
}

const seedOf = (key) => key.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
const rawOf = (key) => Buffer.from(key.base64, 'base64');
const hex = (bytes) => `X'${bytes.toString('hex')}'`;
const sha256 = (text) => crypto.createHash('sha256').update(text).digest();

// One person with a registered key for each place in a room.
function makePeople(server, n) {
  const people = Array.from({ length: n }, (_, i) => ({ id: newId(), login: `load${i}${newId().slice(-8)}`, key: new Key() }));
  insert(server, 'account', 'account_id, login, name, password_hash, created_at',
    people.map((p, i) => [quote(p.id), quote(p.login), quote(`负载${i}`), quote('!'), now]));
  insert(server, 'account_key', 'key_id, account_id, purpose, alg, public_key, created_at',
    people.map((p) => [quote(sha256(rawOf(p.key)).toString('hex').slice(0, 32)), quote(p.id), quote('expert'), quote('ed25519'),
      hex(rawOf(p.key)), now]));
  return people;
}

// Writes a plan of `rooms` rooms, each with `speakers` seats that send and `watchers` that only receive. Returns its path.
export function makePlan(server, { rooms, speakers, watchers = 0, watcherRole = EXPERT }) {
  const people = makePeople(server, speakers + watchers);
  const sessions = Array.from({ length: rooms }, newId);
  const seats = sessions.flatMap((session) => people.map((person, i) => ({
    session, person, speaks: i < speakers, seat: `seat_${i + 1}`, ticket: crypto.randomBytes(32).toString('base64url'), device: new Key(),
  })));
  insert(server, 'eval_session', 'session_id, project_id, title, step, panel_size, scheduled_at, created_at',
    sessions.map((s) => [quote(s), quote(newId()), quote('负载'), quote('scoring'), speakers, now, now]));
  insert(server, 'seat', 'session_id, seat_id, label, account_id, role',
    seats.map((s) => [quote(s.session), quote(s.seat), quote(s.seat), quote(s.person.id), quote(s.speaks ? EXPERT : watcherRole)]));
  insert(server, 'seat_ticket', 'ticket_hash, session_id, seat_id, account_id, device_key, expires_at',
    seats.map((s) => [hex(sha256(s.ticket)), quote(s.session), quote(s.seat), quote(s.person.id), hex(rawOf(s.device)),
      `${now} + INTERVAL 110 SECOND`]));
  const file = path.join(server.dir, `plan-${newId()}.jsonl`);
  fs.writeFileSync(file, seats.map((s) => `${JSON.stringify({
    session: s.session, seat: s.seat, epoch: 1, ticket: s.ticket, device_seed: seedOf(s.device).toString('base64'),
    ...(s.speaks ? {
      seat_cert: seatCert(s.person.key, { session: s.session, seat: s.seat, epoch: 1, deviceKey: s.device }), publish: ['cam', 'mic'],
    } : { publish: [] }),
  })}\n`).join(''));
  return file;
}

const MEASURING = 'measuring\n';

// Runs bidroom-load to its end. Returns what it printed; `wrap` is a command to run it
// under; `begun` is called when the measured time begins.
export async function runLoad(server, plan, { args = [], cpu, wrap = [], begun } = {}) {
  const command = [path.join(build, 'room-client/load/bidroom-load'), '--server', server.roomUrl, '--plan', plan, '--ca',
    path.join(server.dataDir, 'tls.crt'), '--json', '--pid', String(server.child.pid), ...(begun ? ['--say-begin'] : []), ...args];
  const pinned = [...wrap, ...(cpu === undefined ? [] : ['taskset', '-c', String(cpu)]), ...command];
  const child = spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
    if (!begun || !out.startsWith(MEASURING)) return;
    out = out.slice(MEASURING.length);
    begun();
    begun = undefined;
  });
  const code = await new Promise((resolve) => { child.on('exit', resolve); });
  assert.equal(code, 0, `bidroom-load ended with ${code}: ${out}`);
  return JSON.parse(out);
}
