/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What must be filled in before a seat can be taken, and whether it can be right. Pure. */

#include <stdbool.h>

enum join_way {
	JOIN_PASS,    /* the pass that the gate gave */
	JOIN_ACCOUNT, /* login, password, one-time code */
	JOIN_TICKET,  /* a ticket made for this device */
	JOIN_N_WAYS,
};

/* The strings belong to whoever fills the form in; "" is nothing. */
struct join_form {
	enum join_way way;
	const char *server;  /* HOST[:PORT], or an address with its scheme */
	const char *session; /* may be empty where the sign-in tells it */
	const char *pass;
	const char *login, *password, *code;
	const char *ticket; /* JSON as the API gives it, or the path of a file with it */
	const char *ca_file, *expert_key_file;
};

enum join_problem {
	JOIN_OK,
	JOIN_NO_SERVER,
	JOIN_BAD_SERVER,
	JOIN_NO_SESSION,
	JOIN_BAD_SESSION,
	JOIN_NO_PASS,
	JOIN_NO_LOGIN,
	JOIN_NO_TICKET,
};

enum join_problem join_form_check(const struct join_form *form);
/* In the user's language. */
const char *join_problem_words(enum join_problem problem);

/* "wss://host:port" and "https://host:port" of what was typed; false for what is no address. The
 * caller frees both. */
bool join_addresses(const char *typed, char **ret_room, char **ret_api);
