/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/act.h"

#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "server/audit/event.h"
#include "server/auth/permission.h"
#include "server/sign/checkpoint_key.h"
#include "server/store/event_store.h"
#include "server/store/idempotency_store.h"

/* A promise is kept within this time, or an alarm is raised. */
#define PROMISE_US (60 * CLOCK_SECOND_US)

/* What perform_in_txn() ends with after a rehearsal, so that it is rolled back. */
#define REHEARSED 2

/* One act_perform() on its way through db_run(). */
struct performance {
	struct act act;
	const struct act_kind *kind;
	const json_t *in;
	const char *key;
	uint8_t request_sha256[32];
	json_t *out;
	bool repeated; /* out is the answer of an earlier performance */
};

static const char *actor_name(const struct actor *actor)
{
	return actor->account_id[0] ? actor->account_id : "public";
}

int act_event(struct act *a, const char *kind, const char *subject_type, const char *subject_id,
	json_t *body)
{
	const char *who = a->actor->account_id[0] ? a->actor->account_id : ACT_SYSTEM;

	return act_event_by(a, who, kind, subject_type, subject_id, body);
}

int act_event_by(struct act *a, const char *who, const char *kind, const char *subject_type,
	const char *subject_id, json_t *body)
{
	struct event *e =
		event_new(kind, who, subject_type, subject_id, a->legal_us, a->real_us, body);

	g_ptr_array_add(a->events, e);
	return event_store_append(a->txn, e);
}

int act_require_version(struct act *a, int64_t version)
{
	if (a->if_match == version)
		return 0;
	if (!a->if_match)
		return refuse(a->refusal, "act.version_missing", "if-match",
			"send If-Match with the version you read");
	return refuse(a->refusal, "act.version", "if-match",
		"it is version %" G_GINT64_FORMAT " now; read it again", version);
}

int act_denied(struct act *a, const char *why)
{
	return refuse(a->refusal, "auth.denied", NULL, "%s", why);
}

int act_found(struct act *a, int r, const char *field)
{
	if (r == STORE_E_NONE)
		return refuse(a->refusal, "input.not_found", field, "there is no such %s", field);
	return r;
}

bool act_has_role(const struct act *a, uint32_t roles)
{
	return (a->actor->roles & roles) != 0;
}

void out_text(json_t *out, const char *name, const char *text)
{
	json_object_set_new(out, name, text ? json_string(text) : json_null());
}

void out_int(json_t *out, const char *name, int64_t n)
{
	json_object_set_new(out, name, json_integer(n));
}

void out_time(json_t *out, const char *name, int64_t t_us)
{
	char text[CLOCK_TEXT_SIZE];

	if (t_us)
		out_text(out, name, clock_format_utc(t_us, text));
}

void out_hex(json_t *out, const char *name, const void *bytes, size_t len)
{
	g_autofree char *hex = hex_encode(bytes, len);

	out_text(out, name, hex);
}

void out_base64(json_t *out, const char *name, GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	g_autofree char *text = g_base64_encode(data, len);

	out_text(out, name, text);
}

/* What the caller may keep of the events: enough to check promise and receipt later. */
static void out_events(json_t *out, const struct act *a)
{
	json_t *list = json_array();

	for (guint i = 0; i < a->events->len; i++) {
		const struct event *e = g_ptr_array_index(a->events, i);
		json_t *row = json_object();
		out_text(row, "event_id", e->event_id);
		out_text(row, "kind", e->kind->name);
		out_text(row, "subject", e->subject);
		out_int(row, "no", e->subject_no);
		out_hex(row, "leaf_hash", e->leaf_hash, sizeof(e->leaf_hash));
		g_autofree char *promise = checkpoint_key_promise(
			a->env->log_key, e->leaf_hash, a->real_us, a->real_us + PROMISE_US);
		out_text(row, "promise", promise);
		json_array_append_new(list, row);
	}
	json_object_set_new(out, "events", list);
}

static int find_earlier_answer(struct performance *p, struct db_txn *txn)
{
	g_autofree char *answer = NULL;
	int r = idempotency_store_find(
		txn, actor_name(p->act.actor), p->key, p->kind->name, p->request_sha256, &answer);

	if (r == IDEMPOTENCY_E_NONE)
		return 0;
	if (r == IDEMPOTENCY_E_MISMATCH)
		return refuse(p->act.refusal, "act.idempotency_mismatch", "idempotency-key",
			"this key was used for another request");
	if (r)
		return r;
	json_decref(p->out);
	p->out = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
	p->repeated = true;
	return p->out ? 0 : -EBADMSG;
}

static int keep_answer(struct performance *p, struct db_txn *txn)
{
	g_autofree char *answer = json_dumps(p->out, JSON_COMPACT);
	int r = idempotency_store_put(txn, actor_name(p->act.actor), p->key, p->kind->name,
		p->request_sha256, answer, p->act.real_us);

	if (r > 0) /* the twin of this request is just being performed */
		return refuse(p->act.refusal, "act.in_progress", "idempotency-key",
			"the same request is being performed; ask again");
	return r;
}

/*
 * The answer to the COMMIT of an earlier attempt may have got lost on its way: then the act is done
 * and must not be done twice. Its first event tells, for every attempt gives its events new ids.
 */
static int find_lost_commit(struct performance *p, struct db_txn *txn)
{
	EVENT_AUTO struct event *found = NULL;

	if (!p->act.events->len)
		return 0;
	const struct event *first = g_ptr_array_index(p->act.events, 0);
	int r = event_store_get(txn, first->event_id, &found);
	if (r == STORE_E_NONE)
		return 0;
	p->repeated = !r;
	return r;
}

static int perform_in_txn(struct db_txn *txn, void *data)
{
	struct performance *p = data;
	bool changes = !(p->kind->flags & ACT_READ);
	int r;

	p->act.txn = txn;
	r = find_lost_commit(p, txn);
	if (r || p->repeated)
		return r;
	/* Otherwise a second attempt begins from nothing. */
	p->act.refused_on_record = false;
	p->act.rehearsed = false;
	g_ptr_array_set_size(p->act.events, 0);
	json_decref(p->out);
	p->out = json_object();
	if (p->key && changes) {
		r = find_earlier_answer(p, txn);
		if (r || p->repeated)
			return r;
	}
	r = p->kind->run(&p->act, p->in, p->out);
	if (r == REFUSED && p->act.refused_on_record)
		r = 0;
	if (r)
		return r;
	if (p->act.rehearsed)
		return REHEARSED;
	if (p->act.events->len)
		out_events(p->out, &p->act);
	return p->key && changes && !p->act.refused_on_record ? keep_answer(p, txn) : 0;
}

static int check_caller(const struct actor *actor, const struct act_kind *kind, const json_t *in,
	const struct act_call *call, struct refusal *r)
{
	int refused = permission_check(kind->name, actor->account_id[0] != 0, actor->roles, r);

	if (!refused)
		refused = fields_check(kind->fields, in, r);
	if (!refused && call->idempotency_key &&
		(strlen(call->idempotency_key) > 64 || !*call->idempotency_key))
		refused = refuse(r, "input.invalid", "idempotency-key", "1 to 64 characters");
	return refused;
}

static void request_digest(const json_t *in, GBytes *body, uint8_t ret[static 32])
{
	g_autofree char *text = json_dumps(in, JSON_COMPACT | JSON_SORT_KEYS);
	g_autoptr(GByteArray) all = g_byte_array_new();
	gsize len;
	const void *bytes = body ? g_bytes_get_data(body, &len) : NULL;

	g_byte_array_append(all, (const guint8 *)text, (guint)strlen(text));
	if (bytes)
		g_byte_array_append(all, bytes, (guint)len);
	SHA256(all->data, all->len, ret);
}

int act_perform(const struct act_env *env, const struct actor *actor, const struct act_kind *kind,
	const json_t *in, const struct act_call *call, json_t **ret_out, struct refusal *r)
{
	static const struct act_call plain;
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free);
	json_auto_t *present = NULL;
	struct performance p = {
		.act = {.env = env, .actor = actor, .refusal = r, .events = events},
		.kind = kind,
	};
	int result;

	*ret_out = NULL;
	call = call ? call : &plain;
	result = check_caller(actor, kind, in, call, r);
	if (result)
		return result;
	p.in = present = fields_present(in);
	p.act.legal_us = call->legal_us ? call->legal_us : clock_legal_us(env->clock);
	p.act.real_us = clock_real_us();
	p.act.if_match = call->if_match;
	p.act.body = call->body;
	id_new(p.act.file_id);
	p.key = kind->flags & ACT_SECRET ? NULL : call->idempotency_key;
	if (p.key)
		request_digest(present, call->body, p.request_sha256);

	result = kind->flags & ACT_READ ? db_run_read(env->pool, perform_in_txn, &p)
					: db_run(env->pool, perform_in_txn, &p);
	if (result == REHEARSED) {
		*ret_out = p.out;
		return 0;
	}
	if (result) {
		json_decref(p.out);
		return result;
	}
	if (events->len && env->committed)
		env->committed(env->committed_ctx);
	*ret_out = p.out;
	return p.act.refused_on_record ? REFUSED : 0;
}
