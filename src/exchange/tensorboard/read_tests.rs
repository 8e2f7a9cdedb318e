#![allow(clippy::unwrap_used)]
use super::super::{file_start, framed, scalar};
use super::*;

/// The record of a text, as PyTorch's `SummaryWriter.add_text` writes it.
fn words(tag: &str, words: &str) -> Vec<u8> {
    let field = |number: u8, bytes: &[u8]| {
        // A varint of two bytes.
        assert!(bytes.len() < 1 << 14);
        let length = [bytes.len() as u8 | 0x80, (bytes.len() >> 7) as u8];
        [&[number << 3 | 2], &length[..], bytes].concat()
    };
    let tensor = field(8, words.as_bytes());
    let tag = format!("{tag}{TEXT_SUFFIX}");
    let value = [field(1, tag.as_bytes()), field(8, &tensor)].concat();
    framed(&field(5, &field(1, &value)))
}

/// A file of two epochs of two batches; each of the events is a record.
fn file() -> Vec<Vec<u8>> {
    let at = |tag: &str, value, step, time| scalar(tag, value, step, 1000.0 + time);
    vec![
        file_start(1000.0),
        words(SETTINGS_TAG, "batch=8&epochs=2&lr=0.01"),
        words(RUN_TAG, "20260102_030405"),
        words(ENGINE_TAG, "PyTorch 2 \u{202e}(cpu)"),
        words(CORRECTIONS_TAG, "12"),
        at(LOSS_BATCH, 2.0, 1, 1.0),
        at(LOSS_BATCH, 1.0, 2, 2.0),
        at(LOSS_TRAIN, 1.5, 2, 2.0),
        at(LOSS_VALIDATION, 1.25, 1, 3.0),
        at(ACCURACY, 0.5, 1, 3.0),
        at(LOSS_BATCH, 0.75, 3, 4.0),
        at(LOSS_BATCH, 0.25, 4, 5.0),
        at(LOSS_VALIDATION, 0.75, 2, 6.0),
        at(ACCURACY, 0.75, 2, 6.0),
        at("Loss/other", f64::NAN, 9, 6.0),
    ]
}

fn read(records: &[Vec<u8>]) -> Result<ScriptRun, EventsError> {
    read_run(&records.concat())
}

#[test]
fn a_run_is_read_with_its_settings_and_all_that_it_measured() {
    let file = file();
    assert!(is_events(&file.concat()));
    let run = read(&file).unwrap();
    assert_eq!((run.run.as_str(), run.engine.as_str()), ("20260102_030405", "PyTorch 2 (cpu)"));
    assert_eq!((run.config.batch_size, run.config.epochs, run.corrections), (8, 2, 12));
    let History { losses, reports, epochs } = run.metrics.history;
    assert_eq!(losses, [2.0, 1.0, 0.75, 0.25]);
    assert_eq!(reports, [LossReport { step: 2, mean_loss: 1.5 }]);
    let epoch = |epoch, step, train_loss, valid_loss, valid_accuracy| EpochMetrics {
        epoch,
        step,
        train_loss,
        valid_loss,
        valid_accuracy,
    };
    // The second epoch reports nothing, so its loss is the mean over its batches.
    assert_eq!(epochs, [epoch(1, 2, 1.5, 1.25, 0.5), epoch(2, 4, 0.5, 0.75, 0.75)]);
    assert_eq!(run.times_ms, [1_000_000.0, 1_006_000.0]);
    assert_eq!(run.metrics.timeline.at(4.0), 5000.0);
}

#[test]
fn a_run_on_classes_of_ones_own_says_which_they_are() {
    let names = ["a", "b \u{5e3d}"].map(str::to_owned);
    let identity = DataSetIdentity::new("x", &"0".repeat(64), &names).unwrap();
    let with = |text: &str| {
        let mut file = file();
        file.insert(2, words(DATA_TAG, text));
        read(&file)
    };
    let run = with(&serde_json::to_string(&identity).unwrap()).unwrap();
    assert_eq!(run.data, Some(identity));
    assert_eq!(read(&file()).unwrap().data, None);
    for text in ["", "{}", r#"{"name":"x","sha256":"0","class_names":["a","b"]}"#] {
        assert_eq!(with(text), Err(EventsError::DataSet), "{text}");
    }
}

#[test]
fn a_script_that_was_interrupted_leaves_what_it_had_written() {
    let whole = file()[..12].concat();
    let run = read_run(&whole[..whole.len() - 5]).unwrap();
    assert_eq!((run.metrics.history.losses.len(), run.metrics.history.epochs.len()), (3, 1));
}

#[test]
fn what_is_damaged_or_no_run_of_the_script_is_refused() {
    let without = |at: usize| {
        let mut file = file();
        file.remove(at);
        read(&file).unwrap_err()
    };
    assert_eq!(without(1), EventsError::NoSettings);
    assert_eq!(without(5), EventsError::NoLoss { step: 1 });
    assert_eq!(without(6), EventsError::NoLoss { step: 2 });
    assert_eq!(without(8), EventsError::Epochs);
    let with = |at: usize, record| {
        let mut file = file();
        file[at] = record;
        read(&file).unwrap_err()
    };
    for settings in ["batch=0", "lr=no", "optimizer=lion", "sparkle=1"] {
        assert_eq!(with(1, words(SETTINGS_TAG, settings)), EventsError::NoSettings, "{settings}");
    }
    let infinite = scalar(LOSS_BATCH, f64::INFINITY, 2, 1.0);
    assert_eq!(with(6, infinite), EventsError::NotFinite { step: 1 });
    assert_eq!(with(9, scalar(ACCURACY, 0.5, 7, 1.0)), EventsError::Epochs);
    assert_eq!(with(7, scalar(LOSS_TRAIN, 0.5, 9, 1.0)), EventsError::Epochs);
    assert_eq!(read(&file()[..5]), Err(EventsError::NoLoss { step: 1 }));
    let mut bytes = file().concat();
    let (start, last) = (file()[0].len(), bytes.len() - 6);
    bytes[last] ^= 1;
    assert!(matches!(read_run(&bytes), Err(EventsError::Damaged { .. })));
    bytes[start] ^= 1;
    assert_eq!(read_run(&bytes), Err(EventsError::Damaged { at: start }));
}

#[test]
fn other_files_are_no_events() {
    assert!(!is_events(b"") && !is_events(b"PK\x03\x04") && !is_events(&[0; 64]));
    let point = scalar(LOSS_BATCH, 1.0, 1, 1.0);
    assert!(!is_events(&point), "the first record names the format");
}
