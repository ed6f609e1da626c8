//! The grammar as data: rules and what they consist of, by numbers. `pest_derive` would write several functions for each rule, which were an
//! eighteenth of all that a browser loads; `src/grammar/run.rs` runs the data instead.
#![allow(clippy::disallowed_methods, reason = "a build script is the host side")]
use pest_meta::ast::RuleType;
use pest_meta::optimizer::{OptimizedExpr, OptimizedRule};
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

const GRAMMAR: [&str; 2] = ["../../grammar/keywords.pest", "../../grammar/rules.pest"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for path in GRAMMAR {
        println!("cargo::rerun-if-changed={path}");
        text.push_str(&fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?);
    }
    println!("cargo::rerun-if-changed=build.rs");
    let (_, rules) = pest_meta::parse_and_optimize(&text).map_err(|errors| {
        let told: Vec<String> = errors.into_iter().map(|error| error.to_string()).collect();
        told.join("\n")
    })?;
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("grammar.rs"), Tables::of(&rules)?.written(&rules)?)?;
    Ok(())
}

/// What the rules consist of.
#[derive(Default)]
struct Tables {
    /// as Rust writes them; what one consists of stands side by side
    nodes: Vec<String>,
    words: String,
    rules: Vec<(&'static str, String)>,
}

impl Tables {
    fn of(rules: &[OptimizedRule]) -> Result<Tables, Box<dyn Error>> {
        let mut tables = Tables::default();
        for rule in rules {
            let is_space = matches!(rule.name.as_str(), "WHITESPACE" | "COMMENT");
            let atomic = is_space || matches!(rule.ty, RuleType::Atomic | RuleType::CompoundAtomic);
            let kind = match rule.ty {
                RuleType::Silent if is_space => "Space",
                RuleType::Silent => "Silent",
                RuleType::Normal => "Normal",
                RuleType::Atomic => "Atomic",
                RuleType::CompoundAtomic => "CompoundAtomic",
                RuleType::NonAtomic => return Err(unknown(&format!("the rule {} with `!`", rule.name))),
            };
            let node = tables.node(&rule.expr, atomic, rules)?;
            tables.rules.push((kind, node));
        }
        Ok(tables)
    }

    /// An expression; `atomic`: without blanks between its parts.
    fn node(&mut self, expr: &OptimizedExpr, atomic: bool, rules: &[OptimizedRule]) -> Result<String, Box<dyn Error>> {
        use OptimizedExpr as E;
        let spaced = if atomic { "" } else { "Spaced" };
        let single = |tables: &mut Tables, kind: &str, inner: &E| -> Result<String, Box<dyn Error>> {
            let inner = tables.node(inner, atomic, rules)?;
            let (from, _) = tables.side_by_side(vec![inner]);
            Ok(format!("{kind}({from})"))
        };
        Ok(match expr {
            E::Str(text) => self.word(text),
            E::Range(first, last) => range(first, last)?,
            E::Ident(name) if rules.iter().any(|rule| rule.name == *name) || name == "EOI" => {
                format!("Call(Rule::{name})")
            }
            E::Ident(name) => self.builtin(name)?,
            E::PosPred(inner) => single(self, "Ahead", inner)?,
            E::NegPred(inner) => single(self, "NotAhead", inner)?,
            E::Opt(inner) => single(self, "Optional", inner)?,
            E::Rep(inner) => single(self, &format!("{spaced}Repeat"), inner)?,
            E::Seq(..) | E::Choice(..) => {
                let is_choice = matches!(expr, E::Choice(..));
                let (mut parts, mut rest) = (Vec::new(), expr);
                loop {
                    match rest {
                        E::Seq(head, tail) if !is_choice => {
                            (parts.push(self.node(head, atomic, rules)?), rest = tail).1
                        }
                        E::Choice(head, tail) if is_choice => {
                            (parts.push(self.node(head, atomic, rules)?), rest = tail).1
                        }
                        last => break parts.push(self.node(last, atomic, rules)?),
                    }
                }
                let (from, count) = self.side_by_side(parts);
                let kind = if is_choice {
                    "Choice".to_owned()
                } else {
                    format!("{spaced}Sequence")
                };
                format!("{kind}({from}, {count})")
            }
            other => return Err(unknown(&format!("{other:?}"))),
        })
    }

    /// What pest itself names.
    fn builtin(&mut self, name: &str) -> Result<String, Box<dyn Error>> {
        let choice = |tables: &mut Tables, parts: Vec<String>| {
            let (from, count) = tables.side_by_side(parts);
            format!("Choice({from}, {count})")
        };
        Ok(match name {
            "ANY" => "Any".to_owned(),
            "ALPHABETIC" => "Letter".to_owned(),
            "ASCII_DIGIT" => range("0", "9")?,
            "ASCII_ALPHA_UPPER" => range("A", "Z")?,
            "ASCII_ALPHA" => choice(self, vec![range("a", "z")?, range("A", "Z")?]),
            "ASCII_ALPHANUMERIC" => choice(self, vec![range("a", "z")?, range("A", "Z")?, range("0", "9")?]),
            "NEWLINE" => {
                let ends = ["\n", "\r\n", "\r"].map(|end| self.word(end));
                choice(self, ends.into())
            }
            other => return Err(unknown(other)),
        })
    }

    fn word(&mut self, text: &str) -> String {
        let from = self.words.find(text).unwrap_or_else(|| {
            let end = self.words.len();
            self.words.push_str(text);
            end
        });
        format!("Text({from}, {})", text.len())
    }

    /// Where some nodes stand side by side, and how many.
    fn side_by_side(&mut self, nodes: Vec<String>) -> (usize, usize) {
        let count = nodes.len();
        let found = self.nodes.windows(count).position(|window| window == nodes);
        let from = found.unwrap_or(self.nodes.len());
        if found.is_none() {
            self.nodes.extend(nodes);
        }
        (from, count)
    }

    fn written(&self, rules: &[OptimizedRule]) -> Result<String, Box<dyn Error>> {
        let mut out = String::from(
            "/// A rule of the grammar.\n#[allow(non_camel_case_types, missing_docs, clippy::upper_case_acronyms)]\n\
             #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(u16)]\npub(crate) enum Rule {\n    EOI,\n",
        );
        for rule in rules {
            writeln!(out, "    {},", rule.name)?;
        }
        writeln!(
            out,
            "}}\n\nimpl Rule {{\n    /// Every rule.\n    pub(crate) fn all_rules() -> &'static [Rule] {{\n        &ALL\n    }}\n}}\n"
        )?;
        let names: Vec<String> = rules.iter().map(|rule| format!("Rule::{}", rule.name)).collect();
        writeln!(out, "static ALL: [Rule; {}] = [{}];", names.len(), names.join(", "))?;
        writeln!(
            out,
            "static NODES: [Expression; {}] = [{}];",
            self.nodes.len(),
            self.nodes.join(", ")
        )?;
        writeln!(out, "static WORDS: &str = {:?};", self.words)?;
        let defined = self.rules.iter().map(|(kind, node)| format!("(Kind::{kind}, {node})"));
        let defined: Vec<String> = ["(Kind::Normal, End)".to_owned()].into_iter().chain(defined).collect();
        writeln!(
            out,
            "static RULES: [(Kind, Expression); {}] = [{}];",
            defined.len(),
            defined.join(", ")
        )?;
        Ok(out)
    }
}

fn range(first: &str, last: &str) -> Result<String, Box<dyn Error>> {
    let code = |text: &str| text.chars().next().and_then(|c| u16::try_from(u32::from(c)).ok());
    let (first, last) = (code(first), code(last));
    let (Some(first), Some(last)) = (first, last) else {
        return Err(unknown("a range past U+FFFF"));
    };
    Ok(format!("Range({first}, {last})"))
}

fn unknown(what: &str) -> Box<dyn Error> {
    format!("the grammar has {what}, which src/grammar/run.rs does not know yet").into()
}
