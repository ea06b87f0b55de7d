// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the types of the two contracts: lib/contract.d.ts from proto/openapi.yaml, room/control.d.ts from
// proto/room.schema.json. Not committed: the contracts are the source.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const here = (path) => new URL(path, import.meta.url);
await writeFile(here("../lib/contract.d.ts"), astToString(await openapiTS(here("../../../proto/openapi.yaml"))));

const room = JSON.parse((await readFile(here("../../../proto/room.schema.json"), "utf8")).replaceAll("#/$defs/", "#/components/schemas/"));
// A colon may not stand in the name of a schema there.
const named = Object.fromEntries(Object.entries(room.$defs).map(([name, schema]) => [name.replace(":", "."), schema]));
const text = JSON.stringify({ openapi: "3.1.0", info: { title: "room", version: "1" }, paths: {}, components: { schemas: named } })
	.replaceAll("#/components/schemas/body:", "#/components/schemas/body.");
await writeFile(here("../room/control.d.ts"), astToString(await openapiTS(text)));
