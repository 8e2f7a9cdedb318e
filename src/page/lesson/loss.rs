//! The third step: the cross-entropy of a batch whose every number can be changed.

use leptos::prelude::*;

use super::field::number;
use super::state::Lesson;
use super::word;
use crate::lesson::{CrossEntropy, DUMMY_LABELS, DUMMY_OUTPUTS};
use crate::network::CLASSES;
use crate::page::format::{UNKNOWN, percent};
use crate::page::words::{lesson_words, words};

/// Rows of the batch.
const ROWS: usize = 4;
/// Outputs have at most this size.
const MOST: f64 = 1_000.0;

/// What is wrong with the batch. Rows and classes are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputMistake {
    /// An output is no number, or one that is too large.
    Output {
        /// Its row.
        row: usize,
        /// Its class.
        class: usize,
    },
    /// A label is not a class.
    Label {
        /// Its row.
        row: usize,
    },
}

/// The batch as texts. Copies are the same.
#[derive(Clone, Copy)]
pub struct DummyBatch {
    outputs: RwSignal<[[String; CLASSES]; ROWS]>,
    labels: RwSignal<[String; ROWS]>,
}

impl DummyBatch {
    /// That of the tutorial.
    pub fn new() -> Self {
        let (outputs, labels) = tutorial();
        Self { outputs: RwSignal::new(outputs), labels: RwSignal::new(labels) }
    }

    fn reset(self) {
        let (outputs, labels) = tutorial();
        self.outputs.set(outputs);
        self.labels.set(labels);
    }

    fn output(self, row: usize, class: usize) -> String {
        self.outputs.with(|outputs| outputs[row][class].clone())
    }

    fn label(self, row: usize) -> String {
        self.labels.with(|labels| labels[row].clone())
    }

    /// The losses, or the first mistake.
    fn losses(self) -> Result<(CrossEntropy, [usize; ROWS]), InputMistake> {
        let (outputs, labels) = (self.outputs.get(), self.labels.get());
        let mut read = [[0.0; CLASSES]; ROWS];
        let mut classes = [0; ROWS];
        for row in 0..ROWS {
            classes[row] = label(&labels[row]).ok_or(InputMistake::Label { row })?;
            for class in 0..CLASSES {
                let output = output(&outputs[row][class]);
                read[row][class] = output.ok_or(InputMistake::Output { row, class })?;
            }
        }
        let losses = CrossEntropy::of(&read, &classes);
        let losses = losses.map_err(|mistake| InputMistake::Label { row: mistake.row })?;
        Ok((losses, classes))
    }
}

fn tutorial() -> ([[String; CLASSES]; ROWS], [String; ROWS]) {
    let texts = DUMMY_OUTPUTS.map(|row| row.map(|output| format!("{output:.4}")));
    (texts, DUMMY_LABELS.map(|label| label.to_string()))
}

fn output(text: &str) -> Option<f64> {
    number(text).filter(|number| number.abs() <= MOST)
}

fn label(text: &str) -> Option<usize> {
    text.trim().parse().ok().filter(|label| *label < CLASSES)
}

/// The numbers, each row's loss and the batch's.
#[component]
pub fn LossStep(lesson: Lesson) -> impl IntoView {
    let batch = lesson.dummy;
    let losses = Memo::new(move |_| batch.losses());
    let mistake = Memo::new(move |_| losses.with(|losses| losses.as_ref().err().copied()));
    let mean = move || losses.with(|it| it.as_ref().ok().map(|(losses, _)| losses.mean));
    view! {
        <p class="lesson-caption" id="lesson-outputs">{word(|words| words.outputs())}</p>
        <div class="lesson-rows">
            {(0..ROWS).map(|row| view! { <Row batch row /> }).collect_view()}
        </div>
        <div aria-live="polite" data-testid="lesson-mistake">
            {move || mistake.get().map(|it| view! { <p class="lesson-mistake">{lesson_words().mistake(&it)}</p> })}
        </div>
        <div class="lesson-scroll" tabindex="0" role="group" aria-label=word(|words| words.loss())>
            <table class="lesson-table">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">{word(|words| words.label_of_row())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.output())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.probability())}</th>
                        <th scope="col" class="lesson-number">{word(|words| words.row_loss())}</th>
                    </tr>
                </thead>
                <tbody>{(0..ROWS).map(|row| view! { <RowResult losses row /> }).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="4">{word(|words| words.batch_loss())}</th>
                        <td class="lesson-number" data-testid="lesson-loss" aria-live="polite"
                            data-value=move || mean().map(|mean| mean.to_string())>
                            {move || mean().map_or_else(|| UNKNOWN.to_owned(), five_decimals)}
                        </td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <p class="note">{word(|words| words.about_rounding())}</p>
        <button type="button" data-testid="lesson-reset" on:click=move |_| batch.reset()>
            {word(|words| words.reset())}
        </button>
    }
}

/// As the tutorial prints it.
fn five_decimals(loss: f64) -> String {
    format!("{loss:.5}")
}

/// A row's label and outputs.
#[component]
fn Row(batch: DummyBatch, row: usize) -> impl IntoView {
    let own = Memo::new(move |_| label(&batch.label(row)));
    let cell = |class: usize| {
        view! {
            <label class="lesson-cell" class:lesson-own=move || own.get() == Some(class)>
                <span aria-hidden="true">{class}</span>
                <input type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
                    data-testid="lesson-output" data-row=row.to_string() data-class=class.to_string()
                    aria-label=move || lesson_words().output_of(row, class)
                    aria-invalid=move || output(&batch.output(row, class)).is_none().then_some("true")
                    prop:value=move || batch.output(row, class)
                    on:input:target=move |event| {
                        let text = event.target().value();
                        batch.outputs.update(|outputs| outputs[row][class] = text);
                    } />
            </label>
        }
    };
    view! {
        <div class="lesson-row" role="group" aria-label=move || lesson_words().row(row)>
            <label class="lesson-cell">
                <span aria-hidden="true">{word(|words| words.label_of_row())}</span>
                <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false"
                    data-testid="lesson-label" data-row=row.to_string()
                    aria-label=move || lesson_words().label_of(row)
                    aria-invalid=move || own.with(Option::is_none).then_some("true")
                    prop:value=move || batch.label(row)
                    on:input:target=move |event| {
                        let text = event.target().value();
                        batch.labels.update(|labels| labels[row] = text);
                    } />
            </label>
            {(0..CLASSES).map(cell).collect_view()}
        </div>
    }
}

/// A row's numbers on the way to its loss.
#[component]
fn RowResult(
    losses: Memo<Result<(CrossEntropy, [usize; ROWS]), InputMistake>>,
    row: usize,
) -> impl IntoView {
    let of = move || {
        losses.with(|losses| {
            let (losses, labels) = losses.as_ref().ok()?;
            Some((*losses.rows.get(row)?, labels[row]))
        })
    };
    let shown = move |text: fn(&crate::lesson::RowLoss) -> String| {
        move || of().map_or_else(|| UNKNOWN.to_owned(), |(row, _)| text(&row))
    };
    let class = move || {
        of().map(|(_, label)| {
            lesson_words().label(label as u8, words().classifier.class_name(label))
        })
    };
    view! {
        <tr data-testid="lesson-row-loss">
            <th scope="row">{move || lesson_words().row(row)}</th>
            <td>{class}</td>
            <td class="lesson-number">{shown(|row| format!("{:.4}", row.output))}</td>
            <td class="lesson-number">{shown(|row| percent(row.probability))}</td>
            <td class="lesson-number">{shown(|row| format!("{:.4}", row.loss))}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_outputs_or_labels_are_mistakes() {
        assert_eq!(output("-3.5"), Some(-3.5));
        assert_eq!((output("much"), output("1001"), output("")), (None, None, None));
        assert_eq!(
            (label(" 9"), label("10"), label("-1"), label("1.5")),
            (Some(9), None, None, None)
        );
    }

    #[test]
    fn the_tutorials_texts_are_its_numbers() {
        let (outputs, labels) = tutorial();
        assert_eq!(outputs[0][0], "0.7026");
        assert_eq!(labels, ["1", "5", "3", "7"]);
        let read = outputs.map(|row| row.map(|text| output(&text)));
        assert_eq!(read, DUMMY_OUTPUTS.map(|row| row.map(Some)));
    }
}
