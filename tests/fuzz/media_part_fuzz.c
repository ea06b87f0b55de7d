/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/canon.h"
#include "proto/media_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A part that is read is built the same again, when its tracks stand together as we write them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	g_autoptr(GArray) clusters = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	g_autoptr(GArray) again = g_array_new(FALSE, FALSE, sizeof(struct media_cluster));
	json_auto_t *body = NULL, *built = NULL;
	uint64_t no = 0, no_again = 0;

	if (canon_load(data, len, 1 << 20, &body, NULL) != 0)
		return 0;
	if (media_part_parse(body, &no, clusters) != 0) {
		g_assert(clusters->len == 0);
		return 0;
	}
	built = media_part_build(no, (struct media_cluster *)(void *)clusters->data, clusters->len);
	g_assert(media_part_parse(built, &no_again, again) == 0);
	g_assert(no == no_again && again->len == clusters->len);
	for (guint i = 0; i < again->len; i++)
		g_assert(g_array_index(again, struct media_cluster, i).track ==
			 g_array_index(clusters, struct media_cluster, i).track);
	return 0;
}
