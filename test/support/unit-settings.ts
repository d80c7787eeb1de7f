// SPDX-License-Identifier: Apache-2.0
/** Loading settings from a folder of a test's own. */
import { join } from "node:path";
import { expect } from "chai";
import { type LoadedConfig, loadConfig, type LoadRequest } from "../../src/config/load.ts";
import { failureOf } from "./unit-failure.ts";
import { put, temporaryFolder } from "./unit-folder.ts";

export interface SettingsFolder {
  readonly folder: () => string;
  /** writes a file, osc-kolla.yaml unless it is named; its path */
  readonly file: (content: string, name?: string) => Promise<string>;
  readonly load: (given?: Partial<LoadRequest>) => Promise<LoadedConfig>;
  /** the faults of what must be refused */
  readonly faultsOf: (given?: Partial<LoadRequest>) => Promise<string[]>;
}

/** A fresh folder for each test, in which nothing is set. */
export function settingsFolder(): SettingsFolder {
  const folder = temporaryFolder();
  const load = (given: Partial<LoadRequest> = {}): Promise<LoadedConfig> => {
    const setupFile = join(folder(), ".osc-kolla/setup.json");
    return loadConfig({ options: [], env: {}, cwd: folder(), setupFile, ...given });
  };
  const faultsOf = async (given: Partial<LoadRequest> = {}): Promise<string[]> => {
    const error = await failureOf(() => load(given));
    expect([error.code, error.exitCode]).to.deep.equal(["BAD_CONFIGURATION", 2]);
    return error.reason.split("\n");
  };
  return { folder, file: (content, name = "osc-kolla.yaml") => put(join(folder(), name), content), load, faultsOf };
}
