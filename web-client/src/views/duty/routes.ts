// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const roles = ['applicant_clerk', 'home_clerk', 'department_expert'] as const;

export default [
  { path: '/windows', component: () => import('./ChooseWindow.vue'), meta: { roles, title: 'duty.choose.title' } },
  { path: '/check/:window', component: () => import('./DeviceCheck.vue'), props: true, meta: { roles, title: 'duty.check.title' } },
] satisfies RouteRecordRaw[];
