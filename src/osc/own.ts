// SPDX-License-Identifier: Apache-2.0
/** Which jars are OSC's own. */

/** OSC's modules and its libraries; a looser pattern would catch hk2-api and javax.ws.rs-api. */
const OWN_JAR = /(?:^|\/)(?:osc-|sdn-controller-api-|security-mgr-api-)[^/]*\.jar$/;

/** Whether a file of the distribution, or an entry of a jar, is a jar that OSC's build made of OSC's source. */
export const isOwnJar = (path: string): boolean => OWN_JAR.test(path);
