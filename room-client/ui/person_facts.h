/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is known of a seat, and what of it is said to people. Pure. */

#include <jansson.h>
#include <stdbool.h>

#include "proto/ident.h"
#include "room-client/ui/quality.h"

enum presence {
	PRESENCE_ABSENT,
	PRESENCE_PRESENT,
	PRESENCE_LOST,
	PRESENCE_REMOVED,
};

struct person_facts {
	char seat[IDENT_SIZE];
	char name[64 * 4 + 1];    /* as everybody calls it */
	char person[100 * 4 + 1]; /* "" unless this receiver may know */
	char venue[64 * 4 + 1];   /* likewise */
	char role[IDENT_SIZE];
	char reason[200 * 4 + 1]; /* of the raised hand */
	enum presence presence;
	bool own, leader, moderator;
	bool hand, knocking;
	bool mic_muted, cam_muted;
	bool mic_dead; /* open there, but the device gives nothing at all: muted in hardware */
	bool has_cam, has_mic, has_screen;
	bool speaking;
	enum quality quality;
	double level; /* 0 to 1 */
};

/* From an entry of the roster; what other sources tell (tracks, level, quality) stays. */
void person_facts_read(struct person_facts *f, const json_t *entry);

bool person_facts_equal(const struct person_facts *a, const struct person_facts *b);

/* "3号专家 · 王明": translated where it is ours. The caller frees both. */
char *person_facts_title(const struct person_facts *f);
/* One line: "组长 · 发言中 · 本机静音". */
char *person_facts_status(const struct person_facts *f);
