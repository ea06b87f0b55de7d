/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_BIDDER_CERTIFICATE_H
#define SERVER_SIGN_BIDDER_CERTIFICATE_H

/*
 * The certificate (数字证书) of a bidder as its certification authority made it: who it is for, who
 * issued it, until when it holds. Certificates are as the authority's software writes them, so the
 * unified credit code is looked for in every attribute of the subject.
 *
 * Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* PEM text with the certificate first and those of its issuers behind it. */
#define BIDDER_CERTIFICATE_MAX 20000

enum bidder_certificate_refusal {
	BIDDER_CERTIFICATE_E_FORM = 1,  /* no PEM certificate, or not certificates alone */
	BIDDER_CERTIFICATE_E_TIME,      /* not yet or no longer valid */
	BIDDER_CERTIFICATE_E_UNTRUSTED, /* no chain to one of the trusted authorities */
	BIDDER_CERTIFICATE_E_SUBJECT,   /* for somebody else */
};

/* Those trusted to issue certificates to bidders; does not change once it is made. */
struct bidder_authorities;

/* pem: certificates and nothing else, at least one. NULL: it is not. */
struct bidder_authorities *bidder_authorities_new(const char *pem, size_t len);
void bidder_authorities_free(struct bidder_authorities *a);

struct bidder_certificate {
	char *subject, *issuer; /* RFC 2253, UTF-8 */
	char *serial;           /* hexadecimal */
	char *pem;              /* the certificates anew, and nothing else of what was handed in */
	int64_t from_us, until_us;
	uint8_t sha256[32]; /* of its DER */
};

/*
 * A file that holds anything but certificates, such as the private key some software puts there
 * too, is refused whole. trusted NULL: no authority is configured, and the chain is not checked.
 * credit_code: whose it has to be. 0 or BIDDER_CERTIFICATE_E_….
 */
int bidder_certificate_read(const char *pem, const struct bidder_authorities *trusted,
	const char *credit_code, int64_t at_us, struct bidder_certificate **ret);
void bidder_certificate_free(struct bidder_certificate *c);
static inline void bidder_certificate_freep(struct bidder_certificate **c)
{
	bidder_certificate_free(*c);
}
#define BIDDER_CERTIFICATE_AUTO __attribute__((cleanup(bidder_certificate_freep)))

#endif
