/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/report/pdf_seal.h"

#include <errno.h>

#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "server/sign/cms.h"

/* What is signed: all but the hole. */
static GByteArray *around(const uint8_t *pdf, const struct pades_range *range)
{
	GByteArray *content = g_byte_array_sized_new((guint)range->end);

	g_byte_array_append(content, pdf, (guint)range->hole);
	g_byte_array_append(content, pdf + range->hole_end, (guint)(range->end - range->hole_end));
	return content;
}

static int fill(GBytes *prepared, const struct cms_signer *signer, GBytes **ret)
{
	gsize len;
	const uint8_t *data = g_bytes_get_data(prepared, &len);
	g_autoptr(GByteArray) content = NULL;
	g_autoptr(GBytes) container = NULL;
	g_autofree uint8_t *file = NULL;
	struct pades_range range;
	int r;

	if (pades_find(data, len, &range) != 0)
		return -EINVAL;
	content = around(data, &range);
	r = cms_sign(signer, content->data, content->len, &container);
	if (r)
		return r;
	file = g_memdup2(data, len);
	if (pades_fill(file, &range, container) != 0)
		return -ENOSPC;
	*ret = g_bytes_new_take(g_steal_pointer(&file), len);
	return 0;
}

int pdf_seal(
	GBytes *pdf, const struct cms_signer *signer, const struct pdf_seal *seal, GBytes **ret)
{
	g_autofree char *name = cms_signer_name(signer);
	const struct pdf_signer who = {
		.no = seal->no, .name = name, .at_us = seal->at_us, .reason = seal->reason};
	g_autoptr(GBytes) prepared = NULL;
	int r = pdf_increment(pdf, &who, &prepared);

	return r ? r : fill(prepared, signer, ret);
}
