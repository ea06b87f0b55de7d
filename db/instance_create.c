/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Creation happens in DIR/data.new, which becomes DIR/data by one rename at the end: what is called
 * data is complete, and data.new can always be thrown away.
 *
 * The accounts are made by a server in bootstrap mode that reads SQL from its standard input, so no
 * root login over a socket ever takes place. Afterwards root@localhost can be entered through the
 * socket only, by the operating system's root (or by the user who made the instance, if not root).
 */
#include "db/child.h"
#include "db/fault.h"
#include "db/instance_place.h"
#include "db/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREATE_TIMEOUT_MS (300 * 1000)
#define PASSWORD_BYTES 24
#define MAX_PASSWORD_FILE 256

static const struct {
	const char *file, *user, *grant;
} accounts[N_DB_ACCOUNTS] = {
	[DB_ACCOUNT_SCHEMA] = {"schema", "bidroom_schema",
		"GRANT ALL PRIVILEGES ON " DB_INSTANCE_DATABASE
		".* TO bidroom_schema@'%' WITH GRANT OPTION;\n"},
	[DB_ACCOUNT_SERVICE] = {"service", "bidroom_service", ""},
	[DB_ACCOUNT_BACKUP] = {"backup", "bidroom_backup",
		"GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, REPLICATION SLAVE "
		"ON *.* TO bidroom_backup@'%';\n"},
};

const char *place_user_name(enum db_account account)
{
	return accounts[account].user;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static int remove_tree(const char *path)
{
	if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) < 0 && errno != ENOENT)
		return db_fault(-errno, "cannot remove %s: %s", path, g_strerror(errno));
	return 0;
}

static char *password_path(const char *dir, enum db_account account)
{
	return g_build_filename(dir, "accounts", accounts[account].file, NULL);
}

static int make_password(const struct instance_place *place, enum db_account account, char **ret)
{
	g_autofree char *path = password_path(place->dir, account);
	g_autoptr(GError) error = NULL;
	uint8_t bytes[PASSWORD_BYTES];
	GString *hex = g_string_new(NULL);

	g_assert(getrandom(bytes, sizeof bytes, 0) == sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		g_string_append_printf(hex, "%02x", bytes[i]);
	*ret = g_string_free(hex, FALSE);
	if (!g_file_set_contents_full(path, *ret, -1,
		    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
		return db_fault(-EIO, "%s", error->message);
	return 0;
}

/* FLUSH PRIVILEGES first: a bootstrap server does not know the accounts before that. */
static int make_account_sql(const struct instance_place *place, char **ret)
{
	g_autoptr(GString) sql = g_string_new("FLUSH PRIVILEGES;\n"
					      "CREATE DATABASE " DB_INSTANCE_DATABASE ";\n");

	for (enum db_account i = 0; i < N_DB_ACCOUNTS; i++) {
		g_autofree char *password = NULL;
		int r = make_password(place, i, &password);

		if (r)
			return r;
		g_string_append_printf(sql, "CREATE USER %s@'%%' IDENTIFIED BY '%s';\n%s",
			accounts[i].user, password, accounts[i].grant);
	}
	*ret = g_string_free(g_steal_pointer(&sql), FALSE);
	return 0;
}

static int make_input(const char *text, int *ret_fd)
{
	size_t len = strlen(text);
	int fd = memfd_create("accounts", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0) {
		int r = db_fault(-EIO, "cannot keep the account statements in memory");

		if (fd >= 0)
			close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* Runs a program of the creation to its end; what it says is in DIR/create.log. */
static int run_program(const struct instance_place *place, const char *const *argv, int stdin_fd)
{
	g_autofree char *log = place_path(place, "create.log");
	int out_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct child_spec spec = {argv, place->env, place->uid, place->gid, stdin_fd, out_fd,
		place->server_lock, SIGKILL};
	struct child child;
	int r, status = 0;

	if (out_fd < 0)
		return db_fault(-errno, "cannot write %s: %s", log, g_strerror(errno));
	r = child_spawn(&spec, &child);
	close(out_fd);
	if (r)
		return r;
	if (!child_wait(&child, CREATE_TIMEOUT_MS, &status)) {
		child_kill(&child, SIGKILL);
		child_wait(&child, -1, &status);
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return db_fault(-EIO, "%s failed (status %d), see %s", argv[0], status, log);
	return 0;
}

/* Who may enter as the database's root: a name that both the system and SQL take as it is. */
static void root_user(char *buf, size_t size)
{
	struct passwd pw, *found = NULL;
	char text[4096];

	g_strlcpy(buf, "root", size);
	if (getpwuid_r(geteuid(), &pw, text, sizeof text, &found) || !found)
		return;
	for (const char *c = pw.pw_name; *c; c++)
		if (!g_ascii_isalnum(*c) && !strchr("._-", *c))
			return;
	g_strlcpy(buf, pw.pw_name, size);
}

static int make_data(const struct instance_place *place, const char *data)
{
	g_autofree char *defaults = g_strdup_printf("--defaults-file=%s/my.cnf", place->dir);
	g_autofree char *datadir = g_strdup_printf("--datadir=%s", data);
	g_autofree char *sql = NULL;
	char user[80], root[128];
	int fd = -1, r;

	root_user(user, sizeof user);
	g_snprintf(root, sizeof root, "--auth-root-socket-user=%s", user);
	/* Never with --user, nor user= in the file: as root it then gives packaged files away. */
	const char *const install[] = {place->install_db, defaults, datadir, "--skip-test-db",
		"--skip-log-bin", "--auth-root-authentication-method=socket", root, NULL};
	const char *const bootstrap[] = {
		place->mariadbd, defaults, datadir, "--skip-log-bin", "--bootstrap", NULL};

	r = run_program(place, install, -1);
	if (!r)
		r = make_account_sql(place, &sql);
	if (!r)
		r = make_input(sql, &fd);
	if (r)
		return r;
	r = run_program(place, bootstrap, fd);
	close(fd);
	return r;
}

int place_create(struct instance_place *place)
{
	g_autofree char *data = place_path(place, "data");
	g_autofree char *fresh = place_path(place, "data.new");
	int fd, r;

	if (g_file_test(data, G_FILE_TEST_IS_DIR))
		return 0;
	r = remove_tree(fresh);
	if (!r)
		r = make_data(place, fresh);
	if (r)
		return r;
	if (rename(fresh, data) < 0)
		return db_fault(-errno, "cannot rename %s: %s", fresh, g_strerror(errno));
	fd = open(place->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		r = db_fault(-errno, "cannot sync %s: %s", place->dir, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return r;
}

int place_read_password(const char *dir, enum db_account account, char **ret)
{
	g_autofree char *path = password_path(dir, account);
	char text[MAX_PASSWORD_FILE];
	struct stat st;
	ssize_t n = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return db_fault(-errno, "cannot open %s: %s", path, g_strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return db_fault(-EIO, "%s holds no password", path);
	text[n] = 0;
	*ret = g_strdup(g_strchomp(text));
	return 0;
}
