/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/tools/tool.h"

#include "proto/base64.h"
#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/p256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

const char *tool_name = "bidroom-seal";

static void complain(const char *code, const char *format, va_list args)
{
	g_autofree char *sentence = g_strdup_vprintf(format, args);

	fprintf(stderr, "%s: %s: %s\n", tool_name, code, sentence);
}

int tool_refuse(const char *code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(code, format, args);
	va_end(args);
	return TOOL_REFUSED;
}

int tool_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("usage", format, args);
	va_end(args);
	return TOOL_USAGE;
}

static const char *sentence_of(int refusal)
{
	static const char *const sentences[] = {
		[SEALED_E_MAGIC] = "it is not a sealed bid",
		[SEALED_E_HEADER] = "its header is damaged",
		[SEALED_E_TRUNCATED] = "it ends too early",
		[SEALED_E_TRAILING] = "there are bytes after its end",
		[SEALED_E_LOT] = "it is for another project or lot",
		[SEALED_E_KEY] = "this is not its content key",
		[SEALED_E_MANIFEST] = "its manifest is damaged or not as described",
		[SEALED_E_SIGNATURE] = "its manifest is not signed by the bidder's key",
		[SEALED_E_CHUNK] = "one of its chunks is damaged",
		[SEALED_E_FILE] = "a document is not what the manifest says",
		[SEALED_E_SLOTS] = "the holders or their threshold are not as described",
		[SEALED_E_NOT_HOLDER] = "it has no share for this key",
		[SEALED_E_SLOT] = "it was not sealed for this key",
		[SEALED_E_BAD_SHARE] = "the share is not the one that was sealed",
		[SEALED_E_FEW_SHARES] = "there are too few good shares",
		[SEALED_E_SHARES] = "the shares do not give the key",
		[SEALED_E_OFFER] =
			"the offer cannot be sealed: a member is missing or out of bounds",
	};

	return sentences[refusal];
}

int tool_refuse_sealed(int r, const char *about)
{
	if (r < 0)
		return tool_refuse("fault", "%s: %s", about, g_strerror(-r));
	return tool_refuse(sealed_refusal_code(r), "%s: %s", about, sentence_of(r));
}

bool tool_options(int *argc, char ***argv, const GOptionEntry *entries, const char *operands,
	const char *summary)
{
	g_autoptr(GOptionContext) context = g_option_context_new(operands);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context, summary);
	g_option_context_add_main_entries(context, entries, NULL);
	if (g_option_context_parse(context, argc, argv, &error))
		return true;
	tool_usage("%s", error->message);
	return false;
}

/* Reads at most max_len bytes; longer files are cut there. */
static bool read_start(const char *path, size_t max_len, GBytes **ret_bytes)
{
	g_autofree char *buf = g_malloc(max_len);
	FILE *f = fopen(path, "rbe");
	size_t len;
	bool failed;

	if (!f) {
		tool_refuse("file", "%s: %s", path, g_strerror(errno));
		return false;
	}
	len = fread(buf, 1, max_len, f);
	failed = ferror(f);
	fclose(f);
	if (failed) {
		OPENSSL_cleanse(buf, len);
		tool_refuse("file", "%s: cannot be read", path);
		return false;
	}
	*ret_bytes = g_bytes_new(buf, len);
	OPENSSL_cleanse(buf, len);
	return true;
}

bool tool_read_file(const char *path, size_t max_len, GBytes **ret_bytes)
{
	g_autoptr(GBytes) bytes = NULL;

	if (!read_start(path, max_len + 1, &bytes))
		return false;
	if (g_bytes_get_size(bytes) > max_len) {
		tool_refuse("file", "%s: larger than %zu bytes", path, max_len);
		return false;
	}
	*ret_bytes = g_steal_pointer(&bytes);
	return true;
}

bool tool_read_json(const char *path, json_t **ret_json)
{
	g_autoptr(GBytes) bytes = NULL;
	json_error_t where = {.line = 0};
	gsize len;
	const void *data;
	int r;

	if (!tool_read_file(path, TOOL_JSON_MAX, &bytes))
		return false;
	data = g_bytes_get_data(bytes, &len);
	r = canon_load(data, len, TOOL_JSON_MAX, ret_json, &where);
	if (r != 0)
		tool_refuse(canon_refusal_code(r), "%s: line %d: %s", path, where.line,
			where.line ? where.text : "not the JSON expected here");
	return r == 0;
}

bool tool_read_header(const char *path, struct sealed_header *ret_header)
{
	g_autoptr(GBytes) bytes = NULL;
	gsize len;
	const void *data;
	int r;

	if (!read_start(path, SEALED_HEADER_MAX, &bytes))
		return false;
	data = g_bytes_get_data(bytes, &len);
	r = sealed_header_parse(data, len, ret_header);
	if (r != 0)
		tool_refuse_sealed(r, path);
	return r == 0;
}

bool tool_read_key(const char *path, EVP_PKEY **ret_key)
{
	g_autoptr(GBytes) bytes = NULL;
	gsize len;
	const void *data;
	int r;

	if (tool_is_token(path))
		return tool_token_key(path, ret_key);
	if (!tool_read_file(path, P256_PEM_MAX, &bytes))
		return false;
	data = g_bytes_get_data(bytes, &len);
	r = p256_private_from_pem(data, len, ret_key);
	OPENSSL_cleanse((void *)data, len);
	if (r != 0)
		tool_refuse("key", "%s: not a P-256 private key (PKCS#8 PEM, no passphrase)", path);
	return r == 0;
}

bool tool_write_secret(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = fd >= 0;

	for (size_t done = 0; ok && done < len;) {
		ssize_t n = write(fd, text + done, len - done);

		ok = n > 0 || (n < 0 && errno == EINTR);
		done += n > 0 ? (size_t)n : 0;
	}
	ok = ok && fsync(fd) == 0;
	if (!ok)
		tool_refuse("file", "%s: %s", path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

int tool_print(json_t *json)
{
	json_auto_t *owned = json;
	g_autoptr(GString) text = NULL;

	if (canon_dump(owned, &text) != 0)
		return tool_refuse("fault", "the answer has no JSON form");
	if (printf("%s\n", text->str) < 0 || fflush(stdout) != 0)
		return tool_refuse("file", "standard output: %s", g_strerror(errno));
	return TOOL_OK;
}

json_t *tool_hex(const void *bytes, size_t len)
{
	g_autofree char *text = hex_encode(bytes, len);

	return json_string(text);
}

json_t *tool_base64(const void *bytes, size_t len)
{
	g_autofree char *text = g_malloc(BASE64_SIZE(len));

	base64_encode(bytes, len, text);
	return json_string(text);
}

static bool read_holder(const json_t *item, unsigned no, struct p256_public *ret_key)
{
	const char *spki, *kid = NULL;
	char own_kid[P256_KID_SIZE];
	json_int_t said_no;

	return json_unpack((json_t *)item, "{sI ss s?s}", "no", &said_no, "public_key", &spki,
		       "kid", &kid) == 0 &&
	       said_no == no && p256_spki_from_text(spki, ret_key) == 0 &&
	       (!kid || strcmp(kid, p256_kid(ret_key, own_kid)) == 0);
}

bool tool_read_holders(const json_t *json, const char *path, struct tool_holders *ret_holders)
{
	const json_t *list = json_object_get(json, "holders");
	const json_t *threshold = json_object_get(json, "threshold");
	struct tool_holders holders = {.n = (unsigned)json_array_size(list)};
	json_int_t k = json_integer_value(threshold);

	if (!json_is_integer(threshold) || json_array_size(list) > SEALED_HOLDERS_MAX || k < 1 ||
		k > (json_int_t)json_array_size(list)) {
		tool_refuse("holders", "%s: no threshold, or not that many holders", path);
		return false;
	}
	holders.k = (unsigned)k;
	for (unsigned i = 0; i < holders.n; i++) {
		if (!read_holder(json_array_get(list, i), i + 1, &holders.keys[i])) {
			tool_refuse("holders",
				"%s: holder %u has no public key, or not the one of this kid", path,
				i + 1);
			return false;
		}
	}
	*ret_holders = holders;
	return true;
}
