// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of trading need again and again: holders with keys, a project, a notice's fields.
import crypto from 'node:crypto';
import fs from 'node:fs';

export const DAY = 86400;

export const plusSeconds = (time, seconds) => new Date(Date.parse(time) + seconds * 1000)
  .toISOString().replace('.000Z', 'Z');

// A key holder's account with a fresh P-256 key; the private key stays on the object.
export async function holder(server, login) {
  const account = await server.account(login, ['holder'], { name: `持有人 ${login}` });
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  await account.post('/me/keys', { purpose: 'holder', alg: 'p256', public_key: spki });
  return Object.assign(account, { privateKey });
}

export const scheme = {
  services: {
    items: [
      { id: 'plan', name: '服务方案', max: '50', kind: 'technical', objective: false },
      { id: 'team', name: '人员配备', max: '30', kind: 'commercial', objective: false },
    ],
    price: { method: 'gp_lowest', weight: '20' },
  },
  totals: {
    items: [{ id: 'total', name: '合计', max: '100', kind: 'total', objective: false }],
    price: { method: 'in_total', weight: '30' },
  },
};

export const project = (holders, more = {}) => ({
  regime: 'gp', category: 'services', name: '云平台运维服务', region: '370402', method: 'open',
  budget: '3000000', buyer_name: '某某局', contact: '张先生 0632-0000000',
  holder_threshold: 2, holders: holders.map((h) => h.accountId), window_minutes: 60,
  lots: [
    { name: '第一包', ceiling: '1500000', price_form: 'amount', scheme: scheme.services },
    { name: '第二包', price_form: 'other', scheme: scheme.totals },
  ],
  ...more,
});

const call = ['number', 'name', 'budget', 'scope', 'duration', 'qualification', 'file_access',
  'submission', 'buyer_contact', 'agency_contact'];
const change = ['original', 'changed', 'new_times', 'affected', 'criteria_version'];
const fields = {
  gp_change: change,
  ztb_change: change,
  ztb_tender: ['name', 'scope', 'scale', 'funds', 'place', 'duration', 'qualification',
    'file_access', 'submission', 'buyer_contact', 'agency_contact', 'electronic'],
  ztb_candidates: ['candidates', 'prices', 'quality', 'duration', 'evaluation', 'manager',
    'qualification', 'objection'],
  ztb_result: ['winner', 'winner_code', 'winner_price', 'place'],
  gp_tender: call,
  gp_negotiation: call,
  gp_consultation: call,
  gp_inquiry: call,
  gp_result: ['number', 'name', 'winner', 'winner_address', 'winner_price', 'items', 'judges',
    'agency_fee', 'period', 'contact'],
};

export const noticeFields = (kind, more = {}) => ({
  ...Object.fromEntries(fields[kind].map((name) => [name, `${name} 见招标文件`])), ...more,
});

// Days off and days made up for, as the server under test is told of them: the table beside the console build.
const table = new URL('../../server/web/dist/holidays.csv', import.meta.url);
const holidays = new Map((fs.existsSync(table) ? fs.readFileSync(table, 'utf8') : '').split('\n')
  .filter((line) => /^\d/.test(line)).map((line) => line.split(',')));

function isWorkingDay(time) {
  const there = new Date(time.getTime() + 8 * 3600000);
  const told = holidays.get(there.toISOString().slice(0, 10));
  return told ? told === 'work' : ![0, 6].includes(there.getUTCDay());
}

// The earliest whole hour that is at least `days` later and on a working day.
export function workingTime(from, days) {
  let time = new Date(Math.ceil((Date.parse(from) + days * DAY * 1000) / 3600000) * 3600000);
  while (!isWorkingDay(time)) time = new Date(time.getTime() + DAY * 1000);
  return time.toISOString().replace('.000Z', 'Z');
}

// Draft, submit, approve and publish; returns { notice_id, url, text_sha256 }.
// files: { name: bytes } that belong to it.
export async function publish(author, second, input, files = {}) {
  let { notice_id, version } = await author.post('/notices', input);
  for (const [name, bytes] of Object.entries(files))
    ({ version } = await author.send('POST', `/notices/${notice_id}/attachments?name=${encodeURIComponent(name)}`, bytes,
      { 'content-type': 'application/octet-stream', 'if-match': `"${version}"` }));
  await author.post(`/notices/${notice_id}/submit`);
  await second.post(`/notices/${notice_id}/approve`);
  return { notice_id, ...await second.post(`/notices/${notice_id}/publish`) };
}

// A project with its tender notice published, all lots ending at `deadline`: { tender, notice_id, lots: ids }.
export async function announce(house, { agency, staff }, holders, deadline, more) {
  const { regime } = { regime: 'gp', ...more };
  const { project_id, lots } = await agency.post('/projects', project(holders, more));
  const start = (await staff.get('/clock')).legal;
  const { notice_id } = await publish(agency, staff, {
    project_id, kind: `${regime}_tender`, title: '公开招标公告', body_md: '欢迎投标。', fields: noticeFields(`${regime}_tender`),
    offer_start: start, offer_end: plusSeconds(start, 10 * DAY), deadline,
  });
  const tender = await house.api().get(`/projects/${project_id}/tender`);
  return { tender, notice_id, lots: lots.map((lot) => lot.lot_id) };
}

// Legal time goes to `time` and a few seconds beyond at most.
export async function advanceTo(staff, time) {
  const { legal } = await staff.get('/clock');
  const seconds = Math.ceil((Date.parse(time) - Date.parse(legal)) / 1000);
  if (seconds > 0) await staff.post('/clock/advance', { seconds, reason: '演示' });
}
