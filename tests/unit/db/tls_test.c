/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Over TCP the pool must speak TLS to the right server or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <glib.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/fault.h"
#include "db/instance.h"
#include "db/pool.h"
#include "db/stmt.h"
#include "db/txn.h"
#include "tests/support/test_db.h"

static char *dir;
static struct db_account_texts *texts;
static struct db_config account;

/* Two authorities; the server's certificate for 127.0.0.1 is from the first. */
static const char make_certificates[] =
	"set -e; umask 022; cd '%s'\n"
	"for ca in right wrong; do\n"
	"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
	" -subj /CN=$ca -keyout $ca.key -out $ca.pem\n"
	"done\n"
	"for name in 127.0.0.1 192.0.2.1; do\n"
	"openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name"
	" -keyout $name.key -out $name.csr\n"
	"echo subjectAltName=IP:$name >$name.ext\n"
	"openssl x509 -req -in $name.csr -CA right.pem -CAkey right.key -CAcreateserial -days 2"
	" -extfile $name.ext -out $name.pem\n"
	"done\n"
	"chmod 644 *.key\n";

static void run_script(const char *script)
{
	const char *argv[] = {"/bin/sh", "-c", script, NULL};
	g_autofree char *err = NULL;
	int status = 0;

	assert_true(
		g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, &err, &status, NULL));
	if (status)
		print_error("%s\n", err);
	assert_int_equal(status, 0);
}

static unsigned free_port(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof addr;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	close(fd);
	return ntohs(addr.sin_port);
}

static void before_exec(void *unused)
{
	bool dropped = geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(test_db_gid()) == 0 &&
						 setuid(test_db_uid()) == 0);

	/* A failing test leaves no server behind. */
	if (!dropped || prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		_exit(1);
}

/* Runs the instance's data as a network server would; certificate NULL: without TLS. */
static GPid serve(unsigned port, const char *certificate)
{
	g_autofree char *defaults = g_strdup_printf("--defaults-file=%s/db/my.cnf", dir);
	g_autofree char *port_arg = g_strdup_printf("--port=%u", port);
	g_autofree char *cert = g_strdup_printf("--ssl-cert=%s/%s.pem", dir, certificate);
	g_autofree char *key = g_strdup_printf("--ssl-key=%s/%s.key", dir, certificate);
	const char *argv[] = {"/usr/sbin/mariadbd", defaults, "--skip-networking=0",
		"--bind-address=127.0.0.1", port_arg, certificate ? cert : NULL, key, NULL};
	struct db_pool *pool;
	GPid pid = 0;

	assert_true(g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, before_exec,
		NULL, &pid, NULL));
	/* Until it takes connections at its socket, which need no TLS. */
	pool = db_pool_new(&account, 1);
	for (int i = 0; db_pool_ping(pool) != 0 && i < 3000; i++)
		g_usleep(10000);
	assert_int_equal(db_pool_ping(pool), 0);
	db_pool_free(pool);
	return pid;
}

static void end(GPid pid)
{
	int status = 0;

	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static int find_cipher(struct db_txn *txn, void *data)
{
	DB_ROWS_AUTO struct db_rows *rows = NULL;
	int r = db_query(txn,
		"SELECT variable_value <> '' FROM information_schema.session_status "
		"WHERE variable_name = 'SSL_CIPHER'",
		DB_NO_PARAMS, &rows);

	if (r)
		return r;
	r = db_rows_next(rows);
	if (r > 0)
		*(bool *)data = db_col_int(rows, 0) == 1;
	return MIN(r, 0);
}

static int try(unsigned port, const char *ca, bool *ret_encrypted)
{
	g_autofree char *ca_file = ca ? g_strdup_printf("%s/%s.pem", dir, ca) : NULL;
	struct db_config config = account;
	struct db_pool *pool;
	int r;

	config.socket = NULL;
	config.host = "127.0.0.1";
	config.port = port;
	config.tls_ca_file = ca_file;
	config.retry_us = G_USEC_PER_SEC / 10;
	pool = db_pool_new(&config, 1);
	r = db_run_read(pool, find_cipher, ret_encrypted);
	db_pool_free(pool);
	return r;
}

static void test_right_server(void **state)
{
	unsigned port = free_port();
	GPid pid = serve(port, "127.0.0.1");
	bool encrypted = false;
	int r;

	r = try(port, "right", &encrypted);
	if (r)
		print_error("%s\n", db_fault_text());
	assert_int_equal(r, 0);
	assert_true(encrypted);
	assert_true(try(port, "wrong", &encrypted) < 0);
	assert_non_null(strstr(db_fault_text(), "2026"));
	end(pid);
}

static void test_wrong_name(void **state)
{
	unsigned port = free_port();
	GPid pid = serve(port, "192.0.2.1");
	bool encrypted = false;

	assert_true(try(port, "right", &encrypted) < 0);
	assert_non_null(strstr(db_fault_text(), "2026"));
	end(pid);
}

static void test_server_without_tls(void **state)
{
	unsigned port = free_port();
	GPid pid = serve(port, NULL);
	bool encrypted = true;

	assert_true(try(port, "right", &encrypted) < 0);
	/* Only who asks for no TLS gets none. */
	assert_int_equal(try(port, NULL, &encrypted), 0);
	assert_false(encrypted);
	end(pid);
}

static int start(void **state)
{
	g_autofree char *place = NULL, *script = NULL;
	struct db_instance *instance = NULL;

	dir = test_dir_make();
	place = g_build_filename(dir, "db", NULL);
	script = g_strdup_printf(make_certificates, dir);
	run_script(script);
	struct db_instance_config config = {
		.dir = place,
		.run_as_uid = test_db_uid(),
		.run_as_gid = test_db_gid(),
		.buffer_pool_mb = 32,
	};
	assert_int_equal(db_instance_start(&config, &instance), 0);
	assert_int_equal(db_instance_stop(instance), 0);
	return db_account_read(place, DB_ACCOUNT_SCHEMA, &account, &texts);
}

static int stop(void **state)
{
	db_account_free(texts);
	test_dir_remove(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_server),
		cmocka_unit_test(test_wrong_name),
		cmocka_unit_test(test_server_without_tls),
	};

	return cmocka_run_group_tests_name("db/tls", tests, start, stop);
}
