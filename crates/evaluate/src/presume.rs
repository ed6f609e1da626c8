//! Presumptions: what an unknown field may stand for. One may keep a rule from firing, and then says so; it never makes one fire.
use crate::condition::{Assumed, StandIn};
use crate::csr::narrow;
use crate::evaluate::View;
use crate::judge::in_scope;
use crate::needs::{Need, Needs};
use crate::number::Number;
use crate::rules::{Says, Standing};
use shenfang_clinical::{Severity, Sex};
use shenfang_knowledge::{Attribute, PatientAttribute, Presumable};
use shenfang_units::{CalendarUnit, Comparison, Ratio, Truth};

/// What becomes of an undecided rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Settled {
    /// what is missing; where a presumption speaks, what it stands for
    pub fields: Needs,
    pub fate: Fate,
    /// the same for the same fields, whatever line they are of, and hardly ever for others
    pub key: u64,
}

/// How an undecided rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fate {
    Undetermined,
    /// undetermined too: no band speaks
    Gap,
    /// does not fire, by the rule's own presumptions, or also by standing ones: the place of the first of that policy
    Presumed(Option<u32>),
}

impl Settled {
    /// What lacks or presumes these.
    pub fn of(fields: Needs, fate: Fate) -> Settled {
        let key = fields.key();
        Settled { fields, fate, key }
    }

    /// Undetermined for want of these.
    pub fn undetermined(fields: Needs) -> Settled {
        Settled::of(fields, Fate::Undetermined)
    }

    /// The same of another line, where no more than one is named.
    pub fn on_line(&self, line: u32) -> Settled {
        Settled {
            fields: self.fields.of_line(line),
            ..*self
        }
    }

    /// Whether it is that of a line, where no more than one is named.
    pub fn is_of_line(&self, other: &Settled, line: u32) -> bool {
        self.fate == other.fate && self.fields.is_of_line(&other.fields, line)
    }
}

/// The rule's own presumptions that speak here, and the fields they rest on.
pub(crate) fn own<'s>(view: &View<'_, '_>, says: &'s Says, highest: Severity) -> (Vec<&'s StandIn>, Needs) {
    let mut fields = Needs::default();
    let mut stand_ins = Vec::new();
    for presumption in &says.presume {
        let field = &presumption.stands.field;
        let unless = view.truth_or(presumption.unless.as_ref(), Truth::False);
        if unless == Truth::True || !may_stand_in(view, &presumption.stands, highest) {
            continue;
        }
        lack(view, field, &mut fields);
        if let Some(unless) = &presumption.unless {
            view.lacks(unless, &mut fields);
        }
        stand_ins.push(&presumption.stands);
    }
    (stand_ins, fields)
}

/// The standing presumptions that speak to what is still lacking.
pub(crate) fn standing<'p>(view: &View<'_, 'p>, highest: Severity, left: &Needs) -> Vec<&'p Standing> {
    let sheet = view.sheet;
    let speaks = |standing: &&'p Standing| {
        let field = &standing.stands.field;
        let mut path = Needs::default();
        lack(view, field, &mut path);
        path.paths.iter().any(|path| left.paths.contains(path))
            && stands_in_force(view, standing, highest)
            && view.truth_or(standing.when.as_ref(), Truth::True) == Truth::True
    };
    sheet.tables.standing.iter().filter(speaks).collect()
}

/// Whether a field is unknown, and may be presumed for a rule of this severity.
pub(crate) fn may_stand_in(view: &View<'_, '_>, stands: &StandIn, highest: Severity) -> bool {
    open(view, stands) && presumable(view, &stands.field, highest)
}

/// The same of a policy's presumption, where the policy speaks for the sheet.
pub(crate) fn stands_in_force(view: &View<'_, '_>, standing: &Standing, highest: Severity) -> bool {
    let Standing {
        until, scope, stands, ..
    } = standing;
    let over = until.zip(view.sheet.today).is_some_and(|(until, today)| today > until);
    !over && in_scope(scope, view.sheet) && may_stand_in(view, stands, highest)
}

/// Evaluates again with what unknown fields stand for: the rule's own presumptions, then the standing ones too.
pub(crate) fn settle<'p>(
    view: &View<'_, 'p>,
    says: &Says,
    highest: Severity,
    truth: &dyn Fn(&View<'_, 'p>) -> Truth,
    lacks: &dyn Fn(&View<'_, 'p>) -> Needs,
) -> Settled {
    let (mut stand_ins, mut fields) = own(view, says, highest);
    let mut left = None;
    if !stand_ins.is_empty() {
        let presuming = View {
            assumed: &stand_ins,
            ..*view
        };
        match truth(&presuming) {
            Truth::False => return presumed(fields, None),
            Truth::Unknown => left = Some(lacks(&presuming)),
            Truth::True => {}
        }
    }
    let left = left.unwrap_or_else(|| lacks(view));
    let standing = standing(view, highest, &left);
    let Some(first) = standing.first() else {
        return Settled::undetermined(left);
    };
    for presumption in &standing {
        lack(view, &presumption.stands.field, &mut fields);
    }
    stand_ins.extend(standing.iter().map(|standing| &standing.stands));
    let presuming = View {
        assumed: &stand_ins,
        ..*view
    };
    match truth(&presuming) {
        Truth::False => presumed(fields, place_of(first, &view.sheet.tables.standing)),
        Truth::Unknown => Settled::undetermined(lacks(&presuming)),
        Truth::True => Settled::undetermined(lacks(view)),
    }
}

fn presumed(fields: Needs, policy: Option<u32>) -> Settled {
    Settled::of(fields, Fate::Presumed(policy))
}

/// The policy of a standing presumption, by the place of the first that it has.
pub(crate) fn place_of(of: &Standing, all: &[Standing]) -> Option<u32> {
    all.iter().position(|standing| standing.policy == of.policy).map(narrow)
}

/// Adds the path of the field.
pub(crate) fn lack(view: &View<'_, '_>, field: &Presumable, fields: &mut Needs) {
    match field {
        Presumable::Attribute(field) => view.lack(*field, Some(fields)),
        Presumable::Lab(lab) => fields.add(Need::lab(lab, view.sheet)),
    }
}

/// Whether the field is unknown, as the presumed value would have it. Nothing is presumed of a medication that nobody stated.
fn open(view: &View<'_, '_>, stands: &StandIn) -> bool {
    let field = match &stands.field {
        Presumable::Attribute(field) => *field,
        Presumable::Lab(lab) => return view.unobserved(lab),
    };
    if view.of_phantom(field) {
        return false;
    }
    match &stands.value {
        Assumed::Flag(_) => view.flag(field, None) == Truth::Unknown,
        Assumed::Word(_) => !view.words(field, &mut |_| {}),
        Assumed::None => !view.known(field),
        Assumed::Constant(value) if field == Attribute::Patient(PatientAttribute::Age) => {
            value.unit.calendar().is_none() || view.sheet.facts.age.is_none()
        }
        Assumed::Constant(value) => view.attribute(field, value.unit.dimension(), None) == Number::Unknown,
    }
}

/// What may never be presumed: skin tests, allergies, weight under 12 years, pregnancy of a woman of 10–55 for a contraindication.
fn presumable(view: &View<'_, '_>, field: &Presumable, highest: Severity) -> bool {
    let Presumable::Attribute(field) = field else {
        return true;
    };
    let age = |op, years| {
        let age = view.sheet.facts.age.as_ref();
        age.map_or(Truth::Unknown, |age| {
            age.compare(op, Ratio::integer(years), CalendarUnit::Year)
        })
    };
    match field {
        Attribute::Patient(PatientAttribute::Allergies)
        | Attribute::Item(_, shenfang_knowledge::ItemAttribute::SkinTest) => false,
        Attribute::Patient(PatientAttribute::Weight) => age(Comparison::AtLeast, 12) == Truth::True,
        Attribute::Patient(PatientAttribute::Pregnant) if highest == Severity::Contraindicated => {
            view.sheet.facts.sex == Some(Sex::Male)
                || age(Comparison::AtLeast, 10) == Truth::False
                || age(Comparison::Less, 55) == Truth::False
        }
        _ => true,
    }
}
