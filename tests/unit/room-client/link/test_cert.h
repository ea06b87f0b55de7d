/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Self-signed server certificates for tests: each is its own authority. */

struct test_cert {
	char *dir; /* of its own; removed by test_cert_done */
	char *cert_file, *key_file;
};

#define TEST_CERT_LASTS_S 3600

/* names as in subjectAltName: "DNS:localhost,IP:127.0.0.1"; below 0 seconds: it expired so
 * long ago. Aborts when anything fails. */
void test_cert_make(struct test_cert *c, const char *names, long lasts_s);
void test_cert_done(struct test_cert *c);
