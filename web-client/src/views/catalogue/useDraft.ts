// SPDX-License-Identifier: Apache-2.0
// The draft in the editor's hand: loaded (or begun from the newest version), saved, with what the server found wrong.
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';

import { codeOf, explain } from '../../bridge/failure';
import type { Fault } from '../../core/api';
import type { ItemDocument } from '../../core/catalogue';
import { placeOf } from '../../core/item-document';
import { catalogue } from './service';

export interface DraftInHand {
  document: ShallowRef<ItemDocument | null>;
  faults: ShallowRef<readonly Fault[]>;
  dirty: ComputedRef<boolean>;
  busy: Ref<boolean>;
  failure: Ref<string>;
  /** Somebody else saved it meanwhile. */
  overtaken: Ref<boolean>;
  revision: Ref<number>;
  load: () => Promise<void>;
  save: () => Promise<boolean>;
}

async function newest(id: string): Promise<ItemDocument> {
  const { versions } = await catalogue.item(id);
  const from = versions.find((each) => each.current) ?? versions[0];
  return (await catalogue.version(id, from?.version ?? 1)).document;
}

export function useDraft(id: () => string): DraftInHand {
  const document = shallowRef<ItemDocument | null>(null);
  const kept = shallowRef<ItemDocument | null>(null);
  const faults = shallowRef<readonly Fault[]>([]);
  const busy = ref(false);
  const failure = ref('');
  const overtaken = ref(false);
  const revision = ref(0);

  async function attempt<T>(action: () => Promise<T>): Promise<T | null> {
    busy.value = true;
    failure.value = '';
    try {
      return await action();
    } catch (error) {
      overtaken.value = codeOf(error) === 'changed';
      failure.value = explain(error);
      return null;
    } finally {
      busy.value = false;
    }
  }

  async function load(): Promise<void> {
    overtaken.value = false;
    await attempt(async () => {
      const draft = await catalogue.draft(id()).catch((error: unknown) => {
        if (codeOf(error) === 'not_found') return null;
        throw error;
      });
      revision.value = draft?.revision ?? 0;
      faults.value = draft?.faults ?? [];
      document.value = draft?.document ?? (await newest(id()));
      kept.value = document.value;
    });
  }

  async function save(): Promise<boolean> {
    const whole = document.value;
    if (whole === null || busy.value) return false;
    const saved = await attempt(() => catalogue.save(revision.value, whole));
    if (saved === null) return false;
    revision.value = saved.revision;
    faults.value = saved.faults;
    kept.value = whole;
    return true;
  }

  return { document, faults, dirty: computed(() => document.value !== kept.value), busy, failure, overtaken, revision, load, save };
}

/** The sentence that belongs below a field, or nothing. */
export function sentenceFor(faults: readonly Fault[], section: string, material: number | null, field: string): string {
  const found = faults.find((each) => {
    const place = placeOf(each.field ?? '');
    return place.section === section && place.material === material && (field === '' || place.field === field);
  });
  return found?.text ?? '';
}
