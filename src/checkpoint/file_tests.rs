#![allow(clippy::unwrap_used)]
use super::*;
use crate::network::{ModelError, initial_weights};

fn checkpoint() -> Checkpoint {
    let weights = initial_weights(1);
    let optimizer = weights
        .iter()
        .map(|(name, array)| (format!("momentum_buffer.{name}"), array.clone()))
        .collect();
    let history = History {
        losses: vec![2.3, 2.2, 2.1],
        reports: vec![LossReport { step: 3, mean_loss: 2.2 }],
        epochs: vec![EpochMetrics {
            epoch: 1,
            step: 3,
            train_loss: 2.2,
            valid_loss: 2.05,
            valid_accuracy: 0.25,
        }],
    };
    let config = TrainingConfig { learning_rate: 0.1, seed: u64::MAX, ..TrainingConfig::default() };
    Checkpoint {
        run: "20261123_081500".into(),
        engine: "CPU".into(),
        saved_at_ms: 1_795_421_700_123.0,
        snapshot: Snapshot {
            config,
            order: Some(vec![vec![1, 2], vec![3]]),
            data: None,
            corrections: Corrections::default(),
            weights,
            optimizer,
            history,
        },
    }
}

/// A file with this description instead of the right one.
fn described(description: &str) -> Vec<u8> {
    let mut arrays = checkpoint().snapshot.weights;
    arrays.insert(LOSSES.into(), Array { shape: vec![0], values: vec![] });
    write_arrays(&arrays, [(METADATA_KEY.to_owned(), description.to_owned())]).unwrap()
}

#[test]
fn a_checkpoint_survives_the_way_through_its_file_bit_by_bit() {
    let bytes = write_checkpoint(&checkpoint()).unwrap();
    assert_eq!(read_checkpoint(&bytes), Ok(checkpoint()));
}

#[test]
fn corrections_are_stored_with_their_run_in_a_version_that_earlier_builds_refuse() {
    let plain = checkpoint();
    let mut corrected = plain.clone();
    let json = r#"[{"split":"train","index":7,"label":3},{"split":"test","index":1,"label":null}]"#;
    corrected.snapshot.corrections = serde_json::from_str(json).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let written = write_checkpoint(&corrected).unwrap();
    assert!(text(&written).contains(r#"{\"version\":4,"#), "{}", &text(&written)[..400]);
    assert!(text(&write_state(&corrected).unwrap()).contains(r#"{\"version\":5,"#));
    assert_eq!(read_checkpoint(&written).unwrap(), corrected);
    let stored = read_state(&write_state(&corrected).unwrap()).unwrap();
    assert_eq!(stored.with_history(&corrected.snapshot.history).unwrap(), corrected);
    // Without any, the file is that of earlier builds.
    let written = text(&write_checkpoint(&plain).unwrap());
    assert!(written.contains(r#"{\"version\":2,"#) && !written.contains("corrections"));
    assert!(text(&write_state(&plain).unwrap()).contains(r#"{\"version\":3,"#));
}

/// The same run on a data set of one's own with three classes.
fn own() -> Checkpoint {
    let names = ["a", "b", "c"].map(str::to_owned);
    let data = DataSetIdentity::new("shapes", &"5e".repeat(32), &names).unwrap();
    let mut own = checkpoint();
    own.snapshot.weights = data.network().initial_weights(1);
    let slot =
        |(name, array): (&String, &Array)| (format!("momentum_buffer.{name}"), array.clone());
    own.snapshot.optimizer = own.snapshot.weights.iter().map(slot).collect();
    own.snapshot.data = Some(data);
    own
}

#[test]
fn a_run_on_a_data_set_of_ones_own_names_it_in_a_version_that_earlier_builds_refuse() {
    let own = own();
    let written = write_checkpoint(&own).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(text(&written).contains(r#"{\"version\":6,"#), "{}", &text(&written)[..400]);
    assert_eq!(read_checkpoint(&written).unwrap(), own);
    assert_eq!(own.snapshot.network().classes(), 3);
    let state = write_state(&own).unwrap();
    assert!(text(&state).contains(r#"{\"version\":7,"#));
    let stored = read_state(&state).unwrap();
    assert_eq!(stored.with_history(&own.snapshot.history).unwrap(), own);
}

#[test]
fn weights_with_other_classes_than_the_runs_data_set_are_refused() {
    let mut wrong = own();
    wrong.snapshot.weights = initial_weights(1);
    let refused = read_checkpoint(&write_checkpoint(&wrong).unwrap());
    assert!(matches!(refused, Err(CheckpointError::Weights(ModelError::Shape { .. }))));
    let mut wrong = own();
    wrong.snapshot.data = None;
    let refused = read_checkpoint(&write_checkpoint(&wrong).unwrap());
    assert!(matches!(refused, Err(CheckpointError::Weights(ModelError::Shape { .. }))));
}

#[test]
fn a_version_that_does_not_go_with_the_data_set_is_refused() {
    let data = |classes: &str| {
        format!(
            r#","data":{{"name":"n","sha256":"{}","class_names":[{classes}]}}"#,
            "5e".repeat(32)
        )
    };
    let with = |version: u32, data: &str| {
        described(&format!(
            r#"{{"version":{version},"run":"20261101_100000","engine":"e","saved_at_ms":0,"reports":[],"epochs":[],
            "config":{{"batch":"4"}}{data}}}"#
        ))
    };
    let ten: Vec<_> = (0..10).map(|it| format!("\"{it}\"")).collect();
    let ten = data(&ten.join(","));
    assert!(read_checkpoint(&with(6, &ten)).is_ok());
    for (version, data) in [(6, ""), (2, &ten), (4, &ten)] {
        let refused = read_checkpoint(&with(version, data));
        let expected = CheckpointError::Description(DescriptionError::DataSet);
        assert_eq!(refused, Err(expected), "{version}");
    }
    let refused = read_checkpoint(&with(6, &data("\"a\"")));
    assert!(matches!(refused, Err(CheckpointError::Description(DescriptionError::Json(_)))));
}

#[test]
fn a_run_goes_on_with_its_own_data_set_only() {
    use crate::dataset::{Dataset, Split};

    let loaded = |own: Option<DataSetIdentity>| {
        let split = || Split::whole(Vec::new(), Vec::new()).unwrap();
        Dataset { own, class_names: Vec::new(), train: split(), test: split() }
    };
    let (plain, own) = (checkpoint().snapshot, own().snapshot);
    assert_eq!(plain.check_data(&loaded(None)), Ok(()));
    assert_eq!(own.check_data(&loaded(own.data.clone())), Ok(()));
    let names = ["a", "b", "c"].map(str::to_owned);
    let renamed = DataSetIdentity::new("other name", &"5e".repeat(32), &names).unwrap();
    assert_eq!(own.check_data(&loaded(Some(renamed))), Ok(()), "the contents are the same");
    let other = DataSetIdentity::new("shapes", &"5f".repeat(32), &names).unwrap();
    for (run, data) in [(&own, Some(other)), (&own, None), (&plain, own.data.clone())] {
        let refused = run.check_data(&loaded(data)).err().unwrap();
        assert!(matches!(refused, crate::history::ResumeMistake::OtherDataSet { .. }));
    }
}

#[test]
fn corrections_that_cannot_be_are_refused_with_their_file() {
    let with = |corrections: &str| {
        format!(
            r#"{{"version":4,"run":"20261101_100000","engine":"e","saved_at_ms":0,"reports":[],"epochs":[],
            "config":{{"batch":"4"}},"corrections":[{corrections}]}}"#
        )
    };
    let sound = r#"{"split":"train","index":7,"label":3}"#;
    assert!(read_checkpoint(&described(&with(sound))).is_ok());
    for wrong in [
        sound.replace('7', "60000"),
        sound.replace('3', "10"),
        format!("{sound},{sound}"),
        r#"{"split":"train","index":7}"#.to_owned(),
    ] {
        let read = read_checkpoint(&described(&with(&wrong)));
        assert!(matches!(read, Err(CheckpointError::Description(_))), "{wrong}: {read:?}");
    }
}

#[test]
fn the_weights_file_has_pytorchs_ten_names_and_nothing_else() {
    let bytes = write_weights(&checkpoint().snapshot.weights).unwrap();
    let arrays = read_arrays(&bytes).unwrap();
    assert_eq!(arrays, initial_weights(1));
    assert_eq!(arrays.len(), 10);
    let (_, header) = ::safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = header.metadata().clone().unwrap();
    assert_eq!(metadata, std::collections::HashMap::from([("format".into(), "pt".into())]));
}

#[test]
fn a_file_of_weights_alone_is_no_run() {
    let bytes = write_weights(&checkpoint().snapshot.weights).unwrap();
    assert_eq!(read_checkpoint(&bytes), Err(CheckpointError::NoRun));
}

#[test]
fn a_file_that_claims_to_hold_a_run_is_told_from_one_of_weights_alone() {
    let checkpoint = checkpoint();
    assert!(is_checkpoint(&write_checkpoint(&checkpoint).unwrap()));
    assert!(!is_checkpoint(&write_weights(&checkpoint.snapshot.weights).unwrap()));
    assert!(!is_checkpoint(b"nothing of the kind"));
}

#[test]
fn a_file_of_the_largest_size_is_read_and_a_larger_one_is_not() {
    let too_large = |bytes| Err(CheckpointError::TooLarge(bytes));
    assert_ne!(read_arrays(&vec![0; MOST_BYTES]), too_large(MOST_BYTES));
    assert_eq!(read_arrays(&vec![0; MOST_BYTES + 1]), too_large(MOST_BYTES + 1));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = write_checkpoint(&checkpoint()).unwrap();
    for length in [0, 7, 8, 100, 1000, bytes.len() / 2, bytes.len() - 1] {
        let read = read_checkpoint(&bytes[..length]);
        assert!(
            matches!(read, Err(CheckpointError::Header(FileMistake::Cut))),
            "{length} bytes: {read:?}"
        );
    }
}

#[test]
fn a_header_that_promises_gigabytes_is_refused() {
    let mut bytes = write_checkpoint(&checkpoint()).unwrap();
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(read_checkpoint(&bytes), Err(CheckpointError::Header(FileMistake::Cut))));
}

#[test]
fn weights_that_are_not_finite_are_refused() {
    let mut checkpoint = checkpoint();
    checkpoint.snapshot.weights.get_mut("fc1.bias").unwrap().values[3] = f32::NAN;
    let bytes = write_checkpoint(&checkpoint).unwrap();
    let expected = CheckpointError::Weights(ModelError::NotFinite("fc1.bias".into()));
    assert_eq!(read_checkpoint(&bytes), Err(expected));
}

#[test]
fn missing_and_misshapen_weights_are_named() {
    let mut missing = checkpoint();
    missing.snapshot.weights.remove("conv2.bias");
    let read = read_checkpoint(&write_checkpoint(&missing).unwrap());
    assert_eq!(read, Err(CheckpointError::Weights(ModelError::Missing("conv2.bias".into()))));

    let mut misshapen = checkpoint();
    misshapen.snapshot.weights.get_mut("fc3.weight").unwrap().shape = vec![84, 10];
    let read = read_checkpoint(&write_checkpoint(&misshapen).unwrap());
    assert!(matches!(read, Err(CheckpointError::Weights(ModelError::Shape { .. }))));
}

#[test]
fn an_array_that_belongs_to_nothing_is_refused() {
    let mut checkpoint = checkpoint();
    let stranger = Array { shape: vec![1], values: vec![0.0] };
    checkpoint.snapshot.weights.insert("fc4.bias".into(), stranger);
    let read = read_checkpoint(&write_checkpoint(&checkpoint).unwrap());
    assert!(matches!(read, Err(CheckpointError::Description(_))), "{read:?}");
}

#[test]
fn descriptions_that_cannot_be_used_are_refused() {
    let later = r#"{"version":3,"run":"20261101_100000","engine":"e","saved_at_ms":0,"reports":[],"epochs":[],
        "config":{"engine":"cpu","batch":"4"}}"#;
    for description in ["", "{}", "[1]", later] {
        let read = read_checkpoint(&described(description));
        assert!(matches!(read, Err(CheckpointError::Description(_))), "{description}: {read:?}");
    }
}

#[test]
fn settings_outside_the_forms_ranges_are_refused() {
    let description = r#"{"version":2,"run":"20261101_100000","engine":"e","saved_at_ms":0,"reports":[],"epochs":[],
        "config":{"engine":"cpu","batch":"0"}}"#;
    let read = read_checkpoint(&described(description));
    let named = "batch: enter a whole number from 1 to 4096";
    assert!(
        matches!(read, Err(CheckpointError::Description(why)) if why.to_string().contains(named))
    );
    let usable = description.replace("\"0\"", "\"4\"");
    assert!(read_checkpoint(&described(&usable)).is_ok());
}

#[test]
fn a_run_with_an_impossible_name_or_history_is_refused() {
    for run in ["", "../../etc/x", "20261101-100000", "20261101_1000000"] {
        let read = read_checkpoint(
            &write_checkpoint(&Checkpoint { run: run.into(), ..checkpoint() }).unwrap(),
        );
        assert!(matches!(read, Err(CheckpointError::Description(_))), "{run}: {read:?}");
    }
    let mut beyond = checkpoint();
    beyond.snapshot.history.reports[0].step = u64::MAX;
    let read = read_checkpoint(&write_checkpoint(&beyond).unwrap());
    assert!(matches!(read, Err(CheckpointError::Description(_))), "{read:?}");
}

#[test]
fn a_file_of_the_first_version_is_read() {
    let description = r#"{"version":1,"run":"20261101_100000","engine":"CPU, Burn flex, WebAssembly SIMD",
        "saved_at_ms":1793527200000.0,
        "config":{"engine":"cpu","batch_size":64,"epochs":5,"learning_rate":0.01,"momentum":0.5,"seed":7},
        "reports":[],"epochs":[]}"#;
    let snapshot = read_checkpoint(&described(description)).unwrap().snapshot;
    let query = "engine=cpu&batch=64&epochs=5&lr=0.01&momentum=0.5&seed=7";
    assert_eq!(snapshot.config.to_query(), query);
    assert_eq!(snapshot.order, None);
}

#[test]
fn weights_are_read_out_of_a_whole_checkpoint_too() {
    let bytes = write_checkpoint(&checkpoint()).unwrap();
    assert!(read_weights(&bytes) == Ok(initial_weights(1)));
    assert!(read_weights(&bytes[..bytes.len() / 2]).is_err());
}

#[test]
fn a_stored_state_with_its_runs_later_history_is_the_checkpoint() {
    let checkpoint = checkpoint();
    let state = read_state(&write_state(&checkpoint).unwrap()).unwrap();
    assert_eq!(state.steps_missing(), Some(3));
    let mut later = checkpoint.snapshot.history.clone();
    later.losses.extend([1.9, 1.8]);
    later.reports.push(LossReport { step: 5, mean_loss: 1.85 });
    assert_eq!(state.clone().with_history(&later), Ok(checkpoint.clone()));
    assert_eq!(state.inference_weights(), checkpoint.snapshot.inference_weights());
    // A complete file needs nothing else.
    let whole = read_state(&write_checkpoint(&checkpoint).unwrap()).unwrap();
    assert_eq!(whole.steps_missing(), None);
    assert_eq!(whole.with_history(&History::default()), Ok(checkpoint));
}

#[test]
fn a_stored_state_without_enough_history_is_refused() {
    let state = read_state(&write_state(&checkpoint()).unwrap()).unwrap();
    let mut short = checkpoint().snapshot.history;
    short.epochs.clear();
    let refused = Err(CheckpointError::NoHistory { steps: 3 });
    assert_eq!(state.clone().with_history(&short), refused, "an epoch is missing");
    assert_eq!(state.with_history(&History::default()), refused);
    assert_eq!(read_checkpoint(&write_state(&checkpoint()).unwrap()), refused);
}

#[test]
fn a_stored_state_is_as_large_after_a_million_steps_as_after_a_thousand() {
    let after = |steps: usize| {
        let mut checkpoint = checkpoint();
        let epochs = (1..=9).map(|epoch| EpochMetrics {
            epoch,
            step: steps as u64 / 10 * u64::from(epoch),
            train_loss: 2.2,
            valid_loss: 2.05,
            valid_accuracy: 0.25,
        });
        checkpoint.snapshot.history = History {
            losses: vec![0.5; steps],
            reports: (1..=steps as u64 / 1000)
                .map(|at| LossReport { step: at * 1000, mean_loss: 0.5 })
                .collect(),
            epochs: epochs.collect(),
        };
        (write_state(&checkpoint).unwrap().len(), write_checkpoint(&checkpoint).unwrap().len())
    };
    let ((early, _), (late, whole)) = (after(1_000), after(1_000_000));
    // The header is padded to eight bytes.
    assert!(late.abs_diff(early) <= 8, "{early} and {late} bytes");
    assert!(whole > late + 4_000_000, "what leaves holds all: {whole} bytes");
}

#[test]
fn a_whole_file_cannot_pass_as_a_stored_state_nor_the_other_way_round() {
    let head = r#""run":"20261101_100000","engine":"e","saved_at_ms":0,"config":{"batch":"4"}"#;
    for description in [
        format!(r#"{{"version":3,{head}}}"#),
        format!(r#"{{"version":2,{head},"standing":{{"steps":0,"epochs":0}}}}"#),
        format!(r#"{{"version":6,{head},"standing":{{"steps":0,"epochs":0}}}}"#),
        // With losses beside it.
        format!(r#"{{"version":3,{head},"standing":{{"steps":0,"epochs":0}}}}"#),
    ] {
        let read = read_state(&described(&description));
        assert!(matches!(read, Err(CheckpointError::Description(_))), "{description}: {read:?}");
    }
}

#[test]
fn the_same_checkpoint_is_the_same_file_each_time() {
    let first = write_checkpoint(&checkpoint()).unwrap();
    for _ in 0..20 {
        assert!(write_checkpoint(&checkpoint()).unwrap() == first);
    }
    let header = u64::from_le_bytes(*first.first_chunk().unwrap());
    assert!(header.is_multiple_of(8), "readers map the data as floats");
}
