//! Cycles among concepts. It walks with its own stack: a chain of 20,000 concepts must not end the process.
use crate::ConceptId;

/// One way round, beginning with its smallest id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cycle {
    /// each once
    pub(super) round: Vec<ConceptId>,
    /// the edge that was cut to open it
    pub(super) closing: (ConceptId, ConceptId),
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    Open,
    Done,
}

/// The cycles of a graph given by its edges, sorted. Each closing edge is reported once; without them the graph has no cycle.
pub(super) fn cycles(size: usize, edges: &[(ConceptId, ConceptId)]) -> Vec<Cycle> {
    let mut marks = vec![Mark::New; size];
    let mut found = Vec::new();
    for root in (0_u32..).take(size).map(ConceptId) {
        if mark(&marks, root) == Mark::New {
            walk(root, edges, &mut marks, &mut found);
        }
    }
    found
}

fn walk(root: ConceptId, edges: &[(ConceptId, ConceptId)], marks: &mut [Mark], found: &mut Vec<Cycle>) {
    let first = |id| edges.partition_point(|(from, _)| *from < id);
    let mut stack = vec![(root, first(root))];
    set(marks, root, Mark::Open);
    while let Some((here, next)) = stack.last_mut() {
        let edge = edges.get(*next).filter(|(from, _)| from == here).copied();
        *next = next.saturating_add(1);
        let Some((from, to)) = edge else {
            set(marks, *here, Mark::Done);
            stack.pop();
            continue;
        };
        match mark(marks, to) {
            Mark::Done => {}
            Mark::New => {
                set(marks, to, Mark::Open);
                stack.push((to, first(to)));
            }
            Mark::Open => {
                let on_stack = stack.iter().map(|(id, _)| *id);
                let mut round: Vec<ConceptId> = on_stack.skip_while(|id| *id != to).collect();
                let smallest = round.iter().enumerate().min_by_key(|(_, id)| **id);
                let turn = smallest.map_or(0, |(at, _)| at);
                round.rotate_left(turn);
                found.push(Cycle {
                    round,
                    closing: (from, to),
                });
            }
        }
    }
}

fn mark(marks: &[Mark], id: ConceptId) -> Mark {
    let at = usize::try_from(id.0).ok();
    at.and_then(|at| marks.get(at)).copied().unwrap_or(Mark::Done)
}

fn set(marks: &mut [Mark], id: ConceptId, to: Mark) {
    let at = usize::try_from(id.0).ok();
    if let Some(mark) = at.and_then(|at| marks.get_mut(at)) {
        *mark = to;
    }
}
