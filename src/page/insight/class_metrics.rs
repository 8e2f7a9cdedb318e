//! How well each class is recognised.

use leptos::prelude::*;

use super::facts::Facts;
use super::rows::{By, Column, Metrics, csv_of, order_of};
use super::save::Save;
use super::word;
use crate::insight::ClassMetrics;
use crate::page::format::{four_decimals, signed, signed_decimals, whole};

/// The table, with the macro average below.
#[component]
pub fn ClassTable(facts: Facts) -> impl IntoView {
    let metrics = Memo::new(move |_| {
        let other = facts.other_confusion.get();
        facts.confusion.get().map(|confusion| Metrics::new(&confusion, other.as_ref()))
    });
    let by = RwSignal::new(By::default());
    let order = Memo::new(move |_| {
        metrics.with(|metrics| {
            metrics.as_ref().map(|metrics| order_of(&metrics.classes, by.get())).unwrap_or_default()
        })
    });
    let csv = move |()| {
        let order = order.get_untracked();
        metrics.with_untracked(|metrics| {
            facts.names.with_untracked(|names| Some(csv_of(metrics.as_ref()?, names, &order)))
        })
    };
    let head = |column: Column| {
        let sorted = move || by.get().aria_sort(column);
        view! {
            <th scope="col" aria-sort=sorted class:insight-number=column != Column::Class>
                <button type="button" class="quiet" data-testid=format!("sort-{}", column.name())
                    on:click=move |_| by.update(|by| by.press(column))>
                    {word(column.title())}
                    <span aria-hidden="true">{move || by.get().mark(column)}</span>
                </button>
            </th>
        }
    };
    let row = move |class: usize| {
        view! {
            <tr data-row=move || facts.names.with(|names| names.plain(class).to_owned())>
                <th scope="row">{move || facts.names.with(|names| names.shown(class))}</th>
                <Numbers of=move || metrics.with(|metrics| {
                    let metrics = metrics.as_ref()?;
                    let others = metrics.others.as_ref();
                    Some((*metrics.classes.get(class)?, others.and_then(|others| others.get(class)).copied()))
                }) />
            </tr>
        }
    };
    view! {
        <section class="insight-classes" aria-labelledby="class-metrics-title">
            <div class="insight-head">
                <h3 id="class-metrics-title">{word(|words| words.classes())}</h3>
            </div>
            <div class="insight-scroll" tabindex="0" role="group" aria-labelledby="class-metrics-title">
                <table class="insight-table" data-testid="class-metrics"
                    aria-labelledby="class-metrics-title">
                    <thead><tr>{Column::ALL.map(head).collect_view()}</tr></thead>
                    <tbody>
                        <For each=move || order.get() key=|class| *class let:class>{row(class)}</For>
                    </tbody>
                    <tfoot>
                        <tr data-row="macro">
                            <th scope="row">{word(|words| words.macro_average())}</th>
                            <Numbers of=move || metrics.with(|metrics| {
                                let metrics = metrics.as_ref()?;
                                Some((metrics.average, metrics.other_average))
                            }) />
                        </tr>
                    </tfoot>
                </table>
            </div>
            <Save file_name=facts.names("class-metrics") name="class-metrics" title=|words| words.classes() csv />
        </section>
    }
}

/// The cells of a row, each with its difference from the other weights'.
#[component]
fn Numbers(
    #[prop(into)] of: Signal<Option<(ClassMetrics, Option<ClassMetrics>)>>,
) -> impl IntoView {
    let share = |column: Column| {
        let number = move || of.get().and_then(|(these, _)| column.share(&these));
        let difference = move || {
            let (these, others) = of.get()?;
            let difference = column.share(&these)? - column.share(&others?)?;
            Some(signed_decimals(difference, 4))
        };
        view! {
            <td class="insight-number" data-value=move || number().map(|number| number.to_string())>
                {move || four_decimals(number())}
                {move || difference().map(|text| view! { <span class="insight-difference">{text}</span> })}
            </td>
        }
    };
    view! {
        {Column::SHARES.map(share).collect_view()}
        <td class="insight-number">
            {move || of.get().map(|(these, _)| whole(these.support.into()))}
            {move || {
                let (these, others) = of.get()?;
                let difference = i64::from(these.support) - i64::from(others?.support);
                (difference != 0).then(|| view! { <span class="insight-difference">{signed(difference)}</span> })
            }}
        </td>
    }
}
