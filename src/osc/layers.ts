// SPDX-License-Identifier: Apache-2.0
/** How the distribution is split into the layers of the image: from what changes least to what changes most. */
import { HOME } from "./layout.ts";
import { isOwnJar } from "./own.ts";

export interface Layer {
  readonly name: string;
  readonly what: string;
  readonly holds: (path: string) => boolean;
}

/** Big, and mostly other people's code repacked by OSC's build. */
const BULKY = /\/(webapp\/.*|osc-control\.jar|jar\/osc-ui-widgetset\.jar|jar\/osc-uber[^/]*\.jar)$/;

const isThirdParty = (path: string): boolean => path.startsWith(`${HOME}/bin/jar/`) && !isOwnJar(path);

/** In the order in which they are added; every file belongs to the first layer that holds it. */
export const LAYERS: readonly Layer[] = [
  { name: "third-party", what: "jars of other projects, the same from build to build", holds: isThirdParty },
  { name: "web", what: "the web application, osc-control and the repacked jars", holds: (path) => BULKY.test(path) },
  {
    name: "service",
    what: "OSC's own jars, configuration, scripts and the manifest of the payload",
    holds: () => true,
  },
];

/** The layer of a file. */
export function layerOf(path: string): Layer {
  const found = LAYERS.find((layer) => layer.holds(path));
  if (found === undefined) throw new Error(`no layer holds ${path}`);
  return found;
}

/** The list of every file of the payload with its sha256, as sha256sum reads it; the last layer carries it. */
export const MANIFEST = `${HOME}/payload.sha256`;

/** The bill of what is inside; it lies in the last layer, too, and its digest in the list. */
export const SBOM = "usr/share/osc/sbom.cdx.json";
