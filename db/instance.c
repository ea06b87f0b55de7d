/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervising thread is the parent of the server in the kernel's eyes (db/child.h), so it does
 * all the work from the creation to the stop; the other functions only talk to it.
 *
 *	starting -> running <-> down -> stopped
 *	starting -> failed
 */
#include "db/instance.h"
#include "db/child.h"
#include "db/fault.h"
#include "db/instance_place.h"
#include "db/pool.h"
#include "db/verdict.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_BACKOFF_MS 100
#define LONGEST_BACKOFF_MS 5000
#define CALM_US (10 * G_USEC_PER_SEC)
#define LOG_TAIL 8192

struct db_instance {
	struct db_instance_config config;
	struct instance_place place;
	struct child child; /* the supervisor's */
	bool was_killed;
	int stop_fd; /* readable: stop */
	GThread *thread;
	char *socket;
	char *passwords[N_DB_ACCOUNTS];

	GMutex mutex; /* for what follows */
	GCond started;
	bool is_started;
	int start_result;
	char *start_text; /* of the fault */
	pid_t pid;
};

static void tell(struct db_instance *instance, enum db_instance_event event, const char *text)
{
	if (instance->config.event)
		instance->config.event(instance->config.ctx, event, text);
}

static void set_pid(struct db_instance *instance, pid_t pid)
{
	g_mutex_lock(&instance->mutex);
	instance->pid = pid;
	g_mutex_unlock(&instance->mutex);
}

/* The last [ERROR] line of the server's log, for our own messages; to be freed. */
static char *last_error(struct db_instance *instance)
{
	g_autofree char *path = place_path(&instance->place, "db.err");
	g_autofree char *tail = g_malloc(LOG_TAIL + 1);
	FILE *f = fopen(path, "re");
	char *found, *end;
	size_t n;

	if (!f)
		return g_strdup("");
	if (fseek(f, -LOG_TAIL, SEEK_END) < 0)
		rewind(f);
	n = fread(tail, 1, LOG_TAIL, f);
	fclose(f);
	tail[n] = 0;
	found = g_strrstr(tail, "[ERROR]");
	if (!found)
		return g_strdup("");
	end = strchr(found, '\n');
	return g_strndup(found, end ? (gsize)(end - found) : strlen(found));
}

/* How a child ended, in words, with the server's own reason. */
static int describe_end(struct db_instance *instance, int status)
{
	g_autofree char *why = last_error(instance);

	if (WIFSIGNALED(status))
		return db_fault(
			-EIO, "mariadbd was killed by signal %d. %s", WTERMSIG(status), why);
	return db_fault(-EIO, "mariadbd ended with %d. %s", WEXITSTATUS(status), why);
}

/*
 * An abstract address, which needs no file that the server could write; who sends is told by the
 * kernel. The name for NOTIFY_SOCKET goes to buf.
 */
static int open_notify(char *buf, size_t size, int *ret_fd)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	socklen_t len = sizeof addr;
	int yes = 1, fd;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) < 0 ||
		bind(fd, (struct sockaddr *)&addr, sizeof addr.sun_family) < 0 ||
		getsockname(fd, (struct sockaddr *)&addr, &len) < 0) {
		int r = db_fault(-errno, "no socket for notifications: %s", g_strerror(errno));

		if (fd >= 0)
			close(fd);
		return r;
	}
	g_snprintf(buf, size, "NOTIFY_SOCKET=@%.*s",
		(int)(len - offsetof(struct sockaddr_un, sun_path) - 1), addr.sun_path + 1);
	*ret_fd = fd;
	return 0;
}

/* Reads one notification. 1: it is ready; 0: it still works at it; -EAGAIN: nothing of the child.
 */
static int read_notify(int fd, pid_t from)
{
	char text[2048], control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec iov = {text, sizeof text - 1};
	struct msghdr msg = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	struct ucred sender;

	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS)
		return -EAGAIN;
	memcpy(&sender, CMSG_DATA(header), sizeof sender);
	if (sender.pid != from)
		return -EAGAIN;
	text[n] = 0;
	return g_str_has_prefix(text, "READY=1") || strstr(text, "\nREADY=1");
}

/* Waits for READY=1; each other message of the server gives it its full time again. */
static int wait_ready(struct db_instance *instance, int notify_fd)
{
	unsigned timeout_s =
		instance->config.start_timeout_s ? instance->config.start_timeout_s : 120;
	struct pollfd fds[] = {
		{.fd = instance->child.pidfd, .events = POLLIN},
		{.fd = notify_fd, .events = POLLIN},
		{.fd = instance->stop_fd, .events = POLLIN},
	};

	for (;;) {
		int status = 0, r = poll(fds, G_N_ELEMENTS(fds), (int)timeout_s * 1000);

		if (r < 0 && errno == EINTR)
			continue;
		if (r > 0 && fds[1].revents && read_notify(notify_fd, instance->child.pid) == 1)
			return 0;
		if (r > 0 && fds[0].revents) {
			child_wait(&instance->child, -1, &status);
			return describe_end(instance, status);
		}
		if (r > 0 && !fds[2].revents)
			continue;
		child_stop(&instance->child, instance->place.stop_timeout_s);
		return db_fault(-ETIMEDOUT, "mariadbd was not ready within %u seconds", timeout_s);
	}
}

static int start_server(struct db_instance *instance)
{
	struct instance_place *place = &instance->place;
	g_autofree char *defaults = g_strdup_printf("--defaults-file=%s/my.cnf", place->dir);
	const char *const argv[] = {place->mariadbd, defaults, NULL};
	struct child_spec spec = {
		argv, place->env, place->uid, place->gid, -1, -1, place->server_lock, SIGTERM};
	char notify[160];
	int notify_fd = -1, r;

	r = open_notify(notify, sizeof notify, &notify_fd);
	if (r)
		return r;
	place->env[4] = notify;
	r = child_spawn(&spec, &instance->child);
	place->env[4] = NULL;
	if (!r)
		r = wait_ready(instance, notify_fd);
	/* Closed at once: the server also tells other things, and would block on a full queue. */
	close(notify_fd);
	if (!r) {
		set_pid(instance, instance->child.pid);
		tell(instance, DB_INSTANCE_READY, "mariadbd takes connections");
	}
	return r;
}

static bool asked_to_stop(struct db_instance *instance, int timeout_ms)
{
	struct pollfd fd = {.fd = instance->stop_fd, .events = POLLIN};

	return poll(&fd, 1, timeout_ms) > 0;
}

/* Waits until the server ends by itself or we are asked to stop. True: ended by itself. */
static bool watch(struct db_instance *instance)
{
	struct pollfd fds[] = {
		{.fd = instance->child.pidfd, .events = POLLIN},
		{.fd = instance->stop_fd, .events = POLLIN},
	};
	int status = 0;

	while (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno == EINTR)
		;
	if (fds[1].revents)
		return false;
	child_wait(&instance->child, -1, &status);
	set_pid(instance, 0);
	describe_end(instance, status);
	tell(instance, DB_INSTANCE_DIED, db_fault_text());
	return true;
}

/* Keeps the server running until asked to stop; then child.pid says whether one is left. */
static void supervise(struct db_instance *instance)
{
	int64_t since_us = g_get_monotonic_time();
	int backoff_ms = 0;

	for (;;) {
		if (instance->child.pid && !watch(instance))
			return;
		if (g_get_monotonic_time() - since_us > CALM_US)
			backoff_ms = 0;
		if (asked_to_stop(instance, backoff_ms))
			return;
		backoff_ms = CLAMP(backoff_ms * 2, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS);
		since_us = g_get_monotonic_time();
		if (start_server(instance) < 0)
			tell(instance, DB_INSTANCE_NO_START, db_fault_text());
	}
}

static int first_start(struct db_instance *instance)
{
	int r = place_open(&instance->place);

	if (!r)
		r = place_create(&instance->place);
	for (enum db_account i = 0; !r && i < N_DB_ACCOUNTS; i++)
		r = place_read_password(instance->place.dir, i, &instance->passwords[i]);
	return r ? r : start_server(instance);
}

static void *supervisor(void *data)
{
	struct db_instance *instance = data;
	int r = first_start(instance);

	g_mutex_lock(&instance->mutex);
	instance->is_started = true;
	instance->start_result = r;
	instance->start_text = r ? g_strdup(db_fault_text()) : NULL;
	g_cond_signal(&instance->started);
	g_mutex_unlock(&instance->mutex);
	if (r)
		return NULL;
	supervise(instance);
	if (instance->child.pid)
		instance->was_killed =
			!child_stop(&instance->child, instance->place.stop_timeout_s);
	return NULL;
}

static void instance_free(struct db_instance *instance)
{
	place_done(&instance->place);
	close(instance->stop_fd);
	for (int i = 0; i < N_DB_ACCOUNTS; i++)
		g_free(instance->passwords[i]);
	g_free(instance->socket);
	g_free(instance->start_text);
	g_mutex_clear(&instance->mutex);
	g_cond_clear(&instance->started);
	g_free(instance);
}

int db_instance_start(const struct db_instance_config *config, struct db_instance **ret)
{
	struct db_instance *instance = g_new0(struct db_instance, 1);
	int r;

	instance->config = *config;
	instance->config.dir = instance->config.mariadbd = NULL; /* the place has copies */
	instance->stop_fd = eventfd(0, EFD_CLOEXEC);
	g_assert(instance->stop_fd >= 0);
	g_mutex_init(&instance->mutex);
	g_cond_init(&instance->started);
	r = place_init(&instance->place, config);
	if (!r) {
		instance->socket = place_path(&instance->place, "db.sock");
		instance->thread = g_thread_new("db-instance", supervisor, instance);
		g_mutex_lock(&instance->mutex);
		while (!instance->is_started)
			g_cond_wait(&instance->started, &instance->mutex);
		g_mutex_unlock(&instance->mutex);
		r = instance->start_result;
		if (r) {
			g_thread_join(instance->thread);
			db_fault(r, "%s", instance->start_text);
		}
	}
	if (r) {
		instance_free(instance);
		return r;
	}
	*ret = instance;
	return 0;
}

void db_instance_account(
	struct db_instance *instance, enum db_account account, struct db_config *ret)
{
	*ret = (struct db_config){
		.socket = instance->socket,
		.user = place_user_name(account),
		.password = instance->passwords[account],
		.database = DB_INSTANCE_DATABASE,
	};
}

struct db_account_texts {
	char *socket, *password;
};

int db_account_read(const char *dir, enum db_account account, struct db_config *ret,
	struct db_account_texts **ret_texts)
{
	g_autofree char *absolute = g_canonicalize_filename(dir, NULL);
	g_autofree char *password = NULL;
	struct db_account_texts *texts;
	int r;

	r = place_read_password(absolute, account, &password);
	if (r)
		return r;
	texts = g_new0(struct db_account_texts, 1);
	texts->socket = g_build_filename(absolute, "db.sock", NULL);
	texts->password = g_steal_pointer(&password);
	*ret = (struct db_config){
		.socket = texts->socket,
		.user = place_user_name(account),
		.password = texts->password,
		.database = DB_INSTANCE_DATABASE,
	};
	*ret_texts = texts;
	return 0;
}

struct db_account_texts *db_account_free(struct db_account_texts *texts)
{
	if (!texts)
		return NULL;
	g_free(texts->socket);
	g_free(texts->password);
	g_free(texts);
	return NULL;
}

pid_t db_instance_pid(struct db_instance *instance)
{
	pid_t pid;

	g_mutex_lock(&instance->mutex);
	pid = instance->pid;
	g_mutex_unlock(&instance->mutex);
	return pid;
}

int db_instance_stop(struct db_instance *instance)
{
	uint64_t one = 1;
	int r = 0;

	if (!instance)
		return 0;
	g_assert(write(instance->stop_fd, &one, sizeof one) == sizeof one);
	g_thread_join(instance->thread);
	if (instance->was_killed)
		r = db_fault(-ETIMEDOUT, "mariadbd did not end in time and was killed");
	instance_free(instance);
	return r;
}
