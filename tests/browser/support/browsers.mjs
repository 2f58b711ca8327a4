// SPDX-License-Identifier: Apache-2.0
// Debian's own browsers, started the way the tests need them, and what the tests may look at inside a page.
import fs from 'node:fs';

import { chromium } from 'playwright-core';
import { PATIENCE_MS } from '../../support/patience.mjs';

/**
 * For any Chromium under test. The server's own certificate is let pass by the verifier: let pass request by request, as
 * a context would, Chromium now and then goes round in circles over parallel requests and ends one with ERR_TOO_MANY_RETRIES.
 */
export const quiet = ['--ignore-certificate-errors', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'];

/** The generated camera that stands for a document camera (the second one gives depth pictures, which are not sent). */
export const GENERATED_DOCUMENT = 'fake_device_2';

/** So many generated cameras, 30 pictures a second. */
export const generatedCameras = (devices = 3) => `--use-fake-device-for-media-stream=device-count=${devices},fps=30`;

/** @param {{camera?: string, devices?: number, noCamera?: boolean}} [what] a camera file, or how many generated cameras */
export function startChromium({ camera, devices = 3, noCamera = false } = {}) {
  const args = [...quiet];
  if (!noCamera) args.push(camera && devices === 3 ? '--use-fake-device-for-media-stream' : generatedCameras(devices));
  if (camera) args.push(`--use-file-for-fake-video-capture=${camera}`);
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args });
}

/** A page of its own context; it keeps every RTCPeerConnection it makes where the test can ask it for figures.
 * relayed: as behind a firewall, its media goes through a TURN server or not at all */
export async function openPage(browser, url, { origin = new URL(url).origin, relayed = false, viewport = { width: 1366, height: 768 }, permissions = ['camera', 'microphone', 'notifications'] } = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  await context.grantPermissions(permissions, { origin });
  await context.addInitScript(observe, { relayed });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.faults = [];
  page.pending = new Set(); // addresses asked and not answered yet: why a page does not come on
  page.on('request', (request) => page.pending.add(request.url()));
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => page.pending.delete(request.url()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    // Asking whether somebody is signed in is answered by 401 at the first visit; the browser counts that as an error.
    // So does it a request over a line that the test cut.
    const expected = message.location().url.endsWith('/api/v1/session') || (page.lineCut && message.text().includes('ERR_INTERNET_DISCONNECTED'));
    if (message.type() === 'error' && !expected) page.faults.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  return page;
}

function commandOf(process) {
  try {
    return fs.readFileSync(`/proc/${process}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended since it was listed
  }
}

/**
 * Takes all cameras away from a Chromium, as pulling their plugs does: the process that reads them is killed. As long as
 * `meanwhile` runs none opens in this page, as with a driver that is not ready. (Killing the browser's next such process
 * while it opens a camera would leave the page's request without an answer, now and then for ever.)
 */
export async function unplugCameras(browser, page, meanwhile) {
  const session = await browser.newBrowserCDPSession();
  await page.evaluate(() => { window.testUnplugged = true; });
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const readers = processInfo.filter(({ id }) => commandOf(id).includes('--utility-sub-type=video_capture'));
  if (readers.length === 0) throw new Error('no process reads a camera');
  for (const { id } of readers) process.kill(id, 'SIGKILL');
  try {
    return await meanwhile();
  } finally {
    await page.evaluate(() => { window.testUnplugged = false; });
    await session.detach();
  }
}

/**
 * The line breaks in the middle of the page's next upload: the server has its first piece, nobody hears of it, and nothing of uploads
 * goes through after it. `cut` resolves then; mend() brings the line back.
 */
export async function cutMidUpload(page) {
  const uploads = /\/uploads(\/|$)/;
  let down = false;
  let broken;
  const cut = new Promise((done) => { broken = done; });
  await page.route(uploads, async (route) => {
    if (!down && !route.request().url().includes('/pieces')) return route.continue();
    if (!down) {
      down = page.lineCut = true;
      await route.fetch();
      broken();
    }
    return route.abort('internetdisconnected');
  });
  return { cut, mend: () => page.unroute(uploads) };
}

/** Runs in the page before its own scripts. */
export function observe({ relayed = false } = {}) {
  const { mediaDevices } = navigator;
  const open = mediaDevices?.getUserMedia.bind(mediaDevices);
  if (open) {
    mediaDevices.getUserMedia = (wanted) => (window.testUnplugged && wanted.video
      ? Promise.reject(new DOMException('the camera is unplugged', 'NotReadableError')) : open(wanted));
  }
  const Native = window.RTCPeerConnection;
  window.testConnections = [];
  window.RTCPeerConnection = class extends Native {
    constructor(configuration) {
      super(relayed ? { ...configuration, iceTransportPolicy: 'relay' } : configuration);
      window.testConnections.push(this);
    }
  };
  /** Per mid of the newest connection: what is received and sent. */
  window.testStats = async () => {
    const connection = [...window.testConnections].reverse().find((each) => each.connectionState !== 'closed');
    const result = { state: connection?.connectionState ?? 'none', inbound: {}, outbound: {} };
    for (const stat of connection ? (await connection.getStats()).values() : []) {
      if (stat.type === 'inbound-rtp') {
        result.inbound[stat.mid] = { kind: stat.kind, frames: stat.framesDecoded ?? 0, width: stat.frameWidth, height: stat.frameHeight,
          packets: stat.packetsReceived, lost: stat.packetsLost, audioEnergy: stat.totalAudioEnergy, level: stat.audioLevel };
      }
      if (stat.type === 'outbound-rtp') {
        result.outbound[stat.mid] = { kind: stat.kind, width: stat.frameWidth, height: stat.frameHeight, frames: stat.framesEncoded,
          limit: stat.qualityLimitationReason, target: stat.targetBitrate };
      }
    }
    return result;
  };
  /** How the newest connection's media travels from here: "host", "srflx", "relay"; with the protocol to the TURN server. */
  window.testRoute = async () => {
    const stats = await window.testConnections.at(-1)?.getStats();
    const all = [...(stats?.values() ?? [])];
    const pair = stats?.get(all.find((each) => each.type === 'transport')?.selectedCandidatePairId);
    const local = stats?.get(pair?.localCandidateId);
    return { type: local?.candidateType ?? 'none', protocol: local?.relayProtocol ?? null };
  };
  /** Mean colour of the given parts (0..1 left, top, right, bottom) of a video's current picture. */
  window.testColours = (video, parts) => {
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (!canvas.width) return null;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    return parts.map(([left, top, right, bottom]) => {
      const x = Math.floor(left * canvas.width), y = Math.floor(top * canvas.height);
      const { data } = context.getImageData(x, y, Math.max(1, Math.floor((right - left) * canvas.width)), Math.max(1, Math.floor((bottom - top) * canvas.height)));
      const sum = [0, 0, 0];
      for (let i = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) sum[c] += data[i + c];
      return sum.map((each) => Math.round(each / (data.length / 4)));
    });
  };
}

/** Asks until the answer satisfies, or says what the last answer was. */
export async function eventually(ask, satisfied, { what = 'condition', timeout = PATIENCE_MS } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const last = await ask();
    if (satisfied(last)) return last;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms; last: ${JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

export const near = (colour, wanted, tolerance = 40) => colour.every((each, index) => Math.abs(each - wanted[index]) <= tolerance);
