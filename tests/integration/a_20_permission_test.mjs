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

test('the table is walked', async (t) => {
  assert.ok(routes.length > 20);
  for (const route of routes.filter((r) => r.act)) {
    // These end the walker's own sign-in or make one; they have their own tests.
    if (['account.password', 'account.sign_in'].includes(route.act)) continue;
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

test('routes without an act are the few that serve everybody', () => {
  assert.deepEqual(routes.filter((r) => !r.act).map((r) => r.path).sort(),
    ['/api/v1/sign-out', '/healthz', '/metrics', '/readyz']);
});
