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

// One picture as RGB.
function draw(frame, no, seconds, length) {
  const wall = WALLS[(no - 1) % 7];
  const coat = COATS[(no - 1) % 7];
  const sway = 6 * Math.sin(seconds * 0.9 + no);
  const nod = 2 * Math.sin(seconds * 2.1 + no);
  const mouth = 1 + 6 * speech(no, seconds, length);
  const blink = (seconds + no * 0.7) % 3.1 < 0.14;
  const inside = (x, y, cx, cy, rx, ry) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
  const cx = WIDTH / 2 + sway;
  const cy = 82 + nod;
  for (let y = 0, at = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1, at += 3) {
      let colour = y > 150 ? [120, 92, 66] : wall.map((c) => c * (0.75 + 0.4 * (x / WIDTH)));
      if (inside(x, y, cx, 182, 74, 62)) colour = coat;
      if (inside(x, y, cx, cy + 36, 14, 18)) colour = [206, 160, 130];
      if (inside(x, y, cx, cy - 6, 35, 44)) colour = [40, 32, 30];
      if (inside(x, y, cx, cy, 31, 39)) colour = [224, 178, 146];
      if (y < cy - 18 && inside(x, y, cx, cy, 31, 39)) colour = [40, 32, 30];
      if (inside(x, y, cx - 12, cy - 2, 4, blink ? 1 : 3) || inside(x, y, cx + 12, cy - 2, 4, blink ? 1 : 3)) colour = [30, 24, 24];
      if (inside(x, y, cx, cy + 21, 9, mouth)) colour = [130, 44, 48];
      if (y > 168) colour = [28, 34, 44];
      [frame[at], frame[at + 1], frame[at + 2]] = colour;
    }
  }
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
  const frames = Buffer.alloc(WIDTH * HEIGHT * 3 * FPS * seconds);
  for (let i = 0; i < FPS * seconds; i += 1)
    draw(frames.subarray(i * WIDTH * HEIGHT * 3, (i + 1) * WIDTH * HEIGHT * 3), no, i / FPS, seconds);
  fs.writeFileSync(`${file}.rgb`, frames);
  fs.writeFileSync(`${file}.pcm`, voice(no, seconds));
  execFileSync('gst-launch-1.0', ['-q',
    'filesrc', `location=${file}.rgb`, '!', 'rawvideoparse', 'format=rgb', `width=${WIDTH}`, `height=${HEIGHT}`, `framerate=${FPS}/1`, '!', 'videoconvert', '!',
    'textoverlay', `text="${words.replace(/["\\]/g, '')}"`, 'font-desc=Noto Sans CJK SC 11', 'valignment=bottom', 'ypad=1', '!',
    'timeoverlay', 'font-desc=Noto Sans CJK SC 9', 'halignment=right', 'valignment=top', '!', 'videoconvert', '!',
    'vp8enc', 'deadline=1', 'cpu-used=6', 'threads=1', 'target-bitrate=150000', 'end-usage=cbr', `keyframe-max-dist=${FPS}`, '!', 'm.video_0',
    'webmmux', 'name=m', '!', 'filesink', `location=${file}.part`,
    'filesrc', `location=${file}.pcm`, '!', 'rawaudioparse', 'format=pcm', 'pcm-format=s16le', `sample-rate=${RATE}`, 'num-channels=1', '!',
    'opusenc', 'frame-size=20', 'bitrate=24000', '!', 'm.audio_0']);
  for (const end of ['rgb', 'pcm']) fs.rmSync(`${file}.${end}`);
  fs.renameSync(`${file}.part`, file);
  return file;
}
