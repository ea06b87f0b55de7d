/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_REPORT_TABLE_H
#define SERVER_REPORT_TABLE_H

/*
 * Tables on flowing pages. A column is as wide as what it holds while there is room; where there is
 * none, columns of words give way first and their texts wrap. A row is as high as its highest cell,
 * stays on one page if a page can hold it, and the head is repeated on every page.
 */
#include <jansson.h>

#include "server/report/page.h"

/* columns: [{"title", "align"}], rows: [["cell" …] …], as the report's model has them, checked. */
void table_draw(struct page_flow *f, const json_t *columns, const json_t *rows);

/* Label and value, without a head. */
void table_draw_pairs(struct page_flow *f, const json_t *rows);

#endif
