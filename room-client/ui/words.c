/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "room-client/ui/words.h"

#include <glib.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

struct word {
	const char *code, *text;
};

/* Those of server/core/refusals.def that can meet a seat, codes of a bye, and our own. Sorted. */
static const struct word CODES[] = {
	{"act.in_progress", N_("The same request is being performed")},
	{"admitted", N_("The host let another device into your seat")},
	{"auth.bad_credentials", N_("Login or password is wrong")},
	{"auth.denied", N_("This account may not do that")},
	{"auth.locked", N_("The account is locked")},
	{"auth.required", N_("The sign-in has ended; sign in again")},
	{"auth.throttled", N_("Too many tries; wait a while")},
	{"auth.totp_required", N_("The one-time code is needed")},
	{"auth.totp_used", N_("The one-time code was used already; wait for the next one")},
	{"auth.totp_wrong", N_("The one-time code is wrong")},
	{"bad_answer", N_("The server's answer could not be read")},
	{"closed", N_("The connection was closed")},
	{"control_field_too_long", N_("The text is too long")},
	{"crypto", N_("The device's key could not be used")},
	{"digest", N_("What came is not what was sealed; it is not shown")},
	{"event_gap", N_("A message was missing; connecting again")},
	{"gate.pass_bad", N_("The pass is not valid here; get another at the gate")},
	{"gate.pass_expired", N_("The pass has expired; get another at the gate")},
	{"http.overloaded", N_("The server is too busy, try again soon")},
	{"input.invalid", N_("A value is not acceptable")},
	{"input.not_found", N_("There is no such thing, or you may not see it")},
	{"key_unknown", N_("The server does not know this key as yours; register it first")},
	{"left", N_("You left the room")},
	{"left_panel", N_("You do not sit on the committee any more")},
	{"moved", N_("Another server holds the room now")},
	{"no_answer", N_("The server does not answer")},
	{"no_session", N_("There is no session for this account")},
	{"no_sign_in", N_("Documents need a sign-in by pass or account, not a ticket")},
	{"not_a_ticket", N_("This is not a ticket, nor a file with one")},
	{"not_joined", N_("The seat is taken already, or the ticket is for another")},
	{"not_kept", N_("It cannot be kept on this device")},
	{"not_started", N_("The client could not start; check keys and certificate files")},
	{"other_booth", N_("Your seat was moved to another booth")},
	{"record.no_space", N_("The disks of the recordings are full: the session cannot begin")},
	{"released", N_("The host released your seat from this device")},
	{"removed", N_("The host removed you from the room")},
	{"replaced", N_("Another connection of this device took the seat")},
	{"room.closed", N_("The session is closed")},
	{"room.elsewhere", N_("Another server holds this room")},
	{"room.full", N_("The room has no more seats")},
	{"room.locked", N_("The host has locked the room")},
	{"room.mask", N_("In this session only masked pictures and voices may be sent")},
	{"room.muted", N_("The host has muted it; only the host can open it again")},
	{"room.no_host", N_("The hosting can only be given to a host of this session")},
	{"room.no_knock", N_("No other device asks for this seat")},
	{"room.no_right", N_("The seat may not do that now")},
	{"room.nobody_there", N_("Nobody sits there now who could hear it")},
	{"room.not_host", N_("Another host leads this session")},
	{"room.protected", N_("A supervisor is not the host's to moderate")},
	{"room.rate", N_("Too much in too short a time")},
	{"room.removed", N_("The seat was removed from the room")},
	{"room.seat_taken", N_("Another device holds the seat; the host can let this one in")},
	{"room.unknown_seat", N_("There is no such seat")},
	{"room.version",
		N_("This program does not fit the server; install the version that belongs to it")},
	{"seat.cert", N_("The expert's key does not fit this seat, or a clock is wrong")},
	{"seat.proof", N_("The ticket was made for another device")},
	{"seat.resume_bad", N_("The seat cannot be resumed; sign in again")},
	{"seat.ticket_bad", N_("The ticket is not valid here")},
	{"seat.ticket_expired", N_("The ticket has expired")},
	{"server.fault", N_("The server could not do this")},
	{"server.stopping", N_("The server is restarting")},
	{"server.unavailable", N_("The server cannot do this at the moment")},
	{"session.step", N_("Not in this step of the evaluation")},
	{"session_closed", N_("The session is over")},
	{"silence", N_("Nothing was heard from the server")},
	{"taken_over", N_("You took the seat on another device")},
	{"welcome_mismatch", N_("The server answered for another seat")},
	{"ws.denied", N_("This room is not open to you")},
};

static const struct word ROLES[] = {
	{"agency", N_("Agency")},
	{"bidder", N_("Bidder")},
	{"buyer", N_("Buyer")},
	{"expert", N_("Expert")},
	{"host", N_("Host")},
	{"supervisor", N_("Supervisor")},
	{"witness", N_("Witness")},
};

static const struct word STEPS[] = {
	{"checkin", N_("Check-in")},
	{"closed", N_("Closed")},
	{"created", N_("Planned")},
	{"dissolved", N_("Dissolved")},
	{"leader", N_("Leader election")},
	{"preliminary", N_("Preliminary review")},
	{"promise", N_("Promise and avoidance")},
	{"qualification", N_("Qualification")},
	{"scoring", N_("Scoring")},
	{"signing", N_("Signing the report")},
	{"summary", N_("Summary")},
};

static int by_code(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->code);
}

static const char *find(const char *code, const struct word *words, size_t n)
{
	const struct word *word = bsearch(code, words, n, sizeof(*words), by_code);

	return word ? _(word->text) : code;
}

const char *words_code(const char *code)
{
	return find(code, CODES, G_N_ELEMENTS(CODES));
}

const char *words_refusal(const char *code, const char *title)
{
	const char *text = words_code(code);

	return text == code && *title ? title : text;
}

const char *words_role(const char *role)
{
	return find(role, ROLES, G_N_ELEMENTS(ROLES));
}

const char *words_step(const char *step)
{
	return find(step, STEPS, G_N_ELEMENTS(STEPS));
}
