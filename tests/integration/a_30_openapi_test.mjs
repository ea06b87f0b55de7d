// SPDX-License-Identifier: GPL-3.0-or-later
// The routes of the server and the operations of proto/openapi.yaml are the same, with the same parameters and
// members. That what passes between them is as the contract says, tests/support/contract.mjs sees in every test.
import test from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { build } from '../support/server.mjs';
import { PREFIX, checkExchange, look, members, operations, requestSchema } from '../support/contract.mjs';

const routes = spawnSync(path.join(build, 'server/bidroomd'), ['--print-routes'], { encoding: 'utf8' })
  .stdout.trim().split('\n').map((line) => JSON.parse(line)).filter((r) => r.path.startsWith(`${PREFIX}/`));

// The router takes whole segments: {track}.webm and {track}.idx are one route.
const routed = (path) => path.replaceAll(/(\{\w+\})\.\w+/g, '$1');
const keyOf = (method, path) => `${method} ${routed(path)}`;
const byKey = new Map(routes.map((r) => [keyOf(r.method, r.path.slice(PREFIX.length)), r]));

test('every route is in the contract, and the other way round', () => {
  assert.ok(routes.length > 40);
  const named = new Set(operations.map((op) => keyOf(op.method, op.path)));
  assert.deepEqual([...byKey.keys()].filter((key) => !named.has(key)), [], 'in the server only');
  assert.deepEqual([...named].filter((key) => !byKey.has(key)), [], 'in the contract only');
});

test('what the contract opens to everybody is what needs no sign-in', () => {
  for (const op of operations) {
    const route = byKey.get(keyOf(op.method, op.path));
    if (route?.act) assert.equal(route.roles.includes('public'), op.open, keyOf(op.method, op.path));
  }
});

const kinds = {
  text: 'string', id: 'string', name: 'string', int: 'integer', bool: 'boolean', decimal: 'string',
  time: 'string', hex: 'string', base64: 'string', object: 'object', list: 'array',
};

// What reaches the act under a name of its own, and what the door keeps for itself.
const headers = { 'Upload-Offset': 'offset' };
const doors = ['bearer'];

// name → [type, required], of everything that reaches the act; and the longest texts.
function contractInput(op) {
  const all = Object.fromEntries(op.parameters.map((p) => [
    p.in === 'header' ? headers[p.name] : p.name, { schema: look(p.schema), required: !!p.required }]));
  Object.assign(all, members(requestSchema(op)));
  for (const name of [undefined, ...doors]) delete all[name];
  return {
    kinds: Object.fromEntries(Object.entries(all).map(([name, m]) => [name, [m.schema.type, m.required]])),
    longest: Object.fromEntries(Object.entries(all).map(([name, m]) => [name, m.schema.maxLength])),
  };
}


test('an operation takes the same members as the act behind it', async (t) => {
  for (const op of operations) {
    const route = byKey.get(keyOf(op.method, op.path));
    if (!route?.fields) continue;
    await t.test(keyOf(op.method, op.path), () => {
      const fields = Object.fromEntries(route.fields.map((f) => [f.name, [kinds[f.type], f.required]]));
      const input = contractInput(op);
      assert.deepEqual(fields, input.kinds);
      const longest = route.fields.filter((f) => f.type === 'text' && input.longest[f.name])
        .map((f) => [f.name, f.max]);
      assert.deepEqual(longest, longest.map(([name]) => [name, input.longest[name]]));
    });
  }
});

const json = { 'content-type': 'application/json' };
const exchange = (method, path, { sent, status = 200, answer, headers = {}, type = 'application/json' }) => checkExchange(
  { method, url: new URL(PREFIX + path, 'https://localhost'), headers: { ...json, ...headers }, body: sent && JSON.stringify(sent) },
  { status, headers: { 'content-type': type }, body: Buffer.from(JSON.stringify(answer)) });

// The check checks: each of these differs from a good exchange in one thing.
test('a deviation is seen', () => {
  const clock = { legal: '2026-01-02T03:04:05Z', real: '2026-01-02T03:04:05Z', demo: true, offset_s: 0 };
  exchange('GET', '/clock', { answer: clock });
  const problem = { type: 'about:blank', title: 't', status: 404, code: 'input.not_found' };
  const bad = [
    ['a member nobody knows', 'GET', '/clock', { answer: { ...clock, moon: 'full' } }, /moon/],
    ['a member missing', 'GET', '/clock', { answer: { ...clock, legal: undefined } }, /legal/],
    ['another type', 'GET', '/clock', { answer: { ...clock, offset_s: '0' } }, /offset_s/],
    ['a time that is none', 'GET', '/clock', { answer: { ...clock, real: 'today' } }, /real/],
    ['another status', 'GET', '/clock', { status: 201, answer: clock }, /201/],
    ['another content type', 'GET', '/clock', { answer: clock, type: 'text/plain' }, /text\/plain/],
    ['a problem as plain JSON', 'GET', '/clock', { status: 404, answer: problem }, /application\/json/],
    ['a problem without a code', 'GET', '/clock',
      { status: 404, answer: { ...problem, code: undefined }, type: 'application/problem+json' }, /code/],
    ['a query it does not name', 'GET', '/clock?zone=8', { answer: clock }, /zone/],
    ['an operation it does not name', 'GET', '/moon', { answer: {} }, /no such operation/],
    ['a body it took too much of', 'POST', '/clock/advance',
      { sent: { seconds: 1, reason: 'why', moon: 1 }, answer: { ...clock, events: [] } }, /moon/],
    ['a member missing inside an allOf', 'POST', '/clock/advance',
      { sent: { seconds: 1, reason: 'why' }, answer: clock }, /events/],
    ['a nested member nobody knows', 'POST', '/sign-out',
      { answer: { events: [{ event_id: '0'.repeat(26), kind: 'k', subject: 's:1', no: 1, leaf_hash: '0'.repeat(64), moon: 1 }] } }, /moon/],
  ];
  for (const [what, method, path, how, seen] of bad)
    assert.throws(() => exchange(method, path, how), seen, what);
  exchange('POST', '/clock/advance', { sent: { seconds: 0 }, status: 400, answer: { ...problem, status: 400 }, type: 'application/problem+json' });
});
