/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_bundle.h"

#include "proto/note.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key that signed the head; without one that holds, what is behind a wrong proof is read all
 * the same. */
static void read_key(const char *dir, struct note_key *ret)
{
	static const char other[] =
		"example.org/log+fd3538c5+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8";
	g_autofree char *path = g_build_filename(dir, "key", NULL);
	g_autofree char *text = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL) || note_key_parse(text, len, ret))
		g_assert(note_key_parse(other, strlen(other), ret) == 0);
}

/* The files of a bundle, see files.h, and besides them "key", the log's, and "seen", a head that
 * its reader got elsewhere. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	g_autofree char *seen = g_build_filename(dir, "seen", NULL);
	struct findings findings = {.out = fopen("/dev/null", "w")};
	struct note_key key;
	struct verify_bundle v = {.dir = dir, .key = &key, .findings = &findings};

	read_key(dir, &key);
	if (g_file_test(seen, G_FILE_TEST_EXISTS))
		v.seen = seen;
	verify_bundle(&v);
	fclose(findings.out);
	files_remove(dir);
	return 0;
}
