/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/options.h"

#include <glib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VIDEO_BITRATE 150000
#define SMALL_BITRATE 80000
#define WINDOW_VIDEO_BITRATE 500000
#define WINDOW_SMALL_BITRATE 150000

static gboolean arg_headless, arg_kiosk, arg_log, arg_plain_sound, arg_version;
static char *arg_server, *arg_api, *arg_session, *arg_ticket_file, *arg_device_key, *arg_expert_key,
	*arg_ca, *arg_control, *arg_state_dir, *arg_camera, *arg_microphone, *arg_video,
	*arg_decode, *arg_label, *arg_language, *arg_loudspeaker, *arg_screen, *arg_small,
	*arg_mask;
static int arg_video_bitrate = VIDEO_BITRATE, arg_audio_bitrate = 24000,
	   arg_small_bitrate = SMALL_BITRATE, arg_screen_bitrate = 800000;

static const GOptionEntry ENTRIES[] = {
	{"headless", 0, 0, G_OPTION_ARG_NONE, &arg_headless, "Without a window", NULL},
	{"kiosk", 0, 0, G_OPTION_ARG_NONE, &arg_kiosk,
		"The window fills the screen and cannot be closed", NULL},
	{"loudspeaker", 0, 0, G_OPTION_ARG_STRING, &arg_loudspeaker,
		"Where voices are heard: device or none (default device with a window, else none)",
		"WHERE"},
	{"language", 0, 0, G_OPTION_ARG_STRING, &arg_language, "Language of the window",
		"zh_CN|en"},
	{"server", 0, 0, G_OPTION_ARG_STRING, &arg_server, "Address of the room",
		"wss://HOST:PORT"},
	{"api", 0, 0, G_OPTION_ARG_STRING, &arg_api,
		"Address of the API (default: the room's host and port)", "https://HOST:PORT"},
	{"session", 0, 0, G_OPTION_ARG_STRING, &arg_session, "Session to join", "ID"},
	{"ticket-file", 0, 0, G_OPTION_ARG_FILENAME, &arg_ticket_file,
		"Ticket as the API gave it: join at once", "FILE"},
	{"device-key", 0, 0, G_OPTION_ARG_FILENAME, &arg_device_key,
		"Ed25519 key of this device, made if there is none", "FILE"},
	{"expert-key", 0, 0, G_OPTION_ARG_FILENAME, &arg_expert_key,
		"Ed25519 key of the expert, who certifies the device's", "FILE"},
	{"ca", 0, 0, G_OPTION_ARG_FILENAME, &arg_ca,
		"Authority of the server's certificate (default: the system's)", "FILE"},
	{"control", 0, 0, G_OPTION_ARG_FILENAME, &arg_control, "Control socket", "PATH"},
	{"state-dir", 0, 0, G_OPTION_ARG_FILENAME, &arg_state_dir,
		"Where the list of acknowledged acts is kept", "DIR"},
	{"camera", 0, 0, G_OPTION_ARG_STRING, &arg_camera,
		"test[:PATTERN], device[:PATH], file:PATH, shm:PATH or none", "SOURCE"},
	{"microphone", 0, 0, G_OPTION_ARG_STRING, &arg_microphone, "The same for sound", "SOURCE"},
	{"screen", 0, 0, G_OPTION_ARG_STRING, &arg_screen, "The same for the screen to be shared",
		"SOURCE"},
	{"video", 0, 0, G_OPTION_ARG_STRING, &arg_video, "Size and rate (default 320x180@15)",
		"WxH@FPS"},
	{"video-bitrate", 0, 0, G_OPTION_ARG_INT, &arg_video_bitrate,
		"Bits per second (default 150000)", "N"},
	{"small", 0, 0, G_OPTION_ARG_STRING, &arg_small,
		"Send the camera in this size too, for small tiles", "WxH"},
	{"small-bitrate", 0, 0, G_OPTION_ARG_INT, &arg_small_bitrate,
		"Bits per second (default 80000)", "N"},
	{"screen-bitrate", 0, 0, G_OPTION_ARG_INT, &arg_screen_bitrate,
		"Bits per second (default 800000)", "N"},
	{"plain-sound", 0, 0, G_OPTION_ARG_NONE, &arg_plain_sound,
		"Leave echo, noise and gain of a microphone as they are", NULL},
	{"mask", 0, 0, G_OPTION_ARG_STRING, &arg_mask,
		"Where the session orders it, hide the face by: cover (default) or blur", "HOW"},
	{"audio-bitrate", 0, 0, G_OPTION_ARG_INT, &arg_audio_bitrate,
		"Bits per second (default 24000)", "N"},
	{"label", 0, 0, G_OPTION_ARG_STRING, &arg_label, "Words in a test picture", "TEXT"},
	{"decode", 0, 0, G_OPTION_ARG_STRING, &arg_decode,
		"What to do with the others' tracks: all, none or count (default all)", "MODE"},
	{"log", 0, 0, G_OPTION_ARG_NONE, &arg_log, "Notices to the standard error too", NULL},
	{"version", 0, 0, G_OPTION_ARG_NONE, &arg_version, "Print the version", NULL},
	{NULL},
};

static bool complain(const char *format, ...) G_GNUC_PRINTF(1, 2);
static bool complain(const char *format, ...)
{
	va_list args;

	fputs("bidroom-client: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return false;
}

static bool required_given(void)
{
	static const struct {
		const char *name;
		char **value;
	} REQUIRED[] = {
		{"server", &arg_server},
		{"session", &arg_session},
		{"device-key", &arg_device_key},
		{"control", &arg_control},
		{"state-dir", &arg_state_dir},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(REQUIRED); i++) {
		if (!*REQUIRED[i].value)
			return complain("--%s is missing", REQUIRED[i].name);
	}
	return true;
}

/* What a window asks its user for need not be given. */
static bool window_read(void)
{
	if (arg_language && strcmp(arg_language, "zh_CN") != 0 && strcmp(arg_language, "en") != 0)
		return complain("--language %s: write zh_CN or en", arg_language);
	if (!arg_state_dir)
		arg_state_dir = g_build_filename(g_get_user_state_dir(), "bidroom", NULL);
	if (!arg_device_key)
		arg_device_key = g_build_filename(arg_state_dir, "device.pem", NULL);
	if (!arg_video) {
		arg_video = g_strdup("640x360@25");
		arg_small = arg_small ? arg_small : g_strdup("320x180");
		if (arg_video_bitrate == VIDEO_BITRATE)
			arg_video_bitrate = WINDOW_VIDEO_BITRATE;
		if (arg_small_bitrate == SMALL_BITRATE)
			arg_small_bitrate = WINDOW_SMALL_BITRATE;
	}
	if (!arg_camera)
		arg_camera = g_strdup("device");
	if (!arg_microphone)
		arg_microphone = g_strdup("device");
	if (!arg_screen)
		arg_screen = g_strdup("device");
	if (!arg_loudspeaker)
		arg_loudspeaker = g_strdup("device");
	return true;
}

static bool source_read(const char *option, const char *text, struct media_source *ret_source)
{
	if (media_source_parse(text ? text : "none", ret_source) != 0)
		return complain("--%s %s: write test[:PATTERN], device[:PATH], file:PATH, "
				"shm:PATH or none",
			option, text);
	return true;
}

static bool bitrate_is_good(int bps)
{
	return bps >= 1000 && bps <= 100000000;
}

static bool small_read(struct app_config *app)
{
	char rest;

	if (!arg_small)
		return true;
	if (sscanf(arg_small, "%dx%d%c", &app->small_width, &app->small_height, &rest) != 2)
		return complain("--small %s: write it as 160x90", arg_small);
	if (app->small_width < 16 || app->small_width > app->width || app->small_height < 16 ||
		app->small_height > app->height)
		return complain("--small %s: from 16x16 to the size of --video", arg_small);
	return true;
}

static bool mask_read(struct app_config *app)
{
	app->veil = g_strcmp0(arg_mask, "blur") == 0 ? VEIL_BLUR : VEIL_COVER;
	if (arg_mask && app->veil == VEIL_COVER && strcmp(arg_mask, "cover") != 0)
		return complain("--mask %s: write cover or blur", arg_mask);
	return true;
}

/* The same limits as for the message "publish". */
static bool video_read(struct app_config *app)
{
	char rest;

	app->width = 320;
	app->height = 180;
	app->fps = 15;
	if (arg_video &&
		sscanf(arg_video, "%dx%d@%d%c", &app->width, &app->height, &app->fps, &rest) != 3)
		return complain("--video %s: write it as 320x180@15", arg_video);
	if (app->width < 16 || app->width > 7680 || app->height < 16 || app->height > 4320 ||
		app->fps < 1 || app->fps > 120)
		return complain("--video %s: not a size and rate that can be sent", arg_video);
	if (!bitrate_is_good(arg_video_bitrate) || !bitrate_is_good(arg_small_bitrate) ||
		!bitrate_is_good(arg_screen_bitrate))
		return complain("bitrates of pictures: from 1000 to 100000000");
	if (arg_audio_bitrate < 6000 || arg_audio_bitrate > 510000)
		return complain("--audio-bitrate: from 6000 to 510000");
	return true;
}

static bool loudspeaker_read(struct app_config *app)
{
	bool device = g_strcmp0(arg_loudspeaker, "device") == 0;

	app->output = device ? MIXER_DEVICE : MIXER_NULL;
	if (arg_loudspeaker && !device && strcmp(arg_loudspeaker, "none") != 0)
		return complain("--loudspeaker %s: write device or none", arg_loudspeaker);
	return true;
}

static bool decode_read(struct app_config *app)
{
	static const char *const names[] = {
		[LISTENER_NONE] = "none", [LISTENER_COUNT] = "count", [LISTENER_ALL] = "all"};

	app->decode = LISTENER_ALL;
	if (!arg_decode)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(names[i], arg_decode) == 0) {
			app->decode = (enum listener_mode)i;
			return true;
		}
	}
	return complain("--decode %s: write all, none or count", arg_decode);
}

static bool addresses_read(struct app_config *app)
{
	if (arg_session && !ident_is_valid(arg_session, strlen(arg_session)))
		return complain("--session %s: not a session's identifier", arg_session);
	app->session = arg_session;
	if (!arg_server)
		return true;
	if (!g_str_has_prefix(arg_server, "wss://") || strlen(arg_server) >= SEAT_URL_MAX)
		return complain("--server %s: write it as wss://HOST:PORT", arg_server);
	if (!arg_api)
		arg_api = g_strconcat("https", arg_server + strlen("wss"), NULL);
	if (!g_str_has_prefix(arg_api, "https://"))
		return complain("--api %s: write it as https://HOST:PORT", arg_api);
	app->server = arg_server;
	app->api = arg_api;
	return true;
}

void options_done(struct options *o)
{
	media_source_done(&o->app.camera);
	media_source_done(&o->app.microphone);
	media_source_done(&o->app.screen);
}

bool options_parse(int *argc, char ***argv, struct options *ret_options)
{
	g_autoptr(GOptionContext) context =
		g_option_context_new("- a seat in a bid evaluation room");
	g_autoptr(GError) error = NULL;
	struct options o = {0};

	g_option_context_add_main_entries(context, ENTRIES, NULL);
	if (!g_option_context_parse(context, argc, argv, &error))
		return complain("%s", error->message);
	if (*argc > 1)
		return complain("%s: not an option", (*argv)[1]);
	o.version = arg_version;
	if (!arg_version &&
		(!(arg_headless ? required_given() : window_read()) || !addresses_read(&o.app) ||
			!video_read(&o.app) || !small_read(&o.app) || !mask_read(&o.app) ||
			!decode_read(&o.app) || !loudspeaker_read(&o.app) ||
			!source_read("camera", arg_camera, &o.app.camera) ||
			!source_read("microphone", arg_microphone, &o.app.microphone) ||
			!source_read("screen", arg_screen, &o.app.screen)))
		return false;
	o.ticket_file = arg_ticket_file;
	o.headless = arg_headless;
	o.kiosk = arg_kiosk;
	o.language = arg_language;
	o.app.device_key_file = arg_device_key;
	o.app.expert_key_file = arg_expert_key;
	o.app.ca_file = arg_ca;
	o.app.control_path = arg_control;
	o.app.state_dir = arg_state_dir;
	o.app.video_bitrate = arg_video_bitrate;
	o.app.audio_bitrate = arg_audio_bitrate;
	o.app.small_bitrate = arg_small_bitrate;
	o.app.screen_bitrate = arg_screen_bitrate;
	o.app.plain_sound = arg_plain_sound;
	o.app.label = arg_label;
	o.app.log = arg_log;
	*ret_options = o;
	return true;
}
