/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/load/target_cpu.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>

int target_cpu_read(pid_t pid, struct target_cpu *ret)
{
	g_autofree char *folder = g_strdup_printf("/proc/%d/task", (int)pid);
	g_autoptr(GDir) tasks = g_dir_open(folder, 0, NULL);
	struct target_cpu cpu = {0};
	const char *name;

	if (!tasks)
		return -ESRCH;
	while ((name = g_dir_read_name(tasks))) {
		g_autofree char *path = g_build_filename(folder, name, "schedstat", NULL);
		g_autofree char *text = NULL;
		int64_t ns;

		/* A thread may end while we look. */
		if (!g_file_get_contents(path, &text, NULL, NULL))
			continue;
		ns = g_ascii_strtoll(text, NULL, 10);
		cpu.all_ns += ns;
		if (atoi(name) == pid)
			cpu.main_ns = ns;
	}
	*ret = cpu;
	return 0;
}
