/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/auth/password.h"

#include <argon2.h>
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "server/core/id.h"

#define SALT_LEN 16
#define HASH_LEN 32
#define LENGTH_MIN 10
#define LENGTH_MAX 128

struct password_cost password_cost_mib(int64_t mib)
{
	return (struct password_cost){.memory_kib = (uint32_t)mib * 1024, .passes = 3};
}

int password_hash(const char *password, const struct password_cost *cost, char **ret_encoded)
{
	uint8_t salt[SALT_LEN];
	size_t len =
		argon2_encodedlen(cost->passes, cost->memory_kib, 1, SALT_LEN, HASH_LEN, Argon2_id);
	g_autofree char *encoded = g_malloc(len);

	random_bytes(salt, sizeof(salt));
	int r = argon2id_hash_encoded(cost->passes, cost->memory_kib, 1, password, strlen(password),
		salt, sizeof(salt), HASH_LEN, encoded, len);
	if (r != ARGON2_OK)
		return -ENOMEM;
	*ret_encoded = g_steal_pointer(&encoded);
	return 0;
}

bool password_verify(const char *password, const char *encoded)
{
	return argon2id_verify(encoded, password, strlen(password)) == ARGON2_OK;
}

void password_verify_nobody(const char *password, const struct password_cost *cost)
{
	g_autofree char *encoded = NULL;

	/* The outcome has no use; only the work counts. */
	if (password_hash(password, cost, &encoded) == 0)
		memset(encoded, 0, strlen(encoded));
}

const char *password_weakness(const char *password)
{
	long n = g_utf8_validate(password, -1, NULL) ? g_utf8_strlen(password, -1) : 0;

	if (n < LENGTH_MIN || n > LENGTH_MAX)
		return "a password has 10 to 128 characters";
	if (strspn(password, (char[]){password[0], '\0'}) == strlen(password))
		return "a password is not one character repeated";
	return NULL;
}
