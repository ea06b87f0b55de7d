// SPDX-License-Identifier: GPL-3.0-or-later
// A small HTTPS client for the tests: one per person, keeps the sign-in, throws problems as errors. Whatever
// passes through it is held against the contract.
import dns from 'node:dns';
import https from 'node:https';
import crypto from 'node:crypto';
import { checkExchange } from './contract.mjs';

// The servers listen on 127.0.0.1, and of the addresses of localhost Node 18 tries the first alone, which may be ::1.
dns.setDefaultResultOrder('ipv4first');

export class Problem extends Error {
  constructor(status, problem, headers) {
    super(`${status} ${problem?.code}: ${problem?.detail ?? problem?.title} (${problem?.field ?? ''})`);
    this.status = status;
    this.problem = problem;
    this.code = problem?.code;
    this.rule = problem?.rule;
    this.headers = headers;
  }
}

export class Api {
  // The server's certificate is made at its first start: nobody has signed it, but it can be its own
  // authority (ca, PEM). Without one any certificate is taken.
  constructor(base, { ca } = {}) {
    this.base = base;
    this.prefix = '/api/v1';
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 4, ca, rejectUnauthorized: !!ca });
  }

  // Anything: { status, headers, body (Buffer) }. A connection that was kept may be closed by the server at the very
  // moment it is used again: then the request was not taken, and is sent again, as long as kept ones are tried.
  async raw(method, path, { headers = {}, body } = {}) {
    for (let kept = this.agent.maxSockets; ; kept -= 1)
      try {
        return await this.once(method, path, { headers, body });
      } catch (error) {
        if (!error.stale || kept === 0) throw error;
      }
  }

  once(method, path, { headers, body }) {
    const url = new URL(path, this.base);
    return new Promise((resolve, reject) => {
      const request = https.request(url, { method, headers, agent: this.agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          const answer = {
            status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks),
          };
          try {
            checkExchange({ method, url, headers, body }, answer);
            resolve(answer);
          } catch (error) {
            reject(error);
          }
        });
        response.on('error', reject);
      });
      request.on('error', (error) => {
        reject(Object.assign(error, { stale: request.reusedSocket && error.code === 'ECONNRESET' && !request.res }));
      });
      request.end(body);
    });
  }

  authorization() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  // JSON in, JSON out; a refusal is thrown as Problem. Creating requests get an idempotency key.
  async call(method, path, input, headers = {}) {
    const body = input === undefined ? undefined : Buffer.from(JSON.stringify(input));
    return this.send(method, path, body, {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
      ...headers,
    });
  }

  // The same with a body of bytes.
  async send(method, path, body, headers = {}) {
    const length = body === undefined ? {} : { 'content-length': body.length };
    const kind = body === undefined || headers['content-type'] ? {} : { 'content-type': 'application/octet-stream' };
    const answer = await this.raw(method, this.prefix + path, {
      body, headers: { ...this.authorization(), ...length, ...kind, ...headers },
    });
    const type = answer.headers['content-type'] ?? '';
    const json = type.includes('json') ? JSON.parse(answer.body.toString('utf8')) : undefined;
    if (answer.status >= 400) throw new Problem(answer.status, json, answer.headers);
    this.last = answer;
    return json;
  }

  get(path, headers) { return this.call('GET', path, undefined, headers); }
  post(path, input = {}, headers) { return this.call('POST', path, input, headers); }
  put(path, input, headers) { return this.call('PUT', path, input, headers); }

  async signIn(login, password, more = {}) {
    const signedIn = await this.post('/sign-in', { login, password, bearer: true, ...more });
    this.token = signedIn.token;
    this.account = signedIn.account;
    return signedIn;
  }

  close() { this.agent.destroy(); }
}

// The refusal of a promise, or an error that there was none.
export async function refused(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`was not refused: ${JSON.stringify(answer)}`);
}

// The code of RFC 6238 for a base 32 secret.
export function totp(secret, nowMs = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of secret) bits += alphabet.indexOf(c).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30000)));
  const mac = crypto.createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}
