// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A mail's plain text, with its links; long quotes are folded.

import { useState } from 'preact/hooks';

import { linkPieces, textBlocks, type TextBlock } from './text-body';
import { t } from './strings';

const FOLD_FROM = 4;

function Line({ text }: { text: string }) {
  return (
    <>
      {linkPieces(text).map((piece, i) =>
        piece.href ? <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer">{piece.text}</a> : piece.text,
      )}
      {'\n'}
    </>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return <>{lines.map((line, i) => <Line key={i} text={line} />)}</>;
}

interface Run {
  quoted: boolean;
  blocks: TextBlock[];
}

/** Quotes of all depths that follow each other are folded as one. */
function runsOf(blocks: TextBlock[]): Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const quoted = block.depth > 0;
    const last = runs[runs.length - 1];
    if (last && last.quoted === quoted) last.blocks.push(block);
    else runs.push({ quoted, blocks: [block] });
  }
  return runs;
}

function Quote({ blocks, folds }: { blocks: TextBlock[]; folds: boolean }) {
  const [open, setOpen] = useState(!folds);
  return (
    <div class="quote-run">
      {folds && (
        <button type="button" class="fold" aria-expanded={open} aria-label={t().showQuoted} title={t().showQuoted} onClick={() => setOpen(!open)}>
          •••
        </button>
      )}
      {open && blocks.map((block, i) => (
        <blockquote key={i} class={`quote quote-${Math.min(block.depth, 4)}`}><Lines lines={block.lines} /></blockquote>
      ))}
    </div>
  );
}

export function MessageText({ text }: { text: string }) {
  const runs = runsOf(textBlocks(text));
  const onlyQuotes = runs.every((run) => run.quoted);
  return (
    <div class="message-text">
      {runs.map((run, i) => {
        if (!run.quoted) return <div key={i}>{run.blocks.map((block, k) => <Lines key={k} lines={block.lines} />)}</div>;
        const lines = run.blocks.reduce((sum, block) => sum + block.lines.length, 0);
        return <Quote key={i} blocks={run.blocks} folds={!onlyQuotes && lines >= FOLD_FROM} />;
      })}
    </div>
  );
}
