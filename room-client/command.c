/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/command.h"

#include <glib.h>
#include <string.h>

#include "room-client/app.h"
#include "room-client/sign_in.h"
#include "room-client/ticket.h"

/* An answer, and the reason when it is not the good one. */
static json_t *good(void)
{
	return json_pack("{s:b}", "ok", 1);
}

static json_t *bad(const char *error)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", error);
}

static json_t *good_with(const char *name, json_t *value)
{
	return json_pack("{s:b, s:o}", "ok", 1, name, value);
}

static json_t *seat_answer(int r)
{
	static const char *const errors[] = {
		[SEAT_E_STATE] = "wrong_state",
		[SEAT_E_MESSAGE] = "bad_message",
		[SEAT_E_DUPLICATE] = "duplicate_id",
		[SEAT_E_FULL] = "too_many_acts",
		[SEAT_E_TICKET] = "bad_ticket",
	};

	return r == 0 ? good() : bad(r > 0 ? errors[r] : "fault");
}

static json_t *sign_in_answer(int r)
{
	if (r == SIGN_IN_E_BUSY)
		return bad("busy");
	return r == 0 ? good() : bad("no_sign_in");
}

/* {"ticket", "seat_id", "epoch"[, "url"][, "expires_at"]} in the command itself, or in the file "ticket_file". */
static json_t *cmd_join(struct app *app, const json_t *command)
{
	const char *file = json_string_value(json_object_get(command, "ticket_file"));
	struct seat_ticket ticket;
	char url[SEAT_URL_MAX];
	int r = file ? ticket_load(file, &ticket, url) : ticket_read(command, &ticket, url);

	return r != 0 ? bad("bad_ticket") : seat_answer(app_join(app, &ticket, url));
}

static json_t *cmd_enter(struct app *app, const json_t *command)
{
	const char *pass = json_string_value(json_object_get(command, "pass"));

	return pass ? sign_in_answer(app_enter(app, pass)) : bad("bad_command");
}

static json_t *cmd_rejoin(struct app *app, const json_t *command)
{
	return sign_in_answer(app_rejoin(app));
}

static json_t *cmd_leave(struct app *app, const json_t *command)
{
	app_leave(app);
	return good();
}

static json_t *cmd_retry(struct app *app, const json_t *command)
{
	app_retry(app);
	return good();
}

static json_t *cmd_quit(struct app *app, const json_t *command)
{
	app_quit(app);
	return good();
}

static json_t *cmd_state(struct app *app, const json_t *command)
{
	return good_with("state", app_state(app));
}

static json_t *cmd_stats(struct app *app, const json_t *command)
{
	return good_with("stats", app_stats(app));
}

static json_t *cmd_events(struct app *app, const json_t *command)
{
	return good_with(
		"events", app_events(app, json_integer_value(json_object_get(command, "after"))));
}

static json_t *cmd_acked(struct app *app, const json_t *command)
{
	return good_with("acked", app_acked(app));
}

/* Takes fields, which a message may lack or have wrongly: proto/control says so. */
static json_t *act(struct app *app, const json_t *command, enum control_kind kind, json_t *fields)
{
	json_auto_t *owned = fields;
	const json_t *id_json = json_object_get(command, "id");
	char id[CONTROL_ID_MAX + 1];
	json_t *answer;
	int r;

	if (id_json && !json_is_string(id_json))
		return bad("bad_message");
	r = app_act(app, json_string_value(id_json), kind, owned, id);
	answer = seat_answer(r);
	if (r == 0)
		json_object_set_new(answer, "id", json_string(id));
	return answer;
}

/* The named fields of the command, as they are. */
static json_t *pick(const json_t *command, const char *const *names)
{
	json_t *fields = json_object();

	for (; *names; names++) {
		json_t *value = json_object_get(command, *names);

		if (value)
			json_object_set(fields, *names, value);
	}
	return fields;
}

static json_t *cmd_chat(struct app *app, const json_t *command)
{
	static const char *const names[] = {"text", NULL};

	return act(app, command, CONTROL_CHAT, pick(command, names));
}

static json_t *mute(struct app *app, const json_t *command, bool on)
{
	const char *kind = json_string_value(json_object_get(command, "kind"));

	return act(app, command, CONTROL_MUTE_SELF,
		json_pack("{s:s, s:b}", "kind", kind ? kind : "mic", "on", on));
}

static json_t *cmd_mute(struct app *app, const json_t *command)
{
	return mute(app, command, true);
}

static json_t *cmd_unmute(struct app *app, const json_t *command)
{
	return mute(app, command, false);
}

static json_t *cmd_raise_hand(struct app *app, const json_t *command)
{
	const json_t *on = json_object_get(command, "on");

	return act(app, command, CONTROL_RAISE_HAND,
		json_pack("{s:b, s:O*}", "on", on ? json_is_true(on) : 1, "reason",
			json_object_get(command, "reason")));
}

static json_t *cmd_moderate(struct app *app, const json_t *command)
{
	static const char *const names[] = {"act", "seat", "on", NULL};

	return act(app, command, CONTROL_MODERATE, pick(command, names));
}

static json_t *cmd_announce(struct app *app, const json_t *command)
{
	static const char *const names[] = {"text", NULL};

	return act(app, command, CONTROL_ANNOUNCE, pick(command, names));
}

static json_t *cmd_call(struct app *app, const json_t *command)
{
	static const char *const names[] = {"seat", "text", NULL};

	return act(app, command, CONTROL_CALL, pick(command, names));
}

static json_t *cmd_lock(struct app *app, const json_t *command)
{
	static const char *const names[] = {"on", NULL};

	return act(app, command, CONTROL_LOCK, pick(command, names));
}

static json_t *cmd_hand_over(struct app *app, const json_t *command)
{
	static const char *const names[] = {"seat", NULL};

	return act(app, command, CONTROL_HAND_OVER, pick(command, names));
}

static json_t *cmd_move(struct app *app, const json_t *command)
{
	static const char *const names[] = {"seat", "venue", "booth", NULL};

	return act(app, command, CONTROL_MOVE, pick(command, names));
}

static json_t *cmd_share_screen(struct app *app, const json_t *command)
{
	const json_t *on = json_object_get(command, "on");

	app_share_screen(app, on ? json_is_true(on) : true);
	return good();
}

static json_t *cmd_present(struct app *app, const json_t *command)
{
	static const char *const names[] = {"on", "bid", "file", "page", NULL};

	return act(app, command, CONTROL_PRESENT, pick(command, names));
}

static json_t *cmd_documents(struct app *app, const json_t *command)
{
	return good_with("documents", app_documents(app));
}

static json_t *cmd_document(struct app *app, const json_t *command)
{
	const char *bid = json_string_value(json_object_get(command, "bid"));
	json_int_t file = json_integer_value(json_object_get(command, "file"));

	return bid && file > 0 && file <= INT_MAX && app_document_want(app, bid, (int)file)
		       ? good()
		       : bad("no_such_document");
}

static const struct {
	const char *name;
	json_t *(*obey)(struct app *app, const json_t *command);
} COMMANDS[] = {
	{"acked", cmd_acked},
	{"announce", cmd_announce},
	{"call", cmd_call},
	{"chat", cmd_chat},
	{"document", cmd_document},
	{"documents", cmd_documents},
	{"enter", cmd_enter},
	{"events", cmd_events},
	{"hand_over", cmd_hand_over},
	{"join", cmd_join},
	{"leave", cmd_leave},
	{"lock", cmd_lock},
	{"moderate", cmd_moderate},
	{"move", cmd_move},
	{"mute", cmd_mute},
	{"present", cmd_present},
	{"quit", cmd_quit},
	{"raise_hand", cmd_raise_hand},
	{"rejoin", cmd_rejoin},
	{"retry", cmd_retry},
	{"share_screen", cmd_share_screen},
	{"state", cmd_state},
	{"stats", cmd_stats},
	{"unmute", cmd_unmute},
};

static json_t *obey(struct app *app, const char *name, const json_t *command)
{
	for (size_t i = 0; name && i < G_N_ELEMENTS(COMMANDS); i++) {
		if (strcmp(COMMANDS[i].name, name) == 0)
			return COMMANDS[i].obey(app, command);
	}
	return bad("unknown_command");
}

json_t *command_obey(void *user, const json_t *command)
{
	const char *name = json_string_value(json_object_get(command, "cmd"));
	json_t *answer = obey(user, name, command), *tag = json_object_get(command, "tag");

	json_object_set_new(answer, "reply", json_string(name ? name : ""));
	if (tag)
		json_object_set(answer, "tag", tag);
	return answer;
}
