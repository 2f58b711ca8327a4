// SPDX-License-Identifier: Apache-2.0
import js from '@eslint/js';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

// core/ gets these handed in (types are free to use); a test or another host hands in its own.
const injected = [
  'document', 'window', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage',
  'alert', 'confirm', 'fetch', 'XMLHttpRequest',
];
const injectedClasses =
  'WebSocket|RTCPeerConnection|MediaStream|MediaRecorder|AudioContext|Audio|Image|Notification|BroadcastChannel|Worker';

export default [
  { ignores: ['dist/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['**/*.{ts,vue}'],
    rules: {
      'no-undef': 'off', // TypeScript knows better
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Layout of templates is nobody's quarrel.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-bare-strings-in-template': [
        'error',
        { allowlist: ['(', ')', ',', '.', '·', ':', '：', '/', '-', '–', '%', '×', '…', '|', '+', '#', '、', '*'] },
      ],
    },
  },
  {
    files: ['public/**/*.js'], // as the browser gets it
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries([...injected, 'addEventListener', 'HTMLScriptElement', 'HTMLLinkElement'].map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['src/core/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['vue', 'vue-*', '@vue/*', 'element-plus', 'element-plus/*', '@element-plus/*', '*.vue', '*.css'],
              message: 'core/ knows no user interface framework',
            },
            { regex: '^\\.\\./(\\.\\./)*(?!core)(shell|views|components|bridge)', message: 'core/ is below the views' },
          ],
        },
      ],
      'no-restricted-globals': ['error', ...injected.map((name) => ({ name, message: 'core/ gets it injected' }))],
      'no-restricted-syntax': [
        'error',
        { selector: `NewExpression[callee.name=/^(${injectedClasses})$/]`, message: 'core/ gets it injected' },
      ],
    },
  },
];
