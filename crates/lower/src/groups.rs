//! Groups and sources of every pack, in order of full id; a cycle of groups is an error that prints it.
use crate::context::{Context, Nature};
use crate::findings;
use crate::packs::Pack;
use crate::sets::{self, Among};
use shenfang_diagnostics::Diagnostic;
use shenfang_knowledge::{CodeSystem, ConceptKind, ConceptSet, Group, GroupId, Resolution, Source};
use shenfang_syntax::tree::{GroupDecl, SourceDecl};

/// Typed sources, in order of full id.
pub(crate) fn sources(cx: &Context<'_>, declared: &[(String, &SourceDecl)]) -> Vec<Source> {
    declared.iter().map(|(id, written)| source(cx, id, written)).collect()
}

fn source(cx: &Context<'_>, id: &str, written: &SourceDecl) -> Source {
    if written.citation.as_ref().is_none_or(|c| c.value.trim().is_empty()) {
        let name = &written.id.value;
        cx.report(Diagnostic::error(
            "source.citation",
            written.id.span,
            format!("来源 `{name}` 没有写题名"),
            format!("source `{name}` has no citation"),
        ));
    }
    let (from, to) = written.valid.as_ref().map_or((None, None), findings::days);
    Source {
        id: id.to_owned(),
        citation: written.citation.as_ref().map(|c| c.value.clone()).unwrap_or_default(),
        from,
        to,
    }
}

/// Typed groups, in order of full id. What of a group cannot be resolved is left out of it.
pub(crate) fn groups(cx: &Context<'_>, declared: &[(String, &Pack, &GroupDecl)]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(declared.len());
    for (id, pack, written) in declared {
        hides(cx, written);
        let set = sets::set(cx, pack, &written.set, Among::Anything).unwrap_or(ConceptSet::Union(vec![]));
        groups.push(Group { id: id.clone(), set });
    }
    cycles(cx, declared, &mut groups);
    let mut natures = vec![None; groups.len()];
    for index in 0..groups.len() {
        nature(cx, &groups, index, &mut natures);
    }
    cx.set_natures(natures.into_iter().map(Option::unwrap_or_default).collect());
    groups
}

/// What a group's members are; groups below it first, of which there is no cycle any more.
fn nature(cx: &Context<'_>, groups: &[Group], index: usize, known: &mut Vec<Option<Nature>>) -> Nature {
    if let Some(Some(nature)) = known.get(index) {
        return *nature;
    }
    let mut nature_of = Nature::default();
    let mut sets: Vec<&ConceptSet> = groups.get(index).map(|g| &g.set).into_iter().collect();
    while let Some(set) = sets.pop() {
        match set {
            ConceptSet::Any => nature_of.drugs = true,
            ConceptSet::Concept(id) => match cx.knowledge.concept(*id).map(|c| c.kind) {
                Some(ConceptKind::Herb | ConceptKind::Substance | ConceptKind::Product) => nature_of.drugs = true,
                Some(ConceptKind::Condition) => nature_of.conditions = true,
                _ => {}
            },
            ConceptSet::Code(code) if code.system == CodeSystem::Icd10 => nature_of.conditions = true,
            ConceptSet::Code(_) => nature_of.drugs = true,
            ConceptSet::Group(below) => {
                let below = usize::try_from(below.0)
                    .map(|below| nature(cx, groups, below, known))
                    .unwrap_or_default();
                nature_of = Nature {
                    drugs: nature_of.drugs || below.drugs,
                    conditions: nature_of.conditions || below.conditions,
                };
            }
            ConceptSet::Union(members) | ConceptSet::Intersection(members) => sets.extend(members),
            ConceptSet::Except(of, _) | ConceptSet::Alone(of) => sets.push(of),
        }
    }
    if let Some(slot) = known.get_mut(index) {
        *slot = Some(nature_of);
    }
    nature_of
}

/// A group called like a concept stands for the group wherever its pack names it.
fn hides(cx: &Context<'_>, written: &GroupDecl) {
    let name = &written.id.value;
    if cx.knowledge.names().name(name) != Resolution::Unknown {
        cx.report(
            Diagnostic::warning(
                "group.hides",
                written.id.span,
                format!("组 `{name}` 与目录里的名称相同，本规则包里这个名称只指组"),
                format!("group `{name}` has the name of a concept: in this pack the name means the group"),
            )
            .help("换一个组名", "give the group another name"),
        );
    }
}

/// Groups a set names.
fn named(set: &ConceptSet, out: &mut Vec<GroupId>) {
    match set {
        ConceptSet::Group(id) => out.push(*id),
        ConceptSet::Union(sets) | ConceptSet::Intersection(sets) => sets.iter().for_each(|s| named(s, out)),
        ConceptSet::Except(a, b) => {
            named(a, out);
            named(b, out);
        }
        ConceptSet::Alone(of) => named(of, out),
        ConceptSet::Any | ConceptSet::Concept(_) | ConceptSet::Code(_) => {}
    }
}

/// Reports every cycle once, at its first group, and empties that group so that nothing below runs in circles.
fn cycles(cx: &Context<'_>, declared: &[(String, &Pack, &GroupDecl)], groups: &mut [Group]) {
    let uses: Vec<Vec<usize>> = groups
        .iter()
        .map(|g| {
            let mut ids = Vec::new();
            named(&g.set, &mut ids);
            ids.into_iter().filter_map(|id| usize::try_from(id.0).ok()).collect()
        })
        .collect();
    // 0 not seen, 1 on the way down, 2 done
    let mut state = vec![0u8; groups.len()];
    for start in 0..groups.len() {
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if state.get(start) != Some(&0) {
            continue;
        }
        while let Some((node, next)) = path.last().copied() {
            if let Some(entered) = state.get_mut(node) {
                *entered = 1;
            }
            match uses.get(node).and_then(|u| u.get(next)).copied() {
                Some(below) => {
                    if let Some(last) = path.last_mut() {
                        last.1 = next.saturating_add(1);
                    }
                    match state.get(below).copied() {
                        Some(0) => path.push((below, 0)),
                        Some(1) => {
                            let circle: Vec<usize> = path
                                .iter()
                                .map(|(n, _)| *n)
                                .skip_while(|n| *n != below)
                                .chain([below])
                                .collect();
                            report(cx, declared, &circle);
                            if let Some(group) = groups.get_mut(below) {
                                group.set = ConceptSet::Union(vec![]);
                            }
                        }
                        _ => {}
                    }
                }
                None => {
                    if let Some(done) = state.get_mut(node) {
                        *done = 2;
                    }
                    path.pop();
                }
            }
        }
    }
}

fn report(cx: &Context<'_>, declared: &[(String, &Pack, &GroupDecl)], circle: &[usize]) {
    let members: Vec<_> = circle.iter().filter_map(|i| declared.get(*i)).collect();
    let Some((_, _, first)) = members.first() else { return };
    let shown = members
        .iter()
        .map(|(id, _, _)| id.as_str())
        .collect::<Vec<_>>()
        .join(" → ");
    let mut fault = Diagnostic::error(
        "group.cycle",
        first.id.span,
        format!("组互相包含：{shown}"),
        format!("groups contain each other: {shown}"),
    );
    for (_, _, other) in members.iter().skip(1).take(circle.len().saturating_sub(2)) {
        fault = fault.related(other.id.span, "经过这里", "through here");
    }
    let name = &first.id.value;
    if members.len() == 2 && cx.knowledge.names().name(name) != Resolution::Unknown {
        fault = fault.help(
            format!("组名与目录里的 `{name}` 相同，组里写的就是组自己；换一个组名"),
            format!(
                "inside the group `{name}` means the group, not the concept of that name: give the group another name"
            ),
        );
    }
    cx.report(fault);
}
