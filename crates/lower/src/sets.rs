//! Sets: names and codes to concepts and groups.
use crate::attributes::Variables;
use crate::context::Context;
use crate::packs::Pack;
use crate::quantities;
use crate::suggest::{list_en, list_zh};
use shenfang_diagnostics::Diagnostic;
use shenfang_knowledge::{Code, CodeSystem, ConceptKind, ConceptSet, GroupId, ItemSet, Origin, Relation, Resolution};
use shenfang_order::Order;
use shenfang_syntax::tree::{self, Name, Set};

/// What members of a set are looked for among.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    /// items
    Drugs,
    /// conditions and diagnoses
    Conditions,
    /// what a patient can be allergic to
    Allergens,
    /// either: a group may be used for both
    Anything,
}

/// A set; what of a union cannot be resolved is reported and left out.
pub(crate) fn set(cx: &Context<'_>, pack: &Pack, written: &Set, among: Among) -> Option<ConceptSet> {
    match written {
        Set::Any(span) if among == Among::Conditions => cx.fail(
            Diagnostic::error("set.any", *span, "“任意”只用于药品", "`any` stands for drugs only").help(
                "是否有诊断写：已注明（处方.诊断）",
                "whether there is a diagnosis is `stated(rx.diagnoses)`",
            ),
        ),
        Set::Any(span) if among == Among::Allergens => cx.fail(
            Diagnostic::error("set.any", *span, "“任意”只用于药品", "`any` stands for drugs only").help(
                "是否有过敏写：已注明（患者.过敏）",
                "whether there is an allergy is `stated(patient.allergies)`",
            ),
        ),
        Set::Any(_) => Some(ConceptSet::Any),
        Set::Name(text) => name(cx, pack, text, among),
        Set::Code(text) => code(cx, text, among),
        Set::CodeRange(ends) => code_range(cx, &ends.0, &ends.1, among),
        Set::Union(members) => {
            let sets: Vec<_> = members.iter().filter_map(|m| set(cx, pack, m, among)).collect();
            (!sets.is_empty()).then(|| union(sets))
        }
        Set::Intersection(members) => {
            let sets: Vec<_> = members.iter().map(|m| set(cx, pack, m, among)).collect();
            let mut sets: Vec<_> = sets.into_iter().collect::<Option<_>>()?;
            sets.order();
            sets.dedup();
            Some(ConceptSet::Intersection(sets))
        }
        Set::Except(of, without) => {
            let (of, without) = (set(cx, pack, of, among), set(cx, pack, without, among));
            Some(ConceptSet::Except(Box::new(of?), Box::new(without?)))
        }
        Set::Alone(of, _) => Some(ConceptSet::Alone(Box::new(set(cx, pack, of, among)?))),
    }
}

/// A union in canonical order.
fn union(mut sets: Vec<ConceptSet>) -> ConceptSet {
    sets.order();
    sets.dedup();
    match sets.as_slice() {
        [one] => one.clone(),
        _ => ConceptSet::Union(sets),
    }
}

/// Whether a name is a group or stands in the catalogue, as one concept or several.
pub(crate) fn is_known(cx: &Context<'_>, pack: &Pack, text: &str) -> bool {
    Context::find(&cx.declared.groups, &pack.id, text).is_some()
        || cx.knowledge.names().name(text) != Resolution::Unknown
}

/// A group of the own pack, a group `pack.group`, a concept.
fn name(cx: &Context<'_>, pack: &Pack, name: &Name, among: Among) -> Option<ConceptSet> {
    let text = &name.value;
    if let Some((_, group)) = Context::find(&cx.declared.groups, &pack.id, text) {
        group.used.set(true);
        return of_kind(cx, name, Context::group_id(group), among);
    }
    match cx.knowledge.names().name(text) {
        Resolution::Concept(id) => {
            let kind = cx.knowledge.concept(id).map(|c| c.kind);
            let drug = matches!(
                kind,
                Some(ConceptKind::Herb | ConceptKind::Substance | ConceptKind::Product)
            );
            match (among, kind) {
                (Among::Conditions, _) if drug => cx.fail(Diagnostic::error(
                    "set.kind",
                    name.span,
                    format!("`{text}` 是药品，不是疾病或状态"),
                    format!("`{text}` is a drug, not a condition of the patient"),
                )),
                (Among::Drugs | Among::Allergens, Some(ConceptKind::Condition)) => cx.fail(not_a_drug(
                    name,
                    format!("`{text}` 是疾病或状态，不是药品"),
                    format!("`{text}` is a condition of the patient, not a drug"),
                )),
                _ => Some(ConceptSet::Concept(id)),
            }
        }
        Resolution::Ambiguous(meanings) => {
            let meanings: Vec<&str> = meanings.into_iter().map(|id| cx.concept_name(id)).collect();
            let fault = Diagnostic::error(
                "name.ambiguous",
                name.span,
                format!("`{text}` 有几种含义：{}", list_zh(meanings.iter().copied())),
                format!("`{text}` has several meanings: {}", list_en(meanings.iter().copied())),
            );
            cx.fail(fault.candidates(meanings).help(
                "写明是哪一种；都算则用 | 相连",
                "name the one you mean, or join them with `|`",
            ))
        }
        Resolution::Unknown => {
            let near = match joined(cx, pack, text).or_else(|| bare_code(cx, text, among)) {
                Some(meant) => vec![meant],
                None => {
                    let mut near = cx.near(&cx.declared.groups, &pack.id, text);
                    near.extend(cx.near_concepts(text));
                    near.dedup();
                    near.truncate(3);
                    near
                }
            };
            let (zh, en) = match among {
                Among::Conditions => ("疾病、状态", "condition"),
                Among::Drugs | Among::Allergens | Among::Anything => ("药品", "drug"),
            };
            let fault = Diagnostic::error(
                "name.unknown",
                name.span,
                format!("目录和规则包里没有叫 `{text}` 的{zh}、类或组"),
                format!("no {en}, class or group is called `{text}`"),
            );
            cx.fail(fault.candidates(near))
        }
    }
}

/// `非甾体抗炎药除去塞来昔布` → `非甾体抗炎药 除去 塞来昔布`: an unknown name that is known ones around a word of the language.
fn joined(cx: &Context<'_>, pack: &Pack, text: &str) -> Option<String> {
    let known = |part: &str| part.is_empty() || is_known(cx, pack, part);
    let words = shenfang_grammar::KEYWORDS
        .iter()
        .filter(|k| k.place.reserved() && !k.zh.is_ascii());
    let cuts = words.flat_map(|k| text.match_indices(k.zh));
    let (before, word, after) = cuts
        .filter_map(|(at, word)| Some((text.get(..at)?, word, text.get(at.checked_add(word.len())?..)?)))
        .filter(|(before, _, after)| known(before) && known(after) && !(before.is_empty() && after.is_empty()))
        .max_by_key(|(_, word, _)| word.len())?;
    Some(format!("{before} {word} {after}").trim().to_owned())
}

/// `M01A` → `ATC:M01A`, `N18.9` → `ICD10:N18.9`: a code whose system was left out.
fn bare_code(cx: &Context<'_>, text: &str, among: Among) -> Option<String> {
    let mut chars = text.chars();
    let letter = chars.next()?.is_ascii_uppercase();
    if !letter || !chars.next()?.is_ascii_digit() || !chars.next()?.is_ascii_digit() {
        return None;
    }
    let drug = format!("ATC:{text}");
    match among {
        Among::Conditions => Some(format!("ICD10:{text}")),
        _ => (cx.code_level(&drug).is_some()).then_some(drug),
    }
}

/// A group, unless all it names is of the other kind: such a set would never match.
fn of_kind(cx: &Context<'_>, name: &Name, group: GroupId, among: Among) -> Option<ConceptSet> {
    let (text, nature) = (&name.value, cx.nature(group));
    match among {
        Among::Drugs | Among::Allergens if nature.conditions && !nature.drugs => cx.fail(not_a_drug(
            name,
            format!("组 `{text}` 里是疾病或状态，不是药品"),
            format!("the group `{text}` holds conditions of the patient, not drugs"),
        )),
        Among::Conditions if nature.drugs && !nature.conditions => cx.fail(Diagnostic::error(
            "set.kind",
            name.span,
            format!("组 `{text}` 里是药品，不是疾病或状态"),
            format!("the group `{text}` holds drugs, not conditions of the patient"),
        )),
        _ => Some(ConceptSet::Group(group)),
    }
}

/// A disease where a drug belongs.
fn not_a_drug(name: &Name, zh: String, en: String) -> Diagnostic {
    Diagnostic::error("set.kind", name.span, zh, en).help(
        "患者的疾病写：患者 有 …",
        "conditions of the patient are asked for with `patient has …`",
    )
}

/// A level of ATC, an ICD-10 prefix, or a code of one concept.
fn code(cx: &Context<'_>, written: &Name, among: Among) -> Option<ConceptSet> {
    let text = &written.value;
    let Some(code) = Code::parse(text) else {
        let fault = Diagnostic::error(
            "code.unknown",
            written.span,
            format!("`{text}` 不是能认的编码"),
            format!("`{text}` is not a code of a known system"),
        );
        return cx.fail(fault.expected(["ATC:M01A", "ICD10:N18", "NHSA:…", "NDC-CN:…", "RXNORM:…", "LOCAL:…"]));
    };
    if !code.is_well_formed() {
        let fault = Diagnostic::error(
            "code.format",
            written.span,
            format!("`{text}` 不合编码的写法"),
            format!("`{text}` is not written like a code of its system"),
        );
        return cx.fail(fault.expected([if code.system == CodeSystem::Atc {
            "ATC:M01A"
        } else {
            "ICD10:N18.9"
        }]));
    }
    match (code.system, among) {
        (CodeSystem::Icd10, Among::Drugs | Among::Allergens) => cx.fail(not_a_drug(
            written,
            format!("`{text}` 是疾病编码，不是药品"),
            format!("`{text}` codes a disease, not a drug"),
        )),
        (CodeSystem::Icd10, _) => Some(ConceptSet::Code(code)),
        (_, Among::Conditions) => cx.fail(
            Diagnostic::error(
                "set.kind",
                written.span,
                format!("`{text}` 不是疾病编码"),
                format!("`{text}` does not code a disease"),
            )
            .expected(["ICD10:N18"]),
        ),
        _ => {
            let known = cx
                .code_level(&code.to_string())
                .or_else(|| cx.knowledge.names().code(&code));
            if let Some(id) = known {
                return Some(ConceptSet::Concept(id));
            }
            cx.report(
                Diagnostic::warning(
                    "code.no_drug",
                    written.span,
                    format!("目录里没有药品的编码在 `{text}` 之下"),
                    format!("no drug of the catalogue is coded at or below `{text}`"),
                )
                .label("永远不会匹配", "never matches"),
            );
            Some(ConceptSet::Code(code))
        }
    }
}

/// `ICD10:C00..C97`: the categories from one to another of one letter, as the fewest prefixes that cover them (C0 … C8, C90 … C97).
fn code_range(cx: &Context<'_>, first: &Name, last: &Name, among: Among) -> Option<ConceptSet> {
    let span = first.span.to(last.span);
    if among == Among::Drugs || among == Among::Allergens {
        let (zh, en) = ("编码范围只用于疾病", "a range of codes is one of diseases");
        return cx.fail(Diagnostic::error("code.range", span, zh, en));
    }
    let category = |code: &str| {
        let mut chars = code.chars();
        let letter = chars.next().filter(char::is_ascii_uppercase)?;
        let digits = chars.as_str();
        let two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        Some((letter, digits.parse::<u32>().ok().filter(|_| two)?))
    };
    let from = Code::parse(&first.value).filter(|code| code.system == CodeSystem::Icd10);
    let from = from.and_then(|code| category(&code.value));
    let to = category(last.value.strip_prefix("ICD10:").unwrap_or(&last.value));
    let (Some((letter, low)), Some((_, high))) =
        (from, to.filter(|(l, h)| from.is_some_and(|(f, n)| f == *l && n <= *h)))
    else {
        let fault = Diagnostic::error(
            "code.range",
            span,
            "编码范围的两端是同一字母的三位类目，从小到大",
            "a range of codes goes from one category of three characters to a higher one of the same letter",
        );
        return cx.fail(fault.expected(["ICD10:C00..C97"]));
    };
    let tens = (low..=high).filter(|n| n % 10 == 0 && n.saturating_add(9) <= high);
    let tens: Vec<u32> = tens.map(|n| n / 10).collect();
    let single = (low..=high).filter(|n| !tens.contains(&(n / 10)));
    let prefixes = tens.iter().map(|n| format!("{letter}{n}"));
    let prefixes = prefixes.chain(single.map(|n| format!("{letter}{n:02}")));
    let codes = prefixes.filter_map(|prefix| Code::parse(&format!("ICD10:{prefix}")));
    Some(union(codes.map(ConceptSet::Code).collect()))
}

/// A set of items inside a condition: prescribed ones unless it says `current`.
pub(crate) fn item_set(cx: &Context<'_>, pack: &Pack, written: &tree::ItemSet) -> Option<ItemSet> {
    let (origin, within) = origin(cx, written, Origin::Prescribed);
    let set = set(cx, pack, &written.set, Among::Drugs);
    Some(ItemSet {
        set: set?,
        origin: origin?,
        within_days: within?,
    })
}

/// Where the items of a set come from, and how long ago they may have been stopped.
pub(crate) fn origin(
    cx: &Context<'_>,
    written: &tree::ItemSet,
    otherwise: Origin,
) -> (Option<Origin>, Option<Option<shenfang_units::Ratio>>) {
    let origin = match written.origin.as_ref().map(|o| o.value) {
        Some(tree::Origin::Prescribed) => Origin::Prescribed,
        Some(tree::Origin::Current) => Origin::Current,
        None => otherwise,
    };
    let Some(within) = &written.within else {
        return (Some(origin), Some(None));
    };
    if origin == Origin::Prescribed {
        cx.report(
            Diagnostic::error(
                "set.within",
                within.span,
                "本方药品没有停药日期，“内”只用于现用药品",
                "items of this prescription have no date they were stopped: `within` is for current medications",
            )
            .help("在名称前写“现用”", "write `current` before the name"),
        );
        return (None, None);
    }
    (Some(origin), quantities::days(cx, within).map(Some))
}

/// How a binding relates to the one before it; `index` is its own place.
pub(crate) fn relation(
    cx: &Context<'_>,
    pack: &Pack,
    variables: &Variables,
    index: usize,
    written: &tree::Relation,
) -> Option<Relation> {
    let span = match written {
        tree::Relation::Substance(span) | tree::Relation::Herb(span) | tree::Relation::Atc4(span) => *span,
        tree::Relation::Group(name) | tree::Relation::MixedWith(name) => name.span,
    };
    if index == 0 {
        return cx.fail(Diagnostic::error(
            "match.first",
            span,
            "第一个变量之前没有可以相关的药品",
            "there is no item before the first variable that it could relate to",
        ));
    }
    match written {
        tree::Relation::Substance(_) => Some(Relation::Substance),
        tree::Relation::Herb(_) => Some(Relation::Herb),
        tree::Relation::Atc4(_) => Some(Relation::Atc4),
        tree::Relation::Group(group) => match Context::find(&cx.declared.groups, &pack.id, &group.value) {
            Some((_, found)) => {
                found.used.set(true);
                Some(Relation::Group(Context::group_id(found)))
            }
            None => {
                let text = &group.value;
                let near = cx.near(&cx.declared.groups, &pack.id, text);
                cx.fail(
                    Diagnostic::error(
                        "group.unknown",
                        group.span,
                        format!("没有叫 `{text}` 的组"),
                        format!("no group is called `{text}`"),
                    )
                    .candidates(near),
                )
            }
        },
        tree::Relation::MixedWith(variable) => {
            let other = variables.expect(cx, variable)?;
            if other >= index {
                return cx.fail(Diagnostic::error(
                    "match.order",
                    variable.span,
                    "“同瓶”只能指前面的变量",
                    "`mixed with` names a variable that stands before",
                ));
            }
            Some(Relation::MixedWith(other))
        }
    }
}
