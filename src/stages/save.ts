// SPDX-License-Identifier: Apache-2.0
/** Saves both images into one file, which `docker load` and `podman load` take. */
import { lstat } from "node:fs/promises";
import { dirname } from "node:path";
import { writeBytes, type Written } from "../archive/write.ts";
import { findEngine } from "../engine/endpoint.ts";
import { saveCommand, saveImages } from "../engine/images.ts";
import type { Config } from "../config/schema.ts";
import { defineCheck } from "../pipeline/check.ts";
import { type Command, defineStage, type Parts, type StageContext } from "../pipeline/stage.ts";
import { fileExists, messageOf, OscKollaError, saveFailed, stagingFailed } from "../system/errors.ts";
import { replace } from "../system/files.ts";
import { requireWritable } from "../system/folders.ts";
import { megabytes } from "../system/units.ts";
import { images } from "./images.ts";

export interface SaveResult extends Written {
  /** absolute path */
  readonly file: string;
}

/** The stage is wanted only where there is one. */
const fileOf = ({ image }: Config): string => String(image.save);

const saveCheck = defineCheck("save", "file for the images", async ({ config }) => {
  const file = fileOf(config);
  if ((await lstat(file).catch(() => undefined))?.isDirectory() === true)
    throw fileExists(file, "Name another file: a folder is never replaced.");
  await requireWritable(dirname(file), "--save");
  return file;
});

export const save = defineStage({
  id: "save",
  title: "Save the images",
  needs: { images },
  checks: [saveCheck],

  inspect: ({ images: built }, { config }): Promise<Parts> =>
    Promise.resolve({ images: built.images.map(({ name, id }) => `${name} ${id}`), file: fileOf(config) }),

  outputs: ({ file }: SaveResult) => [file],

  async commands({ images: built }, context): Promise<Command[]> {
    const names = built?.images.map(({ name }) => name) ?? ["<osc-base>", "<osc>"];
    return [{ args: saveCommand(await findEngine(context), names) }];
  },

  async run({ images: built }, context): Promise<SaveResult> {
    const { config, signal, progress } = context;
    const file = fileOf(config);
    const engine = await findEngine(context);
    const names = built.images.map(({ name }) => name);
    const log = context.log.program(engine.kind);
    const { fileBytes } = await import("../archive/contents.ts");
    const { holdsImages } = await import("../archive/image.ts");
    try {
      const written = await replace(file, async (temporary) => {
        const told = (bytes: number) => progress(`${megabytes(bytes)} saved`);
        const all = await saveImages(engine, names, (bytes) => writeBytes(temporary, bytes, signal, told), log);
        if (await holdsImages(fileBytes(temporary))) return all;
        throw saveFailed(names, `${engine.kind} ended well, but what it gave holds no image`, log.path);
      });
      return { file, ...written };
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof OscKollaError) throw thrown;
      throw stagingFailed(`saving the images into ${file}`, messageOf(thrown));
    }
  },
});

/** Whether the settings ask for it. */
export const isSaveWanted = ({ config }: Pick<StageContext, "config">): boolean => config.image.save !== undefined;
