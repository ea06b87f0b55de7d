/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>
#include <jansson.h>

#include "proto/frame.h"
#include "proto/hello_proof.h"
#include "proto/seat_cert.h"
#include "proto/stamp.h"

/* proto/vectors/room.json, which writers of other clients check themselves against. Its
 * signatures were also verified with another library (Node's). */

static json_t *vectors;

static const char *text(const json_t *in, const char *name)
{
	const char *value = json_string_value(json_object_get(in, name));

	if (!value)
		fail_msg("no text %s", name);
	return value;
}

static json_int_t number(const json_t *in, const char *name)
{
	const json_t *value = json_object_get(in, name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static GByteArray *bytes(const json_t *in, const char *name)
{
	const char *hex = text(in, name);
	GByteArray *out = g_byte_array_new();

	g_byte_array_set_size(out, (guint)strlen(hex) / 2);
	for (guint i = 0; i < out->len; i++)
		out->data[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
					 g_ascii_xdigit_value(hex[2 * i + 1]));
	return out;
}

static void test_objects_and_stamp(void **state)
{
	const json_t *want = json_object_get(vectors, "stamp");
	struct stamp_group *group = stamp_group_new((uint16_t)number(want, "track"));
	g_autoptr(GByteArray) key = bytes(vectors, "device_key");
	g_autoptr(GByteArray) seed = bytes(vectors, "device_seed");
	g_autoptr(GByteArray) message = bytes(want, "message");
	uint8_t encoded[STAMP_LEN];
	struct stamp_scope scope;
	struct stamp ours, read;
	json_t *o;
	size_t i;

	json_array_foreach (json_object_get(vectors, "objects"), i, o) {
		g_autoptr(GByteArray) object = bytes(o, "message");
		uint8_t header[FRAME_HEADER_LEN];
		struct frame f;

		assert_int_equal(frame_parse(object->data, object->len, &f), 0);
		assert_int_equal(f.track, number(o, "track"));
		assert_int_equal(f.flags, number(o, "flags"));
		assert_int_equal(frame_layer(f.flags), number(o, "layer"));
		assert_int_equal(f.codec, number(o, "codec"));
		assert_int_equal(f.seq, number(o, "seq"));
		assert_int_equal(f.capture_us, number(o, "capture_us"));
		assert_int_equal(f.session_ms, number(o, "session_ms"));
		assert_int_equal(f.tl0, number(o, "tl0"));
		assert_int_equal(f.payload_len, strlen(text(o, "payload_text")));
		assert_memory_equal(f.payload, text(o, "payload_text"), f.payload_len);
		frame_write_header(&f, header);
		assert_memory_equal(header, object->data, sizeof(header));
		assert_int_equal(stamp_group_add(group, &f), 0);
	}
	assert_int_equal(i, 3);
	g_strlcpy(scope.session, text(want, "session"), sizeof(scope.session));
	g_strlcpy(scope.seat, text(want, "seat"), sizeof(scope.seat));
	assert_int_equal(stamp_group_finish(group, &ours), 0);
	ours.epoch = (uint32_t)number(want, "epoch");
	assert_int_equal(stamp_sign(&ours, &scope, seed->data), 0);
	stamp_encode(&ours, encoded);
	assert_int_equal(message->len, STAMP_LEN);
	assert_memory_equal(encoded, message->data, STAMP_LEN);
	assert_int_equal(stamp_decode(message->data, message->len, &read), 0);
	assert_int_equal(stamp_verify(&read, &scope, key->data), 0);
	stamp_group_free(group);
}

static void test_refused_objects(void **state)
{
	json_t *o;
	size_t i;

	json_array_foreach (json_object_get(vectors, "refused_objects"), i, o) {
		g_autoptr(GByteArray) object = bytes(o, "message");
		struct frame f;
		int r = frame_parse(object->data, object->len, &f);

		assert_true(r > 0);
		assert_string_equal(frame_refusal_code(r), text(o, "code"));
	}
	assert_true(i > 8);
}

static void test_seat_cert_and_proof(void **state)
{
	const json_t *proof = json_object_get(vectors, "hello_proof");
	g_autoptr(GByteArray) key = bytes(vectors, "device_key");
	g_autoptr(GByteArray) expert_key = bytes(vectors, "expert_key");
	g_autoptr(GByteArray) signature = bytes(proof, "proof");
	struct seat_cert cert;

	assert_int_equal(seat_cert_verify(json_object_get(vectors, "seat_cert"), expert_key->data,
				 &cert, NULL),
		0);
	assert_int_equal(
		seat_cert_check(&cert, "s1", "expert_1", 3, key->data, cert.not_before_us), 0);
	assert_int_equal(hello_proof_verify(text(proof, "session"), text(proof, "token"), key->data,
				 signature->data),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects_and_stamp),
		cmocka_unit_test(test_refused_objects),
		cmocka_unit_test(test_seat_cert_and_proof),
	};
	int n_failed;

	vectors = json_load_file(VECTORS "/room.json", JSON_REJECT_DUPLICATES, NULL);
	if (!vectors)
		return 1;
	n_failed = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(vectors);
	return n_failed;
}
