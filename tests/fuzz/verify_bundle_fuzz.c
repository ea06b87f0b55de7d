/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_bundle.h"

#include "proto/note.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key that signed the head; without one that holds, false: what is behind a wrong proof is read
 * all the same, and nothing is proven. */
static bool read_key(const char *dir, struct note_key *ret)
{
	static const char other[] =
		"example.org/log+fd3538c5+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8";
	g_autofree char *path = g_build_filename(dir, "key", NULL);
	g_autofree char *text = NULL;
	gsize len;

	if (g_file_get_contents(path, &text, &len, NULL) && note_key_parse(text, len, ret) == 0)
		return true;
	g_assert(note_key_parse(other, strlen(other), ret) == 0);
	return false;
}

static unsigned n_faults(struct verify_bundle *v)
{
	struct findings findings = {.out = fopen("/dev/null", "w")};
	int r;

	v->findings = &findings;
	r = verify_bundle(v);
	fclose(findings.out);
	return r ? 1 : findings.n_faults;
}

/* Of what is whole no file of the record may be altered unseen. */
static void alter(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "events.jsonl", NULL);
	FILE *file = fopen(path, "ae");

	g_assert(file && fputs("{}\n", file) >= 0 && fclose(file) == 0);
}

/* The files of a bundle, see files.h, and besides them "key", the log's, and "seen", a head that
 * its reader got elsewhere. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	g_autofree char *seen = g_build_filename(dir, "seen", NULL);
	struct note_key key;
	struct verify_bundle v = {.dir = dir, .key = &key};
	bool has_key = read_key(dir, &key);

	if (g_file_test(seen, G_FILE_TEST_EXISTS))
		v.seen = seen;
	if (n_faults(&v) == 0) {
		g_assert(has_key);
		alter(dir);
		g_assert(n_faults(&v) > 0);
	}
	files_remove(dir);
	return 0;
}
