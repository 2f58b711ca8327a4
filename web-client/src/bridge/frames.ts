// SPDX-License-Identifier: Apache-2.0
// Chromium opens devices one after the other for each frame. When its camera process dies while it opens one, that
// request is never answered, and all later ones of the frame wait behind it; those of another frame do not.

/** The devices, as a new frame of this page asks for them. The frame stays: tracks end with the frame that opened them. */
export function devicesOfNewFrame(): MediaDevices | undefined {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  document.body.append(frame);
  return frame.contentWindow?.navigator.mediaDevices;
}
