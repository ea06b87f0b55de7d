// SPDX-License-Identifier: GPL-3.0-or-later
import fs from 'node:fs';

// Whether the text stands in a running program's memory: what a core dump would hold, every page it has written to.
export function inMemory(pid, text) {
  const needle = Buffer.from(text);
  const mem = fs.openSync(`/proc/${pid}/mem`, 'r');
  const piece = Buffer.alloc(4 << 20);
  try {
    for (const line of fs.readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to, rights] = /^([0-9a-f]+)-([0-9a-f]+) (....)/.exec(line) ?? [];
      // The sanitizers' own maps are larger than any machine, and empty.
      if (!from || !rights.startsWith('rw') || parseInt(to, 16) - parseInt(from, 16) > 2 ** 31) continue;
      for (let at = parseInt(from, 16); at < parseInt(to, 16); at += piece.length - needle.length) {
        let n = 0;
        try {
          n = fs.readSync(mem, piece, 0, Math.min(piece.length, parseInt(to, 16) - at), at);
        } catch { break; } // pages that nobody can read
        if (piece.subarray(0, n).includes(needle)) return true;
      }
    }
    return false;
  } finally {
    fs.closeSync(mem);
  }
}
