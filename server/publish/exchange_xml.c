/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/publish/exchange.h"

#include <libxml/xmlwriter.h>

static const xmlChar *x(const char *text)
{
	return (const xmlChar *)text;
}

static void write_record(xmlTextWriter *w, const json_t *record)
{
	static const char *const heads[] = {
		"table", "platform_code", "service_platform_code", "timestamp"};
	const char *name;
	json_t *value;

	xmlTextWriterStartElement(w, x("record"));
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
		const char *text = json_string_value(json_object_get(record, heads[i]));
		if (text)
			xmlTextWriterWriteAttribute(w, x(heads[i]), x(text));
	}
	json_object_foreach (json_object_get(record, "fields"), name, value)
		xmlTextWriterWriteElement(w, x(name), x(json_string_value(value)));
	xmlTextWriterEndElement(w);
}

GString *exchange_xml(const json_t *records)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlTextWriter *w = xmlNewTextWriterMemory(buffer, 0);
	const json_t *record;
	size_t i;

	xmlTextWriterStartDocument(w, "1.0", "UTF-8", NULL);
	xmlTextWriterStartElement(w, x("exchange"));
	json_array_foreach ((json_t *)records, i, record)
		write_record(w, record);
	xmlTextWriterEndElement(w);
	xmlTextWriterEndDocument(w);
	xmlFreeTextWriter(w);
	GString *out = g_string_new_len(
		(const char *)xmlBufferContent(buffer), xmlBufferLength(buffer));
	xmlBufferFree(buffer);
	return out;
}
