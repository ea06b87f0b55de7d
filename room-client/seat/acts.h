/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * Acts on their way: what the user did that the server has not yet acknowledged. An act is sent
 * once per connection, and again on the next with the same id, until the server has acknowledged or
 * refused it; the id makes the repetition the same act. One after the other: the next act is sent
 * when the one before was acknowledged, refused or called pending. Pure.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "proto/control.h"

#define ACTS_MAX 256

struct acts;

struct act {
	char id[CONTROL_ID_MAX + 1];
	enum control_kind kind;
	json_t *fields; /* of the message, "id" included */
	bool sent;      /* on this connection */
	bool pending;   /* the server has it, but could not commit it yet */
	int64_t due_us; /* not to be sent before */
};

enum acts_refusal {
	ACTS_E_DUPLICATE = 1, /* an act with this id is on its way */
	ACTS_E_FULL,
};

struct acts *acts_new(void);
struct acts *acts_free(struct acts *a);

/* Takes a reference to fields. */
int acts_add(struct acts *a, const char *id, enum control_kind kind, json_t *fields);

/* The oldest act to be sent now, in the order in which they were done; NULL if none. The caller
 * sends it and sets sent. */
struct act *acts_next(struct acts *a, int64_t now_us);
/* When acts_next will have something, INT64_MAX if only after an answer or acts_resend. */
int64_t acts_due_us(const struct acts *a);

/* The connection is gone: everything is to be sent again. */
void acts_resend(struct acts *a);

struct act *acts_find(struct acts *a, const char *id);
/* Whether an act of this kind with these fields, whatever its id, is on its way. */
bool acts_any(const struct acts *a, enum control_kind kind, const json_t *fields);
void acts_remove(struct acts *a, const char *id);

/* For people: [{"id", "kind", "sent", "pending"}]. */
json_t *acts_list(const struct acts *a);
