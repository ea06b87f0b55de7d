/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroomctl init: opens the house with its three administrators and prints their passwords. */
#include "server/admin/admin.h"

#include <stdio.h>

#include "server/act/acts.h"
#include "server/auth/token.h"

static const char *const logins[] = {"sysadmin", "secadmin", "auditor"};

static json_t *new_passwords(const char *name)
{
	json_t *in = json_pack("{s:s}", "name", name);

	for (size_t i = 0; i < G_N_ELEMENTS(logins); i++) {
		char token[TOKEN_SIZE];
		g_autofree char *field = g_strdup_printf("%s_password", logins[i]);
		token_new(token);
		token[20] = '\0';
		json_object_set_new(in, field, json_string(token));
	}
	return in;
}

static void print_accounts(const json_t *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(logins); i++) {
		g_autofree char *field = g_strdup_printf("%s_password", logins[i]);
		json_array_append_new(list, json_pack("{s:s, s:s}", "login", logins[i], "password",
						    in_text(in, field)));
	}
	json_t *out = json_pack("{s:o}", "accounts", list);
	json_dumpf(out, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(out);
}

int admin_init(struct admin *admin, int argc, char **argv)
{
	gboolean demo = FALSE;
	g_autofree char *name = NULL;
	const GOptionEntry options[] = {
		{"demo", 0, 0, G_OPTION_ARG_NONE, &demo,
			"A demo: its legal time can be advanced, and every page says so", NULL},
		{"name", 0, 0, G_OPTION_ARG_STRING, &name, "Name of the trading centre", "NAME"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- open the house");
	g_autoptr(GError) error = NULL;
	struct refusal r = {0};
	json_t *out = NULL;

	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "bidroomctl init: %s\n", error->message);
		return 2;
	}
	int result = demo ? admin->make_demo(admin->ctx) : 0;
	json_t *in = new_passwords(name ? name : "公共资源交易中心");
	if (!result)
		result = act_perform(
			&admin->env, &admin->actor, &house_open_act, in, NULL, &out, &r);
	if (!result)
		print_accounts(in);
	json_decref(in);
	json_decref(out);
	return result ? admin_failed("init", result, &r) : 0;
}
