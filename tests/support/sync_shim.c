/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A disk for tests, as an LD_PRELOAD library: syncs take as long as one likes, and what they made
 * durable is written down, so that a test can cut the files to it as a power cut would.
 *
 *	BIDROOM_SYNC_DELAY  a file that holds milliseconds; while it is there every sync takes so
 *			    much longer
 *	BIDROOM_SYNC_LOG    lines "length path" are appended when a sync is over: for syncfs() all
 *			    files below BIDROOM_SYNC_DIR, two levels deep, with the lengths they
 *			    had when it began; for fdatasync() the file
 *	BIDROOM_SYNC_DIR
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct lines {
	char *text;
	size_t len;
	FILE *file;
};

static int next_sync(const char *name, int fd)
{
	int (*next)(int) = NULL;

	/* ISO C has no cast from an object to a function. */
	*(void **)&next = dlsym(RTLD_NEXT, name);
	return next(fd);
}

static void delay(void)
{
	const char *path = getenv("BIDROOM_SYNC_DELAY");
	FILE *f = path ? fopen(path, "r") : NULL;
	unsigned ms = 0;

	if (!f)
		return;
	if (fscanf(f, "%u", &ms) == 1)
		usleep(ms * 1000);
	fclose(f);
}

static void note(struct lines *lines, const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		fprintf(lines->file, "%lld %s\n", (long long)st.st_size, path);
}

static void walk(struct lines *lines, const char *dir, int depth)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[PATH_MAX];

		if (e->d_name[0] == '.' ||
			snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >= (int)sizeof(path))
			continue;
		if (e->d_type == DT_DIR && depth)
			walk(lines, path, depth - 1);
		else
			note(lines, path);
	}
	if (d)
		closedir(d);
}

static void write_down(struct lines *lines, int result)
{
	const char *path = getenv("BIDROOM_SYNC_LOG");
	int fd;

	fclose(lines->file);
	fd = path && result == 0 && lines->len ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0666)
					       : -1;
	/* One write, so that a kill leaves all of it or nothing. */
	if (fd >= 0 && write(fd, lines->text, lines->len) < 0)
		abort();
	if (fd >= 0)
		close(fd);
	free(lines->text);
}

static int sync_all(const char *name, int fd)
{
	const char *dir = getenv("BIDROOM_SYNC_DIR");
	struct lines lines = {0};
	int r;

	lines.file = open_memstream(&lines.text, &lines.len);
	if (dir)
		walk(&lines, dir, 1);
	delay();
	r = next_sync(name, fd);
	write_down(&lines, r);
	return r;
}

static int sync_one(const char *name, int fd)
{
	const char *dir = getenv("BIDROOM_SYNC_DIR");
	char link[64], path[PATH_MAX];
	struct lines lines = {0};
	ssize_t n;
	int r;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	lines.file = open_memstream(&lines.text, &lines.len);
	if (dir && strncmp(path, dir, strlen(dir)) == 0)
		note(&lines, path);
	delay();
	r = next_sync(name, fd);
	write_down(&lines, r);
	return r;
}

int syncfs(int fd)
{
	return sync_all("syncfs", fd);
}

int fdatasync(int fd)
{
	return sync_one("fdatasync", fd);
}

int fsync(int fd)
{
	delay();
	return next_sync("fsync", fd);
}
