/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_MEMBER_STORE_H
#define SERVER_STORE_MEMBER_STORE_H

/*
 * The panel (评标委员会) of a session: drawn members, the seats they get at the gate (门禁), and
 * the passes from gate to seat. Who a member is stays wrapped; the account becomes known on
 * arrival. Getters return 0, STORE_E_NONE or negative errno.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/eval/panel.h"
#include "server/store/event_store.h"

struct db_txn;

struct member_row {
	int no; /* the place in the draw */
	uint8_t entry[32];
	GBytes *expert_enc;
	enum member_state state;
	int64_t arrived_us, promised_us;
	/* From arrival on; "" and NULL before. */
	char account_id[ID_SIZE];
	char seat_id[33];
	char *seat_label;
	char venue_id[ID_SIZE];
	char *venue_name;
	char *left_reason; /* personal; NULL: he did not leave, or none was given */
	bool left_salted;
	uint8_t left_salt[16]; /* of its digest in the ledger, if salted */
	char *release_note;    /* why the supervisor let him go; NULL: he did not */
	uint8_t release_salt[16];
	bool online; /* a device sits there, as far as the database knows */
};

void member_row_free(struct member_row *m);
static inline void member_row_freep(struct member_row **m)
{
	member_row_free(*m);
}
#define MEMBER_ROW_AUTO __attribute__((cleanup(member_row_freep)))

int member_store_insert(struct db_txn *txn, const char *session_id, const struct member_row *m);
/* All of a session, recused and replaced ones too, by number. The array owns them. */
int member_store_of_session(struct db_txn *txn, const char *session_id, GPtrArray **ret);
/* Who was drawn for a session, whatever became of him: for what member_identity() needs. */
struct member_drawn {
	char session_id[ID_SIZE];
	int64_t session_us;    /* when it is or was to be */
	struct member_row row; /* number and wrapped identity only */
};
/* Of all sessions from from_us to until_us. The array owns them. */
int member_store_drawn(struct db_txn *txn, int64_t from_us, int64_t until_us, GPtrArray **ret);
/* Who sits on the panel of a session that is not over and whose time, as far as it was said, overlaps
 * with from_us until before until_us. The array owns them. */
int member_store_drawn_meanwhile(
	struct db_txn *txn, int64_t from_us, int64_t until_us, GPtrArray **ret);
/* Whether the account has arrived at another session, which is not over, whose time overlaps with
 * this one's, as far as both were said. 0 or negative errno. */
int member_store_is_elsewhere(
	struct db_txn *txn, const char *session_id, const char *account_id, bool *ret);
/* The one with this number, borrowed; NULL: there is none. */
const struct member_row *member_row_find(const GPtrArray *members, int no);
/* The one who arrived with this account. */
int member_store_by_account(struct db_txn *txn, const char *session_id, const char *account_id,
	struct member_row **ret);
int member_store_set_arrived(struct db_txn *txn, const char *session_id, int member_no,
	const char *account_id, const char *seat_id, int64_t now_us);
int member_store_set_promised(
	struct db_txn *txn, const char *session_id, int member_no, int64_t now_us);
/* reason: NULL, or why he left, with the salt (16 bytes) of its digest in the ledger. */
int member_store_set_left(struct db_txn *txn, const char *session_id, int member_no,
	enum member_state state, const char *reason, const uint8_t *salt);

/* The supervisor lets him go (重新评审), and why: with the salt of its digest in the ledger. */
int member_store_set_released(struct db_txn *txn, const char *session_id, int member_no,
	const char *note, const uint8_t salt[static 16]);
/* A seat of an expert, still nobody's. booth NULL: it has no number there. */
int member_store_add_seat(struct db_txn *txn, const char *session_id, const char *seat_id,
	const char *venue_id, const char *booth, const char *label);
/* Seats of the venue nobody has, by id: texts, owned by the array. */
int member_store_free_seats(
	struct db_txn *txn, const char *session_id, const char *venue_id, GPtrArray **ret);
/* account_id NULL: nobody's again. */
/* He sits at another one of the session's. */
int member_store_set_seat(
	struct db_txn *txn, const char *session_id, int member_no, const char *seat_id);
int member_store_give_seat(
	struct db_txn *txn, const char *session_id, const char *seat_id, const char *account_id);

struct gate_pass {
	char session_id[ID_SIZE];
	char seat_id[33];
	char account_id[ID_SIZE];
	int64_t expires_us;
	bool used;
	uint8_t device_key[32]; /* of who used it */
};

int member_store_add_pass(
	struct db_txn *txn, const uint8_t pass_hash[static 32], const struct gate_pass *pass);
/* The pass, and nobody else uses it until this transaction ends. */
int member_store_lock_pass(
	struct db_txn *txn, const uint8_t pass_hash[static 32], struct gate_pass *ret);
int member_store_use_pass(struct db_txn *txn, const uint8_t pass_hash[static 32],
	const uint8_t device_key[static 32], int64_t now_us);

#endif
