/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/control_table.h"

#include "proto/frame.h"
#include "proto/sealed_manifest.h"
#include "proto/stamp.h"

#include <string.h>

/* One row per field: name, type, required, limits, what it is for. room.schema.json is printed
 * from here (tests/unit/proto/control_test says when it is stale), so the words are for readers
 * who never see this file. */

#define INT53_MAX ((INT64_C(1) << 53) - 1)
#define NEED true
#define MAY false

/* clang-format off */
#define F_INT(n, need, lo, hi, about)   {n, CONTROL_INT, need, lo, hi, NULL, NULL, about}
#define F_BOOL(n, need, about)          {n, CONTROL_BOOL, need, 0, 0, NULL, NULL, about}
#define F_IDENT(n, need, about)         {n, CONTROL_IDENT, need, 0, 0, NULL, NULL, about}
#define F_ID(n, need, about)            {n, CONTROL_ID, need, 0, 0, NULL, NULL, about}
#define F_CODE(n, need, about)          {n, CONTROL_CODE, need, 0, 0, NULL, NULL, about}
#define F_TOKEN(n, need, about)         {n, CONTROL_TOKEN, need, 0, 0, NULL, NULL, about}
#define F_TEXT(n, need, lo, hi, about)  {n, CONTROL_TEXT, need, lo, hi, NULL, NULL, about}
#define F_BASE64(n, need, len, about)   {n, CONTROL_BASE64, need, 0, len, NULL, NULL, about}
#define F_ENUM(n, need, values, about)  {n, CONTROL_ENUM, need, 0, 0, values, NULL, about}
#define F_OBJECT(n, need, fields, about) {n, CONTROL_OBJECT, need, 0, 0, NULL, fields, about}
#define F_OPEN(n, need, about)          {n, CONTROL_OPEN_OBJECT, need, 0, 0, NULL, NULL, about}
#define F_IDENTS(n, need, hi, about)    {n, CONTROL_IDENTS, need, 0, hi, NULL, NULL, about}
#define F_OBJECTS(n, need, hi, fields, about) {n, CONTROL_OBJECTS, need, 0, hi, NULL, fields, about}
#define F_END                           {NULL}

#define F_TRACK_ID(need, about)         F_INT("track", need, 1, UINT16_MAX, about)
#define F_SESSION_MS(n, need, about)    F_INT(n, need, 0, UINT32_MAX, about)
/* A place in the documents of the bids that are judged. */
#define PLACE \
	F_IDENT("bid", MAY, "whose document; with on only"), \
	F_INT("file", MAY, 1, SEALED_FILES_MAX, "which of its documents, from 1; with on only"), \
	F_INT("page", MAY, 1, CONTROL_PAGE_MAX, "which page of it, from 1; with on only")
#define F_ACT_ID \
	F_ID("id", NEED, "the client's own name for this act; a repeated id is the same act")

static const char *const track_kinds[] = {"cam", "mic", "screen", NULL};
static const char *const codecs[] = {"opus", "vp8", "h264", NULL};
static const char *const masks[] = {"none", "masked", "original", NULL};
static const char *const moderations[] = {"mute", "stop_video", "remove", "release", "admit", NULL};
static const char *const presences[] = {"present", "lost", "absent", "removed", NULL};

/* What is known of a track by who offers it and by who is told of it. */
#define TRACK_FORM \
	F_ENUM("kind", NEED, track_kinds, "camera, microphone or shared screen"), \
	F_ENUM("codec", NEED, codecs, "opus for mic, else vp8 or h264"), \
	F_TEXT("label", MAY, 0, 64, "words for people, such as the device"), \
	F_INT("width", MAY, 16, 7680, "pixels; required for video"), \
	F_INT("height", MAY, 16, 4320, "pixels; required for video"), \
	F_INT("fps", MAY, 1, 120, "pictures per second; required for video"), \
	F_INT("layers", MAY, 1, 3, "temporal layers; 1 if absent"), \
	F_TRACK_IDOF, \
	F_ENUM("mask", MAY, masks, "masked: changed for other experts; original: its unchanged " \
		"counterpart, for recorder and supervisor only; none if absent"), \
	F_TO("the only seat that a voice is for, beside supervisors; absent: all")
#define F_TO(about) F_IDENT("to", MAY, about)
#define F_TRACK_IDOF \
	F_INT("simulcast_of", MAY, 1, UINT16_MAX, "the track of which this is another size")

static const struct control_field statement_fields[] = {
	F_BASE64("device_key", NEED, ED25519_KEY_LEN, "Ed25519 public key of the device"),
	F_INT("epoch", NEED, 0, UINT32_MAX, "from the ticket"),
	F_INT("not_after_us", NEED, 0, INT53_MAX, "valid up to here, UTC microseconds since 1970"),
	F_INT("not_before_us", NEED, 0, INT53_MAX, "valid from here"),
	F_IDENT("seat", NEED, "the seat"),
	F_IDENT("session", NEED, "the session"),
	F_END,
};
static const struct control_field seat_cert_fields[] = {
	F_OBJECT("statement", NEED, statement_fields, "what is certified"),
	F_BASE64("key", NEED, ED25519_KEY_LEN, "the expert's Ed25519 public key"),
	F_BASE64("sig", NEED, ED25519_SIG_LEN, "its signature"),
	F_END,
};
static const struct control_field client_fields[] = {
	F_TEXT("name", NEED, 1, 64, "name of the program"),
	F_TEXT("version", NEED, 1, 32, "its version"),
	F_END,
};
static const struct control_field hello_fields[] = {
	F_INT("v", NEED, CONTROL_VERSION, CONTROL_VERSION, "version of this protocol"),
	F_IDENT("session", NEED, "as in the address"),
	F_TOKEN("ticket", MAY, "from the gate; this or resume_token"),
	F_TOKEN("resume_token", MAY, "from the last welcome; this or ticket"),
	F_BASE64("device_key", NEED, ED25519_KEY_LEN, "Ed25519 public key of the device"),
	F_BASE64("proof", NEED, ED25519_SIG_LEN, "signature showing that the device has the key"),
	F_OBJECT("seat_cert", MAY, seat_cert_fields, "required to publish"),
	F_INT("resume_after", MAY, 0, INT53_MAX,
		"number of the last room event seen: later ones follow the welcome; 0 for all, "
		"absent for none"),
	F_OBJECT("client", NEED, client_fields, "which program this is"),
	F_END,
};
static const struct control_field publish_fields[] = {
	F_ID("ref", NEED, "the client's own name for the track, repeated in the answer"),
	TRACK_FORM,
	F_END,
};
static const struct control_field unpublish_fields[] = {
	F_TRACK_ID(NEED, "one of the seat's own"),
	F_END,
};
static const struct control_field subscribe_fields[] = {
	F_TRACK_ID(NEED, "somebody else's"),
	F_BOOL("on", NEED, "whether its objects are wanted"),
	F_INT("layer", MAY, 0, FRAME_LAYER_MAX, "highest temporal layer wanted; all if absent"),
	F_INT("priority", MAY, 0, 255, "larger is served first under pressure; 128 if absent"),
	F_END,
};
static const struct control_field keyframe_fields[] = {
	F_TRACK_ID(NEED, "a track subscribed to"),
	F_END,
};
static const struct control_field chat_fields[] = {
	F_ACT_ID,
	F_TEXT("text", NEED, 1, CONTROL_CHAT_MAX, "to everyone in the room"),
	F_END,
};
static const struct control_field mute_self_fields[] = {
	F_ACT_ID,
	F_ENUM("kind", NEED, track_kinds, "what is muted"),
	F_BOOL("on", NEED, "true: muted"),
	F_END,
};
static const struct control_field raise_hand_fields[] = {
	F_ACT_ID,
	F_BOOL("on", NEED, "true: raised"),
	F_TEXT("reason", MAY, 1, CONTROL_NOTE_MAX, "what the host is called for; everybody sees it"),
	F_END,
};
static const struct control_field moderate_fields[] = {
	F_ACT_ID,
	F_ENUM("act", NEED, moderations, "release: the device that holds the seat loses it, so that "
		"another may take it; admit: the same, for the device that knocked last alone"),
	F_IDENT("seat", NEED, "whom it concerns"),
	F_BOOL("on", NEED, "true: the act holds; false: it is taken back (not for release, admit)"),
	F_END,
};
static const struct control_field announce_fields[] = {
	F_ACT_ID,
	F_TEXT("text", NEED, 1, CONTROL_CHAT_MAX, "read out to everyone, shown so that nobody misses it"),
	F_END,
};
static const struct control_field call_fields[] = {
	F_ACT_ID,
	F_IDENT("seat", NEED, "who is called; everybody sees that, and no private line opens"),
	F_TEXT("text", MAY, 1, CONTROL_NOTE_MAX, "what for"),
	F_END,
};
static const struct control_field lock_fields[] = {
	F_ACT_ID,
	F_BOOL("on", NEED, "true: nobody new joins; whoever sits here may come back"),
	F_END,
};
static const struct control_field hand_over_fields[] = {
	F_ACT_ID,
	F_IDENT("seat", NEED, "a seat of another host: from now on this one leads"),
	F_END,
};
static const struct control_field move_fields[] = {
	F_ACT_ID,
	F_IDENT("seat", NEED, "an expert's"),
	F_IDENT("venue", NEED, "where the seat will stand: one of the session's venues"),
	F_TEXT("booth", MAY, 1, 64, "which booth there"),
	F_END,
};
static const struct control_field present_fields[] = {
	F_ACT_ID,
	F_BOOL("on", NEED, "true: shows the others this page; false: no more"),
	PLACE,
	F_END,
};
static const struct control_field stats_track_fields[] = {
	F_TRACK_ID(NEED, "a track subscribed to"),
	F_INT("received", NEED, 0, INT53_MAX, "objects since subscribed"),
	F_INT("missing", NEED, 0, INT53_MAX, "sequence numbers that never came"),
	F_INT("lag_ms", NEED, 0, UINT32_MAX, "session time now less that of the newest object"),
	F_INT("fps", MAY, 0, 240, "pictures shown in the last second"),
	F_END,
};
static const struct control_field stats_fields[] = {
	F_INT("rtt_ms", MAY, 0, UINT32_MAX, "of the last ping"),
	F_INT("cpu_pct", MAY, 0, 100, "of the machine"),
	F_BOOL("mic_dead", MAY, "the open microphone gives nothing at all, not even noise: it is muted in "
		"hardware"),
	F_OBJECTS("tracks", NEED, 256, stats_track_fields, "what is received"),
	F_END,
};
static const struct control_field ping_fields[] = {
	F_INT("t", NEED, 0, INT53_MAX, "any number, repeated in the pong"),
	F_END,
};
static const struct control_field no_fields[] = {F_END};

static const struct control_field track_fields[] = {
	F_TRACK_ID(NEED, "number in every media object; not given twice in a session"),
	F_IDENT("seat", NEED, "whose it is"),
	F_ID("ref", MAY, "to the publisher only: its own name"),
	F_SESSION_MS("since_ms", NEED, "session time of its beginning"),
	F_INT("epoch", MAY, 0, UINT32_MAX, "of the seat, as in the track's stamps"),
	F_BASE64("device_key", MAY, ED25519_KEY_LEN, "verifies the track's stamps; absent: they "
		"cannot be verified by this receiver"),
	TRACK_FORM,
	F_END,
};
static const struct control_field seat_fields[] = {
	F_IDENT("seat", NEED, "the seat"),
	F_TEXT("name", NEED, 1, 64, "name to be shown to this receiver, perhaps an alias"),
	F_IDENT("role", NEED, "expert, host, supervisor, …"),
	F_ENUM("presence", NEED, presences, "lost: the line dropped and may come back"),
	F_TEXT("venue", MAY, 0, 64, "where the seat stands, if this receiver may know"),
	F_BOOL("leader", MAY, "leader of the committee"),
	F_BOOL("mic_muted", NEED, "by itself or the host"),
	F_BOOL("cam_muted", NEED, "by itself or the host"),
	F_BOOL("mic_dead", MAY, "open here, but muted in hardware, as the seat says in stats"),
	F_BOOL("hand", NEED, "raised"),
	F_TEXT("reason", MAY, 1, CONTROL_NOTE_MAX, "of the raised hand"),
	F_TEXT("person", MAY, 1, 100, "who sits there by name; only with the right names"),
	F_BOOL("moderator", MAY, "leads the room now"),
	F_BOOL("knocking", MAY, "another device asks for the seat; only to moderators, who may admit it"),
	F_END,
};
static const struct control_field presenting_fields[] = {
	F_IDENT("seat", NEED, "who presents"),
	F_IDENT("bid", NEED, "as in the message present"),
	F_INT("file", NEED, 1, SEALED_FILES_MAX, "as there"),
	F_INT("page", NEED, 1, CONTROL_PAGE_MAX, "as there"),
	F_END,
};
static const struct control_field server_limit_fields[] = {
	F_INT("text_bytes", NEED, 1, INT53_MAX, "of one text message to the server"),
	F_INT("chat_chars", NEED, 1, INT53_MAX, "of one chat message"),
	F_INT("payload_bytes", NEED, 1, INT53_MAX, "of one media object"),
	F_INT("objects_per_s", NEED, 1, INT53_MAX, "media objects of one seat in a second"),
	F_INT("tracks", NEED, 1, UINT16_MAX, "of one seat at a time"),
	F_INT("group_ms", NEED, 1, INT53_MAX, "longest group of objects under one stamp"),
	F_END,
};
static const struct control_field server_fields[] = {
	F_TEXT("version", NEED, 1, 32, "of the server program"),
	F_OBJECT("limits", NEED, server_limit_fields, "what it takes"),
	F_END,
};
static const struct control_field venue_fields[] = {
	F_IDENT("venue", NEED, "as in the message move"),
	F_TEXT("name", NEED, 1, 200, "what people call it"),
	F_END,
};
static const struct control_field welcome_fields[] = {
	F_INT("v", NEED, CONTROL_VERSION, CONTROL_VERSION, "version of this protocol"),
	F_IDENT("session", NEED, "the session"),
	F_IDENT("seat", NEED, "the receiver's own"),
	F_TEXT("seat_name", NEED, 1, 64, "its name"),
	F_INT("epoch", NEED, 0, UINT32_MAX, "how often the seat changed its device"),
	F_IDENTS("rights", NEED, 32, "what the seat may do now"),
	F_TOKEN("resume_token", NEED, "to come back after a lost line; replaces any earlier one"),
	F_SESSION_MS("session_ms", NEED, "session time now"),
	F_INT("at_us", NEED, 0, INT53_MAX, "the server's clock, UTC microseconds since 1970"),
	F_INT("event_no", NEED, 0, INT53_MAX, "number of the last room event"),
	F_OBJECTS("tracks", NEED, 512, track_fields, "tracks of the others that may be seen"),
	F_OBJECTS("roster", NEED, 256, seat_fields, "seats that may be seen, the own one included"),
	F_BOOL("locked", MAY, "true: nobody new joins"),
	F_OBJECT("presenting", MAY, presenting_fields, "the page that is presented now; only with the "
		"right present or names"),
	F_OBJECTS("venues", MAY, 64, venue_fields, "where the session's experts sit; only with the "
		"right names"),
	F_OBJECT("server", NEED, server_fields, "program and limits"),
	F_END,
};
static const struct control_field error_fields[] = {
	F_CODE("code", NEED, "stable; the words for people are looked up by it"),
	F_TEXT("title", NEED, 1, 200, "English sentence"),
	F_TEXT("field", MAY, 0, 64, "path of the field at fault"),
	F_ID("ref", MAY, "id or ref of the message at fault"),
	F_CODE("rule", MAY, "rule of the rulebook that refused"),
	F_TEXT("at", MAY, 1, 200, "address of the server that owns the session"),
	F_INT("retry_after_ms", MAY, 0, UINT32_MAX, "when trying again makes sense"),
	F_BOOL("fatal", NEED, "true: the server closes the connection"),
	F_END,
};
static const struct control_field ack_fields[] = {
	F_ID("id", NEED, "of the act"),
	F_INT("event_no", NEED, 0, INT53_MAX, "room event that it became; it is committed"),
	F_OPEN("receipt", MAY, "signed promise of the ledger"),
	F_END,
};
static const struct control_field pending_fields[] = {
	F_ID("id", NEED, "of an act that is not yet accepted; the server keeps trying"),
	F_END,
};
static const struct control_field event_fields[] = {
	F_INT("no", NEED, 1, INT53_MAX, "gapless within the session"),
	F_CODE("kind", NEED, "kinds that are not known are skipped"),
	F_INT("at_us", NEED, 0, INT53_MAX, "UTC microseconds since 1970"),
	F_SESSION_MS("session_ms", NEED, "on the axis of the recording"),
	F_IDENT("actor_seat", MAY, "who did it; absent: the system"),
	F_OPEN("body", NEED, "by kind"),
	F_END,
};
static const struct control_field roster_fields[] = {
	F_OBJECTS("seats", NEED, 256, seat_fields, "seats that may be seen; replaces the last list"),
	F_BOOL("locked", MAY, "true: nobody new joins; false if absent"),
	F_END,
};
static const struct control_field track_gone_fields[] = {
	F_TRACK_ID(NEED, "no object of it follows"),
	F_END,
};
static const struct control_field rights_fields[] = {
	F_IDENTS("rights", NEED, 32, "what the seat may do from now on"),
	F_END,
};
static const struct control_field keyframe_request_fields[] = {
	F_TRACK_ID(NEED, "of which the next picture shall be a keyframe"),
	F_END,
};
static const struct control_field lag_fields[] = {
	F_TRACK_ID(MAY, "absent: the whole connection"),
	F_INT("level", NEED, 0, 4, "0 all is sent, 1 and 2 fewer temporal layers, 3 no video until "
		"the next keyframe, 4 audio dropped"),
	F_INT("dropped", NEED, 0, INT53_MAX, "objects not sent since the last lag message"),
	F_END,
};
static const struct control_field bitrate_fields[] = {
	F_TRACK_ID(NEED, "one of the receiver's own"),
	F_INT("bps", NEED, 1000, 100000000, "bits per second to aim at"),
	F_END,
};
static const struct control_field pong_fields[] = {
	F_INT("t", NEED, 0, INT53_MAX, "of the ping"),
	F_SESSION_MS("session_ms", NEED, "session time now"),
	F_END,
};
static const struct control_field bye_fields[] = {
	F_CODE("code", NEED, "why the server ends the connection"),
	F_TEXT("title", MAY, 0, 200, "English sentence"),
	F_END,
};

static int check_hello(const json_t *root, const char **ret_field)
{
	bool ticket = json_object_get(root, "ticket"), token = json_object_get(root, "resume_token");

	if (ticket != token)
		return 0;
	*ret_field = ticket ? "resume_token" : "ticket";
	return ticket ? CONTROL_E_VALUE : CONTROL_E_MISSING_FIELD;
}

static int check_present(const json_t *root, const char **ret_field)
{
	static const char *const place[] = {"bid", "file", "page"};
	bool on = json_is_true(json_object_get(root, "on"));

	for (size_t i = 0; i < sizeof(place) / sizeof(place[0]); i++)
		if ((json_object_get(root, place[i]) != NULL) != on) {
			*ret_field = place[i];
			return on ? CONTROL_E_MISSING_FIELD : CONTROL_E_VALUE;
		}
	return 0;
}

static int check_track(const json_t *root, const char **ret_field)
{
	static const char *const of_video[] = {"width", "height", "fps"};
	static const char *const not_of_audio[] = {
		"width", "height", "fps", "layers", "simulcast_of"};
	const char *kind = json_string_value(json_object_get(root, "kind"));
	const char *codec = json_string_value(json_object_get(root, "codec"));
	bool audio = strcmp(kind, "mic") == 0;

	if (audio != (strcmp(codec, "opus") == 0)) {
		*ret_field = "codec";
		return CONTROL_E_VALUE;
	}
	for (size_t i = 0; !audio && i < sizeof(of_video) / sizeof(of_video[0]); i++)
		if (!json_object_get(root, of_video[i])) {
			*ret_field = of_video[i];
			return CONTROL_E_MISSING_FIELD;
		}
	for (size_t i = 0; audio && i < sizeof(not_of_audio) / sizeof(not_of_audio[0]); i++)
		if (json_object_get(root, not_of_audio[i])) {
			*ret_field = not_of_audio[i];
			return CONTROL_E_VALUE;
		}
	if (json_object_get(root, "to") && (!audio || json_object_get(root, "mask"))) {
		*ret_field = "to";
		return CONTROL_E_VALUE;
	}
	return 0;
}

#define UP CONTROL_TO_SERVER
#define DOWN CONTROL_TO_CLIENT
const struct control_row control_rows[CONTROL_N_KINDS] = {
	[CONTROL_HELLO] = {"hello", UP, hello_fields, check_hello, "first message of a connection"},
	[CONTROL_PUBLISH] = {"publish", UP, publish_fields, check_track,
		"offers a track; answered by track with the same ref, or error"},
	[CONTROL_UNPUBLISH] = {"unpublish", UP, unpublish_fields, NULL, "ends an own track"},
	[CONTROL_SUBSCRIBE] = {"subscribe", UP, subscribe_fields, NULL,
		"says whether and how a track is wanted; at first all that the seat may receive are"},
	[CONTROL_KEYFRAME] = {"keyframe", UP, keyframe_fields, NULL,
		"asks for a keyframe of a track that cannot be decoded"},
	[CONTROL_CHAT] = {"chat", UP, chat_fields, NULL, "says something in writing"},
	[CONTROL_MUTE_SELF] = {"mute_self", UP, mute_self_fields, NULL, "mutes or opens an own source"},
	[CONTROL_RAISE_HAND] = {"raise_hand", UP, raise_hand_fields, NULL, "asks for the floor"},
	[CONTROL_MODERATE] = {"moderate", UP, moderate_fields, NULL, "the host's acts on others"},
	[CONTROL_ANNOUNCE] = {"announce", UP, announce_fields, NULL, "tells everyone something prominently"},
	[CONTROL_CALL] = {"call", UP, call_fields, NULL, "calls one seat"},
	[CONTROL_LOCK] = {"lock", UP, lock_fields, NULL, "locks or opens the room"},
	[CONTROL_HAND_OVER] = {"hand_over", UP, hand_over_fields, NULL, "gives the hosting to another"},
	[CONTROL_MOVE] = {"move", UP, move_fields, NULL, "moves an expert to another booth"},
	[CONTROL_PRESENT] = {"present", UP, present_fields, check_present,
		"shows the others which page of which document this seat looks at"},
	[CONTROL_STATS] = {"stats", UP, stats_fields, NULL, "how well it arrives, and whether the microphone is dead; every 5 s or less "
		"often, and when the latter changes"},
	[CONTROL_PING] = {"ping", UP, ping_fields, NULL, "asks for a pong"},
	[CONTROL_LEAVE] = {"leave", UP, no_fields, NULL, "leaves on purpose; answered by bye"},

	[CONTROL_WELCOME] = {"welcome", DOWN, welcome_fields, NULL, "answer to hello"},
	[CONTROL_ERROR] = {"error", DOWN, error_fields, NULL, "a message was refused"},
	[CONTROL_ACK] = {"ack", DOWN, ack_fields, NULL, "an act is committed"},
	[CONTROL_PENDING] = {"pending", DOWN, pending_fields, NULL, "an act waits for the database"},
	[CONTROL_EVENT] = {"event", DOWN, event_fields, NULL, "a room event"},
	[CONTROL_ROSTER] = {"roster", DOWN, roster_fields, NULL, "who is there, after a change"},
	[CONTROL_TRACK] = {"track", DOWN, track_fields, check_track, "a track began"},
	[CONTROL_TRACK_GONE] = {"track_gone", DOWN, track_gone_fields, NULL, "a track ended"},
	[CONTROL_RIGHTS] = {"rights", DOWN, rights_fields, NULL, "the seat's rights changed"},
	[CONTROL_KEYFRAME_REQUEST] = {"keyframe_request", DOWN, keyframe_request_fields, NULL,
		"a receiver needs a keyframe"},
	[CONTROL_LAG] = {"lag", DOWN, lag_fields, NULL, "the line is too slow for what is wanted"},
	[CONTROL_BITRATE] = {"bitrate", DOWN, bitrate_fields, NULL, "send more or less"},
	[CONTROL_PONG] = {"pong", DOWN, pong_fields, NULL, "answer to ping"},
	[CONTROL_BYE] = {"bye", DOWN, bye_fields, NULL, "last message; the server then closes"},
};

static const struct control_field ev_joined_fields[] = {
	F_IDENT("seat", NEED, "who"),
	F_TEXT("name", NEED, 1, 64, "name or alias"),
	F_IDENT("role", NEED, "expert, host, …"),
	F_INT("epoch", NEED, 0, UINT32_MAX, "of the seat"),
	F_BOOL("resumed", NEED, "came back with its resume token"),
	F_BASE64("device_key", MAY, ED25519_KEY_LEN, "of the device that sits there"),
	F_OBJECT("seat_cert", MAY, seat_cert_fields, "as in hello: whose device it is"),
	F_END,
};
static const struct control_field ev_gone_fields[] = {
	F_IDENT("seat", NEED, "who"),
	F_CODE("reason", NEED, "leave, line_lost, removed, released, …"),
	F_END,
};
static const struct control_field ev_chat_fields[] = {
	F_TEXT("text", NEED, 1, CONTROL_CHAT_MAX, "what was said"),
	F_END,
};
static const struct control_field ev_mute_fields[] = {
	F_IDENT("seat", NEED, "whose source"),
	F_ENUM("kind", NEED, track_kinds, "which source"),
	F_BOOL("on", NEED, "true: muted"),
	F_END,
};
static const struct control_field ev_hand_fields[] = {
	F_BOOL("on", NEED, "true: raised"),
	F_TEXT("reason", MAY, 1, CONTROL_NOTE_MAX, "what the host is called for"),
	F_END,
};
static const struct control_field ev_track_fields[] = {
	F_TRACK_ID(NEED, "its number"),
	F_IDENT("seat", NEED, "whose"),
	F_ENUM("kind", NEED, track_kinds, "camera, microphone or screen"),
	F_ENUM("codec", NEED, codecs, "codec"),
	F_ENUM("mask", MAY, masks, "as in publish; none if absent"),
	F_INT("width", MAY, 1, 7680, "pixels, of a picture"),
	F_INT("height", MAY, 1, 4320, "pixels, of a picture"),
	F_TO("as in publish"),
	F_END,
};
static const struct control_field ev_track_gone_fields[] = {
	F_TRACK_ID(NEED, "its number"),
	F_IDENT("seat", NEED, "whose"),
	F_TO("as in its room.publish"),
	F_END,
};
static const struct control_field ev_step_fields[] = {
	F_CODE("from", NEED, "step of the evaluation that is over"),
	F_CODE("to", NEED, "the one that begins, without a time when it shall be over"),
	F_END,
};
static const struct control_field ev_timer_fields[] = {
	F_CODE("step", NEED, "step of the evaluation"),
	F_INT("deadline_us", MAY, 0, INT53_MAX, "when it shall be over, UTC; absent: the host took "
		"that back. Nothing happens by itself"),
	F_END,
};
static const struct control_field ev_announce_fields[] = {
	F_TEXT("text", NEED, 1, CONTROL_CHAT_MAX, "read out to everyone"),
	F_END,
};
static const struct control_field ev_call_fields[] = {
	F_IDENT("seat", NEED, "who is called"),
	F_TEXT("text", MAY, 1, CONTROL_NOTE_MAX, "what for"),
	F_END,
};
static const struct control_field ev_lock_fields[] = {
	F_BOOL("on", NEED, "true: locked"),
	F_END,
};
static const struct control_field ev_host_fields[] = {
	F_IDENT("seat", NEED, "who leads from now on"),
	F_END,
};
static const struct control_field ev_knock_fields[] = {
	F_IDENT("seat", NEED, "which seat another device asks for"),
	F_BASE64("device_key", NEED, ED25519_KEY_LEN, "of that device"),
	F_END,
};
static const struct control_field ev_release_fields[] = {
	F_IDENT("seat", NEED, "whose device lost it"),
	F_INT("epoch", NEED, 0, UINT32_MAX, "of that device"),
	F_BASE64("device_key", MAY, ED25519_KEY_LEN, "of the only device that may take it; absent: any"),
	F_INT("member_no", MAY, 1, 1000000, "who left the panel, where that is why"),
	F_END,
};
static const struct control_field ev_remove_fields[] = {
	F_IDENT("seat", NEED, "who"),
	F_BOOL("on", NEED, "true: removed; false: may come again"),
	F_END,
};
static const struct control_field ev_move_fields[] = {
	F_IDENT("seat", NEED, "whose"),
	F_INT("epoch", NEED, 0, UINT32_MAX, "of the device that lost it"),
	F_IDENT("venue", MAY, "where the seat stands now; only with the right names"),
	F_TEXT("booth", MAY, 1, 64, "which booth there; only with the right names"),
	F_END,
};
static const struct control_field ev_present_fields[] = {
	F_BOOL("on", NEED, "true: actor_seat shows this page; false: it shows none any more"),
	PLACE,
	F_END,
};
static const struct control_field ev_masked_fields[] = {
	F_BOOL("on", NEED, "true: experts are seen and heard masked"),
	F_END,
};
static const struct control_field ev_lag_fields[] = {
	F_IDENT("seat", NEED, "whose line"),
	F_INT("level", NEED, 0, 4, "as in the lag message"),
	F_INT("dropped", NEED, 0, INT53_MAX, "objects not sent to it"),
	F_END,
};
static const struct control_field ev_mic_fields[] = {
	F_IDENT("seat", NEED, "whose microphone"),
	F_END,
};
static const struct control_field ev_gap_fields[] = {
	F_TRACK_ID(MAY, "absent: the whole session"),
	F_SESSION_MS("from_ms", NEED, "last moment recorded"),
	F_SESSION_MS("to_ms", MAY, "first moment recorded again"),
	F_CODE("reason", NEED, "server_restart, disk_full, …"),
	F_TO("as in the room.publish of the track"),
	F_END,
};

/* Sorted by kind. */
const struct control_event_row control_event_rows[] = {
	{"room.announce", ev_announce_fields, "an announcement (宣读)"},
	{"room.call", ev_call_fields, "a seat is called by actor_seat"},
	{"room.chat", ev_chat_fields, "a written message of actor_seat"},
	{"room.gap", ev_gap_fields, "a part of the recording is missing"},
	{"room.hand", ev_hand_fields, "actor_seat asks for the floor"},
	{"room.host", ev_host_fields, "the hosting was handed over"},
	{"room.joined", ev_joined_fields, "a seat is taken, or taken again"},
	{"room.knock", ev_knock_fields, "another device asks for a seat; told to moderators"},
	{"room.lag", ev_lag_fields, "a receiver did not get everything"},
	{"room.left", ev_gone_fields, "a seat is empty for good or until a new ticket"},
	{"room.lock", ev_lock_fields, "the room was locked or opened"},
	{"room.lost", ev_gone_fields, "a line dropped; the seat may resume"},
	{"room.mic_dead", ev_mic_fields, "the open microphone of a seat gives nothing: muted in hardware"},
	{"room.mic_live", ev_mic_fields, "it does again, or was muted"},
	{"room.move", ev_move_fields, "an expert goes on in another booth; the old device lost the seat"},
	{"room.mute", ev_mute_fields, "by the seat itself or, if actor_seat differs, by the host"},
	{"room.present", ev_present_fields, "actor_seat presents a page; with the right present or names"},
	{"room.publish", ev_track_fields, "a track began"},
	{"room.release", ev_release_fields, "a device lost its seat by the host's word"},
	{"room.remove", ev_remove_fields, "a seat was removed from the room, or may come again"},
	{"room.unpublish", ev_track_gone_fields, "a track ended"},
	{"session.masked", ev_masked_fields, "masking was ordered, or taken back"},
	{"session.step", ev_step_fields, "a step of the evaluation begins"},
	{"session.timer", ev_timer_fields, "the host says how long the step may still take"},
};
const size_t control_n_event_rows = sizeof(control_event_rows) / sizeof(control_event_rows[0]);
/* clang-format on */
