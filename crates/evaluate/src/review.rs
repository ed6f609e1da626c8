//! One review from beginning to end: find members, judge the rules they lead to, put the reply in order.
use crate::bind::{Bound, bind, lacks_lines};
use crate::csr::{narrow, wide};
use crate::evaluate::{View, in_force};
use crate::judge::Policy;
use crate::leads::Leading;
use crate::members::Row;
use crate::needs::Needs;
use crate::rules::Binding;
use crate::sheet::{Led, LedLine, Prepared, Scope, Seen, Sheet, Work};
use crate::verdict::{Found, LineList, Open, Rests, RuleList, Verdicts};
use crate::{Program, dose, members, report, unrecognized};
use jiff::civil::Date;
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Severity, Str, Undetermined};
use shenfang_knowledge::Origin;
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::smallvec;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Reverse;

/// Reviews one prescription.
pub(crate) fn review<'p>(
    program: &'p Program,
    prepared: &Prepared,
    work: &mut Work,
    rx: &'p Prescription,
    review_date: Option<Date>,
    scope: Scope,
) -> Review<'p> {
    let Program { tables, index } = program;
    let Work {
        rows,
        bits,
        leading,
        heads,
        persons,
        led,
        totals,
        shown,
        seen,
        answers,
    } = work;
    members::find(index, &tables.catalogue.nodes, prepared, (rows, bits));
    seen.clear(tables.rules.rules.len());
    answers.clear(tables.questions);
    led.clear();
    totals.clear();
    shown.turn_to(tables);
    let mut sheet = Sheet {
        tables,
        index,
        rx,
        today: rx.authored_on.as_ref().map(|moment| moment.date).or(review_date),
        review_date,
        scope,
        lines: &prepared.lines,
        senses: &prepared.senses,
        patched: &prepared.patched,
        history: &prepared.history,
        near: &prepared.near,
        rows,
        head: &[],
        told: &[],
        answers,
        totals,
        shown,
        columns: OnceCell::new(),
        facts: OnceCell::new(),
        shared: Default::default(),
    };
    let mut always = &index.always;
    if !index.head.is_empty() {
        let head = heads.of(&sheet);
        (sheet.head, always) = (&head.answers, &head.rules);
    }
    if !always.is_empty() {
        sheet.told = persons.of(tables, &index.persons, sheet.facts());
    }
    let mut verdicts = Verdicts::default();
    leading.turn_to(tables);
    collect(&sheet, leading, led);
    lines(&sheet, bits, seen, (leading, &led.lines), &mut verdicts);
    rules(&sheet, always, seen, &mut verdicts);
    led.doses.order();
    dose::judge(&sheet, &led.doses, &led.taken, &mut verdicts);
    reply(&sheet, rx, verdicts)
}

/// Collects what each line leads to, and what it adds to sums: before any rule asks for one.
fn collect(sheet: &Sheet<'_, '_>, leading: &mut Leading, led: &mut Led) {
    let mut end = 0_usize;
    for number in 0..narrow(sheet.lines.len()) {
        let rest = sheet.rows.get(end..).unwrap_or(&[]);
        let rows = (end, end.saturating_add(rest.partition_point(|row| row.line <= number)));
        end = rows.1;
        let own = sheet.rows.get(rows.0..rows.1).unwrap_or(&[]);
        let leads = leading.of_line(sheet, number, own);
        led.lines.push(LedLine {
            line: number,
            rows,
            at: leads.map(|(at, _)| at),
        });
        if let Some((_, leads)) = leads {
            led.add(number, leads);
            sheet.totals.add(number, &leads.totals);
        }
    }
}

/// Judges the rules that lines lead to.
fn lines<'p>(
    sheet: &Sheet<'_, 'p>,
    bits: &members::Bits,
    seen: &mut Seen,
    (leading, led): (&Leading, &[LedLine]),
    verdicts: &mut Verdicts<'p>,
) {
    for LedLine { line, rows, at } in led {
        let own = sheet.rows.get(rows.0..rows.1).unwrap_or(&[]);
        several(sheet, own, bits, seen, verdicts);
        let Some(leads) = at.and_then(|at| leading.at(at)) else {
            continue;
        };
        leads.outcomes.tell(sheet, *line, &leads.rules, verdicts);
        if sheet.rx.current_medications.is_none() {
            leads.pairs(sheet, *line, own).leave_open(sheet, *line, verdicts);
        }
    }
}

/// Judges the rules of several variables that the nodes of a line lead to, each once.
fn several<'p>(
    sheet: &Sheet<'_, 'p>,
    rows: &[Row],
    bits: &members::Bits,
    seen: &mut Seen,
    verdicts: &mut Verdicts<'p>,
) {
    let index = sheet.index;
    let memberships = || rows.iter().flat_map(|row| index.targets.row(row.node));
    for member in memberships() {
        for way in index.ways(member) {
            if bits.may_have(way.other)
                && (way.other == member.target || sheet.has_member(way.other))
                && seen.is_new(way.rule)
            {
                rule(sheet, way.rule, verdicts);
            }
        }
    }
    if sheet.rx.current_medications.is_none() {
        // Any one variable is enough to leave a rule open.
        for number in memberships().flat_map(|member| index.mentions.row(member.target)) {
            if seen.is_new(*number) {
                rule(sheet, *number, verdicts);
            }
        }
    }
}

/// Judges the rules of no variable, and those that no line leads to.
fn rules<'p>(sheet: &Sheet<'_, 'p>, always: &[u32], seen: &mut Seen, verdicts: &mut Verdicts<'p>) {
    for number in always {
        rule(sheet, *number, verdicts);
    }
    if sheet.rx.current_medications.is_none() {
        for number in &sheet.index.with_any {
            if seen.is_new(*number) {
                rule(sheet, *number, verdicts);
            }
        }
    }
}

/// A rule of several variables, or of none.
fn rule<'p>(sheet: &Sheet<'_, 'p>, number: u32, verdicts: &mut Verdicts<'p>) {
    let Some(rule) = sheet.tables.rules.rules.get(wide(number)) else {
        return;
    };
    if lacks_lines(sheet, rule) || sheet.is_dismissed(number) {
        return;
    }
    let may_be_phantom = sheet.rx.current_medications.is_none();
    let bindable = |binding: &Binding| {
        binding.any || (may_be_phantom && binding.origin != Origin::Prescribed) || sheet.has_member(binding.target)
    };
    if !rule.bindings.iter().all(bindable) || in_force(&rule.says, sheet) == Truth::False {
        return;
    }
    let policy = Policy::of(&rule.says, sheet);
    if policy.silent {
        return;
    }
    let (found, cut_short) = bind(sheet, rule, &policy);
    for Bound {
        slots, count, judged, ..
    } in found
    {
        let view = View {
            sheet,
            slots: slots.get(..count).unwrap_or(&[]),
            assumed: &[],
        };
        report::report(&view, rule, &policy, judged, verdicts);
    }
    if cut_short {
        let mut needs = Needs::default();
        needs.add("items");
        verdicts.open.push(Open {
            rules: smallvec![rule.says.id],
            severity: policy.severity.unwrap_or(rule.says.severity),
            lines: LineList::new(),
            needs,
            gap: false,
        });
    }
}

fn reply<'p>(sheet: &Sheet<'_, 'p>, rx: &'p Prescription, verdicts: Verdicts<'p>) -> Review<'p> {
    let Verdicts { found, open, rests } = verdicts;
    // What is folded under a more severe finding may still ask for the stronger action.
    let strongest = found.iter().map(|found| Decision::from(found.finding.action)).max();
    let findings = fold(found);
    let undetermined = undetermined(sheet, open);
    let presumed = presumed(sheet, rests);
    let unrecognized = unrecognized::find(sheet);
    let open = undetermined.iter().map(|entry| entry.severity);
    let gap = open.chain(unrecognized.iter().map(|entry| entry.severity)).max();
    let nothing = if gap.is_none() {
        Decision::Pass
    } else {
        Decision::Unjudged
    };
    Review {
        id: Cow::Borrowed(&rx.id),
        decision: strongest.unwrap_or(nothing),
        complete: gap.is_none(),
        gap,
        findings,
        undetermined,
        presumed,
        unrecognized,
        rules: Cow::Borrowed(&sheet.tables.identity),
    }
}

/// Orders findings; of those on the same lines in the same category the most severe stays and names the others.
fn fold(mut found: Vec<Found<'_>>) -> Vec<Finding<'_>> {
    found.order_by(|a, b| {
        let key = |f: &Found| Reverse(f.finding.severity);
        let by_rule = a.finding.rule.cmp(&b.finding.rule);
        key(a).cmp(&key(b)).then(by_rule).then_with(|| a.lines.cmp(&b.lines))
    });
    let mut kept: Vec<Found<'_>> = Vec::with_capacity(found.len());
    for next in found {
        let same = |known: &&mut Found| {
            !next.lines.is_empty() && known.lines == next.lines && known.finding.category == next.finding.category
        };
        match kept.iter_mut().find(same) {
            Some(stronger) if stronger.finding.rule != next.finding.rule => {
                let Finding { rule, .. } = *next.finding;
                stronger.finding.also.push(rule);
            }
            Some(_) => {}
            None => kept.push(next),
        }
    }
    let also_sorted = kept.into_iter().map(|mut found| {
        found.finding.also.order();
        found.finding.also.dedup();
        *found.finding
    });
    also_sorted.collect()
}

/// Joins entries that share lines and needs.
fn undetermined<'p>(sheet: &Sheet<'_, 'p>, mut open: Vec<Open>) -> Vec<Undetermined<'p>> {
    open.order_by(|a, b| {
        let key = |o: &Open| (o.gap, Reverse(o.severity));
        let needs = a.needs.paths.cmp(&b.needs.paths);
        a.lines.cmp(&b.lines).then(needs).then(key(a).cmp(&key(b)))
    });
    let groups = open.chunk_by_mut(|a, b| a.lines == b.lines && a.needs == b.needs && a.gap == b.gap);
    let mut joined: Vec<_> = groups
        .filter_map(|group| {
            let rules = rules_of(group.iter_mut().map(|o| std::mem::take(&mut o.rules)));
            let strongest = group.first()?;
            let needs = strongest.needs.written(sheet);
            Some((
                Reverse(strongest.severity),
                rules,
                &strongest.lines,
                needs,
                strongest.gap,
            ))
        })
        .collect();
    joined.order();
    let entry = |(severity, rules, lines, needs, gap): (Reverse<Severity>, RuleList, &LineList, _, _)| Undetermined {
        rule: OneOrMany::of(&sheet.tables.ids, rules),
        severity: severity.0,
        items: ids(sheet, lines),
        needs,
        gap,
    };
    joined.into_iter().map(entry).collect()
}

/// Joins entries that share fields, lines and policy.
fn presumed<'p>(sheet: &Sheet<'_, 'p>, mut rests: Vec<Rests<'p>>) -> Vec<Presumed<'p>> {
    rests.order_by(|a, b| {
        let key = |r: &Rests| Reverse(r.severity);
        let fields = a.fields.paths.cmp(&b.fields.paths);
        let by = a.lines.cmp(&b.lines).then(fields).then_with(|| a.policy.cmp(&b.policy));
        by.then(key(a).cmp(&key(b)))
    });
    let groups = rests.chunk_by_mut(|a, b| a.lines == b.lines && a.fields == b.fields && a.policy == b.policy);
    let mut joined: Vec<_> = groups
        .filter_map(|group| {
            let rules = rules_of(group.iter_mut().map(|r| std::mem::take(&mut r.rules)));
            let strongest = group.first()?;
            let fields = strongest.fields.written(sheet);
            Some((
                Reverse(strongest.severity),
                rules,
                &strongest.lines,
                fields,
                strongest.policy,
            ))
        })
        .collect();
    joined.order();
    let entry =
        |(severity, rules, lines, fields, policy): (Reverse<Severity>, RuleList, &LineList, _, Option<&'p str>)| {
            Presumed {
                rule: OneOrMany::of(&sheet.tables.ids, rules),
                severity: severity.0,
                items: ids(sheet, lines),
                fields,
                policy: policy.map(Cow::Borrowed),
            }
        };
    joined.into_iter().map(entry).collect()
}

/// All of them, ascending, each once.
fn rules_of(mut rules: impl Iterator<Item = RuleList>) -> RuleList {
    let mut all = rules.next().unwrap_or_default();
    let one = all.len();
    rules.for_each(|more| all.extend(more));
    if all.len() > one {
        all.order();
        all.dedup();
    }
    all
}

fn ids<'p>(sheet: &Sheet<'_, 'p>, lines: &[u32]) -> Vec<Str<'p>> {
    let written = lines.iter().filter_map(|line| sheet.written(*line));
    written.map(|item| Cow::Borrowed(&*item.id)).collect()
}
