// SPDX-License-Identifier: Apache-2.0
import vue from '@vitejs/plugin-vue';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import components from 'unplugin-vue-components/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [
    vue(),
    // Only <el-...> tags are resolved; our own components are imported where they are used.
    components({ dirs: [], dts: false, resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  define: {
    __VUE_I18N_FULL_INSTALL__: true,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
  },
  build: {
    // The oldest browser of the offices; tests/lint/bundle.mjs holds the result to it.
    target: 'chrome90',
    cssTarget: 'chrome90',
    assetsInlineLimit: 0, // the server's content security policy allows no data: scripts or fonts
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
  },
  test: {
    // core/ must run without a DOM; a component test says `// @vitest-environment jsdom` in its first line.
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    testTimeout: 60000, // a wait is no measurement: test machines are slow
  },
});
