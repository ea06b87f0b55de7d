// SPDX-License-Identifier: GPL-3.0-or-later
// A house in which whole lots are evaluated: people, key holders, bidders, experts; then projects are opened and sessions
// led up to the first step at which the committee judges.
import crypto from 'node:crypto';
import path from 'node:path';
import { bidder, creditCode, keyHolders, releaseBid, sealBid, submitBid } from './bids.mjs';
import { enrolExpert, makeVenue, runDraw, seatSignIn, signInAtGate } from './panel.mjs';
import { Seal } from './seal.mjs';
import { build } from './server.mjs';
import { promise, submitSheet } from './sheets.mjs';
import { DAY, noticeFields, plusSeconds, project, publish, workingTime } from './trade.mjs';

export const SPECIALITY = 'A08 服务';

export class Evaluation {
  constructor(server) {
    this.server = server;
    this.seal = new Seal(path.join(build, 'proto/tools/bidroom-seal'), path.join(server.dir, 'private'));
  }

  now() { return this.staff.get('/clock').then((c) => c.legal); }

  async openHouse({ firms, experts }) {
    const { server, seal } = this;
    await server.start();
    await server.openHouse();
    for (const role of ['agency', 'staff', 'host', 'supervisor', 'witness'])
      this[role] = await server.account(`the-${role}`, [role], { name: `${role}甲` });
    this.holders = await keyHolders(server, seal);
    this.firms = [];
    for (let i = 1; i <= firms; i += 1)
      this.firms.push(await bidder(server, seal, `firm${i}`, { name: `鲁信${'甲乙丙丁戊己'[i - 1]}有限公司`, credit_code: creditCode(i) }));
    this.pool = [];
    for (let i = 1; i <= experts; i += 1)
      this.pool.push(await enrolExpert(server, this.staff, {
        login: `expert${i}`, name: `专家${i}`, unit: `某某设计院${i}`, specialities: [SPECIALITY], region: '370402',
        keyFile: seal.path(`expert${i}.pem`),
      }));
    this.venue = await makeVenue(server, this.staff, { login: 'venue1', name: '济南场地', city: '济南' });
  }

  // How a bidder opens its bid; a test may have it done otherwise.
  open(bid) { return releaseBid(bid.who, bid); }

  // A project whose lots are opened: { projectId, lots: [id …] }. offers[lot][firm]: { price, form?, sme? }, or null for none.
  async openProject(lots, offers, more = {}) {
    const { agency, staff, host, firms } = this;
    const created = await agency.post('/projects', project(this.holders, { budget: '9000000', lots, ...more }));
    const ids = created.lots.map((lot) => lot.lot_id);
    const start = await this.now();
    const deadline = workingTime(start, 21), kind = `${more.regime ?? 'gp'}_tender`;
    await publish(agency, staff, {
      project_id: created.project_id, kind, title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields(kind),
      offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline,
    });
    const tender = await this.server.api().get(`/projects/${created.project_id}/tender`);
    const bids = [];
    for (const [i, lotId] of ids.entries())
      for (const [f, offer] of offers[i].entries()) {
        if (!offer) continue;
        const { price, form = 'amount', sme } = offer;
        const document = this.seal.write(`${firms[f].login}-${lotId}.txt`, `投标文件 ${firms[f].login}`);
        const sealed = await sealBid(firms[f], { tender, lotId, price, form, documents: [document], more: sme ? { sme } : {} });
        bids.push({ who: firms[f], ...await submitBid(firms[f], lotId, sealed) });
      }
    const seconds = (Date.parse(deadline) - Date.parse(await this.now())) / 1000 + 1;
    await staff.post('/clock/advance', { seconds: Math.ceil(seconds), reason: '测试' });
    for (const lotId of ids) {
      await host.post(`/lots/${lotId}/close`);
      for (const bid of bids.filter((b) => b.lotId === lotId)) await this.open(bid);
      await host.post(`/lots/${lotId}/finish-opening`);
    }
    return { projectId: created.project_id, lots: ids };
  }

  // A session of these lots with its experts drawn: { sessionId, drawId, drawn: the answer of the draw }.
  async drawSession({ projectId, lots }, { size = 5, standbys = 2, at, more = {} } = {}) {
    const { staff, supervisor, host } = this;
    const { session_id: sessionId, draw_id: drawId } = await staff.post('/sessions', {
      project_id: projectId, lots, title: '评标会', scheduled_at: at ?? plusSeconds(await this.now(), 3600), panel_size: size,
      buyer_members: 0, standbys, specialities: [SPECIALITY], avoid_units: [],
      venues: [{ venue_id: this.venue.venueId, seats: size + standbys }], ...more,
    });
    const drawn = await runDraw({ staff, supervisor, host }, drawId, this.seal);
    return { sessionId, drawId, drawn };
  }

  // Who was drawn comes in, in the order of their numbers; each with a seat's sign-in as `api`.
  async arrive(sessionId, size = 5) {
    const members = [];
    for (const expert of this.pool) {
      if (members.length === size) break;
      // Who was not drawn is turned away; anything else that goes wrong is the test's to see.
      const arrived = await signInAtGate(this.venue, sessionId, expert).catch((error) => {
        if (error.code !== 'gate.not_drawn') throw error;
      });
      if (!arrived) continue;
      members.push({ ...arrived, expert, key: expert.key, api: await seatSignIn(this.server, arrived.pass, crypto.randomBytes(32).toString('base64')) });
    }
    return members.sort((a, b) => a.member_no - b.member_no);
  }

  advance(sessionId, to) { return this.host.post(`/sessions/${sessionId}/advance`, { to }); }

  // From the gate to the elected leader: the members. The next step is the first at which they judge.
  async seatCommittee(sessionId, size = 5) {
    await this.advance(sessionId, 'checkin');
    const members = await this.arrive(sessionId, size);
    await this.host.post(`/sessions/${sessionId}/start`);
    for (const m of members) await promise(m.api, sessionId);
    await this.advance(sessionId, 'leader');
    for (const m of members) await m.api.post(`/sessions/${sessionId}/leader-votes`, { member_no: members[0].member_no });
    return members;
  }
}

// Every member fills and submits the sheet of a lot; scoreOf(member's index, bid, item).
export async function submitAll(members, sessionId, lotId, scoreOf) {
  for (const [at, m] of members.entries()) {
    const sheet = await m.api.get(`/sessions/${sessionId}/lots/${lotId}/sheet`);
    const scores = Object.fromEntries(sheet.bids.map((bid) => [bid.bid_id,
      Object.fromEntries(sheet.items.map((item) => [item.id, scoreOf(at, bid, item)]))]));
    await submitSheet(m.api, sessionId, lotId, scores);
  }
}
