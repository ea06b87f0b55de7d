/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_HTML_H
#define SERVER_PUBLISH_HTML_H

/*
 * HTML and XML text built piece by piece. What comes from people goes through html_text, or through
 * html_markdown, which drops raw HTML and dangerous links (CommonMark with tables, safe mode).
 */
#include <glib.h>

/* Appends with &, <, >, " and ' escaped. NULL adds nothing. */
void html_text(GString *out, const char *text);

/* "<td>" text "</td>" and the like: tag without brackets. */
void html_element(GString *out, const char *tag, const char *text);

/* A whole body of Markdown. */
void html_markdown(GString *out, const char *markdown);

/* The frame of a public page: head, banner of a demo, title, and its end. */
struct html_page {
	const char *title, *centre, *root; /* root: "" or "../", the way back to the first page */
	gboolean demo;
};
void html_begin(GString *out, const struct html_page *page);
void html_end(GString *out, const struct html_page *page);

/* The style sheet of all public pages. */
extern const char html_style[];

#endif
