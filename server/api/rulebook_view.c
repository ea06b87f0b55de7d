/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/api/views.h"

#include "server/trade/rulebook.h"

static const struct field no_fields[] = {{NULL}};

static int run(struct act *a, const json_t *in, json_t *out)
{
	json_t *book = rulebook_to_json(rulebook_current());

	json_object_update(out, book);
	json_decref(book);
	return 0;
}

const struct act_kind rulebook_view = {
	.name = "rulebook.get", .fields = no_fields, .run = run, .flags = ACT_READ};
