// SPDX-License-Identifier: Apache-2.0
/** How many bytes a push brings after one of OSC's own jars has changed, with both builders. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LAYERS } from "../../src/osc/layers.ts";
import { must, runOnce } from "../measure.ts";
import { type Registry, startRegistry } from "../../test/support/registry.ts";
import { blobsOf, layersOf, type Pushed, tellApart } from "../registry.ts";
import type { Outcome, Row, Target } from "../report.ts";
import { findTool, ours, TAG, type World } from "../world.ts";

/** Anything that the compiler makes another class of; one module alone has it, in a jar that no other jar carries. */
const CHANGED = "osc-server/src/main/java/org/osc/core/server/Log.java";

type Builder = "buildkit" | "classic";

const NAMES = LAYERS.map(({ name }) => name);

/** @param builder which one kolla is told to use; the classic one makes its base anew each time, and takes minutes */
export async function push(world: World, builder: Builder): Promise<Outcome[]> {
  const file = findTool("docker-registry");
  if (file === undefined) {
    const notes = ["left out: there is no docker-registry, and Debian's package cannot be had"];
    return [{ id: "push", title: "Push after one own jar changed", unit: "bytes", rows: [], targets: [], notes }];
  }
  const registry = await startRegistry(file, join(world.folder, `registry-${builder}`));
  try {
    return [await pushTwice(builder, registry, world)];
  } finally {
    await registry.stop();
  }
}

/** Builds and pushes; changes a class by a patch, which leaves commit and version; builds and pushes again. */
async function pushTwice(builder: Builder, registry: Registry, world: World): Promise<Outcome> {
  const namespace = `bench-${builder}`;
  const job = { tag: () => TAG, folder: () => join(world.folder, `push-${builder}`) };
  const option = builder === "buildkit" ? "kolla.buildkit=true" : "kolla.buildkit=false";
  const options = ["--registry", registry.address, "--namespace", namespace, "--push", "--set", option];
  const image = `${namespace}/osc`;
  const empty = await blobsOf(registry.folder);
  await runOnce(ours(world, job, options));
  const before = await blobsOf(registry.folder);
  const first = tellApart(empty, before, await layersOf(registry.folder, image, TAG), NAMES);

  await runOnce(ours(world, job, [...options, "--set", `source.patches=["${await makePatch(world)}"]`]));
  const after = await blobsOf(registry.folder);
  const second = tellApart(before, after, await layersOf(registry.folder, image, TAG), NAMES);
  return outcomeOf(builder, first, second);
}

/** A patch that changes one class of one own jar. */
async function makePatch({ source, folder }: World): Promise<string> {
  const path = join(source, CHANGED);
  const before = await must("cat", [path]);
  const at = before.lastIndexOf("}");
  await writeFile(path, `${before.slice(0, at)}\n    static final String BENCH = "changed";\n${before.slice(at)}\n`);
  const patch = join(folder, "own-jar.patch");
  await writeFile(patch, `${await must("git", ["-C", source, "diff"])}\n`);
  await must("git", ["-C", source, "checkout", "--quiet", "--", CHANGED]);
  return patch;
}

function outcomeOf(builder: Builder, first: Pushed, second: Pushed): Outcome {
  const figures = [
    ...first.payload.map(({ name, bytes }) => [`first push: ${name}`, bytes] as const),
    ["first push: everything else", first.rest] as const,
    ...second.payload.map(({ name, bytes }) => [`after the change: ${name}`, bytes] as const),
    ["after the change: everything else", second.rest] as const,
  ];
  const rows = figures.map(([name, value]): Row => {
    return { name, values: [value], min: value, median: value, ratioOfMin: undefined, ratioOfMedian: undefined };
  });
  const layers = second.payload.filter(({ bytes }) => bytes > 0).map(({ name }) => name);
  const targets: Target[] =
    builder === "classic"
      ? []
      : [
          { what: "layers of the payload that were pushed", limit: 1, is: "at most", found: layers.length, unit: "" },
          { what: "everything else together", limit: 1, is: "at most", found: second.rest / 1e6, unit: " MB" },
        ];
  const notes = [`layers of the payload that were pushed again: ${layers.length === 0 ? "none" : layers.join(", ")}`];
  const title = `Push after one own jar changed, kolla with ${builder === "buildkit" ? "BuildKit" : "the classic builder"}`;
  return { id: `push-${builder}`, title, unit: "bytes", rows, targets, notes };
}
