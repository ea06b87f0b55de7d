/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/hello_proof.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_holds_for_one_token(void **state)
{
	static const uint8_t seed[ED25519_KEY_LEN] = {42}, other_seed[ED25519_KEY_LEN] = {43};
	uint8_t key[ED25519_KEY_LEN], other_key[ED25519_KEY_LEN], proof[ED25519_SIG_LEN];

	assert_int_equal(ed25519_public(seed, key), 0);
	assert_int_equal(ed25519_public(other_seed, other_key), 0);
	assert_int_equal(hello_proof_sign("s1", "ticket", seed, proof), 0);
	assert_int_equal(hello_proof_verify("s1", "ticket", key, proof), 0);
	assert_int_equal(
		hello_proof_verify("s1", "ticket", other_key, proof), ED25519_E_BAD_SIGNATURE);
	assert_int_equal(hello_proof_verify("s2", "ticket", key, proof), ED25519_E_BAD_SIGNATURE);
	assert_int_equal(hello_proof_verify("s1", "ticket2", key, proof), ED25519_E_BAD_SIGNATURE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds_for_one_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
