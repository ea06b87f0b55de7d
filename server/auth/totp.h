/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_AUTH_TOTP_H
#define SERVER_AUTH_TOTP_H

/*
 * Time-based one-time passwords, RFC 6238: HMAC-SHA-1, 30 s steps, six digits. A code of the step
 * before or after now is accepted, each step only once. Pure, any thread; time is real time.
 */
#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET_LEN 20
#define TOTP_STEP_S 30
#define TOTP_CODE_SIZE 7

enum { TOTP_E_WRONG = 1, TOTP_E_USED };

/* The code of a step (Unix seconds / 30). */
void totp_code(const uint8_t *secret, size_t secret_len, int64_t step,
	char ret_code[static TOTP_CODE_SIZE]);

/*
 * Checks a code at now_us. Steps up to last_step are spent. 0 and the step to be spent, or
 * TOTP_E_WRONG, or TOTP_E_USED for a code that was right but spent.
 */
int totp_verify(const uint8_t *secret, size_t secret_len, const char *code, int64_t now_us,
	int64_t last_step, int64_t *ret_step);

/* The secret in base 32 without padding (RFC 4648), g_free it. */
char *totp_secret_text(const uint8_t *secret, size_t secret_len);

/* otpauth://totp/… for authenticator apps, g_free it. */
char *totp_uri(const uint8_t *secret, size_t secret_len, const char *issuer, const char *login);

#endif
