// SPDX-License-Identifier: Apache-2.0
// The keys of the replay (docs: space, arrows, comma and full stop); none of them while something is being typed.

export interface ReplayKeyActions {
  toggle(): void;
  step(seconds: number): void;
  frame(direction: 1 | -1): void;
  marker(direction: 1 | -1): void;
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, [role=dialog]') !== null;
}

export function replayKeys(actions: ReplayKeyActions): (event: KeyboardEvent) => void {
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ArrowLeft: (event) => actions.step(event.shiftKey ? -30 : -5),
    ArrowRight: (event) => actions.step(event.shiftKey ? 30 : 5),
    ArrowUp: () => actions.marker(-1),
    ArrowDown: () => actions.marker(1),
    ',': () => actions.frame(-1),
    '.': () => actions.frame(1),
    ' ': () => actions.toggle(),
  };
  return (event) => {
    const action = keys[event.key];
    if (!action || takesText(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === ' ' && isButton(event.target)) return; // the button's own key
    event.preventDefault();
    action(event);
  };
}
