/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "server/core/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file is taken or refused with a sentence; what was taken is within the limits of its key. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *message = NULL;
	struct config *c = config_new();
	const struct config_key *keys;
	size_t n;
	int r = config_load_text(c, "file", (const char *)data, size, &message);

	g_assert(r == 0 || (r == CONFIG_E_INVALID && message && g_str_has_prefix(message, "file")));
	keys = config_keys(&n);
	for (size_t i = 0; i < n; i++)
		if (keys[i].type == CONFIG_NUMBER) {
			int64_t value = config_number(c, keys[i].section, keys[i].key);

			g_assert(value >= keys[i].min && value <= keys[i].max);
		} else if (keys[i].type == CONFIG_FLAG) {
			config_flag(c, keys[i].section, keys[i].key);
		} else {
			g_assert(config_text(c, keys[i].section, keys[i].key));
		}
	config_free(c);
	return 0;
}
