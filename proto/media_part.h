/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * The body of a media.part event: which clusters of a session's reels became durable at one tick
 * (proto/README.md, "Reels"). Parts of a session are numbered from 1 without a gap; together they
 * hold every index entry of every track, which is what a verifier checks the reels against.
 */

#include "proto/reel.h"

#include <jansson.h>

/* So many fit into a leaf of the ledger whatever their numbers are. */
#define MEDIA_PART_CLUSTERS_MAX 256

enum media_part_refusal {
	MEDIA_PART_E_FORM = 1, /* missing, unknown or wrong field */
	MEDIA_PART_E_ENTRY,    /* values that no index entry can have */
};

struct media_cluster {
	uint16_t track;
	struct reel_entry entry;
};

/* Clusters of one track stand together and in order. The caller owns the result. */
json_t *media_part_build(uint64_t no, const struct media_cluster *clusters, size_t n_clusters);

/* Appends to clusters, an array of struct media_cluster. On refusal it is left as it was. */
int media_part_parse(const json_t *body, uint64_t *ret_no, GArray *clusters);
