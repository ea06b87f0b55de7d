/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * One file over HTTPS, in a thread of its own, no faster than its pace allows: what is not read yet
 * waits in a small buffer of the kernel, and then at the server. Functions belong to the thread
 * that runs the default GMainContext.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct download;
struct pace;

struct download_config {
	const char *url, *bearer;
	const char *ca_file; /* PEM; NULL: the system's authorities */
	int64_t from;        /* the bytes before were got by an earlier download */
	struct pace *pace;   /* borrowed */
};

struct download_out {
	void *user;
	/* In the download's thread, in order; false: it is of no use to go on. */
	bool (*piece)(void *user, const void *bytes, size_t len);
	/* All of it came, or no more will come: code is NULL, the problem's stable code, or
	 * "no_answer" when trying again makes sense. Not called after download_free. */
	void (*done)(void *user, const char *code);
};

/* Copies all but the pace. */
struct download *download_new(const struct download_config *config, const struct download_out *out);
/* Ends it if need be; waits for its thread, which takes a moment at most. */
struct download *download_free(struct download *d);
