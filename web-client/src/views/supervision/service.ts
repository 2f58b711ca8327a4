// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { Supervision } from '../../core/supervision';

export const supervision = new Supervision(http);
