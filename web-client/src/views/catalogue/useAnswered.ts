// SPDX-License-Identifier: Apache-2.0
// How many of one's own reports of faults in guides have an answer that waits to be closed or objected to.
import { onBeforeUnmount, readonly, ref } from 'vue';

import { hasRole } from '../../bridge/http';
import { station } from '../../bridge/station';
import { guides } from './service';

export function useAnswered() {
  const count = ref(0);

  async function look(): Promise<void> {
    if (!hasRole('applicant_clerk', 'home_clerk', 'department_expert')) return;
    const page = await guides.list({ list: 'mine', state: 'answered', page: 1, page_size: 1 }).catch(() => null); // told again by the next event
    count.value = page?.total ?? count.value;
  }

  const stop = station.signalling.on('event', (event) => {
    if (event.event === 'guide.answered') void look();
  });
  onBeforeUnmount(stop);
  void look();
  return readonly(count);
}
