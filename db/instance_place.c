/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/instance_place.h"
#include "db/fault.h"
#include "db/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LOCK_POLL_US 20000

/* measured: 60 MB in memory with a pool of 64 MB. Without innodb_buffer_pool_size_max the server
 * reserves 8 TiB of addresses. log_bin_trust_function_creators lets the schema account make
 * triggers without SUPER, which is safe with ROW format. */
static const char my_cnf[] =
	"# Written at each start of bidroomd.\n"
	"[mariadbd]\n"
	"skip_networking\n"
	"skip_name_resolve\n"
	"datadir=%1$s/data\n"
	"socket=%1$s/db.sock\n"
	"pid_file=%1$s/db.pid\n"
	"log_error=%1$s/db.err\n"
	"tmpdir=%1$s/tmp\n"
	"innodb_flush_log_at_trx_commit=1\n"
	"innodb_doublewrite=1\n"
	"sync_binlog=1\n"
	"log_bin=%1$s/binlog/bin\n"
	"binlog_format=ROW\n"
	"log_bin_trust_function_creators=ON\n"
	"expire_logs_days=14\n"
	"server_id=1\n"
	"innodb_buffer_pool_size=%2$uM\n"
	"innodb_buffer_pool_size_max=%3$uM\n"
	"innodb_log_file_size=%4$uM\n"
	"innodb_log_buffer_size=4M\n"
	"aria_pagecache_buffer_size=8M\n"
	"key_buffer_size=1M\n"
	"table_open_cache=200\n"
	"max_allowed_packet=64M\n"
	"performance_schema=OFF\n"
	"max_connections=64\n"
	"character_set_server=utf8mb4\n"
	"collation_server=utf8mb4_uca1400_ai_ci\n"
	"sql_mode=STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
	"NO_ENGINE_SUBSTITUTION,NO_AUTO_CREATE_USER,ONLY_FULL_GROUP_BY\n"
	"default_time_zone=+00:00\n"
	"secure_timestamp=SUPER\n"
	"innodb_rollback_on_timeout=ON\n"
	"local_infile=OFF\n";

char *place_path(const struct instance_place *place, const char *name)
{
	return g_build_filename(place->dir, name, NULL);
}

/* The name goes into a socket address, into my.cnf, and through the unquoted variables of the shell
 * script that mariadb-install-db is. */
static int check_dir(const char *dir)
{
	size_t max = sizeof((struct sockaddr_un *)0)->sun_path - 1 - strlen("/db.sock");

	if (strlen(dir) > max)
		return db_fault(DB_E_INSTANCE_PATH,
			"%s: longer than %zu bytes, its socket could have no name", dir, max);
	for (const char *c = dir; *c; c++) {
		bool fits = (*c & 0x80) || g_ascii_isalnum(*c) || strchr("/._-+@:,=", *c);

		if (!fits)
			return db_fault(
				DB_E_INSTANCE_PATH, "%s: has blanks or special characters", dir);
	}
	return 0;
}

static int check_user(const struct db_instance_config *config)
{
	if (geteuid() == 0 && config->run_as_uid == 0)
		return db_fault(-EPERM, "the database does not run as root: name a user for it");
	if (geteuid() != 0 && config->run_as_uid != geteuid())
		return db_fault(-EPERM, "only root can run the database as another user (%u)",
			config->run_as_uid);
	return 0;
}

/* The sbin directories are not in everybody's PATH. */
static int find_program(const char *name, char **ret)
{
	static const char *const places[] = {
		"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"};
	char *path = g_find_program_in_path(name);

	for (size_t i = 0; !path && i < G_N_ELEMENTS(places); i++) {
		g_autofree char *candidate = g_build_filename(places[i], name, NULL);

		if (g_file_test(candidate, G_FILE_TEST_IS_EXECUTABLE))
			path = g_steal_pointer(&candidate);
	}
	if (!path)
		return db_fault(-ENOENT, "%s not found: install mariadb-server-core", name);
	*ret = path;
	return 0;
}

int place_init(struct instance_place *place, const struct db_instance_config *config)
{
	int r;

	*place = (struct instance_place){
		.dir = g_canonicalize_filename(config->dir, NULL),
		.uid = config->run_as_uid,
		.gid = geteuid() == 0 ? config->run_as_gid : getegid(),
		.buffer_pool_mb = config->buffer_pool_mb ? config->buffer_pool_mb : 64,
		.stop_timeout_s = config->stop_timeout_s ? config->stop_timeout_s : 120,
		.owner_lock = -1,
		.server_lock = -1,
	};
	place->env_home = g_strdup_printf("HOME=%s", place->dir);
	place->env[0] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	place->env[1] = "LC_ALL=C";
	place->env[2] = "TZ=UTC";
	place->env[3] = place->env_home;
	r = check_dir(place->dir);
	if (!r)
		r = check_user(config);
	if (!r)
		r = find_program(
			config->mariadbd ? config->mariadbd : "mariadbd", &place->mariadbd);
	if (!r)
		r = find_program("mariadb-install-db", &place->install_db);
	return r;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void place_done(struct instance_place *place)
{
	close_if_open(place->server_lock);
	close_if_open(place->owner_lock);
	g_free(place->dir);
	g_free(place->mariadbd);
	g_free(place->install_db);
	g_free(place->env_home);
}

static int make_dir(struct instance_place *place)
{
	g_autofree char *parent = g_path_get_dirname(place->dir);
	struct stat st;
	int fd, r = 0;
	bool made;

	g_mkdir_with_parents(parent, 0755);
	made = mkdir(place->dir, 0700) == 0;
	if (!made && errno != EEXIST)
		return db_fault(-errno, "cannot make %s: %s", place->dir, g_strerror(errno));
	fd = open(place->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return db_fault(-errno, "cannot open %s: %s", place->dir, g_strerror(errno));
	if (made && geteuid() == 0 && fchown(fd, place->uid, place->gid) < 0)
		r = db_fault(-errno, "cannot give %s away: %s", place->dir, g_strerror(errno));
	else if (fstat(fd, &st) < 0 || st.st_uid != place->uid)
		r = db_fault(-EPERM, "%s does not belong to user %u", place->dir, place->uid);
	close(fd);
	return r;
}

/* Takes a lock file. 0; -EWOULDBLOCK: somebody has it; or another fault. */
static int take_lock(const struct instance_place *place, const char *name, int *ret_fd)
{
	g_autofree char *path = place_path(place, name);
	int r = 0, fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = db_fault(-errno, "cannot lock %s: %s", path, g_strerror(errno));
		close_if_open(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

static bool is_our_server(const struct instance_place *place, pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", (int)pid);
	g_autofree char *wanted = g_strdup_printf("--defaults-file=%s/my.cnf", place->dir);
	g_autofree char *line = NULL;
	gsize len = 0;

	if (!g_file_get_contents(path, &line, &len, NULL))
		return false;
	for (const char *arg = line; arg < line + len; arg += strlen(arg) + 1)
		if (!strcmp(arg, wanted))
			return true;
	return false;
}

/* Normally the kernel has told it already, when its parent died; a second SIGTERM does nothing. */
static bool tell_orphan_to_end(const struct instance_place *place)
{
	g_autofree char *path = place_path(place, "db.pid");
	g_autofree char *text = NULL;
	bool told = false;
	int64_t pid;
	int pidfd;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return false;
	pid = g_ascii_strtoll(text, NULL, 10);
	if (pid <= 1 || pid > G_MAXINT)
		return false;
	/* The number may be somebody else's by now: look after it is pinned. */
	pidfd = pidfd_open((pid_t)pid, 0);
	if (pidfd < 0)
		return false;
	if (is_our_server(place, (pid_t)pid))
		told = pidfd_send_signal(pidfd, SIGTERM, NULL, 0) == 0;
	close(pidfd);
	return told;
}

static int take_server_lock(struct instance_place *place)
{
	int64_t end_us = g_get_monotonic_time() + place->stop_timeout_s * G_USEC_PER_SEC;
	bool told = false;
	int r;

	while ((r = take_lock(place, "server.lock", &place->server_lock)) == -EWOULDBLOCK) {
		if (!told)
			told = tell_orphan_to_end(place);
		if (g_get_monotonic_time() > end_us)
			return db_fault(-ETIMEDOUT,
				"a server left over from before still uses %s and does not end",
				place->dir);
		g_usleep(LOCK_POLL_US);
	}
	return r;
}

static int make_sub_dirs(const struct instance_place *place)
{
	static const char *const names[] = {"accounts", "binlog", "tmp"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = place_path(place, names[i]);

		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return db_fault(-errno, "cannot make %s: %s", path, g_strerror(errno));
	}
	return 0;
}

static int write_my_cnf(const struct instance_place *place)
{
	g_autofree char *path = place_path(place, "my.cnf");
	g_autofree char *text = g_strdup_printf(my_cnf, place->dir, place->buffer_pool_mb,
		2 * place->buffer_pool_mb, place->buffer_pool_mb < 64 ? 16u : 96u);
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
		return db_fault(-EIO, "%s", error->message);
	return 0;
}

int place_open(struct instance_place *place)
{
	int r;

	r = make_dir(place);
	if (r)
		return r;
	if (geteuid() == 0) {
		setfsgid(place->gid);
		setfsuid(place->uid);
	}
	r = take_lock(place, "owner.lock", &place->owner_lock);
	if (r == -EWOULDBLOCK)
		return db_fault(DB_E_INSTANCE_BUSY, "%s is in use by another process", place->dir);
	if (!r)
		r = take_server_lock(place);
	if (!r)
		r = make_sub_dirs(place);
	return r ? r : write_my_cnf(place);
}
