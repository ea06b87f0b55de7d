/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A sealed bid as a file. */

#include "proto/sealed_reader.h"

#include <jansson.h>

/* Feeds the file to the reader, to its end. Returns an exit code; refusals are printed with the
 * place of the damage. */
int bid_file_read(
	const char *path, struct sealed_reader *reader, uint8_t ret_digest[SEALED_DIGEST_LEN]);

/* {"chunks","lot","project","receipt_digest","size"}: what is known of a bid from outside. */
json_t *bid_file_summary(
	const struct sealed_header *header, const uint8_t digest[SEALED_DIGEST_LEN]);
