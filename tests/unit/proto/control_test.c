/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

#define UP CONTROL_TO_SERVER
#define DOWN CONTROL_TO_CLIENT
#define KEY32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SIG64 KEY32_64 "AA=="
#define KEY32_64 \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define HELLO_BASE                                                              \
	"\"type\":\"hello\",\"v\":1,\"session\":\"s1\",\"device_key\":\"" KEY32 \
	"\",\"proof\":\"" SIG64 "\",\"client\":{\"name\":\"t\",\"version\":\"1\"}"

/* One message of each kind that holds, and what is wrong with many that do not. */
static const struct {
	enum control_direction direction;
	const char *text;
	int refusal;
	const char *field;
} rows[] = {
	{UP, "{" HELLO_BASE ",\"ticket\":\"abc.def\"}", 0, NULL},
	{UP, "{" HELLO_BASE ",\"resume_token\":\"abc\",\"resume_after\":12}", 0, NULL},
	{UP, "{" HELLO_BASE "}", CONTROL_E_MISSING_FIELD, "ticket"},
	{UP, "{" HELLO_BASE ",\"ticket\":\"a\",\"resume_token\":\"b\"}", CONTROL_E_VALUE,
		"resume_token"},
	{UP, "{" HELLO_BASE ",\"ticket\":\"a b\"}", CONTROL_E_VALUE, "ticket"},
	{UP, "{" HELLO_BASE ",\"ticket\":\"a\",\"seat_cert\":{\"key\":\"" KEY32 "\"}}",
		CONTROL_E_MISSING_FIELD, "seat_cert.statement"},
	{UP, "{\"type\":\"hello\",\"of_tomorrow\":true,\"v\":2}", CONTROL_E_VERSION, "v"},
	{UP, "{\"type\":\"hello\",\"v\":\"1\"}", CONTROL_E_WRONG_TYPE, "v"},
	{DOWN, "{\"type\":\"welcome\",\"session\":7,\"v\":0}", CONTROL_E_VERSION, "v"},
	{UP, "{\"type\":\"hello\",\"v\":1,\"device_key\":\"AAAA\"}", CONTROL_E_VALUE, "device_key"},
	{UP, "{\"type\":\"hello\",\"client\":{\"name\":\"\"}}", CONTROL_E_VALUE, "client.name"},
	{UP, "{\"type\":\"publish\",\"ref\":\"r-1\",\"kind\":\"mic\",\"codec\":\"opus\"}", 0, NULL},
	{UP,
		"{\"type\":\"publish\",\"ref\":\"1\",\"kind\":\"cam\",\"codec\":\"vp8\",\"width\":640,"
		"\"height\":360,\"fps\":25,\"layers\":3,\"mask\":\"masked\"}",
		0, NULL},
	{UP, "{\"type\":\"publish\",\"ref\":\"1\",\"kind\":\"cam\",\"codec\":\"opus\"}",
		CONTROL_E_VALUE, "codec"},
	{UP, "{\"type\":\"publish\",\"ref\":\"1\",\"kind\":\"cam\",\"codec\":\"vp8\",\"width\":640}",
		CONTROL_E_MISSING_FIELD, "height"},
	{UP, "{\"type\":\"publish\",\"ref\":\"1\",\"kind\":\"mic\",\"codec\":\"opus\",\"fps\":50}",
		CONTROL_E_VALUE, "fps"},
	{UP, "{\"type\":\"publish\",\"ref\":\"1\",\"kind\":\"face\",\"codec\":\"vp8\"}",
		CONTROL_E_VALUE, "kind"},
	{UP, "{\"type\":\"unpublish\",\"track\":65535}", 0, NULL},
	{UP, "{\"type\":\"unpublish\",\"track\":0}", CONTROL_E_VALUE, "track"},
	{UP, "{\"type\":\"unpublish\",\"track\":65536}", CONTROL_E_VALUE, "track"},
	{UP, "{\"type\":\"unpublish\",\"track\":1.0}", CONTROL_E_WRONG_TYPE, "track"},
	{UP, "{\"type\":\"unpublish\",\"track\":\"1\"}", CONTROL_E_WRONG_TYPE, "track"},
	{UP, "{\"type\":\"unpublish\",\"track\":null}", CONTROL_E_WRONG_TYPE, "track"},
	{UP, "{\"type\":\"subscribe\",\"track\":3,\"on\":true,\"layer\":1,\"priority\":9}", 0,
		NULL},
	{UP, "{\"type\":\"subscribe\",\"track\":3,\"on\":1}", CONTROL_E_WRONG_TYPE, "on"},
	{UP, "{\"type\":\"keyframe\",\"track\":3}", 0, NULL},
	{UP, "{\"type\":\"chat\",\"id\":\"a-B_9\",\"text\":\"第一行\\n第二行\"}", 0, NULL},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"\"}", CONTROL_E_VALUE, "text"},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"\\u0007\"}", CONTROL_E_VALUE, "text"},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"\\u0000\"}", CONTROL_E_JSON, ""},
	{UP, "{\"type\":\"chat\",\"id\":\"a b\",\"text\":\"x\"}", CONTROL_E_VALUE, "id"},
	{UP, "{\"type\":\"chat\",\"text\":\"x\"}", CONTROL_E_MISSING_FIELD, "id"},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"x\",\"to\":\"b\"}",
		CONTROL_E_UNKNOWN_FIELD, "to"},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"x\",\"\\u001b[2J\":1}",
		CONTROL_E_UNKNOWN_FIELD, "?"},
	{UP, "{\"type\":\"mute_self\",\"id\":\"1\",\"kind\":\"mic\",\"on\":true}", 0, NULL},
	{UP, "{\"type\":\"raise_hand\",\"id\":\"1\",\"on\":false}", 0, NULL},
	{UP, "{\"type\":\"moderate\",\"id\":\"1\",\"act\":\"mute\",\"seat\":\"e_2\",\"on\":true}",
		0, NULL},
	{UP, "{\"type\":\"moderate\",\"id\":\"1\",\"act\":\"mute\",\"seat\":\"../e\",\"on\":true}",
		CONTROL_E_VALUE, "seat"},
	{UP, "{\"type\":\"announce\",\"id\":\"1\",\"text\":\"现在开始\"}", 0, NULL},
	{UP, "{\"type\":\"call\",\"id\":\"1\",\"seat\":\"e_2\"}", 0, NULL},
	{UP, "{\"type\":\"call\",\"id\":\"1\",\"seat\":\"e_2\",\"text\":\"\"}", CONTROL_E_VALUE,
		"text"},
	{UP, "{\"type\":\"lock\",\"id\":\"1\",\"on\":true}", 0, NULL},
	{UP, "{\"type\":\"lock\",\"id\":\"1\"}", CONTROL_E_MISSING_FIELD, "on"},
	{UP, "{\"type\":\"hand_over\",\"id\":\"1\",\"seat\":\"host_2\"}", 0, NULL},
	{UP, "{\"type\":\"move\",\"id\":\"1\",\"seat\":\"e_2\",\"venue\":\"v1\",\"booth\":\"B2\"}",
		0, NULL},
	{UP, "{\"type\":\"present\",\"id\":\"1\",\"on\":true,\"bid\":\"b1\",\"file\":2,\"page\":7}",
		0, NULL},
	{UP, "{\"type\":\"present\",\"id\":\"1\",\"on\":true,\"bid\":\"b1\",\"page\":7}",
		CONTROL_E_MISSING_FIELD, "file"},
	{UP, "{\"type\":\"present\",\"id\":\"1\",\"on\":true,\"bid\":\"b1\",\"file\":2,\"page\":0}",
		CONTROL_E_VALUE, "page"},
	{UP, "{\"type\":\"present\",\"id\":\"1\",\"on\":false}", 0, NULL},
	{UP, "{\"type\":\"present\",\"id\":\"1\",\"on\":false,\"page\":7}", CONTROL_E_VALUE,
		"page"},
	{UP, "{\"type\":\"publish\",\"ref\":\"m\",\"kind\":\"mic\",\"codec\":\"opus\",\"to\":\"e1\"}",
		0, NULL},
	{UP, "{\"type\":\"publish\",\"ref\":\"m\",\"kind\":\"mic\",\"codec\":\"opus\",\"to\":\"E 1\"}",
		CONTROL_E_VALUE, "to"},
	{UP, "{\"type\":\"publish\",\"ref\":\"m\",\"kind\":\"mic\",\"codec\":\"opus\",\"to\":[\"e1\"]}",
		CONTROL_E_WRONG_TYPE, "to"},
	{UP,
		"{\"type\":\"publish\",\"ref\":\"m\",\"kind\":\"mic\",\"codec\":\"opus\",\"to\":\"e1\","
		"\"mask\":\"original\"}",
		CONTROL_E_VALUE, "to"},
	{UP,
		"{\"type\":\"publish\",\"ref\":\"c\",\"kind\":\"cam\",\"codec\":\"vp8\",\"width\":320,"
		"\"height\":180,\"fps\":15,\"to\":\"e1\"}",
		CONTROL_E_VALUE, "to"},
	{UP, "{\"type\":\"stats\",\"tracks\":[{\"track\":1,\"received\":2,\"missing\":0,\"lag_ms\":5}]}",
		0, NULL},
	{UP,
		"{\"type\":\"stats\",\"tracks\":[{\"track\":1,\"received\":2,\"missing\":0,\"lag_ms\":5},"
		"{\"track\":1,\"received\":-2,\"missing\":0,\"lag_ms\":5}]}",
		CONTROL_E_VALUE, "tracks[1].received"},
	{UP, "{\"type\":\"stats\",\"tracks\":[1]}", CONTROL_E_WRONG_TYPE, "tracks[0]"},
	{UP, "{\"type\":\"ping\",\"t\":9007199254740991}", 0, NULL},
	{UP, "{\"type\":\"ping\",\"t\":9007199254740992}", CONTROL_E_VALUE, "t"},
	{UP, "{\"type\":\"ping\",\"t\":99999999999999999999}", CONTROL_E_JSON, ""},
	{UP, "{\"type\":\"leave\"}", 0, NULL},
	{UP, "{\"type\":\"leave\",\"type\":\"leave\"}", CONTROL_E_DUPLICATE_KEY, ""},
	{UP, "{\"type\":\"pong\",\"t\":1,\"session_ms\":1}", CONTROL_E_UNKNOWN_TYPE, ""},
	{UP, "{\"type\":\"steal\"}", CONTROL_E_UNKNOWN_TYPE, ""},
	{UP, "{\"type\":7}", CONTROL_E_NO_TYPE, ""},
	{UP, "{}", CONTROL_E_NO_TYPE, ""},
	{UP, "[]", CONTROL_E_NOT_OBJECT, ""},
	{UP, "\"leave\"", CONTROL_E_JSON, ""},
	{UP, "{\"type\":\"leave\"} x", CONTROL_E_JSON, ""},
	{UP, "{\"type\":\"leave\"", CONTROL_E_JSON, ""},
	{UP, "", CONTROL_E_JSON, ""},
	{UP, "{\"type\":\"chat\",\"id\":\"a\",\"text\":\"\xc3\x28\"}", CONTROL_E_UTF8, ""},
	{DOWN, "{\"type\":\"error\",\"code\":\"right_missing\",\"title\":\"no\",\"fatal\":false}",
		0, NULL},
	{DOWN, "{\"type\":\"ack\",\"id\":\"1\",\"event_no\":7,\"receipt\":{\"any\":[1]}}", 0, NULL},
	{DOWN, "{\"type\":\"ack\",\"id\":\"1\",\"event_no\":7,\"receipt\":[]}",
		CONTROL_E_WRONG_TYPE, "receipt"},
	{DOWN, "{\"type\":\"pending\",\"id\":\"1\"}", 0, NULL},
	{DOWN,
		"{\"type\":\"event\",\"no\":1,\"kind\":\"room.chat\",\"at_us\":1,\"session_ms\":0,"
		"\"actor_seat\":\"e1\",\"body\":{\"text\":\"x\"}}",
		0, NULL},
	{DOWN,
		"{\"type\":\"event\",\"no\":1,\"kind\":\"room.chat\",\"at_us\":1,\"session_ms\":0,"
		"\"body\":{\"txt\":\"x\"}}",
		CONTROL_E_UNKNOWN_FIELD, "body.txt"},
	{DOWN,
		"{\"type\":\"event\",\"no\":1,\"kind\":\"room.new\",\"at_us\":1,\"session_ms\":0,"
		"\"body\":{\"txt\":\"x\"}}",
		0, NULL},
	{DOWN,
		"{\"type\":\"roster\",\"seats\":[{\"seat\":\"e1\",\"name\":\"甲\",\"role\":\"expert\","
		"\"presence\":\"lost\",\"mic_muted\":false,\"cam_muted\":false,\"hand\":false}]}",
		0, NULL},
	{DOWN, "{\"type\":\"roster\",\"seats\":[{\"seat\":\"e1\"}]}", CONTROL_E_MISSING_FIELD,
		"seats[0].name"},
	{DOWN,
		"{\"type\":\"track\",\"track\":4,\"seat\":\"e1\",\"since_ms\":5,\"kind\":\"mic\","
		"\"codec\":\"opus\"}",
		0, NULL},
	{DOWN, "{\"type\":\"track_gone\",\"track\":4}", 0, NULL},
	{DOWN, "{\"type\":\"rights\",\"rights\":[\"cam\",\"mic\"]}", 0, NULL},
	{DOWN, "{\"type\":\"rights\",\"rights\":[\"cam\",\"\"]}", CONTROL_E_VALUE, "rights[1]"},
	{DOWN, "{\"type\":\"rights\",\"rights\":\"cam\"}", CONTROL_E_WRONG_TYPE, "rights"},
	{DOWN, "{\"type\":\"keyframe_request\",\"track\":4}", 0, NULL},
	{DOWN, "{\"type\":\"lag\",\"level\":2,\"dropped\":17}", 0, NULL},
	{DOWN, "{\"type\":\"bitrate\",\"track\":4,\"bps\":250000}", 0, NULL},
	{DOWN, "{\"type\":\"pong\",\"t\":1,\"session_ms\":4294967295}", 0, NULL},
	{DOWN, "{\"type\":\"bye\",\"code\":\"removed\"}", 0, NULL},
	{DOWN, "{\"type\":\"leave\"}", CONTROL_E_UNKNOWN_TYPE, ""},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct control_problem problem = {.field = "untouched"};
		struct control_msg msg;
		int r = control_parse(
			rows[i].direction, rows[i].text, strlen(rows[i].text), &msg, &problem);

		if (r != rows[i].refusal || (r && strcmp(problem.field, rows[i].field) != 0))
			fail_msg("%s\n  gave %d at '%s'", rows[i].text, r, problem.field);
		if (r == CONTROL_E_VERSION)
			assert_string_equal(control_refusal_code(r), "room.version");
		else if (r)
			assert_memory_equal(control_refusal_code(r), "control_", 8);
		else
			control_msg_done(&msg);
	}
}

static void test_every_kind_has_a_row(void **state)
{
	bool seen[CONTROL_N_KINDS] = {false};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct control_msg msg;

		if (rows[i].refusal)
			continue;
		assert_int_equal(control_parse(rows[i].direction, rows[i].text,
					 strlen(rows[i].text), &msg, NULL),
			0);
		assert_int_equal(control_kind_direction(msg.kind), rows[i].direction);
		assert_string_equal(control_str(&msg, "type"), control_kind_name(msg.kind));
		seen[msg.kind] = true;
		control_msg_done(&msg);
	}
	seen[CONTROL_WELCOME] = true; /* test_welcome */
	for (int k = CONTROL_NONE + 1; k < CONTROL_N_KINDS; k++)
		if (!seen[k])
			fail_msg("no example of %s", control_kind_name((enum control_kind)k));
}

static void test_limits(void **state)
{
	g_autofree char *long_text = g_strnfill(CONTROL_CHAT_MAX + 1, 'x');
	g_autofree char *filler = g_strnfill(CONTROL_LEN_MAX_TO_SERVER, ' ');
	g_autofree char *padded = g_strconcat("{\"type\":\"leave\"}", filler, NULL);
	g_autoptr(GString) wide = g_string_new(NULL);
	struct control_msg msg;
	g_autofree char *text = NULL;
	size_t len = CONTROL_LEN_MAX_TO_SERVER;

	assert_int_equal(
		control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", long_text),
		CONTROL_E_FIELD_TOO_LONG);
	long_text[CONTROL_CHAT_MAX] = '\0';
	assert_int_equal(
		control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", long_text), 0);
	/* Characters count, not bytes. */
	for (int i = 0; i < CONTROL_CHAT_MAX; i++)
		g_string_append(wide, "评");
	g_free(g_steal_pointer(&text));
	assert_int_equal(
		control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", wide->str), 0);
	g_string_append(wide, "标");
	g_free(g_steal_pointer(&text));
	assert_int_equal(
		control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", wide->str),
		CONTROL_E_FIELD_TOO_LONG);

	assert_int_equal(control_parse(UP, padded, len, &msg, NULL), 0);
	control_msg_done(&msg);
	assert_int_equal(control_parse(UP, padded, len + 1, &msg, NULL), CONTROL_E_TOO_LONG);
}

static void test_problem_names_the_message(void **state)
{
	static const char chat[] = "{\"type\":\"chat\",\"id\":\"m-7\",\"text\":5}";
	static const char publish[] = "{\"type\":\"publish\",\"ref\":\"cam0\",\"kind\":5}";
	static const char odd[] = "{\"type\":\"chat\",\"id\":\"\\u0008\",\"text\":5}";
	struct control_problem problem;
	struct control_msg msg;

	assert_int_equal(
		control_parse(UP, chat, strlen(chat), &msg, &problem), CONTROL_E_WRONG_TYPE);
	assert_string_equal(problem.ref, "m-7");
	assert_int_equal(
		control_parse(UP, publish, strlen(publish), &msg, &problem), CONTROL_E_WRONG_TYPE);
	assert_string_equal(problem.ref, "cam0");
	assert_int_equal(control_parse(UP, odd, strlen(odd), &msg, &problem), CONTROL_E_VALUE);
	assert_string_equal(problem.ref, "");
}

static void test_build_and_get(void **state)
{
	g_autofree char *text = NULL;
	struct control_msg msg;

	assert_int_equal(control_build(&text, CONTROL_SUBSCRIBE, "{s:i, s:b, s:i}", "track", 9,
				 "on", 1, "layer", 2),
		0);
	assert_string_equal(text, "{\"type\":\"subscribe\",\"track\":9,\"on\":true,\"layer\":2}");
	assert_int_equal(control_parse(UP, text, strlen(text), &msg, NULL), 0);
	assert_int_equal(msg.kind, CONTROL_SUBSCRIBE);
	assert_int_equal(control_int(&msg, "track", -1), 9);
	assert_true(control_bool(&msg, "on", false));
	assert_int_equal(control_int(&msg, "priority", 128), 128);
	assert_null(control_str(&msg, "track"));
	control_msg_done(&msg);
	assert_null(msg.root);

	g_free(g_steal_pointer(&text));
	assert_int_equal(control_build(&text, CONTROL_TRACK_GONE, "{s:i}", "trakc", 9),
		CONTROL_E_UNKNOWN_FIELD);
	assert_int_equal(
		control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", "\xff"),
		CONTROL_E_UTF8);
	assert_int_equal(control_build(&text, CONTROL_CHAT, "{s:s, s:s}", "id", "1", "text", NULL),
		CONTROL_E_VALUE);
}

static void test_welcome(void **state)
{
	g_autofree char *text = NULL;
	struct control_msg msg;

	assert_int_equal(
		control_build(&text, CONTROL_WELCOME,
			"{s:i, s:s, s:s, s:s, s:i, s:[s, s], s:s, s:i, s:I, s:i, s:[], s:[], "
			"s:{s:s, s:{s:i, s:i, s:i, s:i, s:i, s:i}}}",
			"v", 1, "session", "s1", "seat", "e1", "seat_name", "专家甲", "epoch", 0,
			"rights", "cam", "mic", "resume_token", "tok", "session_ms", 5, "at_us",
			(json_int_t)1700000000000000, "event_no", 0, "tracks", "roster", "server",
			"version", "0.1", "limits", "text_bytes", 1, "chat_chars", 1,
			"payload_bytes", 1, "objects_per_s", 1, "tracks", 1, "group_ms", 2000),
		0);
	assert_int_equal(control_parse(DOWN, text, strlen(text), &msg, NULL), 0);
	assert_int_equal(msg.kind, CONTROL_WELCOME);
	control_msg_done(&msg);
}

static void test_event_bodies(void **state)
{
	json_auto_t *body = json_pack("{s:s, s:s, s:b}", "seat", "e1", "kind", "mic", "on", 1);
	struct control_problem problem;

	assert_int_equal(control_event_check("room.mute", body, NULL), 0);
	assert_int_equal(control_event_check("room.hand", body, &problem), CONTROL_E_UNKNOWN_FIELD);
	assert_int_equal(control_event_check("unheard.of", body, NULL), 0);
	assert_int_equal(control_event_check("room.mute", NULL, NULL), CONTROL_E_WRONG_TYPE);
}

static void test_schema_file_is_current(void **state)
{
	json_auto_t *now = control_schema();
	json_auto_t *file = json_load_file(SCHEMA, 0, NULL);

	assert_non_null(now);
	if (!file || !json_equal(now, file)) {
		assert_int_equal(json_dump_file(now, "room.schema.json", JSON_INDENT(1)), 0);
		fail_msg(
			"proto/room.schema.json is stale; take %s/room.schema.json from the working "
			"directory of this test",
			g_get_current_dir());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_kind_has_a_row),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_problem_names_the_message),
		cmocka_unit_test(test_build_and_get),
		cmocka_unit_test(test_welcome),
		cmocka_unit_test(test_event_bodies),
		cmocka_unit_test(test_schema_file_is_current),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
