//! Many prescriptions reviewed side by side say what each says alone, in their order, for any number of threads.
#![allow(clippy::unwrap_used, reason = "tests stop at the impossible")]
use shenfang::Prescription;
use std::ops::ControlFlow;

const SHEETS: &str = include_str!("../data/insomnia_outpatient.ndjson");

fn sheets() -> Vec<Prescription> {
    let records = shenfang_wire::records(SHEETS.as_bytes());
    records.map(|record| record.result.unwrap()).collect()
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(work)
}

#[test]
fn a_slice_is_answered_in_order_for_any_number_of_threads() {
    let (reviewer, sheets) = (shenfang_rules::builtin().reviewer(), sheets());
    let alone: Vec<_> = sheets.iter().map(|rx| reviewer.review(rx)).collect();
    for threads in [1, 2, 7] {
        let together = with_threads(threads, || shenfang_batch::review_all(&reviewer, &sheets));
        assert!(together == alone, "{threads} threads");
    }
}

#[test]
fn a_stream_is_answered_in_order_for_any_number_of_threads() {
    let reviewer = shenfang_rules::builtin().reviewer();
    // Several chunks of records.
    let text = SHEETS.repeat(3);
    let said = || {
        let mut said = Vec::new();
        let render = |answer: shenfang_batch::Answer<'_>| {
            let review = answer
                .outcome
                .map(|(_, review)| serde_json::to_string(&review).unwrap());
            (answer.line, review.unwrap())
        };
        shenfang_batch::review_stream(text.as_bytes(), &reviewer, render, |answer| {
            said.push(answer);
            ControlFlow::Continue(())
        });
        said
    };
    let one = with_threads(1, said);
    assert_eq!(one.len(), text.lines().count());
    assert!(one.iter().zip(1..).all(|((line, _), expected)| *line == expected));
    for threads in [2, 5] {
        assert!(with_threads(threads, said) == one, "{threads} threads");
    }
}

#[test]
fn a_stream_stops_when_told() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let mut taken = 0;
    shenfang_batch::review_stream(
        SHEETS.repeat(3).as_bytes(),
        &reviewer,
        |_| (),
        |()| {
            taken += 1;
            if taken == 700 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    assert_eq!(taken, 700);
}

#[test]
fn what_was_prepared_once_is_reviewed_alike_each_time() {
    let (reviewer, sheets) = (shenfang_rules::builtin().reviewer(), sheets());
    let mut scratch = shenfang::Scratch::default();
    for rx in &sheets {
        let prepared = reviewer.prepare(rx);
        for _ in 0..2 {
            assert!(
                reviewer.review_prepared(&mut scratch, &prepared, rx) == reviewer.review(rx),
                "{}",
                rx.id
            );
        }
    }
}
