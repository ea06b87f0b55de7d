// SPDX-License-Identifier: GPL-3.0-or-later
// From the promise to the signed report, as the experts and the host do it.
import crypto from 'node:crypto';
import fs from 'node:fs';

// The published totals of a real award: [{ bidder, scores: ["85.39", …] }] in the order of the file.
export function readAward(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
  const names = lines[0].split('\t');
  const at = (name) => names.indexOf(name);
  return lines.slice(1).map((line) => {
    const row = line.split('\t');
    return {
      bidder: row[at('bidder')], mean7: row[at('mean7')], rank: Number(row[at('rank_by_mean')]),
      scores: [1, 2, 3, 4, 5, 6, 7].map((i) => row[at(`s${i}`)]),
    };
  });
}

export const promise = (expert, sessionId) => expert.post(`/sessions/${sessionId}/promise`, { conflict: false });

// A whole sheet from a function (bid, item) → score.
export async function fillSheet(expert, sessionId, lotId, scoreOf) {
  const sheet = await expert.get(`/sessions/${sessionId}/lots/${lotId}/sheet`);
  return Object.fromEntries(sheet.bids.map((bid) => [bid.bid_id,
    Object.fromEntries(sheet.items.map((item) => [item.id, scoreOf(bid, item)]))]));
}

// Saves it as a draft first, as the page does, then submits: { commitment, events, salt }.
export async function submitSheet(expert, sessionId, lotId, scores) {
  const path = `/sessions/${sessionId}/lots/${lotId}/sheet`;
  await expert.get(path);
  await expert.put(path, { scores }, { 'if-match': expert.last.headers.etag });
  const salt = crypto.randomBytes(16).toString('hex');
  return { salt, ...await expert.post(`${path}/submit`, { scores, salt }) };
}

const sha256Hex = (data) => crypto.createHash('sha256').update(data).digest('hex');

// What a member signs under the report, as proto/report_statement.h has it.
export const reportStatement = (sessionId, memberNo, pdfSha256, opinion = '') => Buffer.from(
  `bidroom.report.v1\n${sessionId}\n${memberNo}\n${pdfSha256}\n${sha256Hex(opinion)}\n`);

// Reads the report, hashes what was read and signs that; privateKey: the expert's own.
export async function signReport(expert, sessionId, memberNo, privateKey, opinion) {
  const path = `/sessions/${sessionId}/report`;
  const answer = await expert.raw('GET', `${expert.prefix}${path}.pdf`, { headers: expert.authorization() });
  const sha256 = sha256Hex(answer.body);
  const signature = crypto.sign(null, reportStatement(sessionId, memberNo, sha256, opinion), privateKey).toString('base64');
  return expert.post(`${path}/signatures`, { sha256, signature, ...(opinion ? { opinion } : {}) });
}
