/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_COSIGN_FETCH_H
#define SERVER_ADMIN_COSIGN_FETCH_H

/* The cosigner's line to the server it watches: HTTPS, bounded answers. Blocks. */
#include <glib.h>

struct cosign_fetch;

/* url: "https://host:port". ca_file may be NULL: the system's authorities. */
struct cosign_fetch *cosign_fetch_new(const char *url, const char *ca_file);
void cosign_fetch_free(struct cosign_fetch *f);

/*
 * *ret_status is the answer's, *ret_body its bytes. -EIO: no answer, -EFBIG: more than max bytes;
 * the reason is in cosign_fetch_error(). post NULL: a GET; else its JSON text.
 */
int cosign_fetch(struct cosign_fetch *f, const char *path, const char *post, size_t max,
	int *ret_status, GBytes **ret_body);
const char *cosign_fetch_error(const struct cosign_fetch *f);

#endif
