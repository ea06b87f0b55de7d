// SPDX-License-Identifier: GPL-3.0-or-later
// A session that was never held, recorded as long as one likes within moments: reels and their indexes lie where the
// recorder would have left them, its events wait for the keeper and get their place in the house's own ledger.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { announceProject, newId } from './room.mjs';
import { build, until } from './server.mjs';

const SESSION = '01jz0000000000000000000000'; // make_bundle knows no other
const maker = path.join(build, 'tests/support/make_bundle');
const quoted = (text) => `'${text.replace(/[\\']/g, (c) => `\\${c}`)}'`;
const time = (us) => `'${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1).replace('T', ' ')}${String(us % 1000).padStart(3, '0')}'`;

function eventRow({ actor, at_us: at, body, id, kind, no, real_us: real, salt, subject }) {
  return `('${id}', '${kind}', '${actor}', '${subject}', ${no}, ${time(at)}, ${time(real)}, ${quoted(JSON.stringify(body))}, X'${salt}', 0)`;
}

// What was said of the session besides: { kind, ms, body, about: session or supervision }.
function moreLeaf({ kind, ms, body, about = 'session' }, beginUs) {
  const us = beginUs + ms * 1000;
  return { actor: 'system', at_us: us, body, kind, real_us: us, salt: '00'.repeat(16), subject: `${about}:${SESSION}` };
}

// The events of events.jsonl with those between that were said besides, as statements, a few hundred rows each. All are
// numbered anew, since the ledger takes them in the order of their ids.
function writeEvents(from, to, events, beginUs) {
  const out = fs.openSync(to, 'w');
  const last = new Map();
  const between = [...events].sort((a, b) => a.ms - b.ms);
  let n = 0;
  let rows = [];
  let ids = [];
  const flush = () => {
    if (!rows.length) return;
    fs.writeSync(out, `INSERT INTO event (event_id, kind, actor, subject, subject_no, legal_at, real_at, body, salt, is_public) VALUES ${rows.join(',')};\n`
      + `INSERT INTO event_pending (event_id) VALUES ${ids.join(',')};\n`);
    rows = [];
    ids = [];
  };
  const take = (leaf) => {
    const no = (last.get(leaf.subject) ?? 0) + 1;
    const id = String(n).padStart(26, '0');
    rows.push(eventRow({ ...leaf, id, no }));
    ids.push(`('${id}')`);
    last.set(leaf.subject, no);
    n += 1;
    if (rows.length === 200) flush();
  };
  fs.writeSync(out, 'SET NAMES utf8mb4;\nBEGIN;\n');
  // They lie there subject by subject.
  const made = fs.readFileSync(from, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(JSON.parse(line).leaf)).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const leaf of made) {
    while (between.length && beginUs + between[0].ms * 1000 < leaf.at_us) take(moreLeaf(between.shift(), beginUs));
    take(leaf);
  }
  for (const event of between) take(moreLeaf(event, beginUs));
  flush();
  for (const [subject, no] of last) fs.writeSync(out, `INSERT INTO event_subject (subject, last_no) VALUES ('${subject}', ${no});\n`);
  fs.writeSync(out, 'COMMIT;\n');
  fs.closeSync(out);
}

// films: { cam?, mic?, screen? }, files that film_player.writeFilm() made; each seat has a track of each. The server must run. Returns the session's id
// and how many bytes its reels have.
export async function pastSession(server, { seconds, seats, films, beginUs = 1772413200000000, tickMs = 500, events = [], title = '评标会' }) {
  const reels = path.join(server.dataDir, 'reels', SESSION);
  const dir = path.join(server.dir, 'made');
  const sql = path.join(server.dir, 'made.sql');
  const kinds = ['cam', 'mic', 'screen'].filter((kind) => films[kind]);
  execFileSync(maker, ['--plain', '--seconds', `${seconds}`, '--seats', `${seats}`, '--begin-us', `${beginUs}`, '--tick-ms', `${tickMs}`,
    ...kinds.flatMap((kind) => [`--${kind}`, films[kind]]), dir], { stdio: 'inherit' });
  fs.renameSync(path.join(dir, 'reels'), reels);
  writeEvents(path.join(dir, 'events.jsonl'), sql, events, beginUs);
  fs.rmSync(dir, { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', reels]);
  const end = beginUs + seconds * 1e6;
  server.sqlFile(sql);
  fs.rmSync(sql);
  server.sql(`INSERT INTO eval_session (session_id, project_id, title, step, panel_size, scheduled_at, started_at, closed_at, created_at)
    VALUES ('${SESSION}', '${newId()}', '${title}', 'closed', ${seats}, ${time(beginUs)}, ${time(beginUs)}, ${time(end)}, ${time(beginUs)});
    INSERT INTO room_lease (session_id, opened_at, expires_at) VALUES ('${SESSION}', ${time(beginUs)}, ${time(beginUs)})`);
  announceProject(server, SESSION, { code: 'PAST' });
  for (let i = 0; i < seats; i += 1) {
    server.sql(`INSERT INTO seat (session_id, seat_id, label, role) VALUES ('${SESSION}', 'expert_${i + 1}', '${i + 1}号席', 'expert')`);
    for (const [k, kind] of kinds.entries())
      server.sql(`INSERT INTO media_track (session_id, track_no, seat_id, kind, codec, device_key, started_ms, ended_ms)
        VALUES ('${SESSION}', ${i * kinds.length + k + 1}, 'expert_${i + 1}', '${kind}', '${kind === 'mic' ? 'opus' : 'vp8'}', X'${'00'.repeat(32)}', 0, ${seconds * 1000})`);
  }
  await until('the events to be in the ledger', () => server.sql('SELECT COUNT(*) FROM event_pending')[0][0] === '0', 600000);
  const bytes = fs.readdirSync(reels).reduce((sum, name) => sum + fs.statSync(path.join(reels, name)).size, 0);
  return { sessionId: SESSION, bytes };
}
