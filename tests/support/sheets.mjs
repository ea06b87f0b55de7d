// SPDX-License-Identifier: GPL-3.0-or-later
// From the promise to the signed report, as the experts and the host do it.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { Problem } from './api.mjs';
import { documentKey, signAttributes, signedDigest } from './pades.mjs';

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

// What a member declares about the report, as proto/report_statement.h has it; spki: of the document key.
export const reportStatement = (sessionId, memberNo, pdfSha256, spki, opinion = '') => Buffer.from(
  `bidroom.report.v2\n${sessionId}\n${memberNo}\n${pdfSha256}\n${sha256Hex(opinion)}\n${sha256Hex(spki)}\n`);

async function fetchFile(api, path) {
  const answer = await api.raw('GET', `${api.prefix}${path}`, { headers: api.authorization() });
  if (answer.status !== 200) throw new Problem(answer.status, JSON.parse(answer.body), answer.headers);
  return answer.body;
}

// Reads the report, hashes what was read, and declares that with a document key; privateKey: the expert's own.
export async function certifyReport(expert, sessionId, memberNo, privateKey, opinion) {
  const path = `/sessions/${sessionId}/report`;
  const sha256 = sha256Hex(await fetchFile(expert, `${path}.pdf`));
  const key = documentKey();
  const signature = crypto.sign(null, reportStatement(sessionId, memberNo, sha256, key.spki, opinion), privateKey).toString('base64');
  const issued = await expert.post(`${path}/certificates`, {
    sha256, public_key: key.spki.toString('base64'), signature, ...(opinion ? { opinion } : {}) });
  return { ...issued, certificate: Buffer.from(issued.certificate, 'base64'), privateKey: key.privateKey, printed: sha256 };
}

export const fetchToSign = (expert, sessionId, issued) =>
  fetchFile(expert, `/sessions/${sessionId}/report/certificates/${issued.sha256}/to-sign.pdf`);

// The signature inside the PDF, over the file as it is now.
export async function signInside(expert, sessionId, issued, pdf) {
  const digest = signedDigest(pdf ?? await fetchToSign(expert, sessionId, issued));
  return expert.post(`/sessions/${sessionId}/report/signatures`, { certificate: issued.sha256, digest: digest.toString('hex'),
    signature: signAttributes(digest, issued.certificate, issued.privateKey).toString('base64') });
}

export async function signReport(expert, sessionId, memberNo, privateKey, opinion) {
  const issued = await certifyReport(expert, sessionId, memberNo, privateKey, opinion);
  for (let i = 0; ; i++) {
    try {
      return await signInside(expert, sessionId, issued);
    } catch (e) {
      if (e.code !== 'report.moved' || i > 20) throw e; // another member signed meanwhile
    }
  }
}
