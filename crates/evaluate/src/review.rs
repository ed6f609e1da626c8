//! One review from beginning to end: find members, judge the rules they lead to, reply.
use crate::bind::{Bound, bind};
use crate::csr::{narrow, wide};
use crate::evaluate::{View, in_force};
use crate::index::Always;
use crate::judge::Policy;
use crate::leads::Leading;
use crate::members::Row;
use crate::needs::{Need, Needs};
use crate::presume::Settled;
use crate::reply::reply;
use crate::sheet::{Led, LedLine, Prepared, Scope, Seen, Sheet, Work};
use crate::verdict::{LineList, Verdicts};
use crate::{Program, report};
use jiff::civil::Date;
use shenfang_clinical::derive::PatientFacts;
use shenfang_clinical::{Prescription, Review};
use shenfang_units::Truth;
use smallvec::smallvec;

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
        leading,
        heads,
        persons,
        led,
        totals,
        shown,
        seen,
        answers,
        about,
        open,
    } = work;
    seen.clear(tables.rules.rules.len());
    answers.clear(tables.questions);
    led.lines.clear();
    led.doses.clear();
    totals.clear();
    shown.turn_to(tables);
    let mut sheet = Sheet {
        tables,
        index,
        rx,
        today: rx.authored_on.as_ref().map(|moment| moment.date).or(review_date),
        scope,
        lines: &prepared.lines,
        senses: &prepared.senses,
        patched: &prepared.patched,
        history: &prepared.history,
        near: &prepared.near,
        rows: &prepared.rows,
        bits: &prepared.bits,
        lists: &prepared.lists,
        said: [answers.own(), &[], &[]],
        answers,
        totals,
        shown,
        facts: PatientFacts::of(rx, review_date),
        shared: Default::default(),
    };
    let mut always = &index.always;
    if !index.head.is_empty() {
        let head = heads.of(&sheet);
        always = &head.rules;
        let [.., of_head] = &mut sheet.said;
        *of_head = &head.answers;
    }
    about.clear();
    open.clear();
    let mut verdicts = Verdicts {
        found: Vec::new(),
        about: std::mem::take(about),
        open: std::mem::take(open),
    };
    leading.turn_to(tables, rx);
    collect(&sheet, leading, led);
    if !always.is_empty() || led.lines.iter().any(|line| line.at.is_some()) {
        let [_, of_person, _] = &mut sheet.said;
        *of_person = persons.of(tables, &index.persons, &sheet.facts);
    }
    lines(&sheet, seen, (leading, &led.lines), &mut verdicts);
    rules(&sheet, always, seen, &mut verdicts);
    led.doses.judge(&sheet, (leading, &led.lines), &mut verdicts);
    let leads = |line: u32| leading.at(led.lines.get(wide(line))?.at?);
    let recognised = |line: u32| leads(line).is_some_and(|leads| leads.recognised);
    let review = reply(&sheet, rx, &recognised, &mut verdicts);
    (*about, *open) = (verdicts.about, verdicts.open);
    review
}

/// Collects what each line leads to, and what it adds to sums: before any rule asks for one. Every line is sought before the first is compared: so
/// the processor waits for all of them at once.
fn collect(sheet: &Sheet<'_, '_>, leading: &mut Leading, led: &mut Led) {
    let Led { lines, doses } = led;
    lines.extend((0u32..).zip(sheet.lines).map(|(number, line)| LedLine {
        line: number,
        rows: (wide(line.rows.0), wide(line.rows.1)),
        at: leading.seek(sheet, number, line),
    }));
    for (led, line) in lines.iter_mut().zip(sheet.lines) {
        let own = sheet.rows.get(led.rows.0..led.rows.1).unwrap_or(&[]);
        let leads = led.at.and_then(|at| leading.of_line(sheet, (led.line, line), own, at));
        led.at = leads.map(|(at, _)| at);
        if let Some((_, leads)) = leads {
            doses.add(&leads.doses);
            sheet.totals.add(led.line, &leads.totals, leads.counted);
        }
    }
}

/// Judges the rules that lines lead to.
fn lines<'p>(
    sheet: &Sheet<'_, 'p>,
    seen: &mut Seen,
    (leading, led): (&Leading, &[LedLine]),
    verdicts: &mut Verdicts<'p>,
) {
    for LedLine { line, rows, at } in led {
        let own = sheet.rows.get(rows.0..rows.1).unwrap_or(&[]);
        several(sheet, own, seen, verdicts);
        let Some(leads) = at.and_then(|at| leading.at(at)) else {
            continue;
        };
        leads.outcomes.tell(sheet, *line, &leads.rules, verdicts);
        if sheet.rx.current_medications.is_none() {
            let pairs = leads.pairs(sheet, *line, own);
            pairs.leave_open(sheet, *line, verdicts);
            pairs.tell_alone(sheet, (*line, own), verdicts, &mut |number, verdicts| {
                if seen.is_new(number) {
                    rule(sheet, number, verdicts);
                }
            });
        }
    }
}

/// Judges the rules of several variables that the nodes of a line lead to, each once.
fn several<'p>(sheet: &Sheet<'_, 'p>, rows: &[Row], seen: &mut Seen, verdicts: &mut Verdicts<'p>) {
    let (index, bits) = (sheet.index, sheet.bits);
    for row in rows {
        // No line is bound twice.
        let beside = |other: u32| sheet.has_member_beside(row.line, other);
        let is_lonely = |of| sheet.sharing(of) == 0;
        for way in row.ways(index, bits.common) {
            // Nearly all are dismissed by the bits, which are at hand; what was looked at is not.
            if !bits.may_take(way.seat) || way.common.is_some_and(is_lonely) || seen.has(way.rule) {
                continue;
            }
            if way.other().is_none_or(beside) && seen.is_new(way.rule) {
                rule(sheet, way.rule, verdicts);
            }
        }
    }
}

/// Judges the rules of no variable, and those that no line leads to.
fn rules<'p>(sheet: &Sheet<'_, 'p>, always: &[Always], seen: &mut Seen, verdicts: &mut Verdicts<'p>) {
    let lines = narrow(sheet.lines.len());
    for one in always {
        if lines >= one.fewest && sheet.has_what_it_needs(one) && !sheet.is_for_others(one) {
            rule(sheet, one.rule, verdicts);
        }
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
    if sheet.is_dismissed(number) || in_force(&rule.says, sheet) == Truth::False {
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
        let severity = policy.severity.unwrap_or(rule.says.severity);
        let settled = Settled::undetermined(Needs::of(Need::Items));
        verdicts.leave_open(smallvec![rule.says.id], severity, LineList::new(), settled);
    }
}
