/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What a sealed bid offers besides its price and is read out with it (唱标): the terms of table
 *507, opening detail. They stand in its offer, each a line of text and none of them needed:
 *
 *	"terms": {"duration", "delivery_time": "2027-03-01", "manager", "manager_certificates"}
 *
 * Whatever else an offer says, or says in another form, is not read out.
 *
 * Pure functions, any thread.
 */

#include <jansson.h>

#define OFFER_TERM_MAX 200 /* characters */

/* A new object of those it has; NULL: none. */
json_t *offer_terms(const json_t *offer);
/* The same without who is a person: what may stand in the ledger for ever. */
json_t *offer_terms_impersonal(const json_t *offer);

/* In Chinese, for the papers: "工期：90日历天；项目经理：…"; of NULL "". g_free it. */
char *offer_terms_text(const json_t *terms);
