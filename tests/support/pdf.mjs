// SPDX-License-Identifier: GPL-3.0-or-later
// PDF files as bidders hand them in, small and made by hand: pages of text that can be searched, also in Chinese, an
// outline, and a filling that makes a file as large as it is to be. No fonts are embedded: how the Chinese looks is up
// to the viewer, what it says is not.
import crypto from 'node:crypto';

const hex = (text) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(4, '0')).join('');
const title = (text) => `<feff${hex(text)}>`;

// Letters beyond ASCII get a code from 0x80 on, and the font says what each stands for.
class Letters {
  constructor() { this.codes = new Map(); }

  encode(text) {
    return [...text].map((c) => {
      if (c.charCodeAt(0) < 0x80) return c.charCodeAt(0);
      if (!this.codes.has(c)) this.codes.set(c, 0x80 + this.codes.size);
      if (this.codes.get(c) > 0xff) throw new Error('too many different letters for one font');
      return this.codes.get(c);
    }).map((code) => code.toString(16).padStart(2, '0')).join('');
  }

  toUnicode() {
    const rows = [...this.codes].map(([c, code]) => `<${code.toString(16)}> <${hex(c)}>`);
    const ascii = '1 beginbfrange\n<20> <7e> <0020>\nendbfrange\n';
    const chars = rows.length ? `${rows.length} beginbfchar\n${rows.join('\n')}\nendbfchar\n` : '';
    return '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n'
      + `1 begincodespacerange <00> <ff> endcodespacerange\n${ascii}${chars}endcmap end end`;
  }
}

// pages: arrays of lines; outline: [[title, page, [[title, page] …]] …], pages from 1; locked: needs a password nobody
// knows; fill: that many bytes that do not compress.
export function pdf({ pages, outline = [], locked = false, fill = 0 }) {
  const letters = new Letters();
  const objects = []; // number i + 1
  const add = (body) => objects.push(body);
  const stream = (bytes, dict = '') => Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${dict}>>\nstream\n`), bytes, Buffer.from('\nendstream')]);
  const [catalog, tree, font, outlines, unicode] = [1, 2, 3, 4, 5];
  for (let i = 0; i < 5; i += 1) add(null);
  const pageNumbers = pages.map((lines) => {
    const text = lines.map((line, i) => `1 0 0 1 50 ${770 - 26 * i} Tm <${letters.encode(line)}> Tj`).join('\n');
    const content = add(stream(Buffer.from(`BT /F1 14 Tf\n${text}\nET`)));
    return add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R /Resources << /Font << /F1 ${font} 0 R >> >> >>`);
  });
  const branch = (rows, parent) => {
    const own = rows.map(() => add(null));
    rows.forEach(([name, page, below = []], i) => {
      const children = branch(below, own[i]);
      const links = [i > 0 && `/Prev ${own[i - 1]} 0 R`, i + 1 < rows.length && `/Next ${own[i + 1]} 0 R`,
        children.length && `/First ${children[0]} 0 R /Last ${children.at(-1)} 0 R /Count ${children.length}`].filter(Boolean).join(' ');
      objects[own[i] - 1] = `<< /Title ${title(name)} /Parent ${parent} 0 R /Dest [${pageNumbers[page - 1]} 0 R /Fit] ${links} >>`;
    });
    return own;
  };
  const top = branch(outline, outlines);
  objects[catalog - 1] = `<< /Type /Catalog /Pages ${tree} 0 R${top.length ? ` /Outlines ${outlines} 0 R` : ''} >>`;
  objects[tree - 1] = `<< /Type /Pages /Count ${pages.length} /Kids [${pageNumbers.map((n) => `${n} 0 R`).join(' ')}] >>`;
  objects[font - 1] = `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode ${unicode} 0 R /FirstChar 32 /LastChar 255
    /Widths [${Array.from({ length: 224 }, (_, i) => (i < 96 ? 556 : 1000)).join(' ')}] >>`;
  objects[outlines - 1] = top.length ? `<< /Type /Outlines /First ${top[0]} 0 R /Last ${top.at(-1)} 0 R /Count ${top.length} >>` : 'null';
  objects[unicode - 1] = stream(Buffer.from(letters.toUnicode()));
  if (fill) add(stream(crypto.randomBytes(fill)));
  return file(objects, catalog, locked);
}

function file(objects, catalog, locked) {
  const out = [Buffer.from('%PDF-1.5\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
  let at = out[0].length;
  const offsets = objects.map((body, i) => {
    const bytes = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n')]);
    const start = at;
    out.push(bytes);
    at += bytes.length;
    return start;
  });
  const random = (n) => `<${crypto.randomBytes(n).toString('hex')}>`;
  // Owner's and user's proofs that no password fits, the empty one included.
  const lock = locked ? ` /ID [${random(16)} ${random(16)}] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ${random(32)} /U ${random(32)} >>` : '';
  out.push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${
    offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('')
  }trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R${lock} >>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(out);
}
