// SPDX-License-Identifier: GPL-3.0-or-later
// Three minutes with a receiver that is too slow, then one black hole after the other on a line that loses packets.
//
//	node tests/chaos/network_long.mjs [SECONDS [HOLES]]
import { assertCappedReceiver, assertComesBack, noNetwork, openServer } from '../support/network.mjs';

const seconds = Number(process.argv[2] ?? 180);
const holes = Number(process.argv[3] ?? 6);
const server = openServer();
const skip = noNetwork(server.dir);

async function run() {
  await server.start();
  await server.openHouse();
  await assertCappedReceiver(server, seconds);
  await assertComesBack(server, holes);
}

if (skip) {
  console.log(`skipped: ${skip}`);
  await server.remove();
  process.exitCode = 77;
} else {
  await run().finally(() => server.remove());
}
