/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/session_events.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "proto/canon.h"
#include "proto/hex.h"
#include "proto/ledger_tree.h"

#define LINE_MAX_LEN (256 * 1024)

struct reading {
	struct findings *findings;
	const char *path;
	struct ledger_checkpoint head;
	GHashTable *subjects; /* subject -> struct last */
	GArray *events;
	unsigned line;
};

/* The last event of a subject. */
struct last {
	int64_t no, index;
};

static void event_clear(void *data)
{
	json_decref(((struct session_event *)data)->object);
}

static bool read_proof(const json_t *list, struct ledger_proof *ret)
{
	size_t i;
	json_t *hash;

	ret->n = 0;
	if (!json_is_array(list) || json_array_size(list) > LEDGER_PROOF_MAX)
		return false;
	json_array_foreach ((json_t *)list, i, hash) {
		const char *text = json_string_value(hash);
		if (!text || !hex_decode_exact(text, strlen(text), ret->hashes[i], LEDGER_HASH_LEN))
			return false;
		ret->n++;
	}
	return true;
}

/* Of these the record holds only what concerns the session. */
static bool is_partial(const char *subject)
{
	return g_str_has_prefix(subject, "account:") || g_str_has_prefix(subject, "project:");
}

/* The ledger holds the events of a subject in the order of their numbers. */
static void check_number(
	struct reading *r, const char *place, const struct ledger_event *e, int64_t index)
{
	struct last *last = g_hash_table_lookup(r->subjects, e->subject);

	if (!last) {
		last = g_new(struct last, 1);
		*last = (struct last){0, -1};
		g_hash_table_insert(r->subjects, g_strdup(e->subject), last);
	}
	if (is_partial(e->subject) ? e->subject_no <= last->no : e->subject_no != last->no + 1)
		finding_fault(r->findings, place,
			"number %" PRId64 " of %s comes after number %" PRId64, e->subject_no,
			e->subject, last->no);
	else if (index <= last->index)
		finding_fault(r->findings, place,
			"the ledger was put in another order: it stands at leaf %" PRId64
			", number %" PRId64 " of %s at leaf %" PRId64,
			index, last->no, e->subject, last->index);
	*last = (struct last){e->subject_no, index};
}

static void check_line(struct reading *r, const json_t *json)
{
	g_autofree char *place = g_strdup_printf("%s line %u", r->path, r->line);
	const json_t *leaf = json_object_get(json, "leaf"), *index = json_object_get(json, "index");
	struct ledger_proof proof;
	struct session_event row = {.line = r->line};
	uint8_t hash[LEDGER_HASH_LEN];

	if (!json_is_string(leaf) || !json_is_integer(index) ||
		!read_proof(json_object_get(json, "proof"), &proof)) {
		finding_fault(r->findings, place, "is not an event with its proof");
		return;
	}
	const char *text = json_string_value(leaf);
	size_t len = json_string_length(leaf);
	if (ledger_leaf_decode(text, len, &row.object, &row.event) != 0 ||
		ledger_leaf_hash(text, len, hash) != 0) {
		finding_fault(r->findings, place, "the leaf is no canonical event");
		return;
	}
	g_free(place);
	place = g_strdup_printf("%s line %u (%s no %" PRId64 ", %s)", r->path, r->line,
		row.event.subject, row.event.subject_no, row.event.kind);
	if (json_integer_value(index) < 0 ||
		ledger_verify_inclusion((uint64_t)json_integer_value(index), r->head.size, hash,
			&proof, r->head.root) != 0)
		finding_fault(r->findings, place, "the event is not in the signed ledger");
	row.index = (uint64_t)json_integer_value(index);
	check_number(r, place, &row.event, json_integer_value(index));
	g_array_append_val(r->events, row);
}

static int read_head(const char *dir, const struct note_key *key, struct reading *r)
{
	g_autofree char *path = g_build_filename(dir, "checkpoint", NULL);
	g_autofree char *note = NULL;
	gsize len;

	if (!g_file_get_contents(path, &note, &len, NULL))
		return -ENOENT;
	int refusal = ledger_checkpoint_open(note, len, key, &r->head);
	if (refusal)
		finding_fault(r->findings, path, "%s", ledger_refusal_code(refusal));
	return refusal < 0 ? refusal : 0;
}

static void read_lines(struct reading *r, char *text, gsize len)
{
	for (char *at = text; at < text + len;) {
		char *end = memchr(at, '\n', (size_t)(text + len - at));
		size_t line_len = (size_t)((end ? end : text + len) - at);
		json_t *json = NULL;
		r->line++;
		if (canon_load(at, line_len, LINE_MAX_LEN, &json, NULL) == 0) {
			check_line(r, json);
		} else {
			g_autofree char *place = g_strdup_printf("%s line %u", r->path, r->line);
			finding_fault(r->findings, place, "is not JSON");
		}
		json_decref(json);
		at += line_len + 1;
	}
}

int session_events_read(const char *dir, const struct note_key *key, struct findings *findings,
	struct ledger_checkpoint *ret_head, GArray **ret)
{
	g_autofree char *path = g_build_filename(dir, "events.jsonl", NULL);
	g_autofree char *text = NULL;
	struct reading reading = {.findings = findings, .path = path};
	gsize len;
	int r = read_head(dir, key, &reading);

	if (r)
		return r;
	if (!g_file_get_contents(path, &text, &len, NULL))
		return -ENOENT;
	reading.subjects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	reading.events = g_array_new(FALSE, FALSE, sizeof(struct session_event));
	g_array_set_clear_func(reading.events, event_clear);
	read_lines(&reading, text, len);
	g_hash_table_unref(reading.subjects);
	*ret_head = reading.head;
	*ret = reading.events;
	return 0;
}
