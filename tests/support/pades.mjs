// SPDX-License-Identifier: GPL-3.0-or-later
// A second implementation of what proto/pades.h says a client does: finds the hole in the last increment of a PDF,
// hashes what is around it, and signs the attributes by a key of the moment.
import crypto from 'node:crypto';

export const sha256 = (data) => crypto.createHash('sha256').update(data).digest();

// The last signature's: [0, hole) and [end, length) are signed.
export function byteRange(pdf) {
  const text = pdf.toString('latin1');
  const [, hole, end, rest] = /^\/ByteRange \[0 +(\d+) +(\d+) +(\d+)/.exec(text.slice(text.lastIndexOf('/ByteRange ['))).map(Number);
  if (end + rest !== pdf.length || text[hole] !== '<' || text[end - 1] !== '>') throw new Error('the last signature does not cover the file');
  return { hole, end };
}

export function signedDigest(pdf) {
  const { hole, end } = byteRange(pdf);
  return sha256(Buffer.concat([pdf.subarray(0, hole), pdf.subarray(end)]));
}

const attributes = (digest, certificate) => Buffer.concat([
  Buffer.from('318184301806092a864886f70d010903310b06092a864886f70d010701302f06092a864886f70d01090431220420', 'hex'), digest,
  Buffer.from('3037060b2a864886f70d010910022f3128302630243022' + '0420', 'hex'), sha256(certificate)]);

export function documentKey() {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

export const signAttributes = (digest, certificate, privateKey) =>
  crypto.sign('sha256', attributes(digest, certificate), { key: privateKey, dsaEncoding: 'ieee-p1363' });

// What the signatures of a file look like to others: [{ cms, content, upTo }] from the first to the last.
export function signaturesOf(pdf) {
  const text = pdf.toString('latin1');
  return [...text.matchAll(/\/ByteRange \[0 +(\d+) +(\d+) +(\d+)/g)].map((m) => {
    const [hole, end, rest] = m.slice(1).map(Number);
    const der = Buffer.from(text.slice(hole + 1, end - 1), 'hex');
    return { cms: der, content: Buffer.concat([pdf.subarray(0, hole), pdf.subarray(end, end + rest)]), upTo: end + rest };
  });
}
