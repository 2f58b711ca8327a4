// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const readers = ['auditor', 'supervisor'] as const;

export default [
  {
    path: '/audit',
    component: () => import('./AuditLayout.vue'),
    children: [
      { path: '', component: () => import('./CallSearch.vue'), meta: { roles: readers, title: 'audit.search.title' } },
      { path: 'calls/:call', component: () => import('./Replay.vue'), meta: { roles: readers, title: 'audit.replay.title' } },
      { path: 'log', component: () => import('./AuditLog.vue'), meta: { roles: ['auditor'], title: 'audit.log.title' } },
    ],
  },
] satisfies RouteRecordRaw[];
