/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "proto/canon.h"
#include "server/eval/draw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A snapshot's text, or a record to be verified against an empty pool. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draw_snapshot *snapshot = NULL;
	json_t *record = NULL;

	if (draw_snapshot_parse((const char *)data, size, &snapshot) == 0) {
		GString *text = draw_snapshot_text(snapshot);

		g_assert(text->len == size && memcmp(text->str, data, size) == 0);
		g_string_free(text, TRUE);
		draw_snapshot_free(snapshot);
		snapshot = NULL;
	}
	if (canon_load(data, size, 1 << 20, &record, NULL) == 0) {
		g_assert(draw_snapshot_parse("", 0, &snapshot) == 0);
		g_assert(draw_verify(record, snapshot) > 0);
		draw_snapshot_free(snapshot);
		json_decref(record);
	}
	return 0;
}
