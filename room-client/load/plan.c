/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/plan.h"

#include "proto/base64.h"

#include <errno.h>
#include <string.h>

static void seat_free(gpointer data)
{
	struct plan_seat *s = data;

	g_free(s->ticket);
	json_decref(s->seat_cert);
	g_free(s);
}

static bool publishes(const json_t *o, const char *kind)
{
	size_t i;
	json_t *name;

	json_array_foreach (json_object_get(o, "publish"), i, name)
		if (g_strcmp0(json_string_value(name), kind) == 0)
			return true;
	return false;
}

static struct plan_seat *seat_from_json(const json_t *o)
{
	const char *session = json_string_value(json_object_get(o, "session"));
	const char *id = json_string_value(json_object_get(o, "seat"));
	const char *ticket = json_string_value(json_object_get(o, "ticket"));
	const char *seed = json_string_value(json_object_get(o, "device_seed"));
	struct plan_seat *s = g_new0(struct plan_seat, 1);

	if (!session || !id || !ticket || !seed ||
		g_strlcpy(s->session, session, sizeof(s->session)) >= sizeof(s->session) ||
		g_strlcpy(s->seat, id, sizeof(s->seat)) >= sizeof(s->seat) ||
		!base64_decode_exact(seed, strlen(seed), s->device_seed, ED25519_KEY_LEN)) {
		g_free(s);
		return NULL;
	}
	s->ticket = g_strdup(ticket);
	s->epoch = (uint32_t)json_integer_value(json_object_get(o, "epoch"));
	s->seat_cert = json_incref(json_object_get(o, "seat_cert"));
	s->cam = publishes(o, "cam");
	s->mic = publishes(o, "mic");
	return s;
}

/* Counts rooms and the seats of the present one while lines come. */
struct counting {
	char session[IDENT_SIZE];
	unsigned rooms, seats;
};

static bool is_wanted(
	struct counting *c, const struct plan_seat *s, const struct plan_limits *limits)
{
	if (strcmp(c->session, s->session) != 0) {
		g_strlcpy(c->session, s->session, sizeof(c->session));
		c->rooms++;
		c->seats = 0;
	}
	c->seats++;
	return (!limits->rooms || c->rooms <= limits->rooms) &&
	       (!limits->seats || c->seats <= limits->seats);
}

int plan_load(const char *path, const struct plan_limits *limits, GPtrArray **ret_seats,
	char **ret_message)
{
	g_autoptr(GPtrArray) seats = g_ptr_array_new_with_free_func(seat_free);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	struct counting counting = {0};

	if (!g_file_get_contents(path, &text, NULL, &error)) {
		*ret_message = g_strdup(error->message);
		return -EIO;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		json_auto_t *o = json_loads(lines[i], JSON_REJECT_DUPLICATES, NULL);
		struct plan_seat *s = o ? seat_from_json(o) : NULL;

		if (!lines[i][0])
			continue;
		if (!s) {
			*ret_message = g_strdup_printf("%s:%u: no seat", path, i + 1);
			return -EINVAL;
		}
		if (!is_wanted(&counting, s, limits)) {
			seat_free(s);
			continue;
		}
		s->no = counting.seats - 1;
		g_ptr_array_add(seats, s);
	}
	*ret_seats = g_steal_pointer(&seats);
	return 0;
}
