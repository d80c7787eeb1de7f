// SPDX-License-Identifier: Apache-2.0
/** What was thrown, for tests that look at it. */
import { expect } from "chai";
import { OscKollaError } from "../../src/system/errors.ts";

/** The thing that a call throws, or with which its promise is rejected; fails when nothing is. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`nothing was thrown; the answer was ${String(answer)}`);
}

/** As thrownBy, for errors of the tool. */
export async function failureOf(call: () => unknown): Promise<OscKollaError> {
  const thrown = await thrownBy(call);
  expect(thrown).to.be.instanceOf(OscKollaError);
  return thrown as OscKollaError;
}

/** The message of an error that is none of the tool's own. */
export async function messageBy(call: () => unknown): Promise<string> {
  const thrown = await thrownBy(call);
  expect(thrown).to.be.instanceOf(Error);
  return (thrown as Error).message;
}
