/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bidroom-load: fills rooms with seats that send, receive and check, and tells what it cost. */
#include "room-client/load/boss.h"

#include <limits.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *arg_server, *arg_plan, *arg_ca;
static int arg_rooms, arg_seats, arg_processes = 1, arg_seconds = 20, arg_warm_up = 3, arg_pid;
static int arg_fps = 25, arg_audio_fps = 50, arg_delta_bytes = 2200, arg_key_bytes = 20000,
	   arg_audio_bytes = 80, arg_key_every_ms = 2000;
static gboolean arg_sign, arg_plain, arg_json, arg_say_begin, arg_version;

static const GOptionEntry options[] = {
	{"server", 0, 0, G_OPTION_ARG_STRING, &arg_server, "Address of the rooms",
		"wss://HOST:PORT"},
	{"plan", 0, 0, G_OPTION_ARG_FILENAME, &arg_plan,
		"Seats with their tickets, one JSON object a line", "FILE"},
	{"ca", 0, 0, G_OPTION_ARG_FILENAME, &arg_ca,
		"Authority of the server's certificate (default: the system's)", "FILE"},
	{"rooms", 0, 0, G_OPTION_ARG_INT, &arg_rooms, "The first N rooms of the plan (all)", "N"},
	{"seats", 0, 0, G_OPTION_ARG_INT, &arg_seats, "The first N seats of each (all)", "N"},
	{"processes", 0, 0, G_OPTION_ARG_INT, &arg_processes, "Share the rooms among N (1)", "N"},
	{"seconds", 0, 0, G_OPTION_ARG_INT, &arg_seconds, "Measured time (20)", "N"},
	{"warm-up", 0, 0, G_OPTION_ARG_INT, &arg_warm_up, "Seconds before it (3)", "N"},
	{"pid", 0, 0, G_OPTION_ARG_INT, &arg_pid, "Tell the CPU this process uses", "PID"},
	{"fps", 0, 0, G_OPTION_ARG_INT, &arg_fps, "Pictures a second (25)", "N"},
	{"audio-fps", 0, 0, G_OPTION_ARG_INT, &arg_audio_fps, "Packets of sound a second (50)",
		"N"},
	{"delta-bytes", 0, 0, G_OPTION_ARG_INT, &arg_delta_bytes, "Of a picture (2200 ± half)",
		"N"},
	{"key-bytes", 0, 0, G_OPTION_ARG_INT, &arg_key_bytes, "Of a keyframe (20000)", "N"},
	{"key-every", 0, 0, G_OPTION_ARG_INT, &arg_key_every_ms, "Between keyframes (2000)", "MS"},
	{"audio-bytes", 0, 0, G_OPTION_ARG_INT, &arg_audio_bytes, "Of a packet (80)", "N"},
	{"sign", 0, 0, G_OPTION_ARG_NONE, &arg_sign, "Sign each group of objects", NULL},
	{"plain", 0, 0, G_OPTION_ARG_NONE, &arg_plain,
		"Not rooms, but any relay of messages to the others of the same address", NULL},
	{"json", 0, 0, G_OPTION_ARG_NONE, &arg_json, "Print one JSON object instead of lines",
		NULL},
	{"say-begin", 0, 0, G_OPTION_ARG_NONE, &arg_say_begin,
		"Print a line, measuring, when the measured time begins", NULL},
	{"version", 0, 0, G_OPTION_ARG_NONE, &arg_version, "Print the version", NULL},
	{NULL},
};

static int complain(const char *what, const char *detail)
{
	fprintf(stderr, "bidroom-load: %s%s%s\n", what, detail ? ": " : "", detail ? detail : "");
	return 2;
}

static const struct {
	const char *option;
	const int *value;
	int least, most;
} ranges[] = {
	{"rooms", &arg_rooms, 0, INT_MAX},
	{"seats", &arg_seats, 0, INT_MAX},
	{"processes", &arg_processes, 1, 64},
	{"seconds", &arg_seconds, 1, 86400},
	{"warm-up", &arg_warm_up, 0, 3600},
	{"pid", &arg_pid, 0, INT_MAX},
	{"fps", &arg_fps, 0, 120},
	{"audio-fps", &arg_audio_fps, 0, 400},
	{"delta-bytes", &arg_delta_bytes, 16, FRAME_PAYLOAD_MAX / 2},
	{"key-bytes", &arg_key_bytes, 16, FRAME_PAYLOAD_MAX - 4096},
	{"key-every", &arg_key_every_ms, 40, 600000},
	{"audio-bytes", &arg_audio_bytes, 16, 1500},
};

/* What is wrong with the numbers; NULL: nothing. */
static char *check_ranges(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (*ranges[i].value < ranges[i].least || *ranges[i].value > ranges[i].most)
			return g_strdup_printf("--%s: from %d to %d", ranges[i].option,
				ranges[i].least, ranges[i].most);
	return NULL;
}

static int find_server(const char *url, struct wire_target *ret, char **ret_host)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	char port[8];

	if (!uri || g_strcmp0(g_uri_get_scheme(uri), "wss") != 0)
		return -1;
	ret->port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443;
	g_snprintf(port, sizeof(port), "%d", ret->port);
	*ret_host = g_strdup(g_uri_get_host(uri));
	ret->host = *ret_host;
	/* "localhost" has two addresses and a server may listen on one. */
	hints.ai_family = strcmp(ret->host, "localhost") == 0 ? AF_INET : AF_UNSPEC;
	if (getaddrinfo(ret->host, port, &hints, &list))
		return -1;
	memcpy(&ret->address, list->ai_addr, list->ai_addrlen);
	ret->address_len = list->ai_addrlen;
	freeaddrinfo(list);
	return 0;
}

static SSL_CTX *make_tls(void)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	int ok = arg_ca ? SSL_CTX_load_verify_file(tls, arg_ca)
			: SSL_CTX_set_default_verify_paths(tls);

	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	if (ok == 1)
		return tls;
	SSL_CTX_free(tls);
	return NULL;
}

/* first: its part of the first half. */
static json_t *kind_json(const struct figures *f, unsigned first, uint64_t gaps)
{
	unsigned halves[] = {1u << first, 2u << first}, both = halves[0] | halves[1];

	return json_pack("{s:I, s:I, s:f, s:f, s:[f, f]}", "objects",
		(json_int_t)figures_objects(f, both), "gaps", (json_int_t)gaps, "p50_ms",
		figures_quantile(f, both, 0.50), "p95_ms", figures_quantile(f, both, 0.95),
		"p95_ms_of_halves", figures_quantile(f, halves[0], 0.95),
		figures_quantile(f, halves[1], 0.95));
}

static void print_kind(const char *name, const struct figures *f, unsigned first, uint64_t gaps)
{
	unsigned both = 3u << first;

	if (figures_objects(f, both))
		printf("%-16s p50 %.1f  p95 %.1f ms, %.2f %% came\n", name,
			figures_quantile(f, both, 0.50), figures_quantile(f, both, 0.95),
			100.0 * (double)figures_objects(f, both) /
				(double)(figures_objects(f, both) + gaps));
}

static void print_json(const struct boss_result *r, unsigned n_seats)
{
	const struct figures *f = &r->figures;
	json_auto_t *o = json_pack("{s:i, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i}",
		"seats", (int)n_seats, "seconds", r->measured_s, "sent", (json_int_t)f->sent,
		"objects", (json_int_t)f->objects, "bytes", (json_int_t)f->bytes, "gaps",
		(json_int_t)f->gaps, "damaged", (json_int_t)f->damaged, "disorder",
		(json_int_t)f->disorder, "stamps", (json_int_t)f->stamps, "lags",
		(json_int_t)f->lags, "key_asked", (json_int_t)f->key_asked, "failed",
		(int)f->failed);

	json_object_set_new(o, "p50_ms", json_real(figures_quantile(f, FIGURES_ALL, 0.50)));
	json_object_set_new(o, "p95_ms", json_real(figures_quantile(f, FIGURES_ALL, 0.95)));
	json_object_set_new(o, "p99_ms", json_real(figures_quantile(f, FIGURES_ALL, 0.99)));
	json_object_set_new(o, "audio", kind_json(f, FIGURES_AUDIO_1, f->kind_gaps[0]));
	json_object_set_new(o, "video", kind_json(f, FIGURES_VIDEO_1, f->kind_gaps[1]));
	json_object_set_new(o, "cpu_main_ns", json_integer(r->cpu.main_ns));
	json_object_set_new(o, "cpu_all_ns", json_integer(r->cpu.all_ns));
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	putchar('\n');
}

static void print_lines(const struct boss_result *r, unsigned n_seats)
{
	const struct figures *f = &r->figures;
	double s = r->measured_s, n = MAX((double)f->objects, 1);

	printf("seats            %u (%u failed)\n", n_seats, f->failed);
	printf("objects/s        %.0f in, %.0f out, %.1f Mbit/s out\n", (double)f->sent / s,
		(double)f->objects / s, (double)f->bytes * 8 / s / 1e6);
	printf("delay ms         p50 %.1f  p95 %.1f  p99 %.1f\n",
		figures_quantile(f, FIGURES_ALL, 0.50), figures_quantile(f, FIGURES_ALL, 0.95),
		figures_quantile(f, FIGURES_ALL, 0.99));
	print_kind("  of audio", f, FIGURES_AUDIO_1, f->kind_gaps[0]);
	print_kind("  of video", f, FIGURES_VIDEO_1, f->kind_gaps[1]);
	printf("gaps             %" G_GUINT64_FORMAT " (damaged %" G_GUINT64_FORMAT
	       ", out of order %" G_GUINT64_FORMAT ", lag messages %" G_GUINT64_FORMAT ")\n",
		f->gaps, f->damaged, f->disorder, f->lags);
	if (!arg_pid)
		return;
	printf("first thread     %.1f %% of a core, %.2f us per object received\n",
		(double)r->cpu.main_ns / s / 1e7, (double)r->cpu.main_ns / 1e3 / n);
	printf("whole process    %.1f %% of a core, %.2f us per object received\n",
		(double)r->cpu.all_ns / s / 1e7, (double)r->cpu.all_ns / 1e3 / n);
}

static int run(void)
{
	struct speech_rate rate = {(unsigned)arg_fps, (unsigned)arg_audio_fps,
		(unsigned)arg_delta_bytes, (unsigned)arg_key_bytes, (unsigned)arg_audio_bytes,
		(unsigned)arg_key_every_ms};
	struct plan_limits limits = {(unsigned)arg_rooms, (unsigned)arg_seats};
	struct wire_target target = {0};
	struct boss_config config = {.peer = {&target, &rate, arg_sign, arg_plain},
		.processes = (unsigned)arg_processes,
		.seconds = (unsigned)arg_seconds,
		.warm_up_s = (unsigned)arg_warm_up,
		.target = arg_pid,
		.say_begin = arg_say_begin};
	g_autofree struct boss_result *result = g_new0(struct boss_result, 1);
	g_autofree char *host = NULL, *message = NULL;
	g_autoptr(GPtrArray) seats = NULL;
	int r;

	if (plan_load(arg_plan, &limits, &seats, &message))
		return complain(message, NULL);
	if (!seats->len)
		return complain("no seats in the plan", arg_plan);
	if (find_server(arg_server, &target, &host))
		return complain("no such server", arg_server);
	target.tls = make_tls();
	if (!target.tls)
		return complain("no authority for certificates", arg_ca);
	r = boss_run(&config, seats, result);
	SSL_CTX_free(target.tls);
	if (r)
		return complain("the run failed", g_strerror(-r));
	(arg_json ? print_json : print_lines)(result, seats->len);
	return result->figures.failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *wrong = NULL;

	g_option_context_set_summary(context, "评标云室 Bidroom, load for rooms");
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error))
		return complain(error->message, NULL);
	if (arg_version) {
		puts("bidroom-load " CLIENT_VERSION);
		return 0;
	}
	if (argc > 1)
		return complain("not an option", argv[1]);
	if (!arg_server || !arg_plan)
		return complain("--server and --plan are needed", NULL);
	wrong = check_ranges();
	if (wrong)
		return complain(wrong, NULL);
	signal(SIGPIPE, SIG_IGN);
	return run();
}
