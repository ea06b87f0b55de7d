/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/seat_act.h"

#include <errno.h>
#include <string.h>

#include "proto/seat_cert.h"
#include "server/auth/permission.h"
#include "server/store/account_store.h"
#include "server/store/hall_store.h"
#include "server/store/member_store.h"
#include "server/store/room_store.h"
#include "server/store/seat_store.h"

int seat_act_event(struct act *a, const char *session_id, const char *kind, json_t *body)
{
	const char *seat = a->actor->seat_id;

	/* In a hall a bidder is the number of its bid: whose that is, the opened bid tells alone.
	 */
	return g_str_has_prefix(seat, HALL_BIDDER_PREFIX)
		       ? act_event_by(a, seat, kind, "session", session_id, body)
		       : act_event(a, kind, "session", session_id, body);
}

int seat_act_check_open(struct act *a, const char *session_id)
{
	struct room_session session;
	int r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");

	if (r)
		return r;
	return session.closed ? refuse(a->refusal, "room.closed", NULL, NULL) : 0;
}

int seat_act_check_leads(struct act *a, const char *session_id)
{
	int r = seat_act_check_open(a, session_id);

	return r ? r : seat_act_check_led(a, session_id);
}

int seat_act_check_led(struct act *a, const char *session_id)
{
	struct room_session session;
	int r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");

	if (r || act_has_role(a, ROLE_SUPERVISOR))
		return r;
	return !session.host[0] || strcmp(session.host, a->actor->account_id) == 0
		       ? 0
		       : refuse(a->refusal, "room.not_host", NULL, NULL);
}

int seat_act_check_seated(struct act *a, const char *session_id)
{
	if (strcmp(a->actor->session_id, session_id) != 0 || !a->actor->seat_id[0])
		return act_denied(a, "only from a seat of this session");
	return seat_act_check_open(a, session_id);
}

char *seat_act_muted_with(const char *list, const char *kind, bool on)
{
	g_auto(GStrv) words = g_strsplit(list, " ", -1);
	GString *now = g_string_new(NULL);

	for (char **w = words; *w; w++)
		if (**w && strcmp(*w, kind) != 0)
			g_string_append_printf(now, "%s%s", now->len ? " " : "", *w);
	if (on)
		g_string_append_printf(now, "%s%s", now->len ? " " : "", kind);
	return g_string_free(now, FALSE);
}

int seat_act_mute(struct act *a, const char *session_id, const struct seat_row *seat,
	const char *kind, bool by_host, bool on)
{
	g_autofree char *muted =
		seat_act_muted_with(by_host ? seat->muted_host : seat->muted, kind, on);
	int r = seat_store_set_muted(a->txn, session_id, seat->seat_id, by_host, muted);

	if (r)
		return r < 0 ? r : -EIO;
	return seat_act_event(a, session_id, "room.mute",
		json_pack("{s:s, s:s, s:b}", "seat", seat->seat_id, "kind", kind, "on", on));
}

int seat_act_track_event(struct act *a, const char *session_id, const struct room_track *t)
{
	bool plain = strcmp(t->mask, "none") == 0;
	json_t *body = json_pack("{s:i, s:s, s:s, s:s, s:s*, s:s*}", "track", t->track_no, "seat",
		t->seat_id, "kind", t->kind, "codec", t->codec, "mask", plain ? NULL : t->mask,
		"to", t->to_seat[0] ? t->to_seat : NULL);

	/* By its size a player tells the large picture of a camera from the small one. */
	if (t->width && t->height) {
		out_int(body, "width", t->width);
		out_int(body, "height", t->height);
	}
	return seat_act_event(a, session_id, "room.publish", body);
}

/* An expert signs for his device with the key he signs the report with, others with one for that.
 */
static bool certifies(const struct account_key *k)
{
	return strcmp(k->alg, "ed25519") == 0 &&
	       (strcmp(k->purpose, "expert") == 0 || strcmp(k->purpose, "seat") == 0);
}

static bool has_key(const GPtrArray *keys, const uint8_t key[static ED25519_KEY_LEN])
{
	for (guint i = 0; i < keys->len; i++) {
		const struct account_key *k = g_ptr_array_index(keys, i);
		size_t len;
		const void *bytes = g_bytes_get_data(k->public_key, &len);

		if (certifies(k) && len == ED25519_KEY_LEN && memcmp(bytes, key, len) == 0)
			return true;
	}
	return false;
}

/* The certificate speaks for this device on this seat, signed by a key of this person's. */
static int check_cert(struct act *a, const json_t *in, const struct seat_row *seat,
	const char *account_id, int64_t epoch)
{
	const json_t *json = json_object_get(in, "seat_cert");
	g_autoptr(GBytes) device_key = in_base64(in, "device_key");
	g_autoptr(GPtrArray) keys = NULL;
	uint8_t expert_key[ED25519_KEY_LEN];
	struct seat_cert cert;
	int r = seat_cert_verify(json, NULL, &cert, expert_key);

	if (!r)
		r = seat_cert_check(&cert, in_text(in, "session_id"), seat->seat_id,
			(uint32_t)epoch, g_bytes_get_data(device_key, NULL), a->real_us);
	if (r)
		return r < 0 ? r
			     : refuse(a->refusal, "seat.cert", "seat_cert", "%s",
				       seat_cert_refusal_code(r));
	r = account_store_keys(a->txn, account_id, NULL, &keys);
	if (r)
		return r;
	return has_key(keys, expert_key) ? 0
					 : refuse(a->refusal, "seat.cert", "seat_cert",
						   "its key is not registered for this person");
}

static int fill(struct act *a, json_t *out, const char *session_id, const struct seat_row *seat,
	const struct account *account)
{
	json_auto_t *known = seat_act_to_json(seat);
	MEMBER_ROW_AUTO struct member_row *m = NULL;
	int r = member_store_by_account(a->txn, session_id, account->account_id, &m);

	json_object_update(out, known);
	out_text(out, "account_id", account->account_id);
	out_int(out, "roles", account->roles);
	if (!r && member_counts(m->state) && strcmp(m->seat_id, seat->seat_id) == 0)
		return seat_act_name_member(a, session_id, m, out);
	return r == STORE_E_NONE ? 0 : r;
}

int seat_act_take(struct act *a, const json_t *in, const struct seat_row *seat,
	const char *account_id, int64_t epoch, bool resumed, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	bool has_cert = in_has(in, "seat_cert");
	ACCOUNT_AUTO struct account *account = NULL;
	struct actor person = *a->actor;
	const struct actor *caller = a->actor;
	json_t *body;
	int r = seat_act_check_open(a, session_id);

	if (!r && seat->removed)
		r = refuse(a->refusal, "room.removed", NULL, NULL);
	if (!r)
		r = act_found(a, account_store_get(a->txn, account_id, &account), "account_id");
	if (!r && account->locked)
		r = act_denied(a, "the account is locked");
	if (!r && has_cert)
		r = check_cert(a, in, seat, account_id, epoch);
	if (r)
		return r;
	r = fill(a, out, session_id, seat, account);
	if (r)
		return r;
	out_int(out, "epoch", epoch);
	json_object_set_new(out, "has_cert", json_boolean(has_cert));
	body = json_pack("{s:s, s:s, s:s, s:I, s:b, s:s}", "seat", seat->seat_id, "name",
		in_text(out, "label"), "role", seat->role, "epoch", (json_int_t)epoch, "resumed",
		resumed, "device_key", in_text(in, "device_key"));
	if (has_cert)
		json_object_set(body, "seat_cert", json_object_get(in, "seat_cert"));
	/* The ticket says who it is; the caller had not signed in. */
	g_strlcpy(person.account_id, account_id, sizeof(person.account_id));
	g_strlcpy(person.seat_id, seat->seat_id, sizeof(person.seat_id));
	a->actor = &person;
	r = seat_act_event(a, session_id, "room.joined", body);
	a->actor = caller;
	return r;
}

int seat_act_lose_device(struct act *a, const char *session_id, const struct seat_row *seat)
{
	int r = seat_store_void_tickets(a->txn, session_id, seat->seat_id, NULL, a->real_us);

	if (!r && seat->has_device)
		r = seat_store_set_left(a->txn, session_id, seat->seat_id, a->real_us);
	if (!r && seat->account_id[0])
		r = account_store_end_seat_sign_ins(a->txn, seat->account_id);
	return r;
}

int seat_act_check_flow(struct act *a, const char *session_id, const char *name)
{
	struct room_session session;
	int r = seat_act_check_open(a, session_id);

	if (!r)
		r = act_found(a, room_store_session(a->txn, session_id, &session), "session_id");
	if (r)
		return r;
	r = flow_may(name, session.step, session.hold);
	return r ? refuse(a->refusal, flow_refusal_code(r), NULL, NULL) : 0;
}

int seat_act_check_may(struct act *a, const char *session_id, const char *name)
{
	int r = seat_act_check_seated(a, session_id);

	return r ? r : seat_act_check_flow(a, session_id, name);
}
