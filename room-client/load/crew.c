/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/crew.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

/* So many seats come in at a time, as they would at the beginning of a day. */
#define COMING_MAX 16
#define COMING_US (60 * G_USEC_PER_SEC)
/* What was under way at the end is waited for. */
#define DRAIN_US G_USEC_PER_SEC
#define STEP_MS 1
#define N_EVENTS 256

struct crew {
	struct peer *peers;
	unsigned n;
	int epoll;
	struct figures figures;
};

static void watch(struct crew *c, struct peer *p, int op)
{
	struct epoll_event e = {.data.ptr = p};
	int fd = wire_fd(p->wire);

	e.events = EPOLLIN | (wire_wants_write(p->wire) ? (uint32_t)EPOLLOUT : 0);
	if (fd >= 0)
		epoll_ctl(c->epoll, op, fd, &e);
}

static void serve(struct crew *c, int timeout_ms)
{
	struct epoll_event events[N_EVENTS];
	int n = epoll_wait(c->epoll, events, N_EVENTS, timeout_ms);

	for (int i = 0; i < n; i++) {
		struct peer *p = events[i].data.ptr;
		bool wanted = events[i].events & EPOLLOUT || wire_wants_write(p->wire);

		wire_ready(p->wire);
		if (wanted || wire_wants_write(p->wire))
			watch(c, p, EPOLL_CTL_MOD);
	}
}

static unsigned count(const struct crew *c, unsigned n_begun, enum peer_state state)
{
	unsigned n = 0;

	for (unsigned i = 0; i < n_begun; i++)
		n += c->peers[i].state == state;
	return n;
}

static void seat_all(struct crew *c, const struct peer_config *config, const GPtrArray *seats)
{
	int64_t end_us = g_get_monotonic_time() + COMING_US;
	unsigned n = 0;

	while ((n < c->n || count(c, n, PEER_COMING)) && g_get_monotonic_time() < end_us) {
		while (n < c->n && count(c, n, PEER_COMING) < COMING_MAX) {
			peer_init(&c->peers[n], g_ptr_array_index(seats, n), config, &c->figures);
			watch(c, &c->peers[n], EPOLL_CTL_ADD);
			n++;
		}
		serve(c, 20);
	}
	c->figures.failed += count(c, n, PEER_COMING) + c->n - n;
	c->n = n;
}

static bool read_orders(int fd, struct crew_orders *ret_orders)
{
	ssize_t n;

	do
		n = read(fd, ret_orders, sizeof(*ret_orders));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*ret_orders);
}

/* Pipes: a figure is larger than what one write may take. */
static void write_all(int fd, const void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = write(fd, (const uint8_t *)data + done, len - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

static void perform(struct crew *c, const struct crew_orders *orders)
{
	int64_t half_us = (orders->measure_us + orders->measured_us) / 2;
	bool measuring = false, begun = false;
	int64_t now_us;

	while ((now_us = g_get_monotonic_time()) < orders->measured_us + DRAIN_US) {
		bool speaking = now_us >= orders->begin_us && now_us < orders->measured_us;
		bool measure = now_us >= orders->measure_us && now_us < orders->measured_us;

		for (unsigned i = 0; i < c->n; i++) {
			struct peer *p = &c->peers[i];
			bool wanted_write = wire_wants_write(p->wire);

			if (measure != measuring)
				p->measuring = measure;
			p->second_half = now_us >= half_us;
			if (speaking && !begun)
				peer_begin(p, now_us);
			if (speaking)
				peer_send(p, now_us);
			if (wanted_write != wire_wants_write(p->wire))
				watch(c, p, EPOLL_CTL_MOD);
		}
		measuring = measure;
		begun |= speaking;
		serve(c, STEP_MS);
	}
}

static void tell_failures(const struct crew *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->n && n < 5; i++)
		if (c->peers[i].state == PEER_OVER && ++n)
			fprintf(stderr, "bidroom-load: %s in %s: %s\n", c->peers[i].seat->seat,
				c->peers[i].seat->session, c->peers[i].why);
}

void crew_run(const struct peer_config *config, const GPtrArray *seats, int from_boss, int to_boss)
{
	struct crew *c = g_new0(struct crew, 1);
	struct crew_orders orders;

	c->n = seats->len;
	c->peers = g_new0(struct peer, MAX(c->n, 1));
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	seat_all(c, config, seats);
	/* While the others still come in, lines are kept alive. */
	write_all(to_boss, "", 1);
	if (read_orders(from_boss, &orders))
		perform(c, &orders);
	tell_failures(c);
	write_all(to_boss, &c->figures, sizeof(c->figures));
	for (unsigned i = 0; i < c->n; i++)
		peer_done(&c->peers[i]);
	close(c->epoll);
	g_free(c->peers);
	g_free(c);
}
