// SPDX-License-Identifier: Apache-2.0
/** The last place before a secret would be seen: whatever a command prints, by whatever way, goes through here. */
import { mask } from "../system/secrets.ts";

/**
 * A stream that masks what is written to it, and otherwise is the given one.
 *
 * listr2 puts its own `write` in the place of a stream's for a while; that stays possible.
 */
export function masked<S extends NodeJS.WritableStream>(stream: S): S {
  const real = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  let write: unknown = (chunk: unknown, ...more: readonly unknown[]) =>
    real(typeof chunk === "string" ? mask(chunk) : chunk, ...more);
  return new Proxy(stream, {
    get(target, name) {
      if (name === "write") return write;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
    set(target, name, value) {
      if (name !== "write") return Reflect.set(target, name, value);
      write = value;
      return true;
    },
  });
}
