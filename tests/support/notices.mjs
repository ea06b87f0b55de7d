// SPDX-License-Identifier: GPL-3.0-or-later
// Published notices by the thousand, written past the acts, and what a search has to find among them by looking at
// every text.

const words = ['远程', '异地', '评标', '评标室', '监理', '施工', '设备', '采购', '项目', '中标', '候选人', '公示', '公告',
  '云平台', '运维', '服务', '道路', '改造', '工程', '医院', '学校', '绿化', '养护', '信息化', '系统', '建设', '勘察', '设计',
  '检测', '保险', '物业', '食堂', '教学', '仪器', '水利', '河道', '清淤', '管网', '照明', '消防', '安防', '监控', 'RPA', 'BIM5D',
  '第1包', '第2包', '一期', '二期', '、', '，', '。', '（', '）', ' ', '2026年'];
const buyers = ['某某局', '第一人民医院', '实验中学', '水务集团', '城投公司', '农业农村局', '某某大学', '交通运输局'];
const regions = ['370402', '370481', '350100', '110105'];
const kinds = ['ztb_tender', 'ztb_candidates', 'gp_tender', 'gp_result'];

// Numbers that are the same each time.
function numbers(seed) {
  let x = BigInt(seed) * 2862933555777941757n + 3037000493n;
  return (below) => {
    x = (x * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(x >> 33n) % below;
  };
}

const text = (next, n) => Array.from({ length: n }, () => words[next(words.length)]).join('');
const id = (mark, n) => mark + String(n).padStart(26 - mark.length, '0');

// The notice at this place of the publication order.
export function generated(seq, { length = 60 } = {}) {
  const next = numbers(seq);
  const kind = kinds[next(kinds.length)];
  const at = new Date(Date.UTC(2026, next(6), 1 + next(28), next(24)));
  return {
    seq, notice_id: id('01', seq), project_id: id('02', seq), kind, regime: kind.split('_')[0],
    region: regions[next(regions.length)], buyer_name: buyers[next(buyers.length)],
    title: `${text(next, 6)}公告`, project_name: text(next, 5), project_code: `37040220${String(seq).padStart(9, '0')}`,
    body_md: `${text(next, length)}${seq % 997 === 0 ? '独一无二词组' : ''}${seq % 101 === 0 ? '数字见证服务平台' : ''}`,
    at,
  };
}

const quote = (value) => `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const list = (values) => `(${values.map(quote).join(',')})`;
const sqlTime = (at) => at.toISOString().slice(0, 19).replace('T', ' ');

// Notices from..to, committed in pieces, in the order of publication.
export function fill(server, author, from, to, options) {
  for (let first = from; first <= to; first += 1000) {
    const notices = Array.from({ length: Math.min(1000, to - first + 1) }, (_, i) => generated(first + i, options));
    const projects = notices.map((n) => list([n.project_id, n.project_code, n.regime, 'services', n.project_name, n.region, 'open',
      n.buyer_name, '电话', '2026-01', 1, 60, 'announced', author, sqlTime(n.at)]));
    const rows = notices.map((n) => list([n.notice_id, n.project_id, n.kind, n.title, n.body_md, '{}', 'published', author, n.seq, n.seq,
      sqlTime(n.at), sqlTime(n.at)]));
    server.sql(`START TRANSACTION;
      INSERT INTO project (project_id, code, regime, category, name, region, method, buyer_name, contact, rulebook_version,
        holder_threshold, window_minutes, state, created_by, created_at) VALUES ${projects.join(',')};
      INSERT INTO notice (notice_id, project_id, kind, title, body_md, fields, state, author, publish_seq, page_seq,
        published_at, created_at) VALUES ${rows.join(',')};
      UPDATE notice SET text_sha256 = UNHEX(SHA2(body_md, 256)) WHERE publish_seq >= ${first} AND text_sha256 IS NULL;
      UPDATE counter SET value = ${notices.at(-1).seq} WHERE name = 'publish_seq';
      COMMIT;`);
  }
}

const kindTitle = { ztb_tender: '招标公告', ztb_candidates: '中标候选人公示', gp_tender: '公开招标公告', gp_result: '中标结果公告' };

// As server/search/grams.h says it, in another language and another way.
const halfWidth = (s) => s.replace(/[！-～]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
const fold = (s) => halfWidth(s).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
const whole = '(?:(?![\\u3400-\\u9fff])[\\p{L}\\p{N}])';

function pattern(word) {
  const folded = fold(word);
  const alnum = new RegExp(`^${whole}`, 'u').test(folded);
  const open = new RegExp(`^${whole}{6,}$`, 'u').test(folded);
  const end = new RegExp(`${whole}$`, 'u').test(folded) && !open;
  return new RegExp(`${alnum ? `(?<!${whole})` : ''}${folded}${end ? `(?!${whole})` : ''}`, 'u');
}

const textOf = (n) => n.folded ??= fold(
  [n.title, kindTitle[n.kind], n.project_name, n.project_code, n.buyer_name, n.body_md].join('\n'));

// The ids of what a query must find, newest first.
export function bruteForce(notices, { q, buyer, kind, regime, region, month }) {
  const patterns = (typed) => (typed ?? '').split(/[\s　]+/).filter(fold).map(pattern);
  const [inText, inBuyer] = [patterns(q), patterns(buyer)];
  const beijingMonth = (at) => new Date(at.getTime() + 8 * 3600000).toISOString().slice(0, 7);
  return notices.filter((n) => (!kind || n.kind === kind) && (!regime || n.regime === regime)
    && (!region || n.region.startsWith(region)) && (!month || beijingMonth(n.at) === month)
    && inBuyer.every((p) => p.test(fold(n.buyer_name))) && inText.every((p) => p.test(textOf(n))))
    .sort((a, b) => b.seq - a.seq).map((n) => n.notice_id);
}
