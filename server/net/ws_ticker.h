/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_WS_TICKER_H
#define SERVER_NET_WS_TICKER_H

/*
 * The beat in which WebSockets are written: every 5, 10 or 20 ms, by the load of the loop (pace.h);
 * those that can wait (ws_conn_mark_patient) every 30 ms.
 * Private to this folder; loop thread.
 *
 * A process that serves rooms only may also read in this beat: what came would wait for the next
 * write anyway, and the loop is woken a hundred times a second instead of for each object of each
 * seat. Done only while it has much to do, since everything else (handshakes, answers of workers)
 * then waits for the beat too.
 */
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/net/pace.h"

struct loop;

struct ws_ticker {
	struct pace pace;
	lws_sorted_usec_list_t sul; /* the next beat, unless paced */
	bool paced;
	int64_t beat_us;                  /* paced: when the last one was due */
	int64_t patient_turn;             /* of the groups that can wait, the last one's */
	int64_t media_us;                 /* last time a WebSocket said something */
	int64_t window_us, window_cpu_us; /* when the load began to be measured; CPU used by then */
	struct metric *m_interval, *m_busy;
};

void ws_ticker_init(struct loop *l);

/* The first WebSocket is there. */
void ws_ticker_start(struct loop *l);

/* lws_service, in the beat or not. */
int ws_ticker_serve(struct loop *l);

#endif
