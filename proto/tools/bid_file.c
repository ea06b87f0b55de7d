/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/tools/bid_file.h"

#include "proto/tools/tool.h"

#include <errno.h>
#include <stdio.h>

static int refuse(int r, const char *path, const struct sealed_reader *reader)
{
	const struct sealed_manifest *m = sealed_reader_manifest(reader);

	if (r == SEALED_E_CHUNK)
		return tool_refuse(sealed_refusal_code(r), "%s: chunk %u is damaged", path,
			sealed_reader_chunk(reader));
	if (r == SEALED_E_FILE && m)
		return tool_refuse(sealed_refusal_code(r),
			"%s: document %s is not what the manifest says", path,
			m->files[sealed_reader_file(reader)].name);
	return tool_refuse_sealed(r, path);
}

int bid_file_read(
	const char *path, struct sealed_reader *reader, uint8_t ret_digest[SEALED_DIGEST_LEN])
{
	g_autofree uint8_t *buf = g_malloc(TOOL_PIECE);
	FILE *f = fopen(path, "rbe");
	size_t n;
	int r = 0;

	if (!f)
		return tool_refuse("file", "%s: %s", path, g_strerror(errno));
	while (r == 0 && (n = fread(buf, 1, TOOL_PIECE, f)) > 0)
		r = sealed_reader_feed(reader, buf, n);
	if (r == 0 && ferror(f)) {
		fclose(f);
		return tool_refuse("file", "%s: cannot be read", path);
	}
	fclose(f);
	if (r == 0)
		r = sealed_reader_finish(reader, ret_digest);
	return r == 0 ? TOOL_OK : refuse(r, path, reader);
}

json_t *bid_file_summary(
	const struct sealed_header *header, const uint8_t digest[SEALED_DIGEST_LEN])
{
	return json_pack("{so sI si ss ss}", "receipt_digest", tool_hex(digest, SEALED_DIGEST_LEN),
		"size", (json_int_t)sealed_total_len(header), "chunks",
		(int)sealed_n_chunks(header), "project", header->project, "lot", header->lot);
}
