//! The form: settings, what they mean, what is wrong with them.

use super::sentences;
use crate::library::GivenPart;
use crate::settings::{
    Field, FieldError, Group, Kind, OptimizerKind, Preset, ScheduleKind, SettingsDraft,
};

/// A setting that is worth mentioning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The setting's field.
    pub field: Field,
    /// Its text, as in the form; `None` for a flag that is on.
    pub text: Option<String>,
}

impl Setting {
    /// A setting as this draft has it.
    pub fn of(draft: &SettingsDraft, field: Field) -> Self {
        let is_on = field.kind() == Kind::Flag && draft.is_on(field);
        Self { field, text: (!is_on).then(|| draft.get(field).to_owned()) }
    }
}

sentences! {
    /// The form: settings, what they mean, what is wrong with them.
    SettingsWords {
        title,
        presets,
        preset(preset: Preset) -> &'static str,
        /// What a preset does.
        about_preset(preset: Preset) -> &'static str,
        /// The heading of fields that belong together.
        group(group: Group) -> &'static str,
        /// A field's name.
        label(field: Field) -> &'static str,
        /// What a field means.
        about(field: Field) -> &'static str,
        optimizer(kind: OptimizerKind) -> &'static str,
        schedule(kind: ScheduleKind) -> &'static str,
        /// Placeholder of an optional number.
        off,
        /// A field's error.
        error(error: &FieldError),
        /// Beside a group's heading: something in it is wrong.
        to_correct,
        /// Beside a group's heading: what differs from the defaults.
        changed(settings: &[Setting]),
        /// A link names a file of this site, or of another one; nothing has been loaded.
        link_asks(part: GivenPart, other_site: Option<&str>, most_bytes: u64),
        /// The visitor has agreed to this address or chosen this file.
        starts_from(part: GivenPart, from: &str),
        load_file(address: &str),
        choose_file,
        do_without_given,
        copy_link,
        /// The choice to train with so many corrections of the data set.
        use_corrections(corrections: usize),
        /// What that means.
        about_corrections,
        /// In a table of settings: how many images a run corrects.
        corrections,
        /// The heading of what is folded away: all settings but the few that one tries first.
        all_settings,
    }
}
