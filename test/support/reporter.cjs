// SPDX-License-Identifier: Apache-2.0
"use strict";
/**
 * Mocha's spec reporter, which also says how long each part took, and adds to the files of the whole run: its counts to
 * TEST_COUNTS, for the closing line of .ci/run, and what failed to TEST_FAILURES, for the end of make test.
 */
const { appendFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL } = Runner.constants;

/** What takes less is not told, in ms. */
const WORTH_TELLING = 5000;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const began = new Map();
    runner.on(EVENT_SUITE_BEGIN, (suite) => began.set(suite, Date.now()));
    runner.on(EVENT_SUITE_END, (suite) => {
      const took = Date.now() - began.get(suite);
      // the parts that stand in the files, not what they are grouped by
      if (suite.parent?.root && took >= WORTH_TELLING) console.log(`    took ${(took / 1000).toFixed(0)} s`);
    });
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const said = String(error?.message ?? error).split("\n", 1)[0];
      append("TEST_FAILURES", `${test.fullTitle()}: ${said}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      append("TEST_COUNTS", `${passes} ${failures} ${pending}`);
    });
  }
};

/** Adds a line to the file that a variable names, where it names one. */
function append(variable, line) {
  const file = process.env[variable];
  if (file) appendFileSync(file, `${line}\n`);
}
