/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/control.h"

#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_direction(enum control_direction direction, const char *text, size_t len)
{
	struct control_problem problem;
	struct control_msg msg;
	g_autofree char *again = NULL;
	int r = control_parse(direction, text, len, &msg, &problem);

	if (r) {
		control_refusal_code(r);
		g_assert(strlen(problem.field) < sizeof(problem.field));
		g_assert(g_utf8_validate(problem.field, -1, NULL));
		return;
	}
	/* What may come in may go out. Escapes can only have become shorter. */
	json_object_del(msg.root, "type");
	r = control_print(&again, msg.kind, msg.root);
	g_assert(r == 0);
	control_msg_done(&msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	try_direction(CONTROL_TO_SERVER, (const char *)data, len);
	try_direction(CONTROL_TO_CLIENT, (const char *)data, len);
	return 0;
}
