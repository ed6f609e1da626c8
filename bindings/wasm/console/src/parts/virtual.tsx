// A long list of which only the lines in sight are in the page; the lines are of one height. The list keeps one focus and points at its active line.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  count: number;
  height: number;
  label: string;
  active: number;
  /** lines that cannot be active, such as headings */
  skips: (at: number) => boolean;
  onActive: (at: number) => void;
  onOpen: (at: number) => void;
  render: (at: number) => ComponentChildren;
}

const AROUND = 6;

export function VirtualGrid({ count, height, label, active, skips, onActive, onOpen, render }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, size: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setView({ top: element.scrollTop, size: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => scrollTo(box.current, active, height), [active, height]);

  const page = Math.max(1, Math.floor(view.size / height) - 1);
  const move = (to: number, step: 1 | -1) => {
    let at = Math.min(count - 1, Math.max(0, to));
    while (at >= 0 && at < count && skips(at)) at += step;
    if (at >= 0 && at < count) onActive(at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (key === "ArrowDown" || key === "j") move(active + 1, 1);
    else if (key === "ArrowUp" || key === "k") move(active - 1, -1);
    else if (key === "PageDown") move(active + page, 1);
    else if (key === "PageUp") move(active - page, -1);
    else if (key === "Home") move(0, 1);
    else if (key === "End") move(count - 1, -1);
    else if (key === "Enter" && active >= 0) onOpen(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const first = Math.max(0, Math.floor(view.top / height) - AROUND);
  const last = Math.min(count, Math.ceil((view.top + view.size) / height) + AROUND);
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  return (
    <div
      ref={box}
      class="grid-body"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={active >= first && active < last ? `line-${active}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, size: event.currentTarget.clientHeight })}
    >
      <div class="grid-space" role="presentation" style={{ height: `${count * height}px` }}>
        {shown.map((at) => (
          <div
            key={at}
            id={`line-${at}`}
            role="option"
            aria-selected={at === active}
            aria-disabled={skips(at) ? "true" : undefined}
            aria-posinset={at + 1}
            aria-setsize={count}
            class={`grid-line${at === active ? " active" : ""}${skips(at) ? " heading" : ""}`}
            style={{ transform: `translateY(${at * height}px)`, height: `${height}px` }}
            onClick={() => !skips(at) && onOpen(at)}
          >
            {render(at)}
          </div>
        ))}
      </div>
    </div>
  );
}

function scrollTo(box: HTMLElement | null, at: number, height: number): void {
  if (!box || at < 0) return;
  const top = at * height;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
}
