/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_NOTICE_STORE_H
#define SERVER_STORE_NOTICE_STORE_H

/* Notices (公告). What is published is never changed again; its row keeps the text people read. */
#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"
#include "server/trade/notice.h"

struct db_txn;

struct notice_row {
	char notice_id[ID_SIZE];
	char project_id[ID_SIZE];
	struct notice notice; /* its texts point into the row */
	char *title, *body_md;
	json_t *fields;
	enum notice_state state;
	char author[ID_SIZE], approver[ID_SIZE]; /* approver "" */
	char *return_reason;
	char follows[ID_SIZE]; /* the notice it changes, clarifies or concludes; "": none */
	json_t *lot_nos, *media;
	int64_t publish_at_us;             /* when it is to be published; 0: not by itself */
	int64_t publish_seq, published_us; /* 0: not published */
	/*
	 * Grows whenever what its page shows changes: at publication, when it is withdrawn, and
	 * when a notice that follows it is published. Pages are written in this order.
	 */
	int64_t page_seq;
	uint8_t text_sha256[32];
	bool has_text, has_signature; /* notice_store_published_text() has them */
	int64_t withdrawn_us;
	char *withdraw_reason;
	bool has_withheld, has_attachments;
	json_t *withheld; /* what readers are told of it; NULL: not read (act/notice_withheld.h) */
	json_t *attachments; /* its files; NULL: none, or not read (act/notice_attachment.h) */
	int64_t created_us, version;
	/* From the neighbouring rows, for lists. */
	char *author_name, *approver_name, *project_code, *project_name;
	char *buyer_name, *agency_name; /* agency_name may be NULL */
	char region[7];
	enum regime regime;
	char *rulebook_version; /* of the project */
};

void notice_row_free(struct notice_row *n);
static inline void notice_row_freep(struct notice_row **n)
{
	notice_row_free(*n);
}
#define NOTICE_AUTO __attribute__((cleanup(notice_row_freep)))

/* Of these, struct notice_row; NULL: it is not among them. */
const struct notice_row *notice_row_find(const GPtrArray *notices, const char *notice_id);

int notice_store_insert(struct db_txn *txn, const struct notice_row *n);
/* Replaces text, fields and times. */
int notice_store_update(struct db_txn *txn, const struct notice_row *n);
/* A plan of when to publish it (publish_at) was made for the state before: it falls away. */
int notice_store_set_state(struct db_txn *txn, const char *notice_id, enum notice_state state,
	const char *approver, const char *return_reason);
/* What is published: its bytes, their SHA-256 and the centre's signature (NULL: none). */
struct published_text {
	GBytes *bytes, *signature;
	uint8_t sha256[32];
};

/*
 * Marks it published under the next number of the publication order, which is the order of the
 * commits: the counter row is written.
 */
int notice_store_publish(struct db_txn *txn, const char *notice_id, int64_t published_us,
	const struct published_text *text, int64_t *ret_seq);
/* What was published, byte for byte; both NULL for a notice of before they were kept. */
int notice_store_published_text(
	struct db_txn *txn, const char *notice_id, GBytes **ret_text, GBytes **ret_signature);

int notice_store_set_publish_at(struct db_txn *txn, const char *notice_id, int64_t publish_at_us);
/* The row is locked; its page changes. */
int notice_store_withdraw(
	struct db_txn *txn, const char *notice_id, int64_t withdrawn_us, const char *reason);

/* 0, STORE_E_NONE or negative errno. `lock` writes the row, so that two acts on it queue up. */
int notice_store_get(struct db_txn *txn, const char *notice_id, struct notice_row **ret);
int notice_store_lock(struct db_txn *txn, const char *notice_id, struct notice_row **ret);

/* Newest first behind id `after` ("": from the start); state 0 and project NULL: all. */
int notice_store_list(struct db_txn *txn, enum notice_state state, const char *project_id,
	const char *after, unsigned limit, GPtrArray **ret);
/*
 * To be called with every later change of a published notice that readers see: it takes the next
 * number of the publication order, so that pages, index and open data are written again.
 */
int notice_store_touch_page(struct db_txn *txn, const char *notice_id);

/* Published ones with page_seq > after, in that order. */
int notice_store_published(struct db_txn *txn, int64_t after, unsigned limit, GPtrArray **ret);
/* The number the newest publication or change got. */
int notice_store_last_seq(struct db_txn *txn, int64_t *ret);
/* Whether there is this notice and was published or changed at `seq` or later. */
int notice_store_followed(struct db_txn *txn, const char *notice_id, int64_t seq, bool *ret);
/*
 * All that was published of the projects with a publication or change in (after, upto] of the
 * order: grouped by project, in each in the order of publication.
 */
int notice_store_chains(struct db_txn *txn, int64_t after, int64_t upto, GPtrArray **ret);
/*
 * Approved ones whose time to be published has come. Those of `held` ("kind,kind") wait while a
 * complaint suspends their project's trading.
 */
int notice_store_due(
	struct db_txn *txn, int64_t now_us, const char *held, unsigned limit, GPtrArray **ret);
/* More than any project has. */
#define NOTICES_OF_PROJECT_MAX 500
/* All that was published of a project, in order. */
int notice_store_published_of(
	struct db_txn *txn, const char *project_id, unsigned limit, GPtrArray **ret);
/* The newest published ones, newest first; withdrawn ones too. */
int notice_store_newest(struct db_txn *txn, unsigned limit, GPtrArray **ret);

#endif
