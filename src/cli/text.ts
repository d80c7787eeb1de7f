// SPDX-License-Identifier: Apache-2.0
/** What people read: the result, the plan of a dry run, a failure. */
import type { AnyStage } from "../pipeline/stage.ts";
import type { OscKollaError } from "../system/errors.ts";
import { quote } from "../system/process.ts";
import type { Result } from "./result.ts";

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** The lines at the end of a run: what was made, where it is, and what to do next. */
export function resultText(result: Result): string {
  const { results, version, kollaCommand } = result;
  const { images, context, tarball } = results;
  const lines = [`OSC ${version} (${results.source.commit.slice(0, 12)})`];
  for (const image of images?.images ?? []) lines.push(`image    ${image.name}  ${image.id}  ${megabytes(image.size)}`);
  if (tarball !== undefined) {
    lines.push(`tarball  ${tarball.file}  ${megabytes(tarball.size)}`, `sums     ${tarball.checksums}`);
  }
  if (context !== undefined && images === undefined) {
    lines.push(`context  ${context.conf}`, "", "Next, with your own kolla configuration in force:");
    lines.push(`  ${(kollaCommand ?? []).map(quote).join(" ")}`);
  }
  const osc = images?.images.at(-1);
  if (osc !== undefined) {
    const endpoint = images?.endpoint ?? null;
    const host = endpoint === null ? "" : `DOCKER_HOST=${quote(endpoint)} `;
    lines.push("", "Next:", `  ${host}docker run --rm --network host --tmpfs /tmp ${osc.name}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A dry run: a line for each stage. */
export function planText(plan: readonly { readonly stage: AnyStage; readonly because: string | undefined }[]): string {
  const width = Math.max(...plan.map(({ stage }) => stage.id.length));
  const lines = plan.map(({ stage, because }) => {
    const what = because === undefined ? "is up to date" : `would run: ${because}`;
    return `${stage.id.padEnd(width)}  ${what}`;
  });
  return `${lines.join("\n")}\n`;
}

/** A failure: what was being done, the cause, what to do about it, the whole log; of several at once, each so. */
export function failureText(error: OscKollaError): string {
  const { what, parts } = error;
  if (parts.length === 0) return failureBlock(`osc-kolla failed while ${what}:`, error);
  const first = `osc-kolla failed while ${what}: ${String(parts.length)} things are missing or unfit.\n`;
  return [first, ...parts.map((part) => failureBlock(`${part.what}:`, part))].join("\n");
}

function failureBlock(title: string, { reason, hint, log }: OscKollaError): string {
  const lines = [title, ...reason.split("\n").map((line) => `  ${line}`)];
  if (hint !== undefined) lines.push(hint);
  if (log !== undefined) lines.push(`The whole log: ${log}`);
  return `${lines.join("\n")}\n`;
}
