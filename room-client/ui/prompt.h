/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A question with up to two lines to fill in or to choose from. */

#include <gtk/gtk.h>
#include <stdbool.h>

struct prompt {
	const char *title, *question; /* question may be NULL */
	const char *yes;              /* what is done */
	bool destructive;
	struct {
		const char *label; /* NULL: no such line */
		bool required;
		int max; /* characters */
		/* NULL: free text; else words for people, and by the same place what is answered.
		 * Both end with NULL and are copied. */
		const char *const *choices, *const *values;
	} lines[2];
};

/* Called once if the answer is yes; the texts are "" where there is no line. */
typedef void prompt_answered(void *user, const char *first, const char *second);

/* owner keeps user alive: the answer is dropped when it is gone. */
void prompt_ask(GtkWidget *near, const struct prompt *prompt, prompt_answered *answered,
	GObject *owner, void *user);
