#![allow(clippy::unwrap_used)]

use pollster::block_on;

use super::*;
use crate::checkpoint::{Snapshot, write_checkpoint, write_weights};
use crate::network::initial_weights;
use crate::settings::TrainingConfig;
use crate::state_dict::Array;

const PYTORCH: &[u8] = include_bytes!("../../tests/fixtures/pytorch/state_dict.pt");

fn import(bytes: &[u8]) -> Result<Contents, ImportError> {
    block_on(read(bytes, &async |_| ()))
}

fn weights_in(bytes: &[u8]) -> StateDict {
    match import(bytes).unwrap() {
        Contents::Weights(weights) => weights,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn a_file_is_what_its_content_says() {
    let weights = initial_weights(7);
    assert_eq!(weights_in(&write_weights(&weights).unwrap()), weights);
    assert_eq!(weights_in(PYTORCH).len(), 10);
    let checkpoint = Checkpoint {
        run: "20260102_030405".to_owned(),
        engine: "CPU".to_owned(),
        saved_at_ms: 1.5,
        snapshot: Snapshot::beginning(TrainingConfig::default()),
    };
    match import(&write_checkpoint(&checkpoint).unwrap()) {
        Ok(Contents::Checkpoint(read)) => assert_eq!(*read, checkpoint),
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn weights_of_another_network_are_refused_with_the_array_that_differs() {
    let import = |change: &dyn Fn(&mut StateDict)| {
        let mut weights = initial_weights(7);
        change(&mut weights);
        import(&write_weights(&weights).unwrap()).unwrap_err()
    };
    let extra = import(&|weights| {
        let array = Array { shape: vec![1], values: vec![0.5] };
        weights.insert("fc4.bias".to_owned(), array);
    });
    assert!(matches!(extra, ImportError::Extra(name) if name == "fc4.bias"));
    let missing = import(&|weights| drop(weights.remove("fc3.bias")));
    assert!(
        matches!(missing, ImportError::Weights(ModelError::Missing(name)) if name == "fc3.bias")
    );
    let infinite = import(&|weights| {
        if let Some(array) = weights.get_mut("fc3.bias") {
            array.values[0] = f32::INFINITY;
        }
    });
    assert!(matches!(infinite, ImportError::Weights(_)));
}

#[test]
fn what_is_no_file_of_any_kind_is_unknown_and_not_a_damaged_one() {
    let archive = |name: &str| {
        let files = [(name.to_owned(), b"{}".to_vec())];
        block_on(crate::exchange::archive::write(&files, &async |_| ())).unwrap()
    };
    for bytes in [
        b"".to_vec(),
        b"epoch,loss\n1,0.5\n".to_vec(),
        b"{\"format\": \"atelier-metrics\"}".to_vec(),
        // A header of safetensors is JSON and far shorter than these lengths.
        [&[9, 0, 0, 0, 0, 0, 0, 0][..], b"not JSON!"].concat(),
        [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"{}"].concat(),
        [&[9, 0, 0, 0, 0, 0, 0, 1][..], b"{}"].concat(),
        archive("photo.png"),
    ] {
        let refused = import(&bytes).unwrap_err();
        assert!(matches!(refused, ImportError::Unknown), "{bytes:?}: {refused}");
    }
    let run = import(&archive("run.json")).unwrap_err();
    assert!(matches!(run, ImportError::Run(_)), "{run}");
    let cut = import(&[2, 0, 0, 0, 0, 0, 0, 0, b'{']).unwrap_err();
    assert!(matches!(cut, ImportError::Checkpoint(_)), "{cut}");
}
