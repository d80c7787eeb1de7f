// SPDX-License-Identifier: Apache-2.0
/**
 * What the real programs said when something was broken for them: the ends of their output, in test/support/said. Hosts
 * and folders have other names there, nothing else was changed.
 */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("said/", import.meta.url);

/** The text of a file, as in said("maven/werror.txt"). */
export const said = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8");

/** The names of a program's files. */
export const saidBy = (program: string): string[] => readdirSync(new URL(`${program}/`, FOLDER)).sort();
