/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reel that is sealed where it lies goes into a bundle opened, with what it takes to seal it
 * again: everything but the original of a masked track, which does not get this far. */
#include "server/publish/bundle_parts.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "proto/reel_final.h"
#include "proto/reel_opened.h"
#include "server/sign/reel_key.h"

struct opening {
	int fd;
	GArray *disk, *plain; /* struct reel_entry: of the reel, and of what is written */
	struct reel_opened opened;
	struct reel_seal *seal;
};

static struct reel_entry *entry(GArray *entries, guint i)
{
	return &g_array_index(entries, struct reel_entry, i);
}

static int read_at(int fd, const struct reel_entry *e, GByteArray *ret)
{
	g_byte_array_set_size(ret, e->length);
	ssize_t n = pread(fd, ret->data, e->length, (off_t)e->offset);

	return n < 0 ? -errno : (size_t)n == e->length ? 0 : REEL_E_TORN;
}

static int read_seal(struct opening *o, const struct bundle *b, const char *folder)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint8_t key[KEYSTORE_KEY_LEN];
	struct reel_cursor cursor;
	struct reel_item item;
	int r = read_at(o->fd, entry(o->disk, 0), bytes);

	if (r)
		return r;
	reel_cursor_init(&cursor, bytes->data, bytes->len);
	if (reel_cursor_next(&cursor, &item) || item.kind != REEL_ITEM_HEAD || !item.head.is_sealed)
		return REEL_E_HEAD;
	r = reel_key_read(b->seals, folder, b->session_id, key);
	if (!r)
		r = reel_seal_new(&item.head, key, &o->seal);
	OPENSSL_cleanse(key, sizeof(key));
	/* Without its key it goes in sealed. */
	if (r == -ENOENT || r == -EBADMSG)
		return REEL_E_HEAD;
	return r ? r : reel_opened_make(bytes->data, bytes->len, o->seal, &o->opened);
}

static int open_cluster(const struct opening *o, guint i, GByteArray *sealed, GByteArray *plain)
{
	struct reel_entry *e = entry(o->plain, i);
	int r = read_at(o->fd, entry(o->disk, i), sealed);

	g_byte_array_set_size(plain, 0);
	if (!r)
		r = reel_seal_open(o->seal, sealed->data, sealed->len, plain);
	if (!r && plain->len != e->length)
		r = REEL_E_DAMAGED;
	if (!r && EVP_Digest(plain->data, plain->len, e->sha256, NULL, EVP_sha256(), NULL) != 1)
		r = -EIO;
	return r;
}

static int write_webm(const struct opening *o, struct bundle_file *out)
{
	g_autoptr(GByteArray) head = g_byte_array_new(), cues = g_byte_array_new();
	g_autoptr(GByteArray) sealed = g_byte_array_new(), plain = g_byte_array_new();
	struct reel_entry *entries = entry(o->plain, 0);
	int r = reel_unsealed_head(&o->opened.head, head);

	if (!r && EVP_Digest(head->data, head->len, entries->sha256, NULL, EVP_sha256(), NULL) != 1)
		r = -EIO;
	if (r)
		return r;
	reel_final_fill_head(head->data, o->opened.head.codec, entries, o->plain->len);
	r = bundle_file_write(out, head->data, head->len);
	for (guint i = 1; !r && i < o->plain->len; i++) {
		r = open_cluster(o, i, sealed, plain);
		if (!r)
			r = bundle_file_write(out, plain->data, plain->len);
	}
	reel_final_put_cues(entries, o->plain->len, cues);
	return r ? r : bundle_file_write(out, cues->data, cues->len);
}

static int write_key(struct bundle *b, unsigned track, const struct reel_opened *opened)
{
	g_autofree char *name = g_strdup_printf("reels/%u.key", track);
	g_autoptr(GString) text = NULL;
	struct bundle_file out;
	int r = reel_opened_format(opened, &text);

	if (!r)
		r = bundle_file_open(b, name, &out);
	return r ? r : bundle_file_close(&out, bundle_file_write(&out, text->str, text->len));
}

static int write_opened(struct bundle *b, const struct opening *o, unsigned track)
{
	g_autofree char *name = g_strdup_printf("reels/%u.webm", track);
	g_autofree char *path = g_build_filename(b->work_dir, name, NULL);
	struct bundle_file out;
	int r = bundle_file_open(b, name, &out);

	if (r)
		return r;
	r = bundle_file_close(&out, write_webm(o, &out));
	if (!r)
		r = bundle_write_index(b, track, o->plain);
	if (!r)
		r = write_key(b, track, &o->opened);
	/* An altered cluster does not open: the verifier is to see it as it lies there. */
	if (r > 0 && g_unlink(path) < 0)
		r = -errno;
	return r;
}

int bundle_write_opened(
	struct bundle *b, const struct session_reel *reel, int fd, const char *folder)
{
	struct opening o = {.fd = fd, .disk = reel->entries, .plain = g_array_copy(reel->entries)};
	int r = read_seal(&o, b, folder);

	if (!r)
		r = reel_unsealed_entries(&o.opened.head, 0, entry(o.plain, 0), o.plain->len);
	if (!r)
		r = write_opened(b, &o, reel->track);
	reel_seal_free(o.seal);
	reel_opened_done(&o.opened);
	g_array_unref(o.plain);
	return r;
}
