/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/tools/bid_file.h"
#include "proto/tools/tool.h"

int cmd_digest(int argc, char **argv)
{
	const GOptionEntry options[] = {{NULL}};
	const struct sealed_reader_events none = {NULL};
	struct sealed_reader *reader;
	uint8_t digest[SEALED_DIGEST_LEN];
	int r;

	if (!tool_options(&argc, &argv, options, "BID",
		    "Checks a sealed bid for wholeness without any key and prints what the server's "
		    "receipt must say."))
		return TOOL_USAGE;
	if (argc != 2)
		return tool_usage("digest needs one sealed bid");
	reader = sealed_reader_new(&none, NULL);
	r = bid_file_read(argv[1], reader, digest);
	if (r == TOOL_OK)
		r = tool_print(bid_file_summary(sealed_reader_header(reader), digest));
	sealed_reader_free(reader);
	return r;
}
