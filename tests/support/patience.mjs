// SPDX-License-Identifier: Apache-2.0
// How long a test waits for what has to happen, in ms. A wait measures nothing: it only has to end where something does
// not come at all, and the machine may be slow and busy.
export const PATIENCE_MS = 60000;
