/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "db/child.h"
#include "db/fault.h"
#include "db/verdict.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between fork and exec only async-signal-safe calls: other threads may hold any lock. */
static void become(const struct child_spec *spec, pid_t parent)
{
	struct sigaction as_usual = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null_fd = open("/dev/null", O_RDWR);

	sigemptyset(&none);
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &as_usual, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0); /* Ctrl-C is for us; the child is stopped in order */
	dup2(spec->stdin_fd >= 0 ? spec->stdin_fd : null_fd, 0);
	dup2(spec->out_fd >= 0 ? spec->out_fd : null_fd, 1);
	dup2(1, 2);
	close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC);
	if (spec->keep_fd >= 0 && fcntl(spec->keep_fd, F_SETFD, 0) < 0)
		return;
	umask(077);
	if (chdir("/") < 0)
		return;
	if (geteuid() == 0 &&
		(setgroups(1, &spec->gid) < 0 || setresgid(spec->gid, spec->gid, spec->gid) < 0 ||
			setresuid(spec->uid, spec->uid, spec->uid) < 0))
		return;
	/* After the change of user, which would clear it. */
	if (prctl(PR_SET_PDEATHSIG, spec->death_signal) < 0 || getppid() != parent)
		return;
	execve(spec->argv[0], (char *const *)spec->argv, (char *const *)spec->envp);
}

int child_spawn(const struct child_spec *spec, struct child *ret)
{
	pid_t parent = getpid();
	int pidfd;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return db_fault(-errno, "cannot fork: %s", g_strerror(errno));
	if (pid == 0) {
		become(spec, parent);
		_exit(127);
	}
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0) {
		int r = db_fault(-errno, "cannot watch a child: %s", g_strerror(errno));

		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return r;
	}
	*ret = (struct child){.pid = pid, .pidfd = pidfd};
	return 0;
}

int child_wait(struct child *child, int timeout_ms, int *ret_status)
{
	struct pollfd fd = {.fd = child->pidfd, .events = POLLIN};
	int status = 0, r;

	do
		r = poll(&fd, 1, timeout_ms);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return 0;
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(child->pidfd);
	*child = (struct child){.pid = 0, .pidfd = -1};
	*ret_status = status;
	return 1;
}

void child_kill(const struct child *child, int sig)
{
	pidfd_send_signal(child->pidfd, sig, NULL, 0);
}

bool child_stop(struct child *child, unsigned timeout_s)
{
	int status;

	child_kill(child, SIGTERM);
	if (child_wait(child, (int)timeout_s * 1000, &status))
		return true;
	child_kill(child, SIGKILL);
	child_wait(child, -1, &status);
	return false;
}
