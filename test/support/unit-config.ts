// SPDX-License-Identifier: Apache-2.0
/** Settings for tests: the defaults, and what a test wants otherwise. */
import { type Config, schema } from "../../src/config/schema.ts";

type Given = { readonly [Section in keyof Config]?: Config[Section] | Partial<Config[Section]> };

/** Every section, with nothing set. */
export const SECTIONS = {
  source: {},
  maven: {},
  build: {},
  distribution: {},
  tarball: {},
  kolla: {},
  image: { ports: {}, java: {} },
  engine: {},
};

export const configWith = (given: Given = {}): Config => schema.parse({ ...SECTIONS, ...given });
