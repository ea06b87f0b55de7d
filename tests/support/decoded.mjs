// SPDX-License-Identifier: GPL-3.0-or-later
// What received media objects show and sound like: decoded by a program that is none of ours.
import { execFile, execFileSync } from 'node:child_process';

const RATE = 48000;

export const isObject = (message) => message[0] === 1;
export const trackOf = (message) => message.readUInt16BE(2);
export const payloadOf = (message) => message.subarray(24);
const captureUs = (message) => Number(message.readBigUInt64BE(8));
const isKey = (message) => (message[1] & 1) !== 0;

// --- Containers, as simple as they come ------------------------------------------------------------------------------

function ivf(objects, width, height) {
  const head = Buffer.alloc(32);
  head.write('DKIF\0\0', 'latin1');
  head.writeUInt16LE(32, 6);
  head.write('VP80', 8, 'latin1');
  head.writeUInt16LE(width, 12);
  head.writeUInt16LE(height, 14);
  head.writeUInt32LE(1000, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(objects.length, 24);
  return Buffer.concat([head, ...objects.flatMap((o) => {
    const frame = Buffer.alloc(12);
    frame.writeUInt32LE(payloadOf(o).length, 0);
    frame.writeBigUInt64LE(BigInt(Math.round((captureUs(o) - captureUs(objects[0])) / 1000)), 4);
    return [frame, payloadOf(o)];
  })]);
}

const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i << 24;
  for (let k = 0; k < 8; k += 1) c = (c << 1) ^ (c & 0x80000000 ? 0x04c11db7 : 0);
  return c >>> 0;
});

function oggPage(packet, { no, position, flags }) {
  const n = Math.floor(packet.length / 255) + 1;
  const head = Buffer.alloc(27 + n, 255);
  head.write('OggS', 0, 'latin1');
  head.writeUInt8(0, 4);
  head.writeUInt8(flags, 5);
  head.writeBigUInt64LE(BigInt(position), 6);
  head.writeUInt32LE(1, 14);
  head.writeUInt32LE(no, 18);
  head.writeUInt32LE(0, 22);
  head.writeUInt8(n, 26);
  head.writeUInt8(packet.length % 255, 26 + n);
  const page = Buffer.concat([head, packet]);
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 255]) >>> 0;
  page.writeUInt32LE(crc, 22);
  return page;
}

function ogg(objects) {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(1, 9);
  head.writeUInt32LE(RATE, 12);
  const tags = Buffer.alloc(16);
  tags.write('OpusTags', 'latin1');
  return Buffer.concat([oggPage(head, { no: 0, position: 0, flags: 2 }), oggPage(tags, { no: 1, position: 0, flags: 0 }),
    ...objects.map((o, i) => oggPage(payloadOf(o), { no: i + 2, position: (i + 1) * 960, flags: 0 }))]);
}

// --- Decoding --------------------------------------------------------------------------------------------------------

// Meanwhile the sockets of the test answer the server, which takes ten silent seconds for a lost line.
const ffmpeg = (input, ...args) => new Promise((resolve, reject) => {
  const child = execFile('ffmpeg', ['-v', 'error', '-i', '-', ...args, '-'], { encoding: 'buffer', maxBuffer: 1 << 30 },
    (error, out) => (error ? reject(error) : resolve(out)));
  child.stdin.on('error', () => {}); // it ended early, which its own error tells
  child.stdin.end(input);
});

// Grey pictures, one Buffer of width × height each, from the first keyframe on.
export async function pictures(objects, width, height) {
  const from = objects.findIndex(isKey);
  if (from < 0) return [];
  const raw = await ffmpeg(ivf(objects.slice(from), width, height), '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`);
  return Array.from({ length: raw.length / (width * height) }, (_, i) => raw.subarray(i * width * height, (i + 1) * width * height));
}

// Samples of 48 kHz, -1 to 1.
const samplesOf = (raw) => Float32Array.from(new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1), (v) => v / 32768);
export const sound = async (objects) => samplesOf(await ffmpeg(ogg(objects), '-f', 's16le', '-ac', '1', '-ar', String(RATE)));

// The same of a reel.
export function reelPictures(file, width, height) {
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-'], { maxBuffer: 1 << 30 });
  return Array.from({ length: Math.floor(raw.length / (width * height)) }, (_, i) => raw.subarray(i * width * height, (i + 1) * width * height));
}
export const reelSound = (file) => samplesOf(execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 's16le', '-ac', '1', '-ar', String(RATE), '-'], { maxBuffer: 1 << 30 }));

// --- Markers ---------------------------------------------------------------------------------------------------------

// The share of a sound's power that lies at this frequency, 0 to 1.
export function toneShare(samples, hz) {
  const from = Math.floor(samples.length / 4); // past the beginning
  let re = 0, im = 0, power = 0;
  for (let i = from; i < samples.length; i += 1) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i - from)) / (samples.length - from));
    const v = samples[i] * hann;
    re += v * Math.cos((2 * Math.PI * hz * i) / RATE);
    im += v * Math.sin((2 * Math.PI * hz * i) / RATE);
    power += v * v;
  }
  return power > 0 ? (3 * (re * re + im * im)) / (power * (samples.length - from)) : 0; // 1 for a pure tone
}

export const loudness = (samples) => Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);

// How much a picture looks like a chessboard of fields this wide: the mean difference between neighbouring fields.
export function chessboard(picture, width, height, field) {
  let sum = 0, n = 0;
  for (let y = field / 2; y < height - field; y += field)
    for (let x = field / 2; x < width - field; x += field, n += 1)
      sum += Math.abs(picture[Math.floor(y) * width + Math.floor(x)] - picture[Math.floor(y) * width + Math.floor(x + field)]);
  return sum / n;
}
