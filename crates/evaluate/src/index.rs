//! The ways from what stands on a sheet to the rules: worked out from the tables of a program when it is compiled or read, never stored.
//!
//! What it never does: decide anything. It only leaves out what cannot concern a sheet.
use crate::catalogue::Node;
use crate::condition::{self, Test};
use crate::csr::{Csr, narrow, wide};
use crate::flat::Flat;
use crate::history::are_told_by_bits;
use crate::kinds::{Kinds, fewest};
use crate::members::Seat;
use crate::needs::labs;
use crate::nodes::Members;
use crate::persons::Places;
use crate::phantom::{Groups, groups};
use crate::program::Tables;
use crate::rules::{Relation, Rule, Says};
use crate::sets::Set;
use shenfang_clinical::{Measure, Severity};
use shenfang_knowledge::{Attribute, ConceptKind, Origin, RxAttribute};
use shenfang_order::Order;
use shenfang_units::Dimension;

/// A rule to look at where a line is a member of its rarest target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Way {
    /// what two lines must have in common for the rule to say anything at all, whatever nobody stated; where there is such a thing, after all others
    pub common: Option<Trait>,
    /// whether another line may be a member of the target of another variable
    pub seat: Seat,
    target: u32,
    pub rule: u32,
}

impl Way {
    /// The target of another variable: another line has to be a member of it; `None` where that may be any line.
    #[inline]
    pub fn other(&self) -> Option<u32> {
        (self.seat != Seat::ANY).then_some(self.target)
    }
}

/// A rule that no target leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Always {
    pub rule: u32,
    /// which of them it is
    pub place: u32,
    /// on fewer lines no set is as large as it asks
    pub fewest: u32,
    /// the kinds of which it needs a line, a bit each
    pub needs: u64,
}

/// What lines may have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trait {
    Substance,
    Herb,
    Atc4,
}

impl Trait {
    pub const ALL: [Trait; 3] = [Trait::Substance, Trait::Herb, Trait::Atc4];

    /// Of a relation between two lines; `None` where it looks at something else.
    pub fn of(relation: &Relation) -> Option<Trait> {
        match relation {
            Relation::Substance => Some(Trait::Substance),
            Relation::Herb => Some(Trait::Herb),
            Relation::Atc4 => Some(Trait::Atc4),
            Relation::Group { .. } | Relation::MixedWith(_) => None,
        }
    }
}

/// The ways in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// node → targets it is a member of
    pub members: Members,
    /// node → doses that reach it, ascending
    pub doses: Csr<u32>,
    /// target → rules of which it is the only variable
    pub singles: Csr<u32>,
    /// rules whose only variable is `any`
    pub every: Vec<u32>,
    /// list of members → rules of several variables of whose rarest target a node of it is a member, in order
    pub ways: Csr<Way>,
    /// target → whether a rule without a relation asks for two lines that are members
    pub doubles: Vec<bool>,
    /// list of members → rules of several variables that name a target of which a node of it is a member: where current medications are not known,
    /// any one leaves them open. Rules of `groups` are not among them.
    pub mentions: Csr<u32>,
    /// rules that no target leads to: the sheet as a whole, or `any` in each of several variables
    pub always: Vec<Always>,
    /// the kinds of lines that those need
    pub kinds: Kinds,
    /// rules with `any` in some variable and a target in another: where current medications are not known, a line that is in no set may leave
    /// them open
    pub with_any: Vec<u32>,
    /// pairs that only current medications leave open, told together
    pub groups: Groups,
    /// concept → what it may have in common with others, ascending, in order of [`Trait::ALL`]
    pub traits: [Csr<u32>; 3],
    /// rule → what must not be answered
    pub guards: Csr<Guard>,
    /// rule → whether its guards are all it asks
    pub guarded: Vec<bool>,
    /// by a rule's place among all ids
    pub severities: Vec<Severity>,
    /// what rules ask of a history
    pub asked: Asked,
    /// questions that the head of a sheet answers, each once
    pub head: Vec<condition::Leaf>,
    /// fields of patient and sheet of which rules ask whether they are stated or known; there are 33
    pub stated: Vec<Attribute>,
    /// who answers a question to the sheet
    pub persons: Places,
    /// sums that rules ask for: of which target, by which measure, in which dimension
    pub totals: Vec<(u32, Measure, Dimension)>,
    /// targets whose lines rules count, ascending, as many as are counted at once
    pub counted: Vec<u32>,
    /// paths of the laboratory values that rules ask for or presume
    pub labs: Vec<Box<str>>,
    /// concept → whether a rule or dose looks at a line that denotes it, besides those that look at every line
    pub looked_at: Vec<bool>,
    /// concept → whether a rule of one variable, a dose or a sum asks about a line that denotes it
    pub kept: Vec<bool>,
}

/// The sets that rules ask a patient's history about, as far as an entry must reach one of their rows, or lie below one of their codes, to be in
/// them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// row → sets that have it
    rows: Csr<u32>,
    /// code → sets that name it
    coded: Csr<u32>,
    /// set → its number among them
    numbers: Vec<Option<u32>>,
    count: u32,
}

impl Asked {
    fn of_tables(tables: &Tables, questions: &[&condition::Leaf]) -> Asked {
        let mut asked = Asked {
            numbers: vec![None; tables.sets.len()],
            ..Asked::default()
        };
        let mut sets: Vec<(u32, &Set)> = Vec::new();
        for leaf in questions {
            if let Some((_, set)) = leaf.test.listed()
                && let (Some(number), Some(known)) = (asked.numbers.get_mut(wide(set)), tables.sets.get(wide(set)))
                && number.is_none()
                && known.is_found_by_rows()
            {
                *number = Some(asked.count);
                asked.count = asked.count.saturating_add(1);
                sets.push((set, known));
            }
        }
        sets.order_by_key(|(number, _)| *number);
        asked.rows = naming(tables.catalogue.entries.len(), &sets, Set::rows);
        asked.coded = naming(tables.codes.len(), &sets, Set::codes);
        asked
    }

    /// The sets that an entry may be in, which reaches these rows and lies below these codes; some may come twice.
    pub fn may_have<'a>(&'a self, rows: impl Iterator<Item = &'a u32>, codes: &[u32], found: &mut Vec<u32>) {
        found.extend(rows.flat_map(|row| self.rows.row(*row)));
        found.extend(codes.iter().flat_map(|code| self.coded.row(*code)));
    }

    /// The number of a set among those that an entry is in only if it may have it.
    pub fn number(&self, set: u32) -> Option<u32> {
        self.numbers.get(wide(set)).copied().flatten()
    }

    /// The same, where all of them have a bit each.
    pub fn exactly(&self, set: u32) -> Option<u32> {
        self.number(set).filter(|_| are_told_by_bits(self.count))
    }
}

/// What sets name, there is so much of it → the sets that name it.
fn naming<'s, I: Iterator<Item = u32>>(many: usize, sets: &[(u32, &'s Set)], named: fn(&'s Set) -> I) -> Csr<u32> {
    let pairs = sets.iter().map(|(_, set)| named(set).count()).sum();
    let mut pairs = Vec::with_capacity(pairs);
    for (number, set) in sets {
        pairs.extend(named(set).map(|one| (one, *number)));
    }
    Csr::from_pairs(many, pairs)
}

/// A question to the sheet that dismisses a rule: a part of the conjunction that is its condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    pub question: u32,
    /// where the leaf stands in the condition
    pub place: u32,
    /// the answer that dismisses
    pub dismisses: bool,
}

fn guards(rule: &Rule) -> Vec<Guard> {
    let conjuncts = rule.when.iter().flat_map(|when| when.conjuncts());
    let of_sheet = conjuncts.filter(|(.., leaf)| leaf.question.of == condition::Asked::Sheet);
    let guard = |(place, not, leaf): (u32, bool, &condition::Leaf)| Guard {
        question: leaf.question.number,
        place,
        dismisses: not,
    };
    of_sheet.map(guard).collect()
}

/// Whether its guards are all that a rule asks.
fn is_guarded(rule: &Rule, guards: &[Guard]) -> bool {
    let leaves = rule.when.as_ref().map_or(0, |when| when.leaves().count());
    rule.says.exempt.is_empty() && guards.len() == leaves
}

/// Whether a rule can ever speak: on, or a policy may enable it.
fn lives(says: &Says) -> bool {
    says.enabled || says.policy.iter().any(|mark| mark.enable)
}

impl Index {
    /// Works out the ways.
    pub fn of(tables: &Tables) -> Index {
        let nodes = tables.catalogue.nodes.values();
        let members = Members::of(tables);
        let questions = questions(tables);
        let counts = members.count(tables.targets.len());
        let members_of = |target: u32| counts.get(wide(target)).copied().unwrap_or(0);
        let mut index = Index {
            doses: Csr::from_rows(nodes.iter().map(|node| doses(tables, node))),
            traits: traits(tables),
            severities: severities(tables),
            asked: Asked::of_tables(tables, &questions),
            head: head(&questions),
            totals: totals(&questions),
            counted: counted(&questions),
            labs: labs(tables, &questions),
            doubles: vec![false; tables.targets.len()],
            ..Index::default()
        };
        index.stated = stated(&index.head);
        index.guards = Csr::from_rows(tables.rules.rules.iter().map(guards));
        let numbered = (0u32..).zip(&tables.rules.rules);
        index.guarded = numbered
            .map(|(number, rule)| is_guarded(rule, index.guards.row(number)))
            .collect();
        let (grouped, groups) = groups(tables);
        index.groups = groups;
        let many = tables.rules.rules.len();
        let (mut singles, mut ways) = (Vec::with_capacity(many), Vec::with_capacity(many));
        let mut mentions = Vec::new();
        for (number, rule) in (0u32..).zip(&tables.rules.rules) {
            if !lives(&rule.says) {
                continue;
            }
            let bound = || rule.bindings.iter().filter(|binding| !binding.any).map(|b| b.target);
            if let [only] = rule.bindings.as_slice() {
                // At least one variable of a rule is bound to a prescribed line.
                match only.origin {
                    Origin::Current => {}
                    _ if only.any => index.every.push(number),
                    _ => singles.push((only.target, number)),
                }
                continue;
            }
            match bound().min_by_key(|target| members_of(*target)) {
                Some(rarest) => {
                    let others = bound().filter(|target| *target != rarest);
                    let twice = bound().nth(1).is_some().then_some(rarest);
                    let other = others.min_by_key(|target| members_of(*target)).or(twice);
                    let common = common(rule);
                    // What asks for two lines with something in common is seldom looked at.
                    let double = common.is_none() && other == Some(rarest);
                    if let Some(is) = index.doubles.get_mut(wide(rarest)) {
                        *is |= double;
                    }
                    let seat = |target| Seat::of(target, double);
                    let way = Way {
                        common,
                        seat: other.map_or(Seat::ANY, seat),
                        target: other.unwrap_or(rarest),
                        rule: number,
                    };
                    ways.push((rarest, way));
                }
                None => {
                    let needs = index.kinds.needs(tables, rule);
                    index.always.push(Always {
                        rule: number,
                        place: narrow(index.always.len()),
                        fewest: fewest(rule),
                        needs,
                    });
                }
            }
            if !opens(rule) || grouped.get(wide(number)).copied().unwrap_or(false) {
                continue;
            }
            mentions.extend(bound().map(|target| (target, number)));
            if bound().next().is_some() && rule.bindings.iter().any(|binding| binding.any) {
                index.with_any.push(number);
            }
        }
        index.ways = members.lead(&Csr::from_pairs(tables.targets.len(), ways));
        index.mentions = members.lead(&Csr::from_pairs(tables.targets.len(), mentions));
        index.singles = Csr::from_pairs(tables.targets.len(), singles);
        index.members = members;
        index.persons = Places::of(
            tables.questions,
            questions.iter().copied(),
            (&index.head, &index.asked),
            index.always.len(),
        );
        index.looked_at = index.concepts_that(tables, |list| !index.ways.row(list).is_empty() || index.opens(list));
        let summed = |target: &u32| index.totals.iter().any(|(of, ..)| of == target);
        index.kept = index.concepts_that(tables, |list| index.members.targets(list).iter().any(summed));
        index
    }

    /// Concept → whether a dose or a rule of one variable asks about one of its nodes, or the list of one is such a list.
    fn concepts_that(&self, tables: &Tables, is: impl Fn(u32) -> bool) -> Vec<bool> {
        let single = |target: &u32| !self.singles.row(*target).is_empty();
        let lists = self
            .members
            .lists_that(|list| self.members.targets(list).iter().any(single) || is(list));
        let node =
            |node: u32| lists.get(wide(self.members.list(node))) == Some(&true) || !self.doses.row(node).is_empty();
        let concept = |concept: u32| {
            let (start, end) = tables.catalogue.nodes.span(concept);
            (start..end).any(node)
        };
        (0..narrow(tables.catalogue.entries.len())).map(concept).collect()
    }

    /// Whether some rule looks at every sheet, or (where current medications are not known) at every line.
    pub fn looks_at_all(&self, current_known: bool) -> bool {
        !self.always.is_empty() || !self.every.is_empty() || (!current_known && !self.with_any.is_empty())
    }
}

impl Index {
    /// The targets a node is a member of, ascending.
    pub fn targets_of(&self, node: u32) -> &[u32] {
        self.members.targets(self.members.list(node))
    }

    /// The rules that `ways` lead to from a node.
    pub fn ways_of(&self, node: u32) -> &[Way] {
        self.ways.row(self.members.list(node))
    }

    /// The rules of `mentions` that name a node.
    pub fn mentions_of(&self, node: u32) -> &[u32] {
        self.mentions.row(self.members.list(node))
    }

    /// Whether current medications that nobody stated may leave anything open beside a line that denotes a node.
    pub fn opens_beside(&self, node: u32) -> bool {
        self.opens(self.members.list(node))
    }

    /// The same of a node with this list of targets.
    fn opens(&self, list: u32) -> bool {
        let mut targets = self.members.targets(list).iter();
        !self.mentions.row(list).is_empty() || targets.any(|target| self.groups.leads_from(*target))
    }

    /// Concept → what it may have in common.
    pub fn traits_of(&self, of: Trait) -> &Csr<u32> {
        let [substance, herb, atc4] = &self.traits;
        match of {
            Trait::Substance => substance,
            Trait::Herb => herb,
            Trait::Atc4 => atc4,
        }
    }
}

/// Whether current medications that nobody stated may leave a rule open: beside them another variable is bound to a prescribed line.
pub(crate) fn opens(rule: &Rule) -> bool {
    rule.bindings.len() > 1 && rule.bindings.iter().any(|binding| binding.origin != Origin::Prescribed)
}

/// What two lines must have in common for a rule to say anything. Without two lines it speaks where medications that nobody stated take part.
fn common(rule: &Rule) -> Option<Trait> {
    let relations = rule.bindings.iter().filter_map(|binding| binding.relation.as_deref());
    let unstated = rule.shape.is_none() && opens(rule);
    relations.filter(|_| !unstated).find_map(Trait::of)
}

/// The doses that reach a node by nearest row.
fn doses(tables: &Tables, node: &Node) -> Vec<u32> {
    let nearest = tables.doses.nearest.row(node.concept).iter();
    let rows = nearest.flat_map(|concept| tables.doses.rows.row(*concept)).copied();
    let mut all: Vec<u32> = rows
        .filter(|number| {
            let dose = tables.doses.doses.get(wide(*number));
            dose.is_some_and(|dose| node.via.within(dose.reach) && lives(&dose.says))
        })
        .collect();
    all.order();
    all.dedup();
    all
}

/// What each concept, as a drug, may have in common with others: moieties, roots of herbs, ATC groups of what is active in it.
fn traits(tables: &Tables) -> [Csr<u32>; 3] {
    let catalogue = &tables.catalogue;
    let is = |concept: u32, kind| catalogue.entry(concept).is_some_and(|entry| entry.kind == kind);
    let [mut substances, mut herbs, mut atc4] = [(); 3].map(|()| Vec::new());
    let concepts = catalogue.entries.len();
    for concept in 0..narrow(concepts) {
        for node in catalogue.nodes.row(concept).iter().filter(|node| node.is_active()) {
            let Some(entry) = catalogue.entry(node.concept) else {
                continue;
            };
            if is(entry.moiety, ConceptKind::Substance) {
                substances.push((concept, entry.moiety));
            }
            if is(entry.root, ConceptKind::Herb) {
                herbs.push((concept, entry.root));
            }
            atc4.extend(catalogue.atc4.row(node.concept).iter().map(|group| (concept, *group)));
        }
    }
    [substances, herbs, atc4].map(|pairs| Csr::from_pairs(concepts, pairs))
}

/// One leaf for each question that some condition asks, in the order in which they come.
fn questions(tables: &Tables) -> Vec<&condition::Leaf> {
    let mut asked = vec![false; wide(tables.questions)];
    let mut is_new = |leaf: &&condition::Leaf| {
        let known = asked.get_mut(wide(leaf.question.number));
        !known.is_some_and(|known| std::mem::replace(known, true))
    };
    let leaves = tables.conditions.iter().flat_map(Flat::leaves);
    leaves.filter(|leaf| is_new(leaf)).collect()
}

fn to_the_sheet<'q>(questions: &[&'q condition::Leaf]) -> impl Iterator<Item = &'q condition::Leaf> {
    let all = questions.iter().copied();
    all.filter(|leaf| leaf.question.of == condition::Asked::Sheet)
}

fn head(questions: &[&condition::Leaf]) -> Vec<condition::Leaf> {
    let of_head = to_the_sheet(questions).filter(|leaf| leaf.test.is_of_head());
    let mut all: Vec<condition::Leaf> = of_head.cloned().collect();
    all.order_by_key(|leaf| leaf.question.number);
    all.dedup_by_key(|leaf| leaf.question.number);
    all
}

fn stated(head: &[condition::Leaf]) -> Vec<Attribute> {
    let fields = head.iter().filter_map(|leaf| match leaf.test {
        Test::Stated(of) | Test::Known(of) => Some(of),
        _ => None,
    });
    // What a head holds anyhow need not be stated beside it.
    let held = |of: &Attribute| {
        use RxAttribute as R;
        let held = [
            R::Kind,
            R::Setting,
            R::Form,
            R::PrescriberTitle,
            R::PrescriberSigned,
            R::InstitutionLevel,
        ];
        held.iter().any(|held| *of == Attribute::Rx(*held))
    };
    let mut all: Vec<Attribute> = fields.filter(|of| !held(of)).collect();
    all.order();
    all.dedup();
    all
}

fn totals(questions: &[&condition::Leaf]) -> Vec<(u32, Measure, Dimension)> {
    let mut all = Vec::new();
    for total in questions.iter().flat_map(|leaf| leaf.test.totals()) {
        if !all.contains(&total) {
            all.push(total);
        }
    }
    all
}

fn counted(questions: &[&condition::Leaf]) -> Vec<u32> {
    let mut all: Vec<u32> = questions.iter().flat_map(|leaf| leaf.test.counted()).collect();
    all.order();
    all.dedup();
    all.truncate(crate::totals::COUNTED);
    all
}

fn severities(tables: &Tables) -> Vec<Severity> {
    let mut severities = vec![Severity::Minor; tables.ids.len()];
    for rule in &tables.rules.rules {
        if let Some(severity) = severities.get_mut(wide(rule.says.id)) {
            *severity = rule.says.severity;
        }
    }
    severities
}
