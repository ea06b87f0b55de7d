// SPDX-License-Identifier: GPL-3.0-or-later
// Bad lines: a receiver that is too slow, packets lost, and nothing at all for five seconds. tests/chaos/network_long.mjs
// does the same for longer.
// Runs alone: it measures time.
import test from 'node:test';
import { assertCappedReceiver, assertComesBack, noNetwork, openServer } from '../support/network.mjs';

const server = openServer();
const skip = noNetwork(server.dir);

test.before(async () => {
  if (skip) return;
  await server.start();
  await server.openHouse();
});
test.after(() => server.remove());

test('a receiver with 60 % of the line it needs hears all and sees less; the others notice nothing', { skip },
  () => assertCappedReceiver(server, 30));
test('on a line that loses 5 %, a black hole of five seconds is over soon and nobody missed an event', { skip },
  () => assertComesBack(server, 2));
