// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

export default [
  {
    path: '/figures',
    component: () => import('../supervision/SupervisionLayout.vue'),
    children: [{ path: '', component: () => import('./Figures.vue'), meta: { roles: ['supervisor', 'auditor'], title: 'figures.title' } }],
  },
] satisfies RouteRecordRaw[];
