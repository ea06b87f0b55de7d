// SPDX-License-Identifier: GPL-3.0-or-later
// Plays a small WebM into a room from a seat without a client: real pictures and sound, stamped by nobody.
import fs from 'node:fs';
import { mediaObject } from './room.mjs';

// The blocks of a small WebM as { kind, ms, key, payload }, in their order.
export function blocksOf(file) {
  const bytes = fs.readFileSync(file);
  const blocks = [];
  const number = (at, keep) => {
    let length = 1;
    while (!(bytes[at] & (0x80 >> (length - 1)))) length += 1;
    let value = keep ? bytes[at] : bytes[at] & (0xff >> length);
    for (let i = 1; i < length; i += 1) value = value * 256 + bytes[at + i];
    return [value, at + length, length];
  };
  let cluster = 0;
  const walk = (at, end) => {
    while (at < end) {
      const [id, afterId] = number(at, true);
      const [size, begin, length] = number(afterId);
      const unknown = size === 2 ** (7 * length) - 1;
      const stop = unknown ? end : Math.min(end, begin + size);
      if (id === 0x18538067 || id === 0x1f43b675) walk(begin, stop);
      else if (id === 0xe7) cluster = bytes.readUIntBE(begin, size);
      else if (id === 0xa3) {
        const [track, rest] = number(begin);
        const payload = bytes.subarray(rest + 3, stop);
        const video = track === 1;
        blocks.push({ kind: video ? 'cam' : 'mic', ms: cluster + bytes.readInt16BE(rest), key: !video || !(payload[0] & 1), payload });
      }
      at = stop;
    }
  };
  walk(0, bytes.length);
  return blocks.sort((a, b) => a.ms - b.ms);
}

// Writes blocks as a film that make_bundle can send (film_file.h).
export function writeFilm(file, blocks, { lengthMs, width = 0, height = 0 }) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(lengthMs, 0);
  head.writeUInt16BE(width, 4);
  head.writeUInt16BE(height, 6);
  const parts = blocks.filter((b) => b.ms < lengthMs).flatMap(({ ms, key, payload }) => {
    const frame = Buffer.alloc(9);
    frame.writeUInt32BE(ms, 0);
    frame.writeUInt8(key ? 1 : 0, 4);
    frame.writeUInt32BE(payload.length, 5);
    return [frame, payload];
  });
  fs.writeFileSync(file, Buffer.concat([head, ...parts]));
}

// Sends the film over and over at its own pace until it is stopped. mask: as which side of a masked seat.
export class FilmPlayer {
  constructor(seat, blocks, { mask } = {}) { Object.assign(this, { seat, blocks, more: mask ? { mask } : {}, length: blocks.at(-1).ms + 70, seq: {} }); }

  async start() {
    this.track = { cam: await this.seat.publish('cam', this.more), mic: await this.seat.publish('mic', this.more) };
    this.seq = { cam: 0, mic: 0 };
    const begun = Date.now();
    let next = 0;
    this.timer = setInterval(() => {
      for (;;) {
        const round = Math.floor(next / this.blocks.length);
        const { kind, ms, key, payload } = this.blocks[next % this.blocks.length];
        const due = round * this.length + ms;
        if (due > Date.now() - begun) return;
        this.seat.socket.binary(mediaObject({
          track: this.track[kind], seq: this.seq[kind], codec: kind === 'cam' ? 2 : 1, flags: key ? 1 : 0, payload, captureUs: due * 1000,
        }));
        this.seq[kind] += 1;
        next += 1;
      }
    }, 10);
  }

  stop() { clearInterval(this.timer); }
}
