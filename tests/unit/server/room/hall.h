/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_SERVER_ROOM_HALL_H
#define TESTS_UNIT_SERVER_ROOM_HALL_H

/*
 * A room whose surroundings are arrays: what it sends, posts and records is kept and can be asked
 * for. Time is a number.
 */
#include "server/core/error.h"
#include "server/room/moderate.h"
#include "server/room/object.h"
#include "server/room/publish.h"
#include "server/room/relay.h"
#include "server/room/rights.h"
#include "server/room/room.h"

#include "tests/unit/server/room/fixture.h"

#define HALL_GRACE_MS 60000
#define RIGHTS_EXPERT (RIGHT_WATCH | RIGHT_CAM | RIGHT_MIC | RIGHT_SCREEN | RIGHT_CHAT | RIGHT_HAND)
#define RIGHTS_HOST (RIGHTS_EXPERT | RIGHT_MODERATE)
#define RIGHTS_SUPERVISOR (RIGHT_WATCH | RIGHT_ORIGINAL | RIGHT_HIDDEN)

/* One connection. */
struct peer {
	struct seat *seat; /* NULL before admission and after the end */
	GPtrArray *texts;  /* json_t * */
	bool dirty, patient;
	int closed; /* close code; 0: open */
};

/* An act, copied from what the room posted. */
struct posted {
	enum room_act_kind kind;
	char seat[33], actor[33], id[65], text[64], venue[33], booth[65], bid[33];
	int file, page;
	bool on;
	enum track_kind source;
	int lag_level;
};

struct hall {
	struct room *room;
	struct room_out out;
	int64_t now;
	GPtrArray *peers;    /* struct peer * */
	GArray *acts;        /* struct posted */
	GPtrArray *recorded; /* GBytes * */
	GArray *ended;       /* guint track ids */
	struct refusal refusal;
	bool known; /* what admissions say */
};

struct hall *hall_new(void);
struct hall *hall_free(struct hall *h);

/* A new connection of a device whose key is `device` repeated. 0 or the refusal in h->refusal. */
int hall_admit(struct hall *h, struct peer *p, const char *seat, uint32_t rights, int device,
	int64_t resume_after);
struct peer *hall_peer(struct hall *h);
struct peer *hall_join(struct hall *h, const char *seat, uint32_t rights);

/* Publishes and returns the number; 0: refused. */
uint16_t hall_publish(struct hall *h, struct peer *p, enum track_kind kind);
uint16_t hall_publish_mask(
	struct hall *h, struct peer *p, enum track_kind kind, enum track_mask mask);
int hall_send(struct hall *h, struct peer *p, uint16_t track, uint8_t flags, uint32_t seq);
int hall_send_codec(
	struct hall *h, struct peer *p, uint16_t track, uint8_t codec, uint8_t flags, uint32_t seq);

/* What a connection gets now, as an array of (track << 16 | sequence); g_array_unref. */
GArray *hall_collect(struct hall *h, struct peer *p);
/* The same as numbers of objects of one track. */
unsigned hall_count(struct hall *h, struct peer *p, uint16_t track);

/* Texts since the last hall_forget of this type; the last of them (borrowed) or NULL. */
unsigned hall_n_texts(const struct peer *p, const char *type);
const json_t *hall_last(const struct peer *p, const char *type);
/* A field of a seat in the last roster that came; NULL: not shown. */
const json_t *hall_shown(const struct peer *p, const char *seat, const char *field);
void hall_forget(struct peer *p);

/* Acts of a kind; the last of them or NULL. */
unsigned hall_n_acts(const struct hall *h, enum room_act_kind kind);
const struct posted *hall_last_act(const struct hall *h, enum room_act_kind kind);

#endif
