// SPDX-License-Identifier: GPL-3.0-or-later
// Ed25519 keys made by this browser. The private half cannot be exported and stays in IndexedDB.
import { fromBase64, toBase64, type Bytes } from "@/lib/bytes";

export interface BrowserKey {
	publicKey: string; // base64 of the raw 32 bytes
	sign(message: Bytes): Promise<string>;
}

const DATABASE = "bidroom-keys";
const STORE = "keys";

function open(): Promise<IDBDatabase> {
	return new Promise((done, fail) => {
		const asked = indexedDB.open(DATABASE, 1);
		asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
		asked.onsuccess = () => done(asked.result);
		asked.onerror = () => fail(asked.error);
	});
}

async function transact<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const database = await open();
	try {
		return await new Promise<T>((done, fail) => {
			const asked = act(database.transaction(STORE, mode).objectStore(STORE));
			asked.onsuccess = () => done(asked.result);
			asked.onerror = () => fail(asked.error);
		});
	} finally {
		database.close();
	}
}

/** Whatever else this browser keeps with its keys, under a name of its own. */
export const findValue = <T>(name: string): Promise<T | undefined> => transact<T | undefined>("readonly", (s) => s.get(name));

export async function keepValue(name: string, value: unknown): Promise<void> {
	await transact("readwrite", (s) => s.put(value, name));
}

export async function dropValue(name: string): Promise<void> {
	await transact("readwrite", (s) => s.delete(name));
}

/** Chromium offers Ed25519 from version 137 on; without it a key must come from a tool. */
export async function canMakeKeys(): Promise<boolean> {
	try {
		await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
		return true;
	} catch {
		return false;
	}
}

async function wrap(pair: CryptoKeyPair): Promise<BrowserKey> {
	const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
	return {
		publicKey: toBase64(raw),
		sign: async (message) => toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, message))),
	};
}

/** The key kept under a name, e.g. the signing key of one account; null if there is none. */
export async function findKey(name: string): Promise<BrowserKey | null> {
	const pair = await transact<CryptoKeyPair | undefined>("readonly", (s) => s.get(name));
	return pair ? wrap(pair) : null;
}

export async function makeKey(name: string): Promise<BrowserKey> {
	const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
	await transact("readwrite", (s) => s.put(pair, name));
	return wrap(pair);
}

/** True for base64 of as many bytes as an Ed25519 signature has. */
export function looksLikeSignature(text: string): boolean {
	return fromBase64(text.trim())?.length === 64;
}
