// SPDX-License-Identifier: GPL-3.0-or-later
// Ten kills and ten power cuts in the middle of a session: at most a second of each track is lost, every gap is in the
// ledger, and what is left verifies. tests/chaos/power_long.mjs does it hundreds of times.
// Runs alone: it measures time.
import test from 'node:test';
import assert from 'node:assert/strict';
import { dieAndComeBack } from '../support/power.mjs';
import { Server } from '../support/server.mjs';

const EACH = Number(process.env.BIDROOM_DEATHS ?? 10);
const server = new Server({ disk: true });

test.before(async () => {
  await server.start();
  await server.openHouse();
});
test.after(() => server.remove());

test('kills and power cuts cost at most a second of each track', async (t) => {
  const { losses, cutBytes } = await dieAndComeBack(server, { kills: EACH, cuts: EACH });
  assert.equal(losses.kill.length >= 6 * EACH && losses.cut.length >= 6 * EACH, true);
  assert.ok(cutBytes > 0, 'the power cuts took something away');
  for (const [kind, list] of Object.entries(losses))
    t.diagnostic(`${kind}: ${list.length} tracks, lost ms median ${list[list.length >> 1]}, most ${list.at(-1)}`);
});
