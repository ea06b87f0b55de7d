/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bidroomctl hold: a key holder's (密钥保管人) process, on his own machine and under an account of
 * his own. His private key stays there; the server gets his share of one bid, which he names, and
 * nothing is given that was not asked for in the opening. Without a bid it says what he is asked
 * for.
 */
#include "server/admin/admin.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "proto/crypto_auto.h"
#include "proto/tools/tool.h"
#include "server/admin/hold_password.h"
#include "server/admin/server_line.h"
#include "server/core/fields.h"

#define API "/api/v1"
#define ANSWER_MAX ((size_t)4 << 20)
#define HTTP_FIRST_ERROR 400

static char *arg_url, *arg_ca, *arg_login, *arg_password_file, *arg_totp, *arg_key, *arg_bid;

static const GOptionEntry options[] = {
	{"url", 0, 0, G_OPTION_ARG_STRING, &arg_url, "The server, https://HOST[:PORT]", "URL"},
	{"ca", 0, 0, G_OPTION_ARG_FILENAME, &arg_ca,
		"PEM of the authority of the server's certificate", "FILE"},
	{"login", 0, 0, G_OPTION_ARG_STRING, &arg_login, "The holder's account", "NAME"},
	{"password-file", 0, 0, G_OPTION_ARG_FILENAME, &arg_password_file,
		"Its first line is the password; without it the terminal is asked", "FILE"},
	{"totp", 0, 0, G_OPTION_ARG_STRING, &arg_totp, "The account's one-time code, if it has one",
		"CODE"},
	{"key", 0, 0, G_OPTION_ARG_FILENAME, &arg_key,
		"The holder's private key: a file, or a token's by its PKCS#11 URI", "KEY"},
	{"bid", 0, 0, G_OPTION_ARG_STRING, &arg_bid, "The bid whose share is handed in", "ID"},
	{NULL},
};

/* Asks and takes the answer's bytes; says on stderr what went wrong. */
static bool ask(struct server_line *line, const char *path, const char *post, GBytes **ret)
{
	g_autoptr(GBytes) body = NULL;
	json_auto_t *problem = NULL;
	int status = 0;

	if (server_line_ask(line, path, post, ANSWER_MAX, &status, &body)) {
		tool_refuse("fault", "%s: %s", arg_url, server_line_error(line));
		return false;
	}
	if (status < HTTP_FIRST_ERROR) {
		*ret = g_steal_pointer(&body);
		return true;
	}
	problem = json_loadb(g_bytes_get_data(body, NULL), g_bytes_get_size(body), 0, NULL);
	const char *detail = in_text(problem, "detail");
	tool_refuse(in_text(problem, "code") ?: "fault", "%s%s%s",
		in_text(problem, "title") ?: "the server refused", detail ? ": " : "",
		detail ? detail : "");
	return false;
}

/* NULL when it was refused. */
static json_t *ask_json(struct server_line *line, const char *path, const char *post)
{
	g_autoptr(GBytes) body = NULL;
	json_t *json;

	if (!ask(line, path, post, &body))
		return NULL;
	json = json_loadb(
		g_bytes_get_data(body, NULL), g_bytes_get_size(body), JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(json)) {
		json_decref(json);
		tool_refuse("fault", "%s: this is no server of this kind", arg_url);
		return NULL;
	}
	return json;
}

static void wipe(char *text)
{
	if (text)
		OPENSSL_cleanse(text, strlen(text));
	g_free(text);
}

static bool sign_in(struct server_line *line)
{
	char *password = hold_password(arg_password_file);
	json_auto_t *in = NULL, *out = NULL;

	if (!password)
		return false;
	in = json_pack("{s:s, s:s, s:b, s:s*}", "login", arg_login, "password", password, "bearer",
		1, "totp", arg_totp);
	wipe(password);
	char *text = json_dumps(in, JSON_COMPACT);
	if (text)
		out = ask_json(line, API "/sign-in", text);
	wipe(text);
	if (out && in_text(out, "token"))
		server_line_sign(line, in_text(out, "token"));
	return out != NULL;
}

static bool is_bid(const json_t *task)
{
	return g_strcmp0(in_text(task, "kind"), "bid") == 0;
}

/* A line for each bid he is asked to open. */
static int list(const json_t *tasks)
{
	size_t i;
	json_t *task;
	int status = TOOL_OK;

	json_array_foreach (json_object_get(tasks, "items"), i, task)
		if (status == TOOL_OK && is_bid(task) && !in_bool(task, "done", false))
			status = tool_print(json_incref(task));
	return status;
}

static const json_t *task_of(const json_t *tasks, const char *bid_id)
{
	size_t i;
	json_t *task;

	json_array_foreach (json_object_get(tasks, "items"), i, task)
		if (is_bid(task) && g_strcmp0(in_text(task, "bid_id"), bid_id) == 0)
			return task;
	return NULL;
}

/* What his key opens of the bid, as the server takes it: {"holder_no", "share"}. */
static json_t *open_share(GBytes *header_bytes, EVP_PKEY *key, const json_t *task)
{
	struct sealed_header header;
	struct shamir_share share;
	char context[SEALED_CONTEXT_SIZE];
	gsize len;
	const void *data = g_bytes_get_data(header_bytes, &len);
	int r = sealed_header_parse(data, len, &header);

	/* Whoever serves the header may hand out another one: nothing of it is opened then. */
	if (!r)
		r = sealed_header_belongs(
			&header, in_text(task, "project_id") ?: "", in_text(task, "lot_id") ?: "");
	if (!r)
		r = sealed_slots_open(
			&header.holders, key, sealed_header_context(&header, context), &share);
	if (r) {
		tool_refuse_sealed(r, arg_bid);
		return NULL;
	}
	json_t *in = share.no == in_int(task, "holder_no", 0)
			     ? json_pack("{s:i, s:o}", "holder_no", share.no, "share",
				       tool_base64(share.value, sizeof(share.value)))
			     : NULL;
	OPENSSL_cleanse(&share, sizeof(share));
	if (!in)
		tool_refuse("holder", "%s: the key is another holder's", arg_key);
	return in;
}

static int give(struct server_line *line, EVP_PKEY *key, const json_t *tasks)
{
	const json_t *task = task_of(tasks, arg_bid);
	g_autoptr(GBytes) header = NULL;
	json_auto_t *in = NULL, *out = NULL;

	if (!task)
		return tool_refuse("task", "%s: nobody asks for a share of this bid", arg_bid);
	if (in_bool(task, "done", false))
		return tool_refuse("task", "%s: the share of this bid was given already", arg_bid);
	g_autofree char *header_path = g_strdup_printf(API "/bids/%s/header", arg_bid);
	g_autofree char *share_path = g_strdup_printf(API "/bids/%s/shares", arg_bid);
	if (ask(line, header_path, NULL, &header))
		in = open_share(header, key, task);
	if (!in)
		return TOOL_REFUSED;
	char *text = json_dumps(in, JSON_COMPACT);
	out = ask_json(line, share_path, text);
	wipe(text);
	if (!out)
		return TOOL_REFUSED;
	return tool_print(json_pack("{s:s, s:O, s:O*}", "bid_id", arg_bid, "holder_no",
		json_object_get(task, "holder_no"), "state", json_object_get(out, "state")));
}

static int run(void)
{
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(GBytes) gone = NULL;
	json_auto_t *tasks = NULL;
	int status = TOOL_REFUSED;

	if (!arg_url || !g_str_has_prefix(arg_url, "https://") || !arg_login)
		return tool_usage("name the server (--url https://…) and the account (--login)");
	if (arg_bid && (!arg_key || !id_valid(arg_bid)))
		return tool_usage("a share needs the bid's id (--bid) and the key (--key)");
	if (arg_bid && !tool_read_key(arg_key, &key))
		return TOOL_REFUSED;
	struct server_line *line = server_line_new(arg_url, arg_ca);
	if (sign_in(line)) {
		tasks = ask_json(line, API "/holder/tasks", NULL);
		if (tasks)
			status = arg_bid ? give(line, key, tasks) : list(tasks);
		ask(line, API "/sign-out", "{}", &gone);
	}
	server_line_free(line);
	return status;
}

int admin_hold(int argc, char **argv)
{
	int status = TOOL_USAGE;

	tool_name = "bidroomctl hold";
	if (tool_options(&argc, &argv, options, "",
		    "Says what bids a key holder is asked to open, or hands in his share of one."))
		status = argc == 1 ? run() : tool_usage("there are only options");
	g_free(arg_url);
	g_free(arg_ca);
	g_free(arg_login);
	g_free(arg_password_file);
	g_free(arg_totp);
	g_free(arg_key);
	g_free(arg_bid);
	return status;
}
