// SPDX-License-Identifier: Apache-2.0
// The empty desks of this window, asked for whenever a document camera is opened, as another window may be taken meanwhile.
import { readonly, shallowRef, type Ref } from 'vue';

import { DESK_MAX_BYTES, EmptyDesks, fitting, type EmptyDesk } from '../core/capture/empty-desks';
import { pictureSize } from '../core/capture/picture-size';
import { http } from './http';
import { fittingInto } from './stills';

const NAME_MAX_CHARS = 100; // PROTOCOL-CASES.md 6

const server = new EmptyDesks(http);
const known = shallowRef<readonly EmptyDesk[]>([]);
let asked: Promise<void> = Promise.resolve();

/** As the server keeps it: a name of a camera may be of any length. */
const nameOf = (camera: string) => Array.from(camera.trim()).slice(0, NAME_MAX_CHARS).join('');

export function askForDesks(): Promise<void> {
  asked = server.list().then(
    (desks) => void (known.value = desks),
    () => void (known.value = []), // pages are found without one too
  );
  return asked;
}

export const emptyDesks = readonly(known) as Readonly<Ref<readonly EmptyDesk[]>>;
export const deskOf = (camera: string): EmptyDesk | null => fitting(known.value, nameOf(camera), null);
export const deskPicture = (desk: string): string => server.address(desk);

/** Which desk the server is to subtract from this picture of this camera; null: none was learnt. */
export async function deskFor(camera: string, picture: Blob): Promise<string | null> {
  await asked;
  return fitting(known.value, nameOf(camera), await pictureSize(picture))?.desk ?? null;
}

export async function learnDesk(camera: string, picture: Blob): Promise<void> {
  const size = await pictureSize(picture);
  if (size === null) throw new Error('no size');
  await server.learn(nameOf(camera), size, await fittingInto(picture, DESK_MAX_BYTES));
  await askForDesks();
}

export async function forgetDesk(desk: string): Promise<void> {
  await server.forget(desk);
  await askForDesks();
}
