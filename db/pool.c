/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/pool.h"
#include "db/conn.h"
#include "db/fault.h"
#include "db/pool_take.h"

#include <errno.h>

struct db_pool {
	struct db_config config; /* its texts are ours */
	unsigned max_conns;

	GMutex mutex;
	GCond freed;
	GPtrArray *idle; /* of struct db_conn, the last used at the end */
	unsigned n_open; /* idle, lent, or being made */
	/* One connection that broke says that the server went away, so all older ones are thrown
	 * away unseen: otherwise each would cost some transaction an attempt. */
	unsigned generation;
	struct db_pool_counts counts;
};

static GMutex library_mutex;
static bool library_is_up;

void db_library_init(void)
{
	g_mutex_lock(&library_mutex);
	if (!library_is_up)
		library_is_up = mysql_library_init(0, NULL, NULL) == 0;
	g_assert(library_is_up);
	g_mutex_unlock(&library_mutex);
}

void db_library_end(void)
{
	g_mutex_lock(&library_mutex);
	if (library_is_up)
		mysql_library_end();
	library_is_up = false;
	g_mutex_unlock(&library_mutex);
}

struct db_pool *db_pool_new(const struct db_config *config, unsigned max_conns)
{
	struct db_pool *pool = g_new0(struct db_pool, 1);

	g_assert(max_conns > 0 && (config->socket || config->host));
	db_library_init();
	pool->config = *config;
	pool->config.socket = g_strdup(config->socket);
	pool->config.host = g_strdup(config->host);
	pool->config.user = g_strdup(config->user);
	pool->config.password = g_strdup(config->password);
	pool->config.database = g_strdup(config->database);
	pool->config.tls_ca_file = g_strdup(config->tls_ca_file);
	pool->max_conns = max_conns;
	pool->idle = g_ptr_array_new();
	g_mutex_init(&pool->mutex);
	g_cond_init(&pool->freed);
	return pool;
}

struct db_pool *db_pool_free(struct db_pool *pool)
{
	if (!pool)
		return NULL;
	g_assert(pool->n_open == pool->idle->len);
	for (guint i = 0; i < pool->idle->len; i++)
		db_conn_close(pool->idle->pdata[i]);
	g_ptr_array_unref(pool->idle);
	g_free((char *)pool->config.socket);
	g_free((char *)pool->config.host);
	g_free((char *)pool->config.user);
	g_free((char *)pool->config.password);
	g_free((char *)pool->config.database);
	g_free((char *)pool->config.tls_ca_file);
	g_mutex_clear(&pool->mutex);
	g_cond_clear(&pool->freed);
	g_free(pool);
	return NULL;
}

/* An idle connection of the present generation, or NULL; outdated ones move to `old`. */
static struct db_conn *take_idle(struct db_pool *pool, GPtrArray *old)
{
	while (pool->idle->len) {
		struct db_conn *conn = g_ptr_array_steal_index(pool->idle, pool->idle->len - 1);

		if (conn->generation == pool->generation)
			return conn;
		g_ptr_array_add(old, conn);
		pool->n_open--;
	}
	return NULL;
}

/* Lends an idle connection or reserves the place for a new one (*ret_conn NULL then). */
static int take_place(struct db_pool *pool, int64_t deadline_us, struct db_conn **ret_conn,
	unsigned *ret_generation)
{
	g_autoptr(GPtrArray) old = g_ptr_array_new();
	bool got;

	g_mutex_lock(&pool->mutex);
	while (!(*ret_conn = take_idle(pool, old)) && pool->n_open >= pool->max_conns)
		if (!g_cond_wait_until(&pool->freed, &pool->mutex, deadline_us))
			break;
	got = *ret_conn || pool->n_open < pool->max_conns;
	if (got && !*ret_conn)
		pool->n_open++;
	if (got)
		pool->counts.in_use++;
	*ret_generation = pool->generation;
	if (old->len)
		g_cond_broadcast(&pool->freed);
	g_mutex_unlock(&pool->mutex);
	for (guint i = 0; i < old->len; i++)
		db_conn_close(old->pdata[i]);
	return got ? 0 : db_fault(-EAGAIN, "all %u database connections are busy", pool->max_conns);
}

static void give_place_back(struct db_pool *pool, struct db_conn *conn)
{
	g_mutex_lock(&pool->mutex);
	pool->counts.in_use--;
	if (conn)
		g_ptr_array_add(pool->idle, conn);
	else
		pool->n_open--;
	g_cond_signal(&pool->freed);
	g_mutex_unlock(&pool->mutex);
}

int db_pool_take(struct db_pool *pool, int64_t deadline_us, struct db_conn **ret,
	enum db_verdict *ret_verdict)
{
	struct db_conn *conn = NULL;
	unsigned generation = 0;
	int r;

	db_thread_enter();
	*ret_verdict = DB_VERDICT_RETRY;
	r = take_place(pool, deadline_us, &conn, &generation);
	if (r < 0)
		return r;
	if (!conn) {
		r = db_conn_open(&pool->config, &conn, ret_verdict);
		if (r < 0) {
			give_place_back(pool, NULL);
			return r;
		}
		conn->generation = generation;
		g_mutex_lock(&pool->mutex);
		pool->counts.connects++;
		g_mutex_unlock(&pool->mutex);
	}
	*ret = conn;
	return 0;
}

void db_pool_give_back(struct db_pool *pool, struct db_conn *conn)
{
	if (conn->broken) {
		g_mutex_lock(&pool->mutex);
		if (conn->generation == pool->generation)
			pool->generation++;
		g_mutex_unlock(&pool->mutex);
		conn = db_conn_close(conn);
	}
	give_place_back(pool, conn);
}

int db_pool_ping(struct db_pool *pool)
{
	struct db_conn *conn = NULL;
	enum db_verdict verdict;
	int r;

	r = db_pool_take(pool, g_get_monotonic_time() + G_USEC_PER_SEC, &conn, &verdict);
	if (r < 0)
		return r;
	if (mysql_ping(conn->mysql)) {
		r = db_fault(-EAGAIN, "%u %s, at a ping", mysql_errno(conn->mysql),
			mysql_error(conn->mysql));
		conn->broken = true;
	}
	db_pool_give_back(pool, conn);
	return r;
}

const struct db_config *db_pool_config(struct db_pool *pool)
{
	return &pool->config;
}

void db_pool_count(struct db_pool *pool, unsigned commits, unsigned retries, unsigned gave_up)
{
	g_mutex_lock(&pool->mutex);
	pool->counts.commits += commits;
	pool->counts.retries += retries;
	pool->counts.gave_up += gave_up;
	g_mutex_unlock(&pool->mutex);
}

void db_pool_counts(struct db_pool *pool, struct db_pool_counts *ret)
{
	g_mutex_lock(&pool->mutex);
	*ret = pool->counts;
	g_mutex_unlock(&pool->mutex);
}
