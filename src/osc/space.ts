// SPDX-License-Identifier: Apache-2.0
/** How much room a build of OSC takes, in bytes. */

/**
 * What should be free before a first build. Measured with osc-core's master: 0.87 GB stay in the work folder (work tree,
 * Maven's repository, clones, distribution), beside which each thing that is made anew and kolla-build's own folder lie
 * for a while, and a second ref has its own; 0.16 GB in the output folder, twice while it is replaced; in the engine
 * kolla's base has 0.49 GB, osc-base and osc 0.28 to 0.36 GB more, the build container 0.44 GB more.
 */
export const ROOM = { work: 3e9, output: 0.4e9, engine: 2e9 } as const;

/** With less than that a disk counts as full: not even the sample, whose images add 0.19 GB to kolla's base, fits. */
export const LEAST_ROOM = 0.1e9;
