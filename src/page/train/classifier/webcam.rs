//! The webcam: what a camera shows lies on the pad and is classified several times a second.

use std::collections::VecDeque;

use gloo::timers::callback::Timeout;
use leptos::ev::visibilitychange;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;

use super::board::Board;
use super::camera::{Camera, CameraFailure, LivePicture};
use super::paint::Below;
use super::photo::View;
use super::picture_input::Complaint;
use crate::page::browser::now_ms;
use crate::page::session::ClassifierState;
use crate::page::words::{say, words};

/// The shortest time between two pictures: some 15 a second.
const PICTURE_EVERY_MS: u32 = 66;
/// The rate is that of this time.
const RATE_OVER_MS: f64 = 2_000.0;

/// What the camera does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Off,
    /// The visitor is being asked, or the camera starts.
    Asking,
    Live,
}

/// A camera on the pad.
#[derive(Clone, Copy)]
struct Webcam {
    board: Board,
    state: RwSignal<State>,
    camera: StoredValue<Option<Camera>, LocalStorage>,
    /// Counts the attempts to open one, so that a late answer to a former one is not taken for the newest's.
    attempt: StoredValue<u32>,
}

impl Webcam {
    /// Off. It turns itself off when another picture takes its place on the pad, or when nobody sees it.
    fn new(board: Board, is_open: Memo<bool>) -> Self {
        let this = Self {
            board,
            state: RwSignal::new(State::Off),
            camera: StoredValue::new_local(None),
            attempt: StoredValue::new(0),
        };
        let is_on_pad = Memo::new(move |_| {
            board.sheet.with(|sheet| sheet.picture.as_ref().is_some_and(Below::is_live))
        });
        Effect::new(move |_| {
            if !is_on_pad.get() && this.state.get_untracked() == State::Live {
                this.stop();
            }
        });
        Effect::new(move |_| {
            if !is_open.get() {
                this.stop();
            }
        });
        let hidden = window_event_listener(visibilitychange, move |_| {
            if document().hidden() {
                this.stop();
            }
        });
        on_cleanup(move || hidden.remove());
        this
    }

    fn start(self) {
        if self.state.get_untracked() != State::Off {
            return;
        }
        self.board.complain(None);
        self.state.set(State::Asking);
        let attempt = self.attempt.get_value().wrapping_add(1);
        self.attempt.set_value(attempt);
        spawn_local(async move {
            let opened = Camera::open(move || self.fail(CameraFailure::Ended)).await;
            // The visitor has thought better of it; the camera that is dropped stops.
            if self.attempt.try_get_value() != Some(attempt) {
                return;
            }
            match opened {
                Ok(camera) => {
                    self.board.show(Below::Live(camera.picture()));
                    self.camera.set_value(Some(camera));
                    self.state.set(State::Live);
                    self.go_on();
                }
                Err(failure) => self.fail(failure),
            }
        });
    }

    /// Has the pad look again and again as long as the camera is on.
    fn go_on(self) {
        let attempt = self.attempt.get_value();
        Timeout::new(PICTURE_EVERY_MS, move || {
            // Another one may have been started since.
            let is_same = self.attempt.try_get_value() == Some(attempt);
            if is_same && self.state.try_get_untracked() == Some(State::Live) {
                self.board.sheet.update(|_| {});
                self.go_on();
            }
        })
        .forget();
    }

    fn fail(self, failure: CameraFailure) {
        self.stop();
        self.board.complain(Some(Complaint::Camera(failure)));
    }

    /// Turns the camera off, and brings back what was on the pad before.
    fn stop(self) {
        if self.state.try_get_untracked().is_none_or(|state| state == State::Off) {
            return;
        }
        self.attempt.update_value(|attempt| *attempt = attempt.wrapping_add(1));
        self.state.set(State::Off);
        self.camera.set_value(None);
        self.board.photos.forget();
        let is_there = self.board.sheet.with_untracked(|sheet| sheet.has(Below::is_live));
        if is_there {
            self.board.sheet.update(|sheet| sheet.withdraw(Below::is_live));
        }
    }

    /// Keeps the present picture as a photo, and turns the camera off.
    fn keep(self) {
        let Some(picture) = self.picture() else { return };
        spawn_local(async move {
            match picture.keep().await.map(|bitmap| bitmap.dyn_into()) {
                Ok(Ok(photo)) => {
                    self.board.sheet.update(|sheet| {
                        if sheet.picture.as_ref().is_some_and(Below::is_live) {
                            sheet.picture = Some(Below::Photo(photo, View::default()));
                        }
                    });
                    self.stop();
                }
                Ok(Err(other)) => self.fail(CameraFailure::Other(format!("{other:?}"))),
                Err(failure) => self.fail(failure),
            }
        });
    }

    fn picture(self) -> Option<LivePicture> {
        self.camera.with_value(|camera| camera.as_ref().map(Camera::picture))
    }
}

/// The buttons, and how many pictures a second are classified.
#[component]
pub fn WebcamButtons(
    board: Board,
    classifier: ClassifierState,
    is_open: Memo<bool>,
) -> impl IntoView {
    let webcam = Webcam::new(board, is_open);
    let is_off = Memo::new(move |_| webcam.state.get() == State::Off);
    let is_on = Memo::new(move |_| webcam.state.get() == State::Live);
    let answers = StoredValue::new(VecDeque::new());
    let rate = RwSignal::new(None::<f64>);
    Effect::new(move |_| {
        classifier.prediction.track();
        if !is_on.get() {
            answers.update_value(VecDeque::clear);
            return rate.set(None);
        }
        let now = now_ms();
        let measured = answers.try_update_value(|answers| {
            answers.push_back(now);
            while answers.front().is_some_and(|&at| at < now - RATE_OVER_MS) {
                answers.pop_front();
            }
            rate_of(answers)
        });
        rate.set(measured.flatten());
    });
    view! {
        <Show
            when=move || is_off.get()
            fallback=move || view! {
                <Show when=move || is_on.get()>
                    <button type="button" data-testid="webcam-keep" on:click=move |_| webcam.keep()>
                        {say(|words| words.classifier.webcam_keep())}
                    </button>
                </Show>
                <button type="button" data-testid="webcam-stop" on:click=move |_| webcam.stop()>
                    {say(|words| words.classifier.webcam_stop())}
                </button>
                <p class="note webcam-rate" data-testid="webcam-rate"
                    data-rate=move || rate.get().map(|rate| format!("{rate:.1}"))>
                    {move || match (is_on.get(), rate.get()) {
                        (false, _) => words().classifier.webcam_waits().to_owned(),
                        (true, None) => String::new(),
                        (true, Some(rate)) => words().classifier.webcam_rate(rate),
                    }}
                </p>
            }
        >
            <button type="button" data-testid="webcam-start" on:click=move |_| webcam.start()>
                {say(|words| words.classifier.webcam())}
            </button>
        </Show>
    }
}

/// Answers a second, from the times of some in milliseconds; `None` of fewer than half a second.
fn rate_of(answers: &VecDeque<f64>) -> Option<f64> {
    let over = answers.back()? - answers.front()?;
    (over >= 500.0).then(|| (answers.len() - 1) as f64 / over * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_counts_the_times_between_answers() {
        let at = |times: &[f64]| rate_of(&times.iter().copied().collect());
        assert_eq!(at(&[1000.0, 1100.0, 1200.0, 1300.0, 1400.0, 1500.0]), Some(10.0));
        assert_eq!(at(&[1000.0, 1100.0]), None);
        assert_eq!(at(&[]), None);
    }
}
