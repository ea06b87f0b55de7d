// SPDX-License-Identifier: GPL-3.0-or-later
// Opening the original of a masked seat as two roles do it.

// `asker` (a supervisor) asks, `other` (staff or auditor) agrees. Returns { openingId, endsAt }.
export async function openOriginal(asker, other, sessionId, seatId, minutes = 10) {
  const base = `/sessions/${sessionId}/originals`;
  const { opening_id: openingId } = await asker.post(base, { seat_id: seatId, minutes, reason: '核对身份' });
  const { ends_at: endsAt } = await other.post(`${base}/${openingId}/agree`);
  return { openingId, endsAt };
}
