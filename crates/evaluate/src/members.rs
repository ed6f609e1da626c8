//! Which lines are members of which targets. The work depends on what the lines denote, not on how many rules there are.
use crate::catalogue::Node;
use crate::csr::{narrow, wide};
use crate::program::Tables;
use crate::sets::{Family, Sight};
use crate::sheet::{DoseMember, Scratch};

/// A line that is a member of a target, in one of its senses, through a node. The first node of each sense is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member {
    pub target: u32,
    pub line: u32,
    /// which of the line's concepts, by its place
    pub sense: u16,
    pub node: u32,
}

/// Where the members of a target stand, valid when stamped for this review.
#[derive(Clone, Copy, Default)]
pub(crate) struct Span {
    stamp: u32,
    start: u32,
    end: u32,
}

/// Fills the scratch with the members of every target that has one.
pub(crate) fn find(tables: &Tables, scratch: &mut Scratch) {
    scratch.members.clear();
    scratch.index.doses.clear();
    for (number, line) in (0u32..).zip(&scratch.lines) {
        let senses = wide(line.senses.0)..wide(line.senses.1);
        let concepts = scratch.senses.get(senses).unwrap_or(&[]);
        for (sense, concept) in (0u16..).zip(concepts) {
            let (start, end) = tables.catalogue.nodes.span(*concept);
            for (place, node) in (start..end).zip(tables.catalogue.nodes.row(*concept)) {
                let member = Member {
                    target: 0,
                    line: number,
                    sense,
                    node: place,
                };
                targets(tables, node, member, &mut scratch.members);
                if !line.skin_test {
                    doses(tables, node, member, &mut scratch.index.doses);
                }
            }
        }
    }
    scratch.members.sort_unstable();
    scratch.members.dedup_by_key(|m| (m.target, m.line, m.sense));
    scratch.index.doses.sort_unstable();
    scratch.index.doses.dedup_by_key(|m| (m.dose, m.line, m.sense));
    stamp(tables, scratch);
}

fn targets(tables: &Tables, node: &Node, member: Member, out: &mut Vec<Member>) {
    let closure = tables
        .families
        .first()
        .map_or(&[][..], |family| family.reached.row(node.concept));
    for family in &tables.families {
        let rows = family.reached.row(node.concept);
        let sight = Sight {
            rows,
            closure,
            sole: node.is_sole(),
            code: None,
        };
        for target in found(family, rows) {
            let Some(known) = tables.targets.get(wide(target)) else {
                continue;
            };
            let set = tables.sets.get(wide(known.set));
            if node.via.within(known.reach) && set.is_some_and(|set| set.holds(sight)) {
                out.push(Member { target, ..member });
            }
        }
    }
}

/// Targets a node may be a member of; some may come twice.
fn found<'f>(family: &'f Family, rows: &'f [u32]) -> impl Iterator<Item = u32> + 'f {
    let by_row = rows.iter().flat_map(|row| family.targets.row(*row));
    by_row.chain(&family.open).copied()
}

fn doses(tables: &Tables, node: &Node, member: Member, out: &mut Vec<DoseMember>) {
    for concept in tables.doses.nearest.row(node.concept) {
        for number in tables.doses.rows.row(*concept) {
            let Some(dose) = tables.doses.doses.get(wide(*number)) else {
                continue;
            };
            if node.via.within(dose.reach) {
                out.push(DoseMember {
                    dose: *number,
                    line: member.line,
                    sense: member.sense,
                    node: member.node,
                });
            }
        }
    }
}

fn stamp(tables: &Tables, scratch: &mut Scratch) {
    let index = &mut scratch.index;
    if index.spans.len() != tables.targets.len()
        || index.seen.len() != tables.rules.rules.len()
        || index.stamp == u32::MAX
    {
        index.spans = vec![Span::default(); tables.targets.len()];
        index.seen = vec![0; tables.rules.rules.len()];
        index.stamp = 0;
    }
    index.stamp = index.stamp.saturating_add(1);
    let mut start = 0u32;
    for members in scratch.members.chunk_by(|a, b| a.target == b.target) {
        let end = start.saturating_add(narrow(members.len()));
        let target = members.first().map_or(u32::MAX, |member| member.target);
        if let Some(span) = index.spans.get_mut(wide(target)) {
            *span = Span {
                stamp: index.stamp,
                start,
                end,
            };
        }
        start = end;
    }
}

impl Span {
    /// The span, if it was stamped for this review.
    pub fn at(self, stamp: u32) -> Option<std::ops::Range<usize>> {
        (self.stamp == stamp).then_some(wide(self.start)..wide(self.end))
    }
}
