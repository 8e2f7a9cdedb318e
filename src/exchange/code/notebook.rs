//! The script as a notebook, in nbformat 4.5 (<https://nbformat.readthedocs.io/en/latest/format_description.html>).

use serde_json::{Value, json};

use super::chapters;
use crate::library::CodeRequest;

const TUTORIAL: &str = "https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html";

/// The notebook: a chapter of [`super::script`] in each cell of code, with what there is to say of it above. Jupyter and
/// Colab open it.
#[must_use]
pub fn notebook(request: &CodeRequest) -> String {
    let introduction = format!(
        "# A run of Atelier in PyTorch\n\nThe code of [Training with PyTorch]({TUTORIAL}) with a run's settings. It needs the \
         packages torch, torchvision and tensorboard; Colab has them, and elsewhere `%pip install torch torchvision tensorboard` \
         installs them."
    );
    let mut cells = vec![markdown("about", &introduction)];
    for (at, chapter) in chapters(request).into_iter().enumerate() {
        let heading = format!("## {}\n\n{}", chapter.title, chapter.about);
        cells.push(markdown(&format!("text-{}", at + 1), &heading));
        cells.push(json!({
            "cell_type": "code",
            "execution_count": null,
            "id": format!("code-{}", at + 1),
            "metadata": {},
            "outputs": [],
            "source": lines(&chapter.code),
        }));
    }
    let python = json!({ "display_name": "Python 3", "language": "python", "name": "python3" });
    let metadata = json!({ "kernelspec": python, "language_info": { "name": "python" } });
    let notebook =
        json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 });
    // Values that are made of texts can always be written.
    serde_json::to_string_pretty(&notebook).unwrap_or_default() + "\n"
}

fn markdown(id: &str, text: &str) -> Value {
    json!({ "cell_type": "markdown", "id": id, "metadata": {}, "source": lines(text) })
}

/// A text as notebooks keep it: a list of its lines, each with its line break.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
