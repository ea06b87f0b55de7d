// SPDX-License-Identifier: GPL-3.0-or-later
// The exported ledger against bidroom-verify: whole, and altered in every way a hand could.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Server, build, until } from '../support/server.mjs';

const server = new Server();
let n = 0;

const verify = (dir, ...args) => {
  const run = spawnSync(path.join(build, 'server/verify/bidroom-verify'), [...args, 'ledger', dir], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout + run.stderr };
};

const exported = (...args) => {
  const dir = path.join(server.dataDir, `export-${n += 1}`);
  const { code, err } = server.ctl('export-ledger', dir, ...args);
  assert.equal(code, 0, err);
  return dir;
};

const settled = () => until('all events to have a place', () => server.sql('select count(*) from event_pending')[0][0] === '0');

test.before(async () => {
  await server.start();
  const { sysadmin } = await server.openHouse();
  // More than one tile, so that full and partial ones are both checked.
  for (let i = 0; i < 12; i += 1)
    await sysadmin.post('/accounts', { login: `person-${i}`, name: `人员${i}`, password: 'long enough 1' });
  const staff = await server.account('staff', ['staff']);
  for (let i = 0; i < 260; i += 1) await staff.post('/clock/advance', { seconds: 1, reason: `第 ${i} 次` });
  await settled();
});
test.after(() => server.remove());

test('a whole ledger verifies, in public and in full form, with the published key', async () => {
  const key = (await server.api().raw('GET', '/ledger/key')).body.toString();
  for (const args of [[], ['--full']]) {
    const { code, out } = verify(exported(...args), '--key', key);
    assert.equal(code, 0, out);
    assert.match(out, /ledger: whole/);
  }
  const { code, out } = verify(path.join(server.dataDir, 'public/ledger'), '--key', key);
  assert.equal(code, 0, out);
});

test('the wrong key is refused', () => {
  const other = 'test.bidroom.example/ledger+00000000+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=';
  assert.equal(verify(exported(), '--key', other).code === 0, false);
});

test('one flipped byte in any file is named by its path', () => {
  const dir = exported('--full');
  const files = fs.readdirSync(dir, { recursive: true }).map(String)
    .filter((f) => fs.statSync(path.join(dir, f)).isFile() && f !== 'export.json');
  assert.ok(files.length >= 6, files.join());
  for (const file of files) {
    const name = path.join(dir, file);
    const whole = fs.readFileSync(name);
    const bad = Buffer.from(whole);
    bad[Math.floor(bad.length / 2)] ^= 1;
    fs.writeFileSync(name, bad);
    const { code, out } = verify(dir);
    assert.notEqual(code, 0, `${file}: ${out}`);
    if (file.startsWith('tile/')) assert.match(out, /FAULT/);
    fs.writeFileSync(name, whole);
  }
  assert.equal(verify(dir).code, 0);
});

test('a row altered in the database is named by event and place', async () => {
  const [[id, seq]] = server.sql("select e.event_id, p.ledger_seq from event e join ledger_place p using (event_id) where e.kind = 'clock.advanced' limit 1 offset 7");
  const [[body]] = server.sql(`select body from event where event_id = '${id}'`);
  server.sql(`update event set body = replace(body, '第', '弟') where event_id = '${id}'`);
  const { code, out } = verify(exported());
  assert.equal(code, 1);
  assert.match(out, new RegExp(`leaf ${seq} \\(event ${id}.*altered`));
  server.sql(`update event set body = '${body}' where event_id = '${id}'`);
  assert.equal(verify(exported()).code, 0);
});

test('a row removed from the database is missed', async () => {
  const [[id, seq]] = server.sql("select e.event_id, p.ledger_seq from event e join ledger_place p using (event_id) where e.kind = 'account.created' limit 1 offset 3");
  server.sql(`create table kept as select * from event where event_id = '${id}'; delete from event where event_id = '${id}'`);
  const { code, out } = verify(exported('--full'));
  assert.equal(code, 1);
  assert.match(out, new RegExp(`leaf ${seq}: the event is missing`));
  server.sql(`create table kept_place as select * from ledger_place where event_id = '${id}'; delete from ledger_place where event_id = '${id}'`);
  const both = verify(exported('--full'));
  assert.equal(both.code, 1);
  assert.match(both.out, /checkpoint of size|ends within|missing/);
  server.sql('insert into event select * from kept; insert into ledger_place select * from kept_place');
  assert.equal(verify(exported('--full')).code, 0);
});

test('the keeper signs nothing on a database that was altered', async () => {
  const [[id]] = server.sql("select event_id from event where kind = 'house.opened'");
  await server.stop();
  await server.start();
  await until('the keeper', () => server.logs.some((l) => l.includes('keeper.keeping')));
  server.sql(`update event set actor = 'somebody' where event_id = '${id}'`);
  await server.stop();
  server.logs.length = 0;
  await server.start();
  await until('the mismatch', () => server.logs.some((l) => l.includes('keeper.mismatch')));
});
