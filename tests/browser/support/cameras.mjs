// SPDX-License-Identifier: Apache-2.0
// Cameras for the browsers under test: Chromium's generated ones, or a file that stands for a document camera over a paper.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Four patches in the corners of the paper, so that a test can tell which way up and whose paper it sees.
export const paperPatches = { topLeft: [200, 30, 30], topRight: [30, 140, 60], bottomLeft: [40, 80, 190], bottomRight: [200, 150, 20] };

const rgb = (colour) => `rgb(${colour.join(',')})`;

const paper = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; width: 1920px; height: 1080px; background: #fff; font: 40px "Noto Sans CJK SC", sans-serif; position: relative; }
  i { position: absolute; width: 480px; height: 270px; }
  h1 { position: absolute; top: 300px; width: 100%; text-align: center; font-size: 72px; }
  p { position: absolute; top: 480px; left: 520px; width: 880px; line-height: 64px; }
  b { position: absolute; left: 1080px; top: 560px; width: 220px; height: 220px; border: 10px solid #c00; border-radius: 50%; }
</style>
<i style="left:0;top:0;background:${rgb(paperPatches.topLeft)}"></i><i style="right:0;top:0;background:${rgb(paperPatches.topRight)}"></i>
<i style="left:0;bottom:0;background:${rgb(paperPatches.bottomLeft)}"></i><i style="right:0;bottom:0;background:${rgb(paperPatches.bottomRight)}"></i>
<h1>防雷装置竣工验收申请书</h1><p>申请单位：演示数据有限公司<br>工程名称：演示综合楼<br>（演示数据）</p><b></b>`;

/** Renders the paper and makes it a camera file: MJPEG in yuvj420p, the only kind Chromium reads without blank frames. */
export async function paperCamera(chromium) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-camera-'));
  const page = await chromium.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.setContent(paper);
  await page.screenshot({ path: path.join(folder, 'paper.png') });
  await page.close();
  const file = path.join(folder, 'paper.mjpeg');
  execFileSync('ffmpeg', ['-loglevel', 'error', '-loop', '1', '-framerate', '15', '-t', '1', '-i', path.join(folder, 'paper.png'),
    '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '4', file]);
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
