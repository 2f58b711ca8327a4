// SPDX-License-Identifier: Apache-2.0
export default {
  'zh-CN': {
    papers: {
      identity: {
        title: '身份核验', how: '请申请人看镜头、证件放在高拍仪下，两边清楚后点“定格对比”。', judge: '请比对申请人与证件照片，选择核验结果；两张定格图片将随结果归入办件。',
        still: { face: '申请人面部', document: '证件' }, stop: '定格对比', again: '重新定格', noStill: '没有取到画面，请再试一次', noPicture: '没有画面', open: '查看原图',
        mark: { same: '✔', different: '✘', unclear: '？' }, result: { same: '一致', different: '不一致', unclear: '无法判断' },
      },
      page: '第 {n} 页', making: '正在处理…', parked: '页面没有处理成功，原图已归档', again: '重新处理', noPicture: 'PDF 文件', open: '打开文件', original: '原图',
      dpi: '{n} dpi', view: '全屏查看', close: '关闭 Esc', compare: '对比 C', laySample: '对照样本 V', previous: '上一张 ←', next: '下一张 →', fit: '适合窗口 0', actual: '原始大小 1', rotate: '旋转 R', upright: '转正 Z', overturn: '上下颠倒 Z', keepTurn: '按此方向保存 S', setUpright: '转正并保存',
      turnKept: '已保存：双方都按此方向查看，合并的文件也是；转回后可再次保存',
      zoomIn: '放大 +', zoomOut: '缩小 −', box: '方框', arrow: '箭头', line: '画线', look: '移动', erase: '擦除我的标注', zoomed: '{n}%', other: '对比的另一张',
      withdraw: '撤回', withdrawWhy: '撤回后此文件仍保留并注明原因。请填写原因：', withdrawn: '已撤回：{reason}', use: '用于其他材料', useFor: '选择材料',
      warning: {
        no_page: '没有找到纸边', beyond_frame: '纸张超出画面', low_resolution: '分辨率不足 200 dpi', blurred: '模糊', glare: '反光', dark: '过暗', finger: '有手指',
        blank: '空白页', duplicate: '可能重复', sideways: '文字横放', upside_down: '文字倒置', other: '需留意',
      },
      noCase: '本通话没有关联办件：可查看材料和审查要点；要在通话中拍摄和审查，请在呼叫时选择关联办件。',
      ask: '请对方拍摄', asked: '已请对方拍摄《{name}》', taken: '对方已拍摄，正在处理', declined: '对方暂时不能拍摄', failed: '对方没有拍成，请再试',
      request: '对方请您拍摄《{name}》：放好纸张，按 F9', shoot: '拍摄 F9', decline: '暂不能拍', opening: '正在打开高拍仪…', noCamera: '高拍仪打不开，请检查后再试',
      sent: '已拍摄《{name}》，正在归档', sample: '样本', points: '审查要点', hide: '收起', empty: '还没有归档的页面',
    },
  },
  en: {
    papers: {
      identity: {
        title: 'Identity check', how: 'Have the applicant look into the camera and the document lie under the document camera, then stop both.', judge: 'Hold the face against the document; both stills are filed with the result.',
        still: { face: 'Face', document: 'Document' }, stop: 'Stop both', again: 'Once more', noStill: 'No picture came; try again', noPicture: 'No picture', open: 'Open',
        mark: { same: '✔', different: '✘', unclear: '?' }, result: { same: 'Same person', different: 'Not the same', unclear: 'Cannot tell' },
      },
      page: 'Page {n}', making: 'Working…', parked: 'The page could not be made; the original is filed', again: 'Make again', noPicture: 'PDF', open: 'Open', original: 'Original',
      dpi: '{n} dpi', view: 'Full screen', close: 'Close Esc', compare: 'Compare C', laySample: 'Beside the sample V', previous: 'Previous ←', next: 'Next →', fit: 'Fit 0', actual: '1:1 1', rotate: 'Rotate R', upright: 'Upright Z', overturn: 'Other way up Z', keepTurn: 'Keep this way up S', setUpright: 'Set upright',
      turnKept: 'Kept: both sides see it this way up, joined files too; turn it back and keep again to undo',
      zoomIn: 'In +', zoomOut: 'Out −', box: 'Box', arrow: 'Arrow', line: 'Line', look: 'Move', erase: 'Wipe my marks', zoomed: '{n}%', other: 'Compared with',
      withdraw: 'Withdraw', withdrawWhy: 'The file is kept, with the reason. Why?', withdrawn: 'Withdrawn: {reason}', use: 'Use for another material', useFor: 'Material',
      warning: {
        no_page: 'No edge found', beyond_frame: 'Beyond the frame', low_resolution: 'Under 200 dpi', blurred: 'Blurred', glare: 'Glare', dark: 'Dark', finger: 'Finger',
        blank: 'Blank', duplicate: 'Duplicate?', sideways: 'Sideways', upside_down: 'Upside down', other: 'Look closely',
      },
      noCase: 'This call is about no case: choose one when calling to capture and rule on its papers here.',
      ask: 'Ask for a capture', asked: 'Asked for a capture of "{name}"', taken: 'Taken, on its way', declined: 'They cannot capture now', failed: 'No capture came; try again',
      request: 'They ask for "{name}": lay it down and press F9', shoot: 'Shoot F9', decline: 'Not now', opening: 'Opening the document camera…', noCamera: 'The document camera does not open',
      sent: '"{name}" taken, being filed', sample: 'Sample', points: 'Review points', hide: 'Put away', empty: 'No pages filed yet',
    },
  },
};
