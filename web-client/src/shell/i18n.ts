// SPDX-License-Identifier: Apache-2.0
// Every folder under src/ that shows text has a messages.ts: `export default { 'zh-CN': {...}, en: {...} }`
// with one top-level key of its own in each language. They are gathered here; nothing else names them.
import { createI18n } from 'vue-i18n';

export interface Messages {
  [key: string]: string | Messages;
}

export type Language = 'zh-CN' | 'en';

const found = import.meta.glob<Record<Language, Messages>>('../**/messages.ts', {
  eager: true,
  import: 'default',
});

function gather(language: Language): Messages {
  return Object.assign({}, ...Object.values(found).map((file) => file[language])) as Messages;
}

export const messages: Record<Language, Messages> = { 'zh-CN': gather('zh-CN'), en: gather('en') };

const KEY = 'farwindow.language';
const chosen: Language = typeof localStorage !== 'undefined' && localStorage.getItem(KEY) === 'en' ? 'en' : 'zh-CN';

export const i18n = createI18n({ legacy: false, locale: chosen, fallbackLocale: 'en', messages });

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}
