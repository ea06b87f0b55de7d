/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_NOTICE_STAGE_H
#define SERVER_PUBLISH_NOTICE_STAGE_H

/* What a notice tells of the process, for formats that know fewer kinds than we do. Pure. */
#include <stdbool.h>

#include "server/store/notice_store.h"

enum notice_stage {
	STAGE_TENDER = 1, /* bids, or offers, are asked for */
	STAGE_CHANGE,     /* something of it changes or is made clear */
	STAGE_CANDIDATES, /* ranked candidates, open to objections */
	STAGE_AWARD,      /* the result */
	STAGE_CONTRACT,   /* the contract made of it */
	STAGE_END,        /* ended without one */
};

enum notice_stage notice_stage_of(const struct notice_row *n);

/* "_failure": whether the name of its kind ends so. */
bool notice_kind_ends_with(const struct notice_row *n, const char *end);

#endif
