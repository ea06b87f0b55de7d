// SPDX-License-Identifier: GPL-3.0-or-later
// What quickstart prints at its end, and the page with the result of the verification.

const places = ({ job, url }) => [
  ['公开招标公告', 'tender notice', job.tenderNotice.url],
  ['中标结果公告', 'result notice', job.resultNotice.url],
  ['控制台', 'console', `${url}/console/`],
  ['评标会', 'session', `${url}/console/sessions/${job.sessionId}`],
  ['录像回放', 'replay', `${url}/console/sessions/${job.sessionId}/replay`],
  ['第一包评审结果', 'result of lot 1', `${url}/console/sessions/${job.sessionId}/lots/${job.lots[0].lot_id}/result`],
  ['第二包评审结果', 'result of lot 2', `${url}/console/sessions/${job.sessionId}/lots/${job.lots[1].lot_id}/result`],
  ['评审报告', 'report (PDF)', `${url}/api/v1/sessions/${job.sessionId}/report.pdf`],
  ['核验结果', 'verification', `${url}/demo/`],
  ['账本检查点', 'ledger checkpoint', `${url}/ledger/checkpoint`],
];

export function summary({ job, shown, url }) {
  const row = (cells, widths) => `  ${cells.map((cell, i) => cell.padEnd(widths[i])).join('')}`.trimEnd();
  return [
    '', 'To look at (the certificate is self-signed):',
    ...places({ job, url }).map(([, english, address]) => row([english, address], [20, 0])),
    '', 'Accounts:',
    ...shown.map((a) => row([a.login, a.password, (a.roles ?? [a.login]).join(' ')], [14, 24, 0])),
    '', 'The replay is for supervisor, host and auditor. Stop: deploy/quickstart --stop', '',
  ].join('\n');
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

export function verificationPage({ job, checks, url }) {
  const list = places({ job, url }).map(([chinese, english, address]) => `<li>${chinese} <small>${english}</small> <a href="${escaped(address)}">${escaped(address)}</a></li>`);
  const parts = checks.map(({ kind, text }) => `<h2>bidroom-verify ${kind}</h2>\n<pre>${escaped(text)}</pre>`);
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>演示与核验结果</title>
<link rel="stylesheet" href="/style.css">
<main>
<h1>演示与核验结果 <small>Demonstration and verification</small></h1>
<ul>
${list.join('\n')}
</ul>
<p>以下为 bidroom-verify 对导出的账本与评标会记录的核验输出。What bidroom-verify said about the exported ledger and the record of the session.</p>
${parts.join('\n')}
</main>
</html>
`;
}
