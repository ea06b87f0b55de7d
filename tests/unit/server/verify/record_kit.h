/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_SERVER_VERIFY_RECORD_KIT_H
#define TESTS_UNIT_SERVER_VERIFY_RECORD_KIT_H

/*
 * The record of a small session, whole in every part: two members, one lot with two bids, one reel.
 * A test alters it before it is put into a ledger of its own (what a dishonest house could do), or
 * its files afterwards (what anybody could do), and has it verified.
 */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "proto/note.h"

#define KIT_SESSION "01jd0000000000000000000000"

struct record_kit {
	char *dir;
	struct note_key key;
	GPtrArray *events; /* json_t *: {"kind", "subject", "actor", "body"} */
	json_t *scheme;    /* of the lot */
	json_t *draw, *sheets, *results, *report;
	GString *pdf;
	GByteArray *reel, *index;
	char *out; /* what the last verification said */
};

struct record_kit *kit_new(void);
/* The same with this review (server/eval/review.h) in the lot's scheme; nothing is voted yet. */
struct record_kit *kit_new_of(const char *review);
struct record_kit *kit_free(struct record_kit *k);

/* The body of the n-th event of a kind, from 0. */
json_t *kit_body(const struct record_kit *k, const char *kind, unsigned n);
/* An event at the end; takes body. */
void kit_event(struct record_kit *k, const char *kind, const char *subject, const char *actor,
	json_t *body);
/* Where an event of a kind stands. */
guint kit_find(const struct record_kit *k, const char *kind);

/* Records track 1 anew, as what another session or track sent; the body of its media part. */
json_t *kit_record(struct record_kit *k, const char *session, uint16_t track);

/* Writes the record: the ledger is whole whatever the events say. */
void kit_write(const struct record_kit *k);

/* Verifies it: the number of faults, or negative errno. */
int kit_verify(struct record_kit *k);

/* Files of the written record. */
char *kit_read_file(const struct record_kit *k, const char *name, gsize *ret_len);
void kit_write_file(const struct record_kit *k, const char *name, const void *bytes, gsize len);
void kit_remove_file(const struct record_kit *k, const char *name);

#endif
