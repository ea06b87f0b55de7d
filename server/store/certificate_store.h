/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STORE_CERTIFICATE_STORE_H
#define SERVER_STORE_CERTIFICATE_STORE_H

/* Certificates (数字证书) of bidders. Getters return 0, STORE_E_NONE or negative errno. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/core/id.h"
#include "server/store/event_store.h"

struct db_txn;

struct certificate_row {
	char certificate_id[ID_SIZE], account_id[ID_SIZE];
	char *pem, *subject, *issuer, *serial;
	int64_t from_us, until_us, added_us;
	uint8_t sha256[32];
};
void certificate_row_free(struct certificate_row *c);

/* One that was removed is there again, under its old id. */
int certificate_store_put(struct db_txn *txn, const struct certificate_row *c);
/* Those in use of an account, the one that holds longest first. */
int certificate_store_list(struct db_txn *txn, const char *account_id, GPtrArray **ret);
/* STORE_E_NONE: the account has none of this id in use. */
int certificate_store_remove(
	struct db_txn *txn, const char *certificate_id, const char *account_id, int64_t now_us);

/* A lot the bidder takes part in, whose opening is still to come or under way. */
struct certificate_lot {
	char lot_id[ID_SIZE];
	char *name, *project_name;
	int64_t deadline_us, ends_us; /* the latter: of the time to decrypt */
};
void certificate_lot_free(struct certificate_lot *l);
int certificate_store_lots(struct db_txn *txn, const char *account_id, GPtrArray **ret);

#endif
