// SPDX-License-Identifier: GPL-3.0-or-later
// Films that tell in every picture which moment it shows: a row of black and white cells along the top, read back by
// a page from what it really displays.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { blocksOf, writeFilm } from './film_player.mjs';

const CELLS = 16; // twelve bits of the time in units of UNIT_MS, four of a checksum
const UNIT_MS = 10;
/** Longer films would repeat a number. */
const LONGEST_MS = 4096 * UNIT_MS;

const checksum = (n) => ((n & 15) + ((n >> 4) & 15) + (n >> 8)) & 15 ^ 10;

function paint(frame, { width, height }, ms) {
  const n = ms / UNIT_MS;
  const bits = (n << 4) | checksum(n);
  const cell = width / CELLS;
  const row = Buffer.alloc(width);
  for (let i = 0; i < CELLS; i += 1) row.fill(bits & (1 << (CELLS - 1 - i)) ? 235 : 16, Math.floor(i * cell), Math.floor((i + 1) * cell));
  for (let y = 0; y < height / 6; y += 1) row.copy(frame, y * width);
  // Something that moves, so that the pictures are worth their bitrate.
  for (let y = Math.floor(height / 3); y < height; y += 1)
    for (let x = 0; x < width / 3; x += 1) frame[y * width + x] = (x * 3 + y * 2 + ms / 4) & 255;
}

/** Pictures with this many to the second, and a voice if `voice` says where to; each film lasts `seconds`. */
export async function barcodeFilm(file, { width, height, fps, seconds, bitrate, voice }) {
  const lengthMs = seconds * 1000;
  if (lengthMs > LONGEST_MS) throw new Error(`a film of ${lengthMs} ms tells a moment twice`);
  const webm = `${file}.webm`;
  const sound = voice ? ['audiotestsrc', 'wave=ticks', 'samplesperbuffer=960', `num-buffers=${seconds * 50}`, '!', 'audio/x-raw,rate=48000,channels=1', '!',
    'opusenc', 'frame-size=20', 'bitrate=24000', '!', 'm.audio_0'] : [];
  const encoder = spawn('gst-launch-1.0', ['-q', 'fdsrc', 'fd=0', '!', 'rawvideoparse', 'format=i420', `width=${width}`, `height=${height}`, `framerate=${fps}/1`, '!',
    'vp8enc', 'deadline=1', 'cpu-used=8', 'threads=1', `target-bitrate=${bitrate}`, 'end-usage=cbr', `keyframe-max-dist=${fps * 2}`, '!', 'm.video_0',
    'webmmux', 'name=m', '!', 'filesink', `location=${webm}`, ...sound], { stdio: ['pipe', 'inherit', 'inherit'] });
  const over = once(encoder, 'exit');
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  for (let i = 0; i < fps * seconds; i += 1) {
    paint(frame, { width, height }, (i * 1000) / fps);
    if (!encoder.stdin.write(Buffer.from(frame))) await once(encoder.stdin, 'drain');
  }
  encoder.stdin.end();
  const [code] = await over;
  if (code !== 0) throw new Error(`gst-launch-1.0 ended with ${code}`);
  const blocks = blocksOf(webm);
  writeFilm(file, blocks.filter((b) => b.kind === 'cam'), { lengthMs, width, height });
  if (voice) writeFilm(voice, blocks.filter((b) => b.kind === 'mic'), { lengthMs });
}

/**
 * For a page: reads the moment that a video shows, in ms within its film; null when it shows no such picture.
 * A source text, since it runs in the page.
 */
export const readerSource = `(() => {
  const canvas = new OffscreenCanvas(${CELLS}, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width) return null;
    let bits = 0;
    // The middle of the cells alone: what is beside them would be mixed in.
    context.drawImage(video, 0, height / 15, width, height / 30, 0, 0, ${CELLS}, 1);
    const { data } = context.getImageData(0, 0, ${CELLS}, 1);
    for (let i = 0; i < ${CELLS}; i += 1) bits = bits * 2 + (data[i * 4] > 127 ? 1 : 0);
    const n = bits >> 4;
    return (((n & 15) + ((n >> 4) & 15) + (n >> 8)) & 15 ^ 10) === (bits & 15) ? n * ${UNIT_MS} : null;
  };
})()`;
