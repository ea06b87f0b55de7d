// SPDX-License-Identifier: GPL-3.0-or-later
// The whole main job from the notice to the signed report, through public interfaces only. deploy/quickstart plays it
// large and leaves it to be looked at; the end-to-end test plays it small and looks.
import fs from 'node:fs';
import path from 'node:path';
import { bidder, checkReceipt, creditCode, releaseBid, sealBid, submitBid } from './bids.mjs';
import { HolderProcess } from './holders.mjs';
import { film } from './media.mjs';
import { enrolExpert, gate, makeVenue, runDraw, seatSignIn } from './panel.mjs';
import { Seal } from './seal.mjs';
import { SeatProgram } from './seat_program.mjs';
import { until } from './server.mjs';
import { elect, fillSheet, promise, submitSheet } from './sheets.mjs';
import { DAY, noticeFields, plusSeconds, publish, workingTime } from './trade.mjs';

const REGION = '370100';
const SPECIALITY = '建筑工程';
const BUYER = '某某行政学院';
const VENUES = [['济南主场', '济南'], ['青岛分场', '青岛'], ['烟台分场', '烟台'], ['枣庄分场', '枣庄']];
const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨';
const SUPERVISION_FIRMS = [['鲁信甲监理有限公司', '1267500'], ['鲁信乙监理有限公司', '1345500'], ['鲁信丙监理有限公司', '1286800']];
const PANEL = 7;

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
  // { house, dir, roomUrl, caFile, programs: {seal, client}, award, holderUids, nExperts, say, seatPage }
  //   award     rows of readAward(), all or some of them
  //   seatPage  async ({ pass, member }) → a browser's page of one seat, or nothing: everything by the API
  //   say       called with a sentence for each thing done
  constructor(options) {
    Object.assign(this, { say: () => {}, nExperts: 14, holderUids: [], detached: false }, options);
    this.seal = new Seal(this.programs.seal, path.join(this.dir, 'bidders'));
    this.seats = [];
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
      const account = await house.account(`holder${i}`, ['holder'], { name: `密钥持有人${i}` });
      const process = new HolderProcess({
        uid: this.holderUids[i - 1], dir: path.join(this.dir, `holder${i}`), seal: this.programs.seal, caFile: this.caFile,
      });
      const ready = await process.start(house.url, account);
      if (ready.mode !== '600') throw new Error(`the key of holder ${i} is readable by others: ${ready.mode}`);
      this.holders.push({ account, process });
    }
    this.bidders = [[], []];
    let n = 0;
    const join = async (lot, login, name) => {
      n += 1;
      this.bidders[lot].push(await bidder(house, this.seal, login, { name, credit_code: creditCode(n) }));
    };
    for (const [i, row] of this.award.entries()) await join(0, `bidder${i + 1}`, row.bidder);
    for (const [i, [name]] of SUPERVISION_FIRMS.entries()) await join(1, `firm${i + 1}`, name);
    this.say(`${n} bidders, three key holders each with a process and a key file of its own`);
  }

  async announce() {
    const created = await this.agency.post('/projects', {
      regime: 'gp', category: 'works', name: '教学楼改造工程及监理', region: REGION, method: 'open',
      budget: '12000000', buyer_name: BUYER, agency_name: this.agency.name, contact: '张先生 0531-0000000',
      holder_threshold: 2, holders: this.holders.map((h) => h.account.accountId), window_minutes: 60, lots: LOTS,
    });
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
    await this.host.post(`/bids/${forgotten.bid_id}/rescue`, { reason: '投标人未能按时解密，请持有人解密' });
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
    this.pool = [];
    for (let i = 0; i < this.nExperts; i += 1) {
      this.pool.push(await enrolExpert(this.house, this.staff, {
        login: `expert${i + 1}`, name: `${SURNAMES[i]}专家`, unit: i === this.nExperts - 1 ? this.award[0].bidder : `某某设计院${i + 1}`,
        specialities: [SPECIALITY], region: REGION, keyFile: this.seal.path(`expert${i + 1}.pem`),
      }));
    }
    this.venues = [];
    for (const [i, [name, city]] of VENUES.entries())
      this.venues.push(await makeVenue(this.house, this.staff, { login: `venue${i + 1}`, name, city }));
    const session = await this.staff.post('/sessions', {
      project_id: this.projectId, lots: this.lots.map((l) => l.lot_id), title: '教学楼改造工程及监理评标会',
      scheduled_at: plusSeconds(await this.legalNow(), 3600), panel_size: PANEL, buyer_members: 0, standbys: 2,
      specialities: [SPECIALITY], avoid_units: [BUYER, ...this.award.map((row) => row.bidder)],
      venues: this.venues.map((v) => ({ venue_id: v.venueId, seats: 2 })),
    });
    Object.assign(this, { sessionId: session.session_id, drawId: session.draw_id });
    const { selected } = await runDraw({ staff: this.staff, host: this.host, supervisor: this.supervisor }, this.drawId, this.seal);
    this.say(`${selected.length} experts drawn from ${this.pool.length}, nobody knows who`);
  }

  // Experts come to four gates; each seat joins the room with picture and voice.
  async arrive() {
    this.members = await gate(this.venues, this.sessionId, this.pool);
    if (this.members.length !== PANEL) throw new Error(`${this.members.length} experts were let in`);
    const films = path.join(this.dir, 'films');
    fs.mkdirSync(films, { recursive: true });
    for (const member of this.members) {
      const words = `${member.seat_label} · ${member.venue.venueName}`;
      const camera = `file:${film(path.join(films, `seat${member.member_no}.webm`), { no: member.member_no, words })}`;
      const seat = new SeatProgram({
        program: this.programs.client, dir: path.join(this.dir, `seat${member.member_no}`), sessionId: this.sessionId,
        roomUrl: this.roomUrl, apiUrl: this.house.url, ca: this.caFile, expertKey: member.key.file,
        camera, microphone: camera, decode: 'count', label: words,
      });
      await seat.start();
      member.seat = seat;
      this.seats.push(seat);
      await this.takeSeat(member);
      await seat.join(await member.api.post(`/sessions/${this.sessionId}/tickets`, { device_key: seat.deviceKey }));
    }
    await Promise.all(this.seats.map((seat) => until(`all pictures at ${seat.options.label}`, async () => {
      const { tracks } = await seat.stats();
      return tracks.filter((t) => t.objects > 0).length >= 2 * (PANEL - 1);
    })));
    this.say(`${PANEL} seats at ${this.venues.length} venues see and hear each other`);
  }

  // The first member sits before the console in a browser, if there is one.
  async takeSeat(member) {
    member.api = await seatSignIn(this.house, member.pass, member.seat.deviceKey);
  }

  async advance(to) { return this.host.post(`/sessions/${this.sessionId}/advance`, { to }); }

  async talk(n = TALK.length) {
    for (let i = 0; i < n; i += 1) await this.seats[i % this.seats.length].act('chat', { text: TALK[i % TALK.length] });
    await this.seats[2].act('mute');
    await this.seats[2].act('unmute');
  }

  async begin() {
    await this.host.post(`/sessions/${this.sessionId}/start`);
    for (const member of this.members) await promise(member.api, this.sessionId);
    await this.advance('leader');
    const result = await elect(this.members.map((m) => m.api), this.sessionId, this.members[1].member_no);
    await this.advance('scoring');
    this.say(`all promised, member ${result.leader_no} leads`);
  }

  // The published totals; in the second lot each expert has a view of its own.
  scoreOf(member, lot) {
    const bidNames = new Map(this.award.map((row) => [row.bidder, row]));
    return (bid, item) => (lot === 0
      ? bidNames.get(bid.bidder_name).scores[member.member_no - 1]
      : (Number(item.max) * (0.8 + 0.02 * ((member.member_no + bid.bidder_name.codePointAt(2)) % 7))).toFixed(2));
  }

  async score() {
    for (const [i, lot] of this.lots.entries()) {
      for (const member of this.members) {
        const scores = await fillSheet(member.api, this.sessionId, lot.lot_id, this.scoreOf(member, i));
        await submitSheet(member.api, this.sessionId, lot.lot_id, scores);
      }
    }
    await this.advance('summary');
    this.results = [];
    for (const lot of this.lots) this.results.push(await this.host.get(`/sessions/${this.sessionId}/lots/${lot.lot_id}/result`));
    const [first] = this.results[0].rows;
    this.say(`lot 1: ${first.bidder_name} first with ${first.total}; lot 2: ${this.results[1].rows[0].bidder_name}`);
  }
}
