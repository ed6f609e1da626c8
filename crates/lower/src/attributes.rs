//! Attribute paths: the one list of what a rule can ask of an item, the patient, the sheet, the prescriber and the institution, each with its type.
use crate::context::Context;
use crate::suggest;
use crate::types::{Magnitude as M, Type, Vocabulary as V};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_grammar::{Place, words};
use shenfang_knowledge::{Attribute, ItemAttribute as I, ItemText, PatientAttribute as P, RxAttribute as R};
use shenfang_syntax::tree::{Name, Path};
use std::cell::Cell;

/// A variable of a rule.
pub(crate) struct Variable {
    /// its name
    pub name: String,
    /// where it is bound; `None` for the item of a dose
    pub span: Option<Span>,
    /// whether a condition or text speaks of it
    pub used: Cell<bool>,
}

/// The variables of a rule, in order.
#[derive(Default)]
pub(crate) struct Variables(pub Vec<Variable>);

impl Variables {
    /// The item a dose speaks of: `a`.
    pub fn of_dose() -> Variables {
        Variables(vec![Variable {
            name: "a".to_owned(),
            span: None,
            used: Cell::new(true),
        }])
    }

    /// The index of a variable, now used.
    pub fn find(&self, name: &str) -> Option<usize> {
        let (index, variable) = self.0.iter().enumerate().find(|(_, v)| v.name == name)?;
        variable.used.set(true);
        Some(index)
    }

    /// The index of a variable, or an error that says which there are.
    pub fn expect(&self, cx: &Context<'_>, name: &Name) -> Option<usize> {
        if let Some(index) = self.find(&name.value) {
            return Some(index);
        }
        let text = &name.value;
        let mut fault = Diagnostic::error(
            "variable.unknown",
            name.span,
            format!("没有变量 `{text}`"),
            format!("no variable `{text}`"),
        );
        if self.0.is_empty() {
            fault = fault.help(
                "变量由“匹配”一行给出，如：匹配 a：华法林",
                "variables come from `match`, as in `match a: warfarin`",
            );
        } else {
            fault = fault
                .expected(self.0.iter().map(|v| v.name.clone()))
                .candidates(suggest::nearest(text, self.0.iter().map(|v| v.name.as_str())));
        }
        cx.fail(fault)
    }
}

const ITEM: [(&str, I, Type); 17] = [
    ("dose", I::Dose, Type::Quantity(M::Dose)),
    ("daily", I::Daily, Type::Quantity(M::Dose)),
    ("total", I::Total, Type::Quantity(M::Amount)),
    ("frequency", I::Frequency, Type::Quantity(M::Frequency)),
    ("duration", I::Duration, Type::Quantity(M::Duration)),
    ("quantity", I::Quantity, Type::Quantity(M::Supply)),
    ("route", I::Route, Type::Word(V::Route)),
    ("form", I::Form, Type::Word(V::DoseForm)),
    ("strength", I::Strength, Type::Quantity(M::Strength)),
    ("preparation", I::Preparation, Type::Words(V::Footnote)),
    ("skin_test", I::SkinTest, Type::Word(V::SkinTest)),
    ("rate", I::Rate, Type::Quantity(M::Rate)),
    ("over", I::Over, Type::Quantity(M::Duration)),
    ("concentration", I::Concentration, Type::Quantity(M::Concentration)),
    ("group", I::Group, Type::Text),
    ("diluent", I::Diluent, Type::Flag),
    ("double_signed", I::DoubleSigned, Type::Flag),
];

const TEXTS: [(&str, ItemText); 6] = [
    ("dose", ItemText::Dose),
    ("frequency", ItemText::Frequency),
    ("route", ItemText::Route),
    ("duration", ItemText::Duration),
    ("quantity", ItemText::Quantity),
    ("strength", ItemText::Strength),
];

const PATIENT: [(&str, P, Type); 14] = [
    ("age", P::Age, Type::Age),
    ("weight", P::Weight, Type::Quantity(M::Weight)),
    ("height", P::Height, Type::Quantity(M::Height)),
    ("bsa", P::Bsa, Type::Quantity(M::Surface)),
    ("sex", P::Sex, Type::Word(V::Sex)),
    ("pregnant", P::Pregnant, Type::Flag),
    ("gestation", P::Gestation, Type::Quantity(M::Duration)),
    ("lactating", P::Lactating, Type::Flag),
    ("egfr", P::Egfr, Type::Quantity(M::Egfr)),
    ("crcl", P::Crcl, Type::Quantity(M::Clearance)),
    ("child_pugh", P::ChildPugh, Type::Word(V::ChildPugh)),
    ("dialysis", P::Dialysis, Type::Flag),
    ("allergies", P::Allergies, Type::List),
    ("conditions", P::Conditions, Type::List),
];

const RX: [(&str, R, Type); 11] = [
    ("kind", R::Kind, Type::Word(V::Kind)),
    ("setting", R::Setting, Type::Word(V::Setting)),
    ("doses", R::Doses, Type::Quantity(M::DecoctionDoses)),
    ("form", R::Form, Type::Word(V::SheetForm)),
    ("diagnoses", R::Diagnoses, Type::List),
    ("disease", R::Disease, Type::Text),
    ("pattern", R::Pattern, Type::Text),
    ("extension_reason", R::ExtensionReason, Type::Text),
    ("department", R::Department, Type::Text),
    ("presented_on", R::PresentedOn, Type::Quantity(M::Duration)),
    ("amendments", R::Amendments, Type::Words(V::Amendment)),
];

const PRESCRIBER: [(&str, R, Type); 3] = [
    ("title", R::PrescriberTitle, Type::Word(V::Title)),
    ("privileges", R::PrescriberPrivileges, Type::Words(V::Privilege)),
    ("signed", R::PrescriberSigned, Type::Flag),
];

const INSTITUTION: [(&str, R, Type); 2] = [
    ("id", R::InstitutionId, Type::Text),
    ("level", R::InstitutionLevel, Type::Word(V::Level)),
];

fn of<T: Copy>(table: &[(&str, T, Type)], word: &str) -> Option<(T, Type)> {
    table
        .iter()
        .find(|(name, _, _)| *name == word)
        .map(|(_, attribute, ty)| (*attribute, *ty))
}

/// The attribute of a path and its type.
pub(crate) fn attribute(cx: &Context<'_>, variables: &Variables, path: &Path) -> Option<(Attribute, Type)> {
    let [head, rest @ ..] = path.segments.as_slice() else {
        return cx.fail(Diagnostic::error(
            "attribute.unknown",
            path.span,
            "缺少属性",
            "an attribute is missing",
        ));
    };
    let word = rest.first().map(|w| w.value.as_str());
    let patient = |found: Option<(P, Type)>| found.map(|(p, ty)| (Attribute::Patient(p), ty));
    let rx = |found: Option<(R, Type)>| found.map(|(r, ty)| (Attribute::Rx(r), ty));
    let found = match (head.value.as_str(), word, rest.len()) {
        ("patient", Some("age"), 2) if rest.get(1).is_some_and(|w| w.value == "unit") => {
            Some((Attribute::Patient(P::AgeUnit), Type::Word(V::AgeUnit)))
        }
        ("patient", Some(word), 1) => patient(of(&PATIENT, word)),
        ("rx", Some(word), 1) => rx(of(&RX, word)),
        ("prescriber", Some(word), 1) => rx(of(&PRESCRIBER, word)),
        ("institution", Some(word), 1) => rx(of(&INSTITUTION, word)),
        ("current_medications", None, 0) => Some((Attribute::Rx(R::CurrentMedications), Type::List)),
        ("patient" | "rx" | "prescriber" | "institution" | "current_medications" | "items", _, _) => None,
        _ => {
            let index = variables.expect(cx, head)?;
            let item = |found: Option<(I, Type)>| found.map(|(i, ty)| (Attribute::Item(index, i), ty));
            match (word, &path.argument) {
                (Some("text"), Some(field)) => {
                    let field = TEXTS.iter().find(|(name, _)| *name == field.value);
                    field.map(|(_, text)| (Attribute::Item(index, I::Text(*text)), Type::Text))
                }
                (Some(word), None) if rest.len() == 1 => item(of(&ITEM, word)),
                _ => None,
            }
        }
    };
    match found {
        Some(found) => Some(found),
        None => cx.fail(unknown(cx, head, path)),
    }
}

/// What can be asked by `known` and `stated`: any attribute, and the date of the sheet, which is compared nowhere.
pub(crate) fn stated(cx: &Context<'_>, variables: &Variables, path: &Path) -> Option<Attribute> {
    let words: Vec<&str> = path.segments.iter().map(|s| s.value.as_str()).collect();
    if words == ["rx", "authored_on"] {
        return Some(Attribute::Rx(R::AuthoredOn));
    }
    attribute(cx, variables, path).map(|(found, _)| found)
}

/// The error of a path that leads nowhere, with what would.
fn unknown(cx: &Context<'_>, head: &Name, path: &Path) -> Diagnostic {
    let chinese = cx.chinese(path.span);
    let spelled = |en: &'static str, place: Place| {
        words(place)
            .find(|k| k.en == en)
            .map_or(en, |k| if chinese { k.zh } else { k.en })
    };
    let (place, known): (Place, Vec<&'static str>) = match head.value.as_str() {
        "patient" => (Place::PatientAttribute, PATIENT.iter().map(|a| a.0).collect()),
        "rx" => (Place::RxAttribute, RX.iter().map(|a| a.0).collect()),
        "prescriber" => (Place::PrescriberAttribute, PRESCRIBER.iter().map(|a| a.0).collect()),
        "institution" => (Place::InstitutionAttribute, INSTITUTION.iter().map(|a| a.0).collect()),
        _ if path.argument.is_some() => (Place::ItemAttribute, TEXTS.iter().map(|a| a.0).collect()),
        _ => (Place::ItemAttribute, ITEM.iter().map(|a| a.0).collect()),
    };
    let known: Vec<&str> = known.into_iter().map(|en| spelled(en, place)).collect();
    let wrong = path
        .argument
        .as_ref()
        .or_else(|| path.segments.get(1..)?.last())
        .unwrap_or(head);
    let text = cx.shown(wrong.span, &wrong.value);
    let near = suggest::nearest(text, known.iter().copied());
    let fault = Diagnostic::error(
        "attribute.unknown",
        wrong.span,
        format!("没有属性 `{text}`，或者不能用在条件里"),
        format!("no attribute `{text}` that a condition can ask for"),
    );
    let fault = match wrong.value.as_str() {
        "authored_on" => fault.help(
            "与日期有关的规则用“生效 起 .. 止”；是否写了：已注明（处方.开具日期）",
            "what depends on the date carries `effective A .. B`; whether it is there is `stated(rx.authored_on)`",
        ),
        _ => fault,
    };
    if wrong.value == "authored_on" {
        fault
    } else if near.is_empty() {
        fault.expected(known)
    } else {
        fault.candidates(near)
    }
}
