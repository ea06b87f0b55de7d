// SPDX-License-Identifier: GPL-3.0-or-later
// A public notice page over TLS: bidroomd beside nginx with the same file, the same certificate and one worker, turn by
// turn in one run. At least 0.7 of nginx's rate.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { fill, generated } from '../support/notices.mjs';
import { Server, freePort, until } from '../support/server.mjs';

const CLIENTS = 32, ROUNDS = 3, AT_LEAST = 0.7;
const SECONDS = Number(process.env.BIDROOM_BENCH_SECONDS ?? 5);
if (spawnSync('wrk', ['-v']).error || spawnSync('nginx', ['-v']).error) {
  console.log('skipped: wrk and nginx are not installed (deploy/packages, "bench")');
  process.exit(77);
}

const config = (server, dir, port) => `
daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  types { text/html html; }
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path ${dir}/t1; proxy_temp_path ${dir}/t2; fastcgi_temp_path ${dir}/t3; uwsgi_temp_path ${dir}/t4; scgi_temp_path ${dir}/t5;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${server.dataDir}/tls.crt;
    ssl_certificate_key ${server.dataDir}/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    root ${server.dataDir}/public;
  }
}`;

function rate(url) {
  const run = spawnSync('wrk', ['-t1', `-c${CLIENTS}`, `-d${SECONDS}s`, url], { encoding: 'utf8' });
  const bad = run.stdout.match(/(Non-2xx.*|Socket errors.*)/);
  if (run.status !== 0 || bad) throw new Error(`${url}: ${bad ?? run.stderr}`);
  return Number(run.stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

const server = new Server({ config: { server: { log_level: 'notice' } } });
let nginx;
try {
  await server.start();
  await server.openHouse();
  const staff = await server.account('staff', ['staff']);
  fill(server, staff.accountId, 1, 1, { length: 600 });
  const page = `/notices/${generated(1).notice_id}.html`;
  const file = path.join(server.dataDir, 'public', page);
  await until('the page', () => fs.existsSync(file));
  const port = await freePort(), dir = fs.mkdtempSync('/tmp/bidroom-nginx-');
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `${process.getuid() === 0 ? 'user root;' : ''}${config(server, dir, port)}`);
  nginx = spawn('nginx', ['-c', path.join(dir, 'nginx.conf'), '-p', dir], { stdio: 'inherit' });
  await until('nginx', () => spawnSync('wrk', ['-t1', '-c1', '-d1s', `https://127.0.0.1:${port}${page}`]).status === 0);
  const rates = { bidroomd: [], nginx: [] };
  for (let i = 0; i < ROUNDS; i++) {
    rates.nginx.push(rate(`https://127.0.0.1:${port}${page}`));
    rates.bidroomd.push(rate(`${server.url}${page}`));
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  const ratio = median(rates.bidroomd) / median(rates.nginx);
  console.log(`a page of ${fs.statSync(file).size} bytes over TLS, ${CLIENTS} connections kept open: bidroomd ${median(rates.bidroomd).toFixed(0)}/s, `
    + `nginx ${median(rates.nginx).toFixed(0)}/s, ratio ${ratio.toFixed(2)}`);
  assert.ok(ratio >= AT_LEAST, `ratio ${ratio.toFixed(2)}`);
} finally {
  nginx?.kill();
  await server.remove();
}
