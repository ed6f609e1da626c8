//! Messages: a template filled with what stands on the sheet, for both readers. It never decides anything.
use crate::evaluate::View;
use crate::rules::{Part, Template};
use crate::show::Reader;
use shenfang_clinical::{Str, Text};
use std::borrow::Cow;

impl<'p> View<'_, 'p> {
    /// Both texts; an absent language falls back to the other.
    pub fn message(&self, template: &'p Template, shared: &[Str<'p>]) -> Text<'p> {
        let or = |parts: &'p [Part], other: &'p [Part], reader| {
            let parts = if parts.is_empty() { other } else { parts };
            if let [Part::Literal(text)] = parts {
                return Cow::Borrowed(text.as_str());
            }
            let literal = |part: &Part| match part {
                Part::Literal(text) => text.len(),
                _ => 24,
            };
            let mut text = String::with_capacity(parts.iter().map(literal).sum());
            parts.iter().for_each(|part| self.part(part, shared, reader, &mut text));
            Cow::Owned(text)
        };
        Text {
            zh: or(&template.zh, &template.en, Reader::Chinese),
            en: or(&template.en, &template.zh, Reader::English),
        }
    }

    fn part(&self, part: &Part, shared: &[Str<'_>], reader: Reader, out: &mut String) {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Variable(variable) => {
                let line = self.slot(*variable).and_then(|slot| slot.line);
                out.push_str(line.map_or("", |line| self.sheet.drug_text(line)));
            }
            Part::Attribute(of) => out.push_str(&self.attribute_text(*of, reader)),
            Part::Count(items) => {
                let mut count = 0u32;
                let refill = |line| self.refill(line);
                self.each_member(items, &refill, None, &mut |_, _| count = count.saturating_add(1));
                out.push_str(&count.to_string());
            }
            Part::Shared => out.push_str(&shared.join(reader.pick("、", ", "))),
        }
    }
}
