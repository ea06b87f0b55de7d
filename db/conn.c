/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/conn.h"
#include "db/fault.h"
#include "db/pool.h"

#include <errno.h>
#include <string.h>

/* The server counts prepared statements over all connections (16382 by default), so the cache is
 * emptied when a connection has this many. The program has far fewer; SQL made from parts could
 * have more. */
#define MAX_CACHED 256

/* A BLOB column may be 16 MB long and travels in one packet. */
#define MAX_PACKET (64ul << 20)

static void library_thread_end(void *unused)
{
	mysql_thread_end();
}

void db_thread_enter(void)
{
	static GPrivate entered = G_PRIVATE_INIT(library_thread_end);

	if (!g_private_get(&entered)) {
		mysql_thread_init();
		g_private_set(&entered, &entered);
	}
}

static void stmt_free(void *data)
{
	struct db_stmt *stmt = data;

	mysql_stmt_close(stmt->mysql);
	g_free(stmt->sql);
	g_free(stmt);
}

static void set_options(MYSQL *mysql, const struct db_config *config)
{
	unsigned connect_s = config->connect_timeout_s ? config->connect_timeout_s : 3;
	unsigned io_s = config->io_timeout_s ? config->io_timeout_s : 15;
	unsigned long packet = MAX_PACKET;
	unsigned off = 0;
	my_bool no = 0, yes = 1;

	mysql_optionsv(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_optionsv(mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
	mysql_optionsv(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
	mysql_optionsv(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
	mysql_optionsv(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_optionsv(mysql, MYSQL_OPT_RECONNECT, &no);
	mysql_optionsv(mysql, MYSQL_REPORT_DATA_TRUNCATION, &yes);
	mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (config->tls_ca_file) {
		/* Without all three a wrong certificate would be accepted. */
		mysql_optionsv(mysql, MYSQL_OPT_SSL_CA, config->tls_ca_file);
		mysql_optionsv(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
		mysql_optionsv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
	}
}

/* One statement, so that a session is set up in one round trip. NO_AUTO_CREATE_USER makes a GRANT
 * to an account that does not exist an error instead of an account without a password. Without a
 * join buffer rows keep the order of the index they are read by: with it, joining a table of a few
 * rows made each page of a long list sort all that came after it. */
static unsigned set_session(struct db_conn *conn, const struct db_config *config)
{
	g_autofree char *sql = g_strdup_printf(
		"SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,"
		"NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
		"NO_AUTO_CREATE_USER,ONLY_FULL_GROUP_BY', tx_isolation = 'READ-COMMITTED', "
		"join_cache_level = 0, autocommit = 1, innodb_lock_wait_timeout = %u",
		config->lock_timeout_s ? config->lock_timeout_s : 3);

	return db_conn_command(conn, sql);
}

int db_conn_open(const struct db_config *config, struct db_conn **ret, enum db_verdict *ret_verdict)
{
	struct db_conn *conn = g_new0(struct db_conn, 1);
	bool connected;

	db_thread_enter();
	conn->stmts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, stmt_free);
	conn->mysql = mysql_init(NULL);
	g_assert(conn->mysql);
	set_options(conn->mysql, config);
	connected = mysql_real_connect(conn->mysql, config->socket ? "localhost" : config->host,
			    config->user, config->password, config->database,
			    config->socket ? 0 : config->port, config->socket, CLIENT_FOUND_ROWS) &&
		    !set_session(conn, config);
	if (!connected) {
		*ret_verdict = db_verdict(mysql_errno(conn->mysql));
		db_fault(0, "%u %s, connecting to %s as %s", mysql_errno(conn->mysql),
			mysql_error(conn->mysql), config->socket ? config->socket : config->host,
			config->user);
		db_conn_close(conn);
		return *ret_verdict == DB_VERDICT_FAULT ? -EIO : -EAGAIN;
	}
	*ret = conn;
	return 0;
}

struct db_conn *db_conn_close(struct db_conn *conn)
{
	if (!conn)
		return NULL;
	g_hash_table_unref(conn->stmts);
	mysql_close(conn->mysql);
	g_free(conn);
	return NULL;
}

unsigned db_conn_command(struct db_conn *conn, const char *sql)
{
	if (mysql_real_query(conn->mysql, sql, strlen(sql)))
		return mysql_errno(conn->mysql);
	g_assert(mysql_field_count(conn->mysql) == 0);
	return 0;
}

static gboolean stmt_is_idle(void *text, void *value, void *unused)
{
	return !((struct db_stmt *)value)->busy;
}

unsigned db_conn_prepare(struct db_conn *conn, const char *sql, struct db_stmt **ret)
{
	struct db_stmt *stmt = g_hash_table_lookup(conn->stmts, sql);
	bool cached = !stmt;

	if (stmt && !stmt->busy) {
		stmt->busy = true;
		*ret = stmt;
		return 0;
	}
	stmt = g_new0(struct db_stmt, 1);
	stmt->mysql = mysql_stmt_init(conn->mysql);
	stmt->busy = true;
	g_assert(stmt->mysql);
	*ret = stmt;
	if (mysql_stmt_prepare(stmt->mysql, sql, strlen(sql)))
		return mysql_stmt_errno(stmt->mysql);
	if (cached) {
		if (g_hash_table_size(conn->stmts) >= MAX_CACHED)
			g_hash_table_foreach_remove(conn->stmts, stmt_is_idle, NULL);
		stmt->cached = true;
		stmt->sql = g_strdup(sql);
		g_hash_table_insert(conn->stmts, stmt->sql, stmt);
	}
	return 0;
}

void db_conn_give_back(struct db_conn *conn, struct db_stmt *stmt)
{
	stmt->busy = false;
	if (!stmt->cached)
		stmt_free(stmt);
}
