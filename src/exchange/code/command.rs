//! The terminal's line for a run.

use crate::library::GivenPart;
use crate::settings::{EngineChoice, Field, Kind, Preset, SettingsDraft, TrainingConfig};

/// What a run is given beside its settings, by the names of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The initial weights.
    pub init: Option<String>,
    /// The batches.
    pub order: Option<String>,
    /// The corrections of the data set.
    pub corrections: Option<String>,
    /// The folder or the file of a data set of one's own.
    pub data: Option<String>,
}

impl Given {
    /// The name by which a file is found that was loaded from an address or chosen by this name: without the address, since
    /// where the visitor has put it is not known.
    #[must_use]
    pub fn name_of(from: &str, part: GivenPart) -> String {
        let name = if from.contains("://") {
            let path = from.split(['?', '#']).next().unwrap_or_default();
            let last = path.rsplit('/').next().unwrap_or_default();
            decoded(last).unwrap_or_else(|| last.to_owned())
        } else {
            from.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
        };
        match (name.is_empty(), part) {
            (false, _) => name,
            (true, GivenPart::Weights) => "init.safetensors".to_owned(),
            (true, GivenPart::Batches) => "order.json".to_owned(),
        }
    }
}

/// A part of an address without its percent signs, if that can be a file's name.
fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let [byte, following @ ..] = rest {
        rest = following;
        if *byte == b'%' {
            let (digits, following) = rest.split_at_checked(2)?;
            let digits = str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = following;
        } else {
            bytes.push(*byte);
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    let is_name = |letter: char| !letter.is_control() && !matches!(letter, '/' | '\\');
    name.chars().all(is_name).then_some(name)
}

/// The command that trains with these settings in the terminal, for a POSIX shell: the preset that leaves least to say, and
/// what differs from it.
#[must_use]
pub fn command_line(config: &TrainingConfig, given: &Given) -> String {
    let draft = SettingsDraft::from(config);
    let flags = Preset::ALL.map(|preset| flags(preset, &draft, given));
    let shortest = flags.into_iter().min_by_key(Vec::len).unwrap_or_default();
    let mut words = vec!["train".to_owned()];
    words.extend(shortest);
    let mut file = |flag: &str, name: Option<&str>| {
        if let Some(name) = name {
            // What begins with a dash would be a flag.
            let folder = if name.starts_with('-') { "./" } else { "" };
            words.extend([flag.to_owned(), quoted(&format!("{folder}{name}"))]);
        }
    };
    file("--data", given.data.as_deref());
    file("--init", given.init.as_deref());
    file("--order", given.order.as_deref());
    file("--corrections", given.corrections.as_deref());
    // The terminal keeps further states beside the newest one, which it must be told where to put.
    file("--checkpoint", config.keep_every.map(|_| "run.checkpoint.safetensors"));
    words.join(" ")
}

/// The flags that lead from a preset to these settings.
fn flags(preset: Preset, draft: &SettingsDraft, given: &Given) -> Vec<String> {
    let mut words = Vec::new();
    let mut before = preset.in_draft(&SettingsDraft::default());
    if preset != Preset::Tutorial {
        words.extend(["--preset".to_owned(), preset.as_str().to_owned()]);
    }
    // As the terminal does: with them come the other fields' defaults.
    for field in [Field::Optimizer, Field::Schedule] {
        if before.get(field) != draft.get(field) {
            before.set(field, draft.get(field));
        }
    }
    // The terminal takes other numbers of epochs where one of these is given.
    let tells_epochs = !draft.get(Field::Steps).is_empty() || given.order.is_some();
    let chosen = preset.in_draft(&SettingsDraft::default());
    for field in Field::ALL.into_iter().filter(|&field| draft.applies(field)) {
        let leads = matches!(field, Field::Optimizer | Field::Schedule);
        let from = if leads { &chosen } else { &before };
        if from.get(field) == draft.get(field) && !(tells_epochs && field == Field::Epochs) {
            continue;
        }
        words.push(format!("--{}", field.key()));
        match draft.get(field) {
            // The flag alone means that it is on.
            "1" if field.kind() == Kind::Flag => {}
            word if word == EngineChoice::WebGpu.as_str() && field == Field::Engine => {
                words.push("wgpu".to_owned());
            }
            text => words.push(quoted(text)),
        }
    }
    words
}

/// A word as a POSIX shell takes it unchanged.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "+-./:=@_,%".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::OptimizerSettings;

    fn plain(config: &TrainingConfig) -> String {
        command_line(config, &Given::default())
    }

    #[test]
    fn only_what_differs_is_said_from_the_nearest_preset() {
        assert_eq!(plain(&TrainingConfig::default()), "train");
        assert_eq!(plain(&Preset::Quick.config()), "train --preset quick");
        let longer = TrainingConfig { epochs: 20, seed: 7, ..Preset::Quick.config() };
        assert_eq!(plain(&longer), "train --preset quick --epochs 20 --seed 7");
        let nesterov = OptimizerSettings::Sgd { momentum: 0.9, dampening: 0.0, nesterov: true };
        let config = TrainingConfig { optimizer: nesterov, ..TrainingConfig::default() };
        assert_eq!(plain(&config), "train --nesterov");
    }

    #[test]
    fn epochs_are_said_where_the_terminal_would_take_others() {
        let config = TrainingConfig { steps: Some(100), ..TrainingConfig::default() };
        assert_eq!(plain(&config), "train --epochs 5 --steps 100");
        let order = Given { order: Some("order.json".to_owned()), ..Given::default() };
        let line = command_line(&TrainingConfig::default(), &order);
        assert_eq!(line, "train --epochs 5 --order order.json");
    }

    #[test]
    fn no_name_of_a_file_becomes_more_than_a_word() {
        let given = Given { init: Some("it's $(rm) \"x\".pt".to_owned()), ..Given::default() };
        let line = command_line(&TrainingConfig::default(), &given);
        assert_eq!(line, r#"train --init 'it'\''s $(rm) "x".pt'"#);
    }

    #[test]
    fn a_name_like_a_flag_stays_a_file() {
        let given = Given { init: Some("--steps".to_owned()), ..Given::default() };
        let line = command_line(&TrainingConfig::default(), &given);
        assert_eq!(line, "train --init ./--steps");
    }

    #[test]
    fn a_file_is_named_without_its_address() {
        let name = |from| Given::name_of(from, GivenPart::Weights);
        assert_eq!(name("https://example.org/a/my%20init.pt?v=2#x"), "my init.pt");
        assert_eq!(name("https://example.org/a/50%.pt"), "50%.pt");
        assert_eq!(name("https://example.org/a/..%2Fb.pt"), "..%2Fb.pt");
        assert_eq!(name("https://example.org/a/"), "init.safetensors");
        assert_eq!(name("C:\\weights\\50%20 #1.pt"), "50%20 #1.pt");
        assert_eq!(Given::name_of("", GivenPart::Batches), "order.json");
    }

    #[test]
    fn a_run_that_keeps_checkpoints_says_where() {
        let config = TrainingConfig { keep_every: Some(100), ..TrainingConfig::default() };
        assert_eq!(
            plain(&config),
            "train --keep-every 100 --checkpoint run.checkpoint.safetensors"
        );
    }
}
