/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_EXCHANGE_PARTS_H
#define SERVER_PUBLISH_EXCHANGE_PARTS_H

/* Private to exchange*.c. */
#include "server/publish/exchange.h"

/* What is under way: sender, records so far, and what is wrong with them. */
struct exchange_build {
	const struct exchange_sender *sender;
	const struct exchange_trade *trade;
	const struct notice_row *n;
	json_t *records;
	GArray *problems;
};

/* What every record of the project begins with; its end, which takes fields. */
json_t *exchange_begin(const struct exchange_build *b);
void exchange_end(struct exchange_build *b, const char *table, json_t *fields);

/* What is empty or zero is left out. A time is "20260301090000", of Beijing. */
void exchange_put(json_t *fields, const char *name, const char *text);
void exchange_put_time(json_t *fields, const char *name, int64_t t_us);
void exchange_put_amount(json_t *fields, const char *name, struct decimal yuan);
/* A field of the notice, unless it is held back. */
void exchange_put_field(
	json_t *fields, const char *name, const struct notice_row *n, const char *from);

/* How many lots the notice means. */
guint exchange_lots_meant(const struct exchange_build *b);

/* Table 507: every bid that was opened in a lot the notice means. */
void exchange_add_opened(struct exchange_build *b);
/* Table 510: who is ranked, where the notice tells it. */
void exchange_add_candidates(struct exchange_build *b);
/* Table 554: the contract of each lot. */
void exchange_add_contracts(struct exchange_build *b);
/* Tables 9015, 9016 and 9017, where the notice tells the result. */
void exchange_add_evaluation(struct exchange_build *b);

#endif
