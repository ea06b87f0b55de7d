/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ws/room_door.h"

#include <string.h>

#include "server/core/clock.h"
#include "server/core/job.h"
#include "server/core/metrics.h"
#include "server/net/loop.h"
#include "server/room/message.h"
#include "server/room/relay.h"
#include "server/ws/door.h"
#include "server/ws/live.h"
#include "server/ws/visitor.h"

#define TICK_MS 50
/* At the end of the program. */
#define STOP_MS 15000
#define LOOK_EVERY_US 2000

int64_t door_now_ms(void)
{
	return clock_mono_us() / 1000;
}

/* --- Connections ------------------------------------------------------------------------ */

static void opened(void *ctx, struct ws_conn *c, const struct ws_hello *hello)
{
	struct room_door *d = ctx;
	struct visitor *v = g_new0(struct visitor, 1);
	struct refusal r = {0};

	v->door = d;
	v->conn = c;
	v->opened_ms = door_now_ms();
	g_strlcpy(v->session_id, hello->session, sizeof(v->session_id));
	g_strlcpy(v->peer, hello->peer, sizeof(v->peer));
	ws_conn_set_user(c, v);
	g_hash_table_add(d->visitors, v);
	if (hello->other_version) {
		refuse(&r, "room.version", NULL, NULL);
		visitor_turn_away(v, &r, -1);
	}
}

void visitor_turn_away(struct visitor *v, const struct refusal *r, int64_t retry_ms)
{
	json_t *fields = message_error_fields(r, NULL, true);
	g_autofree char *text = NULL;

	if (retry_ms >= 0)
		json_object_set_new(fields, "retry_after_ms", json_integer(retry_ms));
	/* Who holds the room is said in the detail of this refusal. */
	if (strcmp(r->code, "room.elsewhere") == 0 && r->detail[0])
		json_object_set_new(fields, "at", json_string(r->detail));
	text = message_print(CONTROL_ERROR, fields);
	ws_conn_send_text(v->conn, text, strlen(text));
	ws_conn_close(v->conn, WS_CLOSE_POLICY, r->code);
	v->state = VISITOR_LEAVING;
	metric_add(v->door->m_refused, 1);
}

/* A message of a seat was refused: it is told, and too often is too much. */
static void offend(struct visitor *v, const struct refusal *r, const char *ref, int64_t now_ms)
{
	metric_add(v->door->m_refused, 1);
	room_offend(v->seat, r, ref, now_ms);
}

static const char *ref_of(const struct control_msg *m)
{
	const char *id = control_str(m, "id");

	return id ? id : control_str(m, "ref");
}

static void handle(struct visitor *v, const struct control_msg *m)
{
	struct refusal r = {0};
	int64_t now_ms = door_now_ms();

	if (v->state == VISITOR_NEW && m->kind == CONTROL_HELLO) {
		visitor_hello(v, m);
		return;
	}
	if (v->state != VISITOR_SEATED) {
		refuse(&r, "room.not_seated", NULL, NULL);
		visitor_turn_away(v, &r, -1);
		return;
	}
	if (visitor_obey(v, m, now_ms, &r) && v->state == VISITOR_SEATED)
		offend(v, &r, ref_of(m), now_ms);
}

static void text_came(void *ctx, struct ws_conn *c, const char *text, size_t len)
{
	struct visitor *v = ws_conn_user(c);
	struct control_problem problem = {0};
	struct control_msg m;
	struct refusal r = {0};
	int bad;

	if (v->state == VISITOR_LEAVING)
		return;
	bad = control_parse(CONTROL_TO_SERVER, text, len, &m, &problem);
	if (!bad) {
		handle(v, &m);
		control_msg_done(&m);
		return;
	}
	r.code = control_refusal_code(bad);
	g_strlcpy(r.field, problem.field, sizeof(r.field));
	if (v->state == VISITOR_SEATED)
		offend(v, &r, problem.ref, door_now_ms());
	else
		visitor_turn_away(v, &r, -1);
}

static void binary_came(void *ctx, struct ws_conn *c, uint8_t *data, size_t len)
{
	struct visitor *v = ws_conn_user(c);
	struct refusal r = {0};
	int64_t now_ms = door_now_ms();

	if (v->state == VISITOR_LEAVING) {
		g_free(data);
	} else if (v->state != VISITOR_SEATED) {
		g_free(data);
		refuse(&r, "room.not_seated", NULL, NULL);
		visitor_turn_away(v, &r, -1);
	} else if (room_relay(v->seat, data, len, now_ms, &r)) {
		offend(v, &r, NULL, now_ms);
	} else {
		metric_add(v->door->m_relayed, 1);
	}
}

static bool put_object(void *gather, const struct object *o)
{
	return ws_gather_binary(gather, NULL, 0, o->data, o->len);
}

static bool collect(void *ctx, struct ws_conn *c, struct ws_gather *g)
{
	struct visitor *v = ws_conn_user(c);

	return v->state == VISITOR_SEATED && room_collect(v->seat, door_now_ms(), put_object, g);
}

static void closed(void *ctx, struct ws_conn *c)
{
	struct room_door *d = ctx;
	struct visitor *v = ws_conn_user(c);

	if (v->state == VISITOR_SEATED)
		room_detach(v->seat, door_now_ms());
	if (v->live)
		g_ptr_array_remove(v->live->knocking, v);
	g_clear_pointer(&v->live, live_unref);
	json_decref(v->hello);
	g_hash_table_remove(d->visitors, v);
	g_free(v);
}

/* --- The door --------------------------------------------------------------------------- */

static void tick(void *data)
{
	struct room_door *d = data;
	int64_t now_ms = door_now_ms();
	g_autoptr(GList) rooms = g_hash_table_get_values(d->rooms);
	GHashTableIter i;
	gpointer key;
	int64_t n_seated = 0;

	for (GList *r = rooms; r; r = r->next)
		live_tick(r->data, now_ms);
	g_hash_table_iter_init(&i, d->visitors);
	while (g_hash_table_iter_next(&i, &key, NULL)) {
		struct visitor *v = key;
		struct refusal r = {0};

		n_seated += v->state == VISITOR_SEATED;
		if (v->state != VISITOR_NEW || now_ms - v->opened_ms < VISITOR_HELLO_MS)
			continue;
		refuse(&r, "room.not_seated", NULL, NULL);
		visitor_turn_away(v, &r, -1);
	}
	metric_set(d->m_seated, n_seated);
	metric_set(d->m_rooms, g_hash_table_size(d->rooms));
}

static void unref_live(gpointer data)
{
	live_unref(data);
}

struct room_door *room_door_new(const struct room_door_config *config)
{
	struct room_door *d = g_new0(struct room_door, 1);

	d->config = *config;
	d->ws = (struct ws_out){
		.open = opened,
		.text = text_came,
		.binary = binary_came,
		.collect = collect,
		.closed = closed,
		.ctx = d,
	};
	d->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref_live);
	d->visitors = g_hash_table_new(NULL, NULL);
	d->m_rooms = metric_gauge("bidroom_rooms", "Live rooms of this process", NULL, NULL);
	d->m_seated =
		metric_gauge("bidroom_seats_connected", "Seats with a connection", NULL, NULL);
	d->m_relayed = metric_counter("bidroom_media_messages_total",
		"Media objects and stamps accepted from seats", NULL, NULL);
	d->m_refused = metric_counter(
		"bidroom_room_refusals_total", "Room messages that were refused", NULL, NULL);
	return d;
}

const struct ws_out *room_door_ws_out(struct room_door *d)
{
	return &d->ws;
}

void room_door_start(struct room_door *d, struct loop *loop, struct recorder *recorder)
{
	d->loop = loop;
	d->recorder = recorder;
	d->timer = loop_timer_add(loop, TICK_MS, tick, d);
}

static bool all_settled(GList *rooms)
{
	bool settled = true;

	for (GList *r = rooms; r; r = r->next)
		settled &= live_is_settled(r->data);
	return settled;
}

/* There is no loop any more to call us when a job is done, so we look. */
void room_door_stop(struct room_door *d)
{
	g_autoptr(GList) rooms = g_hash_table_get_values(d->rooms);
	int64_t deadline_ms = door_now_ms() + STOP_MS;

	for (GList *r = rooms; r; r = r->next)
		live_end(live_ref(r->data), "server_stopping");
	while (!all_settled(rooms) && door_now_ms() < deadline_ms) {
		g_usleep(LOOK_EVERY_US);
		job_drain_done(d->config.jobs);
	}
	for (GList *r = rooms; r; r = r->next) {
		live_release(r->data);
		live_unref(r->data);
	}
}

struct room_door *room_door_free(struct room_door *d)
{
	if (!d)
		return NULL;
	g_hash_table_unref(d->rooms);
	g_hash_table_unref(d->visitors);
	g_free(d);
	return NULL;
}
