//! How two variables relate: an ingredient in common, one infusion group. Two lines of one product and diluents share nothing.
use crate::answers::{Lines, only};
use crate::catalogue::{Node, Via};
use crate::csr::{narrow, wide};
use crate::evaluate::{Slot, View};
use crate::index::Trait;
use crate::needs::Needs;
use crate::rules::Relation;
use crate::sets::{Set, Sight};
use crate::sheet::Sheet;
use shenfang_clinical::Route;
use shenfang_clinical::dosage::ItemField;
use shenfang_knowledge::ConceptKind;
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::SmallVec;

impl<'s, 'p: 's> Sheet<'s, 'p> {
    /// What a line may have in common with others.
    fn traits(&self, of: Trait, line: u32) -> impl Iterator<Item = u32> + use<'s, 'p> {
        let line = self.line(line);
        let concepts = line.map_or(&[][..], |line| self.concepts(line.senses)).iter();
        let table = self.index.traits_of(of);
        concepts.flat_map(move |concept| table.row(*concept)).copied()
    }

    /// The lines that have something in common with another: no other pair needs to be looked at. All, where they are too many to tell.
    pub fn sharing(&self, of: Trait) -> Lines {
        let [substance, herb, atc4] = &self.shared;
        let known = match of {
            Trait::Substance => substance,
            Trait::Herb => herb,
            Trait::Atc4 => atc4,
        };
        *known.get_or_init(|| match self.bits.common {
            true => self.find_sharing(of),
            false => 0,
        })
    }

    /// Whether two lines may be mixed: one that is not infused is mixed with nothing.
    pub fn may_be_mixed(&self) -> bool {
        let infused = |line: &u32| self.infusion_group(*line).is_some() || self.route(*line) == Some(Route::IvInfusion);
        (0..narrow(self.lines.len())).filter(infused).nth(1).is_some()
    }

    /// The infusion that a line is part of.
    fn infusion_group(&self, line: u32) -> Option<&'s str> {
        self.item(line)?.infusion.as_ref()?.group.as_deref()
    }

    #[cold]
    fn find_sharing(&self, of: Trait) -> Lines {
        let lines = narrow(self.lines.len());
        if lines > Lines::BITS {
            return Lines::MAX;
        }
        let mut all: SmallVec<[(u32, u32); 32]> = SmallVec::new();
        for line in 0..lines {
            all.extend(self.traits(of, line).map(|own| (own, line)));
        }
        all.order();
        let same = all.chunk_by(|(own, _), (other, _)| own == other);
        let several = same.filter(|same| same.first() != same.last());
        several.flatten().fold(0, |sharing, (_, line)| sharing | only(*line))
    }
}

impl<'p> View<'_, 'p> {
    /// Whether `slot` stands in its relation to the variable before it, or to the one it is mixed with.
    pub fn related(&self, relation: &Relation, before: &[Slot], slot: &Slot, needs: Option<&mut Needs>) -> Truth {
        let other = match relation {
            Relation::MixedWith(variable) => before.get(wide(*variable)),
            _ => before.last(),
        };
        let Some(other) = other else {
            return Truth::False;
        };
        let (Some(a), Some(b)) = (other.line, slot.line) else {
            return Truth::Unknown;
        };
        match relation {
            Relation::MixedWith(_) => self.mixed(a, b, needs),
            _ => Truth::known(self.shares(relation, a, b)),
        }
    }

    fn shares(&self, relation: &Relation, a: u32, b: u32) -> bool {
        let diluent = |line| self.sheet.line(line).is_some_and(|line| line.diluent);
        if diluent(a) || diluent(b) {
            return false;
        }
        let mut found = false;
        self.each_shared(relation, a, b, &mut |_| found = true);
        found && !self.sheet.same_product(a, b)
    }

    /// What two lines share, as concepts (of a group: the set's number), ascending.
    pub fn shared(&self, relation: &Relation, a: u32, b: u32) -> Vec<u32> {
        let mut shared = Vec::new();
        self.each_shared(relation, a, b, &mut |concept| shared.push(concept));
        shared.order();
        shared.dedup();
        shared
    }

    fn each_shared(&self, relation: &Relation, a: u32, b: u32, visit: &mut dyn FnMut(u32)) {
        let Some(of) = Trait::of(relation) else {
            if let Relation::Group { set, .. } = relation
                && self.in_set(*set, a)
                && self.in_set(*set, b)
            {
                visit(*set);
            }
            return;
        };
        for left in self.sheet.traits(of, a) {
            if self.sheet.traits(of, b).any(|right| right == left) {
                visit(left);
            }
        }
    }

    /// The moiety or root by which a concept is shared.
    pub fn trait_of(&self, relation: &Relation, concept: u32) -> Option<u32> {
        let catalogue = self.sheet.catalogue();
        let entry = catalogue.entry(concept)?;
        let (root, kind) = match relation {
            Relation::Substance => (entry.moiety, ConceptKind::Substance),
            Relation::Herb => (entry.root, ConceptKind::Herb),
            _ => return None,
        };
        let root_entry = catalogue.entry(root)?;
        (root_entry.kind == kind).then_some(root)
    }

    fn in_set(&self, set: u32, line: u32) -> bool {
        let set = self.sheet.tables.sets.get(wide(set));
        set.is_some_and(|set| self.node_that(set, line, &|_| true).is_some())
    }

    /// The first content of a line, excipients left out, that is in a set and as asked for.
    pub fn node_that(&self, set: &Set, line: u32, asked: &dyn Fn(u32) -> bool) -> Option<&'p Node> {
        let tables = self.sheet.tables;
        let line = self.sheet.line(line)?;
        let family = tables.families.first();
        let concepts = self.sheet.concepts(line.senses).iter();
        let mut nodes = concepts.flat_map(|concept| tables.catalogue.nodes.row(*concept));
        nodes.find(|node| {
            let closure = family.map_or(&[][..], |family| family.reached.row(node.concept));
            let sight = Sight {
                rows: closure,
                closure,
                sole: node.is_sole(),
                codes: &[],
            };
            node.via != Via::Excipient && asked(node.concept) && set.holds(sight)
        })
    }

    fn mixed(&self, a: u32, b: u32, needs: Option<&mut Needs>) -> Truth {
        let groups = (self.sheet.infusion_group(a), self.sheet.infusion_group(b));
        if let (Some(left), Some(right)) = groups {
            return Truth::known(left == right);
        }
        let open =
            |line: u32, group: Option<&str>| group.is_none() && self.sheet.route(line) == Some(Route::IvInfusion);
        let lacking = [(a, groups.0), (b, groups.1)];
        // A line that is not infused is mixed with nothing.
        let infused = |(line, group): (u32, Option<&str>)| group.is_some() || open(line, group);
        if !lacking.iter().all(|line| infused(*line)) {
            return Truth::False;
        }
        if let Some(needs) = needs {
            for (line, _) in lacking.iter().filter(|(line, group)| open(*line, *group)) {
                self.lack_field(*line, ItemField::Group, needs);
            }
        }
        Truth::Unknown
    }
}
