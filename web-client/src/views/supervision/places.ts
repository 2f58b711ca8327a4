// SPDX-License-Identifier: Apache-2.0
// A supervisor's places, the same wherever one of them lies: who goes from one to the next finds the way back.
import type { Place } from '../../shell/PlacesLayout.vue';

export const supervisionPlaces = (t: (key: string) => string): Place[] => [
  { to: '/wall', words: t('wall.title'), roles: ['supervisor', 'administrator'] },
  { to: '/supervision/ledger', words: t('supervision.ledger.title'), roles: ['supervisor', 'auditor'] },
  { to: '/supervision/escalations', words: t('supervision.escalation.title'), roles: ['supervisor'] },
  { to: '/supervision/mirror', words: t('supervision.mirror.title'), roles: ['supervisor', 'auditor'] },
  { to: '/supervision/sms', words: t('supervision.sms.title'), roles: ['supervisor', 'administrator'] },
  { to: '/supervision/drills', words: t('supervision.drill.title'), roles: ['supervisor', 'administrator'] },
  { to: '/administration/closures', words: t('officeTime.closure.title'), roles: ['supervisor', 'administrator'] },
  { to: '/administration/roster', words: t('officeTime.duty.title'), roles: ['supervisor', 'administrator'] },
  { to: '/figures', words: t('figures.title'), roles: ['supervisor', 'auditor'] },
  { to: '/audit', words: t('shell.audit'), roles: ['supervisor', 'auditor'] },
];
