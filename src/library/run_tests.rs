#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

fn record(state: RunState, steps: u64, ended_at_ms: Option<f64>) -> RunRecord {
    RunRecord {
        run: "20260102_030405".to_owned(),
        config: TrainingConfig::default(),
        engine: "CPU".to_owned(),
        origin: Origin::New,
        given: Vec::new(),
        data: None,
        corrections: 0,
        experiment: None,
        state,
        started_at_ms: 1.0,
        ended_at_ms,
        trained_ms: 12.5,
        steps,
        steps_in_run: 900,
        steps_per_epoch: 300,
        epochs: 0,
        best: None,
        newest: None,
        sparkline: vec![f32::NAN],
    }
}

#[test]
fn a_run_has_gone_on_if_it_does_not_stand_as_it_was_left() {
    let left = record(RunState::Training, 100, None);
    let seen =
        |record: &RunRecord| KnownRun::from(SeenRun { record: record.clone(), incarnation: 3 });
    let gone_on = |stored: Option<&RunRecord>, left: &RunRecord| seen(left).has_gone_on(stored, 3);
    let unknown = KnownRun::default();
    assert!(!gone_on(Some(&left.clone()), &left), "as it was left");
    assert!(gone_on(None, &left), "the run was deleted");
    assert!(!seen(&left).has_gone_on(None, 4), "the library was deleted");
    assert!(!unknown.has_gone_on(None, 3), "nothing was ever written");
    assert!(unknown.has_gone_on(Some(&left), 3), "another has its name");
    let others = [
        record(RunState::Training, 101, None),
        // Fewer steps, but later: the tab that continued from an older state now owns the run.
        record(RunState::Training, 50, None),
        record(RunState::Stopped, 100, Some(7.0)),
        RunRecord { trained_ms: 13.0, ..left.clone() },
    ];
    for other in others {
        assert!(gone_on(Some(&other), &left), "{other:?}");
    }
    let stopped = record(RunState::Stopped, 100, Some(7.0));
    let stopped_again = record(RunState::Stopped, 100, Some(8.0));
    assert!(gone_on(Some(&stopped_again), &stopped));
}

#[test]
fn a_write_that_got_no_answer_but_was_stored_is_no_other_tabs() {
    let left = record(RunState::Training, 100, None);
    let later = record(RunState::Training, 200, None);
    let mut known = KnownRun::default();
    known.may_be_stored_as(later.clone());
    assert!(!known.has_gone_on(Some(&later), 3), "the first write of all");
    assert!(!known.has_gone_on(None, 3), "it was not stored");
    assert!(known.has_gone_on(Some(&left), 3));
    known.seen = Some(SeenRun { record: left.clone(), incarnation: 3 });
    assert!(!known.has_gone_on(Some(&left), 3) && !known.has_gone_on(Some(&later), 3));
    assert!(known.has_gone_on(Some(&record(RunState::Training, 300, None)), 3));
}

#[test]
fn a_record_of_an_earlier_build_names_no_files_and_corrects_nothing() {
    let mut stored = serde_json::to_value(record(RunState::Stopped, 1, None)).unwrap();
    assert!(stored.as_object_mut().unwrap().remove("given").is_some());
    assert!(stored.as_object_mut().unwrap().remove("corrections").is_some());
    stored["sparkline"] = serde_json::json!([1.0]);
    let read: RunRecord = serde_json::from_value(stored).unwrap();
    assert_eq!((read.given, read.corrections), (vec![], 0));
}

#[test]
fn files_without_a_checksum_are_not_taken_from_an_archive() {
    let file = |sha256: &str| GivenFile {
        part: GivenPart::Weights,
        from: "init.safetensors".to_owned(),
        sha256: sha256.to_owned(),
    };
    let sum = "0123456789abcdef".repeat(4);
    let all = ["", "short", &"g".repeat(64), &sum, &sum, &sum].map(file).to_vec();
    let sound = GivenFile::sound(all);
    assert_eq!(sound.len(), 2);
    assert!(sound.iter().all(|file| file.sha256 == sum));
}

#[cfg(feature = "files")]
#[test]
fn a_record_made_by_hand_is_read_with_texts_that_can_be_shown() {
    let long = || format!("\u{202e}\n{}", "a".repeat(100_000));
    let given = vec![GivenFile { part: GivenPart::Weights, from: long(), sha256: long() }];
    let texts_of = |origin| {
        let state = RunState::Failed { why: long(), diverged: true };
        let made = RunRecord {
            run: long(),
            engine: long(),
            given: given.clone(),
            origin,
            sparkline: vec![1.0],
            ..record(state, 1, None)
        };
        let json = serde_json::to_string(&made).unwrap();
        let read: RunRecord = serde_json::from_str(&json).unwrap();
        let RunState::Failed { why, .. } = read.state else { panic!("another state") };
        let from = match read.origin {
            Origin::Branch { run: text, .. }
            | Origin::Imported { file: text }
            | Origin::PyTorch { file: text } => text,
            Origin::New => panic!("another origin"),
        };
        let GivenFile { from: address, sha256, .. } = read.given[0].clone();
        [read.run, read.engine, why, from, address, sha256]
    };
    for origin in [
        Origin::Branch { run: long(), step: 1 },
        Origin::Imported { file: long() },
        Origin::PyTorch { file: long() },
    ] {
        for text in texts_of(origin) {
            assert!(text.chars().count() <= text::MOST_ADDRESS, "{} bytes", text.len());
            assert!(text.starts_with("aaa") && text.ends_with("a…"), "{text}");
        }
    }
}

#[test]
fn a_failed_run_stands_as_it_will_be_read() {
    let failed = record(RunState::failed(&"x\n".repeat(9000), false), 100, None);
    let failed = RunRecord { sparkline: Vec::new(), ..failed };
    let stored = serde_json::from_str(&serde_json::to_string(&failed).unwrap()).unwrap();
    let known = KnownRun::from(SeenRun { record: failed, incarnation: 3 });
    assert!(!known.has_gone_on(Some(&stored), 3));
}
