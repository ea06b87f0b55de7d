/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_CALENDAR_STORE_H
#define SERVER_STORE_CALENDAR_STORE_H

/* What the calendar of all clocks (期限日历) is made of: notices without their texts. */
#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/notice.h"

struct db_txn;

struct calendar_notice {
	char notice_id[ID_SIZE], project_id[ID_SIZE];
	struct notice notice; /* kind, times and lots; no texts, no fields */
	char *title, *project_name, *rulebook_version;
	json_t *lot_nos;
	int64_t published_us;    /* 0: not published */
	int64_t publish_at_us;   /* when it is to be published; 0: not by itself */
	int64_t n_media, n_seen; /* those it names, those it was seen in */
};

void calendar_notice_free(struct calendar_notice *n);

/*
 * Published and not withdrawn, behind this id ("": from the start) by id: those published since
 * then and those with a time of their own, or of a lot of their project, since then.
 */
int calendar_store_notices(
	struct db_txn *txn, int64_t since_us, const char *after, unsigned limit, GPtrArray **ret);
/* Approved ones that are to be published by themselves, behind this id by id. */
int calendar_store_scheduled(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);
/*
 * The newest deadline that published changes of this notice, and of those in turn, name; 0: none
 * does. For kinds whose deadline is not that of lots.
 */
int calendar_store_changed_deadline(struct db_txn *txn, const char *notice_id, int64_t *ret_us);

/* A finished evaluation whose candidates or result is not published for all of its lots. */
struct unpublished_report {
	char session_id[ID_SIZE], project_id[ID_SIZE];
	char *project_name, *title, *rulebook_version;
	enum regime regime;
	int64_t closed_us;
};
void unpublished_report_free(struct unpublished_report *u);
/* However long ago it ended, behind this id by id. */
int calendar_store_unpublished(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* An objection (异议, 质疑) to the tender file that nobody answered. */
struct open_objection {
	char question_id[ID_SIZE], project_id[ID_SIZE];
	char *project_name, *rulebook_version;
	enum regime regime;
	int64_t asked_us;
};
void open_objection_free(struct open_objection *o);
/* Behind this id by id. */
int calendar_store_objections(
	struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

/* A contract (采购合同) of a lot, or a notice that holds something back until a day. */
struct calendar_due {
	char id[ID_SIZE], project_id[ID_SIZE]; /* of the lot, of the notice */
	char *project_name, *title, *rulebook_version;
	int64_t at_us;  /* when it was signed; the first day something is to be disclosed */
	int64_t lot_no; /* 0: it is a notice */
	bool told;      /* the contract is published */
	enum notice_kind kind;
};
void calendar_due_free(struct calendar_due *d);
/*
 * Contracts of government purchases that are not published, and those signed since then, behind
 * this lot by lot.
 */
int calendar_store_contracts(
	struct db_txn *txn, int64_t since_us, const char *after, unsigned limit, GPtrArray **ret);
/* Published notices with a day for something they still hold back, behind this id by id. */
int calendar_store_withheld(struct db_txn *txn, const char *after, unsigned limit, GPtrArray **ret);

#endif
