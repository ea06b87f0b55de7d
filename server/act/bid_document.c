/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/bid_document.h"

#include <errno.h>

#include "server/act/bid_case.h"
#include "server/act/project_key.h"
#include "server/eval/flow.h"
#include "server/store/bid_store.h"
#include "server/store/project_key_store.h"
#include "server/store/session_store.h"

static int check_session(struct act *a, const char *bid_id, const char *name)
{
	g_autofree char *step = NULL;
	EVAL_SESSION_AUTO struct eval_session *s = NULL;
	int r = bid_store_session_step(a->txn, bid_id, a->actor->session_id, &step);

	if (r == STORE_E_NONE)
		return act_denied(a, "your session does not judge this bid");
	if (r)
		return r;
	r = session_store_get(a->txn, a->actor->session_id, &s);
	if (r)
		return r < 0 ? r : -ENOENT;
	r = flow_may(name, s->step, s->hold);
	return r ? refuse(a->refusal, flow_refusal_code(r), NULL, "the session is at step %s", step)
		 : 0;
}

static int check_key(struct act *a, const char *lot_id)
{
	g_autoptr(GBytes) key = NULL;
	char project_id[ID_SIZE];
	int r = project_key_store_of_lot(a->txn, lot_id, project_id, &key);

	return r == PROJECT_KEY_E_DESTROYED ? project_key_refuse_destroyed(a) : r;
}

int bid_document_for_act(
	struct act *a, const char *bid_id, int64_t file_no, const char *name, json_t **ret_file)
{
	BID_AUTO struct bid_row *bid = NULL;
	json_auto_t *files = NULL;
	int r = act_found(a, bid_store_get(a->txn, bid_id, &bid), "bid_id");

	if (!r)
		r = check_key(a, bid->lot_id);
	if (!r)
		r = check_session(a, bid_id, name);
	if (!r && bid->state != BID_OPENED)
		r = refuse(a->refusal, "bid.state", NULL, "it is %s", bid_state_name(bid->state));
	if (!r)
		r = bid_files(bid, &files);
	if (r)
		return r;
	*ret_file = json_incref(json_array_get(files, (size_t)file_no - 1));
	return *ret_file ? 0 : act_found(a, STORE_E_NONE, "file_no");
}
