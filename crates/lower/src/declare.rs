//! What the packs declare, collected before anything is lowered, so that order decides nothing; an id twice is an error.
use crate::context::{self, Context};
use crate::doses;
use crate::packs::Pack;
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_order::Order;
use shenfang_syntax::tree::{
    Declaration, DoseDecl, ExampleDecl, GroupDecl, PolicyDecl, RuleDecl, SourceDecl, SyntaxTree,
};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

/// Declarations of all packs; sources and groups in order of full id, the rest as written.
#[derive(Default)]
pub(crate) struct Declared<'t> {
    pub sources: Vec<(String, &'t SourceDecl)>,
    pub groups: Vec<(String, &'t Pack, &'t GroupDecl)>,
    pub rules: Vec<(&'t Pack, &'t RuleDecl)>,
    pub doses: Vec<(&'t Pack, &'t DoseDecl)>,
    pub policies: Vec<(&'t Pack, &'t PolicyDecl)>,
    pub examples: Vec<(&'t Pack, &'t ExampleDecl)>,
    /// rules and doses of which part could not be read: looked through for further faults, never used
    pub broken_rules: Vec<(&'t Pack, &'t RuleDecl)>,
    pub broken_doses: Vec<(&'t Pack, &'t DoseDecl)>,
}

/// What may not be declared twice under one id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Source,
    Group,
    Finding,
    Policy,
}

struct Ids(HashMap<(Kind, String), Span>);

impl Ids {
    /// Takes an id, or reports that it is taken.
    fn take(&mut self, cx: &Context<'_>, kind: Kind, id: &str, span: Span) -> bool {
        match self.0.get(&(kind, id.to_owned())) {
            None => {
                self.0.insert((kind, id.to_owned()), span);
                true
            }
            Some(first) => {
                let (zh, en) = match kind {
                    Kind::Source => ("来源", "source"),
                    Kind::Group => ("组", "group"),
                    Kind::Finding => ("规则或剂量", "rule or dose"),
                    Kind::Policy => ("机构策略", "policy"),
                };
                let fault = Diagnostic::error(
                    "id.duplicate",
                    span,
                    format!("{zh} `{id}` 声明了两次"),
                    format!("the {en} `{id}` is declared twice"),
                )
                .related(*first, "第一次在这里", "first here");
                cx.report(if kind == Kind::Finding {
                    fault.help(
                        "同一药的几个剂量各起一个名字：剂量 三七粉：三七 {…}",
                        "several doses of one drug have a name each: `dose sanqi_powder: 三七 {…}`",
                    )
                } else {
                    fault
                });
                false
            }
        }
    }
}

impl<'t> Declared<'t> {
    /// Collects the declarations of `packs` and makes their names known to the run.
    pub fn collect(cx: &mut Context<'_>, packs: &'t [Pack], trees: &'t [(FileId, SyntaxTree)]) -> Declared<'t> {
        let mut out = Declared::default();
        let mut ids = Ids(HashMap::new());
        let mut findings: Vec<(String, Span)> = Vec::new();
        let mut packed: Vec<(&'t Pack, &'t Declaration)> = Vec::new();
        for pack in packs {
            let trees = pack.trees.iter().filter_map(|i| trees.get(*i));
            packed.extend(trees.flat_map(|(_, tree)| &tree.declarations).map(|d| (pack, d)));
        }
        for (pack, declaration) in packed {
            let full = |id: &str| format!("{}.{id}", pack.id);
            match declaration {
                Declaration::Source(d) if ids.take(cx, Kind::Source, &full(&d.id.value), d.id.span) => {
                    out.sources.push((full(&d.id.value), d))
                }
                Declaration::Group(d) if ids.take(cx, Kind::Group, &full(&d.id.value), d.id.span) => {
                    out.groups.push((full(&d.id.value), pack, d))
                }
                Declaration::Rule(d) if ids.take(cx, Kind::Finding, &full(&d.id.value), d.id.span) => {
                    findings.push((full(&d.id.value), d.id.span));
                    let list = if cx.unread(d.span) {
                        &mut out.broken_rules
                    } else {
                        &mut out.rules
                    };
                    list.push((pack, d));
                }
                Declaration::Dose(d) => {
                    let (id, span) = (full(&doses::id(cx, d)), d.id.as_ref().unwrap_or(&d.concept).span);
                    if ids.take(cx, Kind::Finding, &id, span) {
                        findings.push((id, span));
                        let list = if cx.unread(d.span) {
                            &mut out.broken_doses
                        } else {
                            &mut out.doses
                        };
                        list.push((pack, d));
                    }
                }
                Declaration::Policy(d) if ids.take(cx, Kind::Policy, &full(&d.id.value), d.id.span) => {
                    out.policies.push((pack, d))
                }
                Declaration::Example(d) => out.examples.extend((!cx.unread(d.span)).then_some((pack, d))),
                _ => {}
            }
        }
        out.sources.order_by(|a, b| a.0.cmp(&b.0));
        out.groups.order_by(|a, b| a.0.cmp(&b.0));
        cx.declared.sources = table(out.sources.iter().map(|(id, d)| (id.clone(), d.id.span)));
        cx.declared.groups = table(out.groups.iter().map(|(id, _, d)| (id.clone(), d.id.span)));
        cx.declared.findings = table(findings.into_iter());
        out
    }
}

fn table(declared: impl Iterator<Item = (String, Span)>) -> BTreeMap<String, context::Declared> {
    shenfang_order::map(declared.enumerate().map(|(index, (id, span))| {
        (
            id,
            context::Declared {
                index,
                span,
                used: Cell::new(false),
            },
        )
    }))
}
