//! The settings that describe a run.

use crate::page::words::Setting;
use crate::settings::{Field, SettingsDraft, TrainingConfig};

/// The settings that describe a run, the optimizer first. The engine is shown elsewhere.
pub fn recipe(config: &TrainingConfig) -> Vec<Setting> {
    let draft = SettingsDraft::from(config);
    let told = |key| Field::with_key(key).filter(|field| *field != Field::Engine);
    let told = draft.pairs().into_iter().filter_map(|(key, _)| told(key));
    let others = told.filter(|field| *field != Field::Optimizer);
    let fields = std::iter::once(Field::Optimizer).chain(others);
    fields.map(|field| Setting::of(&draft, field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::words::ENGLISH;
    use crate::settings::OptimizerSettings;

    #[test]
    fn a_recipe_begins_with_the_optimizer_and_tells_what_is_not_usual() {
        let tells = |config: &TrainingConfig| ENGLISH.library.settings(&recipe(config));
        let tutorial = TrainingConfig::default();
        let expected = "sgd, batch 4, epochs 5, lr 0.001, momentum 0.9, seed 0";
        assert_eq!(tells(&tutorial), expected);
        let nesterov = OptimizerSettings::Sgd { momentum: 0.9, dampening: 0.0, nesterov: true };
        let nesterov = TrainingConfig { optimizer: nesterov, ..tutorial };
        assert!(tells(&nesterov).contains(", nesterov, "));
    }
}
