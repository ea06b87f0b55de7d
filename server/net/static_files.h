/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_STATIC_FILES_H
#define SERVER_NET_STATIC_FILES_H

/*
 * Serves directories of finished files: the published public pages and the console build. No
 * dot-files, no traversal, no symbolic links out of the directory, no listings.
 *
 * Caching: a file name with a hash in it ("index-B3f9x_2k.js") is immutable, everything else is
 * revalidated by its ETag.
 */
#include "server/net/request.h"
#include "server/net/response.h"

/* One directory below one path prefix. */
struct static_site {
	const char *prefix;   /* "/console/", "/": begins and ends with '/' */
	const char *dir;      /* absolute path in the file system */
	const char *fallback; /* file answered for paths without a suffix that do not exist
				 (single page application), or NULL */
};

/*
 * The answer for a GET or HEAD request: the file, 304, or a redirect of "/x" to "/x/" for a
 * directory with an index.html. NULL: no site has it. Sites are tried by longest prefix.
 */
struct http_response *static_files_get(
	const struct static_site *sites, unsigned n_sites, const struct http_request *request);

/* Content type by suffix; application/octet-stream when unknown. Never NULL. */
const char *static_mime(const char *name);

#endif
