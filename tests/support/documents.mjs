// SPDX-License-Identifier: GPL-3.0-or-later
// Opened bids with documents in them, and a session that judges them.
import crypto from 'node:crypto';
import path from 'node:path';
import { bidder, creditCode, releaseBid, sealBid, submitBid } from './bids.mjs';
import { Seal } from './seal.mjs';
import { build } from './server.mjs';
import { DAY, noticeFields, plusSeconds, project, publish, workingTime } from './trade.mjs';

async function holderWithKey(house, seal, login) {
  const account = await house.account(login, ['holder'], { name: login });
  const { alg, public_key } = await seal.keygen(`${login}.pem`);
  await account.post('/me/keys', { purpose: 'holder', alg, public_key });
  return account;
}

// From the notice to the opening of one lot. documents: for each bidder (at least three, or the lot fails) { name: content }.
// { lotId, staff, bids: [{ bid_id, name, files }] } in the order of the documents
export async function openedBids(server, documents) {
  const seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'bidders'));
  const [agency, staff, host] = await Promise.all([['agency', '代理'], ['staff', '中心'], ['host', '主持']]
    .map(([role, name]) => server.account(`bids-${role}`, [role], { name })));
  const holders = await Promise.all(['h1', 'h2', 'h3'].map((login) => holderWithKey(server, seal, login)));
  const { project_id, lots: [{ lot_id: lotId }] } = await agency.post('/projects', project(holders));
  const start = (await staff.get('/clock')).legal;
  const deadline = workingTime(start, 21);
  await publish(agency, staff, {
    project_id, kind: 'gp_tender', title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields('gp_tender'),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline,
  });
  const tender = await server.api().get(`/projects/${project_id}/tender`);
  const bids = [];
  for (const [i, files] of documents.entries()) {
    const name = `鲁信${'甲乙丙丁'[i]}有限公司`;
    const who = await bidder(server, seal, `firm${i}`, { name, credit_code: creditCode(i + 1) });
    const sealed = await sealBid(who, {
      tender, lotId, price: `${1200000 + i}`, documents: Object.entries(files).map(([file, content]) => seal.write(file, content)),
    });
    bids.push({ who, name, files, ...await submitBid(who, lotId, sealed) });
  }
  const seconds = (Date.parse(deadline) - Date.parse((await staff.get('/clock')).legal)) / 1000 + 1;
  await staff.post('/clock/advance', { seconds: Math.ceil(seconds), reason: '测试' });
  await host.post(`/lots/${lotId}/close`);
  for (const bid of bids) await releaseBid(bid.who, bid);
  await host.post(`/lots/${lotId}/finish-opening`);
  return { lotId, staff, bids };
}

// Lets a session whose steps were never walked (roomSession) judge this lot, with its seats as members.
export function judges(server, sessionId, lotId, seats) {
  server.sql(`INSERT INTO eval_session_lot (session_id, lot_id) VALUES ('${sessionId}', '${lotId}');
    UPDATE eval_session SET project_id = (SELECT project_id FROM lot WHERE lot_id = '${lotId}') WHERE session_id = '${sessionId}'`);
  for (const [i, seat] of seats.entries())
    server.sql(`INSERT INTO session_member (session_id, member_no, entry, expert_enc, account_id, state)
      VALUES ('${sessionId}', ${i + 1}, UNHEX(SHA2('${i}', 256)), '', '${seat.api.accountId}', 'promised')`);
}

// A pass as the gate gives it, without the gate: turns into the seat's sign-in (client command `enter`).
export function passFor(server, sessionId, seat, seatId) {
  const pass = crypto.randomBytes(24).toString('base64url');
  server.sql(`INSERT INTO gate_pass (pass_hash, session_id, seat_id, account_id, expires_at) VALUES
    (UNHEX(SHA2('${pass}', 256)), '${sessionId}', '${seatId}', '${seat.api.accountId}', UTC_TIMESTAMP(6) + INTERVAL 60 SECOND)`);
  return pass;
}
