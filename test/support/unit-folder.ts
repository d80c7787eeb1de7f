// SPDX-License-Identifier: Apache-2.0
/** A folder of its own for every test, removed after it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "mocha";

/** Call it inside a `describe`; what it returns gives the folder of the test that runs. */
export function temporaryFolder(): () => string {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "osc-kolla-unit-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Writes a file with all the folders above it. */
export async function put(path: string, content: string | Uint8Array, mode?: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, mode === undefined ? {} : { mode });
  return path;
}

/** Writes a shell script that can be run. */
export const putProgram = (path: string, body: string): Promise<string> => put(path, `#!/bin/sh\n${body}\n`, 0o755);
