/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/admin/hold_password.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "proto/tools/tool.h"

#define PASSWORD_MAX 1024

static char *first_line(const char *bytes, size_t len)
{
	return g_strndup(bytes, MIN(len, strcspn(bytes, "\r\n")));
}

static char *from_file(const char *path)
{
	g_autoptr(GBytes) bytes = NULL;
	char line[PASSWORD_MAX + 1] = "";
	gsize len;

	if (!tool_read_file(path, PASSWORD_MAX, &bytes))
		return NULL;
	const char *data = g_bytes_get_data(bytes, &len);
	if (len)
		memcpy(line, data, len);
	char *password = first_line(line, len);
	OPENSSL_cleanse(line, sizeof(line));
	return password;
}

static char *from_terminal(void)
{
	FILE *terminal = fopen("/dev/tty", "r+e");
	char line[PASSWORD_MAX + 1] = "";
	struct termios before, silent;

	if (!terminal || tcgetattr(fileno(terminal), &before)) {
		tool_usage("without a terminal the password is read from --password-file");
		if (terminal)
			fclose(terminal);
		return NULL;
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
	fputs("Password: ", terminal);
	fflush(terminal);
	bool typed = fgets(line, sizeof(line), terminal);
	tcsetattr(fileno(terminal), TCSAFLUSH, &before);
	fputs("\n", terminal);
	fclose(terminal);
	char *password = typed ? first_line(line, strlen(line)) : NULL;
	OPENSSL_cleanse(line, sizeof(line));
	return password;
}

char *hold_password(const char *path)
{
	return path ? from_file(path) : from_terminal();
}
