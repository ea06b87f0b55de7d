/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE_BYTES (256 * 1024)

struct config {
	char **values; /* one per row of the table */
};

static const struct config_key *find_key(const char *section, const char *key, size_t *ret_i)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(keys[i].section, section) && !strcmp(keys[i].key, key)) {
			*ret_i = i;
			return &keys[i];
		}
	}
	return NULL;
}

static bool has_section(const char *section)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(keys[i].section, section))
			return true;
	return false;
}

struct config *config_new(void)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);
	struct config *c = g_new0(struct config, 1);

	c->values = g_new0(char *, n + 1);
	for (size_t i = 0; i < n; i++)
		c->values[i] = g_strdup(keys[i].value);
	return c;
}

struct config *config_free(struct config *c)
{
	if (!c)
		return NULL;
	g_strfreev(c->values);
	g_free(c);
	return NULL;
}

static bool number_fits(const struct config_key *k, const char *value)
{
	gint64 v;

	return g_ascii_string_to_signed(value, 10, k->min, k->max, &v, NULL);
}

/* NULL when fine, else what a right value would be (g_free). */
static char *wrong_value(const struct config_key *k, const char *value)
{
	g_auto(GStrv) choices = NULL;

	switch (k->type) {
	case CONFIG_TEXT:
		return g_utf8_validate(value, -1, NULL) ? NULL : g_strdup("UTF-8 text");
	case CONFIG_NUMBER:
		return number_fits(k, value)
			       ? NULL
			       : g_strdup_printf("a whole number from %" G_GINT64_FORMAT
						 " to %" G_GINT64_FORMAT,
					 k->min, k->max);
	case CONFIG_FLAG:
		return !strcmp(value, "true") || !strcmp(value, "false")
			       ? NULL
			       : g_strdup("true or false");
	case CONFIG_CHOICE:
		choices = g_strsplit(k->choices, "|", -1);
		return g_strv_contains((const char *const *)choices, value)
			       ? NULL
			       : g_strdup_printf("one of %s", k->choices);
	}
	g_assert_not_reached();
}

int config_set(struct config *c, const char *section, const char *key, const char *value,
	char **ret_message)
{
	size_t i;
	const struct config_key *k = find_key(section, key, &i);
	g_autofree char *expected = NULL;

	if (!k) {
		*ret_message = g_strdup_printf("there is no setting [%s] %s", section, key);
		return CONFIG_E_INVALID;
	}
	expected = wrong_value(k, value);
	if (expected) {
		*ret_message = g_strdup_printf(
			"[%s] %s is \"%s\" but must be %s", section, key, value, expected);
		return CONFIG_E_INVALID;
	}
	g_free(c->values[i]);
	c->values[i] = g_strdup(value);
	return 0;
}

/*
 * GKeyFile lets the last of two equal keys win and knows no line numbers, so the lines are walked
 * here and only a value's escapes are left to it.
 */
struct reader {
	struct config *config;
	const char *name;
	unsigned line;
	char *section;    /* NULL before the first header */
	GHashTable *seen; /* "section\nkey" -> line + 1 */
};

static int complain(const struct reader *r, char **ret_message, const char *fmt, ...)
	G_GNUC_PRINTF(3, 4);
static int complain(const struct reader *r, char **ret_message, const char *fmt, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start(args, fmt);
	what = g_strdup_vprintf(fmt, args);
	va_end(args);
	*ret_message = g_strdup_printf("%s:%u: %s", r->name, r->line, what);
	return CONFIG_E_INVALID;
}

static int read_header(struct reader *r, const char *text, char **ret_message)
{
	size_t len = strlen(text);

	if (len < 3 || text[len - 1] != ']')
		return complain(r, ret_message, "a section is written [name]");
	g_free(r->section);
	r->section = g_strndup(text + 1, len - 2);
	if (!has_section(r->section))
		return complain(r, ret_message, "there is no section [%s]", r->section);
	return 0;
}

static char *unescape(const char *section, const char *key, const char *value)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *text = g_strdup_printf("[%s]\n%s=%s\n", section, key, value);

	if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, NULL))
		return NULL;
	return g_key_file_get_string(file, section, key, NULL);
}

static int read_setting(struct reader *r, char *text, char **ret_message)
{
	char *equals = strchr(text, '=');
	g_autofree char *value = NULL;
	g_autofree char *mark = NULL;
	g_autofree char *message = NULL;
	gpointer first;

	if (!equals)
		return complain(r, ret_message, "a setting is written key = value");
	if (!r->section)
		return complain(r, ret_message, "a [section] must come first");
	*equals = '\0';
	g_strstrip(text);
	value = unescape(r->section, text, g_strstrip(equals + 1));
	if (!value)
		return complain(r, ret_message, "the value of %s cannot be read", text);
	mark = g_strdup_printf("%s\n%s", r->section, text);
	first = g_hash_table_lookup(r->seen, mark);
	if (first)
		return complain(r, ret_message, "[%s] %s stands already in line %u", r->section,
			text, GPOINTER_TO_UINT(first));
	g_hash_table_insert(r->seen, g_steal_pointer(&mark), GUINT_TO_POINTER(r->line));
	if (config_set(r->config, r->section, text, value, &message))
		return complain(r, ret_message, "%s", message);
	return 0;
}

static int read_line(struct reader *r, char *text, char **ret_message)
{
	g_strstrip(text);
	if (!*text || *text == '#')
		return 0;
	return *text == '[' ? read_header(r, text, ret_message)
			    : read_setting(r, text, ret_message);
}

int config_load_text(
	struct config *c, const char *name, const char *text, size_t text_len, char **ret_message)
{
	struct reader r = {.config = c, .name = name};
	g_autofree char *copy = NULL;
	g_auto(GStrv) lines = NULL;
	int result = 0;

	if (text_len > MAX_FILE_BYTES || memchr(text, '\0', text_len)) {
		*ret_message = g_strdup_printf("%s: not a configuration file", name);
		return CONFIG_E_INVALID;
	}
	copy = g_strndup(text, text_len);
	lines = g_strsplit(copy, "\n", -1);
	r.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (r.line = 1; lines[r.line - 1] && !result; r.line++)
		result = read_line(&r, lines[r.line - 1], ret_message);
	g_hash_table_unref(r.seen);
	g_free(r.section);
	return result;
}

static int read_fd(int fd, GString *text)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0 && text->len <= MAX_FILE_BYTES)
		g_string_append_len(text, buf, n);
	return n < 0 ? -errno : 0;
}

int config_load(struct config *c, const char *path, char **ret_message)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r = fd < 0 ? -errno : read_fd(fd, text);

	if (fd >= 0)
		close(fd);
	if (r < 0) {
		*ret_message = g_strdup_printf("%s: %s", path, g_strerror(-r));
		return r;
	}
	return config_load_text(c, path, text->str, text->len, ret_message);
}

static const char *value_of(
	const struct config *c, const char *section, const char *key, enum config_type type)
{
	size_t i;
	const struct config_key *k = find_key(section, key, &i);

	assert(k && "the key stands in config_table.c");
	assert(k->type == type || (type == CONFIG_TEXT && k->type == CONFIG_CHOICE));
	return c->values[i];
}

const char *config_text(const struct config *c, const char *section, const char *key)
{
	return value_of(c, section, key, CONFIG_TEXT);
}

int64_t config_number(const struct config *c, const char *section, const char *key)
{
	return g_ascii_strtoll(value_of(c, section, key, CONFIG_NUMBER), NULL, 10);
}

bool config_flag(const struct config *c, const char *section, const char *key)
{
	return !strcmp(value_of(c, section, key, CONFIG_FLAG), "true");
}

void config_print_sample(FILE *out)
{
	size_t n;
	const struct config_key *keys = config_keys(&n);

	fputs("# Configuration of bidroomd. Every setting stands here with its default.\n", out);
	for (size_t i = 0; i < n; i++) {
		if (!i || strcmp(keys[i].section, keys[i - 1].section))
			fprintf(out, "\n[%s]\n", keys[i].section);
		fprintf(out, "# %s", keys[i].help);
		if (keys[i].choices)
			fprintf(out, " (%s)", keys[i].choices);
		fprintf(out, "\n#%s = %s\n", keys[i].key, keys[i].value);
	}
}
