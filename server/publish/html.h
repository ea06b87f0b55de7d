/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PUBLISH_HTML_H
#define SERVER_PUBLISH_HTML_H

/*
 * HTML and XML text built piece by piece. What comes from people goes through html_text, or through
 * html_markdown, which drops raw HTML and dangerous links (CommonMark with tables, safe mode).
 */
#include <glib.h>
#include <stdint.h>

/* Appends with &, <, >, " and ' escaped. NULL adds nothing. */
void html_text(GString *out, const char *text);

/* "<td>" text "</td>" and the like: tag without brackets. */
void html_element(GString *out, const char *tag, const char *text);

/* A whole body of Markdown; its headings stand below those of the page. */
void html_markdown(GString *out, const char *markdown);
/* Its words alone, a line for each block; for searching, not escaped. */
void html_markdown_text(GString *out, const char *markdown);
/* The same for reading: with the numbers of lists, and behind a link where it leads. */
void html_markdown_plain(GString *out, const char *markdown);

/* The frame of a public page: head, banner of a demo, title, and its end. */
struct html_page {
	const char *title, *centre, *root; /* root: "" or "../", the way back to the first page */
	const char *feed;                  /* below root; NULL: "atom.xml", of all notices */
	gboolean demo;
};
void html_begin(GString *out, const struct html_page *page);
void html_end(GString *out, const struct html_page *page);

/* The form that searches; typed: what is in it already, NULL: nothing. */
void html_search_form(GString *out, const char *typed);

/* RFC 4287: a feed's head, and an entry. public_url has no trailing slash, path begins with one. */
struct html_entry {
	const char *id; /* of the notice */
	const char *title, *summary, *category, *category_label;
	int64_t published_us, withdrawn_us; /* withdrawn_us 0: it stands */
};
void html_atom_begin(GString *out, const char *public_url, const char *path, const char *title,
	const char *author, int64_t updated_us);
void html_atom_entry(GString *out, const char *public_url, const struct html_entry *entry);

/* The style sheet of all public pages. */
extern const char html_style[];

#endif
