/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/link/download.h"

#include <curl/curl.h>
#include <glib.h>
#include <jansson.h>
#include <string.h>
#include <sys/socket.h>

#include "room-client/link/https.h"
#include "room-client/link/pace.h"

#define CONNECT_WITHIN_S 10L
#define SILENT_US (30 * G_USEC_PER_SEC)
#define BUFFER (64 * 1024) /* what the kernel may take before we have asked for it */
#define PROBLEM_MAX 65536

struct download {
	struct pace *pace;
	struct download_out out;
	char *url, *ca_file;
	struct curl_slist *headers;
	GThread *thread;
	guint idle; /* the end is on its way to the main loop */
	GMutex lock;
	GCond stopped;
	bool stop;
	/* of the thread, until it has ended */
	CURL *curl;
	int64_t skip, came_us;
	GByteArray *problem; /* what a refusal says */
	bool refused_piece;
	char code[HTTPS_CODE_SIZE];
};

static bool is_stopped(struct download *d)
{
	bool stop;

	g_mutex_lock(&d->lock);
	stop = d->stop;
	g_mutex_unlock(&d->lock);
	return stop;
}

/* Sleeps until then, or until it is stopped. */
static void pause_for(struct download *d, int64_t wait_us)
{
	int64_t until = g_get_monotonic_time() + CLAMP(wait_us, 1000, 250000);

	g_mutex_lock(&d->lock);
	while (!d->stop && g_cond_wait_until(&d->stopped, &d->lock, until)) {
	}
	g_mutex_unlock(&d->lock);
}

/* Gives the bytes on as the pace allows. */
static bool hand_on(struct download *d, const char *bytes, size_t len)
{
	while (len > 0) {
		int64_t wait_us;
		int64_t n = pace_take(d->pace, (int64_t)len, g_get_monotonic_time(), &wait_us);

		if (is_stopped(d))
			return false;
		if (n == 0) {
			pause_for(d, wait_us);
			continue;
		}
		if (!d->out.piece(d->out.user, bytes, (size_t)n)) {
			d->refused_piece = true;
			return false;
		}
		bytes += n;
		len -= (size_t)n;
	}
	d->came_us = g_get_monotonic_time();
	return true;
}

static size_t came(char *bytes, size_t size, size_t n, void *user)
{
	struct download *d = user;
	size_t len = size * n, skipped;
	long status = 0;

	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200 && status != 206) {
		if (d->problem->len + len > PROBLEM_MAX)
			return 0;
		g_byte_array_append(d->problem, (const guint8 *)bytes, (guint)len);
		return len;
	}
	/* The server did not take the range: what we have goes by once more. */
	if (status == 206)
		d->skip = 0;
	skipped = (size_t)MIN((int64_t)len, d->skip);
	d->skip -= (int64_t)skipped;
	return hand_on(d, bytes + skipped, len - skipped) ? len : 0;
}

static int progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up, curl_off_t up_now)
{
	struct download *d = user;

	return is_stopped(d) || g_get_monotonic_time() - d->came_us > SILENT_US;
}

static int socket_made(void *user, curl_socket_t fd, curlsocktype purpose)
{
	int size = BUFFER;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return CURL_SOCKOPT_OK;
}

static void prepare(struct download *d)
{
	CURL *c = d->curl;

	curl_easy_setopt(c, CURLOPT_URL, d->url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, d->headers);
	if (d->ca_file) {
		curl_easy_setopt(c, CURLOPT_CAINFO, d->ca_file);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_WITHIN_S);
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 16384L);
	curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, socket_made);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, came);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, d);
}

/* Why it ended; "" when all came. */
static void code_find(struct download *d, CURLcode result)
{
	json_auto_t *problem = NULL;
	long status = 0;

	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
	if (d->refused_piece) {
		g_strlcpy(d->code, "not_kept", sizeof(d->code));
	} else if (result != CURLE_OK) {
		g_strlcpy(d->code, "no_answer", sizeof(d->code));
	} else if (status != 200 && status != 206) {
		problem = json_loadb((char *)d->problem->data, d->problem->len, 0, NULL);
		g_strlcpy(d->code, https_problem_code(problem), sizeof(d->code));
	}
}

static gboolean ended(void *user)
{
	struct download *d = user;

	/* Until the thread has noted its number. */
	g_mutex_lock(&d->lock);
	d->idle = 0;
	g_mutex_unlock(&d->lock);
	d->out.done(d->out.user, d->code[0] ? d->code : NULL);
	return G_SOURCE_REMOVE;
}

static void *fetch(void *user)
{
	struct download *d = user;

	d->curl = curl_easy_init();
	d->came_us = g_get_monotonic_time();
	if (d->curl) {
		prepare(d);
		code_find(d, curl_easy_perform(d->curl));
		curl_easy_cleanup(d->curl);
	} else {
		g_strlcpy(d->code, "no_answer", sizeof(d->code));
	}
	g_mutex_lock(&d->lock);
	if (!d->stop)
		d->idle = g_idle_add_full(G_PRIORITY_DEFAULT, ended, d, NULL);
	g_mutex_unlock(&d->lock);
	return NULL;
}

struct download *download_new(const struct download_config *config, const struct download_out *out)
{
	struct download *d = g_new0(struct download, 1);
	g_autofree char *authorization =
		g_strconcat("Authorization: Bearer ", config->bearer, NULL);
	g_autofree char *range =
		g_strdup_printf("Range: bytes=%" G_GINT64_FORMAT "-", config->from);

	d->pace = config->pace;
	d->out = *out;
	d->url = g_strdup(config->url);
	d->ca_file = g_strdup(config->ca_file);
	d->skip = config->from;
	d->headers = curl_slist_append(NULL, authorization);
	/* Not by CURLOPT_RANGE, which fails when a server sends the whole instead. */
	if (config->from > 0)
		d->headers = curl_slist_append(d->headers, range);
	d->problem = g_byte_array_new();
	g_mutex_init(&d->lock);
	g_cond_init(&d->stopped);
	d->thread = g_thread_new("download", fetch, d);
	return d;
}

struct download *download_free(struct download *d)
{
	if (!d)
		return NULL;
	g_mutex_lock(&d->lock);
	d->stop = true;
	g_cond_signal(&d->stopped);
	g_mutex_unlock(&d->lock);
	g_thread_join(d->thread);
	if (d->idle)
		g_source_remove(d->idle);
	curl_slist_free_all(d->headers);
	g_byte_array_unref(d->problem);
	g_mutex_clear(&d->lock);
	g_cond_clear(&d->stopped);
	g_free(d->url);
	g_free(d->ca_file);
	g_free(d);
	return NULL;
}
