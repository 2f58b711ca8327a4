// SPDX-License-Identifier: Apache-2.0
// A document camera over a page on a desk, as a file that Chromium takes for a camera: of the size such cameras have.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

/** By megapixels. */
export const CAMERA_SIZES = { 8: [3264, 2448], 13: [4160, 3120] };
const DENSITY = 4; // pixels of the camera per CSS pixel of the drawn desk

const desk = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; height: 100vh; background: #4a4238; display: grid; place-items: center; }
  main { width: 56vh; height: 79vh; padding: 4vh; box-sizing: border-box; background: #fbfbf8; transform: rotate(1.5deg); font: 2vh "Noto Sans CJK SC"; position: relative; }
  i { position: absolute; right: 8vh; bottom: 6vh; width: 10vh; height: 10vh; border: 0.6vh solid #c00; border-radius: 50%; }
</style><main><h1>防雷装置竣工验收申请书</h1>${'<p>演示数据有限公司承诺所填内容真实，愿承担相应责任。</p>'.repeat(8)}<i></i></main>`;

async function draw([width, height], file) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: { width: width / DENSITY, height: height / DENSITY }, deviceScaleFactor: DENSITY });
  const page = await context.newPage();
  await page.setContent(desk);
  await page.screenshot({ path: file });
  await browser.close();
}

/**
 * MJPEG in yuvj420p, the only kind Chromium reads without blank frames: one picture, read again as often as the page asks for.
 * noise: of the sensor; with it a still is as large as a real one, several pieces of an upload.
 */
export async function documentCamera(megapixels = 13, { noise = 6 } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-camera-'));
  const [drawn, file] = [path.join(folder, 'desk.png'), path.join(folder, `${megapixels}.mjpeg`)];
  await draw(CAMERA_SIZES[megapixels], drawn);
  execFileSync('ffmpeg', ['-loglevel', 'error', '-i', drawn, '-vf', `noise=c0s=${noise}`, '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '3', file]);
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
