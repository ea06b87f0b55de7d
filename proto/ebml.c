/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/ebml.h"

#include "proto/bytes.h"

#include <string.h>

static void put_byte(GByteArray *out, uint8_t byte)
{
	g_byte_array_append(out, &byte, 1);
}

static void put_number(GByteArray *out, uint64_t value, int n_bytes)
{
	for (int i = n_bytes - 1; i >= 0; i--)
		put_byte(out, (uint8_t)(value >> (8 * i)));
}

static int bytes_of(uint64_t value)
{
	int n = 1;

	while (n < 8 && value >> (8 * n))
		n++;
	return n;
}

void ebml_put_id(GByteArray *out, uint32_t id)
{
	put_number(out, id, bytes_of(id));
}

void ebml_put_size(GByteArray *out, uint64_t size)
{
	int n = 1;

	/* All ones means "unknown", so each length holds one value less. */
	while (size >= (UINT64_C(1) << (7 * n)) - 1)
		n++;
	g_assert(n <= 8);
	put_number(out, size | UINT64_C(1) << (7 * n), n);
}

void ebml_put_size_unknown(GByteArray *out)
{
	put_number(out, UINT64_C(0x01ffffffffffffff), 8);
}

void ebml_put_bytes(GByteArray *out, uint32_t id, const void *data, size_t len)
{
	ebml_put_id(out, id);
	ebml_put_size(out, len);
	g_byte_array_append(out, data, (guint)len);
}

void ebml_put_text(GByteArray *out, uint32_t id, const char *text)
{
	ebml_put_bytes(out, id, text, strlen(text));
}

void ebml_put_uint(GByteArray *out, uint32_t id, uint64_t value)
{
	int n = bytes_of(value);

	ebml_put_id(out, id);
	ebml_put_size(out, (uint64_t)n);
	put_number(out, value, n);
}

void ebml_put_double(GByteArray *out, uint32_t id, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	ebml_put_id(out, id);
	ebml_put_size(out, sizeof(bits));
	put_number(out, bits, sizeof(bits));
}

void ebml_put_master(GByteArray *out, uint32_t id, const GByteArray *children)
{
	ebml_put_bytes(out, id, children->data, children->len);
}

void ebml_put_void_room(GByteArray *out, size_t room)
{
	static const uint8_t zeros[126];

	g_assert(room >= 2 && room <= 128);
	ebml_put_bytes(out, EBML_VOID, zeros, room - 2);
}

static int length_of(uint8_t first)
{
	int n = 1;

	while (n <= 8 && !(first & (0x80 >> (n - 1))))
		n++;
	return n;
}

bool ebml_get_header(const uint8_t *data, size_t len, uint32_t *ret_id, uint64_t *ret_size,
	size_t *ret_header_len)
{
	uint64_t id = 0, size, ones;
	int n_id, n_size;

	if (!len)
		return false;
	n_id = length_of(data[0]);
	if (n_id > 4 || len < (size_t)n_id + 1)
		return false;
	for (int i = 0; i < n_id; i++)
		id = id << 8 | data[i];
	n_size = length_of(data[n_id]);
	if (n_size > 8 || len < (size_t)(n_id + n_size))
		return false;
	size = data[n_id] & (0xff >> n_size);
	for (int i = 1; i < n_size; i++)
		size = size << 8 | data[n_id + i];
	ones = (UINT64_C(1) << (7 * n_size)) - 1;
	*ret_id = (uint32_t)id;
	*ret_size = size == ones ? EBML_SIZE_UNKNOWN : size;
	*ret_header_len = (size_t)(n_id + n_size);
	return true;
}
