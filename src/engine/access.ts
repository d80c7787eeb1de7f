// SPDX-License-Identifier: Apache-2.0
/** What lets a user use an engine: its socket belongs to a group, and another machine has ssh before it. */
import { readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { quote } from "../system/quote.ts";

/** Where docker has its socket unless told otherwise. */
export const DOCKER_SOCKET = "unix:///var/run/docker.sock";

/**
 * What to do about an engine that refuses.
 *
 * @param cause the client's last words
 * @returns undefined where neither they nor its address tell
 */
export async function howToBeLetIn(endpoint: string | undefined, cause: string): Promise<string | undefined> {
  if (endpoint?.startsWith("ssh:") === true)
    return `Docker asks it by ssh, which must get in there without asking anything: try ssh ${quote(endpoint)} docker version`;
  if (!/permission denied/i.test(cause)) return undefined;
  const socket = /^unix:\/\/(.+)$/.exec(endpoint ?? DOCKER_SOCKET)?.[1];
  const owner = socket === undefined ? undefined : await stat(socket).catch(() => undefined);
  const groups = await readFile("/etc/group", "utf8").catch(() => "");
  return sentence(nameOfUser(), owner?.gid, groups);
}

/**
 * What root has to do.
 *
 * @param user undefined where passwd knows none: such a user can be in no group by /etc/group
 * @param gid of the socket; undefined where it cannot be seen
 * @param groups what /etc/group says
 */
export function sentence(user: string | undefined, gid: number | undefined, groups: string): string {
  if (gid === undefined || gid === 0) {
    return `Your user may not use it, and neither may any group but root's: root is needed once, for groupadd docker and a new start of the engine, then for usermod -aG docker ${user ?? "USER"}; log in anew after that.`;
  }
  const name = groups
    .split("\n")
    .find((line) => line.split(":")[2] === String(gid))
    ?.split(":")[0];
  const group = name ?? String(gid);
  if (user === undefined) {
    return `Your user, of whom passwd knows no name, may not use it: root is needed once, to start it with the group ${group} (as in docker run --group-add ${String(gid)}, setpriv --groups ${String(gid)}).`;
  }
  return `Your user may not use it: root is needed once, for usermod -aG ${group} ${user}; then log in anew.`;
}

function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
