/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/join_form.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <string.h>

#include "proto/ident.h"

#define HOST_CHARACTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_:[]"
#define HOST_MAX 200

/* The part that names host and port, without scheme and path; NULL if there is none. */
static char *host_of(const char *typed)
{
	static const char *const schemes[] = {"wss://", "https://"};
	g_autofree char *text = g_strstrip(g_strdup(typed));
	const char *host = text;
	size_t len;

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		if (g_ascii_strncasecmp(text, schemes[i], strlen(schemes[i])) == 0)
			host = text + strlen(schemes[i]);
	}
	len = strspn(host, HOST_CHARACTERS);
	if (len == 0 || strstr(host, "://") || len > HOST_MAX ||
		(host[len] != '\0' && host[len] != '/'))
		return NULL;
	return g_strndup(host, len);
}

bool join_addresses(const char *typed, char **ret_room, char **ret_api)
{
	g_autofree char *host = host_of(typed);

	if (!host)
		return false;
	*ret_room = g_strconcat("wss://", host, NULL);
	*ret_api = g_strconcat("https://", host, NULL);
	return true;
}

static enum join_problem session_check(const struct join_form *f)
{
	if (f->session[0] == '\0')
		return f->way == JOIN_TICKET ? JOIN_NO_SESSION : JOIN_OK;
	return ident_is_valid(f->session, strlen(f->session)) ? JOIN_OK : JOIN_BAD_SESSION;
}

static enum join_problem way_check(const struct join_form *f)
{
	switch (f->way) {
	case JOIN_PASS:
		return f->pass[0] ? JOIN_OK : JOIN_NO_PASS;
	case JOIN_ACCOUNT:
		return f->login[0] && f->password[0] ? JOIN_OK : JOIN_NO_LOGIN;
	default:
		return f->ticket[0] ? JOIN_OK : JOIN_NO_TICKET;
	}
}

enum join_problem join_form_check(const struct join_form *f)
{
	g_autofree char *host = host_of(f->server);
	enum join_problem problem;

	if (f->server[0] == '\0')
		return JOIN_NO_SERVER;
	if (!host)
		return JOIN_BAD_SERVER;
	problem = session_check(f);
	return problem != JOIN_OK ? problem : way_check(f);
}

const char *join_problem_words(enum join_problem problem)
{
	switch (problem) {
	case JOIN_OK:
		return "";
	case JOIN_NO_SERVER:
		return _("Enter the server's address");
	case JOIN_BAD_SERVER:
		return _("The server's address is written as HOST or HOST:PORT");
	case JOIN_NO_SESSION:
		return _("Enter the session's number");
	case JOIN_BAD_SESSION:
		return _("The session's number has only small letters and digits");
	case JOIN_NO_PASS:
		return _("Enter the pass you got at the gate");
	case JOIN_NO_LOGIN:
		return _("Enter login and password");
	case JOIN_NO_TICKET:
		return _("Paste the ticket or name its file");
	}
	return "";
}
