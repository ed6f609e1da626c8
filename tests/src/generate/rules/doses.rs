//! Random doses: bands, gaps, limits per body size.
use super::*;

impl Writer<'_> {
    pub(super) fn dose(&mut self, i: usize, k: &Knowledge) -> DoseRule {
        let dosed = |c: &ConceptId| {
            matches!(
                k.concept(*c).unwrap().kind,
                ConceptKind::Substance | ConceptKind::Herb | ConceptKind::Class
            )
        };
        let concepts: Vec<ConceptId> = self.drugs.iter().copied().filter(dosed).collect();
        let mut concept = self.r.pick(&concepts);
        if self.r.chance(40) {
            // Several rows of one concept are the interesting case.
            concept = concepts[concepts.len() / 2];
        }
        let herb = k.concept(concept).unwrap().kind == ConceptKind::Herb;
        let routes = [
            vec![],
            vec![],
            vec![Route::Oral],
            vec![Route::Systemic],
            vec![Route::Decoction],
            vec![Route::Iv, Route::Topical],
        ];
        self.variables = usize::from(self.r.chance(20));
        let when = self.r.chance(20).then(|| self.condition(0));
        self.variables = 0;
        let bands = (0..1 + self.r.below(3)).map(|_| self.band(herb)).collect();
        let grades = [
            vec![],
            vec![(1, Severity::Minor), (2, Severity::Major)],
            vec![(2, Severity::Moderate)],
            vec![
                (1, Severity::Moderate),
                (2, Severity::Major),
                (3, Severity::Contraindicated),
            ],
        ];
        DoseRule {
            concept,
            routes: self.r.pick(&routes),
            forms: self
                .r
                .pick(&[vec![], vec![], vec![], vec![SheetForm::Decoction, SheetForm::Paste]]),
            when,
            bands,
            gap: self.r.chance(30).then(|| self.condition(0)),
            over: self
                .r
                .pick(&grades)
                .into_iter()
                .map(|(n, s)| (Ratio::integer(n), s))
                .collect(),
            reach: if herb {
                Reach::Single
            } else {
                self.r.pick(&[Reach::Ingredients, Reach::Single])
            },
            finding: self.finding(format!("t.d{i:02}"), Category::Dose),
        }
    }

    pub(super) fn band(&mut self, herb: bool) -> Band {
        let when = if self.r.chance(50) {
            Condition::Always
        } else {
            self.condition(1)
        };
        Band {
            when,
            limits: (0..1 + self.r.below(2)).map(|_| self.limit(herb)).collect(),
        }
    }

    pub(super) fn limit(&mut self, herb: bool) -> Limit {
        let op = if self.r.chance(85) {
            Comparison::AtMost
        } else {
            Comparison::AtLeast
        };
        let (measure, value, unit) = self.r.pick(&[
            (Measure::Single, "100", "mg"),
            (Measure::Single, "2", "mg/kg"),
            (Measure::Daily, "300", "mg"),
            (Measure::Daily, "150", "mg"),
            (Measure::Daily, "100", "mg/m2"),
            (Measure::Daily, "10", "mg/kg"),
            (Measure::Weekly, "1000", "mg"),
            (Measure::Course, "2000", "mg"),
            (Measure::Daily, "4", "片"),
            (Measure::Frequency, "2", "1"),
            (Measure::Duration, "7", "d"),
        ]);
        let (value, unit) = if herb && unit == "mg" {
            ("9", "g")
        } else {
            (value, unit)
        };
        let quantity = constant(value, unit).quantity;
        let amount = quantity.amount().unwrap();
        let (per, size) = match unit {
            "mg/kg" => (Some(Per::Weight), Dimension::BODY_MASS),
            "mg/m2" => (Some(Per::Area), Dimension::BODY_AREA),
            _ => (None, Dimension::NONE),
        };
        let amount = shenfang_units::Amount {
            value: amount.value,
            dimension: amount.dimension.checked_mul(size).unwrap(),
        };
        Limit {
            measure,
            op,
            quantity,
            amount,
            per,
            low: None,
        }
    }
}
