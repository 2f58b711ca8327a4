// SPDX-License-Identifier: Apache-2.0
import type { RouteRecordRaw } from 'vue-router';

const administrators = ['administrator'] as const;
const keepers = ['administrator', 'supervisor'] as const;

export default [
  {
    path: '/administration',
    component: () => import('./AdministrationLayout.vue'),
    children: [
      { path: '', component: () => import('./Administration.vue'), meta: { roles: administrators, title: 'administration.title' } },
      { path: 'holidays', component: () => import('../office-time/Holidays.vue'), meta: { roles: administrators, title: 'officeTime.year.title' } },
      { path: 'closures', component: () => import('../office-time/Closures.vue'), meta: { roles: keepers, title: 'officeTime.closure.title' } },
      { path: 'roster', component: () => import('../office-time/Roster.vue'), meta: { roles: keepers, title: 'officeTime.duty.title' } },
    ],
  },
] satisfies RouteRecordRaw[];
