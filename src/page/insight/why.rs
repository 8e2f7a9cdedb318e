//! Why a network answers as it does: the pixels that speak for a class, over the image.

use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsValue};
use web_sys::{HtmlCanvasElement, ImageData};

use super::regions::Regions;
use super::save::Save;
use super::table::{Cell, csv};
use super::vector::{Ink, Picture, Shape};
use super::word;
use crate::network::{PIXELS, SIDE};
use crate::page::browser::context_of;
use crate::page::class_names::ClassNames;
use crate::page::session::{Complaint, InsightWorker, Remedy, wrong_answer};
use crate::page::words::{insight_words, say, words};
use crate::protocol::insight::{Explanation, InsightCommand, InsightReply, SaliencyMethod};

/// What is to be explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The image: 784 bytes, row by row, 0 background to 255 garment.
    pub image: Vec<u8>,
    /// The network's weights, as the library keeps those of an epoch.
    pub weights: Vec<u8>,
    /// Its classes.
    pub names: ClassNames,
}

/// An explanation, and of which image by which method.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    image: Vec<u8>,
    names: ClassNames,
    method: SaliencyMethod,
    explanation: Explanation,
}

/// What is asked, and what was answered.
#[derive(Clone, Copy)]
struct Why {
    worker: InsightWorker,
    question: RwSignal<Option<Question>>,
    method: RwSignal<SaliencyMethod>,
    class: RwSignal<Option<u8>>,
    answer: RwSignal<Option<Result<Answer, Complaint>>>,
    /// Whether an answer is due, and whether something else has been asked since: while a run trains, questions come
    /// faster than a busy machine answers them.
    due: StoredValue<(bool, bool)>,
}

impl Why {
    fn ask(self) {
        let Some(Question { image, weights, names }) = self.question.get_untracked() else {
            return self.answer.set(None);
        };
        let waits = self.due.try_update_value(|(is_due, is_outdated)| {
            *is_outdated = *is_due;
            std::mem::replace(is_due, true)
        });
        if waits != Some(false) {
            return;
        }
        // The chosen class may be one of another network.
        let class = self.class.get_untracked().filter(|class| usize::from(*class) < names.count());
        let method = self.method.get_untracked();
        let command = InsightCommand::Explain { weights, image: image.clone(), class, method };
        self.worker.ask(&command, move |outcome| {
            let answer = outcome.and_then(|reply| match reply {
                InsightReply::Explanation(explanation) => {
                    Ok(Answer { image, names, method, explanation })
                }
                _ => Err(wrong_answer()),
            });
            let outdated = self.due.try_update_value(std::mem::take).map(|(_, outdated)| outdated);
            if self.question.try_with_untracked(Option::is_some) == Some(true) {
                let _ = self.answer.try_set(Some(answer));
            }
            if outdated == Some(true) {
                self.ask();
            }
        });
    }
}

/// The pixels that speak for the answer, by the chosen method, and the likeliest classes in words.
#[component]
pub fn WhyView(question: RwSignal<Option<Question>>) -> impl IntoView {
    let worker = InsightWorker::new();
    on_cleanup(move || worker.end());
    let why = Why {
        worker,
        question,
        method: RwSignal::new(SaliencyMethod::default()),
        class: RwSignal::new(None),
        answer: RwSignal::new(None),
        due: StoredValue::new((false, false)),
    };
    Effect::new(move |_| {
        question.track();
        why.method.track();
        why.class.track();
        // What has failed is tried again only when the visitor asks for that: while a run trains, a question comes every
        // second.
        if !why.answer.with_untracked(|answer| matches!(answer, Some(Err(_)))) {
            why.ask();
        }
    });
    let names = Memo::new(move |before: Option<&ClassNames>| {
        let now = question.with(|question| question.as_ref().map(|it| it.names.clone()));
        now.or_else(|| before.cloned()).unwrap_or_default()
    });
    // One of other classes may not be there.
    Effect::new(move |before: Option<ClassNames>| {
        let now = names.get();
        if before.is_some_and(|before| before != now) {
            why.class.set(None);
        }
        now
    });
    let answer =
        Memo::new(move |_| why.answer.with(|answer| answer.as_ref()?.as_ref().ok().cloned()));
    let complaint =
        Memo::new(move |_| why.answer.with(|answer| answer.as_ref()?.as_ref().err().cloned()));
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        answer.with(|answer| {
            if let Some(answer) = answer {
                // Where it cannot be painted, the text below says the same.
                let _ = paint(&canvas, answer);
            }
        });
    });
    let text = move || {
        answer.with(|answer| {
            let Answer { names, explanation: Explanation { class, pixels, .. }, .. } =
                answer.as_ref()?;
            let class = names.shown(usize::from(*class));
            Some(insight_words().where_it_lies(&class, &Regions::of(pixels)))
        })
    };
    let about = move || {
        answer.with(|answer| {
            let Answer { names, explanation, .. } = answer.as_ref()?;
            let likeliest = likeliest(&explanation.probabilities);
            Some(insight_words().likeliest(&named(names, &likeliest)))
        })
    };
    let file_name = move |extension: &'static str| {
        let answer = answer.get_untracked();
        let method = answer.map_or("", |answer| answer.method.as_str());
        format!("atelier-saliency-{method}.{extension}")
    };
    view! {
        <section class="why" aria-label=word(|words| words.saliency())>
            <p class="why-answer" data-testid="why-answer" aria-live="polite">{about}</p>
            <div class="why-body">
                <canvas node_ref=canvas class="why-map" width=SIDE height=SIDE role="img" aria-label=text
                    data-testid="saliency-map"
                    data-method=move || answer.with(|it| it.as_ref().map(|it| it.method.as_str()))
                    data-class=move || answer.with(|it| it.as_ref().map(|it| it.explanation.class))
                ></canvas>
                <div class="why-choice">
                    <Choices method=why.method class=why.class names />
                    <p class="note">{move || insight_words().method_says(why.method.get())}</p>
                    <p class="note" data-testid="saliency-text">{text}</p>
                    <Save file_name name="saliency" title=|words| words.saliency()
                        csv=move |()| answer.with_untracked(|answer| answer.as_ref().map(as_csv))
                        picture=move |()| answer.with_untracked(|answer| answer.as_ref().map(as_picture)) />
                </div>
            </div>
            {move || complaint.get().map(|complaint| {
                let told = words().failures.told(&complaint);
                view! {
                    <p class="complaint" role="alert">
                        {format!("{} {} {}", told.happened, told.kept, told.next)} " "
                        <button type="button" on:click=move |_| why.ask()>
                            {say(|words| words.failures.remedy(&Remedy::RetryData))}
                        </button>
                    </p>
                }
            })}
        </section>
    }
}

/// The three likeliest classes with their probabilities, the first first.
pub fn likeliest(probabilities: &[f32]) -> Vec<(usize, f64)> {
    let shares = probabilities.iter().copied().map(f64::from).enumerate();
    let mut order: Vec<_> = shares.filter(|(_, share)| share.is_finite()).collect();
    order.sort_by(|one, other| other.1.total_cmp(&one.1));
    order.truncate(3);
    order
}

/// These classes by their names.
pub fn named(names: &ClassNames, classes: &[(usize, f64)]) -> Vec<(String, f64)> {
    classes.iter().map(|(label, share)| (names.shown(*label), *share)).collect()
}

/// The choice of the method, and of the class for which pixels may speak.
#[component]
fn Choices(
    method: RwSignal<SaliencyMethod>,
    class: RwSignal<Option<u8>>,
    names: Memo<ClassNames>,
) -> impl IntoView {
    let choose_method = move |event| {
        let chosen = event_target_value(&event);
        let known = SaliencyMethod::ALL.into_iter().find(|method| method.as_str() == chosen);
        method.set(known.unwrap_or_default());
    };
    let choose_class = move |event| class.set(event_target_value(&event).parse().ok());
    let methods = SaliencyMethod::ALL.map(|method| {
        view! {
            <option value=method.as_str()>{move || insight_words().method_name(method)}</option>
        }
    });
    let of_class = move |label: usize| {
        let name = move || names.with(|names| names.shown(label));
        let is_chosen = move || class.get().map(usize::from) == Some(label);
        view! { <option value=label.to_string() prop:selected=is_chosen>{name}</option> }
    };
    view! {
        <label>
            <span>{word(|words| words.method())}</span>
            <select data-testid="saliency-method" on:change=choose_method>{methods}</select>
        </label>
        <label>
            <span>{word(|words| words.explained_class())}</span>
            <select data-testid="saliency-class" on:change=choose_class>
                <option value="">{word(|words| words.the_answer())}</option>
                {move || (0..names.with(ClassNames::count)).map(of_class).collect_view()}
            </select>
        </label>
    }
}

/// How strongly a pixel is coloured, −1 to 1: its saliency over the largest of the image.
fn strengths(pixels: &[f32]) -> Vec<f64> {
    let size = |pixel: &f32| f64::from(pixel.abs());
    let largest = pixels.iter().filter(|pixel| pixel.is_finite()).map(size).fold(0.0, f64::max);
    let strength = |&pixel: &f32| {
        let is_some = largest > 0.0 && pixel.is_finite();
        if is_some { f64::from(pixel) / largest } else { 0.0 }
    };
    pixels.iter().map(strength).collect()
}

/// The colour of a pixel: the image in grey, orange where it speaks for the class, blue where it speaks against it. The two
/// differ in lightness, too.
fn colour(grey: u8, strength: f64) -> [u8; 3] {
    const FOR: [f64; 3] = [255.0, 150.0, 20.0];
    const AGAINST: [f64; 3] = [30.0, 90.0, 200.0];
    // Faint, so that the colours stand out.
    let ground = f64::from(grey) * 0.45;
    let towards = if strength < 0.0 { AGAINST } else { FOR };
    // Weak ones would hardly be seen.
    let share = strength.abs().sqrt();
    towards.map(|towards| (ground + share * (towards - ground)).round() as u8)
}

fn paint(canvas: &HtmlCanvasElement, answer: &Answer) -> Result<(), JsValue> {
    let strengths = strengths(&answer.explanation.pixels);
    let pixels = answer.image.iter().zip(strengths);
    let bytes: Vec<u8> = pixels
        .flat_map(|(&grey, strength)| {
            let [red, green, blue] = colour(grey, strength);
            [red, green, blue, u8::MAX]
        })
        .collect();
    if bytes.len() != 4 * PIXELS {
        return Ok(());
    }
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bytes), SIDE as u32, SIDE as u32)?;
    context_of(canvas, false).map_or(Ok(()), |context| context.put_image_data(&image, 0.0, 0.0))
}

/// A line for each pixel.
fn as_csv(answer: &Answer) -> String {
    let rows = answer.explanation.pixels.iter().zip(&answer.image).enumerate();
    let rows: Vec<_> = rows
        .map(|(at, (saliency, pixel))| {
            let whole = |number: usize| Cell::Whole(number as i64);
            let saliency = Cell::Number(Some(f64::from(*saliency)));
            vec![whole(at / SIDE), whole(at % SIDE), whole((*pixel).into()), saliency]
        })
        .collect();
    csv(&["row", "column", "pixel", answer.method.as_str()], &rows)
}

fn as_picture(answer: &Answer) -> Picture {
    const CELL: f64 = 10.0;
    let strengths = strengths(&answer.explanation.pixels);
    let areas = answer.image.iter().zip(strengths).enumerate().map(|(at, (&grey, strength))| {
        let [red, green, blue] = colour(grey, strength);
        let ink = Ink {
            colour: format!("rgb({red}, {green}, {blue})"),
            width: 0.0,
            dashes: &[],
            opacity: 1.0,
        };
        let (x, y) = ((at % SIDE) as f64 * CELL, (at / SIDE) as f64 * CELL);
        (Shape::Area(x, y, CELL, CELL), ink)
    });
    let side = SIDE as f64 * CELL;
    Picture { size: (side, side), shapes: areas.collect(), ground: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_a_class_is_orange_what_speaks_against_it_blue_and_the_rest_grey() {
        assert_eq!(strengths(&[2.0, -1.0, 0.0, f32::NAN]), [1.0, -0.5, 0.0, 0.0]);
        assert_eq!(strengths(&[0.0; 2]), [0.0, 0.0]);
        assert_eq!(colour(200, 0.0), [90, 90, 90]);
        assert_eq!(colour(200, 1.0), [255, 150, 20]);
        assert_eq!(colour(200, -1.0), [30, 90, 200]);
    }

    #[test]
    fn the_likeliest_classes_come_first_and_one_that_is_no_number_does_not_come() {
        assert_eq!(
            likeliest(&[0.25, f32::NAN, 0.5, 0.125, 0.0]),
            [(2, 0.5), (0, 0.25), (3, 0.125)]
        );
        assert_eq!(likeliest(&[]), []);
    }

    #[test]
    fn the_saved_table_has_a_line_for_each_pixel() {
        let explanation =
            Explanation { probabilities: vec![0.1; 10], class: 3, pixels: vec![0.5; PIXELS] };
        let answer = Answer {
            image: vec![7; PIXELS],
            names: ClassNames::default(),
            method: SaliencyMethod::Occlusion,
            explanation,
        };
        let saved = as_csv(&answer);
        assert_eq!(saved.lines().count(), 1 + PIXELS);
        assert_eq!(saved.lines().next(), Some("row,column,pixel,occlusion"));
        assert_eq!(saved.lines().nth(30), Some("1,1,7,0.5"));
        assert_eq!(as_picture(&answer).shapes.len(), PIXELS);
    }
}
