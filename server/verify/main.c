/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroom-verify: an outsider's program. It trusts one thing, the log's key. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "proto/note.h"
#include "server/verify/verify_award.h"
#include "server/verify/verify_bid.h"
#include "server/verify/verify_bundle.h"
#include "server/verify/verify_draw.h"
#include "server/verify/verify_ledger.h"
#include "server/verify/verify_session.h"

static char *arg_key, *arg_seen;
static char **arg_cosigners;

static const GOptionEntry options[] = {
	{"key", 0, 0, G_OPTION_ARG_STRING, &arg_key,
		"The log's key (name+id+key), or a file with it; without it the record's own is taken",
		"KEY"},
	{"cosigner", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_cosigners,
		"A cosigner's key that must have signed a head of the bundle; may be repeated",
		"KEY"},
	{"seen", 0, 0, G_OPTION_ARG_FILENAME, &arg_seen,
		"A checkpoint of the same log that you kept; the bundle must agree with it",
		"FILE"},
	{NULL},
};

static int parse_key(char *text, struct note_key *ret)
{
	g_strstrip(text);
	if (note_key_parse(text, strlen(text), ret) == 0)
		return 0;
	fprintf(stderr, "bidroom-verify: this is no key: %s\n", text);
	return 2;
}

/* From the option, or from the record itself, which then only proves that it fits together. */
static int read_key(const char *dir, struct findings *findings, struct note_key *ret)
{
	g_autofree char *own = g_build_filename(dir, "key", NULL);
	g_autofree char *text = NULL;
	gsize len;

	if (arg_key && !g_file_get_contents(arg_key, &text, &len, NULL))
		text = g_strdup(arg_key);
	if (!arg_key) {
		if (!g_file_get_contents(own, &text, &len, NULL)) {
			fprintf(stderr, "bidroom-verify: no --key, and %s cannot be read\n", own);
			return 2;
		}
		finding_note(findings, own,
			"the key is the record's own; compare it with the published one");
	}
	return parse_key(text, ret);
}

static int run_with_key(const char *dir, const char *what,
	int (*verify)(const char *dir, const struct note_key *key, struct findings *findings))
{
	struct findings findings = {.out = stdout};
	struct note_key key;
	int r = read_key(dir, &findings, &key);

	if (r)
		return r;
	r = verify(dir, &key, &findings);
	if (r) {
		fprintf(stderr, "bidroom-verify: %s: %s\n", dir, strerror(-r));
		return 2;
	}
	return findings_end(&findings, what);
}

static int run_bid(const char *dir)
{
	return run_with_key(dir, "bid", verify_bid);
}

static int run_ledger(const char *dir)
{
	return run_with_key(dir, "ledger", verify_ledger);
}

static int run_session(const char *dir)
{
	return run_with_key(dir, "session", verify_session);
}

/* The cosigners asked for, or NULL. */
static int read_cosigners(GArray **ret)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(struct note_key));

	for (char **text = arg_cosigners; text && *text; text++) {
		struct note_key key;
		int r = parse_key(*text, &key);
		if (r)
			return r;
		g_array_append_val(keys, key);
	}
	*ret = keys->len ? g_steal_pointer(&keys) : NULL;
	return 0;
}

static int run_bundle(const char *dir)
{
	g_autoptr(GArray) cosigners = NULL;
	struct findings findings = {.out = stdout};
	struct note_key key;
	struct verify_bundle v = {.dir = dir, .key = &key, .seen = arg_seen, .findings = &findings};
	int r = read_key(dir, &findings, &key);

	if (!r)
		r = read_cosigners(&cosigners);
	if (r)
		return r;
	v.cosigners = cosigners;
	r = verify_bundle(&v);
	if (r) {
		fprintf(stderr, "bidroom-verify: %s: %s\n", dir, strerror(-r));
		return 2;
	}
	return findings_end(&findings, "bundle");
}

/* What is computed again from open data proves itself and needs no key. */
static int run_open_data(const char *path, const char *what,
	int (*verify)(const char *path, struct findings *findings))
{
	struct findings findings = {.out = stdout};
	int r = verify(path, &findings);

	if (r) {
		fprintf(stderr, "bidroom-verify: %s: %s\n", path, strerror(-r));
		return 2;
	}
	return findings_end(&findings, what);
}

static int run_award(const char *path)
{
	return run_open_data(path, "award", verify_award);
}

static int run_draw(const char *path)
{
	return run_open_data(path, "draw", verify_draw);
}

static const struct command {
	const char *name, *help;
	int (*run)(const char *path);
} commands[] = {
	{"award", "a published result, computed anew from its scheme, prices and scores",
		run_award},
	{"bid", "a bid's receipt against the published close, and the opened bid against both",
		run_bid},
	{"bundle", "the bundle of a session: the record and everything else in the folder",
		run_bundle},
	{"draw", "the published record of a draw of experts, drawn anew", run_draw},
	{"ledger", "an exported ledger: leaves, tiles, signed heads", run_ledger},
	{"session", "the record of a session: events, recording, draw, sheets, result, report",
		run_session},
};

static int usage(void)
{
	fputs("usage: bidroom-verify [--key KEY] COMMAND PATH\n", stderr);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		fprintf(stderr, "  %-10s %s\n", commands[i].name, commands[i].help);
	return 2;
}

int main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new("COMMAND PATH");
	g_autoptr(GError) error = NULL;
	int status = 2;

	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error)) {
		fprintf(stderr, "bidroom-verify: %s\n", error->message);
		return 2;
	}
	if (argc != 3)
		return usage();
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			status = commands[i].run(argv[2]);
	g_free(arg_key);
	g_free(arg_seen);
	g_strfreev(arg_cosigners);
	return status;
}
