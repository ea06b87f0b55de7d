/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/act/expert_unit.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "server/eval/avoidance.h"
#include "server/sign/keystore.h"

void expert_unit_digest(const struct act_env *env, const char *unit, uint8_t ret[static 32])
{
	g_autofree char *key = avoidance_unit_key(unit);

	if (!HMAC(EVP_sha256(), keystore_get(env->keys, KEYSTORE_AVOID), KEYSTORE_KEY_LEN,
		    (const unsigned char *)key, strlen(key), ret, NULL))
		g_error("HMAC-SHA256 is not available");
}
