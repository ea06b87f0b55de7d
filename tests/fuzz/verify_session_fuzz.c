/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/verify_session.h"

#include "proto/note.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The public key of the seed 01 00 … 00, which signed the corpus. */
static const char log_key[] =
	"example.org/log+fd3538c5+Ac7MFQfcHd1ylZUcKQiI8JWtuQRNG3PWlubfBl1oO9T8";

/* The files of a session's record, see files.h. It goes on after what does not hold, so what is
 * behind a wrong proof is read all the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *dir = files_unpack(data, size);
	struct findings findings = {.out = fopen("/dev/null", "w")};
	struct note_key key;

	g_assert(note_key_parse(log_key, strlen(log_key), &key) == 0);
	verify_session(dir, &key, &findings);
	fclose(findings.out);
	files_remove(dir);
	return 0;
}
