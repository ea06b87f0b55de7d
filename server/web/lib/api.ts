// SPDX-License-Identifier: GPL-3.0-or-later
// The one way from a page to the server: typed by proto/openapi.yaml, errors as Refusal,
// the CSRF header, idempotency keys, and the ledger events of an answer handed to the receipts.
import type { components, paths } from "@/lib/contract";

export type Schemas = components["schemas"];
export type EventRef = Schemas["EventRef"];

type Method = "get" | "post" | "put" | "patch";
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type JsonOf<R> = R extends { content: { "application/json": infer T } } ? T : void;
export type Answer<P extends keyof paths, M extends Method> =
	Operation<P, M> extends { responses: { 200: infer R } } ? JsonOf<R>
	: Operation<P, M> extends { responses: { 201: infer R } } ? JsonOf<R> : void;
export type Body<P extends keyof paths, M extends Method> =
	Operation<P, M> extends { requestBody: { content: { "application/json": infer T } } } ? T : MaybeBody<Operation<P, M>>;
/** Of a body that may be left out. */
type MaybeBody<O> = O extends { requestBody?: infer B } ? (NonNullable<B> extends { content: { "application/json": infer T } } ? ([NonNullable<B>] extends [never] ? undefined : T | undefined) : undefined) : undefined;
type PathArguments = Record<string, string | number>;
type Query = Record<string, string | number | boolean | undefined>;

export interface Options {
	path?: PathArguments;
	query?: Query;
	ifMatch?: string;
	/** the answer is a secret (token, pass) which the server must not keep for a repetition */
	secret?: boolean;
	signal?: AbortSignal;
}

/** What the server refused, or (status 0) that it could not be reached. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		readonly title: string,
		readonly rule?: string,
		readonly field?: string,
		readonly detail?: string,
		readonly retryAfterS?: number,
	) {
		super(`${code}: ${title}`);
	}
}

export interface Reply<T> {
	data: T;
	etag: string | null;
}

const CSRF_KEY = "bidroom.csrf";
let onEvents: (events: EventRef[]) => void = () => {};
let onSignedOut: () => void = () => {};

/** Kept where other windows of the same sign-in find it; the cookie itself is out of reach of scripts. */
export function setCsrf(token: string): void {
	localStorage.setItem(CSRF_KEY, token);
}

/** Another window may have signed in since. */
const csrfToken = (): string => localStorage.getItem(CSRF_KEY) ?? "";

/** Who hears of ledger events written by this page, and of a sign-in that ended. */
export function listen(events: (events: EventRef[]) => void, signedOut: () => void): void {
	onEvents = events;
	onSignedOut = signedOut;
}

export function urlOf(path: string, args: PathArguments = {}, query: Query = {}): string {
	const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(args[name] ?? "")));
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== "")
			search.set(name, String(value));
	const text = search.toString();
	return `/api/v1${filled}${text ? `?${text}` : ""}`;
}

async function refusalOf(response: Response): Promise<Refusal> {
	const retry = Number(response.headers.get("Retry-After")) || undefined;
	let problem: Partial<Schemas["Problem"]> = {};
	try {
		problem = await response.json();
	} catch {
		// A proxy in front answered in its own way; the status says enough.
	}
	return new Refusal(response.status, problem.code ?? "client.http", problem.title ?? response.statusText,
		problem.rule, problem.field, problem.detail, retry);
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** fetch with the manners of the contract. A request that failed on the way is sent again if that is safe. */
export async function request(url: string, init: RequestInit, again: number): Promise<Response> {
	for (let attempt = 0; ; attempt++) {
		try {
			const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...init });
			if (response.ok)
				return response;
			const refusal = await refusalOf(response);
			if (refusal.status === 503 && attempt < again) {
				await pause(Math.min(refusal.retryAfterS ?? 1, 5) * 1000);
				continue;
			}
			if (refusal.code === "auth.required" || refusal.code === "auth.csrf")
				onSignedOut();
			throw refusal;
		} catch (error) {
			if (error instanceof Refusal || (error as Error).name === "AbortError")
				throw error;
			if (attempt >= again)
				throw new Refusal(0, "client.unreachable", "The server cannot be reached");
			await pause(500 * (attempt + 1));
		}
	}
}

async function call<T>(method: Method, path: string, body: unknown, options: Options): Promise<Reply<T>> {
	const headers: Record<string, string> = {};
	const token = csrfToken();
	if (method !== "get" && token)
		headers["X-CSRF-Token"] = token;
	if (method === "post" && !options.secret)
		headers["Idempotency-Key"] = crypto.randomUUID();
	if (options.ifMatch)
		headers["If-Match"] = options.ifMatch;
	if (body !== undefined)
		headers["Content-Type"] = typeof body === "string" ? "text/csv; charset=utf-8" : body instanceof Blob ? "application/octet-stream" : "application/json";
	const response = await request(urlOf(path, options.path, options.query), {
		method: method.toUpperCase(),
		headers,
		body: body === undefined || typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
		signal: options.signal,
	}, options.secret ? 0 : 2);
	const type = response.headers.get("Content-Type") ?? "";
	const data = type.includes("json") ? await response.json() : undefined;
	if (data?.events?.length && method !== "get")
		onEvents(data.events);
	return { data, etag: response.headers.get("ETag") };
}

export async function get<P extends PathsWith<"get">>(path: P, options: Options = {}): Promise<Answer<P, "get">> {
	return (await call<Answer<P, "get">>("get", path, undefined, options)).data;
}

/** A table as CSV text; a rehearsal changes nothing. */
export async function postTable(path: `/imports/${"projects" | "notices" | "bidders" | "experts" | "payments" | "returns"}`, csv: string, rehearse: boolean): Promise<Schemas["ImportReport"]> {
	return (await call<Schemas["ImportReport"]>("post", path, csv, rehearse ? { query: { rehearse: "true" } } : {})).data;
}

/** A file as it is, for the routes that take raw bytes. */
export async function postFile<P extends PathsWith<"post">>(path: P, file: Blob, options: Options): Promise<Answer<P, "post">> {
	return (await call<Answer<P, "post">>("post", path, file, options)).data;
}

export async function getTagged<P extends PathsWith<"get">>(path: P, options: Options = {}): Promise<Reply<Answer<P, "get">>> {
	return call<Answer<P, "get">>("get", path, undefined, options);
}

export async function post<P extends PathsWith<"post">>(path: P, body: Body<P, "post">, options: Options = {}): Promise<Answer<P, "post">> {
	return (await call<Answer<P, "post">>("post", path, body, options)).data;
}

export async function put<P extends PathsWith<"put">>(path: P, body: Body<P, "put">, options: Options = {}): Promise<Reply<Answer<P, "put">>> {
	return call<Answer<P, "put">>("put", path, body, options);
}

/** One piece of a sealed file from `offset` on; answers how much the server has. */
export async function sendPiece(bidId: string, offset: number, piece: Blob, signal: AbortSignal): Promise<number> {
	const response = await request(urlOf("/bids/{bid_id}/content", { bid_id: bidId }), {
		method: "PATCH",
		headers: { "X-CSRF-Token": csrfToken(), "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" },
		body: piece,
		signal,
	}, 0);
	return ((await response.json()) as Answer<"/bids/{bid_id}/content", "patch">).received;
}

/** All pages of a list, as far as `most` items. */
export async function all<T>(page: (after: string | undefined) => Promise<{ items: T[]; next: string | number | null }>, most = 2000): Promise<T[]> {
	const items: T[] = [];
	let after: string | undefined;
	do {
		const answer = await page(after);
		items.push(...answer.items);
		after = answer.next === null ? undefined : String(answer.next);
	} while (after !== undefined && items.length < most);
	return items;
}
