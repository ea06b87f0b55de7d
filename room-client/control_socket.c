/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/control_socket.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PEERS_MAX 16
#define LINE_MAX_LEN (64 * 1024)
#define BEHIND_MAX (4 * 1024 * 1024)

struct peer {
	struct control_socket *socket;
	int fd;
	GByteArray *in, *out;
	guint read_watch, write_watch;
};

struct control_socket {
	struct control_socket_out out;
	char *path;
	int fd;
	guint watch;
	GPtrArray *peers; /* owned */
};

static void peer_free(void *p)
{
	struct peer *peer = p;

	if (peer->read_watch)
		g_source_remove(peer->read_watch);
	if (peer->write_watch)
		g_source_remove(peer->write_watch);
	close(peer->fd);
	g_byte_array_unref(peer->in);
	g_byte_array_unref(peer->out);
	g_free(peer);
}

static void peer_drop(struct peer *peer)
{
	g_ptr_array_remove_fast(peer->socket->peers, peer);
}

static gboolean peer_writable(int fd, GIOCondition condition, void *user);

/* Writes what the socket takes; false when the peer is lost. */
static bool peer_flush(struct peer *peer)
{
	ssize_t n = 0;

	if (peer->out->len)
		n = send(peer->fd, peer->out->data, peer->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return false;
	if (n > 0)
		g_byte_array_remove_range(peer->out, 0, (guint)n);
	if (peer->out->len && !peer->write_watch)
		peer->write_watch = g_unix_fd_add(peer->fd, G_IO_OUT, peer_writable, peer);
	return peer->out->len <= BEHIND_MAX;
}

static gboolean peer_writable(int fd, GIOCondition condition, void *user)
{
	struct peer *peer = user;

	/* peer_flush asks again if it must. */
	peer->write_watch = 0;
	if (!peer_flush(peer))
		peer_drop(peer);
	return G_SOURCE_REMOVE;
}

static bool peer_say(struct peer *peer, const json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	g_byte_array_append(peer->out, (const guint8 *)text, (guint)strlen(text));
	g_byte_array_append(peer->out, (const guint8 *)"\n", 1);
	free(text);
	return peer_flush(peer);
}

static bool line_obey(struct peer *peer, const char *text, size_t len)
{
	const struct control_socket_out *out = &peer->socket->out;
	json_auto_t *command = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_auto_t *answer = NULL;

	if (json_is_object(command))
		answer = out->command(out->user, command);
	else
		answer = json_pack("{s:b, s:s}", "ok", 0, "error", "not_a_json_object");
	return peer_say(peer, answer);
}

/* All whole lines; false when the peer is lost. */
static bool lines_obey(struct peer *peer)
{
	const guint8 *end;

	while (peer->in->len && (end = memchr(peer->in->data, '\n', peer->in->len))) {
		size_t len = (size_t)(end - peer->in->data);

		if (!line_obey(peer, (const char *)peer->in->data, len))
			return false;
		g_byte_array_remove_range(peer->in, 0, (guint)len + 1);
	}
	return peer->in->len <= LINE_MAX_LEN;
}

static gboolean peer_readable(int fd, GIOCondition condition, void *user)
{
	struct peer *peer = user;
	guint8 buffer[4096];
	ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	bool alive = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));

	if (n > 0) {
		g_byte_array_append(peer->in, buffer, (guint)n);
		alive = lines_obey(peer);
	}
	if (alive)
		return G_SOURCE_CONTINUE;
	peer->read_watch = 0;
	peer_drop(peer);
	return G_SOURCE_REMOVE;
}

static gboolean accept_one(int fd, GIOCondition condition, void *user)
{
	struct control_socket *s = user;
	int peer_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	struct peer *peer;

	if (peer_fd < 0)
		return G_SOURCE_CONTINUE;
	if (s->peers->len >= PEERS_MAX) {
		close(peer_fd);
		return G_SOURCE_CONTINUE;
	}
	peer = g_new0(struct peer, 1);
	peer->socket = s;
	peer->fd = peer_fd;
	peer->in = g_byte_array_new();
	peer->out = g_byte_array_new();
	peer->read_watch = g_unix_fd_add(peer_fd, G_IO_IN | G_IO_HUP, peer_readable, peer);
	g_ptr_array_add(s->peers, peer);
	return G_SOURCE_CONTINUE;
}

static int listen_at(const char *path, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mask;
	int fd, r = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	mask = umask(0177);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 8) != 0)
		r = -errno;
	umask(mask);
	if (r != 0)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}

int control_socket_new(
	const char *path, const struct control_socket_out *out, struct control_socket **ret_socket)
{
	struct control_socket *s;
	int fd = -1, r;

	r = listen_at(path, &fd);
	if (r != 0)
		return r;
	s = g_new0(struct control_socket, 1);
	s->out = *out;
	s->path = g_strdup(path);
	s->fd = fd;
	s->peers = g_ptr_array_new_with_free_func(peer_free);
	s->watch = g_unix_fd_add(fd, G_IO_IN, accept_one, s);
	*ret_socket = s;
	return 0;
}

struct control_socket *control_socket_free(struct control_socket *s)
{
	if (!s)
		return NULL;
	g_source_remove(s->watch);
	g_ptr_array_unref(s->peers);
	close(s->fd);
	unlink(s->path);
	g_free(s->path);
	g_free(s);
	return NULL;
}

void control_socket_tell(struct control_socket *s, const json_t *line)
{
	/* Backwards, because a lost peer leaves the array. */
	for (guint i = s->peers->len; i > 0; i--) {
		struct peer *peer = s->peers->pdata[i - 1];

		if (!peer_say(peer, line))
			shutdown(peer->fd, SHUT_RDWR);
	}
}
