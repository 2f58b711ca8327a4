// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { Cases } from '../../core/cases';
import { Recordings } from '../../core/replay/recordings';

export const recordings = new Recordings(http);
export const cases = new Cases(http);
