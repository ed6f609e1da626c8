//! Two loops written by hand for nothing but interactions: the limit, and what a programmer would write first.
//!
//! Neither knows routes, unknown values, current medications or explanations; both say which interaction binds which items.
use crate::pairs::World;
use std::collections::HashMap;

/// An interaction found: its number, and the places of the two items on the sheet.
pub type Hit = (u32, usize, usize);

/// Bits of a signature.
type Bits = [u64; 4];

fn bit(concept: u32) -> usize {
    usize::try_from(concept.wrapping_mul(0x9E37_79B1) >> 24).expect("eight bits")
}

fn set(bits: &mut Bits, concept: u32) {
    let at = bit(concept);
    bits[at / 64] |= 1 << (at % 64);
}

fn meet(a: &Bits, b: &Bits) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// One drug, closed upward and cut down to what interactions mention.
struct Row {
    own: Bits,
    partners: Bits,
    /// (partner concept, interaction), sorted by partner
    from: (usize, usize),
    concepts: (usize, usize),
}

/// The hand-written limit: signatures dismiss most pairs, sorted partner lists decide the rest.
pub struct Limit {
    rows: Vec<Row>,
    concepts: Vec<u32>,
    partners: Vec<(u32, u32)>,
}

impl Limit {
    /// Closes the drugs of a world.
    pub fn new(world: &World) -> Limit {
        let mut of: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
        for (number, (a, b)) in (0..).zip(&world.pairs) {
            of.entry(*a).or_default().push((*b, number));
            of.entry(*b).or_default().push((*a, number));
        }
        let (mut rows, mut concepts, mut partners) = (Vec::new(), Vec::new(), Vec::new());
        for above in &world.above {
            let starts = (concepts.len(), partners.len());
            let (mut own, mut others) = ([0; 4], [0; 4]);
            for concept in above.iter().filter(|c| of.contains_key(c)) {
                set(&mut own, *concept);
                concepts.push(*concept);
                for (partner, number) in &of[concept] {
                    set(&mut others, *partner);
                    partners.push((*partner, *number));
                }
            }
            concepts[starts.0..].sort_unstable();
            partners[starts.1..].sort_unstable();
            rows.push(Row {
                own,
                partners: others,
                from: (starts.1, partners.len()),
                concepts: (starts.0, concepts.len()),
            });
        }
        Limit {
            rows,
            concepts,
            partners,
        }
    }

    /// Appends every interaction between two drugs of the sheet.
    pub fn review(&self, drugs: &[u32], hits: &mut Vec<Hit>) {
        for (a, first) in drugs.iter().enumerate() {
            let row = &self.rows[usize::try_from(*first).expect("few drugs")];
            for (b, second) in drugs.iter().enumerate().skip(a + 1) {
                let other = &self.rows[usize::try_from(*second).expect("few drugs")];
                if !meet(&row.partners, &other.own) {
                    continue;
                }
                let partners = &self.partners[row.from.0..row.from.1];
                for concept in &self.concepts[other.concepts.0..other.concepts.1] {
                    let at = partners.partition_point(|(partner, _)| partner < concept);
                    let same = partners[at..].iter().take_while(|(partner, _)| partner == concept);
                    hits.extend(same.map(|(_, number)| (*number, a, b)));
                }
            }
        }
    }
}

/// A plain loop over the concepts of each pair of items, and a hash map of pairs of concepts.
pub struct HashLoop<'w> {
    above: &'w [Vec<u32>],
    pairs: HashMap<(u32, u32), u32>,
}

impl HashLoop<'_> {
    /// The pairs of a world.
    pub fn new(world: &World) -> HashLoop<'_> {
        let pairs = (0..).zip(&world.pairs).map(|(number, pair)| (*pair, number));
        HashLoop {
            above: &world.above,
            pairs: pairs.collect(),
        }
    }

    /// Appends every interaction between two drugs of the sheet.
    pub fn review(&self, drugs: &[u32], hits: &mut Vec<Hit>) {
        for (a, first) in drugs.iter().enumerate() {
            for (b, second) in drugs.iter().enumerate().skip(a + 1) {
                for x in &self.above[usize::try_from(*first).expect("few drugs")] {
                    for y in &self.above[usize::try_from(*second).expect("few drugs")] {
                        if let Some(number) = self.pairs.get(&(*x.min(y), *x.max(y))) {
                            hits.push((*number, a, b));
                        }
                    }
                }
            }
        }
    }
}
