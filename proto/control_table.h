/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The table of control messages, for proto/control and its schema printer only. */

#include "proto/control.h"

enum control_type {
	CONTROL_INT,         /* min to max */
	CONTROL_BOOL,        /* */
	CONTROL_IDENT,       /* session, seat: [0-9a-z_]{1,32} */
	CONTROL_ID,          /* the client's name for something: [0-9A-Za-z_-]{1,64} */
	CONTROL_CODE,        /* stable code or event kind: [0-9a-z_.]{1,64} */
	CONTROL_TOKEN,       /* ticket, resume token: [0-9A-Za-z_.~+/=-]{1,512} */
	CONTROL_TEXT,        /* min to max characters, no control characters but tab and newline */
	CONTROL_BASE64,      /* of exactly max bytes */
	CONTROL_ENUM,        /* one of values */
	CONTROL_OBJECT,      /* with fields */
	CONTROL_OPEN_OBJECT, /* any object */
	CONTROL_IDENTS,      /* list of up to max identifiers */
	CONTROL_OBJECTS,     /* list of up to max objects with fields */
	CONTROL_N_TYPES,
};

struct control_field {
	const char *name; /* NULL ends a list of fields */
	enum control_type type;
	bool required;
	int64_t min, max;
	const char *const *values;
	const struct control_field *fields;
	const char *about;
};

struct control_row {
	const char *name;
	enum control_direction direction;
	const struct control_field *fields;
	/* What a list of fields cannot say. Returns a refusal and names the field. */
	int (*check)(const json_t *root, const char **ret_field);
	const char *about;
};

/* A kind of room event and its body. */
struct control_event_row {
	const char *kind;
	const struct control_field *fields;
	const char *about;
};

extern const struct control_row control_rows[CONTROL_N_KINDS];
extern const struct control_event_row control_event_rows[];
extern const size_t control_n_event_rows;
