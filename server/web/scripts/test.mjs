// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles the unit tests (TypeScript, which Node 18 does not read) and runs them by node --test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = fileURLToPath(new URL("..", import.meta.url));
const root = join(web, "../..");
const folder = join(root, "tests/unit/server/web");
const out = mkdtempSync(join(tmpdir(), "bidroom-web-test-"));
const tests = readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(".test.ts"));
let status = 1;
try {
	await build({
		entryPoints: tests.map((f) => join(folder, f)),
		outdir: out,
		outExtension: { ".js": ".mjs" },
		outbase: folder,
		bundle: true,
		platform: "node",
		format: "esm",
		target: "node18",
		// Browsers have the global; Node has it from 19 on.
		banner: { js: 'import * as nodeCrypto from "node:crypto"; globalThis.crypto ??= nodeCrypto.webcrypto;' },
		alias: { "@": web.replace(/\/$/, "") },
		nodePaths: [join(web, "node_modules")],
		logLevel: "warning",
	});
	const files = tests.map((f) => join(out, f.replace(/\.ts$/, ".mjs")));
	const env = { ...process.env, BIDROOM_ROOT: root };
	status = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", env }).status ?? 1;
} finally {
	rmSync(out, { recursive: true });
}
process.exit(status);
