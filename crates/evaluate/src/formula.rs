//! Classical formulas: an incompatible pair that a formula on the sheet holds is still a finding, and the formula is named. It never excuses one.
use crate::evaluate::View;
use shenfang_clinical::{Category, Reason};
use std::borrow::Cow;

impl<'p> View<'_, 'p> {
    /// The formulas that stand whole on the sheet and hold every line of an incompatibility, in order of name.
    pub fn formulas(&self, category: Category, lines: &[u32]) -> Vec<Reason<'p>> {
        if category != Category::Incompatibility || lines.len() < 2 {
            return Vec::new();
        }
        let catalogue = self.sheet.catalogue();
        let formulas = catalogue.formulas.iter().filter(|formula| {
            let pieces = || {
                catalogue
                    .nodes
                    .row(**formula)
                    .iter()
                    .map(|node| node.concept)
                    .filter(|piece| piece != *formula)
            };
            let prescribed = || (0u32..).zip(&self.sheet.rx.items).map(|(line, _)| line);
            lines
                .iter()
                .all(|line| pieces().any(|piece| self.denotes(*line, piece)))
                && pieces().all(|piece| prescribed().any(|line| self.denotes(line, piece)))
        });
        let named = formulas.map(|formula| Reason::Formula {
            formula: Cow::Borrowed(catalogue.name(*formula)),
        });
        named.collect()
    }

    /// Whether a line is the piece or made from it.
    fn denotes(&self, line: u32, piece: u32) -> bool {
        let senses = self
            .sheet
            .line(line)
            .map_or(&[][..], |line| self.sheet.concepts(line.senses));
        senses
            .iter()
            .any(|concept| self.sheet.catalogue().is_above(piece, *concept))
    }
}
