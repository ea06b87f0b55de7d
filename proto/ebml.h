/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The little of EBML (RFC 8794) that a reel is made of. Writing appends to a GByteArray; reading
 * is bounded and knows only sizes up to 2^56 - 2 and the "unknown" size. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define EBML_SIZE_UNKNOWN UINT64_MAX

enum ebml_id {
	EBML_HEAD = 0x1a45dfa3,
	EBML_VERSION = 0x4286,
	EBML_READ_VERSION = 0x42f7,
	EBML_MAX_ID_LENGTH = 0x42f2,
	EBML_MAX_SIZE_LENGTH = 0x42f3,
	EBML_DOC_TYPE = 0x4282,
	EBML_DOC_TYPE_VERSION = 0x4287,
	EBML_DOC_TYPE_READ_VERSION = 0x4285,
	EBML_VOID = 0xec,
	MKV_SEGMENT = 0x18538067,
	MKV_SEEK_HEAD = 0x114d9b74,
	MKV_SEEK = 0x4dbb,
	MKV_SEEK_ID = 0x53ab,
	MKV_SEEK_POSITION = 0x53ac,
	MKV_INFO = 0x1549a966,
	MKV_TIMESTAMP_SCALE = 0x2ad7b1,
	MKV_DURATION = 0x4489,
	MKV_MUXING_APP = 0x4d80,
	MKV_WRITING_APP = 0x5741,
	MKV_TRACKS = 0x1654ae6b,
	MKV_TRACK_ENTRY = 0xae,
	MKV_TRACK_NUMBER = 0xd7,
	MKV_TRACK_UID = 0x73c5,
	MKV_TRACK_TYPE = 0x83,
	MKV_FLAG_LACING = 0x9c,
	MKV_LANGUAGE = 0x22b59c,
	MKV_NAME = 0x536e,
	MKV_CODEC_ID = 0x86,
	MKV_CODEC_PRIVATE = 0x63a2,
	MKV_CODEC_DELAY = 0x56aa,
	MKV_SEEK_PRE_ROLL = 0x56bb,
	MKV_VIDEO = 0xe0,
	MKV_PIXEL_WIDTH = 0xb0,
	MKV_PIXEL_HEIGHT = 0xba,
	MKV_AUDIO = 0xe1,
	MKV_SAMPLING_FREQUENCY = 0xb5,
	MKV_CHANNELS = 0x9f,
	MKV_CLUSTER = 0x1f43b675,
	MKV_TIMESTAMP = 0xe7,
	MKV_SIMPLE_BLOCK = 0xa3,
	MKV_CUES = 0x1c53bb6b,
	MKV_CUE_POINT = 0xbb,
	MKV_CUE_TIME = 0xb3,
	MKV_CUE_TRACK_POSITIONS = 0xb7,
	MKV_CUE_TRACK = 0xf7,
	MKV_CUE_CLUSTER_POSITION = 0xf1,
};

void ebml_put_id(GByteArray *out, uint32_t id);
/* Smallest form of a size. */
void ebml_put_size(GByteArray *out, uint64_t size);
void ebml_put_size_unknown(GByteArray *out);
void ebml_put_bytes(GByteArray *out, uint32_t id, const void *data, size_t len);
void ebml_put_text(GByteArray *out, uint32_t id, const char *text);
void ebml_put_uint(GByteArray *out, uint32_t id, uint64_t value);
void ebml_put_double(GByteArray *out, uint32_t id, double value);
void ebml_put_master(GByteArray *out, uint32_t id, const GByteArray *children);
/* A Void that takes room bytes with its own header; 2 to 128. */
void ebml_put_void_room(GByteArray *out, size_t room);

/* Reads ID and size at the beginning of data. False when they are not whole or not valid. */
bool ebml_get_header(const uint8_t *data, size_t len, uint32_t *ret_id, uint64_t *ret_size,
	size_t *ret_header_len);
