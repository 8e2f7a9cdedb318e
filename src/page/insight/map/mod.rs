//! A map of the embedding: the test images by the activations before the last layer.
//!
//! `places` is where they lie, `plane` which part of that is seen, `marks` how they are drawn, `canvas` what pointer and keys
//! do, and `classes` the same as a table.

mod canvas;
mod classes;
mod marks;
mod places;
mod plane;

use crate::page::insight::trouble::Trouble;
use crate::page::progress_bar::ProgressBar;
use leptos::prelude::*;

use self::canvas::MapCanvas;
use self::classes::{places_of, points_csv};
use self::marks::{By, legend_mark, picture};
pub use self::places::Places;
use self::plane::View;
use super::explore::{ExploreWord, Explored, ImageList, told};
use super::facts::Facts;
use super::held::NewerWeights;
use super::save::Save;
use super::vector::Picture;
use super::{ShownImages, word};
use crate::network::CLASS_NAMES;
use crate::page::format::{UNKNOWN, whole};
use crate::page::words::{explore_words, words};
use crate::protocol::insight::SplitName;

/// What is drawn, and what of it is picked.
#[derive(Clone, Copy)]
pub struct Drawn {
    places: Places,
    /// By what the images are told apart.
    by: RwSignal<By>,
    /// The one group that is shown; `None` for all.
    only: RwSignal<Option<usize>>,
    /// What is seen; `None` before the canvas has a size.
    view: RwSignal<Option<View>>,
    /// The images in the rectangle that was drawn.
    selected: RwSignal<Option<Vec<u32>>>,
}

/// What the section holds.
#[component]
pub fn EmbeddingMap(places: Places, facts: Facts, images: ShownImages) -> impl IntoView {
    places.follow();
    let drawn = Drawn {
        places,
        by: RwSignal::new(By::default()),
        only: RwSignal::new(None),
        view: RwSignal::new(None),
        selected: RwSignal::new(None),
    };
    let (evaluation, points) = (places.evaluation(), places.points());
    // What was selected lies elsewhere by other weights.
    Effect::new(move |_| {
        evaluation.track();
        drawn.selected.set(None);
    });
    let groups = Memo::new(move |_| {
        let by = drawn.by.get();
        evaluation.with(|it| it.as_ref().map(|it| by.members(it))).unwrap_or_default()
    });
    let chosen = Memo::new(move |_| {
        evaluation.with(|evaluation| {
            let selected = drawn.selected.get()?;
            let evaluation = evaluation.as_ref()?;
            let images = selected.iter().filter_map(|index| evaluation.image(*index));
            Some(images.map(|image| (SplitName::Test, image)).collect::<Vec<Explored>>())
        })
    });
    let csv = move |()| {
        let evaluation = evaluation.get_untracked()?;
        Some(points_csv(&points.get_untracked(), &evaluation))
    };
    let drawing = move |()| {
        let (by, only) = (drawn.by.get_untracked(), drawn.only.get_untracked());
        let names: Vec<_> =
            (0..by.groups()).map(|group| group_name(by, group).to_owned()).collect();
        let view = drawn.view.get_untracked()?;
        Some(groups.with_untracked(|groups| -> Picture {
            let shown: Vec<_> = shown_groups(by, only, groups);
            picture(&points.get_untracked(), &shown, &names, &view)
        }))
    };
    view! {
        <div class="map" data-testid="map">
            <MapTools drawn />
            <Trouble complaint=places.complaint again=Callback::new(move |()| places.again()) />
            <Trouble complaint=places.arranging_complaint
                again=Callback::new(move |()| places.find_neighbours()) />
            <Show when=move || evaluation.with(Option::is_some)
                fallback=move || view! {
                    <Show when=move || !places.has_weights()>
                        <p class="note">{word(|words| words.no_runs())}</p>
                    </Show>
                }>
                <MapCanvas drawn images evaluation points groups />
                <Legend drawn />
                <ClassPlaces evaluation points />
                <Save file_name=facts.names("map") name="map" title=|words| words.map() csv picture=drawing />
                // It stays, so that what comes into it is announced.
                <div aria-live="polite">
                    <Show when=move || chosen.with(Option::is_some)>
                        <h3 class="explorer-part">{move || explore_words().selected(
                            chosen.with(|it| it.as_ref().map_or(0, Vec::len)),
                        )}</h3>
                    </Show>
                </div>
                <Show when=move || chosen.with(Option::is_some)>
                    <section data-testid="map-selection"
                        data-selected=move || chosen.with(|it| it.as_ref().map_or(0, Vec::len).to_string())>
                        <div class="gallery-tools">
                            <button type="button" data-testid="map-deselect"
                                on:click=move |_| drawn.selected.set(None)>
                                {told(|words| words.deselect())}
                            </button>
                        </div>
                        <ImageList images name="selected"
                            all=Signal::derive(move || chosen.get().unwrap_or_default()) />
                    </section>
                </Show>
            </Show>
        </div>
    }
}

/// The groups that are drawn, each with its colour's token, its mark and its images.
fn shown_groups(by: By, only: Option<usize>, groups: &[Vec<u32>]) -> Vec<(String, bool, &[u32])> {
    let shown = groups.iter().enumerate().map(|(group, members)| {
        let (token, is_square) = by.look(group);
        let is_shown = only.is_none_or(|only| only == group);
        (token, is_square, if is_shown { members.as_slice() } else { &[] })
    });
    shown.collect()
}

fn group_name(by: By, group: usize) -> &'static str {
    match by {
        By::Label | By::Prediction => words().classifier.class_name(group),
        By::Error if group == 0 => explore_words().right(),
        By::Error => explore_words().wrong(),
    }
}

/// By what images are told apart, and how they are arranged.
#[component]
fn MapTools(drawn: Drawn) -> impl IntoView {
    let places = drawn.places;
    let by_option = |by: By, label: ExploreWord| {
        view! { <option value=by.name()>{told(label)}</option> }
    };
    let colour = move |value: String| {
        drawn.only.set(None);
        drawn.by.set(By::named(&value));
    };
    let arrangement = move |is_neighbours: bool, label: ExploreWord, testid: &'static str| {
        view! {
            <button type="button" data-testid=testid
                aria-pressed=move || (places.by_neighbours.get() == is_neighbours).to_string()
                on:click=move |_| places.by_neighbours.set(is_neighbours)>
                {told(label)}
            </button>
        }
    };
    view! {
        <div class="gallery-tools">
            <label class="gallery-order">
                {told(|words| words.colour_by())}
                <select data-testid="map-by" on:change:target=move |event| colour(event.target().value())>
                    {by_option(By::Label, |words| words.by_label())}
                    {by_option(By::Prediction, |words| words.by_prediction())}
                    {by_option(By::Error, |words| words.by_error())}
                </select>
            </label>
            <Show when=move || places.has_neighbours()>
                <div class="presets" role="group" aria-label=told(|words| words.arrangement())>
                    {arrangement(false, |words| words.principal(), "map-pca")}
                    {arrangement(true, |words| words.tsne(), "map-tsne")}
                </div>
            </Show>
            <Show when=move || {
                places.has_places() && !places.has_neighbours() && !places.is_arranging()
            }>
                <button type="button" data-testid="map-arrange" on:click=move |_| places.find_neighbours()>
                    {told(|words| words.arrange())}
                </button>
            </Show>
            <Show when=move || places.is_arranging()>
                <button type="button" data-testid="map-cancel" on:click=move |_| places.cancel()>
                    {told(|words| words.cancel())}
                </button>
            </Show>
            <NewerWeights held=places.held testid="map-newer"
                take=Callback::new(move |()| places.again()) />
        </div>
        <Show when=move || places.is_placing()>
            <p class="note">{told(|words| words.placing())}</p>
        </Show>
        <Show when=move || places.is_arranging()>
            <ProgressBar label=told(|words| words.progress()) share=move || places.share() />
        </Show>
        <p class="note" data-testid="map-state">
            <span>{move || places.state()}</span>
            // How far it is changes often; the end is announced.
            <span aria-live="polite">{move || {
                if places.is_arranging() {
                    return None;
                }
                if places.by_neighbours.get() && places.has_neighbours() {
                    return Some(explore_words().about_tsne().to_owned());
                }
                let [first, second] = places.variance()?;
                Some(explore_words().about_principal(first, second))
            }}</span>
        </p>
    }
}

/// What the marks mean. Each can be shown alone.
#[component]
fn Legend(drawn: Drawn) -> impl IntoView {
    let entry = move |by: By, group: usize| {
        let toggle = move |_| {
            drawn.only.update(|only| *only = if *only == Some(group) { None } else { Some(group) });
        };
        view! {
            <button type="button" class="quiet" data-testid="map-legend" data-group=group.to_string()
                aria-pressed=move || (drawn.only.get() == Some(group)).to_string() on:click=toggle>
                {legend_mark(by, group)}
                {move || group_name(by, group)}
            </button>
        }
    };
    view! {
        <div class="map-legend" role="group" aria-label=told(|words| words.show_alone())>
            {move || {
                let by = drawn.by.get();
                (0..by.groups()).map(|group| entry(by, group)).collect_view()
            }}
        </div>
    }
}

/// Where the classes lie.
#[component]
fn ClassPlaces(
    evaluation: Memo<Option<std::sync::Arc<crate::insight::Evaluation>>>,
    points: Memo<std::sync::Arc<Vec<plane::Point>>>,
) -> impl IntoView {
    let name = |class| words().classifier.class_name(class);
    let row = move |place: classes::Place| {
        let classes::Place { class, images, centre: [x, y], spread, nearest } = place;
        view! {
            <tr data-row=CLASS_NAMES[class]>
                <th scope="row">{move || name(class)}</th>
                <td class="insight-number">{whole(images as u64)}</td>
                <td class="insight-number">{format!("{x:.1}, {y:.1}").replace('-', "−")}</td>
                <td class="insight-number">{format!("{spread:.1}")}</td>
                <td>{move || nearest.map_or(UNKNOWN, name)}</td>
            </tr>
        }
    };
    view! {
        <details class="insight-details" data-testid="map-table">
            <summary>{word(|words| words.as_table())}</summary>
            <div class="insight-scroll" tabindex="0" role="group" aria-label=told(|words| words.class_places())>
                <table class="insight-table" aria-label=told(|words| words.class_places())>
                    <thead>
                        <tr>
                            <th scope="col">{word(|words| words.class())}</th>
                            <th scope="col" class="insight-number">{word(|words| words.support())}</th>
                            <th scope="col" class="insight-number">{told(|words| words.centre())}</th>
                            <th scope="col" class="insight-number">{told(|words| words.spread())}</th>
                            <th scope="col">{told(|words| words.nearest_class())}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || evaluation.with(|evaluation| {
                            let places = points.with(|points| places_of(points, evaluation.as_ref()?).into());
                            let places: Option<Vec<_>> = places;
                            Some(places?.into_iter().map(row).collect_view())
                        })}
                    </tbody>
                </table>
            </div>
        </details>
    }
}
