//! What stands under `unrecognized`: names that do not resolve or mean several things, texts that cannot be read.
use super::Case;
use super::denote::{Meaning, Via};
use shenfang_clinical::{Coded, Severity, Unrecognized};
use shenfang_knowledge::{Code, ConceptId, ConceptKind, Resolution};

impl<'a> Case<'a> {
    /// What does not resolve and what cannot be read.
    pub fn unrecognized(&self) -> Vec<Unrecognized<'static>> {
        let mut out = vec![];
        let mut say =
            |item: Option<&str>, path: Option<String>, text: &str, meanings: Vec<String>, reason, severity| {
                out.push(Unrecognized {
                    item: item.map(|item| item.to_owned().into()),
                    path: path.map(Into::into),
                    text: text.to_owned().into(),
                    candidates: meanings.into_iter().map(Into::into).collect(),
                    reason,
                    severity,
                });
            };
        let text = |c: &'a Coded| c.name.as_deref().or(c.code.as_deref()).unwrap_or_default();
        let near = |c: &Coded| {
            c.name
                .iter()
                .flat_map(|n| self.k.names().candidates(n, 5))
                .map(|c| self.k.concept(c).unwrap().name.clone())
                .collect()
        };
        for (i, line) in self.lines.iter().enumerate() {
            let (item, id) = (line.item, Some(&*line.item.id));
            let reason = if line.differ {
                "code_and_name_differ"
            } else {
                "ambiguous"
            };
            if line.meanings.is_empty() {
                say(id, None, text(&item.drug), near(&item.drug), None, Severity::Major);
            } else if !line.candidates.is_empty() {
                say(
                    id,
                    None,
                    text(&item.drug),
                    line.candidates.clone(),
                    Some(reason),
                    Severity::Major,
                );
            }
            let opaque = |m: &Meaning| {
                m.nodes.iter().filter(|n| n.via == Via::Itself).any(|n| {
                    let concept = self.k.concept(n.concept).unwrap();
                    let patent = |&a: &ConceptId| self.k.concept(a).is_some_and(|c| c.name == "中成药");
                    let product =
                        concept.kind == ConceptKind::Product || self.k.ancestors(n.concept).iter().any(patent);
                    product && concept.kind != ConceptKind::Class && concept.contents.is_empty()
                })
            };
            if line.candidates.is_empty() && line.meanings.iter().any(opaque) {
                let reason = Some("contents_unknown");
                say(id, None, text(&item.drug), vec![], reason, Severity::Moderate);
            }
            let mut fields: Vec<(String, Option<&str>)> = vec![
                ("strength".into(), item.strength.unreadable()),
                ("pack".into(), item.pack.unreadable()),
                ("dose".into(), item.dose.unreadable()),
                ("frequency".into(), item.frequency.unreadable()),
                ("route".into(), item.route.unreadable()),
                ("duration".into(), item.duration.unreadable()),
                ("quantity".into(), item.quantity.unreadable()),
            ];
            fields.extend(
                item.preparation
                    .iter()
                    .flatten()
                    .map(|f| ("preparation".into(), f.unreadable())),
            );
            for (n, s) in item.steps.iter().flatten().enumerate() {
                let step = |f: &str, t| (format!("steps.{n}.{f}"), t);
                fields.extend([
                    step("dose", s.dose.unreadable()),
                    step("frequency", s.frequency.unreadable()),
                    step("duration", s.duration.unreadable()),
                ]);
            }
            fields.push(("max_per_day".into(), item.max_per_day.unreadable()));
            fields.extend(item.infusion.iter().flat_map(|f| {
                [
                    ("infusion.rate".into(), f.rate.unreadable()),
                    ("infusion.over".into(), f.over.unreadable()),
                ]
            }));
            for (field, text) in fields.into_iter().filter_map(|(f, t)| Some((f, t?))) {
                say(
                    None,
                    Some(self.item_path(i, &field)),
                    text,
                    vec![],
                    Some("unreadable"),
                    Severity::Minor,
                );
            }
        }
        let p = &self.rx.patient;
        let allergies = p
            .allergies
            .iter()
            .flatten()
            .enumerate()
            .map(|(i, a)| (format!("patient.allergies.{i}"), &a.to, Severity::Major));
        let conditions = p
            .conditions
            .iter()
            .flatten()
            .enumerate()
            .map(|(i, c)| (format!("patient.conditions.{i}"), &c.what, Severity::Moderate));
        let diagnoses = self
            .rx
            .diagnoses
            .iter()
            .flatten()
            .enumerate()
            .map(|(i, c)| (format!("diagnoses.{i}"), c, Severity::Moderate));
        for (path, what, severity) in allergies.chain(conditions).chain(diagnoses) {
            let allergen = path.starts_with("patient.allergies");
            let (all, code) = if allergen {
                self.read_allergen(what)
            } else {
                self.read(what)
            };
            let names = self.k.names();
            let meant = what
                .name
                .as_deref()
                .map(|n| if allergen { names.allergen(n) } else { names.name(n) });
            let coded = what.code.as_deref().and_then(Code::parse).is_some();
            match meant {
                Some(Resolution::Ambiguous(several)) if !coded => {
                    let titles = several
                        .iter()
                        .map(|c| self.k.concept(*c).unwrap().name.clone())
                        .collect();
                    say(None, Some(path), text(what), titles, Some("ambiguous"), severity);
                }
                _ if all.is_empty() && code.is_none() => say(None, Some(path), text(what), near(what), None, severity),
                _ => {}
            }
        }
        let quantities = [
            ("weight", &p.weight),
            ("height", &p.height),
            ("gestation", &p.gestation),
            ("bsa", &p.bsa),
            ("egfr", &p.egfr),
            ("crcl", &p.crcl),
        ];
        let mut fields: Vec<(String, Option<&str>)> = vec![("patient.age".into(), p.age.unreadable())];
        fields.extend(quantities.iter().map(|(f, q)| (format!("patient.{f}"), q.unreadable())));
        fields.push(("doses".into(), self.rx.doses.unreadable()));
        for (path, text) in fields.into_iter().filter_map(|(f, t)| Some((f, t?))) {
            say(None, Some(path), text, vec![], Some("unreadable"), Severity::Minor);
        }
        out
    }
}
