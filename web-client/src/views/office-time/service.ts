// SPDX-License-Identifier: Apache-2.0
import { http } from '../../bridge/http';
import { OfficeTime } from '../../core/office-time';

export const officeTime = new OfficeTime(http);
