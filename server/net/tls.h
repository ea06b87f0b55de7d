/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NET_TLS_H
#define SERVER_NET_TLS_H

/*
 * Certificate files of the server. At a first start without configured ones a self-signed P-256
 * certificate is made, so that nothing ever runs without TLS.
 */

/*
 * Makes sure cert_path and key_path exist: both there is fine, both absent creates them (the key
 * with mode 0600) for the given names, one alone is -EEXIST. `names` is a comma-separated list of
 * DNS names and IP addresses ("localhost,127.0.0.1,::1"), which become subjectAltName entries; the
 * first is the common name. 0 or negative errno.
 */
int tls_ensure_certificate(const char *cert_path, const char *key_path, const char *names);

#endif
