// SPDX-License-Identifier: Apache-2.0
/** Settings for tests: the defaults, and what a test wants otherwise. */
import { type Config, schema } from "../../src/config/schema.ts";

type Given = { readonly [Section in keyof Config]?: Config[Section] | Partial<Config[Section]> };

export function configWith(given: Given = {}): Config {
  const sections = {
    source: {},
    maven: {},
    build: {},
    distribution: {},
    tarball: {},
    kolla: {},
    image: { ports: {}, java: {} },
    engine: {},
  };
  return schema.parse({ ...sections, ...given });
}
