// SPDX-License-Identifier: GPL-3.0-or-later
// The whole main job from the notice to the signed report, through public interfaces only. deploy/quickstart plays it
// large and leaves it to be looked at; the end-to-end test plays it small and looks.
import fs from 'node:fs';
import path from 'node:path';
import { bidder, checkReceipt, creditCode, releaseBid, sealBid, submitBid } from './bids.mjs';
import { ApiDesk, PageDesk } from './desk.mjs';
import { HolderProcess } from './holders.mjs';
import { film } from './media.mjs';
import { enrolExpert, makeVenue, runDraw, signInAtGate } from './panel.mjs';
import { Seal } from './seal.mjs';
import { SeatProgram } from './seat_program.mjs';
import { until } from './server.mjs';
import { DAY, noticeFields, plusSeconds, publish, workingTime } from './trade.mjs';

const REGION = '370100';
const SPECIALITY = '建筑工程';
const BUYER = '某某行政学院';
const VENUES = [['济南主场', '济南'], ['青岛分场', '青岛'], ['烟台分场', '烟台'], ['枣庄分场', '枣庄']];
const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨';
const SUPERVISION_FIRMS = [['鲁信甲监理有限公司', '1267500'], ['鲁信乙监理有限公司', '1345500'], ['鲁信丙监理有限公司', '1286800']];
const PANEL = 7;
const SEATS_EACH = 2;

// What the award does not tell is told as it is: lot 1's prices are not published, the totals contain them.
const LOTS = [
  {
    name: '第一包 教学楼改造施工', price_form: 'other',
    scheme: {
      items: [{ id: 'total', name: '综合得分合计', max: '100', kind: 'total', objective: false }],
      price: { method: 'in_total', weight: '30' },
    },
  },
  {
    name: '第二包 监理服务', ceiling: '1500000', price_form: 'amount',
    scheme: {
      items: [
        { id: 'plan', name: '监理方案', max: '50', kind: 'technical', objective: false },
        { id: 'team', name: '人员配备', max: '30', kind: 'commercial', objective: false },
      ],
      price: { method: 'gp_lowest', weight: '20' },
    },
  },
];

const TALK = [
  '各位专家好，现在开始评审。', '第一包的投标文件已全部打开。', '请注意第三家的施工组织设计。', '同意，进度安排比较合理。',
  '第二包按公开的公式计算价格分。', '各自独立打分，互不讨论分数。', '我这边已经看完商务部分。', '请组长提醒大家按时提交。',
];

export class MainJob {
  // { house, dir, roomUrl, caFile, programs: {seal, client}, award, holderUids, nExperts, say, browser, pace }
  //   award     rows of readAward(), all or some of them
  //   browser   a Browser: the first expert to arrive works in it; without one everybody works by the API
  //   pace      ms between the acts of people, so that a recording is worth looking at
  //   say       called with a sentence for each thing done
  constructor(options) {
    Object.assign(this, { say: () => {}, nExperts: 14, holderUids: [], pace: 0 }, options);
    this.seal = new Seal(this.programs.seal, path.join(this.dir, 'bidders'));
    this.seats = [];
    this.said = 0;
  }

  legalNow() { return this.staff.get('/clock').then((c) => c.legal); }

  // Office, bidders, key holders in processes of their own.
  async people() {
    const { house } = this;
    const office = async (login, name) => { this[login] = await house.account(login, [login], { name }); };
    await office('agency', '某某招标代理有限公司');
    await office('staff', '交易中心 林工');
    await office('host', '主持人 何静');
    await office('supervisor', '监督 方正');
    this.holders = [];
    for (let i = 1; i <= 3; i += 1) {
      const account = await house.account(`holder${i}`, ['holder'], { name: `密钥保管人${i}` });
      const process = new HolderProcess({
        uid: this.holderUids[i - 1], dir: path.join(this.dir, `holder${i}`), seal: this.programs.seal, caFile: this.caFile,
      });
      const ready = await process.start(house.url, account);
      if (ready.mode !== '600') throw new Error(`the key of holder ${i} is readable by others: ${ready.mode}`);
      this.holders.push({ account, process });
    }
    const firms = [
      ...this.award.map((row, i) => ({ lot: 0, login: `bidder${i + 1}`, name: row.bidder })),
      ...SUPERVISION_FIRMS.map(([name], i) => ({ lot: 1, login: `firm${i + 1}`, name })),
    ];
    const bidders = await several(firms, ({ login, name }, i) => bidder(house, this.seal, login, { name, credit_code: creditCode(i + 1) }));
    this.bidders = [0, 1].map((lot) => bidders.filter((_, i) => firms[i].lot === lot));
    this.say(`${firms.length} bidders, three key holders each with a process and a key file of its own`);
  }

  async announce() {
    // Kept by the agency, approved by the centre: then it is a project.
    const { draft_id, version } = await this.agency.post('/project-drafts', {
      regime: 'gp', category: 'works', name: '教学楼改造工程及监理', region: REGION, method: 'open',
      budget: '12000000', buyer_name: BUYER, agency_name: this.agency.name, contact: '张先生 0531-0000000',
      holder_threshold: 2, holders: this.holders.map((h) => h.account.accountId), window_minutes: 60, lots: LOTS,
    });
    const step = (who, what, read) => who.post(`/project-drafts/${draft_id}/${what}`, {}, { 'if-match': `"${read}"` });
    const created = await step(this.staff, 'approve', (await step(this.agency, 'submit', version)).version);
    Object.assign(this, { projectId: created.project_id, projectCode: created.code, lots: created.lots });
    const start = await this.legalNow();
    this.deadline = workingTime(start, 21);
    this.tenderNotice = await publish(this.agency, this.staff, {
      project_id: this.projectId, kind: 'gp_tender', title: '教学楼改造工程及监理公开招标公告',
      body_md: `# 公开招标公告\n\n${BUYER}委托${this.agency.name}就教学楼改造工程及监理进行公开招标，欢迎合格供应商投标。\n\n`
        + '## 评标办法\n\n第一包：综合评分，合计满分100分，含价格分30分。第二包：技术50分，商务30分，价格20分（低价优先法）。\n',
      offer_start: start, offer_end: plusSeconds(start, 12 * DAY), deadline: this.deadline, fields: noticeFields('gp_tender'),
    });
    this.tender = await this.house.api().get(`/projects/${this.projectId}/tender`);
    this.say(`project ${this.projectCode}, tender notice ${this.tenderNotice.url}`);
  }

  async bids() {
    const logKey = (await this.house.api().raw('GET', '/ledger/key')).body.toString().trim();
    this.submitted = [[], []];
    const submit = async (lot, who, price, form) => {
      const document = this.seal.write(`${who.login}.txt`, `投标文件\n\n投标人：${who.name}\n${this.tender.code}\n`);
      const sealed = await sealBid(who, { tender: this.tender, lotId: this.lots[lot].lot_id, price, form, documents: [document] });
      this.submitted[lot].push({ who, ...await submitBid(who, this.lots[lot].lot_id, sealed) });
    };
    for (const who of this.bidders[0]) await submit(0, who, '100', 'other');
    for (const [i, who] of this.bidders[1].entries()) await submit(1, who, SUPERVISION_FIRMS[i][1]);
    for (const bid of this.submitted.flat()) await checkReceipt(bid.who, bid, logKey);
    this.say(`${this.submitted.flat().length} sealed bids, every receipt verified offline`);
  }

  // Legal time goes on to the deadline, in this demonstration by an act on the record.
  async deadlinePasses() {
    const seconds = Math.ceil((Date.parse(this.deadline) - Date.parse(await this.legalNow())) / 1000) + 1;
    await this.staff.post('/clock/advance', { seconds, reason: '演示：到达投标截止时间' });
    this.say(`legal time advanced by ${(seconds / DAY).toFixed(1)} days to the deadline`);
  }

  async opening() {
    for (const lot of this.lots) await this.host.post(`/lots/${lot.lot_id}/close`);
    const forgotten = this.submitted[0].at(-1);
    for (const bid of this.submitted.flat()) if (bid !== forgotten) await releaseBid(bid.who, bid);
    await this.host.post(`/bids/${forgotten.bid_id}/rescue`, { reason: '投标人未能按时解密，请保管人解密' });
    const opened = await until('the rescued bid', async () => {
      const { bids } = await this.host.get(`/lots/${forgotten.lotId}/opening`);
      return bids.find((b) => b.bid_id === forgotten.bid_id && b.state === 'opened');
    });
    if (opened.opened_by !== 'holders') throw new Error(`the rescued bid was opened by ${opened.opened_by}`);
    for (const lot of this.lots) await this.host.post(`/lots/${lot.lot_id}/finish-opening`);
    this.say(`bids opened by their bidders, that of ${opened.bidder_name} by two of three key holders`);
  }

  // The pool, four venues, the session, and a draw of three parties.
  async draw() {
    this.pool = await several(Array.from({ length: this.nExperts }), (_, i) => enrolExpert(this.house, this.staff, {
      login: `expert${i + 1}`, name: `${SURNAMES[i]}专家`, unit: i === this.nExperts - 1 ? this.award[0].bidder : `某某设计院${i + 1}`,
      specialities: [SPECIALITY], region: REGION, keyFile: this.seal.path(`expert${i + 1}.pem`),
    }));
    this.venues = [];
    for (const [i, [name, city]] of VENUES.entries())
      this.venues.push(await makeVenue(this.house, this.staff, { login: `venue${i + 1}`, name, city }));
    const session = await this.staff.post('/sessions', {
      project_id: this.projectId, lots: this.lots.map((l) => l.lot_id), title: '教学楼改造工程及监理评标会',
      scheduled_at: plusSeconds(await this.legalNow(), 3600), panel_size: PANEL, buyer_members: 0, standbys: 2,
      specialities: [SPECIALITY], avoid_units: [BUYER, ...this.award.map((row) => row.bidder)],
      venues: this.venues.map((v) => ({ venue_id: v.venueId, seats: SEATS_EACH })),
    });
    Object.assign(this, { sessionId: session.session_id, drawId: session.draw_id });
    const { selected } = await runDraw({ staff: this.staff, host: this.host, supervisor: this.supervisor }, this.drawId, this.seal);
    this.say(`${selected.length} experts drawn from ${this.pool.length}, nobody knows who`);
  }

  // One film for each seat of the session; seats are numbered through all venues.
  films() {
    const dir = path.join(this.dir, 'films');
    fs.mkdirSync(dir, { recursive: true });
    this.filmOf = new Map();
    for (let no = 1; no <= VENUES.length * SEATS_EACH; no += 1) {
      const words = `${no}号席 · ${VENUES[Math.ceil(no / SEATS_EACH) - 1][0]}`;
      this.filmOf.set(`${no}号席`, film(path.join(dir, `seat${no}.webm`), { no, words }));
    }
  }

  // Experts come to four gates. Who was drawn nobody knows before: everybody comes, the drawn are let in, sit down
  // at the desk of their seat, and its room client joins with picture and voice.
  async arrive() {
    await this.advance('checkin');
    this.members = [];
    for (const expert of this.pool) {
      const venue = this.venues[this.members.length % this.venues.length];
      const member = await comeToGate(venue, this.sessionId, expert);
      if (!member) continue;
      Object.assign(member, { venue, key: expert.key, account: expert });
      await this.sitDown(member);
      this.members.push(member);
    }
    if (this.members.length !== PANEL) throw new Error(`${this.members.length} experts were let in`);
    this.members.sort((a, b) => a.member_no - b.member_no);
    await Promise.all(this.seats.map((seat) => until(`all pictures at ${seat.options.label}`, async () => {
      const { tracks } = await seat.stats();
      return tracks.filter((t) => t.objects > 0).length >= 2 * (PANEL - 1);
    })));
    this.say(`${PANEL} seats at ${this.venues.length} venues see and hear each other`);
  }

  async sitDown(member) {
    const camera = `file:${this.filmOf.get(member.seat_label)}`;
    member.seat = new SeatProgram({
      program: this.programs.client, dir: path.join(this.dir, member.seat_id), sessionId: this.sessionId,
      roomUrl: this.roomUrl, apiUrl: this.house.url, ca: this.caFile, expertKey: member.key.file,
      camera, microphone: camera, decode: 'count', label: member.seat_label,
    });
    await member.seat.start();
    this.seats.push(member.seat);
    member.desk = this.browser && !this.members.length ? new PageDesk(this.browser) : new ApiDesk(this.house);
    await member.desk.enter(member.pass, member.seat.deviceKey);
    await member.seat.join(await member.desk.ticket(member.seat.deviceKey));
  }

  advance(to) { return this.host.post(`/sessions/${this.sessionId}/advance`, { to }); }

  rest() { return new Promise((resolve) => { setTimeout(resolve, this.pace); }); }

  // All members do this in turn, without haste.
  async inTurn(work) {
    for (const member of this.members) {
      await work(member);
      await this.rest();
    }
  }

  // Somebody says the next sentence of the talk and hears that it is committed.
  async talk(n = 1) {
    for (let i = 0; i < n; i += 1) {
      const seat = this.members[this.said % PANEL].seat;
      await seat.act('chat', { text: TALK[this.said % TALK.length] });
      this.said += 1;
      await this.rest();
    }
  }

  async begin() {
    await this.host.post(`/sessions/${this.sessionId}/start`);
    await this.inTurn((member) => member.desk.promise());
    await this.talk(2);
    await this.advance('leader');
    const leader = this.members[1];
    leader.alias = (await this.host.get(`/sessions/${this.sessionId}`)).members.find((m) => m.member_no === leader.member_no).alias;
    await this.inTurn((member) => member.desk.vote(leader));
    await until('the leader', async () => (await this.host.get(`/sessions/${this.sessionId}`)).members
      .find((m) => m.member_no === leader.member_no).leader);
    await this.advance('scoring');
    await leader.seat.act('mute');
    await this.talk(2);
    await leader.seat.act('unmute');
    this.say(`all promised, ${leader.name} leads`);
  }

  // The published totals; in the second lot each expert has a view of its own.
  scoreOf(member, lot) {
    const published = new Map(this.award.map((row) => [row.bidder, row]));
    return (bid, item) => (lot === 0
      ? published.get(bid.bidder_name).scores[member.member_no - 1]
      : (Number(item.max) * (0.8 + 0.02 * ((member.member_no + bid.bidder_name.codePointAt(2)) % 7))).toFixed(2));
  }

  async score() {
    await this.inTurn(async (member) => {
      for (const [i, lot] of this.lots.entries()) await member.desk.score({ ...lot, ...LOTS[i], items: LOTS[i].scheme.items }, this.scoreOf(member, i));
      await this.talk();
    });
    await this.advance('summary');
    this.results = [];
    for (const lot of this.lots) this.results.push(await this.host.get(`/sessions/${this.sessionId}/lots/${lot.lot_id}/result`));
    for (const { rows } of this.results) this.say(`first: ${rows[0].bidder_name} with ${rows[0].total}`);
  }

  async report() {
    await this.host.post(`/sessions/${this.sessionId}/report`);
    await this.advance('signing');
    await this.inTurn((member) => member.desk.sign(member));
    await this.host.post(`/sessions/${this.sessionId}/close`);
    for (const seat of this.seats) await seat.quit();
    this.say(`the report is signed by all ${PANEL} members, the session is closed`);
  }

  async announceResult() {
    const start = await this.legalNow();
    const winners = this.results.map(({ rows }) => rows[0]);
    this.resultNotice = await publish(this.agency, this.staff, {
      project_id: this.projectId, kind: 'gp_result', title: '教学楼改造工程及监理中标结果公告',
      body_md: `# 中标结果公告\n\n${this.lots.map((lot, i) => `${LOTS[i].name}：${winners[i].bidder_name}，综合得分 ${Number(winners[i].total).toFixed(2)}`).join('\n\n')}\n`,
      publicity_start: start, publicity_end: workingTime(start, 3),
      fields: noticeFields('gp_result', { winner: winners.map((w) => w.bidder_name).join('；') }),
    });
    this.say(`result notice ${this.resultNotice.url}`);
  }

  async stop() {
    for (const { process } of this.holders ?? []) await process.stop();
    for (const seat of this.seats) await seat.kill('SIGTERM');
  }
}

// Does the work for each item, a few at a time; the results are in the order of the items.
async function several(items, work, atOnce = 4) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next;
      next += 1;
      results[i] = await work(items[i], i);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

// The member, or null for somebody who was not drawn.
async function comeToGate(venue, sessionId, expert) {
  try {
    return await signInAtGate(venue, sessionId, expert);
  } catch (error) {
    if (error.code === 'gate.not_drawn') return null;
    throw error;
  }
}
