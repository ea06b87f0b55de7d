// SPDX-License-Identifier: GPL-3.0-or-later
// What a seat shows and says in a demonstration: a drawn person whose mouth opens with each syllable, encoded once
// and sent over and over, so that seven of them cost next to no CPU.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

const WIDTH = 320;
const HEIGHT = 180;
const FPS = 15;
const RATE = 48000;
const WALLS = [[62, 84, 112], [96, 78, 64], [58, 98, 86], [104, 70, 84], [80, 80, 110], [70, 92, 62], [98, 90, 58]];
const COATS = [[36, 48, 70], [120, 40, 40], [40, 70, 110], [60, 60, 60], [30, 80, 70], [90, 60, 110], [110, 80, 40]];

// How far the mouth is open (0…1) at a time: syllables in phrases, with a pause between them that differs by seat.
function speech(no, seconds, length) {
  const turn = (no * length) / 7; // each speaks at another time of the round
  const inRound = (seconds - turn + length) % length;
  if (inRound > length * 0.45) return 0;
  const syllable = (inRound * (3.2 + 0.15 * no)) % 1;
  const word = Math.floor(inRound * (3.2 + 0.15 * no)) % 6 === 5 ? 0 : 1;
  return word * Math.sin(Math.PI * syllable) ** 2;
}

// Fills the part of an ellipse that lies above `below` (in rows).
function ellipse(frame, colour, cx, cy, rx, ry, below = HEIGHT) {
  const last = Math.min(Math.floor(cy + ry), below - 1, HEIGHT - 1);
  for (let y = Math.max(0, Math.ceil(cy - ry)); y <= last; y += 1) {
    const half = rx * Math.sqrt(Math.max(0, 1 - ((y - cy) / ry) ** 2));
    const to = Math.min(WIDTH - 1, Math.floor(cx + half));
    for (let x = Math.max(0, Math.ceil(cx - half)), at = (y * WIDTH + x) * 3; x <= to; x += 1, at += 3)
      [frame[at], frame[at + 1], frame[at + 2]] = colour;
  }
}

function room(no) {
  const frame = Buffer.alloc(WIDTH * HEIGHT * 3);
  const wall = WALLS[(no - 1) % 7];
  for (let y = 0, at = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1)
      for (let c = 0; c < 3; c += 1, at += 1) frame[at] = y > 150 ? [120, 92, 66][c] : wall[c] * (0.75 + 0.4 * (x / WIDTH));
  return frame;
}

// One picture as RGB, over that of the empty room.
function draw(frame, no, seconds, length) {
  const hair = [40, 32, 30];
  const cx = WIDTH / 2 + 6 * Math.sin(seconds * 0.9 + no);
  const cy = 82 + 2 * Math.sin(seconds * 2.1 + no);
  const eye = (seconds + no * 0.7) % 3.1 < 0.14 ? 1 : 3;
  ellipse(frame, COATS[(no - 1) % 7], cx, 182, 74, 62);
  ellipse(frame, [206, 160, 130], cx, cy + 36, 14, 18);
  ellipse(frame, hair, cx, cy - 6, 35, 44);
  ellipse(frame, [224, 178, 146], cx, cy, 31, 39);
  ellipse(frame, hair, cx, cy, 31, 39, Math.floor(cy - 18));
  for (const side of [-12, 12]) ellipse(frame, [30, 24, 24], cx + side, cy - 2, 4, eye);
  ellipse(frame, [130, 44, 48], cx, cy + 21, 9, 1 + 6 * speech(no, seconds, length));
}

// A voice of harmonics under the same envelope, 16-bit mono.
function voice(no, length) {
  const pcm = Buffer.alloc(length * RATE * 2);
  const pitch = 110 + 16 * no;
  for (let i = 0; i < length * RATE; i += 1) {
    const t = i / RATE;
    let sample = 0;
    for (let h = 1; h <= 6; h += 1) sample += Math.sin(2 * Math.PI * pitch * h * t * (1 + 0.004 * Math.sin(t * 9))) / h;
    pcm.writeInt16LE(Math.round(5000 * sample * speech(no, t, length)), i * 2);
  }
  return pcm;
}

// The film of seat `no` with these words in the picture; made if it is not there. Returns its path.
export function film(file, { no, words, seconds = 14 }) {
  if (fs.existsSync(file)) return file;
  const empty = room(no);
  const frames = Buffer.alloc(empty.length * FPS * seconds);
  for (let i = 0; i < FPS * seconds; i += 1) {
    const frame = frames.subarray(i * empty.length, (i + 1) * empty.length);
    empty.copy(frame);
    draw(frame, no, i / FPS, seconds);
  }
  fs.writeFileSync(`${file}.rgb`, frames);
  fs.writeFileSync(`${file}.pcm`, voice(no, seconds));
  execFileSync('gst-launch-1.0', ['-q',
    'filesrc', `location=${file}.rgb`, '!', 'rawvideoparse', 'format=rgb', `width=${WIDTH}`, `height=${HEIGHT}`, `framerate=${FPS}/1`, '!', 'videoconvert', '!',
    'textoverlay', `text="${words.replace(/["\\]/g, '')}"`, 'font-desc=Noto Sans CJK SC 12', 'halignment=left', 'valignment=top', 'xpad=8', 'ypad=6', '!',
    'timeoverlay', 'font-desc=Noto Sans CJK SC 12', 'halignment=right', 'valignment=top', 'xpad=8', 'ypad=6', '!', 'videoconvert', '!',
    'vp8enc', 'deadline=1', 'cpu-used=6', 'threads=1', 'target-bitrate=150000', 'end-usage=cbr', `keyframe-max-dist=${FPS}`, '!', 'm.video_0',
    'webmmux', 'name=m', '!', 'filesink', `location=${file}.part`,
    'filesrc', `location=${file}.pcm`, '!', 'rawaudioparse', 'format=pcm', 'pcm-format=s16le', `sample-rate=${RATE}`, 'num-channels=1', '!',
    'opusenc', 'frame-size=20', 'bitrate=24000', 'bitrate-type=vbr', '!', 'm.audio_0']);
  for (const end of ['rgb', 'pcm']) fs.rmSync(`${file}.${end}`);
  fs.renameSync(`${file}.part`, file);
  return file;
}
