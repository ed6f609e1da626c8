//! Files to packs: a folder has one pack; where several of its files declare one, each of those is a pack by itself.
use crate::context::Context;
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap, Span};
use shenfang_order::Order;
use shenfang_syntax::tree::{Declaration, PackDecl, SyntaxTree};
use std::collections::BTreeMap;

/// A pack and the files that belong to it.
pub(crate) struct Pack {
    /// dotted id
    pub id: String,
    /// place in the order of ids
    pub index: usize,
    /// its declaration; `None` when it is missing, which was reported
    pub declaration: Option<PackDecl>,
    /// indices of its trees
    pub trees: Vec<usize>,
}

impl Pack {
    /// A file of policies alone (an institution's) belongs to no pack.
    pub fn is_of_policies(&self) -> bool {
        self.id.is_empty()
    }
}

/// The packs of a set of files, in order of id; files of catalogue rows or mappings only belong to none.
pub(crate) fn group(cx: &Context<'_>, trees: &[(FileId, SyntaxTree)]) -> Vec<Pack> {
    let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (file, tree)) in trees.iter().enumerate() {
        if tree
            .declarations
            .iter()
            .any(|d| !matches!(d, Declaration::Concept(_) | Declaration::Mapping(_)))
        {
            folders.entry(folder(cx.map, *file)).or_default().push(index);
        }
    }
    let mut packs: Vec<Pack> = folders
        .into_values()
        .flat_map(|files| of_folder(cx, trees, &files))
        .collect();
    // Policies by themselves have no id and come last: the indices of packs are those of the packs alone.
    packs.order_by(|a, b| (a.is_of_policies(), &a.id).cmp(&(b.is_of_policies(), &b.id)));
    let mut unique: Vec<Pack> = Vec::new();
    for pack in packs {
        match (unique.last_mut(), &pack.declaration) {
            (Some(last), declaration) if last.id == pack.id => {
                if let Some((second, first)) = declaration.as_ref().zip(last.declaration.as_ref()) {
                    let id = &second.id.value;
                    cx.report(
                        Diagnostic::error(
                            "pack.duplicate",
                            second.id.span,
                            format!("规则包 `{id}` 声明了两次"),
                            format!("the pack `{id}` is declared twice"),
                        )
                        .related(first.id.span, "第一次在这里", "first here"),
                    );
                }
                last.trees.extend(pack.trees);
            }
            _ => unique.push(pack),
        }
    }
    for (index, pack) in unique.iter_mut().enumerate() {
        pack.index = index;
    }
    unique
}

/// The folder of a file.
pub(crate) fn folder(map: &SourceMap, file: FileId) -> &str {
    map.file(file)
        .and_then(|f| f.path.rsplit_once('/'))
        .map_or("", |(folder, _)| folder)
}

/// The packs of one folder.
fn of_folder(cx: &Context<'_>, trees: &[(FileId, SyntaxTree)], files: &[usize]) -> Vec<Pack> {
    let mut found: Vec<(usize, &PackDecl)> = Vec::new();
    for index in files.iter().copied() {
        let mut of_file = trees.get(index).into_iter().flat_map(|(_, tree)| tree.packs());
        let Some(first) = of_file.next() else { continue };
        found.push((index, first));
        for second in of_file {
            cx.report(
                Diagnostic::error(
                    "pack.several",
                    second.id.span,
                    "一个文件只能属于一个规则包",
                    "a file belongs to one pack",
                )
                .related(first.id.span, "已属于这个", "it belongs to this one"),
            );
        }
    }
    let pack = |declaration: Option<&PackDecl>, trees: Vec<usize>| Pack {
        id: declaration.map_or_else(|| "unnamed".to_owned(), |d| d.id.value.clone()),
        index: 0,
        declaration: declaration.cloned(),
        trees,
    };
    let policies = |tree: &SyntaxTree| {
        let mut declarations = tree.declarations.iter();
        declarations.all(|d| {
            matches!(
                d,
                Declaration::Concept(_) | Declaration::Mapping(_) | Declaration::Policy(_)
            )
        })
    };
    match found.as_slice() {
        [] if files
            .iter()
            .filter_map(|i| trees.get(*i))
            .all(|(_, tree)| policies(tree)) =>
        {
            vec![Pack {
                id: String::new(),
                index: 0,
                declaration: None,
                trees: files.to_vec(),
            }]
        }
        [] => {
            let first = files
                .iter()
                .filter_map(|i| trees.get(*i))
                .find_map(|(_, tree)| first_span(tree));
            if let Some(span) = first {
                cx.report(
                    Diagnostic::error(
                        "pack.missing",
                        span,
                        "这个文件夹没有规则包声明",
                        "no pack is declared in this folder",
                    )
                    .help(
                        "在其中一个文件开头写：规则包 名称 { 标题 \"…\" 版本 \"1\" 归属 \"…\" }",
                        "begin one of its files with `pack NAME { title \"…\" version \"1\" owner \"…\" }`",
                    ),
                );
            }
            vec![pack(None, files.to_vec())]
        }
        [(_, only)] => vec![pack(Some(only), files.to_vec())],
        several => {
            for index in files.iter().filter(|i| !several.iter().any(|(own, _)| own == *i)) {
                if let Some(span) = trees.get(*index).and_then(|(_, tree)| first_span(tree)) {
                    cx.report(
                        Diagnostic::error(
                            "pack.missing",
                            span,
                            "同一文件夹有几个规则包，这个文件没有说明属于哪一个",
                            "this folder has several packs, and this file does not say to which it belongs",
                        )
                        .help(
                            "在文件里写规则包声明，或移到单独的文件夹",
                            "declare a pack in the file, or move it to a folder of its own",
                        ),
                    );
                }
            }
            several
                .iter()
                .map(|(index, declaration)| pack(Some(declaration), vec![*index]))
                .collect()
        }
    }
}

/// Where the first declaration that needs a pack stands.
fn first_span(tree: &SyntaxTree) -> Option<Span> {
    tree.declarations.iter().find_map(|d| match d {
        Declaration::Concept(_) | Declaration::Mapping(_) => None,
        Declaration::Pack(d) => Some(d.id.span),
        Declaration::Source(d) => Some(d.id.span),
        Declaration::Group(d) => Some(d.id.span),
        Declaration::Rule(d) => Some(d.id.span),
        Declaration::Dose(d) => Some(d.concept.span),
        Declaration::Example(d) => Some(d.title.span),
        Declaration::Policy(d) => Some(d.id.span),
    })
}

/// The typed pack.
pub(crate) fn typed(cx: &Context<'_>, pack: &Pack) -> shenfang_knowledge::Pack {
    let declaration = pack.declaration.as_ref();
    let title = declaration.and_then(|d| d.title.as_ref());
    let text = |t: Option<&shenfang_syntax::tree::Name>| t.map(|n| n.value.clone()).unwrap_or_default();
    if let Some(declaration) = declaration
        && declaration.version.is_none()
    {
        cx.report(
            Diagnostic::error(
                "pack.version",
                declaration.id.span,
                "规则包没有版本",
                "the pack has no version",
            )
            .help(
                "答复里以版本说明用的是哪一版规则：版本 \"2026.11\"",
                "replies name the rules they used by it: `version \"2026.11\"`",
            ),
        );
    }
    shenfang_knowledge::Pack {
        id: pack.id.clone(),
        version: text(declaration.and_then(|d| d.version.as_ref())),
        title: (
            text(title.and_then(|t| t.zh.as_ref())),
            text(title.and_then(|t| t.en.as_ref())),
        ),
        owner: text(declaration.and_then(|d| d.owner.as_ref())),
    }
}
