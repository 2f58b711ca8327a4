// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const roles = ['applicant_clerk', 'home_clerk', 'department_expert'] as const;

export default [
  { path: '/work', component: () => import('./Work.vue'), meta: { roles, title: 'work.title' } },
] satisfies RouteRecordRaw[];
