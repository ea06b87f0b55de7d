// SPDX-License-Identifier: GPL-3.0-or-later
// Writes lib/contract.d.ts, the types of proto/openapi.yaml. Not committed: the contract is the source.
import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const contract = new URL("../../../proto/openapi.yaml", import.meta.url);
const out = new URL("../lib/contract.d.ts", import.meta.url);
await writeFile(out, astToString(await openapiTS(contract)));
