/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints draws as they are published, one a line, for tests/independent/draw.py to draw again. */
#include <stdio.h>
#include <string.h>

#include "server/eval/draw.h"

static json_t *publish(size_t n, const struct draw_rule *rule, uint8_t salt)
{
	const uint8_t key[DRAW_BYTES] = {salt};
	g_autofree struct draw_entry *entries = g_new0(struct draw_entry, n + 1);
	struct draw_snapshot *snapshot = NULL;
	struct draw_secrets secrets;
	json_t *record = NULL, *out;
	GString *text;

	for (size_t i = 0; i < n; i++) {
		g_autofree char *id = g_strdup_printf("expert-%zu", i);

		draw_pseudonym(key, id, entries[i].pseudonym);
		entries[i].flags = (uint8_t)((i % 7 == 0 ? DRAW_AVOID : 0) |
					     (i % 3 == 0 ? 0 : DRAW_SPECIALITY));
	}
	draw_key_commitment(key, secrets.key_commitment);
	for (int p = 0; p < N_DRAW_PARTIES; p++) {
		memset(secrets.nonces[p], 16 * p + salt, DRAW_BYTES);
		draw_nonce_commitment(secrets.nonces[p], secrets.commitments[p]);
	}
	g_assert(draw_snapshot_new(entries, n, &snapshot) == 0);
	g_assert(draw_run(snapshot, rule, &secrets, &record, NULL) == 0);
	text = draw_snapshot_text(snapshot);
	out = json_pack("{s:o, s:s}", "record", record, "snapshot", text->str);
	g_string_free(text, TRUE);
	draw_snapshot_free(snapshot);
	return out;
}

int main(void)
{
	static const struct {
		size_t n;
		struct draw_rule rule;
	} draws[] = {{12, {5, 2}}, {500, {7, 3}}, {500, {9, 40}}, {100000, {7, 3}}};

	for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
		json_t *out = publish(draws[i].n, &draws[i].rule, (uint8_t)(i + 1));

		json_dumpf(out, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(out);
	}
	return 0;
}
