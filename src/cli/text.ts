// SPDX-License-Identifier: Apache-2.0
/** What people read: the result, the plan of a dry run. */
import { dirname } from "node:path";
import { STATUS_URL } from "../osc/layout.ts";
import type { PlannedStage } from "../pipeline/plan.ts";
import type { Command } from "../pipeline/stage.ts";
import type { ArtefactKind } from "../stages/artefacts.ts";
import type { ImagesResult } from "../stages/images.ts";
import { quote } from "../system/quote.ts";
import { mask } from "../system/secrets.ts";
import { megabytes } from "../system/units.ts";
import type { Result } from "./result.ts";

/** The lines at the end of a run: what was made, where it is, what was up to date, and what to do next. */
export function resultText(result: Result): string {
  const { stages } = result;
  const made = madeOf(result);
  const width = Math.max(...made.map(([what = ""]) => what.length));
  const lines = made.map(([what = "", text = ""]) => `${what.padEnd(width)}  ${text}`);
  const upToDate = stages.filter(({ status }) => status === "up-to-date").map(({ id }) => id);
  const all = upToDate.length === stages.length;
  if (upToDate.length > 0) lines.push("", "Up to date:", ...(all ? ["  all of it"] : wrap(upToDate.join(", "))));
  const next = nextOf(result);
  if (next.length > 0) lines.push("", "Next:", ...next.map((command) => `  ${command}`));
  return `${lines.join("\n")}\n`;
}

/** Words in lines of at most 58 characters, indented: what is read at a glance fits into a narrow terminal. */
function wrap(words: string): string[] {
  return (words.match(/.{1,56}(?: |$)/g) ?? [words]).map((line) => `  ${line.trimEnd()}`);
}

/** The artefacts that are told, by their kinds; all are in result.json and SHA256SUMS. */
const ARTEFACTS: Readonly<Partial<Record<ArtefactKind, string>>> = { distribution: "tarball", source: "sources" };

/** What was made, as pairs, a fact a line; what belongs to the one before has no name. */
function madeOf({ results, version, dropIn, resultFile }: Result): string[][] {
  const { images, save, context, tarball } = results;
  return [
    ["version", version],
    ["commit", results.source.commit],
    ...(images?.images ?? []).flatMap(({ name, id, size }) => [
      ["image", `${name}  ${megabytes(size)}`],
      ["", id],
    ]),
    ...(images?.pushed ?? []).map((digest) => ["pushed", digest]),
    ...(save === undefined
      ? []
      : [
          ["saved", save.file],
          ["", `${megabytes(save.size)}  sha256:${save.sha256}`],
        ]),
    ...(context === undefined ? [] : [["context", context.conf]]),
    ...(dropIn === undefined ? [] : [["drop-in", dropIn.file]]),
    ...(tarball === undefined
      ? []
      : [
          ...tarball.artefacts.flatMap(({ kind, file, size, sha256 }) => {
            const name = ARTEFACTS[kind];
            return name === undefined
              ? []
              : [
                  [name, file],
                  ["", `${megabytes(size)}  sha256:${sha256}`],
                ];
          }),
          ["sums", tarball.checksums],
        ]),
    ["result", resultFile],
  ];
}

/** The one or two commands that people use next. */
function nextOf({ results, kollaCommand, dropIn }: Result): string[] {
  const { images, context, tarball } = results;
  const osc = images?.images.at(-1);
  if (images !== undefined && osc !== undefined) {
    const run = `run --rm --network host --tmpfs /tmp ${osc.name}`;
    return [`${clientOf(images)} ${run}`, `curl --insecure ${STATUS_URL}`];
  }
  // with the operator's own kolla configuration in force
  if (context !== undefined) {
    const put =
      dropIn === undefined || dropIn.file === dropIn.target
        ? []
        : [`install -D -m 644 ${quote(dropIn.file)} ${quote(dropIn.target)}`];
    return [...put, (kollaCommand ?? []).map(quote).join(" ")];
  }
  return tarball === undefined ? [] : [`(cd ${quote(dirname(tarball.checksums))} && sha256sum --check SHA256SUMS)`];
}

/** How a person calls the engine's client. */
function clientOf({ engine, endpoint, tls }: Pick<ImagesResult, "engine" | "endpoint" | "tls">): string {
  if (endpoint === null) return engine;
  if (engine === "podman") return `podman --url ${quote(endpoint)}`;
  const variables = Object.entries({ DOCKER_HOST: endpoint, ...tls });
  return [...variables.map(([name, value]) => `${name}=${quote(value)}`), "docker"].join(" ");
}

/** A dry run: a line for each stage, and below it the commands that it would start; secrets masked. */
export function planText(plan: readonly PlannedStage[]): string {
  const width = Math.max(...plan.map(({ stage }) => stage.id.length));
  const lines = plan.flatMap(({ stage, because, commands, unknown }) => {
    const what = because === undefined ? "is up to date" : `would run: ${mask(because)}`;
    const missing = unknown === undefined ? [] : [`  its commands are not known: ${mask(unknown)}`];
    return [`${stage.id.padEnd(width)}  ${what}`, ...commands.map(commandText), ...missing];
  });
  return `${lines.join("\n")}\n`;
}

/** As a shell would take it, which stays in its own folder; the condition as its comment. */
function commandText({ args, cwd, when }: Command): string {
  const words = args.map((word) => quote(mask(word))).join(" ");
  const line = `  $ ${cwd === undefined ? words : `(cd ${quote(cwd)} && ${words})`}`;
  return when === undefined ? line : `${line}  # if ${when}`;
}
