// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const readers = ['applicant_clerk', 'home_clerk', 'department_expert', 'supervisor', 'auditor'] as const;
const openers = ['applicant_clerk'] as const;
const counters = ['supervisor', 'auditor'] as const;

export default [
  {
    path: '/cases',
    component: () => import('./CasesLayout.vue'),
    children: [
      { path: '', component: () => import('./CaseList.vue'), meta: { roles: readers, title: 'cases.title' } },
      { path: 'new', component: () => import('./CaseNew.vue'), meta: { roles: openers, title: 'cases.new' } },
      { path: 'figures', component: () => import('./CaseFigures.vue'), meta: { roles: counters, title: 'cases.figures.title' } },
      { path: ':case', component: () => import('./CasePage.vue'), meta: { roles: readers, title: 'cases.one' } },
    ],
  },
] satisfies RouteRecordRaw[];
