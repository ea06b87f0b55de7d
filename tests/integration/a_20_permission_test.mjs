// SPDX-License-Identifier: GPL-3.0-or-later
// Walks every HTTP route with every role and with nobody: who is not named is turned away before
// anything else is looked at, who is named is not turned away for his role.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Server, build } from '../support/server.mjs';

const roles = ['bidder', 'buyer', 'agency', 'staff', 'host', 'witness', 'venue', 'expert',
  'supervisor', 'holder', 'sysadmin', 'secadmin', 'auditor'];
const server = new Server();
const people = {};

const routes = spawnSync(path.join(build, 'server/bidroomd'), ['--print-routes'], { encoding: 'utf8' })
  .stdout.trim().split('\n').map((line) => JSON.parse(line));

test.before(async () => {
  await server.start();
  await server.openHouse();
  for (const role of roles) people[role] = await server.account(`walker-${role}`, [role]);
  people.none = await server.account('walker-none', []);
});
test.after(() => server.remove());

const address = (route) => route.path.replaceAll(/\{\w+\}/g, '01hzzzzzzzzzzzzzzzzzzzzzzz');

async function answer(api, route) {
  const body = route.method === 'GET' ? undefined : '{}';
  const { status, body: text } = await api.raw(route.method, address(route), {
    body, headers: { ...api.authorization(), ...(body ? { 'content-type': 'application/json' } : {}) },
  });
  let problem = {};
  try { problem = JSON.parse(text); } catch { /* a page */ }
  return { status, code: problem.code, detail: problem.detail ?? '' };
}

const forRole = (a) => a.code === 'auth.denied' && a.detail.startsWith('no role of this account');

// These end the walker's own sign-in or make one; they have their own tests.
const endsTheWalk = ['account.password', 'account.sign_in'];

test('the table is walked', async (t) => {
  assert.ok(routes.length > 20);
  for (const route of routes.filter((r) => r.act)) {
    if (endsTheWalk.includes(route.act)) continue;
    await t.test(`${route.method} ${route.path}`, async () => {
      const open = route.roles.includes('public');
      const nobody = await answer(server.api(), route);
      assert.equal(nobody.code === 'auth.required', !open, `nobody: ${JSON.stringify(nobody)}`);
      const roleless = await answer(people.none, route);
      assert.equal(forRole(roleless), !open && !route.roles.includes('account'), `no role: ${JSON.stringify(roleless)}`);
      for (const role of roles) {
        const seen = await answer(people[role], route);
        const may = open || route.roles.includes('account') || route.roles.includes(role);
        assert.equal(forRole(seen), !may, `${role}: ${JSON.stringify(seen)}`);
        assert.notEqual(seen.status, 500, `${role}: ${JSON.stringify(seen)}`);
      }
    });
  }
});

// Whatever would do for a required member, so that the act is reached.
const samples = {
  text: () => '足够长的一段文字', id: () => '01hzzzzzzzzzzzzzzzzzzzzzzz', name: () => 'gp_tender', int: (f) => f.min ?? 0,
  bool: () => true, decimal: () => '1.00', time: () => '2026-01-02T03:04:05Z', hex: (f) => '00'.repeat(f.min || 1),
  base64: (f) => Buffer.alloc(f.min || 1).toString('base64'), object: () => ({}), list: (f) => Array(f.min || 0).fill('a'),
};

test('a null is as good as nothing, whatever the act', async (t) => {
  for (const route of routes.filter((r) => r.act && r.method !== 'GET' && r.fields?.some((f) => !f.required))) {
    if (endsTheWalk.includes(route.act)) continue;
    const who = people[roles.find((role) => route.roles.includes(role)) ?? 'none'];
    const body = JSON.stringify(Object.fromEntries(route.fields.filter((f) => !route.path.includes(`{${f.name}}`))
      .map((f) => [f.name, f.required ? samples[f.type](f) : null])));
    await t.test(`${route.method} ${route.path}`, async () => {
      const { status, body: text } = await who.raw(route.method, address(route), {
        body, headers: { ...who.authorization(), 'content-type': 'application/json' },
      });
      assert.notEqual(status, 500, text);
      const optional = route.fields.filter((f) => !f.required).map((f) => f.name);
      if (status >= 400) assert.ok(!optional.includes(JSON.parse(text).field) || JSON.parse(text).code !== 'input.invalid', text);
    });
  }
});

test('routes without an act are the few that serve everybody', () => {
  assert.deepEqual(routes.filter((r) => !r.act).map((r) => r.path).sort(),
    ['/api/v1/sign-out', '/healthz', '/metrics', '/readyz']);
});
