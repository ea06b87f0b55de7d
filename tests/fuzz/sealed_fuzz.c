/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/hex.h"
#include "proto/sealed_reader.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The content key of the corpus, which is proto/vectors/sealed_bid.json. */
static const char content_key[] =
	"f8dfc86e76d2741c2bfa68598fc7f547bf65765c6bf9e8e72ecb0937e64f33cf";

/* Pieces of rising length, so that borders meet everything. */
static int read_all(const uint8_t *data, size_t len, const uint8_t *key, uint8_t *ret_digest)
{
	static const struct sealed_reader_events none;
	struct sealed_reader *r = sealed_reader_new(&none, NULL);
	int err = 0;

	if (key)
		sealed_reader_set_key(r, key);
	for (size_t at = 0, n = 1; err == 0 && at < len; at += n, n = n * 2 + 1)
		err = sealed_reader_feed(r, data + at, MIN(n, len - at));
	err = sealed_reader_finish(r, ret_digest);
	if (err == 0)
		g_assert(sealed_total_len(sealed_reader_header(r)) == len);
	sealed_reader_free(r);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t key[SEALED_KEY_LEN], with[SEALED_DIGEST_LEN], without[SEALED_DIGEST_LEN];
	struct sealed_header header;
	int r = read_all(data, len, NULL, without);

	g_assert(hex_decode_exact(content_key, 2 * sizeof key, key, sizeof key));
	if (r)
		sealed_refusal_code(r);
	/* What opens is also whole for who has no key, under the same digest. */
	if (read_all(data, len, key, with) == 0)
		g_assert(r == 0 && memcmp(with, without, sizeof with) == 0);
	/* What is read as a header has one spelling. */
	if (sealed_header_parse(data, len, &header) == 0) {
		struct sealed_header copy = header;
		g_autoptr(GByteArray) again = NULL;

		g_assert(sealed_header_write(&copy, &again) == 0);
		g_assert(again->len == header.len && memcmp(again->data, data, again->len) == 0);
	}
	return 0;
}
