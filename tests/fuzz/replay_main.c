/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target over the files given, and over each cut and with each byte changed in turn,
 * so that the corpus is worth something where libFuzzer is not built. After "--whole" the files are
 * run as they are, for targets that are slow. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#define VARY_MAX 2048 /* bytes of a file up to which it is varied */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A copy of exact size, so that the sanitizer sees one byte too far; of no bytes as well. */
static void run(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len);

	g_assert(copy);
	memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void run_varied(uint8_t *data, size_t len)
{
	static const uint8_t changes[] = {0x01, 0x80, 0xff};

	run(data, len);
	for (size_t i = 0; i < len; i++) {
		run(data, i);
		for (size_t k = 0; k < sizeof(changes); k++) {
			data[i] ^= changes[k];
			run(data, len);
			data[i] ^= changes[k];
		}
	}
}

int main(int argc, char **argv)
{
	bool whole = argc > 1 && strcmp(argv[1], "--whole") == 0;

	for (int i = 1 + whole; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *content = NULL;
		gsize len;

		if (!g_file_get_contents(argv[i], &content, &len, &error)) {
			fprintf(stderr, "%s\n", error->message);
			return 1;
		}
		if (len <= VARY_MAX && !whole)
			run_varied((uint8_t *)content, len);
		else
			run((const uint8_t *)content, len);
	}
	return argc > 1 + whole ? 0 : 1;
}
