// SPDX-License-Identifier: GPL-3.0-or-later
// What this browser keeps under a name, in IndexedDB: keys, and with them what they are needed for.

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

export const findValue = <T>(name: string): Promise<T | undefined> => transact<T | undefined>("readonly", (s) => s.get(name));

export async function keepValue(name: string, value: unknown): Promise<void> {
	await transact("readwrite", (s) => s.put(value, name));
}

export async function dropValue(name: string): Promise<void> {
	await transact("readwrite", (s) => s.delete(name));
}
