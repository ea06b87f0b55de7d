// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzes every target of tests/fuzz with libFuzzer, address and undefined sanitizers, several at a time, and fails if
// one finds anything: the input is made small and printed. What is worth keeping stays in the build folder, so that
// the next run goes on from there. Each gets so much of the processor's time: beside other work it takes longer, and
// searches no less.
//
//	node tests/chaos/fuzz_long.mjs [TARGET...]      BIDROOM_FUZZ_MINUTES=30 for each, BIDROOM_FUZZ_JOBS at a time
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, top } from '../support/server.mjs';

const minutes = Number(process.env.BIDROOM_FUZZ_MINUTES ?? 30);
const jobs = Number(process.env.BIDROOM_FUZZ_JOBS ?? os.availableParallelism());
const dir = `${build}-fuzz`;
const seedsOf = (target) => path.join(top, 'tests/fuzz/corpus', target);
const targets = process.argv.length > 2 ? process.argv.slice(2) : fs.readdirSync(path.join(top, 'tests/fuzz/corpus')).sort();

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function buildTargets() {
  if (!fs.existsSync(path.join(dir, 'build.ninja')))
    run('meson', ['setup', dir, top, '-Dfuzz=true', '-Db_sanitize=address,undefined', '-Db_lundef=false'],
      { env: { ...process.env, CC: 'clang' } });
  run('ninja', ['-C', dir, ...targets.map((t) => `tests/fuzz/${t}_fuzz`)]);
}

// Every quoted word of the messages' schema and of the seeds: what a fuzzer would not guess.
function writeDictionary(file) {
  const texts = [fs.readFileSync(path.join(top, 'proto/room.schema.json'), 'utf8')];
  for (const target of targets)
    for (const name of fs.readdirSync(seedsOf(target))) texts.push(fs.readFileSync(path.join(seedsOf(target), name), 'latin1'));
  const words = new Set(texts.flatMap((t) => t.match(/"[\x20\x21\x23-\x5b\x5d-\x7e]{1,40}"/g) ?? []));
  fs.writeFileSync(file, `${[...words].map((w) => `"\\"${w.slice(1, -1)}\\""`).join('\n')}\n`);
}

const TICKS_PER_S = 100; // of utime in /proc (USER_HZ), the same on every Linux

// Asks the target to end, as one does at its time limit, when it has had its share of the processor.
function endAtItsShare(child) {
  const beat = setInterval(() => {
    let stat;
    try {
      stat = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    } catch {
      return; // it has ended
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S >= minutes * 60) child.kill('SIGUSR1');
  }, 1000);
  child.on('close', () => clearInterval(beat));
}

const numberOf = (text, pattern) => Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);

// Makes an input that breaks the target as small as a minute allows.
function shrink(program, file, env) {
  const small = `${file}.small`;
  spawnSync(program, ['-minimize_crash=1', '-max_total_time=60', `-exact_artifact_path=${small}`, file], { env, stdio: 'ignore' });
  return fs.existsSync(small) ? small : file;
}

function fuzz(target, dictionary) {
  const program = path.join(dir, `tests/fuzz/${target}_fuzz`);
  const work = path.join(dir, 'fuzz', target);
  const found = path.join(work, 'found');
  const corpus = path.join(work, 'corpus');
  for (const d of [corpus, found]) fs.mkdirSync(d, { recursive: true });
  for (const name of fs.readdirSync(found)) fs.rmSync(path.join(found, name));
  // Targets that write files do so in memory.
  const env = { ...process.env, ...(fs.existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}), UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' };
  const args = ['-timeout=25', '-rss_limit_mb=2048', '-max_len=65536',
    `-dict=${dictionary}`, `-artifact_prefix=${found}/`, '-print_final_stats=1', corpus, seedsOf(target)];
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    endAtItsShare(child);
    let said = '';
    child.stderr.on('data', (chunk) => { said = (said + chunk).slice(-20000); });
    child.on('close', (code) => {
      const runs = numberOf(said, /stat::number_of_executed_units: *(\d+)/g);
      const coverage = numberOf(said, /cov: (\d+)/g);
      const findings = fs.readdirSync(found).filter((f) => !f.startsWith('slow-unit-'));
      const ok = code === 0 && findings.length === 0;
      console.log(`${target}: ${ok ? 'nothing found' : 'FOUND SOMETHING'}, ${runs} runs, ${coverage} edges, ${fs.readdirSync(corpus).length} inputs kept`);
      if (!ok) {
        console.log(said.split('\n').filter((l) => !l.includes('# Uses:')).slice(-60).join('\n'));
        for (const f of findings) {
          const small = shrink(program, path.join(found, f), env);
          console.log(`${target}: ${small}\n${fs.readFileSync(small).toString('base64')}`);
        }
      }
      resolve(ok);
    });
  });
}

// Keeps of each corpus only what reaches something that the rest does not.
function minimise(target) {
  const work = path.join(dir, 'fuzz', target);
  const [all, less] = ['corpus', 'less'].map((n) => path.join(work, n));
  fs.rmSync(less, { recursive: true, force: true });
  fs.mkdirSync(less);
  const { status } = spawnSync(path.join(dir, `tests/fuzz/${target}_fuzz`), ['-merge=1', less, all, seedsOf(target)],
    { stdio: 'ignore', env: { ...process.env, ...(fs.existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}) } });
  if (status !== 0) return;
  fs.rmSync(all, { recursive: true });
  fs.renameSync(less, all);
}

buildTargets();
fs.mkdirSync(path.join(dir, 'fuzz'), { recursive: true });
const dictionary = path.join(dir, 'fuzz/words.dict');
writeDictionary(dictionary);
console.log(`${targets.length} targets, ${minutes} minutes of processor time each, ${jobs} at a time`);
const waiting = [...targets];
let nFailed = 0;
await Promise.all(Array.from({ length: Math.min(jobs, waiting.length) }, async () => {
  for (let target = waiting.shift(); target; target = waiting.shift()) {
    if (await fuzz(target, dictionary)) minimise(target);
    else nFailed += 1;
  }
}));
console.log(`${targets.length - nFailed} of ${targets.length} targets without a finding`);
process.exitCode = nFailed ? 1 : 0;
