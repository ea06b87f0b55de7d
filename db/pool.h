/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_POOL_H
#define DB_POOL_H

/*
 * Connections to MariaDB, lent to one thread at a time. Nobody outside this folder sees a
 * connection: work goes through db_run() in db/txn.h, which borrows one.
 *
 * A session is always set up the same way: utf8mb4, UTC, strict SQL mode, READ COMMITTED (why: see
 * db/README.md), no automatic reconnect. A broken connection is thrown away and made anew.
 */
#include <stdint.h>

/* Where the database is and how to speak to it. Texts are copied by whoever keeps them. */
struct db_config {
	const char *socket; /* unix socket; when set, host and port are not used */
	const char *host;   /* or a list "a:3306,b:3306", tried in order at each connect */
	unsigned port;      /* 0: 3306 */
	const char *user;
	const char *password; /* may be NULL */
	const char *database; /* NULL: none chosen */

	/* The authority that signed the server's certificate. Set: TLS is demanded and the
	 * certificate and its name are checked. NULL: no TLS, for sockets and loopback. */
	const char *tls_ca_file;

	/* Seconds; 0 takes the default: 3 to connect, 15 to read or write, 3 to wait for a lock. */
	unsigned connect_timeout_s, io_timeout_s, lock_timeout_s;

	/* How long db_run goes on trying; 0 takes the default: 40 attempts within 10 s. */
	unsigned max_attempts;
	int64_t retry_us;
};

/*
 * To be called once by the main thread, before the first thread and before any TLS library is set
 * up; db_library_end after the last pool is gone. Both may be called again without effect.
 */
void db_library_init(void);
void db_library_end(void);

struct db_pool;

/*
 * A pool of at most max_conns connections (one per worker thread is right). Connects only when
 * asked to, so it succeeds while the database is still down. Thread-safe.
 */
struct db_pool *db_pool_new(const struct db_config *config, unsigned max_conns);

/* All connections must have been given back. NULL is fine. Returns NULL. */
struct db_pool *db_pool_free(struct db_pool *pool);

/* Connects if needed and asks the server for a sign of life, once, without retries; for /readyz. */
int db_pool_ping(struct db_pool *pool);

/* Counters for /metrics, since the start. */
struct db_pool_counts {
	uint64_t commits;
	uint64_t retries;  /* attempts after the first of a transaction */
	uint64_t gave_up;  /* transactions that ended with -EAGAIN */
	uint64_t connects; /* connections made */
	unsigned in_use;   /* lent at this moment */
};
void db_pool_counts(struct db_pool *pool, struct db_pool_counts *ret);

#endif
