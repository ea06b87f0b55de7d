/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_REPORT_REPORT_PDF_H
#define SERVER_REPORT_REPORT_PDF_H

/*
 * The report (评标报告) as a PDF: A4, pages numbered, fonts embedded, text that can be copied. The
 * same model gives the same bytes on the same machine, with the model's own time as the file's, so
 * that a printed report can be made again and compared. Every page carries the model's digest.
 *
 * Needs the font "Noto Sans CJK SC" (fonts-noto-cjk). About half a second for 100 pages.
 */
#include <glib.h>
#include <jansson.h>

/*
 * 0 and *ret; REPORT_E_FORM (server/eval/report_model) for a model that cannot be printed; -ENOENT
 * when the font is missing, -EIO for another fault of the drawing library.
 */
int report_pdf(const json_t *model, GBytes **ret);

/*
 * Another document of the same form, of one to ten sections of any name: {"title", "made_at",
 * "sections"}. Made by ourselves and so not checked again.
 */
int report_document_pdf(const json_t *model, GBytes **ret);

#endif
