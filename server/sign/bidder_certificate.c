/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign/bidder_certificate.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#define SECOND_US INT64_C(1000000)
#define CHAIN_MAX 8
#define TRUSTED_MAX 1000
#define NAME_CHARS_MAX 1000
#define SERIAL_BYTES_MAX 32

typedef STACK_OF(X509) certificate_stack;

static void stack_free(certificate_stack *stack)
{
	sk_X509_pop_free(stack, X509_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(certificate_stack, stack_free)

void bidder_certificate_free(struct bidder_certificate *c)
{
	if (!c)
		return;
	g_free(c->subject);
	g_free(c->issuer);
	g_free(c->serial);
	g_free(c->pem);
	g_free(c);
}

/* One block of the file. PEM_read_bio_X509 is not asked: it passes over a private key, and wants a
 * passphrase from the terminal where a block says that it is encrypted. */
static X509 *block_parse(const char *name, const char *header, const uint8_t *der, long len)
{
	const uint8_t *p = der;
	X509 *x = strcmp(name, PEM_STRING_X509) == 0 && !*header ? d2i_X509(NULL, &p, len) : NULL;

	if (x && p != der + len)
		g_clear_pointer(&x, X509_free);
	return x;
}

/* The first is the bidder's, the others stand between it and its authority. NULL: the file holds
 * something else too, or too many. */
static certificate_stack *read_all(const void *pem, size_t len, int most)
{
	g_autoptr(certificate_stack) chain = sk_X509_new_null();
	g_autoptr(BIO) bio = BIO_new_mem_buf(pem, (int)len);
	char *name, *header;
	uint8_t *der;
	long der_len;
	bool good = true;

	ERR_clear_error();
	while (good && PEM_read_bio(bio, &name, &header, &der, &der_len)) {
		X509 *x = block_parse(name, header, der, der_len);

		good = x && sk_X509_num(chain) < most && sk_X509_push(chain, x);
		if (!good)
			X509_free(x);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	/* What ends it well is that no further block begins. */
	good = good && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	return good ? g_steal_pointer(&chain) : NULL;
}

static char *write_all(certificate_stack *chain)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text;

	for (int i = 0; i < sk_X509_num(chain); i++)
		PEM_write_bio_X509(bio, sk_X509_value(chain, i));
	long len = BIO_get_mem_data(bio, &text);
	return g_strndup(text, (gsize)len);
}

static int64_t time_us(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) ? (int64_t)timegm(&tm) * SECOND_US : 0;
}

static char *name_text(X509_NAME *name)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &text);
	return g_utf8_make_valid(text, len);
}

static char *serial_text(const ASN1_INTEGER *serial)
{
	GString *out = g_string_new(NULL);

	for (int i = 0; i < serial->length; i++)
		g_string_append_printf(out, "%02x", serial->data[i]);
	return g_string_free(out, FALSE);
}

/* In one attribute or another, alone or within it; authorities differ. */
static bool names_code(X509_NAME *subject, const char *code)
{
	bool found = false;

	for (int i = 0; !found && i < X509_NAME_entry_count(subject); i++) {
		unsigned char *text = NULL;
		int len = ASN1_STRING_to_UTF8(
			&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));
		found = len > 0 && memmem(text, (size_t)len, code, strlen(code));
		OPENSSL_free(text);
	}
	return found;
}

struct bidder_authorities {
	X509_STORE *store; /* OpenSSL locks it: many threads check against one */
};

struct bidder_authorities *bidder_authorities_new(const char *pem, size_t len)
{
	g_autoptr(certificate_stack) all = read_all(pem, len, TRUSTED_MAX);
	struct bidder_authorities *a;
	X509_VERIFY_PARAM *param;

	if (!all || !sk_X509_num(all))
		return NULL;
	a = g_new0(struct bidder_authorities, 1);
	a->store = X509_STORE_new();
	for (int i = 0; i < sk_X509_num(all); i++)
		X509_STORE_add_cert(a->store, sk_X509_value(all, i));
	/* Many a trusted certificate is of an authority under another one. */
	param = X509_STORE_get0_param(a->store);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	return a;
}

void bidder_authorities_free(struct bidder_authorities *a)
{
	if (!a)
		return;
	X509_STORE_free(a->store);
	g_free(a);
}

static bool has_chain(
	certificate_stack *chain, const struct bidder_authorities *trusted, int64_t at_us)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	bool good = X509_STORE_CTX_init(ctx, trusted->store, sk_X509_value(chain, 0), chain) == 1;

	if (good) {
		X509_STORE_CTX_set_time(ctx, 0, (time_t)(at_us / SECOND_US));
		good = X509_verify_cert(ctx) == 1;
	}
	ERR_clear_error();
	return good;
}

static struct bidder_certificate *describe(X509 *x)
{
	struct bidder_certificate *c = g_new0(struct bidder_certificate, 1);
	unsigned int len = sizeof(c->sha256);

	c->subject = name_text(X509_get_subject_name(x));
	c->issuer = name_text(X509_get_issuer_name(x));
	c->serial = serial_text(X509_get0_serialNumber(x));
	c->from_us = time_us(X509_get0_notBefore(x));
	c->until_us = time_us(X509_get0_notAfter(x));
	X509_digest(x, EVP_sha256(), c->sha256, &len);
	return c;
}

/* Names and numbers that no authority gives. */
static bool is_oversized(const struct bidder_certificate *c)
{
	return g_utf8_strlen(c->subject, -1) > NAME_CHARS_MAX ||
	       g_utf8_strlen(c->issuer, -1) > NAME_CHARS_MAX ||
	       strlen(c->serial) > 2 * (size_t)SERIAL_BYTES_MAX;
}

int bidder_certificate_read(const char *pem, const struct bidder_authorities *trusted,
	const char *credit_code, int64_t at_us, struct bidder_certificate **ret)
{
	g_autoptr(certificate_stack) chain = read_all(pem, strlen(pem), CHAIN_MAX);
	BIDDER_CERTIFICATE_AUTO struct bidder_certificate *c = NULL;

	if (!chain || !sk_X509_num(chain))
		return BIDDER_CERTIFICATE_E_FORM;
	c = describe(sk_X509_value(chain, 0));
	if (is_oversized(c))
		return BIDDER_CERTIFICATE_E_FORM;
	c->pem = write_all(chain);
	if (at_us < c->from_us || at_us >= c->until_us)
		return BIDDER_CERTIFICATE_E_TIME;
	if (!names_code(X509_get_subject_name(sk_X509_value(chain, 0)), credit_code))
		return BIDDER_CERTIFICATE_E_SUBJECT;
	if (trusted && !has_chain(chain, trusted, at_us))
		return BIDDER_CERTIFICATE_E_UNTRUSTED;
	*ret = g_steal_pointer(&c);
	return 0;
}
