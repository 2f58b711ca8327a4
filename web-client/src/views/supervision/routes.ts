// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const supervisors = ['supervisor'] as const;
const readers = ['supervisor', 'auditor'] as const;

export default [
  {
    path: '/supervision',
    component: () => import('./SupervisionLayout.vue'),
    children: [
      { path: '', redirect: '/supervision/ledger' },
      { path: 'ledger', component: () => import('./Ledger.vue'), meta: { roles: readers, title: 'supervision.ledger.title' } },
      { path: 'escalations', component: () => import('./Escalations.vue'), meta: { roles: supervisors, title: 'supervision.escalation.title' } },
      { path: 'mirror', component: () => import('./Mirror.vue'), meta: { roles: readers, title: 'supervision.mirror.title' } },
      { path: 'drills', component: () => import('./Drills.vue'), meta: { roles: ['supervisor', 'administrator'], title: 'supervision.drill.title' } },
      { path: 'sms', component: () => import('./Outbox.vue'), meta: { roles: ['supervisor', 'administrator'], title: 'supervision.sms.title' } },
    ],
  },
  {
    path: '/unanswered',
    component: () => import('./OwnLedger.vue'),
    meta: { roles: ['applicant_clerk', 'home_clerk', 'department_expert'], title: 'supervision.own.title' },
  },
] satisfies RouteRecordRaw[];
