/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a relay is measured against: a process that does nothing but one SSL_write for each object
 * and receiver. Nobody sends to it; the objects were made beforehand and carry their WebSocket
 * header. Rooms are the addresses of the connections; each has so many senders, of whose objects
 * the connection of that number gets none, as in a room where all speak.
 *
 *	bare_tls CERT KEY SENDERS CONNECTIONS
 *
 * prints its port, sends once all connections are there, ends by SIGTERM.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "room-client/load/speech.h"

#include <glib.h>

#define STREAM_S 120
#define MAX_REQUEST 4096

struct message {
	int64_t due_us; /* since the beginning */
	GBytes *frame;
};

struct room {
	char path[128];
	GPtrArray *receivers; /* SSL * */
	int64_t phase_us;
	guint *next; /* by sender */
};

static volatile sig_atomic_t ending;

static void on_signal(int signal)
{
	ending = 1;
}

/* --- Objects -------------------------------------------------------------------------------- */

struct stream {
	GArray *messages; /* struct message */
	int64_t now_us;
};

static void keep(void *ctx, const uint8_t *data, size_t len)
{
	struct stream *s = ctx;
	uint8_t head[4] = {0x82, len < 126 ? (uint8_t)len : 126, (uint8_t)(len >> 8), (uint8_t)len};
	size_t n = len < 126 ? 2 : 4;
	uint8_t *frame = g_malloc(n + len);
	struct message m = {s->now_us, g_bytes_new_take(frame, n + len)};

	memcpy(frame, head, n);
	memcpy(frame + n, data, len);
	g_array_append_val(s->messages, m);
}

/* As bidroom-load sends by default. */
static GArray *make_stream(unsigned sender)
{
	static const struct speech_rate rate = {25, 50, 2200, 20000, 80, 2000};
	struct stream stream = {g_array_new(FALSE, FALSE, sizeof(struct message)), 0};
	const struct speech_out out = {keep, &stream};
	struct speech cam = {.rate = &rate, .video = true, .track = (uint16_t)(2 * sender + 1)};
	struct speech mic = {.rate = &rate, .track = (uint16_t)(2 * sender + 2)};

	cam.key_wanted = true;
	cam.due_us = g_random_int_range(0, 40000);
	cam.key_due_us = g_random_int_range(0, 2000000);
	mic.due_us = g_random_int_range(0, 20000);
	for (; stream.now_us < STREAM_S * G_USEC_PER_SEC; stream.now_us += 1000) {
		speech_send(&cam, &out, stream.now_us);
		speech_send(&mic, &out, stream.now_us);
	}
	return stream.messages;
}

/* --- Connections ---------------------------------------------------------------------------- */

static struct room *find_room(GPtrArray *rooms, const char *path, unsigned n_senders)
{
	struct room *r;

	for (guint i = 0; i < rooms->len; i++) {
		r = g_ptr_array_index(rooms, i);
		if (strcmp(r->path, path) == 0)
			return r;
	}
	r = g_new0(struct room, 1);
	g_strlcpy(r->path, path, sizeof(r->path));
	r->receivers = g_ptr_array_new();
	r->phase_us = g_random_int_range(0, 40000);
	r->next = g_new0(guint, n_senders);
	g_ptr_array_add(rooms, r);
	return r;
}

/* Handshake and upgrade, one connection after the other. */
static void welcome(SSL_CTX *tls, int fd, GPtrArray *rooms, unsigned n_senders)
{
	static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n"
				     "connection: Upgrade\r\n\r\n";
	SSL *ssl = SSL_new(tls);
	char request[MAX_REQUEST + 1] = "", path[128] = "";
	int one = 1, len = 0, n;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) != 1)
		exit(1);
	while (!strstr(request, "\r\n\r\n") && len < MAX_REQUEST) {
		n = SSL_read(ssl, request + len, MAX_REQUEST - len);
		if (n <= 0)
			exit(1);
		len += n;
	}
	if (sscanf(request, "GET %127s", path) != 1 ||
		SSL_write(ssl, answer, sizeof(answer) - 1) <= 0)
		exit(1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	g_ptr_array_add(find_room(rooms, path, n_senders)->receivers, ssl);
}

static int listen_somewhere(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, 1024) < 0 ||
		getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		exit(1);
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

/* --- Sending -------------------------------------------------------------------------------- */

/* Whoever cannot take an object at once would spoil the comparison; when they leave it is over. */
static void send_to_all(const struct room *r, unsigned sender, const struct message *m)
{
	gsize len;
	int n;
	const void *frame = g_bytes_get_data(m->frame, &len);

	for (guint i = 0; i < r->receivers->len; i++) {
		if (i == sender)
			continue;
		n = SSL_write(r->receivers->pdata[i], frame, (int)len);
		if (n == (int)len)
			continue;
		if (SSL_get_error(r->receivers->pdata[i], n) != SSL_ERROR_WANT_WRITE)
			exit(0);
		fputs("bare_tls: a receiver is too slow\n", stderr);
		exit(1);
	}
}

static void send_due(const struct room *r, GArray *const *streams, unsigned n, int64_t now_us)
{
	for (unsigned s = 0; s < n; s++)
		while (r->next[s] < streams[s]->len) {
			const struct message *m =
				&g_array_index(streams[s], struct message, r->next[s]);

			if (m->due_us + r->phase_us > now_us)
				break;
			send_to_all(r, s, m);
			r->next[s]++;
		}
}

int main(int argc, char **argv)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	GPtrArray *rooms = g_ptr_array_new();
	struct sigaction action = {.sa_handler = on_signal}; /* accept() is to be interrupted */
	unsigned n = argc == 5 ? (unsigned)atoi(argv[3]) : 0;
	unsigned expected = argc == 5 ? (unsigned)atoi(argv[4]) : 0;
	g_autofree GArray **streams = g_new0(GArray *, MAX(n, 1));
	int64_t began_us;
	int listener, fd;

	if (!n || SSL_CTX_use_certificate_file(tls, argv[1], SSL_FILETYPE_PEM) != 1 ||
		SSL_CTX_use_PrivateKey_file(tls, argv[2], SSL_FILETYPE_PEM) != 1)
		return 2;
	for (unsigned s = 0; s < n; s++)
		streams[s] = make_stream(s);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	listener = listen_somewhere();
	for (; expected && !ending; expected--)
		if ((fd = accept(listener, NULL, NULL)) >= 0)
			welcome(tls, fd, rooms, n);
	began_us = g_get_monotonic_time();
	while (!ending) {
		for (guint i = 0; i < rooms->len; i++)
			send_due(rooms->pdata[i], streams, n, g_get_monotonic_time() - began_us);
		g_usleep(1000);
	}
	return 0;
}
