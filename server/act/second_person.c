/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/second_person.h"

#include <string.h>

#include "server/store/deputy_store.h"

int act_is_author(struct act *a, const char *author, bool *ret)
{
	DEPUTY_AUTO struct deputy *deputy = NULL;

	*ret = strcmp(author, a->actor->account_id) == 0;
	if (*ret)
		return 0;
	int r = deputy_store_get(a->txn, author, a->legal_us, &deputy);
	if (r == STORE_E_NONE)
		return 0;
	if (!r)
		*ret = strcmp(deputy->deputy_id, a->actor->account_id) == 0;
	return r;
}

int act_had_a_hand(struct act *a, const char *subject_type, const char *id, bool *ret)
{
	g_autofree char *subject = g_strconcat(subject_type, ":", id, NULL);

	return event_store_wrote(a->txn, subject, a->actor->account_id, ret);
}
