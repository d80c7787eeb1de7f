// SPDX-License-Identifier: Apache-2.0
/** A stream that keeps what is written to it. */
import { Writable } from "node:stream";

export class MemoryStream extends Writable {
  readonly isTTY = false;
  readonly columns = 200;
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }

  /** as what process.stderr is */
  asTerminal(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** What is written to this process's own stdout while `run` runs; it goes nowhere else. */
export async function stdoutDuring(run: () => Promise<unknown>): Promise<string> {
  let text = "";
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  };
  try {
    await run();
  } finally {
    process.stdout.write = write;
  }
  return text;
}
