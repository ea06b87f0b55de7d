/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/acts.h"

#include <errno.h>
#include <string.h>

#include "server/act/account_totp.h"
#include "server/act/rollback_act.h"
#include "server/act/session_act.h"
#include "server/auth/permission.h"
#include "server/auth/token.h"
#include "server/store/expert_store.h"
#include "server/store/member_store.h"
#include "server/store/seat_store.h"
#include "server/store/session_store.h"

/*
 * Check-in at the gate (门禁签到): the expert proves who he is in front of the venue's duty person.
 * Only here does it come out that he was drawn; he gets a free seat of the venue by chance and a
 * pass to it. Coming again gives a new pass to the same seat.
 */
#define PASS_US (60 * CLOCK_SECOND_US)
#define NOT_DRAWN "this person was not drawn for the session"

static const struct field fields[] = {
	{"session_id", FIELD_ID, true},
	{"venue_id", FIELD_ID, true},
	{"login", FIELD_TEXT, true, 1, 64},
	{"password", FIELD_TEXT, true, 1, 256},
	{"totp", FIELD_NAME, false, 6, 6},
	{NULL},
};

/* The counting member whose wrapped identity is this expert. */
static int find_drawn(
	struct act *a, const char *session_id, const char *expert_id, struct member_row **ret)
{
	g_autoptr(GPtrArray) members = NULL;
	int r = member_store_of_session(a->txn, session_id, &members);

	for (guint i = 0; !r && i < members->len; i++) {
		struct member_row *m = g_ptr_array_index(members, i);
		g_autofree char *id = NULL;

		if (!member_counts(m->state))
			continue;
		r = member_identity(a, session_id, m, &id, NULL);
		if (r || strcmp(id, expert_id) != 0)
			continue;
		*ret = g_ptr_array_steal_index(members, i);
		return 0;
	}
	return r ? r : refuse(a->refusal, "gate.not_drawn", "login", NOT_DRAWN);
}

static int prove(
	struct act *a, const json_t *in, struct account **ret_account, struct expert **ret_expert)
{
	int r = account_prove(
		a, in_text(in, "login"), in_text(in, "password"), in_text(in, "totp"), ret_account);

	if (!r)
		r = expert_store_by_account(a->txn, (*ret_account)->account_id, ret_expert);
	return r == STORE_E_NONE ? refuse(a->refusal, "gate.not_drawn", "login", NOT_DRAWN) : r;
}

/* A number below n, each as likely: what the last incomplete round would favour is thrown away. */
static uint64_t chance_below(uint64_t n)
{
	uint64_t value, limit = UINT64_MAX - UINT64_MAX % n;

	do
		random_bytes(&value, sizeof(value));
	while (value >= limit);
	return value % n;
}

static int assign_seat(struct act *a, const json_t *in, struct member_row *m, guint *ret_n_free)
{
	const char *session_id = in_text(in, "session_id");
	g_autoptr(GPtrArray) seats = NULL;
	int r = member_store_free_seats(a->txn, session_id, in_text(in, "venue_id"), &seats);

	if (r)
		return r;
	if (!seats->len)
		return refuse(a->refusal, "gate.no_seat", "venue_id",
			"this venue has no free seat of the session");
	*ret_n_free = seats->len;
	g_strlcpy(
		m->seat_id, g_ptr_array_index(seats, chance_below(seats->len)), sizeof(m->seat_id));
	return 0;
}

static int sit_down(struct act *a, const char *session_id, const struct account *account,
	const struct member_row *m)
{
	int r = member_store_give_seat(a->txn, session_id, m->seat_id, account->account_id);

	if (!r)
		r = member_store_set_arrived(
			a->txn, session_id, m->no, account->account_id, m->seat_id, a->legal_us);
	return r <= 0 ? r : -EIO;
}

static int arrive(
	struct act *a, const json_t *in, const struct account *account, struct member_row *m)
{
	const char *session_id = in_text(in, "session_id");
	guint n_free = 0;
	int r = assign_seat(a, in, m, &n_free);

	if (!r)
		r = sit_down(a, session_id, account, m);
	if (!r)
		r = act_event(a, "member.arrived", "session", session_id,
			json_pack("{s:i, s:s, s:b}", "member_no", m->no, "venue",
				in_text(in, "venue_id"), "totp", account->totp_on));
	if (!r)
		r = act_event(a, "seat.assigned", "session", session_id,
			json_pack("{s:i, s:s, s:i}", "member_no", m->no, "seat", m->seat_id,
				"free_seats", (int)n_free));
	return r;
}

/* When the committee evaluates again (重新评审) and he was not back yet: those who come then are
 * dispatched anew. */
static int may_move(struct act *a, const char *session_id, const struct member_row *m, bool *ret)
{
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	int64_t since_us = 0;
	int r = rollback_reopened(a, session_id, &since_us);

	if (!r)
		r = seat_store_get(a->txn, session_id, m->seat_id, &seat);
	*ret = !r && since_us && (!seat->has_device || seat->left);
	return r;
}

/* What he has promised and said holds at any seat. */
static int change_venue(
	struct act *a, const json_t *in, const struct account *account, struct member_row *m)
{
	const char *session_id = in_text(in, "session_id");
	bool may = false;
	guint n_free = 0;
	int r = may_move(a, session_id, m, &may);

	if (r)
		return r < 0 ? r : -EIO;
	if (!may)
		return refuse(a->refusal, "gate.no_seat", "venue_id",
			"the member has a seat at another venue");
	r = member_store_give_seat(a->txn, session_id, m->seat_id, NULL);
	if (!r)
		r = assign_seat(a, in, m, &n_free);
	if (!r)
		r = member_store_give_seat(a->txn, session_id, m->seat_id, account->account_id);
	if (!r)
		r = member_store_set_seat(a->txn, session_id, m->no, m->seat_id);
	return r ? r
		 : act_event(a, "seat.assigned", "session", session_id,
			   json_pack("{s:i, s:s, s:i, s:b, s:s}", "member_no", m->no, "seat",
				   m->seat_id, "free_seats", (int)n_free, "again", 1, "venue",
				   in_text(in, "venue_id")));
}

static int come_again(
	struct act *a, const json_t *in, const struct account *account, struct member_row *m)
{
	const char *session_id = in_text(in, "session_id");
	int r;

	if (strcmp(m->venue_id, in_text(in, "venue_id")) != 0)
		return change_venue(a, in, account, m);
	/* Whoever still holds the old sign-in of this seat has lost it. */
	r = account_store_end_seat_sign_ins(a->txn, account->account_id);
	if (r)
		return r < 0 ? r : -EIO;
	return act_event(a, "seat.assigned", "session", session_id,
		json_pack("{s:i, s:s, s:b}", "member_no", m->no, "seat", m->seat_id, "again", 1));
}

static int give_pass(struct act *a, const char *session_id, const struct account *account,
	const struct member_row *m, json_t *out)
{
	struct gate_pass pass = {.expires_us = a->real_us + PASS_US};
	char token[TOKEN_SIZE];
	uint8_t hash[32];
	int r;

	token_new(token);
	token_hash(token, hash);
	g_strlcpy(pass.session_id, session_id, sizeof(pass.session_id));
	g_strlcpy(pass.seat_id, m->seat_id, sizeof(pass.seat_id));
	g_strlcpy(pass.account_id, account->account_id, sizeof(pass.account_id));
	r = member_store_add_pass(a->txn, hash, &pass);
	if (r)
		return r < 0 ? r : -EIO;
	out_text(out, "pass", token);
	out_time(out, "pass_expires_at", pass.expires_us);
	return 0;
}

/* Drawn for two sessions at once before either was known to the other's draw; nobody sits in two. */
static int check_here(struct act *a, const char *session_id, const char *expert_id)
{
	EXPERT_AUTO struct expert *expert = NULL;
	bool elsewhere = false;
	int r = expert_store_lock(a->txn, expert_id, &expert);

	if (!r)
		r = member_store_is_elsewhere(a->txn, session_id, expert->account_id, &elsewhere);
	if (!r && elsewhere)
		r = refuse(a->refusal, "gate.elsewhere", "login", NULL);
	return r == STORE_E_NONE && !elsewhere ? -ENOENT : r;
}

/* Taken after the password was tried, so that other gates do not wait for it. */
static int take_session(struct act *a, const char *session_id)
{
	EVAL_SESSION_AUTO struct eval_session *s = NULL;

	return session_for_act(a, session_id, "gate.sign_in", true, &s);
}

static int run(struct act *a, const json_t *in, json_t *out)
{
	const char *session_id = in_text(in, "session_id");
	ACCOUNT_AUTO struct account *account = NULL;
	EXPERT_AUTO struct expert *expert = NULL;
	MEMBER_ROW_AUTO struct member_row *m = NULL, *seated = NULL;
	SEAT_ROW_AUTO struct seat_row *seat = NULL;
	g_autofree char *name = NULL;
	int r = prove(a, in, &account, &expert);

	if (!r)
		r = take_session(a, session_id);
	if (!r)
		r = find_drawn(a, session_id, expert->expert_id, &m);
	/* Drawn before he was suspended: the host calls the next one (C08). */
	if (!r && !expert->active)
		r = refuse(a->refusal, "gate.suspended", "login", NULL);
	if (!r)
		r = check_here(a, session_id, expert->expert_id);
	if (!r)
		r = m->state == MEMBER_DRAWN ? arrive(a, in, account, m)
					     : come_again(a, in, account, m);
	if (r)
		return r;
	r = member_store_by_account(a->txn, session_id, account->account_id, &seated);
	if (r)
		return r < 0 ? r : -ENOENT;
	r = seat_store_get(a->txn, session_id, seated->seat_id, &seat);
	if (!r)
		r = member_identity(a, session_id, seated, NULL, &name);
	if (!r)
		r = give_pass(a, session_id, account, seated, out);
	if (r)
		return r;
	out_int(out, "member_no", seated->no);
	out_text(out, "name", name);
	out_text(out, "seat_id", seated->seat_id);
	out_text(out, "seat_label", seated->seat_label);
	if (seat->booth)
		out_text(out, "booth", seat->booth);
	return 0;
}

const struct act_kind gate_sign_in_act = {
	.name = "gate.sign_in", .fields = fields, .run = run, .flags = ACT_SECRET};
