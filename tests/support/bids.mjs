// SPDX-License-Identifier: GPL-3.0-or-later
// What a bidder does from the tender to the release of its key, and what host and holders do at the opening.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Problem } from './api.mjs';
import { signAttributes, signedDigest } from './pades.mjs';
import { capture } from './seal.mjs';
import { build, top, until } from './server.mjs';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

// A unified credit code (统一社会信用代码) of a firm that does not exist: number n, right check character.
export function creditCode(n) {
  const body = `91370000MADEM${String(n).padStart(4, '0')}`;
  let sum = 0;
  let weight = 1;
  for (const c of body) {
    sum += ALPHABET.indexOf(c) * weight;
    weight = (weight * 3) % 31;
  }
  return body + ALPHABET[(31 - (sum % 31)) % 31];
}

// A bidder's account with the key of its bids; the private key is in a file of `seal`.
export async function bidder(house, seal, login, { name, credit_code }) {
  const account = await house.account(login, ['bidder'], { name, org_name: name, credit_code });
  const { public_key, alg } = await seal.keygen(`${login}.pem`);
  await account.post('/me/keys', { purpose: 'bidder', alg, public_key });
  return Object.assign(account, { seal, key: seal.path(`${login}.pem`), credit_code });
}

// Holders' accounts h1…hn, each with the key of its shares in a file of `seal`.
export async function keyHolders(house, seal, n = 3) {
  const holders = [];
  for (let no = 1; no <= n; no += 1) {
    const account = await house.account(`h${no}`, ['holder'], { name: `保管人${no}` });
    const { alg, public_key } = await seal.keygen(`h${no}.pem`);
    await account.post('/me/keys', { purpose: 'holder', alg, public_key });
    holders.push(Object.assign(account, { key: seal.path(`h${no}.pem`) }));
  }
  return holders;
}

// Seals an offer for a lot, with further members of the offer in `more`: { file, receipt_digest, … }.
export const sealBid = (who, { tender, lotId, price, documents, form = 'amount', more = {} }) => who.seal.seal({
  name: `${who.login}-${lotId}`, key: who.key, tender, lot: lotId,
  bidder: { name: who.name, credit_code: who.credit_code },
  offer: { price_form: form, price, ...(form === 'amount' ? { currency: 'CNY' } : {}), ...more },
  documents,
});

// The same by other hands: tests/independent/sealed.py; unfit: numbers of holders whose shares are made up.
export function sealElsewhere(who, { tender, lotId, price, documents, unfit }) {
  const name = `${who.login}-${lotId}`;
  const file = who.seal.path(`${name}.bid`);
  const offer = { bidder: { name: who.name, credit_code: who.credit_code }, offer: { price_form: 'amount', price, currency: 'CNY' } };
  const out = capture('/usr/bin/python3', path.join(top, 'tests/independent/sealed.py'), ...(unfit ? ['cheat', unfit.join(',')] : ['make']),
    who.seal.write(`${name}.tender.json`, tender), who.seal.write(`${name}.offer.json`, offer), lotId, who.key, file, ...documents);
  return { file, ...JSON.parse(out) };
}

// Sends a sealed bid piece by piece; returns its id. `from` resumes: { bid_id, chunk_size, received }.
export async function upload(who, lotId, file, from) {
  const bytes = fs.readFileSync(file);
  const start = from ?? await who.post(`/lots/${lotId}/bids`, { size: bytes.length });
  let at = start.received;
  while (at < bytes.length) {
    const piece = bytes.subarray(at, at + start.chunk_size);
    const { received } = await who.send('PATCH', `/bids/${start.bid_id}/content`, piece, { 'upload-offset': String(at) });
    if (received <= at) throw new Error(`the upload does not go on at ${at}`);
    at = received;
  }
  return start.bid_id;
}

// Uploads and finalises: { bid_id, receipt_digest, finalised_at, events }.
export async function submitBid(who, lotId, sealed) {
  const bid_id = await upload(who, lotId, sealed.file);
  const answer = await who.post(`/bids/${bid_id}/finalise`, { receipt_digest: sealed.receipt_digest });
  return { ...sealed, ...answer, bid_id, lotId };
}

// Waits for the receipt of an event and lets the bidder's own tool check it against the bid's bytes.
export async function checkReceipt(who, bid, logKey) {
  const event = bid.events.find((e) => e.kind === 'bid.finalised');
  const receipt = await until('the receipt', async () => {
    const r = await who.get(`/events/${event.event_id}/receipt`);
    return r.checkpoint && r;
  });
  const file = who.seal.write(`${bid.bid_id}.receipt.json`, receipt);
  return who.seal.verifyReceipt({ receipt: file, logKey, bid: bid.file });
}

// Hands over the content key inside the window.
export async function releaseBid(who, bid) {
  return who.post(`/bids/${bid.bid_id}/release`, await who.seal.release(who.key, bid.file));
}

// Signs inside the opening record by the bidder's registered key; pdf: the file as it was some time ago.
export async function certifyRecord(who, lotId) {
  const key = crypto.createPrivateKey(fs.readFileSync(who.key));
  const spki = crypto.createPublicKey(key).export({ type: 'spki', format: 'der' });
  const issued = await who.post(`/lots/${lotId}/opening-record/certificates`, { public_key: spki.toString('base64') });
  return { ...issued, certificate: Buffer.from(issued.certificate, 'base64'), key };
}

export async function fetchRecordToSign(who, lotId, issued) {
  const at = `${who.prefix}/lots/${lotId}/opening-record/certificates/${issued.sha256}/to-sign.pdf`;
  const answer = await who.raw('GET', at, { headers: who.authorization() });
  if (answer.status !== 200) throw new Problem(answer.status, JSON.parse(answer.body), answer.headers);
  return answer.body;
}

export async function signRecord(who, lotId, issued, pdf) {
  const digest = signedDigest(pdf ?? await fetchRecordToSign(who, lotId, issued));
  return who.post(`/lots/${lotId}/opening-record/signatures`, { certificate: issued.sha256, digest: digest.toString('hex'),
    signature: signAttributes(digest, issued.certificate, issued.key).toString('base64') });
}

// What an outsider puts together to follow a bid: the bidder's receipt, the public record, the opened bid.
// The receipt must have been fetched by checkReceipt.
export async function followBid(house, who, bid) {
  const dir = who.seal.path(`${bid.bid_id}.followed`);
  fs.mkdirSync(dir, { recursive: true });
  const record = await until('the record with its proofs', async () => {
    const r = await house.api().get(`/lots/${bid.lotId}/opening-record`);
    return r.events.every((e) => e.checkpoint) && r;
  });
  fs.copyFileSync(who.seal.path(`${bid.bid_id}.receipt.json`), path.join(dir, 'receipt.json'));
  fs.writeFileSync(path.join(dir, 'record.json'), JSON.stringify(record));
  const paper = await house.api().raw('GET', `/api/v1/lots/${bid.lotId}/opening-record.pdf`);
  if (paper.status === 200) fs.writeFileSync(path.join(dir, 'record.pdf'), paper.body);
  if (!fs.existsSync(path.join(dir, 'opened')))
    await who.seal.run('open', '--key', who.key, '--evidence', '--out', path.join(dir, 'opened'), bid.file);
  return dir;
}

export function verifyBid(dir, logKey) {
  const run = spawnSync(path.join(build, 'server/verify/bidroom-verify'), ['--key', logKey, 'bid', dir], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout + run.stderr };
}
