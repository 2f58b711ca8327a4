// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const everybody = ['applicant_clerk', 'home_clerk', 'department_expert', 'supervisor', 'auditor', 'administrator'] as const;
const editors = ['administrator'] as const;
const concerned = ['applicant_clerk', 'home_clerk', 'department_expert', 'administrator'] as const;

export default [
  {
    path: '/catalogue',
    component: () => import('./CatalogueLayout.vue'),
    children: [
      { path: '', component: () => import('./CatalogueList.vue'), meta: { roles: everybody, title: 'catalogue.title' } },
      { path: 'faults', component: () => import('./FaultList.vue'), meta: { roles: concerned, title: 'catalogue.guide.title' } },
      { path: 'items/:item', component: () => import('./CatalogueItem.vue'), meta: { roles: everybody, title: 'catalogue.one' } },
      { path: 'items/:item/edit', component: () => import('./ItemEditor.vue'), meta: { roles: editors, title: 'catalogue.edit' } },
    ],
  },
] satisfies RouteRecordRaw[];
