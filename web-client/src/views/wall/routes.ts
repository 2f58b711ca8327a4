// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

export default [
  { path: '/wall', component: () => import('./Wall.vue'), meta: { roles: ['supervisor', 'administrator'], title: 'wall.title' } },
] satisfies RouteRecordRaw[];
