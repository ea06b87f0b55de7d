/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_LOOP_PRIVATE_H
#define SERVER_NET_LOOP_PRIVATE_H

/* What the files of this folder share of the loop. Loop thread unless said otherwise. */
#include <pthread.h>

#include "server/core/metrics.h"
#include "server/net/conn.h"
#include "server/net/loop.h"
#include "server/net/ws_conn.h"
#include "server/net/ws_ticker.h"

/* Room for one joined write: what collect may add up to, and one largest message behind it. */
#define WS_JOIN_BYTES 61440
#define WS_JOIN_SIZE (WS_JOIN_BYTES + WS_MAX_BINARY + 16)

struct loop {
	struct loop_config config; /* limits filled in */
	struct lws_context *context;
	struct lws_vhost *vhost;
	int port;

	/* Slots are reused under a new generation; a free slot holds NULL. */
	GPtrArray *conns;
	GArray *free_slots; /* uint32_t */
	uint32_t next_generation;
	unsigned n_conns;
	GHashTable *addresses;        /* char * -> number of connections */
	size_t body_bytes;            /* in all bodies being received */
	lws_sorted_usec_list_t sweep; /* looks after deadlines */
	bool stopping;
	int64_t stop_us; /* whatever is open then is closed */

	/* WebSockets */
	unsigned n_ws;
	/* Singly linked; a connection is in one of them at most. */
	struct ws_conn *dirty, *patient[PACE_PATIENT_GROUPS], *serving;
	struct ws_ticker ticker;
	uint8_t *join; /* WS_JOIN_SIZE bytes */

	GList *timers;

	/* Any thread, under the lock. */
	pthread_mutex_t lock;
	GQueue posted;
	bool wake;
	bool stop;

	struct metric *m_open, *m_ws_open, *m_requests[6], *m_refused;
};

#endif
