/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ROOM_TRACK_H
#define SERVER_ROOM_TRACK_H

/*
 * A track: one stream of media objects of one seat, from publish to unpublish, or to the end of the
 * connection that published it. Its number is the server's and never given twice in a session.
 * Loop thread.
 */
#include "proto/control.h"
#include "proto/ident.h"
#include "server/room/advice.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct frame;
struct refusal;
struct seat;
struct stamp;

/* At most one request for a key frame goes to the publisher in this time. */
#define TRACK_KEY_EVERY_MS 500

enum track_kind {
	TRACK_CAM,
	TRACK_MIC,
	TRACK_SCREEN,
	N_TRACK_KINDS,
};

enum track_mask {
	TRACK_MASK_NONE,
	TRACK_MASK_MASKED,
	TRACK_MASK_ORIGINAL, /* for recorder and supervisor only */
};

/* "none" and so on. */
const char *track_mask_name(enum track_mask mask);

/* What the publisher says of it. Numbers are 0 where it said nothing. */
struct track_form {
	enum track_kind kind;
	enum track_mask mask;
	uint8_t codec; /* enum frame_codec */
	char label[64 * 4 + 1];
	int width, height, fps;
	int layers;
	uint16_t simulcast_of;
	char to[IDENT_SIZE]; /* a voice: the only seat it is for (单独通话); "": all */
};

struct track {
	uint16_t id;
	struct seat *seat;
	struct track_form form;
	char ref[CONTROL_ID_MAX + 1]; /* the publisher's name for it */
	uint32_t since_ms;            /* session time */
	uint32_t epoch;               /* of the seat */
	uint8_t device_key[32];       /* which key its stamps are signed with */
	GPtrArray *subscriptions;     /* struct subscription *, not owned */

	bool has_seq;
	uint32_t last_seq;
	bool has_group;
	uint32_t last_group;

	struct advice advice; /* of pictures */

	bool key_wanted; /* somebody waits for a key frame */
	int64_t key_asked_ms;
};

struct track *track_new(uint16_t id, struct seat *seat, const struct track_form *form,
	const char *ref, int64_t now_ms);
/* All subscriptions are gone by now. */
struct track *track_free(struct track *t);

/* The form in a checked publish message. */
void track_form_read(const json_t *message, struct track_form *ret_form);

/* The fields of a track message as `viewer` may see them; the publisher finds its own ref there. */
json_t *track_to_json(const struct track *t, const struct seat *viewer);

static inline bool track_is_audio(const struct track *t)
{
	return t->form.kind == TRACK_MIC;
}

/* Whether it is for one seat alone. */
static inline bool track_is_aside(const struct track *t)
{
	return t->form.to[0] != '\0';
}

/* Names as in the messages. */
const char *track_kind_name(enum track_kind kind);
/* The kind of a name that the table of messages admitted. */
enum track_kind track_kind_from_name(const char *name);
/* The right that publishing a kind needs. */
uint32_t track_kind_right(enum track_kind kind);

/*
 * Takes note of the next object or stamp: the codec is the promised one, numbers only rise, a stamp
 * covers objects that came and names this epoch. 0 or REFUSED.
 */
int track_take_frame(struct track *t, const struct frame *f, struct refusal *r);
int track_take_stamp(struct track *t, const struct stamp *s, struct refusal *r);

/*
 * Somebody needs a key frame. True if the publisher shall be asked now; otherwise the wish is
 * remembered, and track_key_due() says when to ask. A key frame that comes grants all wishes.
 */
bool track_want_key(struct track *t, int64_t now_ms);
bool track_key_due(struct track *t, int64_t now_ms);

#endif
