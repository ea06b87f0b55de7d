// SPDX-License-Identifier: GPL-3.0-or-later
// The house: opening, signing in, roles, second factor, health, the ledger of all of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Server, readLines, until } from '../support/server.mjs';
import { refused, totp } from '../support/api.mjs';

const server = new Server();
let admins;

test.before(async () => {
  await server.start();
  admins = await server.openHouse();
});
test.after(() => server.remove());

test('health pages answer without a sign-in', async () => {
  const api = server.api();
  assert.equal((await api.raw('GET', '/healthz')).status, 200);
  const ready = await api.raw('GET', '/readyz');
  assert.deepEqual([ready.status, JSON.parse(ready.body)], [200, { database: true }]);
  const metrics = (await api.raw('GET', '/metrics')).body.toString();
  assert.match(metrics, /^bidroom_jobs_waiting\{lane="acts"\} \d+$/m);
});

test('a house is opened once', () => {
  const { code, err } = server.ctl('init');
  assert.equal(code, 1);
  assert.match(err, /house\.open_already/);
});

test('sign-in: wrong password, unknown login, and a browser cookie with its CSRF value', async () => {
  const api = server.api();
  const wrong = await refused(api.signIn('sysadmin', 'not the password'));
  assert.deepEqual([wrong.status, wrong.code], [401, 'auth.bad_credentials']);
  const unknown = await refused(api.signIn('nobody-here', 'not the password'));
  assert.equal(unknown.code, 'auth.bad_credentials');

  const staff = await server.account('browser', ['staff']);
  const answer = await api.raw('POST', '/api/v1/sign-in', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'browser', password: staff.password }),
  });
  const cookie = answer.headers['set-cookie'][0];
  assert.match(cookie, /^__Host-bidroom=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  const { csrf, token } = JSON.parse(answer.body);
  assert.equal(token, undefined);
  const jar = { cookie: cookie.split(';')[0], 'content-type': 'application/json' };
  const me = await api.raw('GET', '/api/v1/me', { headers: jar });
  assert.equal(JSON.parse(me.body).account.login, 'browser');
  assert.equal(JSON.parse(me.body).csrf, csrf);
  const without = await api.raw('POST', '/api/v1/me/totp', { headers: jar, body: '{}' });
  assert.deepEqual([without.status, JSON.parse(without.body).code], [403, 'auth.csrf']);
  const with_ = await api.raw('POST', '/api/v1/me/totp', { headers: { ...jar, 'x-csrf-token': csrf }, body: '{}' });
  assert.equal(with_.status, 200);
  const out = await api.raw('POST', '/api/v1/sign-out', { headers: { ...jar, 'x-csrf-token': csrf }, body: '{}' });
  assert.equal(out.status, 200);
  assert.equal((await api.raw('GET', '/api/v1/me', { headers: jar })).status, 401);
});

test('the second factor: enrolment, code needed, each code once, reset by the security administrator', async () => {
  const person = await server.account('with-totp', ['staff']);
  const { secret, uri } = await person.post('/me/totp');
  assert.match(uri, /^otpauth:\/\/totp\//);
  assert.equal((await refused(person.post('/me/totp/confirm', { code: '000000' }))).code, 'auth.totp_wrong');
  const code = totp(secret);
  const { events } = await person.post('/me/totp/confirm', { code });
  assert.equal(events[0].kind, 'account.totp_enrolled');
  const api = server.api();
  assert.equal((await refused(api.signIn(person.login, person.password))).code, 'auth.totp_required');
  assert.equal((await refused(api.signIn(person.login, person.password, { totp: code }))).code, 'auth.totp_used');
  const next = totp(secret, Date.now() + 30000);
  await api.signIn(person.login, person.password, { totp: next });
  await admins.secadmin.post(`/accounts/${person.accountId}/totp/reset`, { reason: '手机遗失' });
  assert.equal((await refused(api.get('/me'))).status, 401);
  await api.signIn(person.login, person.password);
});

test('three administrators, three duties', async () => {
  const { sysadmin, secadmin, auditor } = admins;
  assert.equal((await refused(auditor.post('/accounts', { login: 'x1', name: 'x', password: 'long enough 1' }))).code, 'auth.denied');
  const { account_id } = await sysadmin.post('/accounts', { login: 'mixed', name: '混合', password: 'long enough 1' });
  const mixed = await refused(secadmin.post(`/accounts/${account_id}/roles`, { roles: ['auditor', 'staff'] }));
  assert.equal(mixed.code, 'account.roles_mixed');
  assert.equal((await refused(sysadmin.post(`/accounts/${account_id}/roles`, { roles: ['staff'] }))).code, 'auth.denied');
  assert.equal((await refused(sysadmin.post('/accounts', { login: 'mixed', name: 'x', password: 'long enough 1' }))).code, 'account.login_taken');
  assert.equal((await refused(sysadmin.post('/accounts', { login: 'weak', name: 'x', password: 'short' }))).code, 'account.password_weak');
  // A page is full of those who are asked for, wherever they stand among all.
  const { items: [last] } = await auditor.get('/accounts?role=sysadmin&limit=1');
  assert.deepEqual(last.roles, ['sysadmin']);
});

test('bad input is named and loses nothing', async () => {
  const { sysadmin } = admins;
  const send = (body, headers = {}) => sysadmin.raw('POST', '/api/v1/accounts', {
    headers: { ...sysadmin.authorization(), 'content-type': 'application/json', ...headers }, body,
  });
  const cases = [
    ['{"login":', 400, 'input.malformed'],
    ['[]', 400, 'input.malformed'],
    ['{"login":"a1","login":"a2","name":"n","password":"long enough 1"}', 400, 'input.malformed'],
    ['{"login":"a1","name":"n","password":"long enough 1","color":"red"}', 400, 'input.unknown_field'],
    ['{"login":7,"name":"n","password":"long enough 1"}', 400, 'input.invalid'],
    ['{"name":"n","password":"long enough 1"}', 400, 'input.missing'],
    [Buffer.from('{"login":"a\xff","name":"n","password":"long enough 1"}', 'latin1'), 400, 'input.malformed'],
    [`{"login":"a1","name":"${'n'.repeat(20000)}","password":"long enough 1"}`, 413, 'http.body_too_large'],
  ];
  for (const [body, status, code] of cases) {
    const answer = await send(body);
    const problem = JSON.parse(answer.body);
    assert.deepEqual([answer.status, problem.code], [status, code], String(body).slice(0, 60));
    assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  }
  const type = await send('login=a1', { 'content-type': 'application/x-www-form-urlencoded' });
  assert.deepEqual([type.status, JSON.parse(type.body).code], [415, 'http.unsupported_type']);
  const method = await sysadmin.raw('DELETE', '/api/v1/accounts');
  assert.deepEqual([method.status, method.headers.allow], [405, 'POST, GET, HEAD']);
  assert.equal((await sysadmin.raw('GET', '/api/v1/nothing')).status, 404);
});

test('the same request under one key is done once', async () => {
  const { sysadmin } = admins;
  const input = { login: 'once', name: '一次', password: 'long enough 1' };
  const first = await sysadmin.post('/accounts', input, { 'idempotency-key': 'key-1' });
  const again = await sysadmin.post('/accounts', input, { 'idempotency-key': 'key-1' });
  assert.deepEqual(again, first);
  const other = await refused(sysadmin.post('/accounts', { ...input, name: '二次' }, { 'idempotency-key': 'key-1' }));
  assert.equal(other.code, 'act.idempotency_mismatch');
});

test('events get their place in the ledger, with receipt', async () => {
  const { sysadmin, auditor } = admins;
  const { events: [event] } = await sysadmin.post('/accounts', { login: 'placed', name: '入账', password: 'long enough 1' });
  const receipt = await until('the receipt', async () => {
    const r = await sysadmin.get(`/events/${event.event_id}/receipt`);
    return r.checkpoint && r;
  });
  assert.equal(receipt.leaf_hash, event.leaf_hash);
  assert.ok(receipt.tree_size > receipt.index);
  assert.equal(JSON.parse(receipt.leaf).kind, 'account.created');
  const stranger = await server.api().get(`/events/${event.event_id}/receipt`);
  assert.equal(stranger.leaf, undefined);
  const checkpoint = (await sysadmin.raw('GET', '/ledger/checkpoint')).body.toString();
  assert.match(checkpoint, /^test\.bidroom\.example\/ledger\n\d+\n/);
  const { items } = await auditor.get('/audit/events?limit=200');
  assert.deepEqual(items.map((row) => row.seq), items.map((_, i) => i));
  assert.ok(items.some((row) => row.event_id === event.event_id && row.body.login === 'placed'));
  const feed = await server.api().get('/feed?limit=200');
  assert.equal(feed.items.find((row) => row.seq === receipt.index).kind, undefined);
  assert.equal(feed.items.find((row) => row.kind === 'house.opened').body.name, '公共资源交易中心');
});

test('legal time moves only forward, only in a demo, on the record', async () => {
  const staff = await server.account('clock-staff', ['staff']);
  const before = await staff.get('/clock');
  assert.deepEqual([before.demo, before.offset_s], [true, 0]);
  await staff.post('/clock/advance', { seconds: 86400, reason: '演示' });
  assert.equal((await staff.get('/clock')).offset_s, 86400);
  assert.equal((await refused(staff.post('/clock/advance', { seconds: -1, reason: '演示' }))).code, 'input.invalid');
});

test('everything is there after a clean stop and a start', async () => {
  await server.stop();
  await server.start();
  admins.sysadmin.base = server.url;
  const { account } = await admins.sysadmin.get('/me');
  assert.equal(account.login, 'sysadmin');
  assert.ok(!server.logs.some((line) => line.includes('keeper.mismatch')));
});

test('what is less important than the configured level is not written', async () => {
  assert.ok(server.logs.some((line) => line.includes('"server.ready"')), 'by default it is');
  await server.stop();
  server.options.config = { server: { log_level: 'warning' } };
  server.writeConfig();
  const [program, args] = server.command();
  const lines = [];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'pipe'] });
  readLines(child.stderr, (line) => lines.push(line));
  await until('it to serve', async () => (await server.api().raw('GET', '/healthz').catch(() => ({}))).status === 200);
  child.kill('SIGTERM');
  await once(child, 'exit');
  assert.deepEqual(lines.filter((line) => /^<[5-7]>/.test(line)), []);
});
