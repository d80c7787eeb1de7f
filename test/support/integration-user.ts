// SPDX-License-Identifier: Apache-2.0
/** Ordinary users, as whom root runs the command, and a checkout that nobody may write to. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configure } from "./integration-fakes.ts";
import { LIBRARIES, sample } from "./integration-sample.ts";
import { CHECKOUT, filesBelow, type RunOptions, type Sandbox, SANDBOXES } from "./sandbox.ts";

/** Of no user and no group of this machine. */
const UID = 48_123;
export const ENGINE_GROUP = 48_124;
export const NAME = "olga";

export interface UserOptions {
  /** whether passwd knows the user, whose home is the sandbox's; in many a container it does not */
  readonly known?: boolean;
  /** supplementary groups */
  readonly groups?: readonly number[];
  /** a script of the checkout that is run in the place of the command */
  readonly script?: string;
}

/** The checkout as a user of the sandbox sees it: read-only, whoever may look into the folder where it really lies. */
const checkoutOf = (box: Sandbox): string => join(box.root, "checkout");

/**
 * Runs the command of a read-only checkout as an ordinary user. In a mount namespace of its own, in which passwd and group
 * have the lines that this takes: nothing of the machine changes.
 */
export function asUser(
  box: Sandbox,
  { known = true, groups = [], script }: UserOptions = {},
): Pick<RunOptions, "before"> {
  const lines = (file: string, line: string) => box.write(file, `${readFileSync(`/etc/${file}`, "utf8")}${line}\n`);
  const id = String(UID);
  const passwd = lines("passwd", known ? `${NAME}:x:${id}:${id}::${box.home}:/bin/sh` : "");
  const group = lines("group", `engine:x:${String(ENGINE_GROUP)}:`);
  const checkout = checkoutOf(box);
  mkdirSync(checkout, { recursive: true });
  const others = groups.length === 0 ? "--clear-groups" : `--groups ${groups.join(",")}`;
  const program = script === undefined ? `"$node" ${checkout}/bin/osc-kolla.js` : `${checkout}/${script}`;
  return {
    before: [
      `exec unshare --mount sh -ec '${SHOW}`,
      `mount --bind ${passwd} /etc/passwd; mount --bind ${group} /etc/group`,
      `show ${CHECKOUT} ${checkout}; hidden=$(hidden_above ${CHECKOUT})`,
      // what make setup recorded names its files by where they really lie
      `if [ -n "$hidden" ]; then`,
      `  mount -t tmpfs -o mode=755 none "$hidden"; mkdir -p ${CHECKOUT}; mount --rbind ${checkout} ${CHECKOUT}`,
      `fi`,
      `cd "$PWD"; node=$1; shift 2`,
      `exec setpriv --reuid ${id} --regid ${id} ${others} -- ${program} "$@"' sh "$@"`,
    ].join("\n"),
  };
}

/**
 * Functions of sh. `show` shows the content of a folder elsewhere, read-only, also to those who may not look into the folder
 * itself; `hidden_above` names the uppermost folder above (or at) a path that others may not look into.
 */
const SHOW = `
show() {
  mount -t tmpfs -o mode=755 none "$2"
  for entry in "$1"/* "$1"/.[!.]*; do
    shown=$2/\${entry##*/}
    if [ -d "$entry" ]; then mkdir "$shown"; else : >"$shown"; fi
    mount --bind "$entry" "$shown"
    mount -o remount,bind,ro "$shown"
  done
  mount -o remount,ro "$2"
}
hidden_above() {
  folder=$1 found=
  while [ "$folder" != / ]; do
    case $(stat -c %A "$folder") in *[xt]) ;; *) found=$folder ;; esac
    folder=\${folder%/*}
    [ -n "$folder" ] || folder=/
  done
  echo "$found"
}`;

/** Settings for the sample in repositories that belong to the user: git serves nobody those of somebody else. */
export function configureForUser(box: Sandbox, settings: Parameters<typeof configure>[1] = {}): void {
  const own = join(box.root, "repositories");
  cpSync(sample().folder, own, { recursive: true });
  const libraries = LIBRARIES.map((name) => ({ name, url: join(own, `${name}.git`) }));
  configure(box, { source: { url: join(own, "osc-core.git") }, libraries, ...settings });
}

/** Makes all of a sandbox the user's. */
export function giveAway(box: Sandbox): void {
  mkdirSync(checkoutOf(box), { recursive: true });
  chmodSync(dirname(box.root), 0o711);
  execFileSync("chown", ["-hR", `${String(UID)}:${String(UID)}`, box.root]);
}

/** What lies below some folders and is not the user's. */
export const notHis = (...folders: readonly string[]): string[] =>
  folders.flatMap(filesBelow).filter((path) => lstatSync(path).uid !== UID);

/** What the user has left in the folders of this machine that everybody may write to, beside the tests' sandboxes. */
export function leftBehind(): string[] {
  const places = ["/tmp", "/var/tmp", "/dev/shm", "/run"];
  const except = ["-path", `${SANDBOXES}*`, "-prune", "-o"];
  // it fails where other programs' files vanish under its eyes
  const found = spawnSync("find", [...places, "-xdev", "-maxdepth", "2", ...except, "-uid", String(UID), "-print"], {
    encoding: "utf8",
  });
  return found.stdout.split("\n").filter((path) => path !== "");
}
