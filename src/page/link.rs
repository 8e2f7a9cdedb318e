//! Settings in the address bar: a link is a configuration.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use super::address::fragment;
use super::browser::{address_of, page_address, words_of};
use super::words::Language;
use crate::benchmark::BenchmarkCase;
use crate::dataset::Corrections;
use crate::library::GivenPart;
use crate::protocol::{LinkedFile, NewRun};
use crate::settings::{LinkSettings, TrainingConfig, parse_flag};

const LANGUAGE: &str = "lang";
const PRESENTS: &str = "present";
const EXPERIMENT: &str = "experiment";

/// The settings and files in the page's own URL.
pub fn read() -> LinkSettings {
    let Some(params) = params() else { return LinkSettings::default() };
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

fn params() -> Option<UrlSearchParams> {
    let query = window().location().search().unwrap_or_default();
    UrlSearchParams::new_with_str(&query).ok()
}

/// The cases that a link asks to measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    /// In the link's order, without repeats; empty for the default cases.
    pub known: Vec<BenchmarkCase>,
    /// Words that name no case.
    pub unknown: Vec<String>,
}

impl Cases {
    fn from_words(words: &str) -> Self {
        let mut cases = Self::default();
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word.parse() {
                Ok(case) if cases.known.contains(&case) => {}
                Ok(case) => cases.known.push(case),
                Err(_) => cases.unknown.push(word.to_owned()),
            }
        }
        cases
    }

    fn to_query(&self) -> String {
        let words: Vec<String> = self.known.iter().map(BenchmarkCase::to_string).collect();
        if words.is_empty() { String::new() } else { format!("&bench={}", words.join(",")) }
    }
}

/// The cases that the page's own URL asks to measure.
pub fn cases() -> Cases {
    let words = params().and_then(|params| params.get("bench"));
    Cases::from_words(&words.unwrap_or_default())
}

/// A file that a link gives a run to start with; the form cannot choose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInput {
    /// What it gives.
    pub part: GivenPart,
    /// Its URL as written in the link.
    written: String,
    /// The file that the visitor has agreed to; nothing is loaded before.
    pub agreed: Option<LinkedFile>,
}

impl RunInput {
    /// Its URL as a whole.
    pub fn address(&self) -> String {
        address_of(&self.written)
    }

    /// Whether its address is on another site; nothing is ever loaded from there.
    pub fn is_elsewhere(&self) -> bool {
        let site = window().location().origin().unwrap_or_default();
        !self.address().strip_prefix(&site).is_some_and(|path| path.starts_with('/'))
    }

    /// The visitor agrees to these bytes: those of its own address, or of a file that they chose.
    pub fn agree(&mut self, url: String, from: String) {
        self.agreed = Some(LinkedFile { part: self.part, url, from });
    }
}

/// The files that a link gives a run to start with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunInputs(pub Vec<RunInput>);

impl RunInputs {
    pub fn new(initial_weights: Option<String>, order: Option<String>) -> Self {
        let input = |part, written: Option<String>| {
            written.map(|written| RunInput { part, written, agreed: None })
        };
        let inputs = [input(GivenPart::Weights, initial_weights), input(GivenPart::Batches, order)];
        Self(inputs.into_iter().flatten().collect())
    }

    /// Whether the visitor has yet to agree to one of them.
    pub fn wait(&self) -> bool {
        self.0.iter().any(|input| input.agreed.is_none())
    }

    /// A run with these settings and corrections, and the files that the visitor has agreed to.
    pub fn run(
        &self,
        config: TrainingConfig,
        corrections: Corrections,
        data: Option<String>,
    ) -> NewRun {
        let files = self.agreed();
        NewRun { config, files, corrections, data, experiment: None, again: None }
    }

    /// The files that the visitor has agreed to.
    pub fn agreed(&self) -> Vec<LinkedFile> {
        self.0.iter().filter_map(|input| input.agreed.clone()).collect()
    }

    /// All of them by their names, whether the visitor has agreed to them or not.
    pub fn named(&self) -> Vec<LinkedFile> {
        let named = |input: &RunInput| {
            let from =
                || LinkedFile { part: input.part, url: String::new(), from: input.address() };
            input.agreed.clone().unwrap_or_else(from)
        };
        self.0.iter().map(named).collect()
    }

    fn to_query(&self) -> String {
        let pair = |input: &RunInput| {
            let key = match input.part {
                GivenPart::Weights => "init",
                GivenPart::Batches => "order",
            };
            format!("&{key}={}", String::from(js_sys::encode_uri_component(&input.written)))
        };
        self.0.iter().map(pair).collect()
    }
}

/// The URL of this page with these settings.
pub fn to(config: &TrainingConfig, inputs: &RunInputs, autostart: bool) -> String {
    let autostart = if autostart { "&autostart=1" } else { "" };
    let (address, config, inputs) = (page_address(), config.to_query(), inputs.to_query());
    format!("{address}?{config}{inputs}{autostart}{}", language_query())
}

/// Writes the settings into the address bar, keeping what it asks of the page itself, without a new entry in the tab's
/// history.
pub fn write(config: &TrainingConfig, inputs: &RunInputs, autostart: bool) {
    let presents = if presents() { format!("&{PRESENTS}=1") } else { String::new() };
    let experiment = params().and_then(|params| params.get(EXPERIMENT));
    let experiment = experiment.map_or_else(String::new, |text| {
        format!("&{EXPERIMENT}={}", String::from(js_sys::encode_uri_component(&text)))
    });
    let address =
        to(config, inputs, autostart) + &experiment + &cases().to_query() + &presents + &fragment();
    replace_address(&address);
}

/// The language that the page's own address asks for, if it is one that the page speaks.
pub fn language() -> Option<Language> {
    Language::with_code(params()?.get(LANGUAGE)?.trim())
}

/// Writes the language into the address bar if the address names one: a reload must not undo a choice.
pub fn write_language(language: Language) {
    if let Some(params) = params().filter(|params| params.has(LANGUAGE)) {
        params.set(LANGUAGE, language.code());
        replace_query(&params);
    }
}

/// Whether the page's own address asks for the presentation mode.
pub fn presents() -> bool {
    params().and_then(|params| parse_flag(&params.get(PRESENTS)?)) == Some(true)
}

/// Has the address bar ask for the presentation mode, or no longer, so that a reload does not undo the choice.
pub fn write_presents(presents: bool) {
    if let Some(params) = params() {
        if presents {
            params.set(PRESENTS, "1");
        } else {
            params.delete(PRESENTS);
        }
        replace_query(&params);
    }
}

fn replace_query(params: &UrlSearchParams) {
    let query = String::from(js_sys::Object::to_string(params));
    let query = if query.is_empty() { query } else { format!("?{query}") };
    replace_address(&format!("{}{query}{}", page_address(), fragment()));
}

fn language_query() -> String {
    let named = language().map(|_| untrack(Language::chosen).code());
    named.map_or_else(String::new, |code| format!("&{LANGUAGE}={code}"))
}

fn replace_address(address: &str) {
    let written = window()
        .history()
        .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(address)));
    if let Err(error) = written {
        // Browsers limit how often this may be called; the form still holds the settings.
        leptos::logging::warn!("the address bar was not updated: {}", words_of(&error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_keep_their_order_and_stand_once() {
        let cases = Cases::from_words("webgpu-fused-64, cpu-general-4,webgpu-fused-64,abacus,,");
        assert_eq!(cases.to_query(), "&bench=webgpu-fused-64,cpu-general-4");
        assert_eq!(cases.unknown, ["abacus"]);
        assert_eq!(Cases::from_words(""), Cases::default());
        assert_eq!(Cases::default().to_query(), "");
    }
}
