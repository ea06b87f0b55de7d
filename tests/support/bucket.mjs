// SPDX-License-Identifier: GPL-3.0-or-later
// S3-compatible storage as the archive meets it: PUT, GET of a range and DELETE of one object, over TLS. It computes
// every request's AWS Signature Version 4 itself, and can fail in the ways a store fails.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';

const REGION = 'cn-test-1';
const sha256 = (data) => crypto.createHash('sha256').update(data).digest('hex');
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();

// What may go wrong with one request, by name: called before it is answered, true when it was dealt with.
const FAULTS = {
  down: (request, response) => { request.socket.destroy(); return true; },
  busy: (request, response) => { response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'); return true; },
  // It says yes and keeps less, or keeps something else.
  truncates: (request, response, bucket, key, body) => { bucket.objects.set(key, body.subarray(0, body.length - 1)); response.writeHead(200).end(); return true; },
  alters: (request, response, bucket, key, body) => { const other = Buffer.from(body); other[body.length >> 1] ^= 1; bucket.objects.set(key, other); response.writeHead(200).end(); return true; },
  // What it was asked for, cut in the middle or from another place.
  breaks: (request, response, bucket, key) => {
    const object = bucket.objects.get(key);
    response.writeHead(206, { 'content-length': object.length, 'content-range': `bytes 0-${object.length - 1}/${object.length}` });
    response.write(object.subarray(0, object.length >> 1), () => request.socket.destroy());
    return true;
  },
  misplaces: (request, response, bucket, key) => {
    const object = bucket.objects.get(key);
    response.writeHead(206, { 'content-length': object.length, 'content-range': `bytes 1-${object.length}/${object.length + 1}` }).end(object);
    return true;
  },
};

export class Bucket {
  // dir: for the certificate and the credentials, which the server's account (uid, gid) reads.
  static async open(dir, { uid, gid }) {
    const it = new Bucket();
    Object.assign(it, {
      name: 'recordings', objects: new Map(), refusals: [], accessKey: 'TESTKEY', secret: crypto.randomBytes(20).toString('hex'),
      ca: path.join(dir, 'bucket.crt'), credentials: path.join(dir, 'bucket.key'), faults: [], count: { PUT: 0, GET: 0, DELETE: 0 },
    });
    const key = path.join(dir, 'bucket-tls.key');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', it.ca], { stdio: 'ignore' });
    fs.writeFileSync(it.credentials, `${it.accessKey}\n${it.secret}\n`, { mode: 0o600 });
    fs.chmodSync(it.ca, 0o644);
    fs.chownSync(it.credentials, uid, gid);
    it.server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(it.ca) }, (request, response) => it.take(request, response));
    await new Promise((resolve) => { it.server.listen(0, '127.0.0.1', resolve); });
    it.endpoint = `https://localhost:${it.server.address().port}`;
    return it;
  }

  config(more = {}) {
    return { endpoint: this.endpoint, bucket: this.name, region: REGION, credentials: this.credentials, ca: this.ca, after_days: '0', ...more };
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }

  // The next request that fits fails like this, once.
  fail(fault, { method, key }) { this.faults.push({ act: FAULTS[fault], method, key }); }

  take(request, response) {
    const chunks = [];
    request.on('data', (c) => chunks.push(c));
    request.on('error', () => {});
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const wrong = this.check(request, body);
      this.count[request.method] += 1;
      if (wrong) {
        this.refusals.push(wrong);
        response.writeHead(403).end(`<Error><Code>SignatureDoesNotMatch</Code><Message>${wrong}</Message></Error>`);
        return;
      }
      const key = request.url.slice(`/${this.name}/`.length);
      const i = this.faults.findIndex((f) => f.method === request.method && f.key.test(key));
      if (i >= 0 && this.faults.splice(i, 1)[0].act(request, response, this, key, body)) return;
      this.answer(request, response, key, body);
    });
  }

  answer(request, response, key, body) {
    if (request.method === 'PUT') {
      this.objects.set(key, body);
      response.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"` }).end();
    } else if (request.method === 'DELETE') {
      this.objects.delete(key);
      response.writeHead(204).end();
    } else {
      const object = this.objects.get(key);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (!object) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
      else if (!range || Number(range[1]) >= object.length) response.writeHead(416).end();
      else {
        const piece = object.subarray(Number(range[1]), Number(range[2]) + 1);
        response.writeHead(206, { 'content-length': piece.length, 'content-range': `bytes ${range[1]}-${Number(range[1]) + piece.length - 1}/${object.length}` }).end(piece);
      }
    }
  }

  // What is wrong with the signature; nothing when it is right.
  check(request, body) {
    const { authorization = '', 'x-amz-date': date = '', 'x-amz-content-sha256': digest } = request.headers;
    const m = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(authorization);
    if (!m) return `no signature: ${authorization}`;
    const [, account, day, region, names, signature] = m;
    if (account !== this.accessKey || region !== REGION || !date.startsWith(day)) return `of ${account}, ${region}, ${day}`;
    if (digest !== sha256(body)) return 'the digest is not of the body';
    if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((n) => names.split(';').includes(n))) return `signs only ${names}`;
    const [place, query = ''] = request.url.split('?');
    const canonical = [request.method, place, query, ...names.split(';').map((n) => `${n}:${request.headers[n].trim()}`), '', names, digest].join('\n');
    const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
    const key = [day, region, 's3', 'aws4_request'].reduce(hmac, `AWS4${this.secret}`);
    return hmac(key, text).toString('hex') === signature ? undefined : `another signature of\n${canonical}`;
  }
}
