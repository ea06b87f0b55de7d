/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/options.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define NEEDED \
	"--headless --server wss://h:1 --session s1 --device-key k --control c --state-dir d "

static bool parse(const char *line, struct options *ret_options)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	g_autofree char **argv = g_new0(char *, g_strv_length(words) + 2);
	char **p = argv;
	int argc = 1;

	argv[0] = (char *)"bidroom-client";
	for (int i = 0; words[i]; i++) {
		if (*words[i])
			argv[argc++] = words[i];
	}
	return options_parse(&argc, &p, ret_options);
}

/* The options are parsed once in a process, so each line has one of its own. */
static bool is_accepted(const char *line)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct options o;

		_exit(parse(line, &o) ? 0 : 9);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

static void refuses_with_a_sentence(void **state)
{
	static const struct {
		const char *line;
		bool accepted;
	} CASES[] = {
		{"--version", true},
		{NEEDED, true},
		{NEEDED "--camera test:ball --microphone file:/a.webm --decode count", true},
		{"--headless --session s1 --device-key k --control c --state-dir d", false},
		{"--server wss://h:1 --session s1 --device-key k --control c --state-dir d", true},
		{"", true},
		{"--kiosk --language zh_CN", true},
		{"--language tlh", false},
		{"--session S1", false},
		{NEEDED "extra", false},
		{NEEDED "--no-such-option", false},
		{NEEDED "--server ws://h:1", false},
		{NEEDED "--session S1", false},
		{NEEDED "--api http://h", false},
		{NEEDED "--camera pigeon", false},
		{NEEDED "--video 320x180", false},
		{NEEDED "--video 320x180@15fps", false},
		{NEEDED "--video 8x8@15", false},
		{NEEDED "--video 320x180@15 --video-bitrate 7", false},
		{NEEDED "--audio-bitrate 7", false},
		{NEEDED "--decode some", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
		print_message("%s\n", CASES[i].line);
		assert_int_equal(is_accepted(CASES[i].line), CASES[i].accepted);
	}
}

static void reads_what_is_written(void **state)
{
	struct options o;

	assert_true(parse(NEEDED "--video 640x360@25 --video-bitrate 500000 --camera test:smpte "
				 "--decode none --ticket-file t --log",
		&o));
	assert_string_equal(o.app.server, "wss://h:1");
	assert_string_equal(o.app.api, "https://h:1");
	assert_string_equal(o.ticket_file, "t");
	assert_int_equal(o.app.width, 640);
	assert_int_equal(o.app.fps, 25);
	assert_int_equal(o.app.video_bitrate, 500000);
	assert_int_equal(o.app.decode, LISTENER_NONE);
	assert_int_equal(o.app.camera.kind, MEDIA_SOURCE_TEST);
	assert_string_equal(o.app.camera.detail, "smpte");
	assert_int_equal(o.app.microphone.kind, MEDIA_SOURCE_NONE);
	assert_true(o.app.log);
	options_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_with_a_sentence),
		cmocka_unit_test(reads_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
