#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the holiday table that server/trade/calendar.c reads, from the npm package chinese-days:
//
//   holidays.mjs NODE_MODULES OUTPUT.csv [FIRST_YEAR]
//
// Each line is a day that differs from the plain week or is a named holiday: DATE,off|work,NAME.
// The source and its version stand in the first lines, because the table decides legal dates.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [nodeModules, output, firstYear = '2020'] = process.argv.slice(2);
if (!nodeModules || !output) {
  console.error('usage: holidays.mjs NODE_MODULES OUTPUT.csv [FIRST_YEAR]');
  process.exit(2);
}
const folder = join(nodeModules, 'chinese-days');
const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { holidays, workdays } = JSON.parse(
  readFileSync(join(folder, 'dist', 'chinese-days.json'), 'utf8'));

// A value is "English name,中文名,days".
const rows = [
  ...Object.entries(holidays).map(([date, value]) => [date, 'off', value.split(',')[1]]),
  ...Object.entries(workdays).map(([date, value]) => [date, 'work', value.split(',')[1]]),
].filter(([date]) => date >= firstYear).sort(([a], [b]) => (a < b ? -1 : 1));
for (const [i, [date]] of rows.entries()) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || (i > 0 && rows[i - 1][0] === date)) {
    console.error(`holidays.mjs: chinese-days ${version} has an unusable date ${date}`);
    process.exit(1);
  }
}
if (rows.length === 0) {
  console.error(`holidays.mjs: chinese-days ${version} has no day from ${firstYear} on`);
  process.exit(1);
}
writeFileSync(output, [
  `# source: npm package chinese-days ${version} (${license}), from the State Council's notices`,
  '# date,off|work,name',
  ...rows.map((row) => row.join(',')),
  '',
].join('\n'));
