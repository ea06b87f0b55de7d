/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Scenarios as tables: what happens to the seat, and everything it does about it, as bench.h writes
 * both down.
 */

#include "tests/unit/room-client/seat/bench.h"

#include <string.h>

#include "proto/base64.h"
#include "proto/hello_proof.h"
#include "proto/seat_cert.h"

struct step {
	const char *in, *out;
};

#define LIMITS                                                                    \
	"'server':{'version':'1','limits':{'text_bytes':16384,'chat_chars':2000," \
	"'payload_bytes':262144,'objects_per_s':200,'tracks':4,'group_ms':2000}}"
#define SEAT_ENTRY(seat, mic, cam)                                                               \
	"{'seat':'" seat "','name':'专家','role':'expert','presence':'present','mic_muted':" mic \
	",'cam_muted':" cam ",'hand':false}"
#define WELCOME_AS(seat, epoch, token, event_no, mic, tracks) \
	WELCOME_WITH("'watch','cam','mic'", seat, epoch, token, event_no, mic, tracks)
#define WELCOME_WITH(rights, seat, epoch, token, event_no, mic, tracks)                         \
	"<{'type':'welcome','v':1,'session':'s1','seat':'" seat                                 \
	"','seat_name':'专家一','epoch':" epoch ",'rights':[" rights "],'resume_token':'" token \
	"','session_ms':5000,'at_us':1,'event_no':" event_no ",'tracks':[" tracks               \
	"],'roster':[" SEAT_ENTRY(seat, mic, "false") "]," LIMITS "}"
#define WELCOME(token, event_no) WELCOME_AS("expert_1", "3", token, event_no, "false", "")
#define EVENT(no)                                                                   \
	"<{'type':'event','no':" no ",'kind':'room.chat','at_us':1,'session_ms':1," \
	"'actor_seat':'host','body':{'text':'好'}}"
#define MUTE_EVENT(no, on)                                                          \
	"<{'type':'event','no':" no ",'kind':'room.mute','at_us':1,'session_ms':1," \
	"'actor_seat':'host','body':{'seat':'expert_1','kind':'mic','on':" on "}}"
#define ACK(id, no) "<{'type':'ack','id':'" id "','event_no':" no "}"
#define ERROR(code, more) "<{'type':'error','code':'" code "','title':'no'," more "}"
#define TRACK(id, seat, more) \
	"{" more "'track':" id ",'seat':'" seat "','since_ms':0,'kind':'mic','codec':'opus'}"

#define OWN_MIC(id)                                      \
	"<{'type':'track','ref':'offer-mic','track':" id \
	",'seat':'expert_1','since_ms':1,'kind':'mic','codec':'opus'}"

#define PICTURE(kind) "'kind':'" kind "','codec':'vp8','width':320,'height':180,'fps':15"
#define SOUND "'kind':'mic','codec':'opus'"
#define OWN(name, form, more, id)                                                            \
	"<{'type':'track','ref':'offer-" name "','seat':'expert_1','since_ms':1,'track':" id \
	"," form more "}"

#define HELLO "opened", ">hello ticket=T resume_after=0"
#define OFFERS ">publish kind=cam ref=offer-cam; >publish kind=mic ref=offer-mic"
#define JOINED "joined; " OFFERS
#define SIT_DOWN                                \
	{"join", "open wss://h:1 s1"}, {HELLO}, \
	{                                       \
		WELCOME("R1", "0"), JOINED      \
	}

static const struct scenario {
	const char *name;
	struct step steps[20];
} SCENARIOS[] = {
	{"joining, tracks, leaving",
		{SIT_DOWN,
			{"<{'type':'track','ref':'offer-mic','track':7,'seat':'expert_1','since_ms':1,"
			 "'kind':'mic','codec':'opus'}",
				"own mic 7"},
			{"<{'type':'track','track':8,'seat':'expert_2','since_ms':1,'kind':'mic',"
			 "'codec':'opus'}",
				"track 8"},
			{"<{'type':'keyframe_request','track':7}", "keyframe mic"},
			{"<{'type':'keyframe_request','track':99}", ""},
			{"<{'type':'bitrate','track':7,'bps':16000}", "bitrate mic 16000"},
			{"<{'type':'track_gone','track':8}", "gone 8"},
			{"<{'type':'track_gone','track':8}", ""},
			{"<{'type':'track_gone','track':7}", "own mic 0"},
			{"leave", ">leave behind cam"},
			{"<{'type':'bye','code':'left'}", "close; ended left"}, {"closed", ""}}},
	{"leaving a server that does not answer",
		{SIT_DOWN, {"leave", ">leave behind cam"}, {"tick 3000", "close; ended left"}}},
	{"a refused ticket is the end",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("ticket_expired", "'fatal':true"),
				"error; close; ended ticket_expired"},
			{"closed", ""}, {"tick 60000", ""}, {"join", "open wss://h:1 s1"}}},
	{"a server that is busy is asked again",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("unavailable", "'fatal':true,'retry_after_ms':2000"),
				"error; close; not_connected"},
			{"tick 1900", ""}, {"tick 100", "open wss://h:1 s1"}}},
	{"the owner of the session is elsewhere",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("room_elsewhere", "'fatal':true,'at':'wss://h:2/room/s1'"),
				"error; close; not_connected"},
			{"tick 250", "open wss://h:2 s1"}, {HELLO}, {WELCOME("R1", "0"), JOINED}}},
	{"a server of another version is not asked again",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("room.version", "'fatal':true"), "error; close; ended room.version"},
			{"closed", ""}, {"tick 60000", ""}, {"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME("R1", "0"), JOINED}}},
	{"nor one that was changed while the line was down",
		{SIT_DOWN, {"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{ERROR("room.version", "'fatal':true"), "error; close; ended room.version"},
			{"tick 60000", ""}}},
	{"nor one whose welcome is of another version",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{"<{'type':'welcome','v':2,'of_tomorrow':true}",
				"close; ended room.version"},
			{"closed", ""}, {"tick 60000", ""}}},
	{"an address without TLS is not followed",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("room_elsewhere", "'fatal':true,'at':'ws://h:2'"),
				"error; close; ended room_elsewhere"}}},
	{"coming back with the token, asking for what was missed",
		{SIT_DOWN, {EVENT("1"), "event 1"}, {EVENT("2"), "event 2"}, {"closed", "lost"},
			{"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=2"},
			{WELCOME("R2", "4"), JOINED}, {EVENT("3"), "event 3"},
			{EVENT("4"), "event 4"}, {"closed", "lost"},
			{"tick 500", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R2 resume_after=4"}}},
	{"a server that is away is tried again, more and more slowly",
		{SIT_DOWN, {"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"closed", "not_connected"}, {"tick 250", ""},
			{"tick 250", "open wss://h:1 s1"}, {"closed", "not_connected"},
			{"tick 999", ""}, {"tick 1", "open wss://h:1 s1"},
			{"tick 10000", "close; not_connected"}}},
	{"who does not want to wait for the next try",
		{{"retry", ""}, SIT_DOWN, {"retry", ""}, {"closed", "lost"}, {"retry", ""},
			{"tick 0", "open wss://h:1 s1"}, {"closed", "not_connected"}, {"retry", ""},
			{"retry", ""}, {"tick 0", "open wss://h:1 s1"},
			{"closed", "not_connected"}}},
	{"what a server that is busy asked for is waited for",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{ERROR("unavailable", "'fatal':true,'retry_after_ms':2000"),
				"error; close; not_connected"},
			{"retry", ""}, {"tick 1900", ""}, {"tick 100", "open wss://h:1 s1"}}},
	{"events come once and in order",
		{SIT_DOWN, {EVENT("1"), "event 1"}, {EVENT("1"), ""}, {EVENT("2"), "event 2"},
			{EVENT("1"), ""}, {EVENT("4"), "close; lost"},
			{"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=2"},
			{WELCOME("R2", "4"), JOINED}, {EVENT("2"), ""}, {EVENT("3"), "event 3"},
			{EVENT("4"), "event 4"}}},
	{"a server that forgot events is reported",
		{SIT_DOWN, {EVENT("1"), "event 1"}, {"closed", "lost"},
			{"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=1"},
			{WELCOME("R2", "0"), "joined; events_rewound; " OFFERS}}},
	{"acts are repeated with their id until acknowledged",
		{SIT_DOWN, {"chat b 上", ">chat id=b text=上"}, {ACK("b", "2"), "acked b chat 2"},
			{ACK("b", "2"), ""}, {"closed", "lost"}, {"chat c 好", ""},
			{"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{WELCOME("R2", "2"), "joined; >chat id=c text=好; " OFFERS},
			{"<{'type':'pending','id':'c'}", "act_pending"},
			{ACK("c", "3"), "acked c chat 3"}}},
	{"an act whose answer was lost is sent again, in its place",
		{SIT_DOWN, {"chat a 早", ">chat id=a text=早"}, {"chat b 上", ""},
			{"closed", "lost"}, {"chat c 好", ""}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{WELCOME("R2", "2"), "joined; >chat id=a text=早; " OFFERS},
			{ACK("a", "3"), "acked a chat 3; >chat id=b text=上"},
			{ACK("b", "4"), "acked b chat 4; >chat id=c text=好"}}},
	{"an act that cannot be committed now is tried later",
		{SIT_DOWN, {"chat a 早", ">chat id=a text=早"},
			{ERROR("unavailable", "'ref':'a','fatal':false,'retry_after_ms':700"),
				"act_pending"},
			{"chat b 上", ""}, {"tick 699", ""}, {"tick 1", ">chat id=a text=早"},
			{ACK("a", "1"), "acked a chat 1; >chat id=b text=上"}}},
	{"an act that came too fast is tried again, be it said or not",
		{SIT_DOWN, {"chat a 早", ">chat id=a text=早"},
			{ERROR("room.rate", "'ref':'a','fatal':false"), "act_pending"},
			{"tick 999", ""}, {"tick 1", ">chat id=a text=早"},
			{ACK("a", "1"), "acked a chat 1"}}},
	{"a refused act is dropped",
		{SIT_DOWN, {"chat a 早", ">chat id=a text=早"},
			{ERROR("no_right", "'ref':'a','fatal':false"), "act_refused"},
			{ACK("a", "1"), ""}, {"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{WELCOME("R2", "0"), JOINED}}},
	{"muting holds at once, opening after the commit",
		{SIT_DOWN,
			{"mute m1 mic on",
				"muted mic on; muted; >mute_self id=m1 kind=mic on=true behind mic"},
			{ACK("m1", "1"), "acked m1 mute_self 1"},
			{"mute m2 mic off", ">mute_self id=m2 kind=mic on=false behind mic"},
			{ACK("m2", "2"), "muted mic off; muted; acked m2 mute_self 2"}}},
	{"opened and muted again before the answer: nothing opens in between",
		{SIT_DOWN,
			{"mute m1 mic on",
				"muted mic on; muted; >mute_self id=m1 kind=mic on=true behind mic"},
			{ACK("m1", "1"), "acked m1 mute_self 1"},
			{"mute m2 mic off", ">mute_self id=m2 kind=mic on=false behind mic"},
			{"mute m3 mic on", ""},
			{ACK("m2", "2"), "acked m2 mute_self 2; >mute_self id=m3 kind=mic on=true "
					 "behind mic"},
			{ACK("m3", "3"), "acked m3 mute_self 3"}}},
	{"muted while the line was down: the server is told, nothing opens",
		{SIT_DOWN, {"closed", "lost"}, {"mute m1 mic on", "muted mic on; muted"},
			{"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{WELCOME("R2", "0"),
				"joined; >mute_self id=m1 kind=mic on=true behind mic; " OFFERS}}},
	{"a server that forgot that we are muted is told again",
		{SIT_DOWN, {MUTE_EVENT("1", "true"), "muted mic on; muted; event 1"},
			{"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=1"},
			{WELCOME("R2", "1"),
				"joined; >mute_self id=p-1 kind=mic on=true behind mic; " OFFERS}}},
	{"muted by the host while the line was down; old openings open nothing",
		{SIT_DOWN, {"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{WELCOME_AS("expert_1", "3", "R2", "2", "true", ""),
				"joined; muted mic on; muted; " OFFERS},
			{MUTE_EVENT("1", "false"), "event 1"}, {MUTE_EVENT("2", "true"), "event 2"},
			{MUTE_EVENT("3", "false"), "muted mic off; muted; event 3"}}},
	{"rights that come later are used, rights that go take the track with them",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME_WITH("'watch','mic'", "expert_1", "3", "R1", "0", "false", ""),
				"joined; >publish kind=mic ref=offer-mic"},
			{"<{'type':'rights','rights':['watch','mic','cam']}",
				"rights; >publish kind=cam ref=offer-cam"},
			{"<{'type':'rights','rights':['watch','mic','cam','chat']}", "rights"},
			{OWN_MIC("7"), "own mic 7"},
			{ERROR("room.no_right", "'ref':'offer-cam','fatal':false"), "error"},
			{"<{'type':'rights','rights':['watch']}", "rights"},
			{"<{'type':'track_gone','track':7}", "own mic 0"},
			{"<{'type':'rights','rights':['watch','mic']}",
				"rights; >publish kind=mic ref=offer-mic"}}},
	{"the small size follows the large one",
		{SIT_DOWN,
			{OWN("cam", PICTURE("cam"), "", "8"),
				"own cam 8; >publish kind=cam ref=offer-cam_small simulcast_of=8"},
			{OWN("cam_small", PICTURE("cam"), ",'simulcast_of':8", "9"),
				"own cam_small 9"},
			{"<{'type':'bitrate','track':9,'bps':16000}", "bitrate cam_small 16000"}}},
	{"where masking is ordered the original goes first, then what others see",
		{SIT_DOWN,
			{OWN("cam", PICTURE("cam"), "", "7"),
				"own cam 7; >publish kind=cam ref=offer-cam_small simulcast_of=7"},
			{"<{'type':'rights','rights':['cam','mic','masked']}",
				"rights; own cam 0; masked on; "
				">publish kind=cam ref=offer-cam mask=original; "
				">publish kind=mic ref=offer-mic mask=original"},
			{"<{'type':'track_gone','track':7}", ""},
			/* The plain microphone was on its way when the order came. */
			{ERROR("room.mask", "'ref':'offer-mic','fatal':false"), "error"},
			{OWN("cam", PICTURE("cam"), ",'mask':'original'", "8"),
				"own cam 8; >publish kind=cam ref=offer-cam_masked mask=masked"},
			{OWN("cam_masked", PICTURE("cam"), ",'mask':'masked'", "9"),
				"own cam_masked 9; >publish kind=cam ref=offer-cam_masked_small "
				"mask=masked simulcast_of=9"},
			{OWN("mic", SOUND, ",'mask':'original'", "10"),
				"own mic 10; >publish kind=mic ref=offer-mic_masked mask=masked"},
			{OWN("mic_masked", SOUND, ",'mask':'masked'", "11"), "own mic_masked 11"},
			{"<{'type':'rights','rights':['cam','mic']}",
				"rights; ending cam_masked; own cam_masked 0; "
				">unpublish track=9 behind cam; ending cam; own cam 0; "
				">unpublish track=8 behind cam; ending mic_masked; "
				"own mic_masked 0; >unpublish track=11 behind cam; ending mic; "
				"own mic 0; >unpublish track=10 behind cam; masked off; " OFFERS},
			/* The small masked one was on its way: it must not stand for a plain one.
			 */
			{OWN("cam_masked_small", PICTURE("cam"), ",'mask':'masked'", "12"),
				">unpublish track=12 behind cam"}}},
	{"of a room there is only the original",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME_WITH(
				 "'cam','room','masked'", "expert_1", "3", "R1", "0", "false", ""),
				"joined; masked on; >publish kind=cam ref=offer-cam mask=original"},
			{OWN("cam", PICTURE("cam"), ",'mask':'original'", "8"), "own cam 8"}}},
	{"a device that is gone takes its tracks along, and brings them back; a screen is shared "
	 "when asked",
		{SIT_DOWN, {OWN_MIC("7"), "own mic 7"},
			{"gone mic", "ending mic; own mic 0; >unpublish track=7 behind cam"},
			{"gone mic", ""}, {"there mic", ">publish kind=mic ref=offer-mic"},
			{OWN_MIC("9"), "own mic 9"}, {"there screen", ""},
			{"<{'type':'rights','rights':['cam','mic','screen']}",
				"rights; >publish kind=screen ref=offer-screen"},
			{"gone screen", ""},
			{OWN("screen", PICTURE("screen"), "", "10"),
				">unpublish track=10 behind cam"}}},
	{"tracks end with the connection and begin anew",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME_AS(
				 "expert_1", "3", "R1", "0", "false", TRACK("4", "expert_2", "")),
				JOINED "; track 4"},
			{"<{'type':'track','ref':'offer-mic','track':7,'seat':'expert_1','since_ms':1,"
			 "'kind':'mic','codec':'opus'}",
				"own mic 7"},
			{"closed", "own mic 0; gone 4; lost"}}},
	{"an expired token falls back to the ticket, then it is the end",
		{SIT_DOWN, {"closed", "lost"}, {"tick 250", "open wss://h:1 s1"},
			{"opened", ">hello resume_token=R1 resume_after=0"},
			{ERROR("resume_unknown", "'fatal':true"), "error; close; not_connected"},
			{"tick 500", "open wss://h:1 s1"}, {HELLO},
			{ERROR("ticket_used", "'fatal':true"), "error; close; ended ticket_used"}}},
	{"removed is removed",
		{SIT_DOWN, {"<{'type':'bye','code':'removed'}", "close; ended removed"},
			{"tick 60000", ""}}},
	{"a server that restarts is waited for",
		{SIT_DOWN, {"<{'type':'bye','code':'restart'}", "close; lost"},
			{"tick 250", "open wss://h:1 s1"}}},
	{"a welcome for somebody else is not accepted",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME_AS("expert_2", "3", "R1", "0", "false", ""),
				"close; ended welcome_mismatch"}}},
	{"a welcome for another epoch is not accepted",
		{{"join", "open wss://h:1 s1"}, {HELLO},
			{WELCOME_AS("expert_1", "4", "R1", "0", "false", ""),
				"close; ended welcome_mismatch"}}},
	{"silence is a lost line, a ping shows it",
		{SIT_DOWN, {"tick 2000", ">ping t=*"}, {"heard", ""}, {"tick 2000", ">ping t=*"},
			{"tick 2000", ">ping t=*"}, {"tick 2000", "close; lost"}}},
	{"nonsense is reported and does no harm",
		{SIT_DOWN, {"<{'type':'ack'}", "error"}, {"<[", "error"},
			{"<{'type':'of_tomorrow','x':1}", ""}, {EVENT("1"), "event 1"}}},
	{"nothing is believed before the welcome",
		{{"join", "open wss://h:1 s1"}, {HELLO}, {EVENT("1"), ""},
			{"<{'type':'track','track':8,'seat':'expert_2','since_ms':1,'kind':'mic',"
			 "'codec':'opus'}",
				""},
			{WELCOME("R1", "0"), JOINED}}},
};

static void plays_scenarios(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(SCENARIOS); i++) {
		struct bench b;

		print_message("%s\n", SCENARIOS[i].name);
		bench_init(&b);
		for (const struct step *s = SCENARIOS[i].steps; s->in; s++) {
			g_string_truncate(b.did, 0);
			bench_happen(&b, s->in);
			if (strcmp(b.did->str, s->out) != 0)
				print_error("after: %s\n", s->in);
			assert_string_equal(b.did->str, s->out);
		}
		bench_done(&b);
	}
}

static void read_base64(const json_t *object, const char *name, uint8_t *ret_data, size_t len)
{
	const json_t *text = json_object_get(object, name);

	assert_true(base64_decode_exact(
		json_string_value(text), json_string_length(text), ret_data, len));
}

/* What the server will check in a hello. */
static void hello_proves_device_and_expert(void **state)
{
	uint8_t seed_device[ED25519_KEY_LEN] = {1}, seed_expert[ED25519_KEY_LEN] = {2};
	uint8_t device[ED25519_KEY_LEN], expert[ED25519_KEY_LEN], key[ED25519_KEY_LEN],
		proof[ED25519_SIG_LEN];
	struct seat_cert cert;
	struct bench b;

	ed25519_public(seed_device, device);
	ed25519_public(seed_expert, expert);
	bench_init(&b);
	bench_happen(&b, "join");
	bench_happen(&b, "opened");
	read_base64(b.hello, "device_key", key, sizeof(key));
	read_base64(b.hello, "proof", proof, sizeof(proof));
	assert_memory_equal(key, device, sizeof(key));
	assert_int_equal(hello_proof_verify("s1", "T", device, proof), 0);
	assert_int_equal(
		seat_cert_verify(json_object_get(b.hello, "seat_cert"), expert, &cert, key), 0);
	assert_int_equal(seat_cert_check(&cert, "s1", "expert_1", 3, device, UTC_US), 0);
	bench_done(&b);
}

static void refuses_bad_acts_and_tickets(void **state)
{
	struct seat_ticket ticket = {.ticket = "T\nX", .seat = "expert_1"};
	json_auto_t *good = json_pack("{s:s}", "text", "好");
	json_auto_t *empty = json_pack("{s:s}", "text", "");
	char id[CONTROL_ID_MAX + 1];
	struct bench b;

	bench_init(&b);
	assert_int_equal(seat_join(b.seat, &ticket, 0), SEAT_E_TICKET);
	strcpy(ticket.ticket, "");
	assert_int_equal(seat_join(b.seat, &ticket, 0), SEAT_E_TICKET);
	strcpy(ticket.ticket, "T");
	strcpy(ticket.seat, "Expert 1");
	assert_int_equal(seat_join(b.seat, &ticket, 0), SEAT_E_TICKET);
	assert_int_equal(seat_act(b.seat, "a b", CONTROL_CHAT, good, 0, id), SEAT_E_MESSAGE);
	assert_int_equal(seat_act(b.seat, "a", CONTROL_CHAT, empty, 0, id), SEAT_E_MESSAGE);
	assert_int_equal(seat_act(b.seat, "a", CONTROL_CHAT, good, 0, id), 0);
	assert_int_equal(seat_act(b.seat, "a", CONTROL_CHAT, good, 0, id), SEAT_E_DUPLICATE);
	assert_int_equal(seat_act(b.seat, NULL, CONTROL_CHAT, good, 0, id), 0);
	assert_string_equal(id, "p-1");
	bench_happen(&b, "join");
	strcpy(ticket.seat, "expert_1");
	assert_int_equal(seat_join(b.seat, &ticket, 0), SEAT_E_STATE);
	bench_done(&b);
}

static void describes_itself(void **state)
{
	json_auto_t *said = NULL;
	struct bench b;

	bench_init(&b);
	bench_happen(&b, "join");
	bench_happen(&b, "opened");
	bench_happen(&b, WELCOME("R1", "0"));
	bench_happen(&b, "chat a 好");
	bench_pass_time(&b, 2000000);
	said = seat_describe(b.seat, b.now_us);
	assert_non_null(said);
	assert_string_equal(json_string_value(json_object_get(said, "state")), "seated");
	assert_int_equal(json_integer_value(json_object_get(said, "session_ms")), 7000);
	assert_int_equal(json_array_size(json_object_get(said, "unacknowledged")), 1);
	assert_int_equal(json_array_size(json_object_get(said, "roster")), 1);
	bench_done(&b);
}

static void says_that_the_microphone_is_dead(void **state)
{
	struct bench b;

	bench_init(&b);
	bench_happen(&b, "join");
	bench_happen(&b, "opened");
	bench_happen(&b, WELCOME("R1", "0"));
	g_string_truncate(b.did, 0);
	for (int i = 0; i < 100; i++)
		assert_false(seat_hear_own(b.seat, 0)); /* a quiet booth */
	for (int i = 0; i < 29; i++)
		assert_false(seat_hear_own(b.seat, -1));
	assert_true(seat_hear_own(b.seat, -1));
	assert_false(seat_hear_own(b.seat, -1));
	json_auto_t *tracks = json_array();
	seat_report(b.seat, tracks);
	assert_non_null(strstr(b.did->str, ">stats mic_dead=true"));
	assert_true(seat_hear_own(b.seat, 0.1));
	g_string_truncate(b.did, 0);
	seat_report(b.seat, tracks);
	assert_null(strstr(b.did->str, "mic_dead"));
	/* Muted by a person it is meant to be silent, and no levels come. */
	for (int i = 0; i < 30; i++)
		seat_hear_own(b.seat, -1);
	g_string_truncate(b.did, 0);
	bench_happen(&b, "mute a mic on");
	assert_non_null(strstr(b.did->str, "mic_dead"));
	g_string_truncate(b.did, 0);
	seat_report(b.seat, tracks);
	assert_null(strstr(b.did->str, "mic_dead"));
	for (int i = 0; i < 100; i++)
		assert_false(seat_hear_own(b.seat, -1));
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_scenarios),
		cmocka_unit_test(hello_proves_device_and_expert),
		cmocka_unit_test(refuses_bad_acts_and_tickets),
		cmocka_unit_test(describes_itself),
		cmocka_unit_test(says_that_the_microphone_is_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
