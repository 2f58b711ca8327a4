// SPDX-License-Identifier: Apache-2.0
console.log('lint: 0 passed, 0 failed');
