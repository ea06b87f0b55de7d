/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_TRADE_ATTACHMENT_H
#define SERVER_TRADE_ATTACHMENT_H

/*
 * Files that belong to a notice (附件): which kinds there are, told by their content and never by
 * what the sender calls them. Pure.
 */
#include <stddef.h>

#define ATTACHMENT_MAX ((size_t)16 * 1024 * 1024) /* bytes of one */
#define ATTACHMENTS_MAX 20                        /* of one notice */
#define ATTACHMENT_NAME_MAX 100                   /* characters */

struct attachment_type {
	const char *name; /* also the ending of the file's name */
	const char *media_type;
};

/* What these bytes are; NULL: none of the kinds that may be attached. */
const struct attachment_type *attachment_type_of(const void *bytes, size_t len);
const struct attachment_type *attachment_type_find(const char *name);

/* 0, or why a file of this name and type may not be attached. */
enum attachment_refusal {
	ATTACHMENT_E_NAME = 1, /* a path, a hidden file or without a name before the ending */
	ATTACHMENT_E_ENDING,   /* the name promises something else than the content is */
};
int attachment_check_name(const char *name, const struct attachment_type *type);

#endif
