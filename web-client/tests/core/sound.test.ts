// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { loudness } from '../../src/core/levels';
import { Notifications } from '../../src/core/notifications';
import { Ring } from '../../src/core/ring';
import { FakeAudioContext, FakeTimers, settled } from './fakes';

describe('ring', () => {
  const made = () => {
    const context = new FakeAudioContext();
    const ring = new Ring(() => context.asContext());
    const heard: boolean[] = [];
    ring.on('sounding', (sounding) => heard.push(sounding));
    return { context, ring, heard };
  };

  test('says that it sounds only when the context runs', async () => {
    const { context, ring, heard } = made();
    ring.start('incoming');
    await settled();
    expect(heard).toEqual([]);
    expect(ring.locked).toBe(true);
    context.allowed = true;
    await ring.unlock();
    expect(heard).toContain(true);
    expect(ring.locked).toBe(false);
  });

  test('stops, and the same ring told twice is one ring', async () => {
    const { context, ring, heard } = made();
    context.allowed = true;
    await ring.unlock();
    ring.start('incoming');
    ring.start('incoming');
    await settled();
    expect(context.oscillators.length).toBe(2); // two notes
    ring.stop();
    ring.stop();
    expect(context.oscillators.every((each) => each.stopped === 2)).toBe(true); // its planned end, and now
    expect(heard).toEqual([true, false]);
  });

  test('a context that only says it runs is not believed', async () => {
    const { context, ring, heard } = made();
    context.allowed = true;
    await ring.unlock();
    context.clockRuns = false;
    ring.start('incoming');
    await settled();
    expect(ring.locked).toBe(false);
    expect(heard).toEqual([]);
    context.clockRuns = true;
    context.tick();
    expect(heard).toEqual([true]);
  });

  test('on duty it wakes when the system puts it to sleep', async () => {
    const { context, ring } = made();
    context.allowed = true;
    await ring.unlock();
    ring.keepAwake(true);
    context.state = 'suspended';
    context.onstatechange?.();
    await settled();
    expect(ring.locked).toBe(false);
    ring.keepAwake(false);
    context.state = 'suspended';
    context.onstatechange?.();
    expect(ring.locked).toBe(true);
  });
});

test('loudness is 0 for silence, 1 for full scale, between for speech', () => {
  expect(loudness([])).toBe(0);
  expect(loudness([0, 0])).toBe(0);
  expect(loudness([1, -1])).toBe(1);
  expect(loudness([0.03, -0.03])).toBeCloseTo(0.49, 2);
});

describe('notifications', () => {
  const made = (permission: NotificationPermission = 'granted') => {
    const timers = new FakeTimers();
    const page = { title: '工作台' };
    const shown: { title: string; closed: boolean; onclick: ((event: Event) => void) | null; close: () => void }[] = [];
    let focused = 0;
    const notifications = new Notifications({
      title: { get: () => page.title, set: (title) => (page.title = title) },
      desktop: {
        permission: () => permission,
        ask: () => Promise.resolve(permission),
        show: (title) => {
          if (title === 'throws') throw new TypeError('Illegal constructor');
          const entry = { title, closed: false, onclick: null, close: () => void (entry.closed = true) };
          shown.push(entry);
          return entry;
        },
      },
      focus: () => focused++,
      timers,
    });
    return { timers, page, shown, notifications, focused: () => focused };
  };

  test('the title flashes and is put back', async () => {
    const { timers, page, notifications, shown } = made();
    notifications.alert('来电', '陆河');
    expect(page.title).toBe('来电');
    await timers.advance(900);
    expect(page.title).toBe('工作台');
    await timers.advance(900);
    notifications.alert('来电二', '');
    notifications.clear();
    expect(page.title).toBe('工作台');
    expect(shown.map((each) => each.closed)).toEqual([true, true]);
    await timers.advance(5000);
    expect(page.title).toBe('工作台');
  });

  test('a click brings the window to the front', () => {
    const { shown, notifications, focused } = made();
    notifications.alert('来电', '');
    shown[0]?.onclick?.(new Event('click'));
    expect(focused()).toBe(1);
  });

  test('without permission, or where the system forbids it, the title still flashes', () => {
    const { page, shown, notifications } = made('denied');
    notifications.alert('来电', '');
    expect(page.title).toBe('来电');
    expect(shown).toEqual([]);
    const other = made();
    other.notifications.alert('throws', '');
    expect(other.page.title).toBe('throws');
  });
});
