//! A dose: routes, bands and their limits, grades.
use super::{Reader, conditions, finding, values};
use crate::grammar::{Node, Rule};
use crate::origin::Source;
use crate::tree::{Band, Declaration, DoseDecl, Expr, Finding, Limit, Name, Over, Spanned, Word};
use shenfang_diagnostics::Span;
use shenfang_units::Comparison;

/// What of a dose has been read.
#[derive(Default)]
pub(crate) struct DoseParts {
    /// `route`
    pub route: Vec<Word>,
    /// `form`
    pub form: Vec<Word>,
    /// `when`
    pub when: Option<Expr>,
    /// `band`
    pub bands: Vec<Band>,
    /// `gap when`
    pub gap: Option<Expr>,
    /// `over`
    pub over: Vec<Over>,
    /// the rest
    pub finding: Finding,
    seen: Vec<(Rule, Span)>,
}

impl DoseParts {
    /// The declaration these parts make.
    pub fn declaration(self, id: Option<Name>, concept: Name, span: Span) -> Declaration {
        let DoseParts {
            route,
            form,
            when,
            bands,
            gap,
            over,
            finding,
            ..
        } = self;
        Declaration::Dose(DoseDecl {
            id,
            concept,
            route,
            form,
            when,
            bands,
            gap,
            over,
            finding,
            span,
        })
    }
}

/// Reads one `dose_entry`.
pub(crate) fn dose_entry(
    reader: &mut Reader,
    source: &Source<'_>,
    entry: &Node<'_>,
    dose: &mut DoseParts,
) -> Option<()> {
    let mut parts = entry.clone().into_inner();
    let head = parts.next()?;
    finding::once(reader, source, &head, &mut dose.seen)?;
    match head.as_rule() {
        Rule::dose_field_route => {
            dose.route = parts
                .filter(|p| p.as_rule() == Rule::route)
                .map(|p| values::word(source, &p))
                .collect()
        }
        Rule::dose_field_form => {
            dose.form = parts
                .filter(|p| p.as_rule() == Rule::sheet_form)
                .map(|p| values::word(source, &p))
                .collect()
        }
        Rule::dose_field_when => dose.when = conditions::condition(reader, source, &parts.next()?),
        Rule::dose_field_band => dose.bands.push(band(reader, source, &parts.next()?)?),
        Rule::dose_field_gap => {
            parts.next()?;
            dose.gap = conditions::condition(reader, source, &parts.next()?);
        }
        Rule::dose_field_over => {
            let ratio = values::number(source, &parts.next()?);
            dose.over.push(Over {
                ratio,
                severity: values::word(source, &parts.next()?),
            });
        }
        _ => return finding::field(reader, source, &head, &mut dose.finding),
    }
    Some(())
}

fn band(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Band> {
    let mut parts = node.clone().into_inner();
    let when = conditions::condition(reader, source, &parts.next()?)?;
    let limits = parts
        .filter(|p| p.as_rule() == Rule::limit)
        .filter_map(|l| limit(reader, source, &l))
        .collect();
    Some(Band {
        when,
        limits,
        span: source.of(node),
    })
}

/// `daily <= 2 g`, or `daily 9 g .. 30 g`
fn limit(reader: &mut Reader, source: &Source<'_>, node: &Node<'_>) -> Option<Limit> {
    let mut parts = node.clone().into_inner();
    let measure = values::word(source, &parts.next()?);
    let second = parts.next()?;
    let span = source.of(node);
    if second.as_rule() == Rule::comparator {
        let quantity = values::quantity(reader, source, &parts.next()?);
        return Some(Limit {
            measure,
            op: values::comparator(source, &second),
            quantity,
            low: None,
            span,
        });
    }
    let range = parts.next()?;
    let quantity = values::quantity(reader, source, &parts.next()?);
    let op = Spanned {
        value: Comparison::AtMost,
        span: source.of(&range),
    };
    Some(Limit {
        measure,
        op,
        quantity,
        low: Some(values::quantity(reader, source, &second)),
        span,
    })
}
