/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/room.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* A room, what it asks for, and what it says. */
struct bench {
	UiRoom *room;
	json_t *acts; /* [{"kind", "fields"}], oldest first */
	int refusal;  /* of the next act */
	GString *said;
};

static int act(
	void *user, enum control_kind kind, const json_t *fields, char ret_id[CONTROL_ID_MAX + 1])
{
	struct bench *b = user;

	if (b->refusal != 0)
		return b->refusal;
	json_array_append_new(b->acts, json_pack("{s:s, s:O}", "kind", control_kind_name(kind),
					       "fields", (json_t *)fields));
	g_snprintf(ret_id, CONTROL_ID_MAX + 1, "a%zu", json_array_size(b->acts));
	return 0;
}

static void show(void *user, const char *seat, enum mute_source source, int width, int height)
{
}

static void share(void *user, bool on)
{
}

static void toasted(UiRoom *room, const char *text, struct bench *b)
{
	g_string_append_printf(b->said, "toast: %s\n", text);
}

static void told(UiRoom *room, const char *title, const char *text, gboolean mine, struct bench *b)
{
	g_string_append_printf(b->said, "%s: %s: %s\n", mine ? "for me" : "for all", title, text);
}

static void ended(UiRoom *room, const char *code, struct bench *b)
{
	g_string_append_printf(b->said, "ended: %s\n", code);
}

static int set_up(void **state)
{
	struct bench *b = g_new0(struct bench, 1);
	struct room_out out = {b, act, show, share};

	b->acts = json_array();
	b->said = g_string_new(NULL);
	b->room = ui_room_new(&out);
	g_signal_connect(b->room, "toast", G_CALLBACK(toasted), b);
	g_signal_connect(b->room, "prominent", G_CALLBACK(told), b);
	g_signal_connect(b->room, "ended", G_CALLBACK(ended), b);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	g_object_unref(b->room);
	json_decref(b->acts);
	g_string_free(b->said, TRUE);
	g_free(b);
	return 0;
}

static json_t *json_of(const char *text)
{
	g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');
	json_t *value = json_loads(json, 0, NULL);

	assert_non_null(value);
	return value;
}

#define SEAT(seat, name, presence, more)                                             \
	"{'seat':'" seat "','name':'" name "','role':'expert','presence':'" presence \
	"','mic_muted':false,'cam_muted':false,'hand':false" more "}"
#define STATE(rights, roster, more) STATE_AT("5000", rights, roster, more)
#define STATE_AT(session_ms, rights, roster, more)                                            \
	"{'state':'seated','seat':'s1','name':'No 1','rights':[" rights                       \
	"],'session_ms':" session_ms ",'rtt_us':8000,'own':{'cam':{'track':1,'muted':false}," \
	"'mic':{'track':2,'muted':false}},'tracks':[{'track':9,'seat':'s2','kind':'cam'}]"    \
	",'roster':[" roster "]" more "}"
#define TWO SEAT("s1", "No 1", "present", "") "," SEAT("s2", "No 2", "present", "")
#define SEATED STATE("'cam','mic','chat','hand'", TWO, "")
/* The same with a microphone that gives nothing. */
#define DEAF                                                                                    \
	"{'state':'seated','seat':'s1','name':'No 1','rights':['cam','mic'],'session_ms':5000," \
	"'own':{'mic':{'track':2,'muted':false,'dead':true}},'tracks':[],'roster':[" TWO "]}"

static void notice(struct bench *b, const char *name, const char *fields, const char *state)
{
	json_auto_t *f = json_of(fields), *s = json_of(state);

	ui_room_notice(b->room, name, f, s);
}

#define LATER STATE_AT("300000", "'cam','mic','chat','hand'", TWO, "")
/* On the session's axis. What the clocks of server and machine say is no matter. */
#define ANNOUNCED(no, session_ms, text)                                                            \
	"{'kind':'room.announce','no':" no ",'actor_seat':'s2','at_us':1,'session_ms':" session_ms \
	",'body':{'text':'" text "'}}"

/* An event that happened just now. */
static void event(struct bench *b, const char *kind, int no, const char *actor, const char *body)
{
	g_autofree char *fields = g_strdup_printf("{'kind':'%s','no':%d,'actor_seat':'%s',"
						  "'at_us':1,'body':%s}",
		kind, no, actor, body);

	notice(b, "room_event", fields, SEATED);
}

static UiLine *line(GListModel *list, guint i)
{
	g_autoptr(UiLine) l = g_list_model_get_item(list, i);

	return l;
}

static const struct person_facts *person(struct bench *b, const char *seat)
{
	UiPerson *p = ui_room_person(b->room, seat);

	assert_non_null(p);
	return ui_person_facts(p);
}

static void the_roster_becomes_persons(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	assert_int_equal(g_list_model_get_n_items(ui_room_persons(b->room)), 2);
	assert_true(person(b, "s1")->own && person(b, "s1")->has_cam);
	assert_true(person(b, "s2")->has_cam && !person(b, "s2")->has_mic);
	assert_true(ui_room_may(b->room, RIGHT_CHAT));
	assert_false(ui_room_may(b->room, RIGHT_MODERATE));
	notice(b, "roster", "{}", STATE("", SEAT("s1", "No 1", "present", ""), ",'locked':true"));
	assert_int_equal(g_list_model_get_n_items(ui_room_persons(b->room)), 1);
	assert_null(ui_room_person(b->room, "s2"));
	assert_true(ui_room_facts(b->room)->locked);
	assert_false(ui_room_may(b->room, RIGHT_CHAT));
}

/* The answer and the event come in either order; there is one line in the end. */
static void own_words_are_accepted_once(void **state)
{
	struct bench *b = *state;
	GListModel *chat = ui_room_chat(b->room);

	notice(b, "joined", "{}", SEATED);
	assert_true(ui_room_say(b->room, "one"));
	assert_true(ui_room_say(b->room, "two"));
	assert_int_equal(ui_line_state(line(chat, 0)), LINE_SENT);
	notice(b, "act_pending", "{'id':'a2'}", SEATED);
	assert_int_equal(ui_line_state(line(chat, 1)), LINE_PENDING);
	notice(b, "acked", "{'id':'a1','event_no':7}", SEATED);
	event(b, "room.chat", 7, "s1", "{'text':'one'}");
	event(b, "room.chat", 8, "s1", "{'text':'two'}");
	notice(b, "acked", "{'id':'a2','event_no':8}", SEATED);
	assert_int_equal(g_list_model_get_n_items(chat), 2);
	for (guint i = 0; i < 2; i++)
		assert_int_equal(ui_line_state(line(chat, i)), LINE_ACCEPTED);
	assert_string_equal(ui_line_text(line(chat, 0)), "one");
	assert_string_equal(ui_line_text(line(chat, 1)), "two");
}

#define SPOKEN_TO(tracks)                                                                 \
	"{'state':'seated','seat':'s1','name':'No 1','rights':['mic'],'session_ms':5000," \
	"'own':{},'tracks':[" tracks "],'roster':[" TWO "]}"

/* As long as the track is there, and only if it is meant for this seat. */
static void who_speaks_to_this_seat_alone_is_known(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	assert_string_equal(ui_room_facts(b->room)->aside, "");
	notice(b, "track", "{'track':11}",
		SPOKEN_TO("{'track':11,'seat':'s2','kind':'mic','to':'s1'}"));
	assert_string_equal(ui_room_facts(b->room)->aside, "s2");
	notice(b, "track", "{'track':12}",
		SPOKEN_TO("{'track':12,'seat':'s2','kind':'mic','to':'s9'}"));
	assert_string_equal(ui_room_facts(b->room)->aside, "");
	notice(b, "track_gone", "{'track':12}", SPOKEN_TO("{'track':13,'seat':'s2','kind':'mic'}"));
	assert_string_equal(ui_room_facts(b->room)->aside, "");
}

static void a_refusal_is_said_and_stays(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	ui_room_mute(b->room, MUTE_MIC, false);
	assert_true(ui_room_waits(b->room, CONTROL_MUTE_SELF, MUTE_MIC));
	assert_false(ui_room_waits(b->room, CONTROL_MUTE_SELF, MUTE_CAM));
	notice(b, "act_refused", "{'ref':'a1','code':'room.muted','title':'x'}", SEATED);
	assert_false(ui_room_waits(b->room, CONTROL_MUTE_SELF, MUTE_MIC));
	assert_string_equal(b->said->str, "toast: Open the microphone: refused. The host has muted "
					  "it; only the host can open it again\n");
	assert_int_equal(ui_line_state(line(ui_room_record(b->room), 0)), LINE_REFUSED);
}

static void an_act_that_cannot_begin_is_said(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	b->refusal = 2;
	assert_false(ui_room_say(b->room, "x"));
	assert_string_equal(b->said->str, "toast: This cannot be sent now\n");
	assert_int_equal(g_list_model_get_n_items(ui_room_chat(b->room)), 0);
}

static void calls_and_announcements_are_prominent_unless_they_are_history(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{'event_no':2}", LATER);
	notice(b, "room_event", ANNOUNCED("1", "180000", "old"), LATER);
	notice(b, "room_event", ANNOUNCED("2", "290000", "missed a moment ago"), LATER);
	event(b, "room.announce", 3, "s2", "{'text':'begin'}");
	event(b, "room.call", 4, "s2", "{'seat':'s1','text':'why'}");
	event(b, "room.call", 5, "s1", "{'seat':'s2'}");
	assert_string_equal(b->said->str, "for all: Announcement of No 2: missed a moment ago\n"
					  "for all: Announcement of No 2: begin\n"
					  "for me: No 2 calls you: why\n");
	assert_int_equal(g_list_model_get_n_items(ui_room_record(b->room)), 5);
}

static void the_line_is_lost_and_comes_back(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	notice(b, "lost", "{'why':'silence','retry_ms':4000}", SEATED);
	assert_int_equal(ui_room_facts(b->room)->link, LINK_LOST);
	assert_true(ui_room_facts(b->room)->retry_at_us > g_get_monotonic_time());
	assert_true(ui_room_may(b->room, RIGHT_CHAT)); /* it is kept and sent later */
	notice(b, "joined", "{}", SEATED);
	assert_int_equal(ui_room_facts(b->room)->link, LINK_SEATED);
	notice(b, "ended", "{'code':'removed'}", SEATED);
	assert_string_equal(b->said->str, "ended: removed\n");
}

static void the_step_and_its_clock(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	event(b, "session.step", 1, "s2", "{'from':'leader','to':'scoring'}");
	assert_string_equal(ui_room_facts(b->room)->step, "scoring");
	assert_true(ui_room_facts(b->room)->step_at_us > 0);
	event(b, "session.timer", 2, "s2", "{'step':'scoring','deadline_us':77}");
	assert_string_equal(ui_room_facts(b->room)->step, "scoring");
	assert_int_equal(ui_room_facts(b->room)->deadline_us, 77);
	event(b, "session.timer", 3, "s2", "{'step':'scoring'}");
	assert_int_equal(ui_room_facts(b->room)->deadline_us, 0);
	event(b, "session.timer", 4, "s2", "{'step':'scoring','deadline_us':78}");
	event(b, "session.step", 5, "s2", "{'from':'scoring','to':'summary'}");
	assert_string_equal(ui_room_facts(b->room)->step, "summary");
	assert_int_equal(ui_room_facts(b->room)->deadline_us, 0);
}

static void nothing_at_all_from_the_microphone_is_told(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	assert_false(person(b, "s1")->mic_dead);
	notice(b, "mic_dead", "{'on':true}", DEAF);
	assert_true(person(b, "s1")->mic_dead);
	ui_room_level(b->room, "", 0.4);
	assert_true(person(b, "s1")->level > 0.3);
	notice(b, "mic_dead", "{'on':false}", SEATED);
	assert_false(person(b, "s1")->mic_dead);
	/* Of others the server tells. */
	notice(b, "roster", "{}",
		STATE("'cam'",
			SEAT("s1", "No 1", "present", "") "," SEAT(
				"s2", "No 2", "present", ",'mic_dead':true"),
			""));
	assert_true(person(b, "s2")->mic_dead);
	assert_false(person(b, "s1")->mic_dead);
}

static void devices_that_go_and_come_back_are_said_once(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	for (int i = 0; i < 3; i++) {
		notice(b, "source_failed", "{'kind':'speaker','why':'x'}", SEATED);
		notice(b, "source_failed", "{'kind':'cam','why':'x'}", SEATED);
	}
	assert_true(ui_room_facts(b->room)->device_failed[MUTE_CAM]);
	assert_false(person(b, "s1")->has_cam); /* no picture stands still there */
	assert_true(ui_room_facts(b->room)->output_failed);
	notice(b, "source_recovered", "{'kind':'cam'}", SEATED);
	assert_false(ui_room_facts(b->room)->device_failed[MUTE_CAM]);
	assert_true(person(b, "s1")->has_cam);
	assert_string_equal(b->said->str, "toast: The loudspeaker is gone or in use elsewhere\n"
					  "toast: The camera is gone or in use elsewhere\n"
					  "toast: The camera is back\n");
}

static void looked_at(struct bench *b, int objects, int lost)
{
	g_autofree char *text = g_strdup_printf("{'tracks':[{'track':9,'seat':'s2','objects':%d,"
						"'lost':%d,'late_p95_us':4000}]}",
		objects, lost);
	json_auto_t *stats = json_of(text);

	ui_room_stats(b->room, stats);
}

static void quality_is_of_what_came_since_the_last_look(void **state)
{
	struct bench *b = *state;

	notice(b, "joined", "{}", SEATED);
	looked_at(b, 100, 50);
	looked_at(b, 200, 50);
	assert_int_equal(person(b, "s2")->quality, QUALITY_GOOD);
	looked_at(b, 250, 100);
	assert_int_equal(person(b, "s2")->quality, QUALITY_POOR);
	event(b, "room.lag", 1, "s2", "{'seat':'s2','level':2,'dropped':5}");
	looked_at(b, 350, 100);
	assert_int_equal(person(b, "s2")->quality, QUALITY_FAIR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_roster_becomes_persons),
		TEST(own_words_are_accepted_once),
		TEST(who_speaks_to_this_seat_alone_is_known),
		TEST(a_refusal_is_said_and_stays),
		TEST(an_act_that_cannot_begin_is_said),
		TEST(calls_and_announcements_are_prominent_unless_they_are_history),
		TEST(the_line_is_lost_and_comes_back),
		TEST(the_step_and_its_clock),
		TEST(nothing_at_all_from_the_microphone_is_told),
		TEST(devices_that_go_and_come_back_are_said_once),
		TEST(quality_is_of_what_came_since_the_last_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
