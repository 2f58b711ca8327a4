// SPDX-License-Identifier: Apache-2.0
// The pages of one capture sheet: taken, chosen from this computer, put in order, handed to the upload queue.
import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';

import { deskFor } from '../../bridge/empty-desks';
import { uploads } from '../../bridge/uploads';
import { added, faultOf, moved, removed, withdrawn, type Page } from '../../core/capture/page-list';
import type { PaperFormat } from '../../core/capture/paper-format';
import type { Still } from '../../core/capture/still';

export interface Target {
  caseId: string;
  material: number | null;
}

/** format: of the paper that lies there now. */
export function usePages(target: () => Target, format: () => PaperFormat | null) {
  const { t } = useI18n();
  const pages = shallowRef<readonly Page[]>([]);
  const retaking = ref<number | null>(null);
  const storing = ref(false);
  const faults = ref<string[]>([]);

  function add(page: Omit<Page, 'id'>): void {
    pages.value = added(pages.value, { ...page, format: format() }, retaking.value);
    retaking.value = null;
  }

  /** Resolves when the picture is whole; a page without one leaves the list again. */
  async function addStill({ picture, small }: Still, rotation: number, camera: string): Promise<void> {
    const former = pages.value.find((each) => each.id === retaking.value);
    const end = small.type === 'image/png' ? 'png' : 'jpg';
    add({ kind: 'capture', picture, small, name: `${t('capture.page', { n: pages.value.length + 1 })}.${end}`, rotation, camera });
    const mine = pages.value.find((each) => each.picture === picture);
    try {
      await picture;
    } catch (error) {
      if (mine !== undefined) pages.value = withdrawn(pages.value, mine.id, former);
      throw error;
    }
  }

  async function addFiles(files: readonly File[]): Promise<void> {
    faults.value = [];
    for (const file of files) {
      const fault = await faultOf(file);
      if (fault === null) add({ kind: 'original', picture: Promise.resolve(file), small: file, name: file.name, rotation: 0 });
      else faults.value = [...faults.value, t(`capture.${fault}`, { name: file.name })];
    }
  }

  /** True when every page is safe in this browser; what is stored is not in the list any more. */
  async function submit(): Promise<boolean> {
    const { caseId, material } = target();
    storing.value = true;
    faults.value = [];
    try {
      for (let page = pages.value[0]; page !== undefined; page = pages.value[0]) {
        const picture = await page.picture.catch(() => null);
        if (picture === null) return false; // the sheet has said so
        if (!pages.value.includes(page)) continue; // deleted meanwhile
        const desk = page.camera === undefined ? null : await deskFor(page.camera, picture);
        await uploads.add({ caseId, material, kind: page.kind, name: page.name, rotation: page.rotation, desk, format: page.format ?? null }, picture);
        pages.value = removed(pages.value, page.id);
      }
      return true;
    } catch {
      faults.value = [t('capture.storeFailed')];
      return false;
    } finally {
      storing.value = false;
    }
  }

  return {
    pages, retaking, storing, faults,
    count: computed(() => pages.value.length),
    addStill, addFiles, submit,
    move: (id: number, to: number) => (pages.value = moved(pages.value, id, to)),
    remove: (id: number) => (pages.value = removed(pages.value, id)),
    retake: (id: number) => (retaking.value = retaking.value === id ? null : id),
  };
}
