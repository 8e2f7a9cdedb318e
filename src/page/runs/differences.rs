//! The settings in which runs differ.

use crate::settings::{Field, SettingsDraft, TrainingConfig};

/// A setting and its text in each run; `None` where the run does not use it.
pub type Difference = (Field, Vec<Option<String>>);

/// The settings that differ between these configs, in the form's order.
pub fn differences(configs: &[&TrainingConfig]) -> Vec<Difference> {
    let drafts: Vec<_> = configs.iter().map(|config| SettingsDraft::from(*config)).collect();
    let texts = |field: Field| -> Difference {
        let text =
            |draft: &SettingsDraft| draft.applies(field).then(|| draft.get(field).to_owned());
        (field, drafts.iter().map(text).collect())
    };
    let differ = |(_, texts): &Difference| texts.iter().any(|text| Some(text) != texts.first());
    Field::ALL.into_iter().map(texts).filter(differ).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::OptimizerSettings;

    #[test]
    fn only_what_differs_is_told_and_what_means_nothing_is_left_open() {
        let tutorial = TrainingConfig::default();
        let adam = TrainingConfig {
            optimizer: OptimizerSettings::Adam { betas: (0.9, 0.999), epsilon: 1e-8 },
            seed: 7,
            ..tutorial.clone()
        };
        let found = differences(&[&tutorial, &adam, &tutorial]);
        let row = |field| found.iter().find(|row| row.0 == field).map(|row| row.1.clone());
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(row(Field::Seed), Some(vec![text("0"), text("7"), text("0")]));
        assert_eq!(row(Field::Momentum), Some(vec![text("0.9"), None, text("0.9")]));
        assert_eq!(row(Field::BatchSize), None);
        assert!(differences(&[&tutorial]).is_empty());
        assert!(differences(&[]).is_empty());
    }
}
