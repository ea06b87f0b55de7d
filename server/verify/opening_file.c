/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/verify/opening_file.h"

#include <openssl/sha.h>
#include <stdint.h>
#include <string.h>

#include "proto/hex.h"
#include "proto/ledger_leaf.h"
#include "proto/pades.h"
#include "proto/pdf_increment.h"
#include "server/core/fields.h"
#include "server/verify/opening_lists.h"

#define NAME "record.pdf"
/* As server/act/opening_signing.c numbers the fields of the file. */
#define FIRST_FIELD 2
#define SEAL_FIELD 0

struct file_check {
	const GPtrArray *events;
	const uint8_t *data;
	size_t len, upto; /* upto: what the events before account for */
	bool has_centre;  /* the printed record is sealed, or an event names the certificate */
	uint8_t centre_sha256[32];
};

static const struct ledger_event *find(const struct file_check *c, const char *kind)
{
	for (guint i = 0; i < c->events->len; i++) {
		const struct ledger_event *e = g_ptr_array_index(c->events, i);
		if (strcmp(e->kind, kind) == 0)
			return e;
	}
	return NULL;
}

static bool hex32(const json_t *body, const char *name, uint8_t ret[static 32])
{
	const char *text = in_text(body, name);

	return text && hex_decode_exact(text, strlen(text), ret, 32);
}

/* The first `size` bytes of the file have the digest under this name. */
static bool begins_with(
	const struct file_check *c, const json_t *body, const char *name, int64_t size)
{
	uint8_t said[32], ours[32];

	if (size <= 0 || (uint64_t)size > c->len || !hex32(body, name, said))
		return false;
	SHA256(c->data, (size_t)size, ours);
	return memcmp(said, ours, sizeof(ours)) == 0;
}

/* The certificate of a signature, as the house told when it issued it. */
static const struct ledger_event *issued_of(const struct file_check *c, const json_t *body)
{
	const char *wanted = in_text(body, "certificate_sha256");

	for (guint i = 0; i < c->events->len; i++) {
		const struct ledger_event *e = g_ptr_array_index(c->events, i);
		if (strcmp(e->kind, "opening.certified") == 0 &&
			g_strcmp0(in_text(e->body, "certificate_sha256"), wanted) == 0 &&
			in_int(e->body, "bid_no", 0) == in_int(body, "bid_no", -1))
			return e;
	}
	return NULL;
}

/* What stands behind the file before is room for this signature and no more. */
static bool is_increment(const struct file_check *c, size_t size, const struct pdf_signer *signer)
{
	g_autoptr(GBytes) from = g_bytes_new_static(c->data, c->upto), made = NULL;
	struct pades_range hole;
	size_t len;

	if (pdf_increment(from, signer, &made) != 0)
		return false;
	const uint8_t *bytes = g_bytes_get_data(made, &len);
	return len == size && pades_find(bytes, len, &hole) == 0 &&
	       memcmp(c->data, bytes, hole.hole) == 0 &&
	       memcmp(c->data + hole.hole_end, bytes + hole.hole_end, size - hole.hole_end) == 0;
}

/* The key that signed is the one the certificate was issued for, which sealed the bid; records of
 * before do not tell the latter. */
static bool is_bidders(
	const struct file_check *c, const json_t *issued, const struct p256_public *key)
{
	char kid[P256_KID_SIZE];

	p256_kid(key, kid);
	if (g_strcmp0(in_text(issued, "key"), kid) != 0)
		return false;
	for (guint i = 0; i < c->events->len; i++) {
		const struct ledger_event *e = g_ptr_array_index(c->events, i);
		if (strcmp(e->kind, "bid.opened") == 0 && in_has(e->body, "key") &&
			in_int(e->body, "bid_no", 0) == in_int(issued, "bid_no", -1) &&
			g_strcmp0(in_text(e->body, "key"), kid) != 0)
			return false;
	}
	return true;
}

/* Why a bidder's signature does not hold; NULL: it does. */
static const char *fault_of(const struct file_check *c, const struct ledger_event *e)
{
	const struct ledger_event *issued = issued_of(c, e->body);
	int64_t size = in_int(e->body, "signed_size", 0);
	uint8_t issuer[32], certificate[32];
	struct pades_signer signer;

	if (!issued)
		return "no event issues the certificate it was made with";
	if (!begins_with(c, e->body, "signed_sha256", size) || (size_t)size <= c->upto)
		return NAME " is not the file it was put in";
	if (!hex32(e->body, "issuer_sha256", issuer) ||
		!hex32(e->body, "certificate_sha256", certificate) ||
		pades_check(c->data, (size_t)size, issuer, e->real_us, &signer) != 0)
		return "does not hold inside " NAME;
	if (memcmp(certificate, signer.certificate_sha256, sizeof(certificate)) != 0)
		return "is by another certificate inside " NAME;
	if (g_strcmp0(in_text(e->body, "key"), in_text(issued->body, "key")) != 0 ||
		!is_bidders(c, issued->body, &signer.key))
		return "is not by the key of its bidder";
	const struct pdf_signer slot = {
		.no = (unsigned)in_int(e->body, "bid_no", 0) - 1 + FIRST_FIELD,
		.name = signer.name,
		.at_us = issued->at_us};
	return is_increment(c, (size_t)size, &slot) ? NULL : "is over more than the file before it";
}

static unsigned check_signatures(struct file_check *c, struct findings *findings)
{
	unsigned n = 0;

	for (guint i = 0; i < c->events->len; i++) {
		const struct ledger_event *e = g_ptr_array_index(c->events, i);
		if (strcmp(e->kind, "opening.signed") != 0)
			continue;
		int64_t size = in_int(e->body, "signed_size", 0);
		const char *fault = fault_of(c, e);

		if (fault)
			finding_fault(findings, NAME, "the signature of bid no. %d: %s",
				(int)in_int(e->body, "bid_no", 0), fault);
		n += !fault;
		/* Also behind one that does not hold: the next one may. */
		if (size > 0 && (size_t)size > c->upto && (size_t)size <= c->len)
			c->upto = (size_t)size;
	}
	return n;
}

/* By which certificate of the centre's the record was printed: it may close it by that, or by one
 * that the close names. */
static void check_print(struct file_check *c, const json_t *body, struct findings *findings)
{
	struct pades_signer centre;
	uint8_t named[32];

	if (!in_bool(body, "sealed", false))
		return;
	if (pades_check_seal(c->data, c->upto, &centre) != 0) {
		finding_fault(findings, NAME, "the seal under the printed record does not hold");
		return;
	}
	c->has_centre = true;
	memcpy(c->centre_sha256, centre.certificate_sha256, sizeof(c->centre_sha256));
	if (hex32(body, "centre_sha256", named) &&
		memcmp(named, c->centre_sha256, sizeof(named)) != 0)
		finding_fault(findings, NAME,
			"the printed record is sealed by another certificate than its event names");
}

/* Why the centre's last seal does not hold; NULL: it does. *ret: whose it is. */
static const char *seal_fault(
	struct file_check *c, const struct ledger_event *e, int64_t size, struct pades_signer *ret)
{
	struct pades_signer centre;

	if (!begins_with(c, e->body, "signed_sha256", size) || (size_t)size <= c->upto)
		return "is not the file that was closed";
	if (pades_check_seal(c->data, (size_t)size, &centre) != 0)
		return "the seal that closes it does not hold";
	/* The centre's certificate may be a new one by then. */
	if (hex32(e->body, "centre_sha256", c->centre_sha256))
		c->has_centre = true;
	if (c->has_centre &&
		memcmp(c->centre_sha256, centre.certificate_sha256, sizeof(c->centre_sha256)) != 0)
		return "the seal that closes it is not by the centre's certificate";
	*ret = centre;
	const struct pdf_signer slot = {.no = SEAL_FIELD,
		.name = centre.name,
		.at_us = e->real_us,
		.reason = in_text(e->body, "text")};
	return is_increment(c, (size_t)size, &slot)
		       ? NULL
		       : "the seal that closes it is over more than the file before it";
}

/* A centre without a certificate closes without a seal. */
static void check_end(struct file_check *c, struct findings *findings)
{
	const struct ledger_event *e = find(c, "opening.closed");
	int64_t size = e ? in_int(e->body, "signed_size", 0) : 0;
	bool sealed = e && (in_bool(e->body, "sealed", false) || size);
	struct pades_signer centre;
	const char *fault = sealed ? seal_fault(c, e, size, &centre) : NULL;

	if (fault) {
		finding_fault(findings, NAME, "%s", fault);
	} else if (sealed) {
		g_autofree char *sha256 =
			hex_encode(centre.certificate_sha256, sizeof(centre.certificate_sha256));
		c->upto = (size_t)size;
		finding_note(findings, NAME, "closed by the seal of %s, certificate %s%s",
			*centre.name ? centre.name : "the centre", sha256,
			c->has_centre ? "" : ", which nothing else here names");
	}
	if (c->upto != c->len)
		finding_fault(findings, NAME, "more stands in it than events tell of");
}

void opening_file_check(const char *dir, const GPtrArray *events, struct findings *findings)
{
	g_autofree char *path = g_build_filename(dir, NAME, NULL);
	struct file_check c = {.events = events};
	const struct ledger_event *printed = find(&c, "opening.recorded");
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	opening_lists_check(events, findings);
	if (!file)
		return;
	c.data = (const uint8_t *)g_mapped_file_get_contents(file);
	c.len = g_mapped_file_get_length(file);
	int64_t size = printed ? in_int(printed->body, "size", 0) : 0;
	if (!size || !begins_with(&c, printed->body, "pdf_sha256", size)) {
		finding_fault(findings, NAME, "does not begin with the record that was printed");
		return;
	}
	c.upto = (size_t)size;
	check_print(&c, printed->body, findings);
	unsigned n = check_signatures(&c, findings);
	check_end(&c, findings);
	finding_note(findings, NAME, "the opening record, signed by %u bidders", n);
}
