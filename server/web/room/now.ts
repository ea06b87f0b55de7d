// SPDX-License-Identifier: GPL-3.0-or-later
// The one clock of the room in this browser, in microseconds. It does not jump. Page and worker have different zeros;
// what they tell each other is on the epoch.
export const nowMs = (): number => performance.now();
export const nowUs = (): number => Math.round(performance.now() * 1000);
export const epochMs = (): number => performance.timeOrigin + performance.now();
export const epochUs = (us: number): number => us + performance.timeOrigin * 1000;
