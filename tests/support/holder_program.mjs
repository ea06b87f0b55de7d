// SPDX-License-Identifier: GPL-3.0-or-later
// A key holder (密钥保管人) as a process of its own: it alone reads the key file. Started under the holder's own
// account with one line on standard input, {"url", "login", "password", "seal", "dir"}; the server's certificate
// comes by NODE_EXTRA_CA_CERTS. Makes and registers its key, then gives the shares it is asked for until
// standard input ends. One line of JSON for whatever it did. Needs nothing but Node and bidroom-seal.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

dns.setDefaultResultOrder('ipv4first'); // Node 18 tries the first address alone, and servers of tests have no other
const input = readline.createInterface({ input: process.stdin });
const order = JSON.parse(await new Promise((resolve) => { input.once('line', resolve); }));
const keyFile = path.join(order.dir, 'holder.pem');
const seal = (...args) => JSON.parse(execFileSync(order.seal, args, { encoding: 'utf8' }));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let token;
let ended = false;
input.on('close', () => { ended = true; });

async function call(method, url, body) {
  const response = await fetch(`${order.url}/api/v1${url}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

async function giveShare(task) {
  const header = path.join(order.dir, `${task.bid_id}.header`);
  fs.writeFileSync(header, Buffer.from(await (await call('GET', `/bids/${task.bid_id}/header`)).arrayBuffer()));
  await call('POST', `/bids/${task.bid_id}/shares`, seal('share', '--key', keyFile, header));
  tell({ shared: task.bid_id });
}

({ token } = await (await call('POST', '/sign-in', { login: order.login, password: order.password, bearer: true })).json());
if (!fs.existsSync(keyFile)) {
  const { alg, public_key } = seal('keygen', '--type', 'p256', '--out', keyFile);
  await call('POST', '/me/keys', { purpose: 'holder', alg, public_key });
}
tell({ ready: true, mode: (fs.statSync(keyFile).mode & 0o777).toString(8), uid: process.getuid() });
while (!ended) {
  const { items } = await (await call('GET', '/holder/tasks')).json();
  for (const task of items) if (task.kind === 'bid' && !task.done) await giveShare(task);
  await new Promise((resolve) => { setTimeout(resolve, 500); });
}
process.exit(0);
