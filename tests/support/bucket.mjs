// SPDX-License-Identifier: GPL-3.0-or-later
// S3-compatible storage as the archive meets it: PUT, GET of a range and DELETE of one object, over TLS, and where it
// keeps versions their list and DELETE of one. It computes every request's AWS Signature Version 4 itself, and can fail
// in the ways a store fails.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';

const REGION = 'cn-test-1';
const sha256 = (data) => crypto.createHash('sha256').update(data).digest('hex');
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();

// The signature of a request by its method, place, query, headers (names in small letters) and digest of the body.
export function signatureV4({ method, place, query, headers, names, digest, date, region, secret }) {
  const canonical = [method, place, query, ...names.map((n) => `${n}:${headers[n].trim()}`), '', names.join(';'), digest].join('\n');
  const scope = [date.slice(0, 8), region, 's3', 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical)].join('\n');
  return { canonical, signature: hmac(scope.reduce(hmac, `AWS4${secret}`), text).toString('hex') };
}

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
      versions: null, // Map of a key to its versions, newest last, once it keeps them; body null: a mark of deletion
      deleted: 204, // how it says that something is gone
    });
    const key = path.join(dir, 'bucket-tls.key');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', it.ca], { stdio: 'ignore' });
    fs.writeFileSync(it.credentials, `${it.accessKey}\r\n${it.secret} \r\n`, { mode: 0o600 }); // as an editor elsewhere leaves it
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

  // A version more of it; its headers.
  addVersion(key, body) {
    if (!this.versions) return {};
    const id = `${crypto.randomBytes(9).toString('base64')}=/`; // to be escaped
    this.versions.set(key, [...this.versions.get(key) ?? [], { id, body }]);
    return { 'x-amz-version-id': id, ...(body ? {} : { 'x-amz-delete-marker': 'true' }) };
  }

  removeVersion(key, id) {
    const left = (this.versions.get(key) ?? []).filter((v) => v.id !== id);
    this.versions.set(key, left);
    if (left.at(-1)?.body) this.objects.set(key, left.at(-1).body);
    else this.objects.delete(key);
  }

  list(prefix) {
    const rows = [...this.versions].filter(([key]) => key.startsWith(prefix)).flatMap(([key, list]) => [...list].reverse().map(({ id, body }) => {
      const name = body ? 'Version' : 'DeleteMarker';
      return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>false</IsLatest><Owner><ID>1</ID></Owner></${name}>`;
    }));
    return `<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${this.name}</Name><Prefix>${prefix}</Prefix>${rows.join('')}</ListVersionsResult>`;
  }

  answer(request, response, keyAndQuery, body) {
    const [key, query] = keyAndQuery.split('?');
    const asked = new URLSearchParams(query);
    if (request.method === 'PUT') {
      this.objects.set(key, body);
      response.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"`, ...this.addVersion(key, body) }).end();
    } else if (request.method === 'DELETE' && asked.has('versionId')) {
      this.removeVersion(key, asked.get('versionId'));
      response.writeHead(204, { 'x-amz-version-id': asked.get('versionId') }).end();
    } else if (request.method === 'DELETE') {
      this.objects.delete(key);
      response.writeHead(this.deleted, this.addVersion(key, null)).end();
    } else if (asked.has('versions')) {
      response.writeHead(200, { 'content-type': 'application/xml' }).end(this.list(asked.get('prefix')));
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
    const right = signatureV4({ method: request.method, place, query, headers: request.headers, names: names.split(';'), digest, date, region, secret: this.secret });
    return right.signature === signature ? undefined : `another signature of\n${right.canonical}`;
  }
}
