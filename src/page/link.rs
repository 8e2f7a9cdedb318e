//! Settings in the address bar: a link is a configuration.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use super::browser::{address_of, page_address, words_of};
use crate::protocol::{Failure, NewRun};
use crate::settings::{LinkSettings, TrainingConfig};

/// What the page's own address asks for.
pub fn read() -> LinkSettings {
    let query = window().location().search().unwrap_or_default();
    let Ok(params) = UrlSearchParams::new_with_str(&query) else {
        return LinkSettings::default();
    };
    let pairs: Vec<(String, String)> = params
        .entries()
        .into_iter()
        .flatten()
        .map(|pair| {
            let pair = js_sys::Array::from(&pair);
            (
                pair.get(0).as_string().unwrap_or_default(),
                pair.get(1).as_string().unwrap_or_default(),
            )
        })
        .collect();
    LinkSettings::from_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// Files that a link gives a run to begin with; the form cannot choose them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Address of the weights, as the link has it.
    pub initial_weights: Option<String>,
    /// Address of the batches, as the link has it.
    pub order: Option<String>,
}

impl Given {
    pub const fn is_empty(&self) -> bool {
        self.initial_weights.is_none() && self.order.is_none()
    }

    /// What is given, for the person.
    pub fn describe(&self) -> String {
        match (&self.initial_weights, &self.order) {
            (Some(weights), Some(order)) => {
                format!("The link gives initial weights ({weights}) and batches ({order}).")
            }
            (Some(weights), None) => format!("The link gives initial weights ({weights})."),
            (None, Some(order)) => format!("The link gives batches ({order})."),
            (None, None) => String::new(),
        }
    }

    /// A run with these settings and files.
    pub fn run(&self, config: TrainingConfig) -> NewRun {
        let whole = |address: &Option<String>| address.as_deref().map(address_of);
        NewRun { config, initial_weights: whole(&self.initial_weights), order: whole(&self.order) }
    }

    fn to_query(&self) -> String {
        let pair = |key: &str, address: &Option<String>| {
            let address = js_sys::encode_uri_component(address.as_deref()?);
            Some(format!("&{key}={}", String::from(address)))
        };
        let pairs = [pair("init", &self.initial_weights), pair("order", &self.order)];
        pairs.into_iter().flatten().collect()
    }
}

/// The address of this page with these settings.
pub fn to(config: &TrainingConfig, given: &Given, autostart: bool) -> String {
    let autostart = if autostart { "&autostart=1" } else { "" };
    format!("{}?{}{}{autostart}", page_address(), config.to_query(), given.to_query())
}

/// Writes the settings into the address bar, without a new entry in the tab's history.
pub fn write(config: &TrainingConfig, given: &Given, autostart: bool) {
    let written = window().history().and_then(|history| {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&to(config, given, autostart)))
    });
    if let Err(error) = written {
        // Browsers limit how often this may be called; the form still holds the settings.
        leptos::logging::warn!("the address bar was not updated: {}", words_of(&error));
    }
}

/// Told when a link asks to start with settings that cannot be used.
pub fn bad_link() -> Failure {
    Failure {
        happened: "The link's settings cannot be used, so nothing was started.".to_owned(),
        kept: "The settings are in the form as the link had them.".to_owned(),
        next: "Correct the marked fields, then press Start.".to_owned(),
    }
}
