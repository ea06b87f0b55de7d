// SPDX-License-Identifier: GPL-3.0-or-later
// Who is signed in.
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { get, post, Refusal, setCsrf, type Schemas } from "@/lib/api";

const LATER_KEY = "bidroom.totp-later";

export type Role = Schemas["Role"];

export const useMe = defineStore("me", () => {
	const me = ref<Schemas["Me"] | null>(null);
	const known = ref(false);
	// In a demo database a visitor may look around before binding an authenticator.
	const totpLater = ref(sessionStorage.getItem(LATER_KEY) === "yes");
	const account = computed(() => me.value?.account ?? null);
	const roles = computed<Role[]>(() => account.value?.roles ?? []);

	const has = (...wanted: Role[]): boolean => wanted.some((r) => roles.value.includes(r));

	async function load(): Promise<void> {
		try {
			me.value = await get("/me");
			if (me.value.csrf)
				setCsrf(me.value.csrf);
		} catch (error) {
			if (!(error instanceof Refusal) || error.status !== 401)
				throw error;
			me.value = null;
		}
		known.value = true;
	}

	async function signIn(login: string, password: string, totp?: string): Promise<void> {
		const answer = await post("/sign-in", totp ? { login, password, totp } : { login, password }, { secret: true });
		setCsrf(answer.csrf);
		await load();
	}

	async function seatSignIn(pass: string, deviceKey: string): Promise<string> {
		const answer = await post("/seat/sign-in", { pass, device_key: deviceKey }, { secret: true });
		setCsrf(answer.csrf);
		await load();
		return answer.session_id;
	}

	async function signOut(): Promise<void> {
		try {
			await post("/sign-out", undefined);
		} finally {
			forget();
		}
	}

	function postponeTotp(): void {
		totpLater.value = true;
		sessionStorage.setItem(LATER_KEY, "yes");
	}

	function forget(): void {
		me.value = null;
		totpLater.value = false;
		sessionStorage.removeItem(LATER_KEY);
		setCsrf("");
	}

	return { me, known, totpLater, account, roles, has, load, signIn, seatSignIn, signOut, postponeTotp, forget };
});
