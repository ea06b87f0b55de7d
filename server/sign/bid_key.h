/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_BID_KEY_H
#define SERVER_SIGN_BID_KEY_H

/*
 * What the content key of an opened bid lies under at rest: a key of the project (项目密钥), which
 * itself lies under the house's field key. Once the row of that one key is gone from the database
 * and its backups, none of the project's bids can be read any more.
 *
 * In all of this project_key may be NULL: the lot was closed before there were keys of projects,
 * and the bid lies under the house's own.
 */
#include <glib.h>

struct field_cipher;

/* A fresh key for a project, wrapped by the house's. 0 or -EIO. */
int bid_key_new_project(const struct field_cipher *house, const char *project_id, GBytes **ret);

/* 0, FIELD_CIPHER_E_DAMAGED when project_key is not of this house and project, or -EIO. */
int bid_key_wrap(const struct field_cipher *house, const char *project_id, GBytes *project_key,
	const char *bid_id, const void *key, size_t len, GBytes **ret);

/* Also a bid that was opened while its project had no key. The same. */
int bid_key_unwrap(const struct field_cipher *house, const char *project_id, GBytes *project_key,
	const char *bid_id, GBytes *wrapped, GBytes **ret);

#endif
