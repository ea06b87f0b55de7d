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
#include <stdbool.h>
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
	GBytes *signed_pdf; /* NULL: there is none */
	GByteArray *reel, *index;
	char *out; /* what the last verification said */
};

struct record_kit *kit_new(void);
/* The same with this review (server/eval/review.h) in the lot's scheme; nothing is voted yet. */
struct record_kit *kit_new_of(const char *review);
/* The same with an objective item, on which the two members differ for both bids. */
struct record_kit *kit_new_objective(void);

/* The same where a price is abnormally low (E20 in the scheme, a ceiling of 120): the first bid's. Nobody
 * has looked at it. */
struct record_kit *kit_new_low_price(void);

/* What a dishonest house does before a member signs inside the PDF; each may be left out. */
struct kit_forgery {
	/* To the file with room for the signature, which begins behind `before`. */
	void (*increment)(char *file, size_t len, size_t before);
	int64_t later_us;  /* the file tells another time than the certificate's event */
	unsigned field_no; /* and another number of the field */
	bool other_key;    /* the key inside is not the one that was declared */
};
/* The same, signed inside the PDF; f is for the first member, NULL: as it should be. */
struct record_kit *kit_new_signed(const struct kit_forgery *f);

struct record_kit *kit_free(struct record_kit *k);

/* The body of the n-th event of a kind, from 0. */
json_t *kit_body(const struct record_kit *k, const char *kind, unsigned n);
/* An event at the end; takes body. */
void kit_event(struct record_kit *k, const char *kind, const char *subject, const char *actor,
	json_t *body);
/* Where an event of a kind stands. */
guint kit_find(const struct record_kit *k, const char *kind);

/*
 * The events from this kind on, taken away: they are put back behind what a case writes, which
 * frees the array, or stand there once more.
 */
GPtrArray *kit_cut(struct record_kit *k, const char *kind);
void kit_put_back(struct record_kit *k, GPtrArray *rest);
void kit_again(struct record_kit *k, const GPtrArray *rest);

/* Records track 1 anew, as what another session or track sent; the body of its media part. */
json_t *kit_record(struct record_kit *k, const char *session, uint16_t track);

/* The lot's result is another one, and lot.ranked says so. */
void kit_rank_again(struct record_kit *k);

/* Writes the record: the ledger is whole whatever the events say. */
void kit_write(const struct record_kit *k);

/* Verifies it: the number of faults, or negative errno. */
int kit_verify(struct record_kit *k);

/* What a dishonest house could write, and what is said of it. */
struct kit_house {
	const char *what;
	void (*write)(struct record_kit *k);
	const char *said; /* NULL: nothing is wrong */
};

/* Each is found out, and it is said. */
void kit_check_houses(const struct kit_house *houses, size_t n);

/* Files of the written record. */
char *kit_read_file(const struct record_kit *k, const char *name, gsize *ret_len);
void kit_write_file(const struct record_kit *k, const char *name, const void *bytes, gsize len);
void kit_remove_file(const struct record_kit *k, const char *name);

#endif
