// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { Recordings } from '../../core/replay/recordings';

export const recordings = new Recordings(http);
