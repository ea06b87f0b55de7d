/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_CHILD_H
#define DB_CHILD_H

/*
 * Inside of db/ only: a child process under another user that dies with us, watched by a pidfd.
 *
 * The kernel sends the death signal when the *thread* that made the child ends, so only a thread
 * that lives as long as the child may call child_spawn.
 */
#include <stdbool.h>
#include <sys/types.h>

struct child_spec {
	const char *const *argv; /* argv[0] is an absolute path */
	const char *const *envp;
	uid_t uid; /* taken on when we are root */
	gid_t gid;
	int stdin_fd; /* -1: /dev/null */
	int out_fd;   /* stdout and stderr; -1: /dev/null */
	int keep_fd;  /* the only other descriptor that stays open there; -1: none */
	int death_signal;
};

struct child {
	pid_t pid;
	int pidfd;
};

/* Returns before it is known whether exec worked: a child that cannot run exits with 127. */
int child_spawn(const struct child_spec *spec, struct child *ret);

/* Waits up to timeout_ms for the end (-1: for ever) and reaps. 1: it ended, *ret_status as from
 * waitpid, the child is gone; 0: still there. */
int child_wait(struct child *child, int timeout_ms, int *ret_status);

void child_kill(const struct child *child, int sig);

/* Waits for the end, at most timeout_s after SIGTERM, then kills. False if it had to be killed. */
bool child_stop(struct child *child, unsigned timeout_s);

#endif
