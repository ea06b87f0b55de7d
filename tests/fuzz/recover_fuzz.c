/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies in the folder of recordings when a server starts: "s1/7.webm", "s1/7.idx", "s1/open";
 * see files.h. Whatever it was, each cluster that recovery found by itself is there and holds, and
 * a second look finds nothing to do and says the same.
 */
#include "server/record/recover.h"

#include "proto/reel_check.h"
#include "server/record/reel_file.h"
#include "server/record/reels.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct look {
	const char *dir;
	GArray *first; /* struct record_found, of the first look */
	bool again;
};

/* What was added to the index holds against the bytes. */
static void check_entries(
	const struct look *look, const struct record_found *found, const uint8_t *bytes, gsize len)
{
	const char *const dirs[] = {look->dir, NULL};
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(struct reel_entry));

	if (record_index_read(dirs, found->session, found->track, entries))
		g_array_set_size(entries, 0);
	g_assert(entries->len == found->n_entries);
	for (guint i = entries->len - found->n_recovered; i < entries->len; i++)
		g_assert(reel_entry_check(
				 &g_array_index(entries, struct reel_entry, i), bytes, len) == 0);
}

static void check_second(const struct look *look, const struct record_found *found)
{
	g_assert(!found->n_recovered && !found->n_cut);
	for (guint i = 0; i < look->first->len; i++) {
		const struct record_found *f = &g_array_index(look->first, struct record_found, i);

		if (f->track == found->track && strcmp(f->session, found->session) == 0) {
			g_assert(f->end == found->end && f->n_entries == found->n_entries);
			g_assert((f->state == RECORD_DAMAGED) == (found->state == RECORD_DAMAGED));
			return;
		}
	}
	g_assert_not_reached();
}

static void take(void *user, const struct record_found *found)
{
	struct look *look = user;
	g_autofree char *path = reel_file_path(look->dir, found->session, found->track, "webm");
	g_autofree char *bytes = NULL;
	gsize len = 0;

	g_assert(g_file_get_contents(path, &bytes, &len, NULL));
	g_assert(found->end <= len);
	if (found->state == RECORD_RECOVERED)
		g_assert(found->end == len && found->n_recovered <= found->n_entries);
	if (found->state == RECORD_WHOLE)
		g_assert(found->end == len);
	check_entries(look, found, (const uint8_t *)bytes, len);
	if (look->again)
		check_second(look, found);
	else
		g_array_append_val(look->first, *found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	const char *const dirs[] = {dir, NULL};
	g_autoptr(GArray) first = g_array_new(FALSE, FALSE, sizeof(struct record_found));
	struct look look = {dir, first, false};

	/* What cannot be read at all may be seen by one look and not by the other. */
	if (record_recover(dirs, take, &look) == 0) {
		look.again = true;
		record_recover(dirs, take, &look);
	}
	files_remove(dir);
	return 0;
}
