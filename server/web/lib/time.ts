// SPDX-License-Identifier: GPL-3.0-or-later
// Times travel as UTC strings; people read and type the time of Beijing, wherever the browser stands.
// China has had no daylight saving time since 1991, so +08:00 is exact.

const OFFSET_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

const pad = (n: number, width = 2): string => String(n).padStart(width, "0");

function shifted(iso: string | number): Date | null {
	const ms = typeof iso === "number" ? iso : Date.parse(iso);
	return Number.isFinite(ms) ? new Date(ms + OFFSET_MS) : null;
}

/** "2026-03-02 09:30:00", or "" for nothing. */
export function formatTime(iso?: string | number | null): string {
	const d = iso === undefined || iso === null || iso === "" ? null : shifted(iso);
	return d ? `${formatDay(d.getTime() - OFFSET_MS)} ${formatClock(d.getTime() - OFFSET_MS)}` : "";
}

/** "2026-03-02" */
export function formatDay(iso: string | number): string {
	const d = shifted(iso);
	return d ? `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}` : "";
}

/** "09:30:00" */
export function formatClock(iso: string | number): string {
	const d = shifted(iso);
	return d ? `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}` : "";
}

/** The UTC string of a Beijing wall-clock time "2026-03-02 09:30:00"; null if it is no time. */
export function fromBeijing(text: string): string | null {
	if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text))
		return null;
	const ms = Date.parse(`${text.replace(" ", "T")}+08:00`);
	return Number.isFinite(ms) ? new Date(ms).toISOString().replace(/\.\d+Z$/, "Z") : null;
}

const TICK_STEPS_MS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400].map((s) => s * 1000);

/** Even times of day within a recording, at most `most`; the first one of each day bears its date. */
export function clockTicks(startedAt: string, endMs: number, most: number): { ms: number; label: string; day: boolean }[] {
	const start = Date.parse(startedAt) + OFFSET_MS;
	const step = TICK_STEPS_MS.find((s) => endMs / s <= most) ?? DAY_MS;
	const ticks: { ms: number; label: string; day: boolean }[] = [];
	let day = "";
	for (let at = Math.ceil(start / step) * step; at - start <= endMs; at += step) {
		const date = formatDay(at - OFFSET_MS).slice(5);
		const clock = formatClock(at - OFFSET_MS).slice(0, step < 60_000 ? 8 : 5);
		ticks.push({ ms: at - start, label: date === day ? clock : `${date} ${clock}`, day: date !== day });
		day = date;
	}
	return ticks;
}

/** "1:02:03" or "2:03": a place on a recording or a span. */
export function formatSpan(ms: number): string {
	const s = Math.max(0, Math.floor(ms / 1000));
	const h = Math.floor(s / 3600);
	const m = Math.floor(s / 60) % 60;
	return h > 0 ? `${h}:${pad(m)}:${pad(s % 60)}` : `${m}:${pad(s % 60)}`;
}

/** The "1h10m5s" of a deep link in milliseconds; null if it is none. */
export function parseDeepTime(text: string): number | null {
	const m = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text);
	if (!m || text === "")
		return null;
	return ((Number(m[1] ?? 0) * 60 + Number(m[2] ?? 0)) * 60 + Number(m[3] ?? 0)) * 1000;
}

export function formatDeepTime(ms: number): string {
	const s = Math.max(0, Math.floor(ms / 1000));
	const h = Math.floor(s / 3600);
	const m = Math.floor(s / 60) % 60;
	return `${h ? `${h}h` : ""}${h || m ? `${m}m` : ""}${s % 60}s`;
}

/**
 * A place typed by a person, "1:02:03" or "2:03" from the beginning, or, when that is meant or the recording is not
 * that long, the time of day on the wall; in ms from the beginning, null for anything else.
 */
export function parsePlace(text: string, startedAt: string, endMs: number, ofDay = false): number | null {
	const m = /^\s*(?:(\d{1,3})[:：])?(\d{1,2})[:：](\d{2})\s*$/.exec(text);
	if (!m || Number(m[2]) > 59 || Number(m[3]) > 59)
		return null;
	const ms = ((Number(m[1] ?? 0) * 60 + Number(m[2])) * 60 + Number(m[3])) * 1000;
	if (ms <= endMs && !ofDay)
		return ms;
	const start = Date.parse(startedAt);
	const midnight = Math.floor((start + OFFSET_MS) / DAY_MS) * DAY_MS - OFFSET_MS;
	for (let day = midnight; day <= start + endMs; day += DAY_MS)
		if (day + ms >= start && day + ms <= start + endMs)
			return day + ms - start;
	return null;
}
