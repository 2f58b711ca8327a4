// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    faults: { count: '共 {count} 处有误，改好后重新选择文件。一处有误就一行也不导入。', line: '行', field: '列', value: '内容', text: '问题' },
    itemSearch: { label: '事项', hint: '输入名称，或拼音首字母', none: '没有找到这个事项，换个名称或首字母试试', demo: '演示数据' },
  },
  en: {
    faults: { count: '{count} faults. Mend them and choose the file again; one fault and no row is taken in.', line: 'Line', field: 'Column', value: 'Content', text: 'Fault' },
    itemSearch: { label: 'Item', hint: 'Name, or pinyin initials', none: 'No such item; try another name or initials', demo: 'Demo data' },
  },
};
