// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/administration', component: () => import('./Administration.vue'), meta: { roles: ['administrator'], title: 'administration.title' } },
] satisfies RouteRecordRaw[];
