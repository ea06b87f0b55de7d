/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/fault.h"
#include "db/instance.h"
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

/* Also the name under which this program runs itself as a process to be killed. */
static const char *program;

struct events {
	GMutex mutex;
	GCond changed;
	unsigned n[3];
};

static void count_event(void *ctx, enum db_instance_event event, const char *text)
{
	struct events *events = ctx;

	g_mutex_lock(&events->mutex);
	events->n[event]++;
	g_cond_signal(&events->changed);
	g_mutex_unlock(&events->mutex);
}

static void wait_event(struct events *events, enum db_instance_event event, unsigned n)
{
	int64_t end_us = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

	g_mutex_lock(&events->mutex);
	while (events->n[event] < n)
		if (!g_cond_wait_until(&events->changed, &events->mutex, end_us))
			fail_msg("event %d did not come %u times", event, n);
	g_mutex_unlock(&events->mutex);
}

static struct db_instance_config config_for(const char *dir, struct events *events)
{
	return (struct db_instance_config){
		.dir = dir,
		.run_as_uid = test_db_uid(),
		.run_as_gid = test_db_gid(),
		.buffer_pool_mb = 32,
		.event = events ? count_event : NULL,
		.ctx = events,
	};
}

static void start(const char *dir, struct events *events, struct db_instance **ret)
{
	struct db_instance_config config = config_for(dir, events);
	int r = db_instance_start(&config, ret);

	if (r)
		print_error("%s\n", db_fault_text());
	assert_int_equal(r, 0);
}

static struct db_pool *pool_of(struct db_instance *instance, enum db_account account)
{
	struct db_config config;

	db_instance_account(instance, account, &config);
	return db_pool_new(&config, 4);
}

static int run_sql(struct db_txn *txn, void *data)
{
	return db_exec(txn, data, DB_NO_PARAMS, NULL);
}

static int as(struct db_instance *instance, enum db_account account, const char *sql)
{
	struct db_pool *pool = pool_of(instance, account);
	int r = db_run(pool, run_sql, (void *)sql);

	db_pool_free(pool);
	return r;
}

static int find_count(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn, "SELECT COUNT(*) FROM kept", DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r > 0)
		*(int64_t *)data = db_col_int(rows, 0);
	return MIN(r, 0);
}

static int64_t count_kept(struct db_instance *instance)
{
	struct db_pool *pool = pool_of(instance, DB_ACCOUNT_SCHEMA);
	int64_t n = -1;

	assert_int_equal(db_run_read(pool, find_count, &n), 0);
	db_pool_free(pool);
	return n;
}

static void make_kept(struct db_instance *instance)
{
	assert_int_equal(
		as(instance, DB_ACCOUNT_SCHEMA, "CREATE TABLE kept (id BIGINT PRIMARY KEY)"), 0);
}

static void assert_private(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, test_db_uid());
	assert_int_equal(st.st_mode & 07777, S_ISDIR(st.st_mode) ? 0700 : 0600);
}

static void put(const char *dir, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
	if (geteuid() == 0)
		assert_int_equal(chown(path, test_db_uid(), test_db_gid()), 0);
}

static void test_creation_accounts_and_second_start(void **state)
{
	char *tmp = test_dir_make();
	g_autofree char *dir = g_build_filename(tmp, "评标-db", NULL);
	g_autofree char *rest = g_build_filename(dir, "data.new", "rest", NULL);
	struct db_account_texts *texts = NULL;
	struct db_instance *instance = NULL;
	struct db_config config;
	struct db_pool *pool;

	start(dir, NULL, &instance);
	assert_private(dir, ".");
	assert_private(dir, "data");
	assert_private(dir, "my.cnf");
	assert_private(dir, "accounts");
	assert_private(dir, "accounts/schema");
	assert_private(dir, "accounts/service");
	assert_private(dir, "accounts/backup");
	make_kept(instance);
	assert_int_equal(as(instance, DB_ACCOUNT_SCHEMA, "INSERT INTO kept (id) VALUES (1)"), 0);
	assert_int_equal(as(instance, DB_ACCOUNT_SCHEMA, "CREATE USER x"), -EIO);
	assert_int_equal(
		as(instance, DB_ACCOUNT_SCHEMA, "GRANT SELECT ON kept TO bidroom_srvice"), -EIO);
	assert_int_equal(
		as(instance, DB_ACCOUNT_SERVICE, "INSERT INTO kept (id) VALUES (2)"), -EIO);
	assert_int_equal(
		as(instance, DB_ACCOUNT_SCHEMA, "GRANT SELECT, INSERT ON kept TO bidroom_service"),
		0);
	assert_int_equal(as(instance, DB_ACCOUNT_SERVICE, "INSERT INTO kept (id) VALUES (2)"), 0);
	assert_int_equal(as(instance, DB_ACCOUNT_SERVICE, "DELETE FROM kept"), -EIO);
	assert_int_equal(as(instance, DB_ACCOUNT_BACKUP, "DELETE FROM kept"), -EIO);
	assert_int_equal(db_instance_stop(instance), 0);

	/* Rests of a creation that was cut off change nothing once there is a database. */
	assert_int_equal(g_mkdir_with_parents(rest, 0700), 0);
	start(dir, NULL, &instance);
	assert_int_equal(count_kept(instance), 2);
	assert_int_equal(db_account_read(dir, DB_ACCOUNT_SERVICE, &config, &texts), 0);
	pool = db_pool_new(&config, 1);
	assert_int_equal(db_pool_ping(pool), 0);
	db_pool_free(pool);
	db_account_free(texts);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

static void test_cut_off_creation_is_begun_anew(void **state)
{
	char *tmp = test_dir_make();
	g_autofree char *log = g_build_filename(tmp, "create.log", NULL);
	g_autofree char *rest = g_build_filename(tmp, "data", "rest", NULL);
	struct db_instance_config config = config_for(tmp, NULL);
	struct db_instance *instance = NULL;

	/* A server that cannot make the accounts, with the reason at hand. */
	config.mariadbd = "/bin/false";
	assert_int_equal(db_instance_start(&config, &instance), -EIO);
	assert_non_null(strstr(db_fault_text(), log));
	put(tmp, "data.new/rest", "");
	start(tmp, NULL, &instance);
	make_kept(instance);
	assert_int_not_equal(access(rest, F_OK), 0);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

static void test_refused_places(void **state)
{
	char *tmp = test_dir_make();
	g_autofree char *name = g_strnfill(100, 'x');
	g_autofree char *too_long = g_build_filename(tmp, name, NULL);
	g_autofree char *odd = g_build_filename(tmp, "a b", NULL);
	struct db_instance_config config = config_for(too_long, NULL);
	struct db_instance *instance = NULL;

	assert_int_equal(db_instance_start(&config, &instance), DB_E_INSTANCE_PATH);
	assert_non_null(strstr(db_fault_text(), "longer than 99 bytes"));
	config.dir = odd;
	assert_int_equal(db_instance_start(&config, &instance), DB_E_INSTANCE_PATH);
	config.dir = "/proc/nothing/db";
	assert_true(db_instance_start(&config, &instance) < 0);
	config.dir = tmp;
	config.run_as_uid = geteuid() == 0 ? 0 : 1;
	assert_int_equal(db_instance_start(&config, &instance), -EPERM);
	config = config_for("/", NULL);
	assert_int_equal(db_instance_start(&config, &instance), -EPERM);
	assert_null(instance);
	test_dir_remove(tmp);
}

static void test_second_process_is_refused(void **state)
{
	char *tmp = test_dir_make();
	struct db_instance_config config = config_for(tmp, NULL);
	struct db_instance *first = NULL, *second = NULL;

	start(tmp, NULL, &first);
	assert_int_equal(db_instance_start(&config, &second), DB_E_INSTANCE_BUSY);
	make_kept(first);
	assert_int_equal(db_instance_stop(first), 0);
	test_dir_remove(tmp);
}

struct writer {
	struct db_pool *pool;
	int64_t first;
	int64_t acked; /* rows first .. first + acked - 1 are promised */
	atomic_bool *stop;
};

static int insert_next(struct db_txn *txn, void *data)
{
	struct writer *writer = data;

	return db_exec(txn, "INSERT INTO kept (id) VALUES (?)",
		DB_PARAMS(db_int(writer->first + writer->acked)), NULL);
}

static void *write_on(void *data)
{
	struct writer *writer = data;

	while (!atomic_load(writer->stop)) {
		int r = db_run(writer->pool, insert_next, writer);

		/* A duplicate: the COMMIT whose answer got lost did happen. */
		if (r != 0 && r != DB_E_DUPLICATE)
			return g_strdup(db_fault_text());
		writer->acked++;
	}
	return NULL;
}

struct range {
	int64_t first, n, found;
};

static int count_range(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	struct range *range = data;
	int r = db_query(txn, "SELECT COUNT(*) FROM kept WHERE id >= ? AND id < ?",
		DB_PARAMS(db_int(range->first), db_int(range->first + range->n)), &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r > 0)
		range->found = db_col_int(rows, 0);
	return MIN(r, 0);
}

#define WRITERS 3

/* Three kills under three writers who notice nothing but a delay. */
static void test_killed_server_comes_back_with_every_acked_row(void **state)
{
	char *tmp = test_dir_make();
	struct events events = {0};
	struct db_instance *instance = NULL;
	struct writer writers[WRITERS];
	GThread *threads[WRITERS];
	struct db_pool *pool;
	atomic_bool stop = false;

	start(tmp, &events, &instance);
	make_kept(instance);
	pool = pool_of(instance, DB_ACCOUNT_SCHEMA);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){pool, i * 1000000000ll, 0, &stop};
		threads[i] = g_thread_new("writer", write_on, &writers[i]);
	}
	for (unsigned kill_no = 1; kill_no <= 3; kill_no++) {
		struct db_pool_counts now, before;
		pid_t pid;

		/* In full swing. */
		db_pool_counts(pool, &before);
		do
			db_pool_counts(pool, &now);
		while (now.commits < before.commits + 50);
		pid = db_instance_pid(instance);
		assert_true(pid > 1);
		kill(pid, SIGKILL);
		wait_event(&events, DB_INSTANCE_DIED, kill_no);
		wait_event(&events, DB_INSTANCE_READY, kill_no + 1);
		assert_int_not_equal(db_instance_pid(instance), pid);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < WRITERS; i++) {
		struct range range = {writers[i].first, 0, -1};
		char *text = g_thread_join(threads[i]);

		assert_null(text);
		range.n = writers[i].acked;
		assert_true(range.n > 0);
		assert_int_equal(db_run_read(pool, count_range, &range), 0);
		assert_int_equal(range.found, range.n);
	}
	assert_int_equal(events.n[DB_INSTANCE_NO_START], 0);
	db_pool_free(pool);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

static void test_server_that_does_not_start_is_tried_again(void **state)
{
	char *tmp = test_dir_make();
	g_autofree char *cnf = g_build_filename(tmp, "my.cnf", NULL);
	g_autofree char *good = NULL;
	struct events events = {0};
	struct db_instance *instance = NULL;

	start(tmp, &events, &instance);
	make_kept(instance);
	assert_true(g_file_get_contents(cnf, &good, NULL, NULL));
	put(tmp, "my.cnf", "[mariadbd]\nno_such_option=1\n");
	kill(db_instance_pid(instance), SIGKILL);
	wait_event(&events, DB_INSTANCE_NO_START, 2);
	assert_int_equal(db_instance_pid(instance), 0);
	put(tmp, "my.cnf", good);
	wait_event(&events, DB_INSTANCE_READY, 2);
	assert_int_equal(count_kept(instance), 0);
	/* And stopping while it is down. */
	put(tmp, "my.cnf", "[mariadbd]\nno_such_option=1\n");
	kill(db_instance_pid(instance), SIGKILL);
	wait_event(&events, DB_INSTANCE_NO_START, 4);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

static bool drop_root(void)
{
	return geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(test_db_gid()) == 0 &&
					 setuid(test_db_uid()) == 0);
}

/*
 * The process to be killed. Like bidroomd it starts the instance, drops root, and still has to
 * bring back a server that died. Then it says the server's pid and waits for its end.
 */
static int be_the_parent(const char *dir)
{
	struct events events = {0};
	struct db_instance *instance = NULL;
	struct db_instance_config config = config_for(dir, &events);

	if (db_instance_start(&config, &instance) != 0 || !drop_root())
		return 1;
	kill(db_instance_pid(instance), SIGKILL);
	wait_event(&events, DB_INSTANCE_READY, 2);
	printf("%d\n", (int)db_instance_pid(instance));
	fflush(stdout);
	for (;;)
		pause();
}

/* Starts this program as such a process; *ret_pidfd watches its server. */
static pid_t start_parent(const char *dir, pid_t *ret_server, int *ret_pidfd)
{
	const char *argv[] = {program, "--parent", dir, NULL};
	char line[32] = "";
	GPid pid = 0;
	FILE *out;
	int fd = -1;

	assert_true(g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
		NULL, NULL, &pid, NULL, &fd, NULL, NULL));
	out = fdopen(fd, "r");
	assert_non_null(fgets(line, sizeof line, out));
	fclose(out);
	*ret_server = atoi(line);
	*ret_pidfd = pidfd_open(*ret_server, 0);
	assert_true(*ret_server > 1 && *ret_pidfd >= 0);
	return pid;
}

static void kill_parent(pid_t pid)
{
	int status = 0;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	assert_true(WIFSIGNALED(status));
}

static void wait_gone(int pidfd)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	assert_int_equal(poll(&fd, 1, 60000), 1);
	close(pidfd);
}

static void test_server_ends_with_its_killed_parent(void **state)
{
	char *tmp = test_dir_make();
	struct db_instance *instance = NULL;
	pid_t parent, server;
	int pidfd;

	parent = start_parent(tmp, &server, &pidfd);
	kill_parent(parent);
	wait_gone(pidfd);

	/* Starting at once, while the orphan is still on its way out. */
	parent = start_parent(tmp, &server, &pidfd);
	kill_parent(parent);
	start(tmp, NULL, &instance);
	wait_gone(pidfd);
	assert_int_not_equal(db_instance_pid(instance), server);
	make_kept(instance);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

/* The process that becomes a server without being anybody's child: one whose parent's death did not
 * reach it. Like the real one it inherits the lock. */
static int be_a_bare_server(const char *dir)
{
	g_autofree char *lock = g_build_filename(dir, "server.lock", NULL);
	g_autofree char *defaults = g_strdup_printf("--defaults-file=%s/my.cnf", dir);
	int fd = open(lock, O_RDWR);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return 1;
	/* Of the test program itself: a failing test leaves no server behind. */
	if (!drop_root() || prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return 1;
	execl("/usr/sbin/mariadbd", "mariadbd", defaults, NULL);
	return 1;
}

static void test_start_ends_a_left_over_server(void **state)
{
	char *tmp = test_dir_make();
	const char *argv[] = {program, "--bare", tmp, NULL};
	struct db_account_texts *texts = NULL;
	struct db_instance *instance = NULL;
	struct db_config account;
	struct db_pool *pool;
	GPid pid = 0;
	int status = 0;

	start(tmp, NULL, &instance);
	make_kept(instance);
	assert_int_equal(db_instance_stop(instance), 0);

	assert_true(g_spawn_async(
		NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL));
	assert_int_equal(db_account_read(tmp, DB_ACCOUNT_SCHEMA, &account, &texts), 0);
	pool = db_pool_new(&account, 1);
	assert_int_equal(db_run(pool, run_sql, (void *)"INSERT INTO kept (id) VALUES (1)"), 0);
	db_pool_free(pool);
	db_account_free(texts);

	start(tmp, NULL, &instance);
	assert_int_equal(waitpid(pid, &status, WNOHANG), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(count_kept(instance), 1);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

static void *unlock_in_thread(void *data)
{
	close(GPOINTER_TO_INT(data));
	return NULL;
}

/* Somebody who holds the lock and is no server: the start waits for him, but not for ever. */
static void test_start_waits_for_the_lock(void **state)
{
	char *tmp = test_dir_make();
	g_autofree char *lock = g_build_filename(tmp, "server.lock", NULL);
	struct db_instance_config config = config_for(tmp, NULL);
	struct db_instance *instance = NULL;
	GThread *thread;
	int fd;

	put(tmp, "server.lock", "");
	fd = open(lock, O_RDWR | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	config.stop_timeout_s = 1;
	assert_int_equal(db_instance_start(&config, &instance), -ETIMEDOUT);
	thread = g_thread_new("unlock", unlock_in_thread, GINT_TO_POINTER(fd));
	start(tmp, NULL, &instance);
	g_thread_join(thread);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

/* A server that does not react is killed in the end, which is said. */
static void test_stop_of_a_hung_server(void **state)
{
	char *tmp = test_dir_make();
	struct db_instance_config config = config_for(tmp, NULL);
	struct db_instance *instance = NULL;

	config.stop_timeout_s = 1;
	assert_int_equal(db_instance_start(&config, &instance), 0);
	make_kept(instance);
	kill(db_instance_pid(instance), SIGSTOP);
	assert_int_equal(db_instance_stop(instance), -ETIMEDOUT);
	start(tmp, NULL, &instance);
	assert_int_equal(count_kept(instance), 0);
	assert_int_equal(db_instance_stop(instance), 0);
	test_dir_remove(tmp);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creation_accounts_and_second_start),
		cmocka_unit_test(test_cut_off_creation_is_begun_anew),
		cmocka_unit_test(test_refused_places),
		cmocka_unit_test(test_second_process_is_refused),
		cmocka_unit_test(test_killed_server_comes_back_with_every_acked_row),
		cmocka_unit_test(test_server_that_does_not_start_is_tried_again),
		cmocka_unit_test(test_server_ends_with_its_killed_parent),
		cmocka_unit_test(test_start_ends_a_left_over_server),
		cmocka_unit_test(test_start_waits_for_the_lock),
		cmocka_unit_test(test_stop_of_a_hung_server),
	};

	if (argc == 3 && !strcmp(argv[1], "--parent"))
		return be_the_parent(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "--bare"))
		return be_a_bare_server(argv[2]);
	program = "/proc/self/exe";
	return cmocka_run_group_tests_name("db/instance", tests, NULL, NULL);
}
