/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ADMIN_SERVER_LINE_H
#define SERVER_ADMIN_SERVER_LINE_H

/* The line of a command that is no operator's to its server: HTTPS, bounded answers. Blocks. */
#include <glib.h>

struct server_line;

/* url: "https://host:port". ca_file may be NULL: the system's authorities. */
struct server_line *server_line_new(const char *url, const char *ca_file);
void server_line_free(struct server_line *f);
/* What is asked from now on comes from who has this token. */
void server_line_sign(struct server_line *f, const char *token);

/*
 * *ret_status is the answer's, *ret_body its bytes. -EIO: no answer, -EFBIG: more than max bytes;
 * the reason is in server_line_error(). post NULL: a GET; else its JSON text.
 */
int server_line_ask(struct server_line *f, const char *path, const char *post, size_t max,
	int *ret_status, GBytes **ret_body);
const char *server_line_error(const struct server_line *f);

#endif
