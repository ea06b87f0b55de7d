/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * S3-compatible storage: one bucket, addressed by path (ENDPOINT/BUCKET/KEY), requests signed with
 * AWS Signature Version 4 over the digest of what is sent. Blocking; any thread, also at once.
 */

#include <stddef.h>
#include <stdint.h>

struct bucket;

struct bucket_config {
	const char *endpoint; /* "https://s3.example.org[:port]" */
	const char *name, *region;
	const char *
		credentials; /* a file: access key and secret key, a line each, by "\n" or "\r\n" */
	const char *ca_file; /* "": the system's authorities */
};

/* -EACCES: group or others may read the credentials; -EBADMSG: they are not two lines. */
int bucket_new(const struct bucket_config *config, struct bucket **ret);
struct bucket *bucket_free(struct bucket *b);

/*
 * key: letters, digits, '/', '-', '_' and '.' only. All of them: -EHOSTUNREACH: no answer; -EPROTO:
 * an answer that is none; -ENOENT: there is no such object.
 */
int bucket_put(struct bucket *b, const char *key, const void *data, size_t len);
/* Exactly len bytes from `at` on; an answer of any other length or place is -EPROTO. */
int bucket_get(struct bucket *b, const char *key, uint64_t at, size_t len, uint8_t *ret);
/* 0 also when there was none. Where the store keeps versions of what is deleted all of them go,
 * too; -EPROTO also when it does not let one go. */
int bucket_delete(struct bucket *b, const char *key);
