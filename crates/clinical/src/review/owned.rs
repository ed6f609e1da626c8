//! Reviews and findings that outlive the record and the rules they speak of.
use super::*;

fn own(text: Str<'_>) -> Str<'static> {
    Cow::Owned(text.into_owned())
}

fn may(text: Option<Str<'_>>) -> Option<Str<'static>> {
    text.map(own)
}

fn all<'p, T: FromIterator<Str<'static>>>(texts: impl IntoIterator<Item = Str<'p>>) -> T {
    texts.into_iter().map(own).collect()
}

impl Review<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Review<'static> {
        Review {
            id: own(self.id),
            decision: self.decision,
            complete: self.complete,
            gap: self.gap,
            findings: self.findings.into_iter().map(Finding::into_owned).collect(),
            undetermined: self.undetermined.into_iter().map(Undetermined::into_owned).collect(),
            presumed: self.presumed.into_iter().map(Presumed::into_owned).collect(),
            unrecognized: self.unrecognized.into_iter().map(Unrecognized::into_owned).collect(),
            rules: Cow::Owned(self.rules.into_owned()),
        }
    }
}

impl Text<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Text<'static> {
        Text {
            zh: own(self.zh),
            en: own(self.en),
        }
    }
}

impl Finding<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Finding<'static> {
        let policy = |note: PolicyNote<'_>| PolicyNote {
            id: own(note.id),
            from: note.from,
        };
        let meaning = self.meaning.into_iter().map(|(item, name)| (own(item), own(name)));
        Finding {
            rule: own(self.rule),
            category: self.category,
            subject: may(self.subject),
            kind: may(self.kind),
            severity: self.severity,
            action: self.action,
            review_code: own(self.review_code),
            items: all(self.items),
            message: self.message.into_owned(),
            advice: self.advice.map(Text::into_owned),
            because: self.because.into_iter().map(Reason::into_owned).collect(),
            sources: self.sources.into_iter().map(SourceRef::into_owned).collect(),
            also: all(self.also),
            policy: self.policy.map(|note| Box::new(policy(*note))),
            dose: self.dose,
            meaning: meaning.collect(),
        }
    }
}

impl Reason<'_> {
    fn into_owned(self) -> Reason<'static> {
        match self {
            Reason::Is { item, is } => Reason::Is {
                item: own(item),
                is: all(is),
            },
            Reason::Expression {
                expression,
                value,
                derived,
            } => Reason::Expression {
                expression: own(expression),
                value: own(value),
                derived: may(derived),
            },
            Reason::Shared { shared } => Reason::Shared { shared: all(shared) },
            Reason::Formula { formula } => Reason::Formula { formula: own(formula) },
        }
    }
}

impl SourceRef<'_> {
    fn into_owned(self) -> SourceRef<'static> {
        SourceRef {
            id: own(self.id),
            citation: own(self.citation),
            locator: may(self.locator),
            expired: self.expired,
            row: self.row.map(TableRow::into_owned),
        }
    }
}

impl TableRow<'_> {
    fn into_owned(self) -> TableRow<'static> {
        TableRow {
            file: own(self.file),
            line: self.line,
        }
    }
}

impl Undetermined<'_> {
    fn into_owned(self) -> Undetermined<'static> {
        Undetermined {
            rule: self.rule.into_owned(),
            severity: self.severity,
            items: all(self.items),
            needs: all(self.needs),
            gap: self.gap,
        }
    }
}

impl Presumed<'_> {
    fn into_owned(self) -> Presumed<'static> {
        Presumed {
            rule: self.rule.into_owned(),
            severity: self.severity,
            items: all(self.items),
            fields: all(self.fields),
            policy: may(self.policy),
        }
    }
}

impl Unrecognized<'_> {
    fn into_owned(self) -> Unrecognized<'static> {
        Unrecognized {
            item: may(self.item),
            path: may(self.path),
            text: own(self.text),
            candidates: all(self.candidates),
            reason: self.reason,
            severity: self.severity,
        }
    }
}

impl OneOrMany<'_> {
    fn into_owned(self) -> OneOrMany<'static> {
        OneOrMany::from(self.iter().map(str::to_owned).collect::<Vec<String>>())
    }
}
