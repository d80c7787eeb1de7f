// SPDX-License-Identifier: Apache-2.0
/** Files of others that a run downloads, each known by its sha256 beforehand. */
import { basename, join } from "node:path";
import { sha256File } from "../archive/digest.ts";
import type { RunContext } from "../pipeline/stage.ts";
import { messageOf, notHere, type OscKollaError } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { mask } from "../system/secrets.ts";
import { bytesOf } from "../system/units.ts";

/** What the settings say of such a file. */
export interface Remote {
  readonly url: string;
  /** in hex */
  readonly sha256: string;
}

/** Its name. */
export const nameOfRemote = ({ url }: Remote): string => basename(new URL(url).pathname);

/**
 * Downloads a file, and makes sure that it is the one that was meant; one that lies there already is kept.
 *
 * @param folder gets a folder of the digest's name, and the file in it
 * @param fail makes the error of a file that cannot be had
 * @returns absolute path
 * @throws NOT_HERE (exit 3) in a run without the network
 */
export async function downloaded(
  remote: Remote,
  folder: string,
  fail: (cause: string) => OscKollaError,
  { env, signal, progress, offline }: RunContext,
): Promise<string> {
  const { url, sha256 } = remote;
  const name = nameOfRemote(remote);
  const file = join(folder, sha256, name);
  if ((await sha256File(file).catch(() => undefined)) === sha256) return file;
  if (offline) throw notHere([`${name} of ${mask(url)}`]);
  const { download } = await import("../system/http.ts");
  await replace(file, async (temporary) => {
    try {
      await download(url, temporary, env, signal, (bytes, total) => progress(`${name}: ${bytesOf(bytes, total)}`));
    } catch (thrown) {
      signal.throwIfAborted();
      throw fail(`${mask(url)}: ${messageOf(thrown)}`);
    }
    const found = await sha256File(temporary);
    if (found !== sha256) throw fail(`what ${mask(url)} gives has the sha256 ${found}, not ${sha256}`);
  });
  return file;
}
