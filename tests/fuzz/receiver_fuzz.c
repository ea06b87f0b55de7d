/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/bytes.h"
#include "proto/frame.h"
#include "room-client/media/receiver.h"

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Binary messages as a receiver gets them, each behind its length in 16 bits,
 * under the key of proto/vectors/room.json. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct receiver_config config = {.track = 258,
		.epoch = 3,
		.scope = {"s1", "expert_1"},
		.has_key = true,
		.device_key = {0x03, 0xa1, 0x07, 0xbf, 0xf3, 0xce, 0x10, 0xbe, 0x1d, 0x70, 0xdd,
			0x18, 0xe7, 0x4b, 0xc0, 0x99, 0x67, 0xe4, 0xd6, 0x30, 0x9b, 0xa5, 0x0d,
			0x5f, 0x1d, 0xdc, 0x86, 0x64, 0x12, 0x55, 0x31, 0xb8}};
	struct receiver *r = receiver_new(&config);
	const struct receiver_stats *stats = receiver_stats(r);
	bool has_key = false;

	for (size_t at = 0, n; at + 2 <= len; at += n) {
		struct frame f;
		struct stamp s;

		n = MIN(be16_get(data + at), len - at - 2);
		at += 2;
		if (frame_parse(data + at, n, &f) == 0) {
			enum receiver_verdict verdict = receiver_object(r, &f);

			has_key |= f.flags & FRAME_KEY;
			g_assert(verdict != RECEIVER_DECODE || has_key ||
				 f.codec != FRAME_CODEC_VP8);
		} else if (stamp_decode(data + at, n, &s) == 0) {
			receiver_stamp(r, &s);
		}
	}
	g_assert(stats->n_skipped <= stats->n_objects + stats->n_stale);
	receiver_free(r);
	return 0;
}
