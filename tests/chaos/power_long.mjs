// SPDX-License-Identifier: GPL-3.0-or-later
// Two hundred kills and two hundred simulated power cuts of a recording server.
//
//	node tests/chaos/power_long.mjs [EACH]
import { dieAndComeBack } from '../support/power.mjs';
import { Server } from '../support/server.mjs';

const each = Number(process.argv[2] ?? 200);
const server = new Server({ disk: true });

async function run() {
  await server.start();
  await server.openHouse();
  try {
    const { losses } = await dieAndComeBack(server, { kills: each, cuts: each, say: console.log });
    for (const [kind, list] of Object.entries(losses))
      console.log(`${kind}: ${list.length} tracks, lost ms median ${list[list.length >> 1]}, p95 ${list[Math.floor(list.length * 0.95)]}, most ${list.at(-1)}`);
  } finally {
    await server.remove();
  }
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
