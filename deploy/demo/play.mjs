// SPDX-License-Identifier: GPL-3.0-or-later
// Plays the main job against the servers deploy/quickstart started, through their public interfaces, and writes down
// what there is to see: node play.mjs DIR HOST PORT
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Browser } from '../../tests/support/browser.mjs';
import { MainJob } from '../../tests/support/main_job.mjs';
import { readAward } from '../../tests/support/sheets.mjs';
import { DemoHouse } from './house.mjs';
import { summary, verificationPage } from './show.mjs';

const [dir, host, port] = process.argv.slice(2);
const top = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const url = `https://${host}:${port}`;
const play = path.join(dir, 'play');
const bin = (name) => path.join(dir, 'bin', name);

const uidOf = (user) => Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }));

async function step(text, work) {
  const begun = Date.now();
  process.stdout.write(`${text.padEnd(58)}`);
  const said = [];
  try {
    await work((sentence) => said.push(sentence));
  } catch (error) {
    process.stdout.write('  failed\n');
    throw error;
  }
  process.stdout.write(`${((Date.now() - begun) / 1000).toFixed(1).padStart(8)} s\n`);
  for (const sentence of said) process.stdout.write(`    ${sentence}\n`);
}

// What an outsider does: takes the record out and lets bidroom-verify judge it. { text, whole } for each part.
async function verify(job) {
  const key = (await house.api().raw('GET', '/ledger/key')).body.toString().trim();
  const out = path.join(play, 'record');
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { mode: 0o755 });
  execFileSync('chown', ['bidroom:', out]);
  const asServer = ['-u', 'bidroom', '--', bin('bidroomctl'), '--config', path.join(dir, 'portal.conf')];
  execFileSync('runuser', [...asServer, 'export-ledger', path.join(out, 'ledger')]);
  execFileSync('runuser', [...asServer, 'export-session', job.sessionId, path.join(out, 'session')]);
  return ['ledger', 'session'].map((kind) => {
    const text = execFileSync(bin('bidroom-verify'), [kind, path.join(out, kind), '--key', key], { encoding: 'utf8' });
    return { kind, text };
  });
}

const house = new DemoHouse(url, { ca: fs.readFileSync(path.join(dir, 'data/tls.crt')) });
await house.takeAdmins(JSON.parse(fs.readFileSync(path.join(dir, 'admins.json'), 'utf8')).accounts);
// Pictures of pages and profiles of the browser are nobody's business afterwards.
const job = new MainJob({
  house, dir: play, roomUrl: `wss://${host}:${Number(port) + 1}`, caFile: path.join(dir, 'data/tls.crt'),
  programs: { seal: bin('bidroom-seal'), client: bin('bidroom-client') },
  award: readAward(path.join(top, 'tests/data/award-2025-A.tsv')),
  holderUids: [1, 2, 3].map((n) => uidOf(`bidroom-holder${n}`)), pace: 800,
});
let browser;
let checks;
const tell = (say, name) => { job.say = say; return job[name](); };
try {
  await step('accounts of office, bidders and key holders', (say) => tell(say, 'people'));
  await step('project of two lots, tender notice', (say) => tell(say, 'announce'));
  await step('sealed bids', (say) => tell(say, 'bids'));
  await step('deadline', (say) => tell(say, 'deadlinePasses'));
  await step('opening', (say) => tell(say, 'opening'));
  await step('pool of experts, draw of three parties', (say) => tell(say, 'draw'));
  await step('films for the seats', (say) => tell(say, 'films'));
  job.browser = browser = await Browser.launch(url);
  await step('check-in at four venues, room with seven seats', (say) => tell(say, 'arrive'));
  await step('promise, leader', (say) => tell(say, 'begin'));
  await step('score sheets, one of them typed in Chromium', (say) => tell(say, 'score'));
  await step('report, signatures', (say) => tell(say, 'report'));
  await step('result notice', (say) => tell(say, 'announceResult'));
  await step('verification from outside', async (say) => {
    checks = await verify(job);
    for (const { kind, text } of checks) say(`${kind}: ${text.trim().split('\n').at(-1)}`);
  });
  await step('list of places and accounts', async () => {
    const shown = [job.staff, job.agency, job.host, job.supervisor, ...Object.values(house.admins), job.bidders[0][0], job.holders[0].account, job.venues[0]];
    const page = path.join(dir, 'data/public/demo');
    fs.mkdirSync(page, { recursive: true });
    fs.writeFileSync(path.join(page, 'index.html'), verificationPage({ job, checks, url }));
    execFileSync('chown', ['-R', 'bidroom:', page]);
    fs.writeFileSync(path.join(play, 'summary.txt'), summary({ job, shown, url }));
  });
  fs.writeFileSync(path.join(dir, 'played.json'), JSON.stringify({ project_id: job.projectId, session_id: job.sessionId }));
} finally {
  await job.stop();
  await browser?.close();
}
