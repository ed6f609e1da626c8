//! Whom a dose concerns: by nearest row, route, form of the sheet and the dose's own condition.
use crate::condition::StandIn;
use crate::evaluate::{Slot, View};
use crate::rules::Dose;
use crate::sheet::{DoseMember, Sheet};
use shenfang_clinical::{Dose as StatedDose, Route};
use shenfang_knowledge::Origin;
use shenfang_units::Truth;

/// A line that a dose concerns, or may concern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Concern {
    pub line: u32,
    pub slot: Slot,
    /// the row speaks of some routes and the line states none
    pub route_unknown: bool,
    /// certainly concerned
    pub sure: bool,
    pub ambiguous: bool,
    pub current: bool,
}

impl Concern {
    /// Of a prescribed line that the dose certainly speaks of.
    pub fn certain(member: &DoseMember) -> Concern {
        Concern {
            line: member.line,
            slot: Slot {
                line: Some(member.line),
                node: Some(member.node),
                truth: Truth::True,
            },
            route_unknown: false,
            sure: true,
            ambiguous: false,
            current: false,
        }
    }
}

/// The concern of one line; `None` where the dose does not speak of it.
pub(super) fn concern(
    sheet: &Sheet<'_, '_>,
    dose: &Dose,
    members: &[DoseMember],
    assumed: &[&StandIn],
) -> Option<Concern> {
    let first = members.first()?;
    let line = sheet.line(first.line)?;
    if line.refill || sheet.comes_from(first.line, Origin::Either, None) != Truth::True {
        return None;
    }
    let concern = placed(sheet, dose, members)?;
    let view = View {
        sheet,
        slots: std::slice::from_ref(&concern.slot),
        assumed,
    };
    let when = view.truth_or(dose.when.as_ref(), Truth::True);
    (when != Truth::False).then(|| Concern {
        sure: concern.sure && when == Truth::True,
        ..concern
    })
}

/// The concern of one line, as far as form and route say, which are its own.
pub(super) fn placed(sheet: &Sheet<'_, '_>, dose: &Dose, members: &[DoseMember]) -> Option<Concern> {
    let first = members.first()?;
    let line = sheet.line(first.line)?;
    let item = sheet.item(first.line)?;
    if item.dose.value() == Some(&StatedDose::Unmeasured) {
        return None;
    }
    let in_form = || sheet.piece(first.line) && dose.forms.contains(&sheet.sheet_form());
    if !dose.forms.is_empty() && !in_form() {
        return None;
    }
    let route = sheet.route(first.line);
    if route == Some(Route::SkinTest) || route.is_some_and(|route| !applies(sheet, dose, route)) {
        return None;
    }
    Some(Concern {
        line: first.line,
        slot: Slot {
            line: Some(first.line),
            node: Some(first.node),
            truth: Truth::True,
        },
        route_unknown: route.is_none(),
        sure: route.is_some(),
        ambiguous: line.ambiguous(),
        current: line.current,
    })
}

/// Of a concept's rows those that name the route speak; where none does, those without routes, and for oral forms those of decoctions.
fn applies(sheet: &Sheet<'_, '_>, dose: &Dose, route: Route) -> bool {
    let covers = |dose: &Dose| dose.routes.iter().any(|node| route.within(*node));
    if covers(dose) {
        return true;
    }
    let doses = &sheet.tables.doses;
    let mut rows = doses.rows.row(dose.concept).iter();
    let named = rows.any(|row| {
        let row = doses.doses.get(crate::csr::wide(*row));
        row.is_some_and(|row| row.stands && covers(row))
    });
    !named && (dose.routes.is_empty() || (route.within(Route::Oral) && dose.routes.contains(&Route::Decoction)))
}
