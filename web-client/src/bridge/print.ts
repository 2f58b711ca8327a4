// SPDX-License-Identifier: Apache-2.0
// A table on a sheet of paper, by the browser's own printing: drawn in a frame of its own, so that nothing of the page comes along.

function element(document: Document, name: string, text: string, style: Partial<CSSStyleDeclaration>): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  Object.assign(made.style, style);
  return made;
}

/** `lines` stand above the table, `foot` below it, with room to sign. */
export function printTable(title: string, lines: readonly string[], rows: readonly (readonly [string, string])[], foot: readonly string[]): void {
  const frame = document.createElement('iframe');
  frame.className = 'fw-hidden';
  frame.title = title;
  document.body.append(frame);
  const { contentDocument: sheet, contentWindow: view } = frame;
  if (sheet === null || view === null) return;
  sheet.documentElement.lang = document.documentElement.lang; // the same signs of the typeface as on the screen
  const cell = { border: '1px solid #000', padding: '6px 10px', verticalAlign: 'top', whiteSpace: 'pre-wrap', lineHeight: '24px' };
  const table = element(sheet, 'table', '', { width: '100%', borderCollapse: 'collapse', marginTop: '12px' });
  for (const [name, answer] of rows) {
    const row = element(sheet, 'tr', '', {});
    row.append(element(sheet, 'th', name, { ...cell, width: '30%', textAlign: 'left' }), element(sheet, 'td', answer, cell));
    table.append(row);
  }
  const signing = element(sheet, 'div', '', { display: 'flex', marginTop: '32px' });
  signing.append(...foot.map((each) => element(sheet, 'span', each, { flex: '1' })));
  Object.assign(sheet.body.style, { font: '16px sans-serif', margin: '24px' });
  sheet.body.append(element(sheet, 'h1', title, { fontSize: '22px', textAlign: 'center' }), ...lines.map((each) => element(sheet, 'p', each, { margin: '4px 0' })), table, signing);
  view.onafterprint = () => frame.remove();
  view.print();
}
