/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ledger_tile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char path[LEDGER_TILE_PATH_SIZE];
	struct ledger_tile tile;

	if (ledger_tile_parse((const char *)data, len, &tile) != 0)
		return 0;
	ledger_tile_path(&tile, path);
	g_assert(strlen(path) == len && memcmp(path, data, len) == 0);
	return 0;
}
