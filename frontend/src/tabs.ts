// On a phone the tab that is open may lie beyond the edge of its row. Only the row moves, never the page.
export function showOpenTabs(): void {
  document.querySelectorAll<HTMLElement>(".vx-tabs [aria-current]").forEach((tab) => {
    const row = tab.parentElement;
    if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  });
}
