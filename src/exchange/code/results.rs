//! The loop over epochs: validation, what TensorBoard gets, and the best weights.

use super::schedule::{Pace, Schedule};
use super::{CORRECTIONS_TAG, Chapter, Code, DATA_TAG, ENGINE_TAG, RUN_TAG, SETTINGS_TAG};
use crate::exchange::tensorboard::{ACCURACY, LOSS_VALIDATION, LOSSES_BY_EPOCH};
use crate::library::CodeRequest;

/// ASGD's average, in place of the weights that the next step continues from.
const AVERAGE: &str = r#"    # Validate and save the weights that ASGD has averaged, not those that it continues from.
    averaged = copy.deepcopy(model)
    with torch.no_grad():
        for average, weight in zip(averaged.parameters(), model.parameters()):
            average.copy_(optimizer.state[weight]["ax"])
"#;

const VALIDATION: &str = r#"    running_vloss, correct = 0.0, 0
    with torch.no_grad():
        for vinputs, vlabels in validation_loader:
            vinputs, vlabels = vinputs.to(device), vlabels.to(device)
            voutputs = {MODEL}(vinputs)
            running_vloss += loss_fn(voutputs, vlabels).item() * len(vlabels)
            correct += (voutputs.argmax(1) == vlabels).sum().item()
    avg_vloss, accuracy = running_vloss / len(validation_set), correct / len(validation_set)
    print(f"LOSS train {avg_loss:.4f} valid {avg_vloss:.4f}, accuracy {accuracy:.2%}")
"#;

const BEST: &str = r#"    if avg_vloss < best_vloss:
        best_vloss = avg_vloss
        model_path = f"model_{timestamp}_{epoch_index + 1}.pt"
        torch.save({MODEL}.state_dict(), model_path)
"#;

/// Everything that happens once an epoch.
pub(super) fn chapter(
    CodeRequest { config, data, .. }: &CodeRequest,
    schedule: &Schedule,
) -> Chapter {
    let averaged = config.optimizer.answers_with_average();
    let with_model =
        |text: &str| text.replace("{MODEL}", if averaged { "averaged" } else { "model" });
    let patient = config.patience.is_some();
    let mut code = Code(
        "timestamp = datetime.now(timezone.utc).strftime(\"%Y%m%d_%H%M%S\")\n\
         writer = SummaryWriter(f\"runs/fashion_trainer_{timestamp}\")\n"
            .to_owned(),
    );
    let mut text =
        |tag: &str, value: &str| code.add(&format!("writer.add_text(\"{tag}\", {value})\n"));
    text(SETTINGS_TAG, "SETTINGS");
    text(RUN_TAG, "timestamp");
    text(ENGINE_TAG, "f\"PyTorch {torch.__version__} ({device})\"");
    if data.own().is_some() {
        text(DATA_TAG, "DATA_SET");
    }
    if data.corrects() {
        text(CORRECTIONS_TAG, "str(len(corrections))");
    }
    code.add("\nbest_vloss = float(\"inf\")\n");
    code.add_if(patient, "epochs_since_best = 0\n");
    code.add("for epoch_index in range(EPOCHS):\n    print(f\"EPOCH {epoch_index + 1}:\")\n");
    code.add("    model.train()\n    avg_loss = train_one_epoch(epoch_index, writer)\n");
    schedule.steps(Pace::Epoch, "    ", &mut code);
    code.add("\n    model.eval()\n");
    code.add_if(averaged, AVERAGE);
    code.add(&with_model(VALIDATION));
    code.add(&format!(
        "    losses = {{\"Training\": avg_loss, \"Validation\": avg_vloss}}\n    \
         writer.add_scalars(\"{LOSSES_BY_EPOCH}\", losses, epoch_index + 1)\n    \
         writer.add_scalar(\"{LOSS_VALIDATION}\", avg_vloss, epoch_index + 1)\n    \
         writer.add_scalar(\"{ACCURACY}\", accuracy, epoch_index + 1)\n    writer.flush()\n\n"
    ));
    code.add_if(patient, "    epochs_since_best += 1\n");
    code.add(&with_model(BEST));
    code.add_if(patient, "        epochs_since_best = 0\n");
    code.add_if(patient, "    if epochs_since_best == PATIENCE:\n        break\n");
    code.add_if(
        config.steps.is_some(),
        "    if (epoch_index + 1) * len(training_loader) >= MAX_STEPS:\n        break\n",
    );
    code.add("writer.close()");
    let about = "`tensorboard --logdir runs` draws what is measured. Atelier takes it in, too: choose the file of events in \
                 `runs/` together with the weights `model_*.pt` under *Runs*, *Import files*."
        .to_owned();
    Chapter { title: "Epochs: validation and the best model", about, code: code.finish() }
}
