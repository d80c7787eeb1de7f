// SPDX-License-Identifier: Apache-2.0
/** Where OSC's sources are (https://github.com/opensecuritycontroller, read-only since 2018). */

const ORGANISATION = "https://github.com/opensecuritycontroller";

export const OSC_CORE_URL = `${ORGANISATION}/osc-core`;

/** The last commit of osc-core is on master (4441c96, July 2018); there is no release after it. */
export const OSC_CORE_REF = "master";

/** OSC's own libraries, in the order in which they are built; no Maven repository serves them any more. */
export const LIBRARIES = [
  { name: "sdn-controller-api", url: `${ORGANISATION}/sdn-controller-api` },
  { name: "security-mgr-api", url: `${ORGANISATION}/security-mgr-api` },
] as const;
